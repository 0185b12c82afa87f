"""What the page of a plan shows: codes and numbers, nobody in them."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from casework.rules.season_problem import Party, SeasonPlan
from casework.services.season.plan_file import totals
from casework.services.season.problem import SeasonInput
from casework.vocabulary import WaitingReason

WEEK = timedelta(days=7)


def figures_of(asked: SeasonInput, plan: SeasonPlan) -> dict[str, Any]:
    """Totals, each movement's places, beds by night, who waits, and what runs short when."""
    going = {trip.key for trip in plan.trips}
    waiting = [party for party in asked.problem.parties if party.key not in going]
    return {
        "totals": totals(asked, plan),
        "movements": _movements(asked, plan),
        "nights": _nights(asked, plan),
        "waiting_by_country": dict(_people(waiting, lambda p: p.country).most_common(12)),
        "waiting_by_band": dict(
            _people(waiting, lambda p: asked.requests[p.request_id].band.value)
        ),
        "weeks": _weeks(asked, plan, waiting),
    }


def _people(parties: list[Party], key: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for party in parties:
        found[key(party)] += len(party.members)
    return found


def _movements(asked: SeasonInput, plan: SeasonPlan) -> list[dict[str, Any]]:
    people, seats = Counter[str](), Counter[str]()
    for trip in plan.trips:
        people[trip.departure_id] += len(trip.members)
        seats[trip.departure_id] += trip.seats
    return [
        {
            "id": departure.id,
            "reference": departure.reference,
            "departs_on": departure.departs_on.isoformat(),
            "from": asked.movements[departure.id].origin_city,
            "seats": departure.seats,
            "seats_used": seats[departure.id],
            "people": people[departure.id],
        }
        for departure in asked.problem.departures
    ]


def _nights(asked: SeasonInput, plan: SeasonPlan) -> list[list[Any]]:
    """Per night: beds slept in, and beds of rooms that are taken, turnover and others included."""
    rooms = {room.id: room for room in asked.problem.rooms}
    people, taken = Counter[date](), Counter[date]()
    for trip in plan.trips:
        if trip.first_night is None or trip.last_night is None:
            continue
        for offset in range((trip.last_night - trip.first_night).days + 1):
            people[trip.first_night + timedelta(days=offset)] += len(trip.members)
        for room in (rooms[room_id] for room_id in trip.room_ids):
            nights = (trip.last_night - trip.first_night).days + 1 + room.turnover_days
            for offset in range(nights):
                taken[trip.first_night + timedelta(days=offset)] += room.beds
    for occupancy in asked.problem.occupancy:
        taken[occupancy.night] += rooms[occupancy.room_id].beds
    if not taken:
        return []
    first, last = min(taken), max(taken)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [[day.isoformat(), people[day], taken[day]] for day in days]


def _weeks(asked: SeasonInput, plan: SeasonPlan, waiting: list[Party]) -> list[list[Any]]:
    """Per week of departures: seats, seats used, and what kept those who waited then from one.

    Beds are short where a movement leaves with seats that somebody waiting could have used.
    """
    used = Counter[str]()
    for trip in plan.trips:
        used[trip.departure_id] += trip.seats
    by_country: defaultdict[str, list[Party]] = defaultdict(list)
    for party in waiting:
        by_country[party.country].append(party)
    weeks: dict[date, list[Any]] = {}
    for departure in sorted(asked.problem.departures, key=lambda d: d.departs_on):
        monday = departure.departs_on - timedelta(days=departure.departs_on.weekday())
        week = weeks.setdefault(monday, [monday.isoformat(), 0, 0, ""])
        week[1] += departure.seats
        week[2] += used[departure.id]
        left = departure.seats - used[departure.id]
        waited = any(
            party.submitted_on <= departure.departs_on and departure.id not in party.barred
            for country in departure.origin_countries
            for party in by_country[country]
        )
        if waited and left > 1 and departure.first_night:
            week[3] = WaitingReason.NO_ROOM.value
        elif waited and not week[3]:
            week[3] = WaitingReason.NO_SEAT.value
    return list(weeks.values())
