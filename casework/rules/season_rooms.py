"""Which rooms are free for each movement of a season, as they are given out one by one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from casework.rules.allocation_problem import Room
from casework.rules.season_problem import Departure
from casework.rules.season_shape import Beds, Pattern, Season, Sort, patterns, sort_of


class RoomStock:
    """Rooms left for each movement, by facility and sort."""

    def __init__(self, season: Season) -> None:
        self._departures = season.departures
        self._rooms = {room.id: room for room in season.problem.rooms}
        self.sorts = tuple(sorted({sort_of(room) for room in self._rooms.values()}))
        self._facilities = sorted({room.facility_id for room in self._rooms.values()})
        self._clashes = self._all_clashes()
        taken: defaultdict[str, set[date]] = defaultdict(set)
        for occupancy in season.problem.occupancy:
            taken[occupancy.room_id].add(occupancy.night)
        self._next_taken = {room: sorted(nights) for room, nights in taken.items()}
        self._free = [self._free_on(departure, taken) for departure in self._departures]

    def ways(self, beds: Beds, place: int) -> tuple[Pattern, ...]:
        """How a party can be housed after movement `place`, the cheapest way first."""
        if self._departures[place].first_night is None:
            return ((),)
        return patterns(beds, self.sorts)

    def find(self, place: int, pattern: Pattern) -> tuple[str, ...] | None:
        """Free rooms of one facility of these sorts on all nights of movement `place`."""
        free = self._free[place]
        for facility in self._facilities:
            if all(len(free[facility, sort]) >= pattern.count(sort) for sort in pattern):
                return tuple(self._choose(place, facility, pattern))
        return None if pattern else ()

    def first_fit(self, place: int, beds: Beds) -> tuple[str, ...] | None:
        """The cheapest free rooms for a party on movement `place`."""
        for pattern in self.ways(beds, place):
            rooms = self.find(place, pattern)
            if rooms is not None:
                return rooms
        return None

    def take(self, place: int, rooms: Iterable[str]) -> None:
        """Nobody else has these rooms while the party of movement `place` is there."""
        for room_id in rooms:
            room = self._rooms[room_id]
            slot = room.facility_id, sort_of(room)
            for other in self._clashes[room.turnover_days][place]:
                self._free[other][slot].discard(room_id)

    def pattern_of(self, rooms: Iterable[str]) -> Pattern:
        """The sorts of these rooms."""
        return tuple(sorted(sort_of(self._rooms[room_id]) for room_id in rooms))

    def _choose(self, place: int, facility: str, pattern: Pattern) -> Iterable[str]:
        """Rooms that are taken again soonest, so that the others stay free for longer."""
        for sort in sorted(set(pattern)):
            rooms = sorted(
                self._free[place][facility, sort],
                key=lambda room_id: (self._taken_again(place, room_id), room_id),
            )
            yield from rooms[: pattern.count(sort)]

    def _taken_again(self, place: int, room_id: str) -> date:
        night = self._departures[place].last_night
        nights = self._next_taken.get(room_id, ())
        return next((taken for taken in nights if night and taken > night), date.max)

    def _free_on(
        self, departure: Departure, taken: dict[str, set[date]]
    ) -> dict[tuple[str, Sort], set[str]]:
        free: defaultdict[tuple[str, Sort], set[str]] = defaultdict(set)
        for room in self._rooms.values():
            if not _is_taken(departure, room, taken.get(room.id, set())):
                free[room.facility_id, sort_of(room)].add(room.id)
        return free

    def _all_clashes(self) -> dict[int, list[list[int]]]:
        turnovers = {room.turnover_days for room in self._rooms.values()}
        return {
            turnover: [
                [
                    other
                    for other, later in enumerate(self._departures)
                    if _clash(departure, later, turnover)
                ]
                for departure in self._departures
            ]
            for turnover in turnovers
        }


def _clash(one: Departure, other: Departure, turnover: int) -> bool:
    """Whether parties of both movements cannot have the same room."""
    if one.first_night is None or one.last_night is None:
        return False
    if other.first_night is None or other.last_night is None:
        return False
    gap = timedelta(days=turnover)
    return one.first_night <= other.last_night + gap and other.first_night <= one.last_night + gap


def _is_taken(departure: Departure, room: Room, nights: set[date]) -> bool:
    if departure.first_night is None or departure.last_night is None:
        return False
    gap = timedelta(days=room.turnover_days)
    return any(departure.first_night - gap <= n <= departure.last_night + gap for n in nights)
