"""A season's plan as one JSON value; docs/season.md describes it for whoever checks it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from casework.rules.season_problem import Party, SeasonPlan, Trip
from casework.services.season.problem import SeasonInput

FORMAT = "casework-season-plan/1"


def totals(asked: SeasonInput, plan: SeasonPlan) -> dict[str, Any]:
    """The plan in numbers."""
    placed = {trip.key for trip in plan.trips}
    parties = asked.problem.parties
    travelling = {trip.request_id for trip in plan.trips}
    return {
        "requests": len(asked.requests),
        "requests_planned": len(travelling),
        "requests_waiting": len({p.request_id for p in parties if p.key not in placed}),
        "people": sum(len(party.members) for party in parties),
        "people_planned": sum(len(trip.members) for trip in plan.trips),
        "movements": len(asked.problem.departures),
        "seats": sum(departure.seats for departure in asked.problem.departures),
        "seats_used": sum(trip.seats for trip in plan.trips),
        "rooms": len(asked.problem.rooms),
        "beds": sum(room.beds for room in asked.problem.rooms),
    }


def summary(asked: SeasonInput, plan: SeasonPlan, milliseconds: int) -> dict[str, Any]:
    """What `--json` prints: how good the plan is, without anybody in it."""
    return {
        "status": plan.status,
        "points": plan.points,
        "bound": plan.bound,
        "gap": round(plan.gap, 6),
        "greedy_points": plan.greedy_points,
        "first_come_points": plan.first_come_points,
        "policy": asked.policy,
        "points_on": asked.points_on.isoformat(),
        "parameters": plan.parameters,
        "totals": totals(asked, plan),
        "seconds": milliseconds / 1000,
    }


def plan_file(asked: SeasonInput, plan: SeasonPlan, milliseconds: int) -> dict[str, Any]:
    """The whole plan, assignment by assignment; no names and no needs."""
    parties = {party.key: party for party in asked.problem.parties}
    going = {trip.key for trip in plan.trips}
    used: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for trip in plan.trips:
        used[trip.departure_id].update(
            seats=trip.seats, people=len(trip.members), reserved=trip.seats * trip.in_reserve
        )
    return {
        "format": FORMAT,
        **summary(asked, plan, milliseconds),
        "movements": [
            {
                "movement": departure.reference,
                "departs_on": departure.departs_on.isoformat(),
                "seats": departure.seats,
                "seats_used": used[departure.id]["seats"],
                "people": used[departure.id]["people"],
                "reserved_seats": departure.reserved_seats,
                "reserved_seats_used": used[departure.id]["reserved"],
            }
            for departure in asked.problem.departures
        ],
        "assignments": [_assignment(asked, parties[trip.key], trip) for trip in plan.trips],
        "waiting": [
            _who(asked, party) for party in asked.problem.parties if party.key not in going
        ],
    }


def _who(asked: SeasonInput, party: Party) -> dict[str, Any]:
    request = asked.requests[party.request_id].request
    return {
        "request": party.reference,
        "request_ref": request.source_reference,
        "country": party.country,
        "people": len(party.members),
        "points": party.points,
        "position": party.position,
    }


def _assignment(asked: SeasonInput, party: Party, trip: Trip) -> dict[str, Any]:
    return {
        **_who(asked, party),
        "movement": asked.movements[trip.departure_id].reference,
        "seats": trip.seats,
        "reserved_seat": trip.in_reserve,
        "rooms": _rooms(asked.room_names, trip),
        "first_night": trip.first_night.isoformat() if trip.first_night else None,
        "last_night": trip.last_night.isoformat() if trip.last_night else None,
    }


def _rooms(names: Mapping[str, str], trip: Trip) -> list[str]:
    return sorted(names[room_id] for room_id in trip.room_ids)
