"""Reading a boarding page: one choice a traveller."""

from collections.abc import Mapping
from uuid import UUID

from casework.services.movements.boarding import PRESENT, Mark
from casework.vocabulary import ReleaseReason

PREFIX = "hold-"
#: The choices by the value that the page sends.
TICKS: dict[str, Mark] = {
    "present": PRESENT,
    "no_show": ReleaseReason.NO_SHOW,
    "offloaded": ReleaseReason.OFFLOADED,
}


def ticked(sent: Mapping[str, str]) -> dict[UUID, Mark]:
    """The choice made for each hold; anything that is none is left out."""
    found = {}
    for name, value in sent.items():
        if name.startswith(PREFIX) and value in TICKS:
            try:
                found[UUID(name.removeprefix(PREFIX))] = TICKS[value]
            except ValueError:
                continue
    return found
