"""Places by name, in the page's language."""

from casework.reference.places import find_aimag, find_soum
from casework.web.i18n import current_language


def home_place(aimag_code: str | None, soum_code: str | None) -> str:
    """`Хөвсгөл, Мөрөн` from two P-codes; empty when the aimag is not known."""
    aimag = find_aimag(aimag_code or "")
    soum = find_soum(soum_code or "", aimag.code) if aimag and soum_code else None
    return ", ".join(place.name(current_language()) for place in (aimag, soum) if place)
