"""How long people waited for a place, and how many got one, by group; small cells withheld."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from math import ceil
from statistics import median
from typing import Final

from casework.rules.suppression import SMALLEST_SHOWN, suppressed

#: With fewer placed than this the slowest tenth would be one person.
LEAST_FOR_TENTH: Final = 10
Group = Enum | str


class Grouping(StrEnum):
    """What travellers are told apart by; who has several needs counts in each."""

    COUNTRY = "country"
    SEX = "sex"
    AGE = "age_band"
    NEED = "need"


@dataclass(frozen=True)
class Traveller:
    """Somebody who asked to come home: her groups, and the days until the first offer, if any."""

    groups: Mapping[Grouping, frozenset[Group]]
    waited: int | None


@dataclass(frozen=True)
class Line:
    """A group: how many asked, how many of them were offered a place, how long those waited.

    `median` and `ninetieth` (90th percentile, nearest rank) are in days. None is withheld or, for
    the two, unknown: too few were placed.
    """

    group: Group | None
    asked: int | None
    placed: int | None
    median: int | None
    ninetieth: int | None

    @property
    def share(self) -> int | None:
        """Per cent of those who asked; None when nobody did."""
        if not self.asked or self.placed is None:
            return None
        return round(100 * self.placed / self.asked)


@dataclass(frozen=True)
class Report:
    """Everybody together, and each grouping's lines, the largest group first."""

    whole: Line
    tables: Mapping[Grouping, Sequence[Line]]


def report(travellers: Iterable[Traveller]) -> Report:
    """The figures of these people."""
    found = list(travellers)
    members: dict[Grouping, dict[Group, list[Traveller]]] = {
        grouping: defaultdict(list) for grouping in Grouping
    }
    for one in found:
        for grouping, groups in one.groups.items():
            for group in groups:
                members[grouping][group].append(one)
    whole = _lines({"": found})[0] if found else _line(None, [])
    return Report(
        Line(None, whole.asked, whole.placed, whole.median, whole.ninetieth),
        {grouping: _lines(members[grouping]) for grouping in Grouping},
    )


def _lines(members: Mapping[Group, Sequence[Traveller]]) -> list[Line]:
    """Withheld is a group in which those who asked, who were placed or who were not are few."""
    hidden = (
        _hidden(members, lambda one: True)
        | _hidden(members, lambda one: one.waited is not None)
        | _hidden(members, lambda one: one.waited is None)
    )
    order = sorted(members, key=lambda group: (-len(members[group]), str(group)))
    return [
        Line(group, None, None, None, None) if group in hidden else _line(group, members[group])
        for group in order
    ]


def _hidden(
    members: Mapping[Group, Sequence[Traveller]], counts: Callable[[Traveller], bool]
) -> set[Group]:
    sums = {group: sum(map(counts, found)) for group, found in members.items()}
    return {group for group, count in suppressed(sums).items() if count is None}


def _line(group: Group | None, found: Sequence[Traveller]) -> Line:
    days = sorted(one.waited for one in found if one.waited is not None)
    return Line(
        group,
        asked=len(found),
        placed=len(days),
        median=round(median(days)) if len(days) >= SMALLEST_SHOWN else None,
        ninetieth=days[ceil(0.9 * len(days)) - 1] if len(days) >= LEAST_FOR_TENTH else None,
    )
