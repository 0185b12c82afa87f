"""Plans made without a model: reserved places first, then one party after another, first fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from casework.rules.season_rooms import RoomStock
from casework.rules.season_shape import Season


@dataclass(frozen=True)
class Placed:
    """A party (by number) on the movement at `place`, in these rooms."""

    party: int
    place: int
    rooms: tuple[str, ...]
    in_reserve: bool = False


@dataclass
class Board:
    """What is left of seats and rooms, and who was placed."""

    season: Season
    stock: RoomStock
    seats: list[int]
    placed: dict[int, Placed] = field(default_factory=dict)

    @classmethod
    def empty(cls, season: Season) -> "Board":
        """Nobody is placed yet."""
        return cls(season, RoomStock(season), [d.seats for d in season.departures])

    @property
    def points(self) -> int:
        """The sum of the points of all who travel."""
        return sum(self.season.parties[number].value for number in self.placed)

    def fits(self, party: int, place: int) -> tuple[str, ...] | None:
        """Rooms for the party on this movement, if its seats are left as well."""
        kind = self.season.kinds[self.season.kind_of[party]]
        if kind.seats[place] > self.seats[place]:
            return None
        return self.stock.first_fit(place, kind.beds)

    def put(self, placed: Placed) -> None:
        """Take the seats and rooms."""
        kind = self.season.kinds[self.season.kind_of[placed.party]]
        self.seats[placed.place] -= kind.seats[placed.place]
        self.stock.take(placed.place, placed.rooms)
        self.placed[placed.party] = placed


def place_reserved(board: Board) -> None:
    """Give the reserved seats, movement by movement, to reserved places in the published order."""
    season = board.season
    waiting = [number for number, party in enumerate(season.parties) if party.reserved]
    for place, departure in enumerate(season.departures):
        left = min(departure.reserved_seats, board.seats[place])
        for party in list(waiting):
            seats = season.kinds[season.kind_of[party]].seats.get(place, 0)
            if not 0 < seats <= left or season.first_possible(party) > place:
                continue
            rooms = board.fits(party, place)
            if rooms is not None:
                board.put(Placed(party, place, rooms, in_reserve=True))
                waiting.remove(party)
                left -= seats


def place_in_turn(board: Board, parties: Iterable[int]) -> None:
    """Give each party the first movement on which it fits."""
    season = board.season
    open_places: list[list[int]] = [list(kind.seats) for kind in season.kinds]
    for party in parties:
        places = open_places[season.kind_of[party]]
        for place in list(places) if party not in board.placed else ():
            if season.first_possible(party) > place:
                continue
            rooms = board.fits(party, place)
            if rooms is not None:
                board.put(Placed(party, place, rooms))
                break
            places.remove(place)  # what does not fit one of a kind never fits another later


def by_score(season: Season) -> Board:
    """The highest score first."""
    return _planned(season, range(len(season.parties)))


def first_come(season: Season) -> Board:
    """Who lodged first goes first."""
    parties = season.parties
    order = sorted(range(len(parties)), key=lambda number: (parties[number].submitted_on, number))
    return _planned(season, order)


def _planned(season: Season, order: Sequence[int]) -> Board:
    board = Board.empty(season)
    place_reserved(board)
    place_in_turn(board, order)
    return board
