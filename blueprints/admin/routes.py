"""Users and organisations."""

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
)
from casework.policy import Permission
from casework.services.administration import accounts, organisations
from casework.vocabulary import Role
from casework.web.access import requires
from casework.web.forms import CaseworkForm
from casework.web.i18n import _
from casework.web.saving import save
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
@requires(Permission.USER_MANAGE)
def new_user() -> ResponseReturnValue:
    """Add an account; its first password is shown once."""
    form = NewUserForm()
    passwords: list[str] = []
    response = save(form, lambda: _add(form, passwords), lambda _u: url_for("admin.users"))
    if response and passwords:
        return render_template("admin/password.html", password=passwords[0], new=True)
    return response or render_template("admin/new_user.html", form=form)


def _add(form: NewUserForm, passwords: list[str]) -> User:
    new = accounts.NewAccount(
        email=form.email.data,
        name=form.name.data,
        role=Role(form.role.data),
        organisation_id=form.organisation_id(),
        language=form.language.data,
    )
    user, password = accounts.add_account(current_work(), new)
    passwords.append(password)
    return user


@blueprint.route("/users/<uuid:user_id>", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, of=User)
def user(user: User) -> ResponseReturnValue:
    """Role, and whether the person may sign in."""
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
    return response or render_template("admin/user.html", form=form, user=user)


def _user_form(user: User, **options: Any) -> UserForm:
    stored = {"role": user.role.value, "active": user.active, "version": user.version}
    return UserForm(data=stored, **options)


@blueprint.route("/users/<uuid:user_id>/password", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, of=User)
def password(user: User) -> ResponseReturnValue:
    """A new password, shown once."""
    form = CaseworkForm()
    made: list[str] = []
    response = save(
        form,
        lambda: made.append(accounts.reset_password(current_work(), user)),
        lambda _result: url_for("admin.user", user_id=user.id),
    )
    if response and made:
        return render_template("admin/password.html", password=made[0], new=False)
    return response or render_template("admin/reset.html", form=form, user=user)


@blueprint.get("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def organisation_list() -> ResponseReturnValue:
    """Every organisation and its agreement."""
    form = OrganisationFilter(request.args)
    found = organisations.list_organisations(current_work(), form.kind.data)
    return render_template("admin/organisations.html", form=form, organisations=found)


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE)
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
@requires(Permission.ORGANISATION_MANAGE, of=Organisation)
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
