"""Reading pages with one row a traveller: boarding, arrival, reception."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from werkzeug.datastructures import MultiDict

from casework.services.movements.arriving import HERE, MISSING, ArrivalMark
from casework.services.movements.boarding import PRESENT, Mark
from casework.services.movements.reception import Reception
from casework.vocabulary import ReceptionNeed, ReleaseReason

PREFIX = "hold-"
LONGEST = 1000
#: The choices by the value that the page sends.
TICKS: dict[str, Mark] = {
    "present": PRESENT,
    "no_show": ReleaseReason.NO_SHOW,
    "offloaded": ReleaseReason.OFFLOADED,
}


ARRIVALS: dict[str, ArrivalMark] = {"here": HERE, "missing": MISSING}


def _rows(sent: Mapping[str, str], prefix: str) -> Iterator[tuple[UUID, str]]:
    """Id and value of each field whose name is the prefix and an id."""
    for name, value in sent.items():
        if name.startswith(prefix):
            try:
                yield UUID(name.removeprefix(prefix)), value
            except ValueError:
                continue


def ticked(sent: Mapping[str, str]) -> dict[UUID, Mark]:
    """The choice made for each hold; anything that is none is left out."""
    return {hold: TICKS[value] for hold, value in _rows(sent, PREFIX) if value in TICKS}


def arrivals_ticked(sent: Mapping[str, str]) -> dict[UUID, ArrivalMark]:
    """The same on the page of an arrival."""
    return {hold: ARRIVALS[value] for hold, value in _rows(sent, PREFIX) if value in ARRIVALS}


def reasons_written(sent: Mapping[str, str]) -> dict[UUID, str]:
    """What was written about each traveller who is missing."""
    return {hold: text[:LONGEST] for hold, text in _rows(sent, "reason-") if text.strip()}


def receptions_told(sent: MultiDict[str, str]) -> dict[UUID, Reception]:
    """What each traveller on the page needs, and who took her over."""
    told = {}
    for hold, handed_to in _rows(sent, "to-"):
        needs = tuple(need for need in ReceptionNeed if need.value in sent.getlist(f"need-{hold}"))
        told[hold] = Reception(needs, handed_to)
    return told
