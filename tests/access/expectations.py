"""What access-matrix.csv and its legend say, read without the product's own policy.

A record's standing is told in the cast's and the organisations' names, by hand (world.py). The
legend: `mission` lodged at the user's mission; `facility` staying or booked at her facility;
`assigned` assigned to her; `org`, `own_org` of her organisation, or made by it; `granted` through
a live grant; `linked` behind a case she may read; `cleared` needs the clearance; `two_person` a
second holder approves later; `all`, and `two_person` alone, mean for ministry roles the return side
only; `a|b` either, `a+b` both.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import CAST

_TABLE = (Path(__file__).parents[1] / "access-matrix.csv").read_text().splitlines()
MATRIX: dict[str, dict[str, str]] = {row.pop("permission"): row for row in csv.DictReader(_TABLE)}
MINISTRY = {"consular_officer", "consular_desk", "quarantine_officer"}
#: "Reveal and document permissions also need read on the parent record."
PARTS = {
    *("identity:reveal", "safe_location:reveal", "document:read", "document:upload"),
    "subject_request:register",
}
#: "A creator reads and edits her own draft"; nobody else does anything with it.
DRAFT = {"return_request:read", "return_request:update"}
#: "No one approves their own work, or grants themselves a role or a clearance."
NOT_ONES_OWN = {
    "plan:approve",
    "case:approve_closure",
    "assistance:approve",
    "clearance:grant",
    "user:manage",
    "priority_policy:publish",
    "movement:override",
}


@dataclass(frozen=True)
class Standing:
    """Who stands how to a record: codes of organisations, names of the cast."""

    side: str = "common"
    read: str | None = None
    mission: frozenset[str] = frozenset()
    facility: frozenset[str] = frozenset()
    org: frozenset[str] = frozenset()
    own_org: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    linked: tuple["Standing", ...] = field(default_factory=tuple)
    excluded: frozenset[str] = frozenset()
    draft_of: str | None = None
    author: str | None = None
    #: an act that waits for a second person: who asked, and the one permission it is decided under
    proposed_by: str | None = None
    only: str | None = None


def cell(name: str, permission: str) -> str:
    return MATRIX[permission][CAST[name][0].value]


def ever(name: str, permission: str) -> bool:
    """Whether the matrix gives her role the permission on anything."""
    return cell(name, permission) != "-"


def allowed(name: str, permission: str, standing: Standing) -> bool:
    """Whether she may do this to a record of this standing."""
    if not ever(name, permission) or name in standing.excluded:
        return False
    if standing.only not in (None, permission):
        return False
    if permission in NOT_ONES_OWN and standing.author == name:
        return False
    if permission in PARTS and not (standing.read and allowed(name, standing.read, standing)):
        return False
    if standing.draft_of not in (None, name):
        return False
    if permission in DRAFT and standing.draft_of is not None:
        return True
    return any(
        all(_holds(name, atom, standing) for atom in alternative.split("+"))
        for alternative in cell(name, permission).split("|")
    )


def _holds(name: str, atom: str, standing: Standing) -> bool:
    role, organisation, cleared = CAST[name]
    if atom == "two_person" and standing.proposed_by == name:
        return False
    if atom in ("all", "two_person"):
        return role.value not in MINISTRY or standing.side != "case"
    if atom == "cleared":
        return cleared
    if atom == "assigned":
        return name in standing.assigned
    if atom == "linked":
        return any(allowed(name, "case:read", case) for case in standing.linked)
    return organisation in getattr(standing, atom)
