"""Whether the log's moments go forward as its positions do.

An entry takes its place when it commits, so a moment behind one of an earlier position means that
the entry was written or committed late, or that the clock was set back. Small steps are ordinary:
clocks are adjusted, and on PostgreSQL transactions commit in another order than they began.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Backstep:
    """From position `position` on, `count` entries are behind an earlier one by up to `behind`.

    `late` when the log then went on from where it was, as a clock that was set back would not.
    """

    position: int
    count: int
    behind: timedelta
    late: bool

    def __str__(self) -> str:
        """What it means, in words."""
        if self.late:
            meaning = "it was written or committed late, or its moment is false"
        else:
            meaning = "the clock was set back, or these entries are late"
        return f"it is dated {self.behind} before one ahead of it: {meaning}"


@dataclass
class _Run:
    """Entries behind the newest moment, one after another."""

    position: int
    first: datetime
    last: datetime
    behind: timedelta
    count: int = 1


class Times:
    """Takes the moments of a log in order; `backsteps` are those beyond the tolerance."""

    def __init__(self) -> None:
        self.backsteps: list[Backstep] = []
        self.newest = ""
        self._run: _Run | None = None

    def take(self, position: int, at: str) -> None:
        """The next moment, as audit.canonical.moment writes it; ValueError when it is none."""
        moment = datetime.fromisoformat(at)
        if at >= self.newest:
            if self._run:
                self._end_run(went_on=True)
            self.newest = at
            return
        behind = datetime.fromisoformat(self.newest) - moment
        if behind <= TOLERANCE:
            self._end_run(went_on=True)
        elif self._run is None:
            self._run = _Run(position, moment, moment, behind)
        else:
            run = self._run
            run.last, run.behind, run.count = moment, max(run.behind, behind), run.count + 1

    def finish(self) -> list[Backstep]:
        """All backsteps, with the one at the end of the log."""
        self._end_run(went_on=False)
        return self.backsteps

    def _end_run(self, *, went_on: bool) -> None:
        run, self._run = self._run, None
        if run:
            late = went_on and (run.last - run.first) * 2 < run.behind
            self.backsteps.append(Backstep(run.position, run.count, run.behind, late))
