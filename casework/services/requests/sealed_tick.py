"""A tick that a page carries without showing it: sealed, and alike whether ticked or not."""

import base64
import binascii

from casework.crypto.cells import CellPlace
from casework.errors import FieldUnreadable
from casework.services.work import Work
from casework.vocabulary import KeyDomain
from models.organisation import Organisation

_NAME = "form.protection"


def seal_tick(work: Work, ticked: bool) -> str:
    """A token of one length, never the same twice, bound to the actor and her organisation."""
    sealed = work.keyring.seal(KeyDomain.TRAFFICKING, _place(work), ticked)
    return base64.urlsafe_b64encode(sealed).decode()


def open_tick(work: Work, token: str) -> bool:
    """What `token` says; False for one that was not made for this actor."""
    try:
        sealed = base64.urlsafe_b64decode(token.encode())
        return work.keyring.unseal(_place(work), sealed) is True
    except (FieldUnreadable, binascii.Error, UnicodeError):
        return False


def _place(work: Work) -> CellPlace:
    organisation = work.session.get_one(Organisation, work.actor.organisation_id)
    assert work.actor.id is not None, "only a user fills in a form"  # noqa: S101
    return CellPlace(_NAME, work.actor.id, organisation.subject_id)
