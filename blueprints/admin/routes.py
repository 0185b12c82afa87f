"""Users and organisations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.admin.forms import (
    NewUserForm,
    OrganisationFilter,
    OrganisationForm,
    UserFilter,
    UserForm,
    hand_over_form,
)
from casework.policy import Permission
from casework.services.administration import accounts, handover, organisations
from casework.services.cases.assignment import caseload
from casework.services.sign_in.invitations import Invited
from casework.services.work import Work
from casework.vocabulary import Role
from casework.web.access import requires
from casework.web.forms import CaseworkForm
from casework.web.i18n import _
from casework.web.passkeys import current_party
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.organisation import Organisation
from models.user import User

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

CHANGEABLE = ("name", "name_mn", "agreement_until", "active")


@blueprint.get("/users")
@requires(Permission.USER_MANAGE)
def users() -> ResponseReturnValue:
    """Accounts this user keeps."""
    form = UserFilter(request.args)
    organisation_id = UUID(form.organisation.data) if form.organisation.data else None
    after = request.args.get("after", type=UUID)
    found, following = accounts.list_accounts(current_work(), organisation_id, after)
    return render_template("admin/users.html", form=form, users=found, following=following)


@blueprint.route("/users/new", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, step_up=True)
def new_user() -> ResponseReturnValue:
    """Add an account; the link of its invitation is shown once."""
    form = NewUserForm()
    made: list[Invited] = []
    response = save(form, lambda: made.append(_add(form)), lambda _nothing: url_for("admin.users"))
    if response and made:
        return _invitation_page(made[0])
    return response or render_template("admin/new_user.html", form=form)


def _add(form: NewUserForm) -> Invited:
    new = accounts.NewAccount(
        email=form.email.data,
        name=form.name.data,
        role=Role(form.role.data),
        organisation_id=form.organisation_id(),
        language=form.language.data,
    )
    return accounts.add_account(current_work(), new)


def _invitation_page(invited: Invited) -> str:
    origin = current_party().origin
    return render_template("admin/invited.html", invited=invited, link=invited.link(origin))


@blueprint.route("/users/<uuid:user_id>", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, of=User, step_up=True)
def user(user: User) -> ResponseReturnValue:
    """Role, whether the person may sign in, and how."""
    form = _user_form(user)
    response = save(
        form,
        lambda: accounts.change_account(
            current_work(),
            user,
            form.chosen_role(),
            active=form.active.data,
            version=form.version.data,
        ),
        lambda _result: url_for("admin.users"),
        _("Saved."),
        fresh=lambda: (_user_form(user, formdata=None), user.version),
    )
    if response:
        return response
    state = accounts.sign_in_state(current_work(), user)
    return render_template("admin/user.html", form=form, user=user, state=state)


def _user_form(user: User, **options: Any) -> UserForm:
    stored = {"role": user.role.value, "active": user.active, "version": user.version}
    return UserForm(data=stored, **options)


@blueprint.route("/users/<uuid:user_id>/password", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, of=User, step_up=True)
def password(user: User) -> ResponseReturnValue:
    """A one-time link to choose a password with, shown once."""
    form = CaseworkForm()
    made: list[Invited] = []
    response = save(
        form,
        lambda: made.append(accounts.replace_password(current_work(), user)),
        lambda _result: url_for("admin.user", user_id=user.id),
    )
    if response and made:
        return _invitation_page(made[0])
    return response or render_template("admin/reset.html", form=form, user=user)


@blueprint.route("/users/<uuid:user_id>/second-factors", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, of=User, step_up=True)
def second_factors(user: User) -> ResponseReturnValue:
    """For a lost device: the person sets the second step up anew."""
    form = CaseworkForm()
    response = save(
        form,
        lambda: accounts.reset_second_factors(current_work(), user),
        lambda _result: url_for("admin.user", user_id=user.id),
        _("The second step is reset."),
    )
    return response or render_template("admin/second_factors.html", form=form, user=user)


@blueprint.post("/users/<uuid:user_id>/sign-out")
@requires(Permission.USER_MANAGE, of=User, step_up=True)
def sign_out(user: User) -> ResponseReturnValue:
    """End every session of the person's."""
    return perform(
        lambda: accounts.sign_out_everywhere(current_work(), user),
        url_for("admin.user", user_id=user.id),
        _("Every browser is signed out."),
    )


@blueprint.route("/users/<uuid:user_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, of=User, step_up=True)
def hand_over(user: User) -> ResponseReturnValue:
    """The person leaves: work to a colleague, account off."""
    return _hand_over_page(user, handover.hand_over, url_for("admin.users"), leaves=True)


@blueprint.get("/work")
@requires(Permission.CASE_ASSIGN)
def workers() -> ResponseReturnValue:
    """Whose open work can be handed over."""
    return render_template("admin/workers.html", loads=caseload(current_work()))


@blueprint.route("/work/<uuid:user_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN, of=User, step_up=True)
def hand_over_work(user: User) -> ResponseReturnValue:
    """The person's work to a colleague; the account stays."""
    return _hand_over_page(user, handover.hand_over_work, url_for("admin.workers"), leaves=False)


def _hand_over_page(
    user: User, act: Callable[[Work, User, UUID | None], None], target: str, *, leaves: bool
) -> ResponseReturnValue:
    form = hand_over_form(user)
    response = save(
        form,
        lambda: act(current_work(), user, _chosen(form)),
        lambda _nothing: target,
        _("The work is handed over."),
    )
    if response:
        return response
    found = handover.open_work(current_work(), user)
    page = "admin/hand_over.html"
    return render_template(page, form=form, user=user, found=found, leaves=leaves, back=target)


def _chosen(form: CaseworkForm) -> UUID | None:
    successor = form["successor"].data
    return UUID(successor) if successor else None


@blueprint.get("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def organisation_list() -> ResponseReturnValue:
    """Every organisation and its agreement."""
    form = OrganisationFilter(request.args)
    found = organisations.list_organisations(current_work(), form.kind.data)
    return render_template("admin/organisations.html", form=form, organisations=found)


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE, step_up=True)
def new_organisation() -> ResponseReturnValue:
    """Add one."""
    form = OrganisationForm(data={"active": True})
    response = save(
        form,
        lambda: organisations.register_organisation(
            current_work(), form.code.data, form.kind.data, _values(form)
        ),
        lambda _result: url_for("admin.organisation_list"),
        _("The organisation is added."),
    )
    return response or render_template("admin/organisation.html", form=form, organisation=None)


@blueprint.route("/organisations/<uuid:organisation_id>", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE, of=Organisation, step_up=True)
def organisation(organisation: Organisation) -> ResponseReturnValue:
    """Change one: most often its agreement."""
    form = _organisation_form(organisation)
    response = save(
        form,
        lambda: organisations.change_organisation(
            current_work(), organisation, _values(form), form.version.data
        ),
        lambda _result: url_for("admin.organisation_list"),
        _("Saved."),
        fresh=lambda: (_organisation_form(organisation, formdata=None), organisation.version),
    )
    page = "admin/organisation.html"
    return response or render_template(page, form=form, organisation=organisation)


def _organisation_form(organisation: Organisation, **options: Any) -> OrganisationForm:
    names = (*CHANGEABLE, "country", "aimag", "version")
    form = OrganisationForm(data={name: getattr(organisation, name) for name in names}, **options)
    del form.code
    del form.kind
    return form


def _values(form: OrganisationForm) -> dict[str, Any]:
    places = {"country": form.country.data or None, "aimag": form.aimag.data or None}
    return {name: form[name].data for name in CHANGEABLE} | places
