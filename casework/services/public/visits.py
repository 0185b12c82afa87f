"""A visit of the public pages: what was typed, sealed, until it is sent, left or too old."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from casework import clock
from casework.actor import Actor, Origin
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.sign_in.caller import anonymous
from casework.services.sign_in.flooding import Pace, count_sending
from casework.services.sign_in.sessions import hash_of
from casework.services.work import Database, Work
from casework.vocabulary import ActorKind, EntryChannel, OrganisationKind
from models.organisation import Organisation
from models.public import PublicVisit
from models.return_request import RequestMember

#: Answers are forgotten after an hour in which none was saved, and after four in any case.
IDLE: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=4)
#: Who came in with a PIN, or was shown one, may be called away from a shared computer.
WITH_PIN: Final = timedelta(minutes=30)
BEGINNING: Final = Pace("public visit", 60, timedelta(seconds=30), timedelta(minutes=10))
WHY: Final = "a visitor of the public pages is nobody known: the service opens what is hers"


@dataclass(frozen=True, repr=False)
class Visit:
    """What a browser may see of its own visit; `shown` is empty, or the reference and the PIN."""

    answers: dict[str, Any]
    shown: list[str]


@contextmanager
def public_work(database: Database, net: str | None = None) -> Iterator[Work]:
    """A unit of work for nobody known, past the database's own rules."""
    with database.writing(anonymous(net)) as work, work.beyond(WHY):
        yield work


def begin_visit(database: Database, net: str | None) -> str:
    """The secret of a new visit; InvalidInput when too many began at one address."""
    with public_work(database) as work:
        if count_sending(work, BEGINNING, net) is not None:
            raise InvalidInput(N_("Many people use this page from your network. Wait a minute."))
        return add_visit(work, None, IDLE)


def add_visit(work: Work, member: RequestMember | None, lasts: timedelta) -> str:
    """Add the row of a visit and return its secret; visits that ended are swept away."""
    at = clock.now()
    work.session.execute(delete(PublicVisit).where(PublicVisit.ends_at <= at))
    secret = secrets.token_urlsafe(32)
    row = PublicVisit(
        secret_hash=hash_of(secret),
        subject_id=_ministry(work).subject_id,
        member_id=member.id if member else None,
        began_at=at,
        ends_at=at + lasts,
        answers={},
        shown=[],
        protection=None,
    )
    work.session.add(row)
    return secret


def _ministry(work: Work) -> Organisation:
    return work.session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.MINISTRY)
        .order_by(Organisation.code)
    ).one()


def living_visit(work: Work, secret: str) -> PublicVisit | None:
    """The row of this secret, locked, unless it ended."""
    statement = select(PublicVisit).where(
        PublicVisit.secret_hash == hash_of(secret), PublicVisit.ends_at > clock.now()
    )
    return work.session.scalars(statement.with_for_update()).first()


def read_visit(database: Database, secret: str) -> Visit | None:
    """What was typed so far; None when the visit ended. The person reads her own words."""
    with database.reading(anonymous(None)) as work, work.beyond(WHY), work.unseen():
        row = living_visit(work, secret)
        if row is None or row.member_id is not None:
            return None
        return Visit(row.answers, row.shown)


def keep_answers(database: Database, secret: str, answers: dict[str, Any]) -> None:
    """Keep what was typed in place of what was kept before; nothing when the visit ended."""
    with public_work(database) as work:
        row = _open(work, secret)
        if row is not None:
            row.answers = answers
            row.ends_at = min(clock.now() + IDLE, row.began_at + LONGEST)


def keep_sealed(database: Database, secret: str, answer: bool | None) -> None:
    """Seal an answer that nobody is shown again; no answer leaves what was sealed."""
    with public_work(database) as work:
        row = _open(work, secret)
        if row is not None and answer is not None:
            row.protection = answer


def _open(work: Work, secret: str) -> PublicVisit | None:
    row = living_visit(work, secret)
    with work.unseen():
        return None if row is None or row.member_id is not None or row.shown else row


def end_visit(database: Database, secret: str) -> None:
    """Forget everything of the visit."""
    with public_work(database) as work:
        ended = delete(PublicVisit).where(PublicVisit.secret_hash == hash_of(secret))
        work.session.execute(ended)


def person_of(database: Database, secret: str, net: str | None) -> Actor | None:
    """Who came in with a PIN, if the visit lives."""
    with database.reading(anonymous(net)) as work, work.beyond(WHY):
        row = living_visit(work, secret)
        if row is None or row.member_id is None:
            return None
        member = work.session.get_one(RequestMember, row.member_id)
        return person_actor(member, row.id, net)


def person_actor(member: RequestMember, visit_id: UUID | None, net: str | None) -> Actor:
    """A member of a request, speaking for herself."""
    origin = Origin(EntryChannel.WEB, visit_id, net)
    request = member.request
    return Actor(
        ActorKind.PERSON,
        origin,
        id=member.id,
        organisation_id=request.lodged_at_id,
        request_id=request.id,
    )
