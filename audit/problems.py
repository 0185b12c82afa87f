"""What verification finds."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `position` in the log (0 outside it) and the entry's id.

    With `until`, the first bad entry is one of the positions from `position` to it.
    """

    what: str
    position: int = 0
    entry_id: UUID | None = None
    row: str | None = None
    until: int = 0

    def __str__(self) -> str:
        entry = f"entry {self.entry_id}" if self.entry_id else "entry"
        place = f"{entry} at position {self.position}" if self.position else "log"
        if self.until > self.position:
            place = f"one of the entries from {place} to position {self.until}"
        return f"{place}: {self.what}" + (f" ({self.row})" if self.row else "")


@dataclass
class Verification:
    """What was checked and what was found.

    `problems` are alterations. `backsteps` are entries whose moments do not fit their place and
    that nobody explained. `agreed` is how many entries each place with checkpoints agrees on.
    """

    entries: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    backsteps: list[Problem] = field(default_factory=list)
    agreed: dict[str, int] = field(default_factory=dict)
    origin: str = ""
    root: bytes = b""

    @property
    def intact(self) -> bool:
        """Nothing was altered."""
        return not self.problems

    @property
    def first(self) -> Problem | None:
        """The problem of the earliest entry; an exact place before a range, then outside the log.

        Moments that do not fit come after every alteration.
        """
        for found in (self.problems, self.backsteps):
            if found:
                return min(found, key=_place)
        return None


def _place(problem: Problem) -> int:
    return problem.until or problem.position or 2**62
