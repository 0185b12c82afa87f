"""Merging a request into another of the same household: chosen values go over, and come back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import Conflict
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.movements.holds import BEFORE_DEPARTURE
from casework.services.people.tokens import lookups_of
from casework.services.requests.editing import (
    HOUSEHOLD_FIELDS,
    PERSON_FIELDS,
    correct_person,
)
from casework.services.requests.privacy import set_private_by_merge
from casework.services.requests.scoring import SCORED, order_today, store_score
from casework.services.requests.states import ACTIVE, active_members, move_request
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    HoldState,
    Language,
    Purpose,
    RequestState,
    Sex,
    StayState,
    WriteBy,
)
from models.facility import Stay
from models.merge import RequestMerge
from models.movement import Hold
from models.person import Person
from models.return_request import RequestMember, ReturnRequest
from models.subject import Subject

#: By field: what stood there before a merge and what does after it, as JSON.
Taken = dict[str, tuple[Any, Any]]

HOUSEHOLD: Final = "household"
_LIVE_HOLDS: Final = (*BEFORE_DEPARTURE, HoldState.ARRIVED)
_ENDED_STAYS: Final = (StayState.CANCELLED, StayState.RELEASED)
#: What comes over unasked; the entry of the merge, which is the household's, does not tell of it.
_OF_MEMBER: Final = frozenset({"needs", "private", "travels_apart"})
_READ: Final[Mapping[str, Any]] = {
    "visa_expires_on": date.fromisoformat,
    "birth_date": date.fromisoformat,
    "language": Language,
    "sex": Sex,
    "may_write": WriteBy,
}
PLACES = N_(
    "One of the two requests has a place on a journey or in quarantine. Free it first, or wait."
)
ONLY_THERE = N_(
    "Request %(reference)s has people whom the other does not have. Add them there first "
    "(“Somebody joins the household”), or put the request aside without merging."
)


@dataclass(frozen=True, repr=False)
class Pair:
    """Something that both requests say something of: the household, or one person."""

    key: str
    stays: Person | ReturnRequest
    other: Person | ReturnRequest

    @property
    def names(self) -> tuple[str, ...]:
        """Its fields."""
        return HOUSEHOLD_FIELDS if self.key == HOUSEHOLD else PERSON_FIELDS

    def differing(self, work: Work) -> list[str]:
        """The fields that differ and where the other one says something."""
        with work.unseen():
            return [
                name
                for name in self.names
                if getattr(self.other, name) is not None
                and getattr(self.stays, name) != getattr(self.other, name)
            ]


def pairs_of(work: Work, stays: ReturnRequest, merged: ReturnRequest) -> list[Pair]:
    """What can be compared: the household, and each person who stands in both."""
    people = _same_people(work, stays, merged)
    pairs = [Pair(str(one.person_id), one.person, other.person) for other, one in people]
    return [Pair(HOUSEHOLD, stays, merged), *pairs]


def find_other(work: Work, request: ReturnRequest, reference: str) -> ReturnRequest | None:
    """Another request of this number that the actor may merge with, or None."""
    return work.session.scalars(
        select(ReturnRequest).where(
            ReturnRequest.reference == reference.strip().upper(),
            ReturnRequest.id != request.id,
            ReturnRequest.state.in_(ACTIVE),
            visible(work.actor, Permission.RETURN_REQUEST_MERGE, ReturnRequest),
        )
    ).first()


def merge_requests(
    work: Work,
    stays: ReturnRequest,
    merged: ReturnRequest,
    take: Collection[str],
    version: int | None = None,
) -> RequestMerge:
    """Merge `merged` into `stays`, which takes the values named in `take` (`key.field`).

    Needs of both count, none is lost; whoever is private or travels apart in either is so in the
    one that stays. `merged` becomes a duplicate and keeps what it says; its
    people are found as those who stay. Raises Conflict while either has a place on a journey or in
    quarantine, or when `merged` has people whom the other has not.
    """
    for request in (stays, merged):
        require(work, Permission.RETURN_REQUEST_MERGE, request)
    expect_version(merged, version)
    check_mergeable(work, stays, merged)
    people = _same_people(work, stays, merged)
    with work.session.no_autoflush:
        row = _row(work, stays, merged, people)
        taken = {pair.key: _take(work, pair, take) for pair in pairs_of(work, stays, merged)}
        for other, one in people:
            taken[str(one.person_id)] |= _take_member(work, other, one)
        row.before = _side(taken, 0)
        row.after = _side(taken, 1)
        row.sealed = _take_protection(work, people)
        _score(work, stays)
    _link(work, {other.subject_id: one.subject_id for other, one in people})
    _record(work, "request.merged", stays, row)
    move_request(
        work, merged, RequestState.DUPLICATE, event="request.duplicate", cause=str(stays.id)
    )
    return row


def check_mergeable(work: Work, stays: ReturnRequest, merged: ReturnRequest) -> None:
    """Raise Conflict with the reason when the two cannot be merged now."""
    ids = (stays.id, merged.id)
    held = select(Hold.id).where(Hold.request_id.in_(ids), Hold.state.in_(_LIVE_HOLDS))
    stayed = (
        select(Stay.id)
        .join(RequestMember, RequestMember.id == Stay.member_id)
        .where(RequestMember.request_id.in_(ids), Stay.state.not_in(_ENDED_STAYS))
    )
    with work.beyond("a place blocks a merge, whoever may see it"):
        if work.session.scalar(held.limit(1)) or work.session.scalar(stayed.limit(1)):
            raise Conflict(PLACES)
    found = {other.id for other, _ in _same_people(work, stays, merged)}
    if any(member.id not in found for member in active_members(merged)):
        raise Conflict(ONLY_THERE, reference=merged.reference)


def merge_of(work: Work, merged: ReturnRequest) -> RequestMerge | None:
    """The merge that put this request aside, unless it was undone or none was made."""
    return work.session.scalars(
        select(RequestMerge).where(
            RequestMerge.merged_id == merged.id, RequestMerge.undone_at.is_(None)
        )
    ).first()


def undo_merge(work: Work, row: RequestMerge) -> None:
    """Give back every value that was taken over and not changed since; needs lose what came over.

    A need for protection stays: a cleared officer decides. The caller restores the request's state.
    """
    stays = work.session.get_one(ReturnRequest, row.request_id)
    require(work, Permission.RETURN_REQUEST_MERGE, stays)
    with work.unseen():
        before, after = row.before, row.after or {}
    members = {str(member.person_id): member for member in stays.members}
    with work.session.no_autoflush:
        for key, values in before.items():
            taken = after.get(key, {})
            if key == HOUSEHOLD:
                _set(stays, _unchanged(work, stays, values, taken))
            else:
                _give_back(work, members[key], values, taken)
        row.undone_at = clock.now()
        _score(work, stays)
    _link(work, dict.fromkeys(_subjects(work, row.people)))
    _record(work, "request.merge_undone", stays, row)


def _same_people(
    work: Work, stays: ReturnRequest, merged: ReturnRequest
) -> list[tuple[RequestMember, RequestMember]]:
    """Active members of `merged`, each with who it is in `stays`."""
    with work.unseen():
        known = [(member, _tokens(work, member.person)) for member in active_members(stays)]
        return [
            (other, one)
            for other in active_members(merged)
            for one, tokens in known
            if tokens & _tokens(work, other.person)
        ]


def _tokens(work: Work, person: Person) -> frozenset[Any]:
    return frozenset(
        lookups_of(
            work.keyring,
            register=person.register_number,
            passport=person.passport_number,
            name=(person.patronymic or "", person.given_name, person.birth_date),
        )
    )


def _row(
    work: Work,
    stays: ReturnRequest,
    merged: ReturnRequest,
    people: list[tuple[RequestMember, RequestMember]],
) -> RequestMerge:
    row = RequestMerge(
        request_id=stays.id,
        merged_id=merged.id,
        subject_id=stays.subject_id,
        merged_at=clock.now(),
        merged_by_id=work.actor.id,
        people={str(other.person_id): str(one.person_id) for other, one in people},
    )
    work.session.add(row)
    return row


def _take(work: Work, pair: Pair, take: Collection[str]) -> Taken:
    """Set what was chosen; returns what stood there before and what does now, as JSON."""
    names = [name for name in pair.differing(work) if f"{pair.key}.{name}" in take]
    with work.unseen():
        before = {name: _plain(getattr(pair.stays, name)) for name in names}
        values = {name: getattr(pair.other, name) for name in names}
    if isinstance(pair.stays, Person):
        correct_person(work, pair.stays, values)
    else:
        _set(pair.stays, {name: _plain(value) for name, value in values.items()})
    return {name: (before[name], _plain(value)) for name, value in values.items()}


def _take_member(work: Work, other: RequestMember, one: RequestMember) -> Taken:
    """Whatever either says is needed counts, and whoever is kept apart in either stays so."""
    taken: Taken = {}
    with work.unseen():
        together = sorted({*one.needs, *other.needs})
        if together != one.needs:
            taken["needs"] = (list(one.needs), together)
            one.needs = together
    if other.private and not one.private:
        taken["private"] = (False, True)
        set_private_by_merge(work, one, True)
    if other.travels_apart and not one.travels_apart:
        taken["travels_apart"] = (False, True)
        one.travels_apart = True
    return taken


def _give_back(
    work: Work, member: RequestMember, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    own = {name: value for name, value in before.items() if name in PERSON_FIELDS}
    if values := _unchanged(work, member.person, own, after):
        correct_person(work, member.person, _typed(values))
    came = set(after.get("needs", ())) - set(before.get("needs", ()))
    with work.unseen():
        if came & set(member.needs):
            member.needs = [need for need in member.needs if need not in came]
    if after.get("private") and member.private:
        set_private_by_merge(work, member, False)
    if after.get("travels_apart"):
        member.travels_apart = False


def _unchanged(
    work: Work,
    row: Person | ReturnRequest,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> dict[str, Any]:
    """Of the values before a merge those whose field still holds what the merge set."""
    with work.unseen():
        return {
            name: value
            for name, value in before.items()
            if name in after and _plain(getattr(row, name)) == after[name]
        }


def _side(taken: Mapping[str, Taken], side: int) -> dict[str, Any]:
    return {
        key: {name: pair[side] for name, pair in values.items()}
        for key, values in taken.items()
        if values
    }


def _take_protection(work: Work, people: list[tuple[RequestMember, RequestMember]]) -> list[str]:
    with work.unseen():
        taken = [one for other, one in people if other.protection and not one.protection]
    for one in taken:
        one.protection = True
    return [str(one.person_id) for one in taken]


def _link(work: Work, subjects: Mapping[Any, Any]) -> None:
    """Let erasure and the access package follow from who was merged to who stays, or no longer."""
    with work.beyond("subjects are the system's; whose they are was decided here"):
        for subject_id, into in subjects.items():
            work.session.get_one(Subject, subject_id).merged_into_id = into


def _subjects(work: Work, people: Mapping[str, str]) -> list[Any]:
    return [work.session.get_one(Person, UUID(person_id)).subject_id for person_id in people]


def _set(request: ReturnRequest, values: Mapping[str, Any]) -> None:
    for name, value in _typed(values).items():
        setattr(request, name, value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _READ[name](value) if name in _READ and value is not None else value
        for name, value in values.items()
    }


def _score(work: Work, stays: ReturnRequest) -> None:
    if stays.state in SCORED:
        store_score(work, stays, order_today(work))


def _record(work: Work, event: str, stays: ReturnRequest, row: RequestMerge) -> None:
    with work.unseen():
        fields = {name for values in row.before.values() for name in values} - _OF_MEMBER
    work.record(
        Act(
            event,
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_MERGE,
            subjects={stays.subject_id},
            facts={"fields": sorted(fields), "members": len(row.people)},
            cause=str(row.merged_id),
        )
    )
