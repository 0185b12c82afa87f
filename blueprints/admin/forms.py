"""Forms of users and organisations."""

from uuid import UUID

from casework.services.administration.accounts import employers, roles_to_give
from casework.services.administration.handover import successors
from casework.vocabulary import Language, OrganisationKind, Role
from casework.web.fields import (
    ChoiceField,
    DateField,
    EmailField,
    OptionField,
    Options,
    TextField,
    YesNoField,
)
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l, labelled
from casework.web.place_fields import AimagField, CountryField
from casework.web.unit import current_work
from models.user import User


def employer_options() -> Options:
    """Organisations whose accounts the signed-in user keeps."""
    return [(str(one.id), organisation_name(one)) for one in employers(current_work())]


def role_options() -> Options:
    """Roles that the signed-in user may give."""
    return [(role.value, labelled(role)) for role in roles_to_give(current_work())]


class UserFilter(FilterForm):
    """Whose accounts to show."""

    organisation = OptionField(_l("Organisation"), options=employer_options, required=False)


class NewUserForm(CaseworkForm):
    """A new account."""

    email = EmailField(_l("E-mail address"))
    name = TextField(_l("Name as colleagues know it"), max_length=100)
    organisation = OptionField(_l("Organisation"), options=employer_options)
    role = OptionField(_l("Role"), options=role_options)
    language = ChoiceField(_l("Language"), Language, default=Language.MN)

    def organisation_id(self) -> UUID:
        """The organisation chosen."""
        return UUID(self.organisation.data)


class UserForm(CaseworkForm):
    """What can be changed of an account."""

    role = OptionField(_l("Role"), options=role_options)
    active = YesNoField(
        _l("May this person sign in?"),
        hint=_l("With “No” every open browser is signed out at once."),
    )

    def chosen_role(self) -> Role:
        """The role chosen."""
        return Role(self.role.data)


def hand_over_form(user: User) -> CaseworkForm:
    """Who takes the open work over; nobody need when there is none."""
    colleagues = [(str(one.id), one.name) for one in successors(current_work(), user)]

    class HandOverForm(CaseworkForm):
        successor = OptionField(
            _l("Who takes the open work over?"), options=lambda: colleagues, required=False
        )

    return HandOverForm()


class OrganisationFilter(FilterForm):
    """Which organisations to show."""

    kind = ChoiceField(_l("Kind"), OrganisationKind, as_list=True, required=False)


class OrganisationForm(CaseworkForm):
    """An organisation; code and kind are asked only once."""

    code = TextField(
        _l("Code"), max_length=32, hint=_l("Short, in Latin letters; it is never changed")
    )
    kind = ChoiceField(_l("Kind"), OrganisationKind, as_list=True)
    name_mn = TextField(_l("Name in Mongolian"))
    name = TextField(_l("Name in English"))
    country = CountryField(_l("Country"), required=False)
    aimag = AimagField(_l("Aimag or the capital"), required=False)
    agreement_until = DateField(
        _l("Data-sharing agreement in force until"),
        required=False,
        hint=_l("Without one nobody can be referred to this organisation."),
    )
    active = YesNoField(_l("Does it take part now?"))
