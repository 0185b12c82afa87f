"""Who may sleep in one room: children of a trafficking case apart from adults.

Their own guardian may stay with them. Until guardianship is recorded, a guardian is who stands to
the child as parents and grandparents do, within the same household.
"""

from collections.abc import Collection
from dataclasses import dataclass

from casework.vocabulary import Relation

#: By the child's relation to the principal: whose relation makes a guardian.
_GUARDIANS = {
    Relation.PRINCIPAL: {Relation.PARENT, Relation.GRANDPARENT},
    Relation.CHILD: {Relation.PRINCIPAL, Relation.SPOUSE},
    Relation.GRANDCHILD: {Relation.PRINCIPAL, Relation.SPOUSE, Relation.CHILD},
    Relation.SIBLING: {Relation.PARENT, Relation.GRANDPARENT},
}


@dataclass(frozen=True)
class Sleeper:
    """One person of a household; `apart`: a child whom the compartment protects."""

    relation: Relation
    child: bool
    apart: bool


def may_share(sleepers: Collection[Sleeper]) -> bool:
    """Whether these people of one household may sleep in one room."""
    adults = [one.relation for one in sleepers if not one.child]
    guarded = [one.relation for one in sleepers if one.child and one.apart]
    return all(adult in _GUARDIANS.get(child, ()) for child in guarded for adult in adults)
