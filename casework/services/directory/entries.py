"""The directory: who offers which service, where, for whom, and when that was last checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Facts, Permission
from casework.services.access import allowed, require_facts
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import OrganisationKind, Purpose, Role, ServiceKind
from models.organisation import Organisation
from models.referral import DirectoryEntry

#: Days after which what an entry says may no longer be true.
STALE_AFTER = timedelta(days=90)

OFFERING = (
    OrganisationKind.IOM,
    OrganisationKind.NGO,
    OrganisationKind.AGENCY,
    OrganisationKind.SHELTER,
)
_FIELDS = (
    "service",
    "description",
    "description_mn",
    "eligibility",
    "eligibility_mn",
    "aimag",
    "soum",
    "capacity",
    "hours",
    "phone",
    "languages",
    "active",
)


@dataclass(frozen=True)
class Wanted:
    """What to look for; None means any."""

    service: ServiceKind | None = None
    aimag: str | None = None
    organisation_id: UUID | None = None


def is_stale(entry: DirectoryEntry) -> bool:
    """Not verified for 90 days."""
    return clock.today() - entry.last_verified_on > STALE_AFTER


def find_entries(work: Work, wanted: Wanted, *, limit: int = 200) -> list[DirectoryEntry]:
    """Active services of active organisations, nearest kind first: by service, then organisation.

    An aimag also finds the services that no aimag limits.
    """
    statement = (
        select(DirectoryEntry)
        .join(Organisation, Organisation.id == DirectoryEntry.organisation_id)
        .where(DirectoryEntry.active, Organisation.active)
        .order_by(DirectoryEntry.service, Organisation.name, DirectoryEntry.id)
        .limit(limit)
    )
    if wanted.service:
        statement = statement.where(DirectoryEntry.service == wanted.service)
    if wanted.aimag:
        here = DirectoryEntry.aimag == wanted.aimag
        statement = statement.where(here | DirectoryEntry.aimag.is_(None))
    if wanted.organisation_id:
        statement = statement.where(DirectoryEntry.organisation_id == wanted.organisation_id)
    return list(work.session.scalars(statement))


def own_entries(work: Work) -> list[DirectoryEntry]:
    """Every service of the actor's organisation, those no longer offered too."""
    statement = (
        select(DirectoryEntry)
        .where(DirectoryEntry.organisation_id == work.actor.organisation_id)
        .order_by(DirectoryEntry.active.desc(), DirectoryEntry.service, DirectoryEntry.id)
    )
    return list(work.session.scalars(statement))


def may_manage(work: Work, entry: DirectoryEntry) -> bool:
    """Whether the actor may edit or verify this entry."""
    return allowed(work, Permission.DIRECTORY_MANAGE, entry)


def organisations_to_list(work: Work) -> list[Organisation]:
    """Whose services the actor may add: every offering organisation, or only her own."""
    statement = (
        select(Organisation)
        .where(Organisation.active, Organisation.kind.in_(OFFERING))
        .order_by(Organisation.name)
    )
    if work.actor.role is not Role.SUPERVISOR:
        statement = statement.where(Organisation.id == work.actor.organisation_id)
    return list(work.session.scalars(statement))


def add_entry(work: Work, organisation_id: UUID, values: dict[str, Any]) -> DirectoryEntry:
    """List a service, verified today; `values` has every field of `_FIELDS` but may omit some."""
    require_facts(work, Permission.DIRECTORY_MANAGE, Facts(holders=frozenset({organisation_id})))
    organisation = work.session.get(Organisation, organisation_id)
    if organisation is None or organisation.kind not in OFFERING:
        raise InvalidInput(N_("Choose an organisation that offers services."), "organisation")
    entry = DirectoryEntry(organisation_id=organisation_id, last_verified_on=clock.today())
    _fill(entry, {"active": True, **values})
    work.session.add(entry)
    _record(work, "directory.added", entry)
    return entry


def change_entry(
    work: Work, entry: DirectoryEntry, values: dict[str, Any], version: int | None
) -> DirectoryEntry:
    """Change what an entry says; whoever writes it has looked, so it counts as verified today."""
    expect_version(entry, version)
    _fill(entry, values)
    entry.last_verified_on = clock.today()
    _record(work, "directory.changed", entry)
    return entry


def verify_entry(work: Work, entry: DirectoryEntry) -> None:
    """Say that the entry is still right today."""
    entry.last_verified_on = clock.today()
    _record(work, "directory.verified", entry)


def _fill(entry: DirectoryEntry, values: dict[str, Any]) -> None:
    for name in _FIELDS:
        if name in values:
            setattr(entry, name, values[name])


def _record(work: Work, event: str, entry: DirectoryEntry) -> None:
    facts = {"service": entry.service.value, "organisation": str(entry.organisation_id)}
    work.record(Act(event, Purpose.REFERRAL, permission=Permission.DIRECTORY_MANAGE, facts=facts))


def stale_entries(work: Work, organisation_ids: Sequence[UUID] | None = None) -> int:
    """How many services were not verified for 90 days."""
    entries = find_entries(work, Wanted())
    return sum(
        is_stale(entry)
        for entry in entries
        if organisation_ids is None or entry.organisation_id in organisation_ids
    )
