"""Finding a person: by any spelling of the name, or exactly by a number, under the policy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.reference import identifiers, register_number
from casework.reference.names import folded, romanised
from casework.services.access import require
from casework.services.names import refresh_names
from casework.services.people.tokens import lookup
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


@dataclass
class _Hit:
    """A person who may be found, before anything of them is read."""

    person_id: UUID
    score: float
    request_ref: str = ""
    request_id: UUID | None = None
    case_id: UUID | None = None

    @property
    def order(self) -> tuple[float, str]:
        """Best first, equal ones by the number of the request."""
        return -self.score, self.request_ref


def search_people(work: Work, text: str, limit: int = LIMIT) -> list[Found]:
    """Up to `limit` people that `text` may mean, best first, equal ones by request number.

    Only people whose request or case the actor may find are returned. The log keeps a keyed hash
    of the words. The caller commits. Raises InvalidInput for text without a letter or digit.
    """
    require(work, Permission.PERSON_SEARCH)
    words = text.strip()[:_LONGEST]
    if not any(sign.isalnum() for sign in words):
        raise InvalidInput(N_("Write a name, a number, or a request's reference."), "text")
    exact = people_exactly(work, words)
    if exact:
        hits = _allowed(work, dict.fromkeys(exact, 1.0))
    else:
        refresh_names(work.database)
        hits = _by_name(work, words, limit)
    best = sorted(hits, key=lambda hit: hit.order)[:limit]
    _record(work, words, len(best))
    return [_found(work, hit) for hit in best]


def _found(work: Work, hit: _Hit) -> Found:
    """The person and the records of a hit."""
    session = work.session
    return Found(
        person=session.get_one(Person, hit.person_id),
        score=hit.score,
        request=session.get_one(ReturnRequest, hit.request_id) if hit.request_id else None,
        case=session.get_one(Case, hit.case_id) if hit.case_id else None,
    )


def _by_name(work: Work, words: str, limit: int) -> list[_Hit]:
    """Ask the index for more until enough of what it gives may be seen, equal scores included."""
    wanted = limit * _FIRST_LOOK
    while True:
        candidates = work.database.names.search(words, wanted)
        hits = _allowed(work, dict(candidates))
        if len(candidates) < wanted:
            return hits
        scores = sorted((hit.score for hit in hits), reverse=True)
        if len(scores) >= limit and candidates[-1][1] < scores[limit - 1]:
            return hits
        wanted *= _FIRST_LOOK


def _allowed(work: Work, scores: dict[UUID, float]) -> list[_Hit]:
    """Those of the people in `scores` who may be found, with the records that say so."""
    hits: dict[UUID, _Hit] = {}
    ids = sorted(scores)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        for person_id, request_id, own, ours in _requests(work, part):
            hits[person_id] = _Hit(person_id, scores[person_id], own or ours, request_id)
        for person_id, case_id in _cases(work, part):
            hit = hits.setdefault(person_id, _Hit(person_id, scores[person_id]))
            hit.case_id = case_id
    return list(hits.values())


def _requests(work: Work, ids: list[UUID]) -> Sequence[Row[UUID, UUID, str | None, str]]:
    """Person, request and its numbers; the last request of each person comes last."""
    return work.session.execute(
        select(
            RequestMember.person_id,
            ReturnRequest.id,
            ReturnRequest.source_reference,
            ReturnRequest.reference,
        )
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(
            RequestMember.person_id.in_(ids),
            visible(work.actor, Permission.PERSON_SEARCH, ReturnRequest),
        )
        .order_by(ReturnRequest.submitted_on, ReturnRequest.reference)
    ).all()


def _cases(work: Work, ids: list[UUID]) -> Sequence[Row[UUID, UUID]]:
    return work.session.execute(
        select(CasePerson.person_id, Case.id)
        .join(Case, Case.id == CasePerson.case_id)
        .where(CasePerson.person_id.in_(ids), visible(work.actor, Permission.CASE_READ, Case))
        .order_by(Case.number)
    ).all()


def people_exactly(work: Work, words: str) -> list[UUID]:
    """People of the number, address or reference that `words` look like."""
    reference = words.upper()
    if _REFERENCE.fullmatch(reference):
        statement = (
            select(RequestMember.person_id)
            .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
            .where(ReturnRequest.reference == reference)
        )
        return list(work.session.scalars(statement))
    looked_up = as_identifier(work, words)
    if looked_up is None:
        return []
    kind, tokens = looked_up
    statement = select(SearchToken.row_id).where(
        SearchToken.kind == kind, SearchToken.token.in_(tokens)
    )
    with work.beyond("a number is looked up among everybody's; the policy says who is found"):
        return list(work.session.scalars(statement))


def as_identifier(work: Work, words: str) -> tuple[TokenKind, list[bytes]] | None:
    """Kind and tokens to look up when `words` are written like a number or an address."""
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
    return kind, [token for _, token in lookup(work.keyring, kind, words)]


def _record(work: Work, words: str, results: int) -> None:
    terms = work.keyring.keyed_hash(KeyDomain.SEARCH, "search terms", words.casefold())
    work.record(
        Act(
            "person.searched",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.PERSON_SEARCH,
            facts={"terms": terms.hex(), "results": results},
        )
    )
