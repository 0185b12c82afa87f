"""Search for a person. What was typed never stands in an address: the form is sent with POST."""

from flask import Blueprint, render_template

from casework.errors import InvalidInput
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.people.search import Found, search_people
from casework.web.access import requires
from casework.web.fields import TextField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l
from casework.web.unit import current_work

blueprint = Blueprint("people", __name__)


class SearchForm(CaseworkForm):
    """Whom to look for."""

    text = TextField(
        _l("Name, register or passport number, telephone, e-mail, or request number"),
        hint=_l("In either script; a spelling that is nearly right will do."),
        render_kw={"autocomplete": "off", "spellcheck": False},
    )


@blueprint.route("/people/search", methods=["GET", "POST"])
@requires(Permission.PERSON_SEARCH)
def search() -> str:
    """Find people within the user's scope."""
    form = SearchForm()
    found: list[Found] | None = None
    work = current_work()
    if form.validate_on_submit():
        try:
            found = search_people(work, form.text.data)
            work.commit()
        except InvalidInput as error:
            work.end()
            form.refuse(error)
    return render_template("people/search.html", form=form, found=found, may_open=_may_open)


def _may_open(found: Found) -> bool:
    """Whether the request may be opened, not only found."""
    return found.request is not None and allowed(
        current_work(), Permission.RETURN_REQUEST_READ, found.request
    )
