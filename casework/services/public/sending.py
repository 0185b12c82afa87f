"""Sending a request through the public form: kept for the mission to verify, whoever it may be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Final

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.people.tokens import lookups_of
from casework.services.public.pins import code_of, in_groups, make_pin
from casework.services.public.visits import WITH_PIN, living_visit, public_work
from casework.services.requests.duplicates import active_matches, exact_lookups, is_protected
from casework.services.requests.household_input import HouseholdInput
from casework.services.requests.receiving import receive_request
from casework.services.sign_in.flooding import Pace, count_sending
from casework.services.work import Database, Work
from casework.vocabulary import OrganisationKind, Purpose, TellingKind
from models.organisation import Organisation
from models.public import PublicVisit, Telling
from models.return_request import RequestMember, ReturnRequest

#: A mission's or a telephone company's address is shared by many.
SENDING: Final = Pace("public request", 10, timedelta(minutes=1), timedelta(minutes=30))
MakeHousehold = Callable[[Organisation], HouseholdInput]


def send_request(
    database: Database, secret: str, country: str, make: MakeHousehold, net: str | None
) -> bool:
    """Register the household of a visit; its reference and PIN stay with the visit for a while.

    `make` gives the household for the organisation that serves `country`. Sent twice it is one
    request. False when the visit ended before. Raises InvalidInput when too many came from one
    address: what was typed is kept.
    """
    with public_work(database) as work:
        visit = living_visit(work, secret)
        if visit is None or visit.member_id is not None:
            return False
        with work.unseen():
            sent, protection = bool(visit.shown), bool(visit.protection)
        if not sent:
            _check_pace(work, net)
            household = make(mission_for(work, country))
            principal = replace(household.members[0], protection=protection)
            _register(work, visit, replace(household, members=(principal, *household.members[1:])))
    return True


def mission_for(work: Work, country: str) -> Organisation:
    """The mission in a country; the ministry where there is none."""
    statement = (
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.MISSION, Organisation.active)
        .order_by(Organisation.code)
    )
    ministry = select(Organisation).where(Organisation.kind == OrganisationKind.MINISTRY)
    there = work.session.scalars(statement.where(Organisation.country == country)).first()
    return there or work.session.scalars(ministry.order_by(Organisation.code)).one()


def _check_pace(work: Work, net: str | None) -> None:
    wait = count_sending(work, SENDING, net)
    if wait is not None:
        raise InvalidInput(
            N_(
                "Many requests came from your network. Your answers are kept: send them again "
                "in %(minutes)s minutes."
            ),
            minutes=ceil(wait.total_seconds() / 60),
        )


def _register(work: Work, visit: PublicVisit, household: HouseholdInput) -> None:
    held = _same_people(work, household)
    request = receive_request(work, household, checked=True, another_person=True)
    for member in held:
        _tell_match(work, member, request)
    principal = request.members[0]
    pin = make_pin(work, principal)
    visit.answers, visit.protection = {}, None
    visit.shown = [code_of(principal), in_groups(pin)]
    visit.ends_at = clock.now() + WITH_PIN


def _same_people(work: Work, household: HouseholdInput) -> list[RequestMember]:
    """Members of active requests who may be the same people, but for protected records."""
    lookups = [
        looked_up
        for each in household.members
        for looked_up in (
            *exact_lookups(work, each),
            *lookups_of(work.keyring, name=(each.patronymic, each.given_name, each.birth_date)),
        )
    ]
    found = {match.member.id: match.member for match in active_matches(work, lookups)}
    return [member for member in found.values() if not is_protected(work, member)]


def _tell_match(work: Work, held: RequestMember, request: ReturnRequest) -> None:
    """Let the mission that holds the earlier request look; the sender learns nothing of it."""
    told = Telling(
        request_id=held.request_id,
        member_id=held.id,
        subject_id=held.subject_id,
        other_id=request.id,
        kind=TellingKind.MATCH,
        at=clock.now(),
    )
    work.session.add(told)
    facts = {"kind": TellingKind.MATCH.value}
    work.record(Act("telling.received", Purpose.RETURN_ASSISTANCE, facts=facts))
