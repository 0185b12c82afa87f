"""What surrounds every page: navigation, the user, the organisation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_login import current_user

from casework.actor import Actor
from casework.messages import N_
from casework.policy import SECOND_PERSON, Permission, may_ever
from casework.services.approvals.deciding import count_waiting
from casework.services.cases.listing import count_inbox
from casework.services.complaints import count_open
from casework.services.consents.arrival import count_arrivals_to_ask
from casework.services.notices import count_unread
from casework.services.public.inbox import count_told
from casework.services.referrals.lists import unanswered
from casework.services.rights.register import count_waiting as count_requests_waiting
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
    permission: Permission | tuple[Permission, ...] | None
    waiting: Callable[[Work], int] | None = None

    def offered_to(self, actor: Actor) -> bool:
        """Whether her role has the permission, or one of several."""
        if self.permission is None:
            return True
        asked = self.permission if isinstance(self.permission, tuple) else (self.permission,)
        return any(may_ever(actor, permission) for permission in asked)


#: Who may decide on an act that needs two people.
SECOND_PEOPLE = tuple(SECOND_PERSON.values())

PLACES = (
    Place(N_("Home"), "home.index", None),
    Place(N_("Queue"), "requests.queue", Permission.OFFER_SEND),
    Place(N_("Requests"), "requests.index", Permission.RETURN_REQUEST_READ),
    Place(N_("Movements"), "movements.index", Permission.MANIFEST_BOARD),
    Place(N_("Offers"), "offers.index", Permission.OFFER_ANSWER),
    Place(N_("Facilities"), "quarantine.index", Permission.FACILITY_MANAGE),
    Place(N_("From people themselves"), "told.index", Permission.RETURN_REQUEST_VERIFY, count_told),
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
    Place(
        N_("Requests of the person"),
        "rights.index",
        Permission.SUBJECT_REQUEST_FULFIL,
        count_requests_waiting,
    ),
    Place(
        N_("Complaints"),
        "complaints.index",
        Permission.SUBJECT_REQUEST_FULFIL,
        lambda work: count_open(work)[0],
    ),
    Place(N_("Retention"), "retention.index", Permission.RETENTION_APPROVE),
    Place(N_("Concerns"), "protection.concern_list", Permission.CONCERN_READ),
    Place(N_("Emergency openings"), "break_glass.reviews", Permission.BREAK_GLASS_REVIEW),
    Place(N_("Audit log"), "log.index", Permission.AUDIT_READ),
    Place(N_("Users"), "admin.users", Permission.USER_MANAGE),
    Place(N_("Organisations"), "admin.organisation_list", Permission.ORGANISATION_MANAGE),
    Place(N_("Figures"), "statistics.index", Permission.STATISTICS_READ),
)


#: Under the user's name, on every page.
OWN_PLACES = (
    Place(N_("Notices"), "approvals.notices", None, count_unread),
    Place(N_("Approvals"), "approvals.index", SECOND_PEOPLE, count_waiting),
    Place(N_("Priority policy"), "policy.index", Permission.PRIORITY_POLICY_READ),
    Place(N_("Signing in"), "account.index", None),
    Place(N_("Requests you registered"), "rights.own", Permission.SUBJECT_REQUEST_REGISTER),
    Place(N_("Hand work over"), "admin.workers", Permission.CASE_ASSIGN),
    Place(N_("Emergency access"), "break_glass.own", Permission.BREAK_GLASS_USE),
    Place(N_("Files of identified records"), "approvals.exports", Permission.EXPORT_IDENTIFIED),
    Place(N_("Clearances"), "approvals.clearances", Permission.CLEARANCE_GRANT),
    Place(N_("Unusual activity"), "activity.index", Permission.CONCERN_READ),
    Place(N_("Raise a concern"), "protection.new_concern", Permission.CONCERN_RECORD),
    Place(N_("Consular help"), "consular_help.overview", Permission.RETURN_REQUEST_VERIFY),
    Place(N_("Verify the log"), "protection.verification", Permission.AUDIT_VERIFY),
)


def page_context() -> dict[str, Any]:
    """Variables of every template."""
    if not current_user.is_authenticated:
        return {"navigation": []}
    profile = current_user.profile
    if profile.must_enrol:
        return {"navigation": [], "user_name": profile.name}
    mongolian = current_language() == "mn"
    here = _here()
    menu = [_item(place, here) for place in OWN_PLACES if _offered(place)]
    return {
        "navigation": [_item(place, here) for place in PLACES if _offered(place)],
        "search_url": _search_url(),
        "user_menu": menu,
        "unread": sum(item.badge for item in menu),
        "user_name": profile.name,
        "organisation_name": (
            profile.organisation_name_mn if mongolian else profile.organisation_name
        ),
    }


def _search_url() -> str | None:
    actor = current_user.profile.actor
    return url_for("people.search") if may_ever(actor, Permission.PERSON_SEARCH) else None


def _offered(place: Place) -> bool:
    return place.offered_to(current_user.profile.actor)


def _here() -> str | None:
    """The place of the main menu at which, or below which, this page stands."""
    places = (url_for(place.endpoint) for place in PLACES)
    return max(filter(_leads_here, places), key=len, default=None)


def _leads_here(url: str) -> bool:
    """Whether this page stands at `url` or below it."""
    return request.path == url or (url != "/" and request.path.startswith(f"{url}/"))


def _item(place: Place, here: str | None) -> NavigationItem:
    url = url_for(place.endpoint)
    badge = place.waiting(current_work()) if place.waiting else 0
    return NavigationItem(
        label=gettext(place.label),
        url=url,
        current=url == here and not g.get("refused", False),
        badge=badge,
    )
