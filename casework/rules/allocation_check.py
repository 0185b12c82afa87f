"""Proves that an allocation is right, whoever made it: shares no code with the allocator.

`check` holds for every answer to a problem, `check_order` for those made first fit. What fits is
said in `allocation_problem`. Whether a unit would still fit is decided by giving its members free
beds one by one: those who need an accessible bed first, the others from plain beds before
accessible ones. As every accessible bed also serves the others, this finds a way if there is one.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from casework.messages import Message
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Member,
    Occupancy,
    Placement,
    Problem,
    Room,
    Waiting,
)
from casework.vocabulary import RoomKind

#: A unit: its request and its members' ids.
_Key = tuple[str, frozenset[str]]
#: Whether a bed stands in an isolation room, and whether its room is accessible.
_Bed = tuple[bool, bool]


def check(problem: Problem, result: Allocation) -> tuple[Message, ...]:
    """What is wrong with `result`; empty when nothing is.

    Seats, rooms, turnover, unity, accessible and isolation rooms, reserved seats, and that nobody
    is left waiting who would still fit.
    """
    audit = _Audit(problem, result)
    return tuple(
        chain(
            audit.missing_or_split(),
            audit.seats(),
            audit.eligibility(),
            *(audit.beds(party, placement) for party, placement in audit.placed),
            audit.shared_rooms(),
            audit.reserve(),
            audit.left_out(),
        )
    )


def check_order(problem: Problem, result: Allocation) -> tuple[Message, ...]:
    """Units that were passed over although they fitted when their turn came.

    Repeats the turns: those with a reserved place on the reserved seats, then everyone else. A
    unit without a place must not fit in what the placements before its turn had left.
    """
    return tuple(_Audit(problem, result).passed_over())


@dataclass(frozen=True)
class _Party:
    """A unit as the checker understands it; `wanted` has one bed for each member."""

    household: Household
    members: tuple[Member, ...]
    seats: int
    wanted: tuple[_Bed, ...]
    eligible: bool

    @property
    def key(self) -> _Key:
        return self.household.request_id, frozenset(member.id for member in self.members)


class _Left:
    """Seats and rooms that are still free."""

    def __init__(self, seats: int, rooms: Iterable[Room], needs_beds: bool) -> None:
        self.seats = seats
        self._needs_beds = needs_beds
        self._rooms = {room.id: room for room in rooms}
        self._beds: defaultdict[str, Counter[_Bed]] = defaultdict(Counter)
        for room in self._rooms.values():
            self._beds[room.facility_id][_bed(room)] += room.beds
        self._known: dict[tuple[_Bed, ...], bool] = {}

    def take(self, party: _Party, placement: Placement) -> None:
        self.seats -= party.seats
        self._known.clear()
        for room_id in {room_id for _, room_id in placement.rooms}:
            room = self._rooms.pop(room_id, None)
            if room is not None:
                self._beds[room.facility_id][_bed(room)] -= room.beds

    def fits(self, party: _Party, seats: int) -> bool:
        """Whether the unit would find its seats among `seats` and beds in one facility."""
        if not party.eligible or party.seats > min(seats, self.seats):
            return False
        if not self._needs_beds:
            return True
        if party.wanted not in self._known:
            self._known[party.wanted] = any(
                _sleeps(party.wanted, beds) for beds in self._beds.values()
            )
        return self._known[party.wanted]


class _Audit:
    def __init__(self, problem: Problem, result: Allocation) -> None:
        self.problem = problem
        self.result = result
        self.rooms = {room.id: room for room in problem.rooms}
        self.intruders = _intruders(problem)
        self.parties = {party.key: party for party in _parties(problem)}
        answered = [(_key(placement), placement) for placement in result.placed]
        self.placed = [(self.parties[k], p) for k, p in answered if k in self.parties]

    def missing_or_split(self) -> Iterator[Message]:
        answers = Counter(_key(unit) for unit in self._units())
        for request_id, members in answers.keys() - self.parties.keys():
            yield Message(
                "Request %(request)s: %(count)s travellers were separated from their household.",
                {"request": request_id, "count": len(members)},
            )
        for key, party in self.parties.items():
            if answers[key] != 1:
                yield Message(
                    "Request %(request)s has %(count)s answers instead of one.",
                    {"request": party.household.reference, "count": answers[key]},
                )

    def seats(self) -> Iterator[Message]:
        given = sum(party.seats for party, _ in self.placed)
        seats = self.problem.movement.seats
        if given > seats:
            yield Message(
                "Seats given: %(given)s, but there are only %(seats)s.",
                {"given": given, "seats": seats},
            )
        stated = sum(placement.seats for _, placement in self.placed)
        if stated != given or self.result.seats_left != seats - given:
            yield Message("The seats given and left do not add up to the movement's seats.")

    def eligibility(self) -> Iterator[Message]:
        for party, _ in self.placed:
            if not party.eligible:
                yield _about(party, Message("it was placed although it cannot travel."))

    def beds(self, party: _Party, placement: Placement) -> Iterator[Message]:
        """Problems of one unit's own nights and rooms."""
        if placement.nights != self.problem.movement.quarantine_nights:
            yield _about(party, Message("it does not have all the quarantine nights."))
        sleepers = sorted(member.id for member in party.members) if placement.nights else []
        if sorted(member_id for member_id, _ in placement.rooms) != sleepers:
            yield _about(party, Message("it does not have one bed for each traveller."))
        taken = {room_id for _, room_id in placement.rooms}
        known = [self.rooms[room_id] for room_id in sorted(taken & self.rooms.keys())]
        if len(known) < len(taken):
            yield _about(party, Message("it has a room that does not exist."))
        if len({room.facility_id for room in known}) > 1:
            yield _about(party, Message("it is spread over several facilities."))
        yield from self._unsuitable(party, placement)
        yield from self._overfull(party, placement, known)

    def _unsuitable(self, party: _Party, placement: Placement) -> Iterator[Message]:
        members = {member.id: member for member in party.members}
        for member_id, room_id in placement.rooms:
            if member_id not in members or room_id not in self.rooms:
                continue
            member = members[member_id]
            is_isolation, is_accessible = _bed(self.rooms[room_id])
            if member.isolation != is_isolation:
                yield _about(party, Message("isolation rooms are for those in isolation only."))
            if member.needs_accessible and not is_accessible:
                yield _about(party, Message("someone who needs an accessible room has none."))

    def _overfull(
        self, party: _Party, placement: Placement, rooms: Iterable[Room]
    ) -> Iterator[Message]:
        sleepers = Counter(room_id for _, room_id in placement.rooms)
        for room in rooms:
            if sleepers[room.id] > room.beds:
                yield _about(party, Message("a room has fewer beds than travellers."))
            for other in self.intruders.get(room.id, [])[:1]:
                yield _about(
                    party,
                    Message("its room is not free around %(night)s.", {"night": other.night}),
                )

    def shared_rooms(self) -> Iterator[Message]:
        units: Counter[str] = Counter()
        for placement in self.result.placed:
            units.update({room_id for _, room_id in placement.rooms})
        for room_id in sorted(room_id for room_id, count in units.items() if count > 1):
            yield Message("One room was given to %(count)s households.", {"count": units[room_id]})

    def reserve(self) -> Iterator[Message]:
        kept = self.problem.movement.reserved_seats
        reserved = [(party, p) for party, p in self.placed if p.in_reserve]
        for party, _ in reserved:
            if not party.household.reserved:
                yield _about(party, Message("it was given a reserved seat it may not have."))
        unused = kept - sum(party.seats for party, _ in reserved)
        if unused < 0:
            yield Message(
                "More reserved seats were given than the %(kept)s there are.", {"kept": kept}
            )
        left = self._left_by(reserved)
        for party in self._waiting():
            if party.household.reserved and left.fits(party, unused):
                yield _about(
                    party,
                    Message("it waits although the reserved seats had room for it."),
                )

    def left_out(self) -> Iterator[Message]:
        left = self._left_by(self.placed)
        for party in self._waiting():
            if left.fits(party, left.seats):
                yield _about(party, Message("it waits although it would still fit."))

    def passed_over(self) -> Iterator[Message]:
        placements = {party.key: placement for party, placement in self.placed}
        left = self._left_by([])
        reserve = self.problem.movement.reserved_seats
        for party in self.parties.values():
            placement = placements.get(party.key)
            if placement is not None and placement.in_reserve:
                left.take(party, placement)
                reserve -= party.seats
            elif party.household.reserved and left.fits(party, reserve):
                yield _about(party, Message("it was passed over when reserved seats were given."))
        for party in self.parties.values():
            placement = placements.get(party.key)
            if placement is None and left.fits(party, left.seats):
                yield _about(party, Message("it was passed over for others further down."))
            elif placement is not None and not placement.in_reserve:
                left.take(party, placement)

    def _units(self) -> Iterator[Placement | Waiting]:
        yield from self.result.placed
        yield from self.result.waiting

    def _waiting(self) -> Iterator[_Party]:
        placed = {party.key for party, _ in self.placed}
        return (party for key, party in self.parties.items() if key not in placed)

    def _left_by(self, placements: Iterable[tuple[_Party, Placement]]) -> _Left:
        movement = self.problem.movement
        free = [room for room in self.problem.rooms if room.id not in self.intruders]
        left = _Left(movement.seats, free, bool(movement.quarantine_nights))
        for party, placement in placements:
            left.take(party, placement)
        return left


def _parties(problem: Problem) -> Iterator[_Party]:
    """Every unit, in the published order."""
    movement = problem.movement
    for household in sorted(problem.households, key=lambda h: (h.position, h.reference)):
        groups: dict[str, list[Member]] = {"": []}
        for member in household.members:
            groups.setdefault(member.id if member.travels_apart else "", []).append(member)
        for members in filter(None, groups.values()):
            infants = sum(1 for m in members if m.infant)
            laps = sum(1 for m in members if m.adult) if movement.infant_lap_allowed else 0
            yield _Party(
                household,
                tuple(members),
                len(members) - min(infants, laps),
                tuple(sorted((m.isolation, m.needs_accessible) for m in members)),
                household.blocked is None and household.country in movement.origin_countries,
            )


def _sleeps(wanted: Iterable[_Bed], beds: Counter[_Bed]) -> bool:
    left = dict(beds)
    for isolation, accessible in sorted(wanted, key=lambda bed: not bed[1]):
        choices = [(isolation, True)] if accessible else [(isolation, False), (isolation, True)]
        bed = next((choice for choice in choices if left.get(choice, 0) > 0), None)
        if bed is None:
            return False
        left[bed] -= 1
    return True


def _bed(room: Room) -> _Bed:
    return room.kind is RoomKind.ISOLATION, room.accessible or room.kind is RoomKind.ACCESSIBLE


def _intruders(problem: Problem) -> dict[str, list[Occupancy]]:
    """By room, the occupied nights that leave it no time for the movement's nights."""
    nights = sorted(problem.movement.quarantine_nights)
    turnover = {room.id: timedelta(days=room.turnover_days) for room in problem.rooms}
    found: defaultdict[str, list[Occupancy]] = defaultdict(list)
    for occupancy in problem.occupancy:
        if _is_near(occupancy.night, nights, turnover.get(occupancy.room_id, timedelta())):
            found[occupancy.room_id].append(occupancy)
    return dict(found)


def _is_near(night: date, nights: Sequence[date], gap: timedelta) -> bool:
    place = bisect_left(nights, night - gap)
    return place < len(nights) and nights[place] <= night + gap


def _key(unit: Placement | Waiting) -> _Key:
    return unit.request_id, frozenset(unit.members)


def _about(party: _Party, what: Message) -> Message:
    return Message(
        "Request %(request)s: %(what)s", {"request": party.household.reference, "what": what}
    )
