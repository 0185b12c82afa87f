"""The order of the queue as of today, before places are given out by it."""

from casework.services.requests.scoring import refresh_scores, scores_are_stale
from casework.services.work import Work


def refresh_order(work: Work) -> None:
    """Bring the scores up to today in works of their own; nothing may be pending in `work`."""
    if scores_are_stale(work):
        work.end()
        refresh_scores(work.database)
