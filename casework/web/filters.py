"""What templates may call on a value."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from markupsafe import Markup

from casework.config import MEGABYTE
from casework.vocabulary import (
    Band,
    CaseState,
    ConsentState,
    FollowUpState,
    HelpState,
    HoldState,
    MessageState,
    MovementState,
    PlanItemState,
    PlanState,
    ReferralState,
    RequestState,
    RiskLevel,
    StayState,
    Urgency,
)
from casework.web import i18n
from casework.web.widgets import render_macro

#: Codes that need an eye first (red), soon (amber), that went well (green), that are over (grey).
#: Every other code is blue. The word in the tag says it too: colour is never alone.
RED: tuple[Enum, ...] = (
    Band.RESERVED,
    ConsentState.REFUSED,
    ConsentState.WITHDRAWN,
    HelpState.REFUSED,
    MessageState.FAILED,
    MovementState.CANCELLED,
    ReferralState.DECLINED,
    ReferralState.EXPIRED,
    RiskLevel.HIGH,
    StayState.ABSCONDED,
    Urgency.EMERGENCY,
)
AMBER: tuple[Enum, ...] = (
    Band.HIGH,
    CaseState.CLOSURE_REQUESTED,
    ConsentState.EXPIRED,
    FollowUpState.NOT_REACHED,
    HelpState.WAITING,
    MessageState.SUPPRESSED,
    PlanState.RETURNED,
    PlanState.SUBMITTED,
    ReferralState.SENT,
    RiskLevel.MEDIUM,
    StayState.HOSPITALISED,
    Urgency.URGENT,
)
GREEN: tuple[Enum, ...] = (
    CaseState.ACTIVE,
    ConsentState.GIVEN,
    FollowUpState.DONE,
    HoldState.ARRIVED,
    HoldState.CONFIRMED,
    HelpState.APPROVED,
    MessageState.SENT,
    MovementState.ARRIVED,
    PlanItemState.DONE,
    PlanState.APPROVED,
    ReferralState.ACCEPTED,
    ReferralState.COMPLETED,
    RequestState.ARRIVED,
    RequestState.CONFIRMED,
    RequestState.OFFERED,
    StayState.RELEASED,
)
GREY: tuple[Enum, ...] = (
    CaseState.CLOSED,
    CaseState.SUSPENDED,
    FollowUpState.CANCELLED,
    HoldState.RELEASED,
    PlanItemState.DROPPED,
    PlanState.DRAFT,
    ReferralState.CANCELLED,
    ReferralState.DRAFT,
    RequestState.DECLINED,
    RequestState.DRAFT,
    RequestState.DUPLICATE,
    RequestState.OWN_MEANS,
    RequestState.WITHDRAWN,
    StayState.CANCELLED,
)
COLOURS = {"red": RED, "amber": AMBER, "green": GREEN, "grey": GREY}


def tag_colour(code: Enum) -> str:
    """`red`, `amber`, `green`, `grey` or `blue` for the tag that names `code`."""
    # By identity: codes of two vocabularies may be equal strings ("declined").
    for colour, codes in COLOURS.items():
        if any(one is code for one in codes):
            return colour
    return "blue"


def person_name(person: Any) -> str:
    """`Ц. Оюунчимэг` from anything with `ovog_initial`-less parts: `patronymic`, `given_name`.

    The initial is of the patronymic; a person known by one name has that name alone.
    """
    initial = (person.patronymic or "")[:1]
    name: str = person.given_name
    return f"{initial}. {name}" if initial else name


def organisation_name(organisation: Any) -> str:
    """The organisation's name in the current language; empty for none."""
    if organisation is None:
        return ""
    mongolian = i18n.current_language() == "mn"
    return str(organisation.name_mn if mongolian else organisation.name)


def masked(value: str | None, keep: int = 2) -> str:
    """The last `keep` signs after dots that tell no length; dots alone for a short value."""
    if not value:
        return ""
    return f"•••• {value[-keep:]}" if keep and len(value) > 2 * keep else "••••"


def percent(part: float, whole: float) -> int:
    """The share of `part` in `whole`, 0 to 100; 0 where there is no whole."""
    return min(100, max(0, round(100 * float(part) / float(whole)))) if whole else 0


def error_summary(forms: Sequence[Any]) -> Markup:
    """The GOV.UK error summary of one page's forms; empty when there are no errors."""
    errors: Iterable[Mapping[str, str]] = [e for form in forms for e in form.error_list()]
    if not errors:
        return Markup("")
    params = {"titleText": i18n._("There is a problem"), "errorList": errors}
    return render_macro("error-summary", "govukErrorSummary", params)


def file_size(size: int) -> str:
    """`240 kB`, `1.2 MB`: as exact as a person needs it."""
    if size < MEGABYTE:
        return i18n._("%(n)s kB", n=i18n.format_number(max(1, round(size / 1024))))
    return i18n._("%(n)s MB", n=i18n.format_number(round(size / MEGABYTE, 1)))


FILTERS = {
    "date": i18n.format_date,
    "datetime": i18n.format_datetime,
    "number": i18n.format_number,
    "money": i18n.format_money,
    "country": i18n.country_name,
    "label": i18n.labelled,
    "translate": i18n.translate,
    "shown": i18n.shown,
    "organisation": organisation_name,
    "masked": masked,
    "person": person_name,
    "file_size": file_size,
}
