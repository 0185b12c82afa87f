"""Who moves in the queue when one policy takes another's place: by group, never by name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from statistics import median
from typing import Any, Final

from casework.rules.priority import Policy, RequestFacts, Score, queue_key, score
from casework.vocabulary import AgeBand, Band, Criterion, Sex

TOP: Final = 50
Group = Enum | str


class Grouping(StrEnum):
    """What households are told apart by; a household of several kinds counts in each."""

    COUNTRY = "country"
    BAND = "band"
    NEED = "need"
    SIZE = "household_size"
    SEX = "sex"
    AGE = "age_band"


#: What a group's code is a member of; all others are codes by themselves.
_CODES: Final[Mapping[Grouping, type[StrEnum]]] = {
    Grouping.BAND: Band,
    Grouping.NEED: Criterion,
    Grouping.SEX: Sex,
    Grouping.AGE: AgeBand,
}


@dataclass(frozen=True)
class Waiting:
    """A household of the queue: what the policy may know of it, and the groups it is in."""

    reference: str
    facts: RequestFacts
    groups: Mapping[Grouping, frozenset[Group]]


@dataclass(frozen=True)
class Moves:
    """How a group of households moves. `median` counts places: positive is up, 0 stays."""

    households: int
    up: int
    down: int
    median: float


@dataclass(frozen=True)
class Placed:
    """A household near the head of the queue; positions are counted from 1."""

    reference: str
    before: int
    after: int
    points_before: int
    points_after: int


@dataclass(frozen=True)
class Simulation:
    """The queue of a day under two policies.

    `head_*`: the first fifty of each order, without the `reserved` households that have a
    reserved place: a draft must not tell who of them has it for medical reasons.
    """

    day: date
    whole: Moves
    reserved: int
    groups: Mapping[Grouping, Sequence[tuple[Group, Moves]]]
    head_before: tuple[Placed, ...]
    head_after: tuple[Placed, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON: codes, counts and reference numbers."""
        return {
            "day": self.day.isoformat(),
            **asdict(self.whole),
            "reserved": self.reserved,
            "groups": {
                grouping.value: {str(group): asdict(moves) for group, moves in groups}
                for grouping, groups in self.groups.items()
            },
            "head_before": [asdict(one) for one in self.head_before],
            "head_after": [asdict(one) for one in self.head_after],
        }

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Simulation":
        """What `as_dict` wrote."""
        return cls(
            date.fromisoformat(data["day"]),
            Moves(*(data[name] for name in ("households", "up", "down", "median"))),
            data["reserved"],
            {
                grouping: _largest_first(
                    (_CODES.get(grouping, str)(code), Moves(**moves))
                    for code, moves in data["groups"][grouping.value].items()
                )
                for grouping in Grouping
            },
            tuple(Placed(**one) for one in data["head_before"]),
            tuple(Placed(**one) for one in data["head_after"]),
        )


@dataclass(frozen=True)
class _Compared:
    household: Waiting
    before: Score
    after: Score


def compare(
    households: Iterable[Waiting], current: Policy, proposed: Policy, day: date
) -> Simulation:
    """Who moves when `proposed` orders the queue of `day` and no longer `current`.

    Who has a reserved place keeps it, and who has none gets none, whatever `proposed` says.
    """
    found = [_compared(one, current, proposed, day) for one in households]
    before = _positions([(one.household, one.before) for one in found], current)
    after = _positions([(one.household, one.after) for one in found], proposed)
    placed = [
        Placed(
            one.household.reference,
            before[one.household.reference],
            after[one.household.reference],
            one.before.points,
            one.after.points,
        )
        for one in found
    ]
    reserved = {one.household.reference for one in found if one.before.reserved}
    listed = [one for one in placed if one.reference not in reserved]
    steps = {one.reference: one.before - one.after for one in placed}
    return Simulation(
        day,
        _moves(list(steps.values())),
        len(reserved),
        {grouping: _by_group(found, steps, grouping) for grouping in Grouping},
        tuple(sorted(listed, key=lambda one: one.before)[:TOP]),
        tuple(sorted(listed, key=lambda one: one.after)[:TOP]),
    )


def _compared(household: Waiting, current: Policy, proposed: Policy, day: date) -> _Compared:
    before = score(household.facts, current, day)
    after = score(household.facts, proposed, day)
    return _Compared(household, before, replace(after, reserved=before.reserved))


def _positions(scored: Iterable[tuple[Waiting, Score]], policy: Policy) -> dict[str, int]:
    keys = {
        one.reference: queue_key(found, one.facts.submitted_on, one.reference, policy.tie_seed)
        for one, found in scored
    }
    ordered = sorted(keys, key=lambda reference: keys[reference])
    return {reference: place for place, reference in enumerate(ordered, start=1)}


def _by_group(
    found: Sequence[_Compared], steps: Mapping[str, int], grouping: Grouping
) -> list[tuple[Group, Moves]]:
    members: defaultdict[Group, list[int]] = defaultdict(list)
    for one in found:
        for group in _groups(one, grouping):
            members[group].append(steps[one.household.reference])
    return _largest_first((group, _moves(found)) for group, found in members.items())


def _largest_first(groups: Iterable[tuple[Group, Moves]]) -> list[tuple[Group, Moves]]:
    return sorted(groups, key=lambda pair: (-pair[1].households, str(pair[0])))


def _groups(one: _Compared, grouping: Grouping) -> Iterator[Group]:
    """Bands and needs as the policy in force sees them; needs that only the new one sees too."""
    if grouping is Grouping.BAND:
        yield one.before.band
    elif grouping is Grouping.NEED:
        yield from {c for each in (one.before, one.after) for c, _, _ in each.criteria}
    else:
        yield from one.household.groups[grouping]


def _moves(steps: Sequence[int]) -> Moves:
    return Moves(
        households=len(steps),
        up=sum(step > 0 for step in steps),
        down=sum(step < 0 for step in steps),
        median=median(steps) if steps else 0,
    )
