"""An answer while it is made: units get and lose places; at the end each has its reason."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casework.messages import N_, Message
from casework.rules.allocation_problem import Allocation, Placement, Problem, Waiting
from casework.rules.allocation_stock import Stock
from casework.rules.allocation_units import Unit, obstacle, units_of
from casework.vocabulary import Payer, WaitingReason

_BLOCKED = {
    WaitingReason.OTHER_COUNTRY: N_("The movement does not leave from this country."),
    WaitingReason.NO_DOCUMENT: N_("A travel document is missing, and none is under way."),
    WaitingReason.NOT_FIT: N_("Somebody is not fit to travel on the day of departure."),
    WaitingReason.LEFT_OUT: N_("Two people decided to leave the household out this time."),
}
_SHORT = {
    WaitingReason.NO_SEAT: N_("Seats needed: %(needed)s. Seats left: %(left)s."),
    WaitingReason.NO_ESCORT: N_(
        "Medical escorts needed: %(escorts)s. The movement carries no more of them."
    ),
    WaitingReason.NO_ROOM: N_(
        "Beds needed: %(beds)s. No facility has rooms for them free on all nights."
    ),
    WaitingReason.NO_ACCESSIBLE_ROOM: N_(
        "Accessible beds needed: %(accessible)s. No facility has them free on all nights."
    ),
    WaitingReason.NO_ISOLATION_ROOM: N_(
        "Isolation beds needed: %(isolation)s. No facility has them free on all nights."
    ),
}


@dataclass(frozen=True)
class Quota:
    """Seats kept for some: for reserved places, or for who is paid for by a funder."""

    seats: int
    payer: Payer | None = None

    def serves(self, unit: Unit) -> bool:
        """Whether the unit may have a seat of it."""
        if self.payer is None:
            return unit.household.reserved
        return unit.household.payer is self.payer


def quotas_of(problem: Problem) -> list[Quota]:
    """The movement's quotas in the order in which they are honoured."""
    movement = problem.movement
    kept = [Quota(movement.reserved_seats)]
    kept += [Quota(seats, payer) for payer, seats in sorted(movement.funder_seats)]
    left, quotas = movement.seats, []
    for quota in kept:  # what a smaller aircraft cannot keep is kept for nobody
        quotas.append(Quota(min(quota.seats, left), quota.payer))
        left -= quotas[-1].seats
    return [quota for quota in quotas if quota.seats > 0]


class Draft:
    """Places given so far. Units are numbered in the published order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.stock = Stock(problem)
        self.units = units_of(problem)
        self.placed: dict[int, Placement] = {}
        self.quotas = quotas_of(problem)
        self.unused = {quota: quota.seats for quota in self.quotas}
        self.used: dict[int, Quota] = {}
        self._obstacles = [obstacle(unit, problem.movement) for unit in self.units]

    def candidates(self) -> Iterator[tuple[int, Unit]]:
        """Units that wait and could travel, in order."""
        for number, unit in enumerate(self.units):
            if self._obstacles[number] is None and number not in self.placed:
                yield number, unit

    def shortage(self, unit: Unit, quota: Quota | None = None) -> WaitingReason | None:
        """What keeps the unit from a seat (of the quota) with its beds; None if it fits."""
        seats = self.stock.seats if quota is None else self.unused[quota]
        return self.stock.shortage(unit, min(seats, self.stock.seats))

    def place(
        self, number: int, rooms: tuple[tuple[str, str], ...], quota: Quota | None = None
    ) -> None:
        """Write down a place whose seats and rooms were taken from the stock."""
        unit = self.units[number]
        if quota is not None:
            self.unused[quota] -= unit.seats
            self.used[number] = quota
        self.placed[number] = Placement(
            unit.household.request_id,
            tuple(member.id for member in unit.members),
            rooms,
            self.stock.nights,
            unit.seats,
            quota is not None and quota.payer is None,
            _why_placed(unit, quota),
            quota.payer if quota else None,
        )

    def give(self, number: int, quota: Quota | None = None) -> None:
        """Place a unit that fits in the cheapest rooms."""
        self.place(number, self.stock.take(self.units[number]), quota)

    def take_back(self, number: int) -> Quota | None:
        """The unit waits again; returns the quota whose seats it had."""
        self.stock.give_back(self.units[number], self.placed.pop(number))
        quota = self.used.pop(number, None)
        if quota is not None:
            self.unused[quota] += self.units[number].seats
        return quota

    def points(self) -> int:
        """Total priority of those placed."""
        return sum(self.units[number].points for number in self.placed)

    def answer(self) -> Allocation:
        """The draft as it stands, each unit with its reason."""
        waiting = [
            _waiting(unit, self._obstacles[number] or self._lacks(unit), self.stock)
            for number, unit in enumerate(self.units)
            if number not in self.placed
        ]
        placed = tuple(self.placed[number] for number in sorted(self.placed))
        return Allocation(placed, tuple(waiting), self.stock.seats, _binding(waiting))

    def _lacks(self, unit: Unit) -> WaitingReason:
        reason = self.shortage(unit)
        if reason is None:
            raise ValueError("a unit that fits was left waiting")
        return reason


def _why_placed(unit: Unit, quota: Quota | None) -> Message:
    if quota is None:
        return Message(
            N_("Placed in the published order, position %(position)s."),
            {"position": unit.household.position},
        )
    if quota.payer is None:
        return Message(N_("Placed on a reserved seat."))
    return Message(N_("Placed on a seat kept for: %(payer)s."), {"payer": quota.payer})


def _waiting(unit: Unit, reason: WaitingReason, stock: Stock) -> Waiting:
    if reason in _BLOCKED:
        message = Message(_BLOCKED[reason])
    else:
        figures: dict[str, object] = {
            "needed": unit.seats,
            "left": stock.seats,
            "escorts": unit.escorts,
            "beds": len(unit.members),
            "accessible": unit.ordinary.accessible,
            "isolation": unit.isolation.total,
        }
        message = Message(_SHORT[reason], figures)
    members = tuple(member.id for member in unit.members)
    return Waiting(unit.household.request_id, members, reason, message)


def _binding(waiting: Iterable[Waiting]) -> tuple[WaitingReason, ...]:
    people: Counter[WaitingReason] = Counter()
    for unit in waiting:
        if unit.reason in _SHORT:
            people[unit.reason] += len(unit.members)
    return tuple(sorted(people, key=lambda reason: (-people[reason], reason)))
