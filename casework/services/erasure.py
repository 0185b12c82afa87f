"""Erasing a person: her keys are destroyed, and what was written about her never opens again.

The order is committed with the data: what finds her (tokens, files, notices) goes at once, and the
register says which keys must go. Then the key store loses them; a job finishes what was cut off.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, event, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import CaseworkError
from casework.policy import Permission
from casework.services.documents.keeping import destroy_files
from casework.services.names import note_name_change
from casework.services.rights.holdings import rows_about, shared_rows
from casework.services.rights.obstacles import require_no_obstacle
from casework.services.rights.recipients import tell_recipients
from casework.services.rights.subjects import Reach, merged_subjects, reach_of
from casework.services.work import CaseworkSession, Database, Work
from casework.vocabulary import KeyDomain, NoticeKind, Purpose
from models.notice import Notice
from models.person import Person
from models.rights import ErasedSubject, Erasure, SubjectRequest
from models.subject import SearchToken

ORDERED = "erasures ordered"
_WHY = "an erasure reaches the person's data wherever they are held"


@dataclass(frozen=True)
class Order:
    """Who lets a person be erased, under which permission, and the request that asked for it."""

    organisation_id: UUID
    permission: Permission
    request: SubjectRequest | None = None


def erasure_reach(work: Work, person: Person) -> Reach:
    """Where data of this person stand; people erased before no longer count as others."""
    gone = work.session.scalars(
        select(Person.id).join(ErasedSubject, ErasedSubject.subject_id == Person.subject_id)
    ).all()
    return reach_of(work, person, gone)


def order_erasure(work: Work, person: Person, order: Order) -> Erasure:
    """Erase this person when the unit of work commits; nothing brings the data back.

    Merged records go with her, and households and cases that nobody else is in. Raises
    InvalidTransition while work goes on or the law holds the data.
    """
    with work.beyond(_WHY):
        reach = erasure_reach(work, person)
        require_no_obstacle(work, reach)
        subjects = reach.own - set(_erased(work, reach.own))
        told = tell_recipients(work, person.id, NoticeKind.DATA_ERASED)
        figures = {
            "subjects": len(subjects),
            "tokens": _purge_tokens(work, subjects),
            "files": destroy_files(work, subjects),
            "texts": sum(cell.holds_text for _, cell in shared_rows(work, reach)),
            "told": told,
            "epoch": work.keyring.epoch(KeyDomain.IDENTITY),
        }
        _purge_notices(work, reach)
        for person_id in reach.people:
            note_name_change(work, work.session.get_one(Person, person_id))
        erasure = _written(work, person, order, figures)
        work.session.add_all(
            ErasedSubject(subject_id=subject, erasure_id=erasure.id) for subject in subjects
        )
        _record(work, erasure, order, subjects)
    work.session.info.setdefault(ORDERED, {})[erasure.id] = work.database
    return erasure


def _written(work: Work, person: Person, order: Order, figures: dict[str, int]) -> Erasure:
    erasure = Erasure(
        number=_next_number(work),
        subject_request_id=order.request.id if order.request else None,
        person_id=person.id,
        organisation_id=order.organisation_id,
        approved_by_id=work.actor.id,
        ordered_at=clock.now(),
        figures=figures,
    )
    work.session.add(erasure)
    work.session.flush()
    return erasure


def _erased(work: Work, subjects: Iterable[UUID]) -> Iterable[UUID]:
    statement = select(ErasedSubject.subject_id).where(ErasedSubject.subject_id.in_(subjects))
    return work.session.scalars(statement)


def _purge_tokens(work: Work, subjects: Iterable[UUID]) -> int:
    """Nobody finds her by a number any more."""
    found = work.session.scalars(
        select(SearchToken).where(SearchToken.subject_id.in_(subjects))
    ).all()
    for token in found:
        work.session.delete(token)
    return len(found)


def _purge_notices(work: Work, reach: Reach) -> None:
    """Notices about her own records lead nowhere now."""
    rows = [
        row.id
        for held in rows_about(work, reach).values()
        for row in held
        if getattr(row, "subject_id", None) in reach.own
    ]
    about = or_(Notice.record_id.in_(rows), Notice.case_id.in_(rows))
    work.session.execute(delete(Notice).where(about, Notice.kind != NoticeKind.DATA_ERASED))


def _record(work: Work, erasure: Erasure, order: Order, subjects: Iterable[UUID]) -> None:
    figures = erasure.figures
    work.record(
        Act(
            "erasure.ordered",
            Purpose.PROTECTION,
            permission=order.permission,
            subjects=subjects,
            facts={
                "number": erasure.number,
                "request": order.request.number if order.request else None,
                **{name: figures[name] for name in ("subjects", "tokens", "files", "texts")},
            },
        )
    )


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for erasure_id, database in session.info.pop(ORDERED, {}).items():
        with suppress(CaseworkError, SQLAlchemyError):  # a key store that is away: the job goes on
            finish_erasure(database, erasure_id)


def _rolled_back(session: Session, _transaction: object) -> None:
    session.info.pop(ORDERED, None)


event.listen(CaseworkSession, "after_commit", _committed)
event.listen(CaseworkSession, "after_soft_rollback", _rolled_back)


def finish_erasures(database: Database) -> int:
    """Carry out orders whose keys are not destroyed yet; returns how many."""
    with database.reading(system_actor()) as work:
        open_orders = work.session.scalars(
            select(Erasure.id).where(Erasure.done_at.is_(None))
        ).all()
    for erasure_id in open_orders:
        finish_erasure(database, erasure_id)
    return len(open_orders)


def finish_erasure(database: Database, erasure_id: UUID) -> None:
    """Destroy the keys that a committed order names, then say that it is done."""
    with database.writing(system_actor()) as work:
        erasure = work.session.get_one(Erasure, erasure_id, with_for_update=True)
        if erasure.done_at is not None:
            return
        subjects = work.session.scalars(
            select(ErasedSubject.subject_id).where(ErasedSubject.erasure_id == erasure_id)
        ).all()
        database.keystore.destroy(subjects)
        for subject_id in subjects:
            database.keyring.forget(subject_id)
        people = work.session.scalars(select(Person.id).where(Person.subject_id.in_(subjects)))
        for person_id in people:
            database.names.remove(person_id)
        erasure.done_at = clock.now()
        facts = {"number": erasure.number, "subjects": len(subjects)}
        cause = str(erasure_id)
        work.record(
            Act("erasure.done", Purpose.PROTECTION, subjects=subjects, facts=facts, cause=cause)
        )


def erasure_of(work: Work, person: Person) -> Erasure | None:
    """The erasure of this person, if her data were erased."""
    merged = merged_subjects(work, person.subject_id)
    return work.session.scalars(
        select(Erasure)
        .join(ErasedSubject, ErasedSubject.erasure_id == Erasure.id)
        .where(ErasedSubject.subject_id.in_(merged))
        .order_by(Erasure.id.desc())
        .limit(1)
    ).first()


def _next_number(work: Work) -> str:
    """`ER-2026-00007`: counted anew each year, over all organisations."""
    prefix = f"ER-{clock.today().year}-"
    last = work.session.scalar(
        select(Erasure.number)
        .where(Erasure.number.startswith(prefix))
        .order_by(func.length(Erasure.number).desc(), Erasure.number.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"
