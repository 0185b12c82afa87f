"""A request for erasure: asked by one, approved by another, held back by the law, carried out."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.crypto.pdf_signature import sign_pdf
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_, Message
from casework.policy import Permission
from casework.services.access import require
from casework.services.approvals.asking import ask, waiting_for
from casework.services.erasure import Order, erasure_of, erasure_reach, order_erasure
from casework.services.idempotency import expect_version
from casework.services.rights.holdings import shared_rows, shared_texts, text_key
from casework.services.rights.obstacles import live_holds, obstacles, require_no_obstacle
from casework.services.rights.package import TEXTS, Review
from casework.services.rights.register import begin, end
from casework.services.rights.subjects import Reach
from casework.services.work import Work
from casework.vocabulary import (
    ApprovalKind,
    LegalHoldReason,
    Purpose,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.approval import Approval
from models.base import Base, Cell
from models.person import Person
from models.rights import Erasure, LegalHold, SubjectRequest

_WHY = "an erasure concerns the person's data wherever they are held"
#: What was decided on a text about several people after one of them was erased.
KEPT, EMPTIED, REWRITTEN = "kept", "emptied", "rewritten"


def stands_against(work: Work, row: SubjectRequest) -> list[Message]:
    """Why the person cannot be erased yet."""
    with work.beyond(_WHY):
        return obstacles(work, erasure_reach(work, work.session.get_one(Person, row.person_id)))


def ask_erasure(work: Work, row: SubjectRequest, typed: str, reason: str) -> Approval:
    """Ask the second person to approve; `typed` repeats the request's number on purpose.

    Raises InvalidTransition while something stands against it, Refused without the permission.
    """
    require(work, Permission.SUBJECT_REQUEST_ERASE, row)
    if row.kind is not SubjectRequestKind.ERASURE:
        raise InvalidTransition(N_("This request does not ask for erasure."))
    if typed.strip().upper() != row.number:
        raise InvalidInput(N_("Type the number of the request exactly as it stands here."), "typed")
    begin(work, row)
    with work.beyond(_WHY):
        person = work.session.get_one(Person, row.person_id)
        require_no_obstacle(work, erasure_reach(work, person))
    return ask(work, ApprovalKind.ERASURE, row, reason, details={"number": row.number})


def asked_for(work: Work, approval: Approval) -> Message:
    """What the second person is asked, in words without a name."""
    return Message(
        N_("Erase for ever what is held about the person of request %(number)s."),
        {"number": approval.details["number"]},
    )


def carry_out(work: Work, approval: Approval) -> Erasure:
    """Erase, in the second person's name. The request ends once no shared text waits."""
    row = work.session.get(SubjectRequest, approval.record_id)
    if row is None:
        raise NotFound
    if row.state is not SubjectRequestState.IN_PROGRESS:
        raise InvalidTransition(
            N_("This request was answered already: %(state)s."), state=row.state
        )
    permission = Permission.SUBJECT_REQUEST_ERASE
    with work.beyond(_WHY):
        person = work.session.get_one(Person, row.person_id)
    erasure = order_erasure(work, person, Order(row.organisation_id, permission, row))
    if not erasure.figures["texts"]:
        end(work, row, SubjectRequestState.FULFILLED, permission=permission)
    return erasure


def waits_for_approval(work: Work, row: SubjectRequest) -> bool:
    """Whether the second person was asked and has not decided."""
    return bool(waiting_for(work, ApprovalKind.ERASURE, row))


def done_for(work: Work, row: SubjectRequest) -> Erasure | None:
    """The erasure of the person of this request."""
    with work.beyond(_WHY):
        return erasure_of(work, work.session.get_one(Person, row.person_id))


def signed(work: Work, erasure: Erasure, pdf: bytes) -> bytes:
    """The certificate, signed by this installation."""
    return sign_pdf(work.keyring, pdf, f"Certificate of erasure {erasure.number}")


def texts_left(work: Work, row: SubjectRequest, first: int = 0) -> Review:
    """Texts about several people in which the erased one may still be named."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    with work.beyond(_WHY):
        reach = erasure_reach(work, work.session.get_one(Person, row.person_id))
        keys = _open_texts(work, reach)
        texts = shared_texts(work, reach, keys[first : first + TEXTS])
    more = first + TEXTS if len(keys) > first + TEXTS else None
    undecided = [key for key in keys if key not in row.choices]
    return Review(texts, row.choices, len(undecided), len(keys), more)


def redact_texts(
    work: Work, row: SubjectRequest, words: Mapping[str, str | None], version: int | None
) -> None:
    """Keep texts as they are (None), or write what may stay in place of them; "" empties one.

    The request ends with the last of them. Raises InvalidTransition before the erasure.
    """
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    expect_version(row, version)
    if done_for(work, row) is None:
        raise InvalidTransition(N_("The person was not erased yet."))
    with work.beyond(_WHY):
        reach = erasure_reach(work, work.session.get_one(Person, row.person_id))
        decided = {}
        for held, cell in shared_rows(work, reach):
            key = text_key(cell, held)
            if key in words and cell.holds_text:
                decided[key] = _decide(held, cell, words[key])
        row.choices = {**row.choices, **decided}
        left = [key for key in _open_texts(work, reach) if key not in row.choices]
        kept = sum(choice == KEPT for choice in decided.values())
        work.record(
            Act(
                "subject_request.texts_reviewed",
                Purpose.PROTECTION,
                permission=Permission.SUBJECT_REQUEST_FULFIL,
                subjects={row.subject_id},
                facts={
                    "number": row.number,
                    "included": kept,
                    "withheld": len(decided) - kept,
                },
            )
        )
    if not left:
        end(work, row, SubjectRequestState.FULFILLED)


def _open_texts(work: Work, reach: Reach) -> list[str]:
    """Keys of what may name her: texts, and lists and mappings; no codes, days or numbers."""
    return [text_key(cell, held) for held, cell in shared_rows(work, reach) if cell.holds_text]


def _decide(held: Base, cell: Cell[Any], words: str | None) -> str:
    """Write `words`; what is no plain text can only be emptied."""
    if words is None:
        return KEPT
    plain = isinstance(getattr(held, cell.attribute), str)
    setattr(held, cell.attribute, words if plain and words else cell.emptied)
    return REWRITTEN if plain and words else EMPTIED


def holds_of(work: Work, row: SubjectRequest) -> list[LegalHold]:
    """Holds of the law on the person of this request that have not ended."""
    return live_holds(work, [row.person_id])


def set_hold(
    work: Work, row: SubjectRequest, reason: LegalHoldReason, until: date | None, authority: str
) -> LegalHold:
    """Nothing of this person is erased until the hold ends."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    if until is not None and until < clock.today():
        raise InvalidInput(N_("Choose a day that is still to come."), "until")
    hold = LegalHold(
        person_id=row.person_id,
        subject_id=row.subject_id,
        organisation_id=row.organisation_id,
        reason=reason,
        until=until,
        set_on=clock.today(),
        set_by_id=work.actor.id,
        authority=authority or None,
    )
    work.session.add(hold)
    facts = {"reason": reason.value, "until": until.isoformat() if until else None}
    _record_hold(work, "legal_hold.set", hold, facts)
    return hold


def lift_hold(work: Work, row: SubjectRequest, hold_id: UUID) -> LegalHold:
    """The law no longer holds these data; NotFound when the hold is not of this person."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    hold = work.session.scalars(
        select(LegalHold).where(
            LegalHold.id == hold_id,
            LegalHold.person_id == row.person_id,
            LegalHold.lifted_on.is_(None),
        )
    ).first()
    if hold is None:
        raise NotFound
    hold.lifted_on, hold.lifted_by_id = clock.today(), work.actor.id
    _record_hold(work, "legal_hold.lifted", hold, {"reason": hold.reason.value})
    return hold


def _record_hold(work: Work, event: str, hold: LegalHold, facts: Mapping[str, object]) -> None:
    work.record(
        Act(
            event,
            Purpose.PROTECTION,
            permission=Permission.SUBJECT_REQUEST_FULFIL,
            subjects={hold.subject_id},
            facts=dict(facts),
        )
    )
