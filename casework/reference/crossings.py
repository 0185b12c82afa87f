"""Where Mongolia's border is crossed. Provisional: see the data."""

from dataclasses import dataclass
from functools import cache

from casework.reference.table import rows


@dataclass(frozen=True)
class Crossing:
    """A crossing point; what is opposite lies in `country` (alpha-2), empty for an airport."""

    code: str
    name_en: str
    name_mn: str
    country: str
    opposite_en: str
    opposite_mn: str
    road: bool
    rail: bool
    air: bool

    def name(self, language: str) -> str:
        """What it is called in Mongolian (`mn`), else in English."""
        return self.name_mn if language == "mn" else self.name_en

    def opposite(self, language: str) -> str:
        """What the point on the other side is called, likewise."""
        return self.opposite_mn if language == "mn" else self.opposite_en


@cache
def crossings() -> tuple[Crossing, ...]:
    """Return the crossing points, those to China first."""
    return tuple(
        Crossing(
            row["code"],
            row["name_en"],
            row["name_mn"],
            row["country"],
            row["opposite_en"],
            row["opposite_mn"],
            row["road"] == "1",
            row["rail"] == "1",
            row["air"] == "1",
        )
        for row in rows("crossings")
    )


def land_crossings() -> tuple[Crossing, ...]:
    """Return those that a convoy or a train passes."""
    return tuple(crossing for crossing in crossings() if crossing.road or crossing.rail)
