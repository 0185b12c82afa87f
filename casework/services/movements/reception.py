"""Reception at the point of entry: what must stand ready, and to whom each person was handed over.

Only what is to be done stands here, never why; it is sealed like everything said about a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.movements.boarding import manifest
from casework.services.work import Work
from casework.vocabulary import MovementState, OrganisationKind, Purpose, ReceptionNeed
from models.movement import Hold, Movement
from models.organisation import Organisation

#: From the closed manifest on one knows whom to receive.
OPEN = (MovementState.MANIFEST_CLOSED, MovementState.DEPARTED, MovementState.ARRIVED)
#: Who may take a person over.
TAKING_OVER = (OrganisationKind.FACILITY, OrganisationKind.IOM, OrganisationKind.AGENCY)
#: Nobody took her over: she went home, or was fetched by her own.
ON_HER_OWN = "own"


@dataclass(frozen=True)
class Reception:
    """What one traveller needs, and to whom she was handed over: an organisation's id, or `own`."""

    needs: tuple[ReceptionNeed, ...] = ()
    handed_to: str = ""

    def stored(self) -> dict[str, object]:
        """As the sealed cell keeps it."""
        return {"needs": [need.value for need in self.needs], "handed_to": self.handed_to}


def reception_of(hold: Hold) -> Reception:
    """What was written down for this traveller."""
    kept = hold.reception
    if not kept:
        return Reception()
    return Reception(tuple(ReceptionNeed(code) for code in kept["needs"]), kept["handed_to"])


def takers(work: Work) -> list[Organisation]:
    """Organisations that may take people over at the point of entry."""
    statement = (
        select(Organisation)
        .where(Organisation.kind.in_(TAKING_OVER), Organisation.active)
        .order_by(Organisation.code)
    )
    return list(work.session.scalars(statement))


def needed(holds: Iterable[Hold]) -> list[tuple[ReceptionNeed, int]]:
    """How much of each must stand ready."""
    asked = [need for hold in holds for need in reception_of(hold).needs]
    return [(need, asked.count(need)) for need in ReceptionNeed if need in asked]


def record_reception(work: Work, movement: Movement, told: Mapping[UUID, Reception]) -> int:
    """Keep what was told of each traveller; returns for how many it changed.

    Travellers whom the actor may not board are left out. Raises InvalidTransition before the
    manifest is closed, InvalidInput for an organisation that takes nobody over.
    """
    require(work, Permission.MANIFEST_BOARD, movement)
    if movement.state not in OPEN:
        raise InvalidTransition(
            N_("Reception is planned once the manifest is closed. Movement, state: %(state)s."),
            state=movement.state,
        )
    known = {"", ON_HER_OWN, *(str(organisation.id) for organisation in takers(work))}
    if any(reception.handed_to not in known for reception in told.values()):
        raise InvalidInput(N_("Choose one of the organisations on the list."), "handed_to")
    changed = [
        hold
        for hold in manifest(work, movement)
        if hold.id in told and reception_of(hold) != told[hold.id]
    ]
    for hold in changed:
        hold.reception = told[hold.id].stored()
    if changed:
        _record(work, movement, changed)
    return len(changed)


def _record(work: Work, movement: Movement, changed: Sequence[Hold]) -> None:
    work.record(
        Act(
            "reception.recorded",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MANIFEST_BOARD,
            subjects={hold.subject_id for hold in changed},
            facts={"movement": str(movement.id), "people": len(changed)},
        )
    )
