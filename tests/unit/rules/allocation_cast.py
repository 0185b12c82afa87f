"""Small movements, facilities and households for the allocation tests."""

from datetime import date, timedelta

from hypothesis import strategies as st

from casework.rules.allocation_problem import (
    Household,
    Member,
    MovementInput,
    Occupancy,
    Problem,
    Room,
)
from casework.vocabulary import Payer, RoomKind, WaitingReason

ARRIVAL = date(2020, 11, 21)
NIGHTS = tuple(ARRIVAL + timedelta(days=day) for day in range(21))


def movement(seats: int = 10, reserved: int = 0, nights: int = 21) -> MovementInput:
    return MovementInput("OM-1", seats, frozenset({"KR"}), NIGHTS[:nights], reserved)


def room(name: str, beds: int = 1, kind: RoomKind = RoomKind.SINGLE, turnover: int = 1) -> Room:
    return Room(name, name[0], kind, beds, turnover)


def family(
    number: int, *members: Member, people: int = 1, reserved: bool = False, points: int = 0
) -> Household:
    """A household from Korea in place `number`; `people` adults unless members are given."""
    adults = tuple(Member(f"{number}-{person}") for person in range(people))
    return Household(
        f"id-{number}",
        f"KR-{number}",
        number,
        "KR",
        members or adults,
        reserved=reserved,
        points=points,
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Random movements small enough to be short of seats and of every sort of room."""
    nights = draw(st.sampled_from([NIGHTS[:7], NIGHTS[:1], ()]))
    rooms = tuple(
        Room(
            f"{facility}{number}",
            facility,
            draw(st.sampled_from(RoomKind)),
            draw(st.integers(1, 4)),
            draw(st.integers(0, 2)),
            draw(st.booleans()),
        )
        for facility in "AB"
        for number in range(draw(st.integers(0, 5)))
    )
    return Problem(
        MovementInput(
            "OM-1",
            draw(st.integers(0, 14)),
            frozenset({"KR", "US"}),
            nights,
            draw(st.integers(0, 5)),
            draw(st.booleans()),
            draw(st.sampled_from([(), ((Payer.IOM, 2),), ((Payer.IOM, 1), (Payer.SELF, 2))])),
            draw(st.sampled_from([None, None, 1])),
        ),
        rooms,
        draw(_occupancy(rooms)),
        tuple(draw(_household(number)) for number in range(draw(st.integers(1, 8)))),
    )


@st.composite
def _household(draw: st.DrawFn, number: int) -> Household:
    often_false = st.sampled_from([False, False, False, True])
    members = tuple(
        Member(
            f"{number}-{person}",
            draw(often_false),
            draw(often_false),
            infant := draw(often_false),
            not infant and draw(st.booleans()),
            draw(often_false),
            draw(often_false),
        )
        for person in range(draw(st.integers(1, 4)))
    )
    blocks = [None, None, None, WaitingReason.NO_DOCUMENT]
    return Household(
        f"id-{number}",
        f"KR-{number}",
        draw(st.integers(1, 5)),
        draw(st.sampled_from(["KR", "KR", "US", "AU"])),
        members,
        draw(often_false),
        draw(st.sampled_from(blocks)),
        draw(st.integers(0, 3)),
        draw(often_false),
        draw(st.sampled_from([None, Payer.IOM, Payer.SELF])),
    )


def _occupancy(rooms: tuple[Room, ...]) -> st.SearchStrategy[tuple[Occupancy, ...]]:
    if not rooms:
        return st.just(())
    return st.lists(
        st.builds(
            Occupancy,
            st.sampled_from([room.id for room in rooms]),
            st.dates(ARRIVAL - timedelta(days=4), ARRIVAL + timedelta(days=10)),
            st.just("id-earlier"),
        ),
        max_size=4,
    ).map(tuple)
