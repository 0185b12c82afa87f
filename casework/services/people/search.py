"""Finding a person: by any spelling of the name, or exactly by a number, under the policy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.reference import identifiers, register_number
from casework.reference.names import folded, romanised
from casework.services.access import require
from casework.services.names import refresh_names
from casework.services.people.tokens import Lookup, lookup
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import KeyDomain, Purpose, TokenKind
from models.case import Case, CasePerson
from models.person import Person
from models.return_request import RequestMember, ReturnRequest
from models.subject import SearchToken

LIMIT: Final = 20
_LONGEST: Final = 200
_FIRST_LOOK: Final = 4
_AT_ONCE: Final = 500
_REFERENCE = re.compile(r"[A-Z0-9]+-\d{4}-\d{5,}")
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,8}")
_PHONE = re.compile(r"\+?\d{6,15}")


@dataclass(frozen=True, repr=False)
class Found:
    """A person, how well the words fit (to 1), and the records the searcher may open."""

    person: Person
    score: float
    request: ReturnRequest | None
    case: Case | None

    @property
    def request_ref(self) -> str:
        """The mission's own number of the request, else ours; empty for a case alone."""
        if self.request is None:
            return ""
        return self.request.source_reference or self.request.reference

    @property
    def latin_name(self) -> str:
        """As in the passport, else as it would be written there."""
        return self.person.latin_name or romanised(self.person.full_name)


@dataclass(frozen=True, repr=False)
class _Records:
    request: ReturnRequest | None = None
    case: Case | None = None


def search_people(work: Work, text: str, limit: int = LIMIT) -> list[Found]:
    """Up to `limit` people that `text` may mean, best first, equal ones by request number.

    Only people whose request or case the actor may find are returned. The log keeps a keyed hash
    of the words. The caller commits. Raises InvalidInput for text without a letter or digit.
    """
    require(work, Permission.PERSON_SEARCH)
    words = text.strip()[:_LONGEST]
    if not any(sign.isalnum() for sign in words):
        raise InvalidInput(N_("Write a name, a number, or a request's reference."), "text")
    exact = _exact(work, words)
    found = _with_records(work, dict.fromkeys(exact, 1.0)) if exact else []
    if not exact:
        refresh_names(work)
        found = _by_name(work, words, limit)
    best = sorted(found, key=lambda each: (-each.score, each.request_ref))[:limit]
    _record(work, words, best)
    return best


def _by_name(work: Work, words: str, limit: int) -> list[Found]:
    """Ask the index for more until enough of what it gives may be seen, equal scores included."""
    wanted = limit * _FIRST_LOOK
    while True:
        candidates = work.database.names.search(words, wanted)
        found = _with_records(work, dict(candidates))
        if len(candidates) < wanted:
            return found
        scores = sorted((each.score for each in found), reverse=True)
        if len(scores) >= limit and candidates[-1][1] < scores[limit - 1]:
            return found
        wanted *= _FIRST_LOOK


def _with_records(work: Work, scores: dict[UUID, float]) -> list[Found]:
    """People among `scores` who may be found, each with the records that say so."""
    records: dict[UUID, _Records] = {}
    ids = sorted(scores)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        for person_id, request in _requests(work, part):
            records[person_id] = _Records(request)
        for person_id, case in _cases(work, part):
            earlier = records.get(person_id, _Records())
            records[person_id] = _Records(earlier.request, case)
    people = {person.id: person for person in _people(work, records)}
    return [
        Found(people[person_id], scores[person_id], record.request, record.case)
        for person_id, record in records.items()
    ]


def _requests(work: Work, ids: list[UUID]) -> Iterable[tuple[UUID, ReturnRequest]]:
    """The last request of each, those of the actor's scope only."""
    rows = work.session.execute(
        select(RequestMember.person_id, ReturnRequest)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(
            RequestMember.person_id.in_(ids),
            visible(work.actor, Permission.PERSON_SEARCH, ReturnRequest),
        )
        .order_by(ReturnRequest.submitted_on, ReturnRequest.reference)
    )
    return ((person_id, request) for person_id, request in rows)


def _cases(work: Work, ids: list[UUID]) -> Iterable[tuple[UUID, Case]]:
    rows = work.session.execute(
        select(CasePerson.person_id, Case)
        .join(Case, Case.id == CasePerson.case_id)
        .options(joinedload(Case.request))
        .where(CasePerson.person_id.in_(ids), visible(work.actor, Permission.CASE_READ, Case))
        .order_by(Case.number)
    )
    return ((person_id, case) for person_id, case in rows)


def _people(work: Work, ids: Iterable[UUID]) -> Iterable[Person]:
    wanted = list(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        yield from work.session.scalars(select(Person).where(Person.id.in_(part)))


def _exact(work: Work, words: str) -> list[UUID]:
    """People of the number, address or reference that `words` look like."""
    reference = words.upper()
    if _REFERENCE.fullmatch(reference):
        statement = (
            select(RequestMember.person_id)
            .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
            .where(ReturnRequest.reference == reference)
        )
        return list(work.session.scalars(statement))
    looked_up = _as_identifier(work, words)
    if looked_up is None:
        return []
    kind, token = looked_up
    statement = select(SearchToken.row_id).where(
        SearchToken.kind == kind, SearchToken.token == token
    )
    return list(work.session.scalars(statement))


def _as_identifier(work: Work, words: str) -> Lookup | None:
    """What to look up when `words` are written like a number or an address."""
    if register_number.parsed(words) is not None:
        kind = TokenKind.REGISTER_NUMBER
    elif _PASSPORT.fullmatch(identifiers.passport_number(words)):
        kind = TokenKind.PASSPORT_NUMBER
    elif "@" in words:
        kind = TokenKind.EMAIL
    elif _PHONE.fullmatch(identifiers.phone_number(words)) and not folded(words):
        kind = TokenKind.PHONE
    else:
        return None
    return lookup(work.keyring, kind, words)


def _record(work: Work, words: str, found: list[Found]) -> None:
    terms = work.keyring.keyed_hash(KeyDomain.SEARCH, "search terms", words.casefold())
    work.record(
        Act(
            "person.searched",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.PERSON_SEARCH,
            facts={"terms": terms.hex(), "results": len(found)},
        )
    )
