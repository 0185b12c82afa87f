"""The case file: the band, the alerts and the tabs that every page of a case has.

A page of the file extends `cases/file.html`, fills its block `tab`, and is made by `render_case`:

    return render_case("plans/show.html", case, "plans.show", plan=plan)
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, render_template, url_for

from casework.messages import N_
from casework.policy import Permission
from casework.reference.places import find_aimag, find_soum
from casework.services.access import allowed
from casework.services.cases.file import read_file
from casework.web.i18n import _, country_name, current_language, format_date, gettext, ngettext
from casework.web.unit import current_work
from models.case import Case
from models.return_request import ReturnRequest


@dataclass(frozen=True)
class Tab:
    """A part of the file and who sees it; its endpoint takes `case_id`."""

    label: str
    endpoint: str
    permission: Permission = Permission.CASE_READ


@dataclass(frozen=True)
class TabLink:
    """A tab as the page draws it."""

    label: str
    url: str
    current: bool
    badge: int = 0


TABS = (
    Tab(N_("Summary"), "cases.show"),
    Tab(N_("People"), "cases.people"),
    Tab(N_("Assessments"), "plans.assessments"),
    Tab(N_("Plan"), "plans.show"),
    Tab(N_("Assistance"), "assistance.index"),
    Tab(N_("Referrals"), "referrals.of_case", Permission.REFERRAL_READ),
    Tab(N_("Protection"), "cases.protection"),
)


def case_tabs(case: Case, current: str) -> list[TabLink]:
    """The parts of this file that the signed-in user may open."""
    work = current_work()
    return [
        TabLink(gettext(tab.label), url_for(tab.endpoint, case_id=case.id), tab.endpoint == current)
        for tab in TABS
        if tab.endpoint in current_app.view_functions and allowed(work, tab.permission, case)
    ]


def render_case(template: str, case: Case, current: str, **values: object) -> str:
    """A page of the file; `current` is the endpoint of the tab it belongs to.

    The template gets `case`, `file` (services.cases.file.CaseFile), `facts`, `tabs` and `values`.
    """
    return render_template(
        template,
        case=case,
        file=read_file(current_work(), case),
        facts=" · ".join(_facts(case)),
        tabs=case_tabs(case, current),
        **values,
    )


def _facts(case: Case) -> Iterator[str]:
    """Where from and to, since when, how many: what the band says beside the name."""
    request = case.request
    if request is not None:
        yield f"{country_name(request.country)} → {_home(request)}"
        if request.arrived_on:
            yield _("arrived %(day)s", day=format_date(request.arrived_on))
    else:
        yield _("direct intake %(day)s", day=format_date(case.opened_on))
    n = len(case.people)
    yield ngettext("%(n)s person", "%(n)s people", n)


def _home(request: ReturnRequest) -> str:
    """The aimag and soum they return to, or just the country."""
    aimag = find_aimag(request.home_aimag or "")
    soum = find_soum(request.home_soum or "", aimag.code) if aimag else None
    names = [place.name(current_language()) for place in (aimag, soum) if place]
    return ", ".join(names) or country_name("MN")
