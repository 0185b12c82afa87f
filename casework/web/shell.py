"""What surrounds every page: navigation, the user, the organisation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_login import current_user

from casework.messages import N_
from casework.policy import Permission, may_ever
from casework.services.cases.listing import count_inbox
from casework.services.consents.arrival import count_arrivals_to_ask
from casework.services.referrals.lists import unanswered
from casework.services.work import Work
from casework.web.i18n import current_language, gettext
from casework.web.unit import current_work


@dataclass(frozen=True)
class NavigationItem:
    """A link of the main menu."""

    label: str
    url: str
    current: bool
    badge: int = 0


@dataclass(frozen=True)
class Place:
    """Where a menu item leads, who sees it, and how many things wait there."""

    label: str
    endpoint: str
    permission: Permission | None
    waiting: Callable[[Work], int] | None = None


PLACES = (
    Place(N_("Home"), "home.index", None),
    Place(N_("Queue"), "requests.queue", Permission.OFFER_SEND),
    Place(N_("Requests"), "requests.index", Permission.RETURN_REQUEST_READ),
    Place(N_("Movements"), "movements.index", Permission.MANIFEST_BOARD),
    Place(N_("Offers"), "offers.index", Permission.OFFER_ANSWER),
    Place(N_("Facilities"), "quarantine.index", Permission.FACILITY_MANAGE),
    Place(N_("Cases"), "cases.index", Permission.CASE_READ, count_inbox),
    Place(
        N_("Asked at arrival"),
        "consent.arrivals",
        Permission.RETURN_REQUEST_VERIFY,
        count_arrivals_to_ask,
    ),
    Place(N_("Log assistance"), "assistance.choose", Permission.ASSISTANCE_RECORD),
    Place(N_("Budget lines"), "budget.index", Permission.BUDGET_MANAGE),
    Place(N_("Referrals"), "referrals.index", Permission.REFERRAL_READ, unanswered),
    Place(N_("Services"), "directory.index", Permission.DIRECTORY_READ),
    Place(N_("Concerns"), "protection.concern_list", Permission.CONCERN_READ),
    Place(N_("Audit log"), "protection.log", Permission.AUDIT_READ),
    Place(N_("Users"), "admin.users", Permission.USER_MANAGE),
    Place(N_("Organisations"), "admin.organisation_list", Permission.ORGANISATION_MANAGE),
    Place(N_("Figures"), "statistics.index", Permission.STATISTICS_READ),
)


#: Under the user's name, on every page.
OWN_PLACES = (
    Place(N_("Raise a concern"), "protection.new_concern", Permission.CONCERN_RECORD),
    Place(N_("Verify the log"), "protection.verification", Permission.AUDIT_VERIFY),
)


def page_context() -> dict[str, Any]:
    """Variables of every template."""
    if not current_user.is_authenticated:
        return {"navigation": []}
    profile = current_user.profile
    mongolian = current_language() == "mn"
    return {
        "navigation": [_item(place) for place in PLACES if _offered(place)],
        "search_url": _search_url(),
        "user_menu": [_item(place) for place in OWN_PLACES if _offered(place)],
        "user_name": profile.name,
        "organisation_name": (
            profile.organisation_name_mn if mongolian else profile.organisation_name
        ),
    }


def _search_url() -> str | None:
    actor = current_user.profile.actor
    return url_for("people.search") if may_ever(actor, Permission.PERSON_SEARCH) else None


def _offered(place: Place) -> bool:
    actor = current_user.profile.actor
    return place.permission is None or may_ever(actor, place.permission)


def _leads_here(url: str) -> bool:
    """Whether this page stands at `url` or below it."""
    return request.path == url or (url != "/" and request.path.startswith(f"{url}/"))


def _item(place: Place) -> NavigationItem:
    url = url_for(place.endpoint)
    here = url == max(
        filter(_leads_here, (url_for(each.endpoint) for each in PLACES)), key=len, default=None
    )
    badge = place.waiting(current_work()) if place.waiting else 0
    return NavigationItem(
        label=gettext(place.label),
        url=url,
        current=here and not g.get("refused", False),
        badge=badge,
    )
