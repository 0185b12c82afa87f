"""Loading records under the access policy, and writing down what was refused."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from audit.events import COMPARTMENT
from audit.record import Act
from casework.actor import Actor
from casework.errors import NotFound, Refused
from casework.policy import Facts, Permission, can, may_ever
from casework.services.facts import facts_of
from casework.services.protection.compartment import seal_detail
from casework.services.scopes import visible
from casework.services.work import Database, Work
from casework.vocabulary import KeyDomain, Outcome, Purpose
from models.base import Base
from models.organisation import Organisation

R = TypeVar("R", bound=Base)

PURPOSES = {
    "return_request": Purpose.RETURN_ASSISTANCE,
    "priority_policy": Purpose.RETURN_ASSISTANCE,
    "movement": Purpose.RETURN_ASSISTANCE,
    "manifest": Purpose.RETURN_ASSISTANCE,
    "offer": Purpose.RETURN_ASSISTANCE,
    "person": Purpose.RETURN_ASSISTANCE,
    "facility": Purpose.QUARANTINE,
    "stay": Purpose.QUARANTINE,
    "referral": Purpose.REFERRAL,
    "directory": Purpose.REFERRAL,
    "trafficking": Purpose.PROTECTION,
    "shelter": Purpose.PROTECTION,
    "concern": Purpose.PROTECTION,
    "subject_request": Purpose.PROTECTION,
    "audit": Purpose.PROTECTION,
    "follow_up": Purpose.MONITORING,
    "statistics": Purpose.STATISTICS,
    "export": Purpose.STATISTICS,
    "user": Purpose.ADMINISTRATION,
    "organisation": Purpose.ADMINISTRATION,
    "settings": Purpose.ADMINISTRATION,
}


def purpose_of(permission: Permission | None) -> Purpose:
    """The purpose that a permission serves unless another is stated."""
    area = permission.split(":")[0] if permission else "user"
    return PURPOSES.get(area, Purpose.CASE_MANAGEMENT)


def load(work: Work, permission: Permission, model: type[R], row_id: UUID) -> R:
    """The row, if the actor has `permission` on it; NotFound whether it is missing or withheld."""
    statement = select(model).where(model.id == row_id, visible(work.actor, permission, model))
    row = work.session.scalars(statement).first()
    if row is None or not can(work.actor, permission, facts_of(row, work.session)):
        raise NotFound
    return row


def require(work: Work, permission: Permission, row: Base | None = None) -> None:
    """Raise Refused unless the actor has `permission` on `row`, or on anything when None."""
    actor = work.actor
    allowed = (
        may_ever(actor, permission)
        if row is None
        else can(actor, permission, facts_of(row, work.session))
    )
    if not allowed:
        raise Refused(permission)


def require_facts(work: Work, permission: Permission, facts: Facts) -> None:
    """Raise Refused unless the actor has `permission` under facts not yet stored."""
    if not can(work.actor, permission, facts):
        raise Refused(permission)


def allowed(work: Work, permission: Permission, row: Base) -> bool:
    """Whether to offer an act on a page."""
    return can(work.actor, permission, facts_of(row, work.session))


def record_refusal(
    database: Database, actor: Actor, permission: Permission | None, table: str, row_id: str
) -> None:
    """Write down, in a transaction of its own, that something was refused or not found."""
    with database.writing(actor) as work:
        work.record(
            Act(
                "access.refused",
                purpose_of(permission),
                permission=permission,
                outcome=Outcome.REFUSED,
                facts={"table": table, "record": row_id},
            )
        )


def record_read(work: Work, page: str, permission: Permission | None, case_id: UUID | None) -> None:
    """Account for the personal data that `work` opened, in a short transaction of its own."""
    sealed = {read for read in work.reads() if read[1] is KeyDomain.TRAFFICKING}
    ordinary = work.reads() - sealed
    if not ordinary and not sealed:
        return
    with work.database.writing(work.actor) as writer:
        writer.request = work.request
        if ordinary:
            writer.record(
                Act(
                    "personal_data.read",
                    purpose_of(permission),
                    permission=permission,
                    case_id=case_id,
                    subjects={subject for _, _, subject in ordinary},
                    cells={name for name, _, _ in ordinary},
                    facts={"page": page},
                )
            )
        if sealed:
            detail: dict[str, object] = {
                "page": page,
                "case": str(case_id) if case_id else None,
                "subjects": sorted({str(subject) for _, _, subject in sealed}),
                "cells": sorted({name for name, _, _ in sealed}),
            }
            record_in_compartment(writer, detail)
    work.forget_reads()


def record_in_compartment(work: Work, detail: dict[str, object]) -> None:
    """One neutral entry; `detail` is sealed under the actor's organisation's trafficking key."""
    organisation_id = work.actor.organisation_id
    with work.beyond("the organisation's key seals what its officer alone can open"):
        organisation = work.session.get_one(Organisation, organisation_id)
        sealed = seal_detail(work, organisation, detail)
    work.record(Act(COMPARTMENT, Purpose.PROTECTION, facts={"sealed": sealed}))
