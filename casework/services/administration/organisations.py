"""Organisations that take part, as the administrator keeps them."""

from typing import Any

from sqlalchemy import func, select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.organisations import add_organisation, find_organisation
from casework.services.work import Work
from casework.vocabulary import OrganisationKind, Purpose
from models.organisation import Organisation

_FIELDS = ("name", "name_mn", "country", "aimag", "agreement_until", "active", "address")


def list_organisations(work: Work, kind: OrganisationKind | None = None) -> list[Organisation]:
    """Every organisation, by kind and code."""
    statement = select(Organisation).order_by(Organisation.kind, Organisation.code)
    if kind is not None:
        statement = statement.where(Organisation.kind == kind)
    return list(work.session.scalars(statement))


def count_organisations(work: Work) -> int:
    """How many take part now."""
    counted = select(func.count()).select_from(Organisation).where(Organisation.active)
    return work.session.scalar(counted) or 0


def register_organisation(
    work: Work, code: str, kind: OrganisationKind, values: dict[str, Any]
) -> Organisation:
    """Add one; InvalidInput when the code is taken by another."""
    require(work, Permission.ORGANISATION_MANAGE)
    if find_organisation(work, code) is not None:
        raise InvalidInput(
            N_("An organisation with the code %(code)s exists already."), "code", code=code
        )
    organisation = add_organisation(work, code=code, kind=kind, name=values["name"])
    change_organisation(work, organisation, values, None)
    return organisation


def change_organisation(
    work: Work, organisation: Organisation, values: dict[str, Any], version: int | None
) -> Organisation:
    """Change names, place, agreement, or whether it still takes part; code and kind stay."""
    require(work, Permission.ORGANISATION_MANAGE)
    expect_version(organisation, version)
    for name in _FIELDS:
        if name in values:
            setattr(organisation, name, values[name])
    until = organisation.agreement_until
    facts = {
        "code": organisation.code,
        "agreement": until.isoformat() if until else None,
        "active": organisation.active,
    }
    work.record(
        Act(
            "organisation.changed",
            Purpose.ADMINISTRATION,
            permission=Permission.ORGANISATION_MANAGE,
            facts=facts,
        )
    )
    return organisation
