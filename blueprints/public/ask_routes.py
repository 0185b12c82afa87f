"""Asking to come home, one question a page, without an account."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.public import cookie
from blueprints.public.forms import SendForm
from blueprints.public.household import household_of
from blueprints.public.pages import (
    MOST_PEOPLE,
    Answers,
    Page,
    before,
    first_open,
    in_order,
    known,
    name_of,
    people_count,
)
from casework.errors import InvalidInput
from casework.services.public.sending import send_request
from casework.services.public.visits import (
    Visit,
    begin_visit,
    keep_answers,
    keep_sealed,
    read_visit,
)
from casework.web.access import public
from casework.web.unit import current_net, database

blueprint = Blueprint("ask", __name__)
#: Where the button to leave quickly leads: a page that anybody may have open.
ELSEWHERE = "https://mn.wikipedia.org/"


@blueprint.route("/ask", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    """What this is; begin."""
    form = SendForm()
    if form.validate_on_submit():
        try:
            cookie.keep(begin_visit(database(), current_net()))
            return redirect(Page("where").url)
        except InvalidInput as error:
            form.refuse(error)
    visit = read_visit(database(), cookie.secret())
    return render_template("public/start.html", form=form, begun=visit is not None)


@blueprint.route("/ask/<page>", methods=["GET", "POST"])
@public
def step(page: str) -> ResponseReturnValue:
    """A question about the household."""
    return _question(Page(page))


@blueprint.route("/ask/person/<int:place>/<page>", methods=["GET", "POST"])
@public
def person(place: int, page: str) -> ResponseReturnValue:
    """A question about one of the people."""
    return _question(Page(page, place)) if place else abort(404)


@blueprint.post("/ask/person/<int:place>/remove")
@public
def remove(place: int) -> Response:
    """Take somebody out of the household; who asks stays."""
    visit = read_visit(database(), cookie.secret())
    if visit and 1 < place <= people_count(visit.answers):
        people = [*visit.answers["people_said"]]
        del people[place - 1]
        keep_answers(database(), cookie.secret(), visit.answers | {"people_said": people})
    return redirect(Page("people").url)


@blueprint.route("/ask/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    """Everything that was typed but the sealed answer; send it."""
    visit = read_visit(database(), cookie.secret())
    away = _elsewhere(visit)
    if away or visit is None:
        return away or redirect(url_for("ask.start"))
    if (page := first_open(visit.answers)) is not None:
        return redirect(page.url)
    form = SendForm()
    if form.validate_on_submit() and _sent(form, visit.answers):
        return redirect(url_for("ask.sent"))
    return render_template("public/check.html", form=form, parts=_parts(visit.answers))


@blueprint.route("/ask/sent", methods=["GET", "POST"])
@public
def sent() -> ResponseReturnValue:
    """Reference and PIN, until the person says that she has them."""
    form = SendForm()
    if form.validate_on_submit():
        cookie.forget()
        return redirect(url_for("status.enter"))
    visit = read_visit(database(), cookie.secret())
    if visit is None or not visit.shown:
        return redirect(url_for("ask.start"))
    return render_template("public/sent.html", form=form, code=visit.shown[0], pin=visit.shown[1])


@blueprint.get("/ask/leave")
@public
def leave() -> Response:
    """Forget what was typed and go where anybody may be."""
    cookie.forget()
    return redirect(ELSEWHERE, 303)


def _elsewhere(visit: Visit | None) -> Response | None:
    """Where the browser belongs when there is nothing to fill in."""
    if visit is None:
        return redirect(url_for("ask.start"))
    return redirect(url_for("ask.sent")) if visit.shown else None


def _question(page: Page) -> ResponseReturnValue:
    visit = read_visit(database(), cookie.secret())
    answers = visit.answers if visit else {}
    if not known(page, answers):
        abort(404)
    away = _elsewhere(visit)
    if away:
        return away
    form = page.form() if request.method == "POST" else page.filled(answers, to_send=True)
    if form.validate_on_submit():
        return redirect(_after(page, form, answers))
    return render_template(
        "public/step.html",
        form=form,
        page=page,
        back=before(page, answers),
        names=[name_of(answers, place) for place in range(1, people_count(answers) + 1)],
        who=name_of(answers, page.place) if page.place else "",
    )


def _after(page: Page, form: Any, answers: Answers) -> str:
    """Keep what was sent; the address of the next question."""
    raw = {field.short_name: request.form.getlist(field.name) for field in form.visible_fields()}
    if page.name == "safety":
        keep_sealed(database(), cookie.secret(), form.signs.data)
        raw = {}
    another = page.name == "people" and form.more.data and people_count(answers) < MOST_PEOPLE
    if another:
        return Page("name", people_count(answers) + 1).url
    kept = page.keep(answers, raw)
    keep_answers(database(), cookie.secret(), kept)
    following = first_open(kept)
    return following.url if following else url_for("ask.check")


def _sent(form: SendForm, answers: Answers) -> bool:
    country = answers["where"]["country"][0]
    try:
        return send_request(
            database(),
            cookie.secret(),
            country,
            lambda organisation: household_of(answers, organisation),
            current_net(),
        )
    except InvalidInput as error:
        form.refuse(error)
        return False


def _parts(answers: Answers) -> list[tuple[Page, str, Any]]:
    """Each page but the sealed one, whom it is about, and its form, read."""
    found = []
    for page in in_order(answers):
        if page.name not in ("safety", "people", "consent"):
            form = page.filled(answers)
            form.validate()
            found.append((page, name_of(answers, page.place) if page.place else "", form))
    return found
