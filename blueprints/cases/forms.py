"""What is typed on a case file."""

from collections.abc import Sequence
from typing import Any

from casework.clock import today
from casework.services.cases.assignment import assignable
from casework.services.cases.sharing import partners
from casework.vocabulary import (
    CaseState,
    ClosureReason,
    ConsentForm,
    ContactMode,
    DataCategory,
    FollowUpState,
    Language,
    LegalBasis,
    Sex,
)
from casework.web.consent_fields import GiverForm
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    LongTextField,
    MultiChoiceField,
    OptionField,
    Options,
    PersonNameField,
    PhoneField,
    TextField,
    YesNoField,
)
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l
from casework.web.unit import current_work
from models.case import Case
from models.user import User


class CasesFilter(FilterForm):
    """Which cases to list."""

    state = ChoiceField(_l("State"), CaseState, as_list=True, required=False)
    mine = ConfirmField(_l("Only mine"), required=False)


class NoteForm(CaseworkForm):
    """A note."""

    text = LongTextField(_l("Note"), hint=_l("Facts, not opinions. The person may ask to read it."))


class TaskForm(CaseworkForm):
    """Something to do."""

    title = TextField(_l("What is to be done"))
    due_on = DateField(_l("By"), earliest=today)


class FollowUpDayForm(CaseworkForm):
    """One more visit."""

    due_on = DateField(_l("Day of the visit"), earliest=today)


class VisitForm(CaseworkForm):
    """What came of a visit."""

    state = ChoiceField(_l("What came of it"), (FollowUpState.DONE, FollowUpState.NOT_REACHED))
    done_on = DateField(_l("On"), latest=today)
    mode = ChoiceField(_l("How"), ContactMode)
    findings = LongTextField(
        _l("What you found"),
        hint=_l("How life goes on; what helps; what is missing."),
        required=False,
    )


class ClosureForm(CaseworkForm):
    """Why the case may close."""

    reason = ChoiceField(_l("Reason"), ClosureReason, as_list=True)
    note = LongTextField(_l("How it went, and what the person said of it"), max_length=2000)


class DecisionForm(CaseworkForm):
    """Approving or refusing to close."""

    approved = YesNoField(_l("Close this case?"))
    why = LongTextField(_l("If not, what is still to be done"), required=False, max_length=1000)


class SafeContactForm(CaseworkForm):
    """How somebody may be reached without harm."""

    rule = LongTextField(
        _l("Contact rule"),
        hint=_l(
            "For example: only after 18:00, only by message, never at home. Leave empty for none."
        ),
        required=False,
        max_length=500,
    )


class PrivacyForm(CaseworkForm):
    """Whether somebody is private from the rest of the household."""

    private = YesNoField(_l("Private from the rest of the household?"))


class SafeLocationForm(CaseworkForm):
    """Where somebody is safe, in words."""

    place = LongTextField(_l("Where, and how to get there unseen"), required=False, max_length=1000)


class NewcomerForm(GiverForm):
    """The least that is needed to take somebody in."""

    patronymic = PersonNameField(_l("Patronymic"), required=False)
    given_name = PersonNameField(_l("Given name"))
    sex = ChoiceField(_l("Sex"), Sex)
    birth_date = DateField(_l("Birth date"), latest=today)
    register_number = TextField(_l("Register number"), required=False, max_length=10)
    phone = PhoneField(_l("Telephone"), required=False)
    safe_contact = TextField(
        _l("Contact rule"),
        hint=_l("How and when the person may be reached without harm."),
        required=False,
    )
    basis = ChoiceField(_l("What allows the case"), LegalBasis)
    form = ChoiceField(_l("How the consent was given"), ConsentForm, required=False)
    language = ChoiceField(_l("Language spoken"), Language)
    asked_alone = YesNoField(_l("Was the person asked alone?"), required=False)
    categories = MultiChoiceField(
        _l("What the person agrees that you know"), DataCategory, required=False
    )
    circumstances = LongTextField(
        _l("Witness, and anything else that matters"), required=False, max_length=1000
    )
    note = LongTextField(_l("What brought the person here"), max_length=2000)


def people_options(users: Sequence[User]) -> Options:
    """Users to choose from."""
    return [(str(user.id), user.name) for user in users]


def assignment_form(case: Case) -> CaseworkForm:
    """Who gets the case."""
    users = people_options(assignable(current_work(), case))

    class AssignmentForm(CaseworkForm):
        worker = OptionField(_l("Worker"), options=lambda: users)

    return AssignmentForm(
        worker=str(case.assigned_to_id) if case.assigned_to_id else None, version=case.version
    )


def exclusion_form(case: Case) -> CaseworkForm:
    """Who must never see the case."""
    users = people_options(assignable(current_work(), case))

    class ExclusionForm(CaseworkForm):
        user = OptionField(_l("Who has a conflict of interest"), options=lambda: users)

    return ExclusionForm()


def sharing_form(case: Case) -> CaseworkForm:
    """With whom the case is shared, until when."""
    found = partners(current_work(), case)
    options = [(str(one.id), organisation_name(one)) for one in found]

    class SharingForm(CaseworkForm):
        organisation = OptionField(_l("Organisation"), options=lambda: options)
        until = DateField(_l("Until the end of"), earliest=today)

    return SharingForm()


def chosen(rows: Sequence[Any], value: str) -> Any:
    """The row whose id was chosen."""
    return next(row for row in rows if str(row.id) == value)
