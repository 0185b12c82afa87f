"""The page that asks what people's identifiers are needed for, before it shows them."""

from collections.abc import Collection
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from casework.services.people.reveal import PURPOSES, reveal_identities
from casework.vocabulary import Purpose
from casework.web.fields import ChoiceField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l
from casework.web.saving import save
from casework.web.unit import current_work
from models.base import Base
from models.person import Person


class RevealForm(CaseworkForm):
    """What for."""

    purpose = ChoiceField(_l("What do you need them for?"), PURPOSES)


def reveal_page(record: Base, person: Person, back: str) -> ResponseReturnValue:
    """Ask the purpose, write it down, and go `back` to the page that now shows them.

    The view behind GET and POST of a "Show" link; `record` is the request or case the person
    belongs to, loaded under Permission.IDENTITY_REVEAL.
    """
    return reveal_all_page(record, [person.subject_id], person.short_name, back)


def reveal_all_page(
    record: Base, subjects: Collection[UUID], whose: str, back: str
) -> ResponseReturnValue:
    """The same for several people of one record; `whose` says on the page who they are."""
    form = RevealForm()
    response = save(
        form,
        lambda: reveal_identities(current_work(), record, subjects, Purpose(form.purpose.data)),
        lambda _nothing: back,
    )
    return response or render_template("people/reveal.html", form=form, whose=whose, back=back)
