"""A question whose answer is never shown again, on any page."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from casework.services.requests.sealed_tick import open_tick, seal_tick
from casework.web.fields import Answer
from casework.web.i18n import _
from casework.web.unit import current_work
from casework.web.widgets import GroupWidget, Params


class SealedRadios(GroupWidget):
    """“Yes” and “nothing to add”, whose values are tokens that look alike.

    Beside them stands, as a token too, what was answered before: nobody who reads the page, or
    what it sends, learns anything.
    """

    component = "radios"
    macro = "govukRadios"

    def __call__(self, field: Any, **options: Any) -> Markup:
        """The two answers, “nothing to add” always chosen beforehand."""
        earlier = Markup('<input type="hidden" name="{}" value="{}">').format(
            field.name, seal_tick(current_work(), field.ticked)
        )
        return earlier + super().__call__(field, **options)

    def params(self, field: Any, **options: Any) -> Params:
        """Adds the two answers."""
        work = current_work()
        items = [
            {"value": seal_tick(work, True), "text": _("Yes, record it")},
            {"value": seal_tick(work, False), "text": _("Nothing to add"), "checked": True},
        ]
        return {**super().params(field, **options), "idPrefix": field.id, "items": items}


class SealedTickField(Answer):
    """`ticked` is what was answered now or before on this page; `data` is always None."""

    widget = SealedRadios()

    def __init__(self, label: Any = None, **options: Any) -> None:
        self.ticked = False
        super().__init__(label, required=False, **options)
        self.flags.required = True  # the label does not say "optional": it is always answered

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Open the tokens."""
        work = current_work()
        self.ticked = any(open_tick(work, token) for token in valuelist)
