"""Proves that an allocation is right, whoever made it: shares no code with the allocator.

`check` holds for every answer to a problem, `check_exchange` for those that say they are best,
`check_order` for those made first fit. What fits is said in `allocation_problem`; the published
order is: who was pinned, then points, then position. Whether a unit would still fit is decided by
giving its members free beds one by one: those who need an accessible bed first, the others from
plain beds before accessible ones. As every accessible bed also serves the others, this finds a way
if there is one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from casework.messages import Message
from casework.rules.allocation_check_terms import (
    Key,
    Left,
    Party,
    about,
    bed_of,
    entitled,
    intruders,
    key_of,
    parties,
    quota_of,
    sort_of,
)
from casework.rules.allocation_problem import Allocation, Placement, Problem, Room, Waiting
from casework.vocabulary import Payer


def check(problem: Problem, result: Allocation) -> tuple[Message, ...]:
    """What is wrong with `result`; empty when nothing is.

    Seats, rooms, turnover, unity, accessible and isolation rooms, reserved seats and those of the
    funders, and that nobody is left waiting who would still fit.
    """
    audit = _Audit(problem, result)
    return tuple(
        chain(
            audit.missing_or_split(),
            audit.seats(),
            audit.eligibility(),
            *(audit.beds(party, placement) for party, placement in audit.placed),
            audit.shared_rooms(),
            audit.escorts(),
            audit.unentitled(),
            audit.quotas(),
            audit.pinned(),
            audit.left_out(),
        )
    )


def check_exchange(problem: Problem, result: Allocation) -> tuple[Message, ...]:
    """Units that could have the place of one further down the order with as many travellers.

    And whether the stated total of points is that of those placed, and within its bound.
    """
    audit = _Audit(problem, result)
    return tuple(chain(audit.exchangeable(), audit.proof()))


def check_order(problem: Problem, result: Allocation) -> tuple[Message, ...]:
    """Units that were passed over although they fitted when their turn came.

    Repeats the turns: those with a reserved place on the reserved seats, then everyone else. A
    unit without a place must not fit in what the placements before its turn had left.
    """
    return tuple(_Audit(problem, result).passed_over())


class _Audit:
    def __init__(self, problem: Problem, result: Allocation) -> None:
        self.problem = problem
        self.result = result
        self.rooms = {room.id: room for room in problem.rooms}
        self.intruders = intruders(problem)
        self.parties = {party.key: party for party in parties(problem)}
        answered = [(key_of(placement), placement) for placement in result.placed]
        self.placed = [(self.parties[k], p) for k, p in answered if k in self.parties]

    def missing_or_split(self) -> Iterator[Message]:
        answers = Counter(key_of(unit) for unit in self._units())
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
                yield about(party, Message("it was placed although it cannot travel."))

    def beds(self, party: Party, placement: Placement) -> Iterator[Message]:
        """Problems of one unit's own nights and rooms."""
        if placement.nights != self.problem.movement.quarantine_nights:
            yield about(party, Message("it does not have all the quarantine nights."))
        sleepers = sorted(member.id for member in party.members) if placement.nights else []
        if sorted(member_id for member_id, _ in placement.rooms) != sleepers:
            yield about(party, Message("it does not have one bed for each traveller."))
        taken = {room_id for _, room_id in placement.rooms}
        known = [self.rooms[room_id] for room_id in sorted(taken & self.rooms.keys())]
        if len(known) < len(taken):
            yield about(party, Message("it has a room that does not exist."))
        if len({room.facility_id for room in known}) > 1:
            yield about(party, Message("it is spread over several facilities."))
        yield from self._unsuitable(party, placement)
        yield from self._overfull(party, placement, known)

    def _unsuitable(self, party: Party, placement: Placement) -> Iterator[Message]:
        members = {member.id: member for member in party.members}
        for member_id, room_id in placement.rooms:
            if member_id not in members or room_id not in self.rooms:
                continue
            member = members[member_id]
            is_isolation, is_accessible = bed_of(self.rooms[room_id])
            if member.isolation != is_isolation:
                yield about(party, Message("isolation rooms are for those in isolation only."))
            if member.needs_accessible and not is_accessible:
                yield about(party, Message("someone who needs an accessible room has none."))

    def _overfull(
        self, party: Party, placement: Placement, rooms: Iterable[Room]
    ) -> Iterator[Message]:
        sleepers = Counter(room_id for _, room_id in placement.rooms)
        for room in rooms:
            if sleepers[room.id] > room.beds:
                yield about(party, Message("a room has fewer beds than travellers."))
            for other in self.intruders.get(room.id, [])[:1]:
                yield about(
                    party,
                    Message("its room is not free around %(night)s.", {"night": other.night}),
                )

    def shared_rooms(self) -> Iterator[Message]:
        units: Counter[str] = Counter()
        for placement in self.result.placed:
            units.update({room_id for _, room_id in placement.rooms})
        for room_id in sorted(room_id for room_id, count in units.items() if count > 1):
            yield Message("One room was given to %(count)s households.", {"count": units[room_id]})

    def escorts(self) -> Iterator[Message]:
        carried = self.problem.movement.medical_escorts
        given = sum(party.escorts for party, _ in self.placed)
        if carried is not None and given > carried:
            yield Message(
                "Medical escorts given: %(given)s, but the movement carries %(carried)s.",
                {"given": given, "carried": carried},
            )

    def quotas(self) -> Iterator[Message]:
        """Each quota in turn has its own people, up to its seats, before anybody else."""
        held: list[tuple[Party, Placement]] = []
        for payer, kept in self._kept():
            mine = [(party, p) for party, p in self.placed if quota_of(p) == (True, payer)]
            held += mine
            unused = kept - sum(party.seats for party, _ in mine)
            if unused < 0:
                yield Message(
                    "More reserved seats were given than the %(kept)s there are.", {"kept": kept}
                )
            left = self._left_by(held)
            for party in self._waiting():
                if entitled(party, payer) and left.fits(party, unused):
                    yield about(
                        party, Message("it waits although the reserved seats had room for it.")
                    )

    def unentitled(self) -> Iterator[Message]:
        for party, placement in self.placed:
            counted, payer = quota_of(placement)
            twice = placement.in_reserve and payer is not None
            if twice or (counted and not entitled(party, payer)):
                yield about(party, Message("it was given a reserved seat it may not have."))

    def _kept(self) -> Iterator[tuple[Payer | None, int]]:
        """Seats kept for reserved places, then for each funder, as far as there are seats."""
        movement = self.problem.movement
        left = movement.seats
        wanted: list[tuple[Payer | None, int]] = [(None, movement.reserved_seats)]
        for payer, seats in [*wanted, *sorted(movement.funder_seats)]:
            yield payer, min(seats, left)
            left -= min(seats, left)

    def pinned(self) -> Iterator[Message]:
        """After the quotas, those whom two people decided to take come first."""
        first = [(q, p) for q, p in self.placed if quota_of(p)[0] or q.household.pinned]
        left = self._left_by(first)
        for party in self._waiting():
            if party.household.pinned and left.fits(party, left.seats):
                yield about(party, Message("it waits although it was to be taken first."))

    def exchangeable(self) -> Iterator[Message]:
        left = self._left_by(self.placed)
        unused = dict(self._kept())
        for _, placement in self.placed:
            if quota_of(placement)[0]:
                unused[placement.funder] -= placement.seats
        ahead: dict[object, Party] = {}
        for party in sorted(self._waiting(), key=lambda party: party.order):
            if party.eligible:
                ahead.setdefault(sort_of(party), party)
        for held, placement in self.placed:
            left.give_back(held, placement)
            counted, payer = quota_of(placement)
            seats = unused[payer] + placement.seats if counted else left.seats
            for party in ahead.values():
                if (
                    party.order < held.order
                    and len(party.members) == len(held.members)
                    and (not counted or entitled(party, payer))
                    and left.fits(party, seats)
                ):
                    yield about(party, Message("it could have a place of one further down."))
            left.take(held, placement)

    def proof(self) -> Iterator[Message]:
        stated = self.result.proof
        total = sum(party.household.points * len(party.members) for party, _ in self.placed)
        if stated is not None and not stated.objective == total <= stated.bound:
            yield Message(
                "The points of those placed are %(total)s; that is not what the answer says.",
                {"total": total},
            )

    def left_out(self) -> Iterator[Message]:
        left = self._left_by(self.placed)
        for party in self._waiting():
            if left.fits(party, left.seats):
                yield about(party, Message("it waits although it would still fit."))

    def passed_over(self) -> Iterator[Message]:
        placements = {party.key: placement for party, placement in self.placed}
        left = self._left_by([])
        yield from self._passed_over_by_quotas(placements, left)
        for party in self.parties.values():
            placement = placements.get(party.key)
            if placement is None and left.fits(party, left.seats):
                yield about(party, Message("it was passed over for others further down."))
            elif placement is not None and not quota_of(placement)[0]:
                left.take(party, placement)

    def _passed_over_by_quotas(
        self, placements: Mapping[Key, Placement], left: Left
    ) -> Iterator[Message]:
        for payer, kept in self._kept():
            unused = kept
            for party in self.parties.values():
                placement = placements.get(party.key)
                if placement is not None and quota_of(placement) == (True, payer):
                    left.take(party, placement)
                    unused -= party.seats
                elif placement is not None and quota_of(placement)[0]:
                    continue
                elif entitled(party, payer) and left.fits(party, unused):
                    words = Message("it was passed over when reserved seats were given.")
                    yield about(party, words)

    def _units(self) -> Iterator[Placement | Waiting]:
        yield from self.result.placed
        yield from self.result.waiting

    def _waiting(self) -> Iterator[Party]:
        placed = {party.key for party, _ in self.placed}
        return (party for key, party in self.parties.items() if key not in placed)

    def _left_by(self, placements: Iterable[tuple[Party, Placement]]) -> Left:
        movement = self.problem.movement
        free = [room for room in self.problem.rooms if room.id not in self.intruders]
        left = Left(movement, free)
        for party, placement in placements:
            left.take(party, placement)
        return left
