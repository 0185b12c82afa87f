"""Proves that a season's plan keeps the rules, whoever made it: shares no code with the planner.

It reads only the question and the answer of `season_problem`; there is no solver in it. Every
fault has a code, so that a machine can tell them apart:

| code | what is wrong |
|---|---|
| unknown | a trip of a party, movement or room that is not in the problem |
| split | members of one party travel without the others, or twice |
| not_eligible | another country, lodged after departure, or kept from this movement |
| seats | a movement has more travellers than seats, or a trip counts its seats wrongly |
| bed | a traveller without the bed or room needed, or a party in two facilities |
| nights | other nights than the movement's |
| double_booked | one room for two parties on the same or too near nights |
| quota | reserved seats given to others, beyond their number, or kept from who waits for them |
| order | somebody goes before a like party that stands earlier in the published order |
| would_fit | somebody waits who would fit in what is left |
| points | the sum of points is not what the plan says, above the bound or below the greedy plan |
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from casework.messages import N_, Message
from casework.rules.allocation_problem import Room
from casework.rules.season_problem import (
    Departure,
    Party,
    PartyKey,
    SeasonPlan,
    SeasonProblem,
    Trip,
)
from casework.vocabulary import RoomKind

_ABOUT = N_("Request %(request)s: %(what)s")


@dataclass(frozen=True)
class Fault:
    """One broken rule: its code, and what is wrong in words."""

    code: str
    message: Message


def check_season(problem: SeasonProblem, plan: SeasonPlan) -> tuple[Fault, ...]:
    """Everything wrong with the plan; empty when it keeps the rules."""
    audit = _Audit(problem, plan.trips)
    found = [*audit.unknown(), *audit.split()]
    if found:
        return tuple(found)  # without knowing who travels nothing else can be told
    return (
        *audit.eligibility(),
        *audit.seats(),
        *audit.beds(),
        *audit.double_booking(),
        *audit.quota(),
        *audit.order(),
        *audit.would_fit(),
        *audit.points(plan),
    )


class _Audit:
    def __init__(self, problem: SeasonProblem, trips: Sequence[Trip]) -> None:
        self.problem, self.trips = problem, trips
        self.departures = {departure.id: departure for departure in problem.departures}
        self.rooms = {room.id: room for room in problem.rooms}
        self.parties = {party.key: party for party in problem.parties}
        self.trip_of = {trip.key: trip for trip in trips}
        self.turnover = {room.id: timedelta(days=room.turnover_days) for room in problem.rooms}

    def unknown(self) -> Iterator[Fault]:
        requests = {party.request_id for party in self.problem.parties}
        for trip in self.trips:
            strange = trip.departure_id not in self.departures or trip.request_id not in requests
            if strange or not self.rooms.keys() >= set(trip.room_ids):
                message = Message(
                    "A trip of request %(request)s is of no request, movement or room known here.",
                    {"request": trip.request_id},
                )
                yield Fault("unknown", message)

    def split(self) -> Iterator[Fault]:
        times: Counter[PartyKey] = Counter(trip.key for trip in self.trips)
        references = {party.request_id: party.reference for party in self.problem.parties}
        for key, count in times.items():
            reference = references.get(key[0], key[0])
            if key not in self.parties:
                yield _fault("split", reference, N_("it is split, or others travel with it."))
            elif count > 1:
                yield _fault("split", reference, N_("it travels twice."))

    def eligibility(self) -> Iterator[Fault]:
        for party, _, departure in self._journeys():
            if not _may_take(party, departure):
                yield _fault("not_eligible", party.reference, N_("this movement is not for it."))
            elif party.submitted_on > departure.departs_on:
                text = N_("it was lodged after its movement departed.")
                yield _fault("not_eligible", party.reference, text)

    def seats(self) -> Iterator[Fault]:
        taken: Counter[str] = Counter()
        for party, trip, departure in self._journeys():
            needed = _seats(party, departure)
            taken[departure.id] += needed
            if trip.seats != needed:
                yield _fault("seats", party.reference, N_("its seats are counted wrongly."))
        for departure in self.problem.departures:
            if taken[departure.id] > departure.seats:
                values = {
                    "movement": departure.reference,
                    "taken": taken[departure.id],
                    "seats": departure.seats,
                }
                text = N_("Movement %(movement)s: %(taken)s seats are given, %(seats)s are there.")
                yield Fault("seats", Message(text, values))

    def beds(self) -> Iterator[Fault]:
        for party, trip, departure in self._journeys():
            nights = (departure.first_night, departure.last_night)
            if (trip.first_night, trip.last_night) != nights:
                yield _fault("nights", party.reference, N_("its nights are not its movement's."))
            text = self._bed_fault(party, trip) if departure.first_night else None
            if text is not None:
                yield _fault("bed", party.reference, text)

    def _bed_fault(self, party: Party, trip: Trip) -> str | None:
        room_of = {member_id: self.rooms[room_id] for member_id, room_id in trip.rooms}
        if len(trip.rooms) != len(room_of) or {m.id for m in party.members} != room_of.keys():
            return N_("not everybody has one bed.")
        if len({room.facility_id for room in room_of.values()}) > 1:
            return N_("it is split between facilities.")
        for member in party.members:
            room = room_of[member.id]
            if member.isolation != (room.kind is RoomKind.ISOLATION):
                return N_("somebody is isolated with others, or others are isolated.")
            if member.needs_accessible and not _is_accessible(room):
                return N_("somebody needs an accessible room and has none.")
        people = Counter(room.id for room in room_of.values())
        if any(count > self.rooms[room_id].beds for room_id, count in people.items()):
            return N_("a room has fewer beds than travellers.")
        return None

    def double_booking(self) -> Iterator[Fault]:
        for room_id, stays in self._stays(self.trips).items():
            gap = self.turnover[room_id]
            ordered = sorted(stays)
            for (_, last), (first, _) in pairwise(ordered):
                if first <= last + gap:
                    yield self._twice(room_id, first)
            nights = self._occupied.get(room_id, set())
            for first, last in ordered:
                yield from (
                    self._twice(room_id, night)
                    for night in sorted(nights)
                    if first - gap <= night <= last + gap
                )

    def _twice(self, room_id: str, night: date) -> Fault:
        text = N_("Room %(room)s is given twice on or around %(night)s.")
        return Fault("double_booked", Message(text, {"room": room_id, "night": night}))

    def quota(self) -> Iterator[Fault]:
        given: Counter[str] = Counter()
        for party, trip, departure in self._journeys():
            if trip.in_reserve:
                given[departure.id] += trip.seats
                if not party.reserved:
                    yield _fault("quota", party.reference, N_("it has a seat kept for others."))
        for departure in self.problem.departures:
            if given[departure.id] > departure.reserved_seats:
                text = N_("Movement %(movement)s: more reserved seats are given than there are.")
                yield Fault("quota", Message(text, {"movement": departure.reference}))
        yield from self._reserve_refused(given)

    def _reserve_refused(self, given: Counter[str]) -> Iterator[Fault]:
        """Reserved places that wait or go later although reserved seats and rooms were left."""
        reserved = [party for party in self.problem.parties if party.reserved]
        gone: list[Trip] = []
        for departure in self._in_order():
            gone += [t for t in self.trips if t.in_reserve and t.departure_id == departure.id]
            settled = {trip.key for trip in gone}
            left = min(departure.reserved_seats, departure.seats) - given[departure.id]
            free = self._free_rooms(departure, self._stays(gone))
            for party in reserved:
                if party.key in settled or not _could_take(party, departure):
                    continue
                if _seats(party, departure) <= left and _sleeps(party, departure, free):
                    text = N_("reserved seats were left for it on an earlier movement.")
                    yield _fault("quota", party.reference, text)

    def order(self) -> Iterator[Fault]:
        for alike in self._alike().values():
            for in_reserve in (False, True):
                yield from self._overtaken(alike, in_reserve)

    def _overtaken(self, alike: Sequence[Party], in_reserve: bool) -> Iterator[Fault]:
        """Parties that wait on while a like one from further down travels.

        Who travels on a reserved seat is compared only with others who do, or who might have.
        """
        mine = [party for party in alike if self._competes(party, in_reserve)]
        day_of = {party.key: self._day(party, in_reserve) for party in mine}
        for day in sorted({day for day in day_of.values() if day < date.max}):
            last = max(party.position for party in mine if day_of[party.key] == day)
            for party in mine:
                waits = day_of[party.key] > day and party.submitted_on <= day
                if waits and party.position < last:
                    text = N_("a like request from further down travels before it.")
                    yield _fault("order", party.reference, text)

    def _competes(self, party: Party, in_reserve: bool) -> bool:
        trip = self.trip_of.get(party.key)
        if in_reserve:
            return party.reserved
        return trip is None or not trip.in_reserve

    def _day(self, party: Party, in_reserve: bool) -> date:
        trip = self.trip_of.get(party.key)
        if trip is None or (in_reserve and not trip.in_reserve):
            return date.max
        return self.departures[trip.departure_id].departs_on

    def would_fit(self) -> Iterator[Fault]:
        taken: Counter[str] = Counter()
        for party, _, departure in self._journeys():
            taken[departure.id] += _seats(party, departure)
        waiting = [
            [party for party in alike if party.key not in self.trip_of]
            for alike in self._alike().values()
        ]
        stays = self._stays(self.trips)
        for departure in self._in_order():
            left = departure.seats - taken[departure.id]
            free = self._free_rooms(departure, stays)
            for parties in waiting:
                one = next((p for p in parties if _could_take(p, departure)), None)
                if one is None or _seats(one, departure) > left:
                    continue
                if _sleeps(one, departure, free):
                    text = N_("it waits although it would still fit.")
                    yield _fault("would_fit", one.reference, text)

    def points(self, plan: SeasonPlan) -> Iterator[Fault]:
        total = sum(self.parties[trip.key].value for trip in self.trips)
        if total != plan.points:
            text = N_("The points come to %(total)s, the plan says %(points)s.")
            yield Fault("points", Message(text, {"total": total, "points": plan.points}))
        if total > plan.bound:
            text = N_("The points come to %(total)s, above the bound of %(bound)s.")
            yield Fault("points", Message(text, {"total": total, "bound": plan.bound}))
        if total < plan.greedy_points:
            text = N_("Taking the highest score first would reach more points: %(points)s.")
            yield Fault("points", Message(text, {"points": plan.greedy_points}))

    def _journeys(self) -> Iterator[tuple[Party, Trip, Departure]]:
        for trip in self.trips:
            yield self.parties[trip.key], trip, self.departures[trip.departure_id]

    def _in_order(self) -> list[Departure]:
        return sorted(self.problem.departures, key=lambda d: (d.departs_on, d.id))

    def _alike(self) -> dict[object, list[Party]]:
        """Parties that need the same seats on the same movements and the same beds."""
        found: defaultdict[object, list[Party]] = defaultdict(list)
        for party in self.problem.parties:
            if party.blocked is None:
                found[self._seats_everywhere(party), _beds(party)].append(party)
        return found

    def _seats_everywhere(self, party: Party) -> tuple[tuple[str, int], ...]:
        if len(party.members) == 1 and not party.barred:
            return self._alone(party.country)
        return tuple(
            (departure.id, _seats(party, departure))
            for departure in self._leaving(party.country)
            if departure.id not in party.barred
        )

    def _alone(self, country: str) -> tuple[tuple[str, int], ...]:
        return tuple((departure.id, 1) for departure in self._leaving(country))

    def _leaving(self, country: str) -> list[Departure]:
        return self._by_country[country]

    @cached_property
    def _by_country(self) -> defaultdict[str, list[Departure]]:
        found: defaultdict[str, list[Departure]] = defaultdict(list)
        for departure in self._in_order():
            for country in departure.origin_countries:
                found[country].append(departure)
        return found

    @cached_property
    def _occupied(self) -> dict[str, set[date]]:
        found: defaultdict[str, set[date]] = defaultdict(set)
        for occupancy in self.problem.occupancy:
            found[occupancy.room_id].add(occupancy.night)
        return found

    def _stays(self, trips: Iterable[Trip]) -> dict[str, list[tuple[date, date]]]:
        found: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
        for trip in trips:
            for room_id in trip.room_ids:
                if trip.first_night is not None and trip.last_night is not None:
                    found[room_id].append((trip.first_night, trip.last_night))
        return found

    def _free_rooms(
        self, departure: Departure, stays: Mapping[str, Sequence[tuple[date, date]]]
    ) -> list[Room]:
        first, last = departure.first_night, departure.last_night
        if first is None or last is None:
            return []
        free = []
        for room in self.problem.rooms:
            gap = self.turnover[room.id]
            begins, ends = first - gap, last + gap
            near = any(a <= ends and b >= begins for a, b in stays.get(room.id, ()))
            nights = self._occupied.get(room.id, ())
            if not near and not any(begins <= night <= ends for night in nights):
                free.append(room)
        return free


def _may_take(party: Party, departure: Departure) -> bool:
    return (
        party.blocked is None
        and party.country in departure.origin_countries
        and departure.id not in party.barred
    )


def _could_take(party: Party, departure: Departure) -> bool:
    return _may_take(party, departure) and party.submitted_on <= departure.departs_on


def _seats(party: Party, departure: Departure) -> int:
    infants = [m for m in party.members if departure.departs_on < m.infant_until]
    adults = [m for m in party.members if departure.departs_on >= m.adult_from]
    laps = min(len(infants), len(adults)) if departure.infant_lap_allowed else 0
    return len(party.members) - laps


def _beds(party: Party) -> tuple[tuple[bool, bool], ...]:
    return tuple(sorted((m.isolation, m.needs_accessible) for m in party.members))


def _is_accessible(room: Room) -> bool:
    return room.accessible or room.kind is RoomKind.ACCESSIBLE


def _sleeps(party: Party, departure: Departure, free: Iterable[Room]) -> bool:
    """Whether one facility has free rooms with a bed for everybody, accessible where needed."""
    if departure.first_night is None:
        return True
    wanted = Counter(_beds(party))
    beds: defaultdict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for room in free:
        beds[room.facility_id][room.kind is RoomKind.ISOLATION, _is_accessible(room)] += room.beds
    return any(
        all(
            have[isolation, True] >= wanted[isolation, True]
            and have[isolation, True] + have[isolation, False]
            >= wanted[isolation, True] + wanted[isolation, False]
            for isolation in (False, True)
        )
        for have in beds.values()
    )


def _fault(code: str, reference: str, what: str) -> Fault:
    return Fault(code, Message(_ABOUT, {"request": reference, "what": Message(what)}))
