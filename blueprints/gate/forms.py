"""Forms of the gate."""

from typing import Any

from casework.rules.boarding_code import LONGEST
from casework.web.fields import TextField
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l


class CodeForm(FilterForm):
    """A code, scanned into the field or typed."""

    code = TextField(
        _l("Code"),
        required=False,
        max_length=LONGEST,
        hint=_l("Scan it into this field. Set a scanner that types to Latin letters."),
        render_kw={"autocomplete": "off", "spellcheck": False, "autofocus": True},
    )

    def __init__(self, *sent: Any, **options: Any) -> None:
        super().__init__(*sent, **options)
        self.code.flags.required = True  # so that its label does not say "optional"


class BoardForm(CaseworkForm):
    """Carries the hidden keys; whom one checked stands in one tick a traveller."""
