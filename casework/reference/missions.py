"""Mongolian diplomatic missions, one for each country that has one. Provisional: see the data."""

from dataclasses import dataclass
from functools import cache

from casework.reference.table import rows


@dataclass(frozen=True)
class Mission:
    """A diplomatic mission, known by the alpha-2 code of its host `country`."""

    country: str
    city_en: str
    city_mn: str
    name_en: str
    name_mn: str


@cache
def missions() -> tuple[Mission, ...]:
    """Return the missions in the order of their countries' codes."""
    return tuple(Mission(**row) for row in rows("missions"))
