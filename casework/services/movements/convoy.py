"""The vehicles of a convoy or train; each crosses at one point, a household rides together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.reference.crossings import Crossing, land_crossings
from casework.services.access import require
from casework.services.movements.holds import by_request, holds_of
from casework.services.work import Work
from casework.vocabulary import HoldState, MovementKind, MovementState, Purpose
from models.movement import Hold, Movement

BY_LAND = (MovementKind.LAND_CONVOY, MovementKind.RAIL)
#: Who needs a seat in a vehicle.
RIDING = (HoldState.CONFIRMED, HoldState.BOARDED)
MOST_SEATS = 1_000
MOST_VEHICLES = 50
CHANGEABLE = (
    MovementState.PLANNED,
    MovementState.ALLOCATING,
    MovementState.OFFERS_SENT,
    MovementState.MANIFEST_CLOSED,
)


@dataclass(frozen=True)
class Vehicle:
    """A bus or car: its name on the windscreen, its seats, and the code of its crossing point."""

    label: str
    seats: int
    crossing: str

    @property
    def point(self) -> Crossing:
        """Where it crosses."""
        return next(one for one in land_crossings() if one.code == self.crossing)


def vehicles_of(movement: Movement) -> list[Vehicle]:
    """The movement's vehicles, by crossing point and name."""
    found = [Vehicle(**kept) for kept in movement.convoy.get("vehicles", ())]
    return sorted(found, key=lambda vehicle: (vehicle.crossing, vehicle.label))


def add_vehicle(work: Work, movement: Movement, vehicle: Vehicle) -> None:
    """Add a vehicle; InvalidInput names what cannot be."""
    _check_changeable(work, movement)
    there = vehicles_of(movement)
    if any(one.label == vehicle.label for one in there) or len(there) >= MOST_VEHICLES:
        raise InvalidInput(N_("There is a vehicle of this name already."), "label")
    if vehicle.crossing not in {one.code for one in land_crossings()}:
        raise InvalidInput(N_("Choose where it crosses the border."), "crossing")
    _keep(work, movement, [*there, vehicle])


def remove_vehicle(work: Work, movement: Movement, label: str) -> None:
    """Take a vehicle out; who sat in it has no seat until they are seated again."""
    _check_changeable(work, movement)
    there = vehicles_of(movement)
    if label not in {one.label for one in there}:
        raise InvalidInput(N_("There is no vehicle of this name."), "label")
    with work.beyond("whoever sat in the vehicle, of any mission, has no seat in it any more"):
        for hold in holds_of(work, movement, RIDING):
            if hold.vehicle == label:
                hold.vehicle = None
        _keep(work, movement, [one for one in there if one.label != label])


def seat_travellers(work: Work, movement: Movement) -> int:
    """Give everybody who confirmed a seat in a vehicle; returns how many.

    The largest households first, each in one vehicle. Raises InvalidInput, and seats nobody, when
    a household finds none with enough free seats.
    """
    _check_changeable(work, movement)
    with work.beyond("the vehicles of a convoy carry travellers of all missions"):
        parties = by_request(holds_of(work, movement, RIDING))
        free = Counter({one.label: one.seats for one in vehicles_of(movement)})
        chosen = [(party, _vehicle_for(party, free)) for party in sorted(parties, key=_by_size)]
        for party, label in chosen:
            for hold in party:
                hold.vehicle = label
        people = sum(len(party) for party in parties)
        facts = {"movement": str(movement.id), "people": people}
        work.record(_act("movement.seated", facts))
    return people


def _by_size(party: Sequence[Hold]) -> tuple[int, str]:
    return -len(party), party[0].request.reference


def _vehicle_for(party: Sequence[Hold], free: Counter[str]) -> str:
    """The fullest vehicle that still takes them; its seats are then taken."""
    seats = sum(hold.seats for hold in party)
    fitting = [label for label, left in free.items() if left >= seats]
    if not fitting:
        raise InvalidInput(
            N_("No vehicle has %(seats)s free seats for %(request)s. Add a vehicle first."),
            seats=seats,
            request=party[0].request.reference,
        )
    label = min(fitting, key=lambda one: (free[one], one))
    free[label] -= seats
    return label


def _check_changeable(work: Work, movement: Movement) -> None:
    require(work, Permission.MOVEMENT_PLAN, movement)
    if movement.kind not in BY_LAND:
        raise InvalidTransition(N_("Only convoys and trains have vehicles."))
    if movement.state not in CHANGEABLE:
        raise InvalidTransition(
            N_("The movement is: %(state)s. Its vehicles stay as they are."), state=movement.state
        )


def _keep(work: Work, movement: Movement, vehicles: Sequence[Vehicle]) -> None:
    movement.convoy = {"vehicles": [asdict(vehicle) for vehicle in vehicles]}
    facts = {
        "vehicles": len(vehicles),
        "seats": sum(vehicle.seats for vehicle in vehicles),
        "crossings": sorted({vehicle.crossing for vehicle in vehicles}),
    }
    work.record(_act("movement.vehicles_changed", facts))


def _act(event: str, facts: dict[str, object]) -> Act:
    return Act(event, Purpose.RETURN_ASSISTANCE, permission=Permission.MOVEMENT_PLAN, facts=facts)
