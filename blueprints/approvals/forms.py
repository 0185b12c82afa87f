"""What is typed when something is asked for, and when it is decided."""

from casework.services.people.reveal import PURPOSES
from casework.vocabulary import (
    CaseState,
    ExportPart,
    OverrideKind,
    OverrideReason,
    RequestState,
)
from casework.web.fields import (
    ChoiceField,
    LongTextField,
    MultiChoiceField,
    OptionField,
    TextField,
    YesNoField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l, country_options

#: Requests that somebody is still to be helped with, or was.
REQUEST_STATES = tuple(state for state in RequestState if state is not RequestState.DRAFT)
READ_BY_ANOTHER = _l("A second person reads this and decides.")


class DecisionForm(CaseworkForm):
    """The second person's word."""

    approved = YesNoField(_l("Do you approve this?"))
    why = LongTextField(_l("If not, why"), required=False, max_length=1000)


class ReasonForm(CaseworkForm):
    """Why it is needed."""

    reason = LongTextField(_l("Why this is needed"), hint=READ_BY_ANOTHER, max_length=1000)


class OverrideForm(CaseworkForm):
    """Which household, how, and why."""

    reference = TextField(_l("Number of the request"), max_length=32)
    kind = ChoiceField(_l("In the next run this household is"), OverrideKind)
    code = ChoiceField(_l("Reason"), OverrideReason, as_list=True)
    reason = LongTextField(_l("What happened"), hint=READ_BY_ANOTHER, max_length=1000)


class CaseExportForm(CaseworkForm):
    """Which cases stand in the file."""

    state = ChoiceField(_l("State"), CaseState, as_list=True, required=False)
    parts = MultiChoiceField(_l("Beside each name"), ExportPart, required=False)
    purpose = ChoiceField(_l("What the file is for"), PURPOSES)
    reason = LongTextField(_l("Why this is needed"), hint=READ_BY_ANOTHER, max_length=1000)


class RequestExportForm(CaseworkForm):
    """Which requests stand in the file."""

    state = ChoiceField(_l("State"), REQUEST_STATES, as_list=True, required=False)
    country = OptionField(_l("Country"), options=country_options, required=False)
    parts = MultiChoiceField(_l("Beside each name"), ExportPart, required=False)
    purpose = ChoiceField(_l("What the file is for"), PURPOSES)
    reason = LongTextField(_l("Why this is needed"), hint=READ_BY_ANOTHER, max_length=1000)
