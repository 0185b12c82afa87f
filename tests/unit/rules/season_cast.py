"""Small seasons for the tests of planning and checking."""

from datetime import date, timedelta

from hypothesis import strategies as st

from casework.rules.allocation_problem import Occupancy, Room
from casework.rules.season_problem import Departure, Party, SeasonProblem, Traveller
from casework.vocabulary import RoomKind

FIRST = date(2020, 3, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def departure(
    name: str, on: int, seats: int, nights: int = 21, reserved: int = 0, countries: str = "KR"
) -> Departure:
    first, last = (day(on), day(on + nights - 1)) if nights else (None, None)
    return Departure(
        name, name, day(on), seats, frozenset(countries.split()), first, last, reserved
    )


def party(
    number: int,
    people: int = 1,
    points: int = 10,
    lodged: int = 0,
    reserved: bool = False,
    country: str = "KR",
) -> Party:
    members = tuple(Traveller(f"{number}-{person}") for person in range(people))
    name = f"Q{number}"
    return Party(name, name, number, country, day(lodged), points, members, reserved)


def room(name: str, beds: int = 1, kind: RoomKind = RoomKind.SINGLE) -> Room:
    return Room(name, name[0], kind, beds, 1)


@st.composite
def seasons(draw: st.DrawFn, reserved: bool = True) -> SeasonProblem:
    """Random seasons small enough to be short of seats and of every sort of room."""
    departures = tuple(_departure(draw, f"M{number}") for number in range(draw(st.integers(0, 4))))
    rooms = tuple(
        Room(
            f"R{number}",
            draw(st.sampled_from("AB")),
            draw(st.sampled_from(RoomKind)),
            draw(st.integers(1, 3)),
            draw(st.integers(0, 1)),
        )
        for number in range(draw(st.integers(0, 5)))
    )
    occupied = tuple(
        Occupancy(each.id, day(draw(st.integers(0, 35))), "other")
        for each in rooms
        if draw(st.booleans())
    )
    parties = tuple(_party(draw, number, reserved) for number in range(draw(st.integers(0, 7))))
    return SeasonProblem(departures, rooms, occupied, parties)


def _departure(draw: st.DrawFn, name: str) -> Departure:
    on, nights = draw(st.integers(0, 30)), draw(st.sampled_from([0, 3, 7]))
    seats, arrives = draw(st.integers(0, 6)), on + draw(st.integers(0, 1))
    return Departure(
        name,
        name,
        day(on),
        seats,
        frozenset(draw(st.sets(st.sampled_from(["KR", "US"]), min_size=1))),
        day(arrives) if nights else None,
        day(arrives + nights - 1) if nights else None,
        draw(st.integers(0, seats)),
        draw(st.booleans()),
    )


def _party(draw: st.DrawFn, number: int, reserved: bool) -> Party:
    turns = st.sampled_from([date.min, day(10), date.max])
    members = tuple(
        Traveller(
            f"{number}-{person}",
            draw(st.integers(0, 5)) == 0,
            draw(st.integers(0, 7)) == 0,
            draw(turns) if person else date.min,
            draw(turns) if person else date.min,
        )
        for person in range(draw(st.integers(1, 3)))
    )
    return Party(
        f"Q{number}",
        f"Q{number}",
        number,
        draw(st.sampled_from(["KR", "US"])),
        day(draw(st.integers(-5, 25))),
        9 - number,
        members,
        reserved and draw(st.integers(0, 3)) == 0,
        barred=frozenset(draw(st.sets(st.just("M0")))),
    )
