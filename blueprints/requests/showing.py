"""The list, and one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.requests.blueprint import blueprint
from blueprints.requests.filters import StateFilter
from casework.policy import Permission, may_ever
from casework.rules.priority import Score, explain
from casework.services.access import allowed
from casework.services.confirmations.answering import unanswered_since
from casework.services.messages.reading import messages_about
from casework.services.people.reveal import people_of, person_among, revealed_to
from casework.services.requests.ageing import age_of, late_by_mission
from casework.services.requests.privacy import apart
from casework.services.requests.reading import (
    After,
    caller_of,
    days_waiting,
    history,
    list_requests,
    needs_shown,
    shown_members,
)
from casework.services.requests.scoring import SCORED, Order, order_today, told_score
from casework.services.requests.states import ACTIVE, active_members
from casework.services.requests.travel import Missing, journey_of, missing_by_member
from casework.services.rights.restriction import restricted_among
from casework.services.work import Work
from casework.vocabulary import RequestState
from casework.web.access import requires
from casework.web.place_names import home_place
from casework.web.reveal import reveal_page
from casework.web.unit import current_work
from models.return_request import RequestMember, ReturnRequest


@blueprint.get("/requests")
@requires(Permission.RETURN_REQUEST_READ)
def index() -> str:
    """My organisation's requests."""
    form = StateFilter(request.args)
    form.validate()
    page = list_requests(
        current_work(), form.state.data, After.parse(request.args.get("after", "")), form.age.data
    )
    chosen: dict[str, Any] = {name: request.args.get(name) for name in ("state", "age")}
    following = url_for("requests.index", **chosen, after=str(page.after)) if page.after else None
    return render_template(
        "requests/index.html",
        form=form,
        page=page,
        next_page=following,
        first_page=url_for("requests.index", **chosen) if request.args.get("after") else None,
        age_of=age_of,
        days_waiting=days_waiting,
        may_create=may_ever(current_work().actor, Permission.RETURN_REQUEST_CREATE),
        may_import=may_ever(current_work().actor, Permission.RETURN_REQUEST_VERIFY),
    )


@blueprint.get("/requests/late")
@requires(Permission.RETURN_REQUEST_READ)
def late() -> str:
    """What has waited too long, mission by mission."""
    return render_template("requests/late.html", missions=late_by_mission(current_work(), 100))


@blueprint.get("/requests/<uuid:request_id>")
@requires(Permission.RETURN_REQUEST_READ, of=ReturnRequest)
def show(request: ReturnRequest) -> ResponseReturnValue:
    """One request: who, needs, why it stands where it stands, what is next."""
    work = current_work()
    members = shown_members(work, request)
    people = [member.person for member in members]
    order = order_today(work)
    whole = len(members) == len(request.members)
    steps = steps_for(request)
    score = _told_score(work, request, order) if whole and request.state in SCORED else None
    return render_template(
        "requests/show.html",
        request_=request,
        members=members,
        apart=apart(request.members),
        whole=whole,
        restricted=bool(restricted_among(work, [person.id for person in people])),
        shown=revealed_to(work, people),
        needs_shown=needs_shown,
        score=score,
        policy=order.policy,
        reasons=explain(score) if score else (),
        history=history(work, request) if whole else (),
        missing=_missing(work, request, members),
        unanswered=unanswered_since(work, request),
        messages=messages_about(work, request) if whole else (),
        waiting=days_waiting(request),
        home=home_place(request.home_aimag, request.home_soum),
        steps=steps,
        caller=caller_of(request) if whole and steps.change else None,
    )


def _told_score(work: Work, request: ReturnRequest, order: Order) -> Score:
    """Beside the needs a reserved place for protection would tell of it: the page is silent."""
    with work.unseen():
        return told_score(request, order, active_members(request))


def _missing(
    work: Work, request: ReturnRequest, members: Sequence[RequestMember]
) -> dict[UUID, list[Missing]]:
    """What the members who still travel lack; of whoever is private only her own page tells."""
    hidden = apart(request.members)
    told = [each for each in members if each.state in ACTIVE and each.id not in hidden]
    return missing_by_member(told, journey_of(work, request))


@dataclass(frozen=True)
class Steps:
    """Which acts the page offers: those the state allows to this user."""

    change: bool
    verify: bool
    decline: bool
    uphold: bool
    withdraw: bool
    merge: bool
    restore: bool
    reveal: bool
    rights: bool
    documents: bool
    pin: bool


_BEFORE_DEPARTURE = (
    RequestState.SUBMITTED,
    RequestState.VERIFIED,
    RequestState.QUEUED,
    RequestState.OFFERED,
    RequestState.CONFIRMED,
)


def steps_for(request: ReturnRequest) -> Steps:
    """What the user may do with `request` now."""
    work, state = current_work(), request.state

    def may(permission: Permission, *states: RequestState) -> bool:
        return (not states or state in states) and allowed(work, permission, request)

    unsettled = (*_BEFORE_DEPARTURE, RequestState.TRAVELLING)
    new = (RequestState.SUBMITTED, RequestState.VERIFIED)
    return Steps(
        change=may(Permission.RETURN_REQUEST_UPDATE, *unsettled),
        verify=may(Permission.RETURN_REQUEST_VERIFY, *new),
        decline=may(Permission.RETURN_REQUEST_DECLINE, *new),
        uphold=may(Permission.RETURN_REQUEST_DECIDE_APPEAL, RequestState.DECLINED),
        withdraw=may(Permission.RETURN_REQUEST_WITHDRAW, *_BEFORE_DEPARTURE),
        merge=may(Permission.RETURN_REQUEST_MERGE, *unsettled),
        restore=may(Permission.RETURN_REQUEST_MERGE, RequestState.DUPLICATE),
        reveal=may(Permission.IDENTITY_REVEAL),
        rights=may(Permission.SUBJECT_REQUEST_REGISTER),
        documents=may(Permission.DOCUMENT_READ),
        pin=may(Permission.RETURN_REQUEST_VERIFY),
    )


@blueprint.route(
    "/requests/<uuid:request_id>/people/<uuid:person_id>/show", methods=["GET", "POST"]
)
@requires(Permission.IDENTITY_REVEAL, of=ReturnRequest)
def show_person(request: ReturnRequest, person_id: UUID) -> ResponseReturnValue:
    """What a person's identifiers are needed for."""
    seen = {member.person_id for member in shown_members(current_work(), request)}
    people = [person for person in people_of(request) if person.id in seen]
    return reveal_page(request, person_among(people, person_id), _after_showing(request, person_id))


def _after_showing(request: ReturnRequest, person_id: UUID) -> str:
    """The page on which this person's identifiers stand."""
    hidden = apart(request.members)
    for member in request.members:
        if member.person_id == person_id and member.id in hidden:
            return url_for("requests.member", request_id=request.id, member_id=member.id)
    return url_for("requests.show", request_id=request.id)
