"""Gives out one movement's seats and quarantine beds by the published order, first fit.

First each quota's own people are placed in order, up to its seats; what they leave goes back to
all, and everyone still waiting is placed in order wherever they fit. So are freed places filled,
and a solved allocation is never worse than this. The same problem always has the same answer.

Rooms are chosen so that the fewest accessible rooms are taken, then the fewest beds, then the
fewest rooms.
"""

from casework.rules.allocation_draft import Draft
from casework.rules.allocation_problem import Allocation, Problem


def first_fit(problem: Problem) -> Allocation:
    """Place as many units as fit, in order."""
    return first_fit_draft(problem).answer()


def first_fit_draft(problem: Problem) -> Draft:
    """The same with what is left."""
    draft = Draft(problem)
    for quota in draft.quotas:
        for number, unit in draft.candidates():
            if quota.serves(unit) and draft.shortage(unit, quota) is None:
                draft.give(number, quota)
    fill(draft)
    return draft


def fill(draft: Draft) -> None:
    """Place in order everyone who fits in what is left."""
    for number, unit in draft.candidates():
        if draft.shortage(unit) is None:
            draft.give(number)
