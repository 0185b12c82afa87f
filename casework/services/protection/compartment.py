"""The sealed detail of entries about the trafficking compartment, for who has the clearance."""

from typing import Any
from uuid import UUID

from audit.events import COMPARTMENT
from casework.crypto.cells import CellPlace
from casework.errors import FieldUnreadable
from casework.services.work import Work
from casework.vocabulary import KeyDomain
from models.organisation import Organisation

SEALED_CELL = "audit_entry.sealed"


def sealed_place(organisation: Organisation) -> CellPlace:
    """Where the detail of an entry is sealed: under the key of the actor's organisation."""
    return CellPlace(SEALED_CELL, organisation.id, organisation.subject_id)


def seal_detail(work: Work, organisation: Organisation, detail: dict[str, object]) -> str:
    """`detail` under the organisation's trafficking key, as hex for an entry's facts."""
    return work.keyring.seal(KeyDomain.TRAFFICKING, sealed_place(organisation), detail).hex()


def open_detail(work: Work, body: dict[str, Any]) -> dict[str, Any] | None:
    """What a compartment entry says; None for other entries and for who is not cleared.

    `{"page", "case", "subjects", "cells"}` for something seen. None too when the key is gone.
    """
    organisation_id = body["actor"]["org"]
    if body["event"] != COMPARTMENT or not work.actor.cleared or organisation_id is None:
        return None
    organisation = work.session.get_one(Organisation, UUID(organisation_id))
    cell = bytes.fromhex(body["facts"]["sealed"])
    try:
        detail = work.keyring.unseal(sealed_place(organisation), cell)
    except FieldUnreadable:
        return None
    return detail if isinstance(detail, dict) else None
