"""One active request a person: who looks alike, and who may be told.

An officer sees matches among the requests that she reads anyway, and decides. Of others she may
learn only that one exists, from an exact number, as an official, a few times an hour, and never
of a person with a protected record. What may not be said changes nothing in what she sees.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.policy import MINISTRY, Permission
from casework.services.people.tokens import EXACT, Lookup, lookups_of
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.services.requests.reading import members_shown
from casework.services.requests.states import ACTIVE
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import Need, Purpose
from models.audit import AuditEntry
from models.organisation import Organisation
from models.return_request import RequestMember, ReturnRequest
from models.subject import SearchToken

EXISTS_ELSEWHERE: Final = "request.exists_elsewhere"
ANSWERS_AN_HOUR: Final = 20
_AT_ONCE: Final = 400
_WHY: Final = "a duplicate may be any mission's; what may be told of it is decided here"


@dataclass(frozen=True, repr=False)
class Match:
    """A member of an active request who has the looked-up token."""

    lookup: Lookup
    member: RequestMember

    @property
    def exact(self) -> bool:
        """Whether a register or passport number matched, not only name and birth date."""
        return self.lookup[0] in EXACT


@dataclass(frozen=True, repr=False)
class DuplicateCheck:
    """What may be said of matches: members to look at, organisations to ask, how many withheld."""

    shown: tuple[RequestMember, ...] = ()
    elsewhere: tuple[Organisation, ...] = ()
    withheld: int = 0

    @property
    def to_decide(self) -> int:
        """How many matches the officer has to decide about."""
        return len(self.shown) + len(self.elsewhere)


def exact_lookups(work: Work, member: PersonInput) -> list[Lookup]:
    """The member's register and passport numbers, as looked up."""
    return list(
        lookups_of(work.keyring, register=member.register_number, passport=member.passport_number)
    )


def active_matches(work: Work, lookups: Iterable[Lookup]) -> list[Match]:
    """Members of active requests who have one of these tokens; few queries for many lookups."""
    found: list[Match] = []
    wanted = set(lookups)
    remaining = iter(sorted(wanted))
    while part := list(islice(remaining, _AT_ONCE)):
        rows = work.session.execute(
            select(SearchToken.kind, SearchToken.token, RequestMember)
            .join(RequestMember, RequestMember.person_id == SearchToken.row_id)
            .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
            .where(
                SearchToken.kind.in_({kind for kind, _ in part}),
                SearchToken.token.in_([token for _, token in part]),
                RequestMember.state.in_(ACTIVE),
                ReturnRequest.state.in_(ACTIVE),
            )
            .order_by(ReturnRequest.reference, RequestMember.position)
        )
        found += [Match((kind, token), member) for kind, token, member in rows]
    return [match for match in found if match.lookup in wanted]


def is_protected(work: Work, member: RequestMember) -> bool:
    """Whether the person has a record that nobody may learn of by asking."""
    with work.unseen():
        return bool(member.protection) or Need.VIOLENCE in member.needs


def check_duplicates(work: Work, members: Sequence[PersonInput]) -> DuplicateCheck:
    """What the actor may be told of active requests of these people."""
    lookups: list[Lookup] = []
    for member in members:
        name = (member.patronymic, member.given_name, member.birth_date)
        lookups += [*exact_lookups(work, member), *lookups_of(work.keyring, name=name)]
    with work.beyond(_WHY):
        return _checked(work, lookups)


def _checked(work: Work, lookups: Iterable[Lookup]) -> DuplicateCheck:
    by_member: dict[RequestMember, bool] = {}
    for match in active_matches(work, lookups):
        by_member[match.member] = by_member.get(match.member, False) or match.exact
    readable = _readable(work, by_member)
    shown = tuple(member for member in by_member if member.id in readable)
    others = [member for member in by_member if member.id not in readable]
    told = [member for member in others if by_member[member] and _may_be_told(work, member)]
    holders = {member.request.lodged_at.id: member.request.lodged_at for member in told}
    return DuplicateCheck(shown, tuple(holders.values()), len(others) - len(told))


def note_answer(work: Work) -> None:
    """Write down that the actor was told of a request elsewhere; the caller commits."""
    work.record(
        Act(
            EXISTS_ELSEWHERE,
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_CREATE,
        )
    )


def note_withheld(work: Work, request: ReturnRequest, matches: int) -> None:
    """Leave the protection officer a trace of matches that could not be shown."""
    if matches:
        work.record(
            Act(
                "request.duplicate_withheld",
                Purpose.PROTECTION,
                subjects={request.subject_id},
                facts={"matches": matches},
            )
        )


@dataclass(frozen=True)
class KnownHouseholds:
    """Households of a list, by place, with a person who has an active request already.

    `own`: at the organisation of the list; `elsewhere`: at another one, and it may be said.
    `withheld` counts by place the matches that may not be said.
    """

    own: frozenset[int]
    elsewhere: frozenset[int]
    withheld: dict[int, int]

    @property
    def told(self) -> frozenset[int]:
        """Those that await a decision."""
        return self.own | self.elsewhere


def holds_active_request(
    work: Work, households: Sequence[HouseholdInput], answers: int | None = None
) -> KnownHouseholds:
    """Which of `households` have a person with an active request under the same number.

    Of requests elsewhere at most `answers` are told, the first of the list (None: all), and never
    one of a protected person: a list must not be a way to ask after thousands of numbers.
    """
    places: dict[Lookup, set[int]] = {}
    for place, household in enumerate(households):
        for member in household.members:
            for looked_up in exact_lookups(work, member):
                places.setdefault(looked_up, set()).add(place)
    own: set[int] = set()
    open_elsewhere: set[int] = set()
    elsewhere: list[int] = []
    with work.beyond(_WHY):
        for match in active_matches(work, places):
            for place in places[match.lookup]:
                if match.member.request.lodged_at_id == households[place].organisation.id:
                    own.add(place)
                    continue
                elsewhere.append(place)
                if not is_protected(work, match.member):
                    open_elsewhere.add(place)
    told = frozenset(sorted(open_elsewhere - own)[:answers])
    withheld = Counter(place for place in elsewhere if place not in own | told)
    return KnownHouseholds(frozenset(own), told, dict(withheld))


def _readable(work: Work, members: Iterable[RequestMember]) -> set[UUID]:
    """Ids of those the actor sees on the page of their request."""
    ids = {member.request_id for member in members}
    if not ids:
        return set()
    statement = select(ReturnRequest).where(
        ReturnRequest.id.in_(ids),
        visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
    )
    shown = members_shown(work, work.session.scalars(statement).all())
    return {member.id for of_request in shown.values() for member in of_request}


def _may_be_told(work: Work, member: RequestMember) -> bool:
    if work.actor.role not in MINISTRY or is_protected(work, member):
        return False
    return answers_left(work) > 0


def answers_left(work: Work) -> int:
    """How often the actor may still be told within this hour that a request exists elsewhere."""
    statement = select(func.count()).where(
        AuditEntry.actor_id == work.actor.id,
        AuditEntry.at > clock.now() - timedelta(hours=1),
        AuditEntry.event == EXISTS_ELSEWHERE,
    )
    return max(0, ANSWERS_AN_HOUR - (work.session.scalar(statement) or 0))
