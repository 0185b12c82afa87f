"""At the gate: what a scanned code stands for now, and whom it lets aboard.

Every scan is written down, also that of a forged code.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.boarding_code import BoardingCode
from casework.services.access import require
from casework.services.movements.boarding import PRESENT, boardable, record_boarding
from casework.services.movements.codes import genuine
from casework.services.work import Work
from casework.vocabulary import CodePaper, GateVerdict, HoldState, MovementState, Purpose
from models.movement import Hold, Movement
from models.return_request import RequestMember

#: What a seat's state means at the gate, where the movement is boarding.
VERDICTS = {
    HoldState.HELD: GateVerdict.UNANSWERED,
    HoldState.OFFERED: GateVerdict.UNANSWERED,
    HoldState.CONFIRMED: GateVerdict.VALID,
    HoldState.BOARDED: GateVerdict.BOARDED,
    HoldState.ARRIVED: GateVerdict.TRAVELLED,
    HoldState.RELEASED: GateVerdict.RELEASED,
}
BOARDING = (MovementState.MANIFEST_CLOSED, MovementState.DEPARTED)


@dataclass(frozen=True)
class Scan:
    """A verdict; `holds` are the travellers to check against their documents, if any."""

    verdict: GateVerdict
    code: BoardingCode | None = None
    holds: tuple[Hold, ...] = ()

    @property
    def movement(self) -> Movement | None:
        """The movement of the seat, where the actor may board its traveller."""
        return self.holds[0].movement if self.holds else None

    @property
    def to_board(self) -> list[Hold]:
        """Who may be let aboard now."""
        if self.verdict is not GateVerdict.VALID:
            return []
        return [hold for hold in self.holds if hold.state is HoldState.CONFIRMED]


def scan(work: Work, typed: str, here: UUID | None = None) -> Scan:
    """What the code stands for now; `here` is the movement that is boarding at this gate."""
    require(work, Permission.MANIFEST_BOARD)
    code = genuine(work, typed)
    if code is None:
        return Scan(GateVerdict.FORGED)
    with work.beyond("a code names a seat of any mission; only whoever may board it is shown more"):
        party = _party(work, code)
    if not party:
        return Scan(GateVerdict.RELEASED, code)
    if not boardable(work, party):
        return Scan(GateVerdict.WITHHELD, code)
    return Scan(_verdict(code, party, here), code, tuple(party))


def _party(work: Work, code: BoardingCode) -> list[Hold]:
    """The seat, and on a letter those of the household that travel with it, the seat first."""
    options = (
        joinedload(Hold.member).joinedload(RequestMember.person),
        joinedload(Hold.request),
        joinedload(Hold.movement),
    )
    seat = work.session.scalars(select(Hold).where(Hold.id == code.hold_id).options(*options))
    hold = seat.first()
    if hold is None:
        return []
    alone = code.paper is CodePaper.SLIP or hold.member.travels_apart or hold.member.private
    if alone or hold.state is HoldState.RELEASED:
        return [hold]
    others = work.session.scalars(
        select(Hold)
        .join(Hold.member)
        .options(*options)
        .where(
            Hold.movement_id == hold.movement_id,
            Hold.request_id == hold.request_id,
            Hold.id != hold.id,
            Hold.state != HoldState.RELEASED,
            ~RequestMember.travels_apart,
            ~RequestMember.private,
        )
        .order_by(RequestMember.position)
    )
    return [hold, *others.unique()]


def _verdict(code: BoardingCode, party: list[Hold], here: UUID | None) -> GateVerdict:
    verdicts = [VERDICTS[hold.state] for hold in party]
    verdict = GateVerdict.VALID if GateVerdict.VALID in verdicts else verdicts[0]
    if verdict is GateVerdict.VALID:
        if here is not None and party[0].movement_id != here:
            return GateVerdict.OTHER_MOVEMENT
        if party[0].movement.state not in BOARDING:
            return GateVerdict.EARLY
    return verdict


def record_scan(work: Work, found: Scan) -> None:
    """Write down that a code was scanned and what came of it; a unit of work of its own."""
    facts = {
        "verdict": found.verdict.value,
        "paper": found.code.paper.value if found.code else None,
        "hold": str(found.code.hold_id) if found.code else None,
    }
    subjects = {hold.subject_id for hold in found.holds}
    with work.database.writing(work.actor) as writer:
        writer.record(
            Act(
                "gate.scanned",
                Purpose.RETURN_ASSISTANCE,
                permission=Permission.MANIFEST_BOARD,
                subjects=subjects,
                facts=facts,
            )
        )


def board_by_code(work: Work, typed: str, chosen: set[UUID], here: UUID | None = None) -> int:
    """Let those aboard whom the code names and who were checked; returns how many.

    Sent twice, it changes nothing the second time. Raises InvalidInput when the code does not let
    anybody aboard, or nobody was chosen.
    """
    found = scan(work, typed, here)
    if found.movement is None or found.verdict not in (GateVerdict.VALID, GateVerdict.BOARDED):
        raise InvalidInput(N_("This code lets nobody aboard now: %(why)s."), why=found.verdict)
    named = {hold.id for hold in found.holds} & chosen
    if not named:
        raise InvalidInput(N_("Choose whom you checked against the document."), "who")
    return record_boarding(work, found.movement, dict.fromkeys(named, PRESENT))
