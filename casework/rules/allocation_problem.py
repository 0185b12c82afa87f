"""What an allocation of one movement's seats and quarantine beds is asked, and what it answers.

The units that are placed or left waiting as a whole are a household without those of its members
who travel apart, and each member who travels apart. **A unit fits** when all of this holds:

1. The movement leaves from the household's country, and nothing about its travellers blocks it.
2. It needs no more seats than are left. Each member needs one, except infants on a lap: where the
   movement allows laps, one infant for each adult of the unit.
3. It needs no bed (a movement without quarantine nights), or **one** facility has free rooms with
   a bed for each member, infants too. Isolation rooms hold members in isolation and nobody else.
   Who needs an accessible room gets one; other rooms' shortage may be met from accessible rooms,
   which are taken last. An isolation room serves a wheelchair user only if marked accessible.

A room is free when nobody occupies it on any quarantine night, nor within its turnover days
before or after. A unit has its rooms to itself; rooms are never shared between units.

A traveller with a medical escort takes one more seat, for the escort, who needs no bed; where the
movement limits escorts, no more of them travel than it carries.

Whoever solves a `Problem`, no unit may be left waiting that still fits in what remains. Seats kept
for reserved places, and those kept for who is paid for by a funder, go to others only as far as no
waiting unit of theirs fits them; a seat is kept for one of these alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casework.messages import Message
from casework.vocabulary import LimitKind, Payer, RoomKind, WaitingReason

#: Told of the steps done and of how many there are; may raise to stop a solve.
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Member:
    """One traveller, as far as seats and beds are concerned.

    `infant`: under 2 on the day of departure; `adult`: may hold one on the lap. `travels_apart`:
    asked alone, wants to travel without the household. `needs_escort`: a medical escort comes
    along.
    """

    id: str
    needs_accessible: bool = False
    isolation: bool = False
    infant: bool = False
    adult: bool = True
    travels_apart: bool = False
    needs_escort: bool = False


@dataclass(frozen=True)
class Household:
    """A request that may be offered places; `position` is its place in the published order.

    `country`: ISO alpha-2. `blocked` says why it cannot be placed whatever is free: no travel
    document, or not fit to travel. `points` are the request's under the published policy; each of
    its travellers counts with them. `pinned`: two people decided to take it first. `payer`: the
    funder that pays for its tickets, when one was assigned.
    """

    request_id: str
    reference: str
    position: int
    country: str
    members: tuple[Member, ...]
    reserved: bool = False
    blocked: WaitingReason | None = None
    points: int = 0
    pinned: bool = False
    payer: Payer | None = None


@dataclass(frozen=True)
class MovementInput:
    """What a movement offers; `quarantine_nights` is empty when no quarantine is asked for.

    `funder_seats`: (payer, seats kept for those it pays for), beside the `reserved_seats`.
    `medical_escorts`: how many it carries; None is no limit.
    """

    id: str
    seats: int
    origin_countries: frozenset[str]
    quarantine_nights: tuple[date, ...] = ()
    reserved_seats: int = 0
    infant_lap_allowed: bool = True
    funder_seats: tuple[tuple[Payer, int], ...] = ()
    medical_escorts: int | None = None


@dataclass(frozen=True)
class Room:
    """A quarantine room; `turnover_days` must stay empty between one occupant and the next.

    `accessible` marks a room of another kind that a wheelchair user can use as well.
    """

    id: str
    facility_id: str
    kind: RoomKind
    beds: int
    turnover_days: int = 0
    accessible: bool = False


@dataclass(frozen=True)
class Occupancy:
    """A night on which a room is occupied or held for another request."""

    room_id: str
    night: date
    request_id: str


@dataclass(frozen=True)
class Problem:
    """Everything an allocation depends on; kept with its result, it can be replayed."""

    movement: MovementInput
    rooms: tuple[Room, ...]
    occupancy: tuple[Occupancy, ...]
    households: tuple[Household, ...]


@dataclass(frozen=True)
class Placement:
    """A unit that has its seats and, for all `nights`, its rooms: (member id, room id) pairs.

    `in_reserve`: its seats were taken from those kept for reserved places; `funder`: from those
    kept for who is paid for by this funder. At most one of the two.
    """

    request_id: str
    members: tuple[str, ...]
    rooms: tuple[tuple[str, str], ...]
    nights: tuple[date, ...]
    seats: int
    in_reserve: bool
    message: Message
    funder: Payer | None = None


@dataclass(frozen=True)
class Waiting:
    """A unit that was not placed, and why."""

    request_id: str
    members: tuple[str, ...]
    reason: WaitingReason
    message: Message


@dataclass(frozen=True)
class Proof:
    """How good an answer is: its total priority, and what no answer can exceed.

    Total priority is the sum of the points of each traveller's request over all who are placed.
    `proven`: the search ended by itself, so that objective and bound say all there is.
    """

    objective: int
    bound: int
    proven: bool

    @property
    def gap(self) -> float:
        """The share of the bound that is missing, from 0 to 1."""
        return (self.bound - self.objective) / self.bound if self.bound else 0.0


@dataclass(frozen=True)
class Limit:
    """What would place more households without taking a place from anybody.

    `more` seats, beds or escorts (beds as well as seats when both are short) would place
    `households` more with `people`. Beds are short on the `nights`, first and last.
    """

    kind: LimitKind
    more: int
    households: int
    people: int
    nights: tuple[date, date] | None = None


@dataclass(frozen=True)
class Allocation:
    """The answer to a `Problem`.

    `binding` names what ran short, that which left most people waiting first. A solved answer has
    its `proof`, and `limits` that say by how much.
    """

    placed: tuple[Placement, ...]
    waiting: tuple[Waiting, ...]
    seats_left: int
    binding: tuple[WaitingReason, ...]
    proof: Proof | None = None
    limits: tuple[Limit, ...] = ()
