"""The case file: the band, the alerts and the tabs that every page of a case has.

A page of the file extends `cases/file.html`, fills its block `tab`, and is made by `render_case`:

    return render_case("plans/show.html", case, "plans.show", plan=plan)
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, url_for

from casework.messages import N_
from casework.policy import Permission
from casework.reference.places import find_aimag, find_soum
from casework.services.access import allowed
from casework.services.break_glass import live_opening, minutes_left
from casework.services.cases.file import read_file
from casework.services.cases.next_steps import NextStep
from casework.services.people.reveal import revealed_to
from casework.vocabulary import CaseState
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
    Tab(N_("Documents"), "documents.of_case", Permission.DOCUMENT_READ),
    Tab(N_("Protection"), "cases.protection"),
)


#: What may be done on a case, by endpoint, and who may. A closed case is only read and reopened.
ACTS = {
    "assistance.log": Permission.ASSISTANCE_RECORD,
    "cases.note": Permission.NOTE_WRITE,
    "cases.tasks": Permission.TASK_MANAGE,
    "cases.follow_ups": Permission.FOLLOW_UP_RECORD,
    "cases.contact": Permission.CASE_UPDATE,
    "cases.share": Permission.CASE_UPDATE,
    "consent.record": Permission.CONSENT_RECORD,
    "consent.withdraw": Permission.CONSENT_WITHDRAW,
    "complaints.register_on_case": Permission.SUBJECT_REQUEST_REGISTER,
    "cases.assign": Permission.CASE_ASSIGN,
    "cases.exclude": Permission.CASE_ASSIGN,
    "cases.state": Permission.CASE_UPDATE,
    "cases.close": Permission.CASE_CLOSE,
    "cases.closure": Permission.CASE_APPROVE_CLOSURE,
}
READS = {
    "cases.show": Permission.CASE_READ,
    "cases.reveal": Permission.IDENTITY_REVEAL,
    "cases.who_saw": Permission.CASE_WHO_SAW,
    "rights.new_on_case": Permission.SUBJECT_REQUEST_REGISTER,
    "cases.safe_location": Permission.SAFE_LOCATION_REVEAL,
}


#: What is shown for a purpose of its own, as openings of the file name it.
SHOWN_ALONE = {"": N_("Numbers and addresses"), "safe_location": N_("Safe location")}


def case_acts(case: Case) -> frozenset[str]:
    """Endpoints that a page of this case may offer to the signed-in user."""
    work = current_work()
    closed = case.state is CaseState.CLOSED
    offered = READS | ({"cases.reopen": Permission.CASE_APPROVE_CLOSURE} if closed else ACTS)
    return frozenset(
        endpoint for endpoint, permission in offered.items() if allowed(work, permission, case)
    )


def step_url(case: Case, step: NextStep) -> str | None:
    """Where a next step is taken; None when it is not this user's to take."""
    permission = ACTS.get(step.endpoint, Permission.CASE_READ)
    if not allowed(current_work(), permission, case):
        return None
    return url_for(step.endpoint, case_id=case.id)


def page_name(endpoint: str) -> str:
    """What a page of a case file is called, for those who ask who opened it."""
    if endpoint in SHOWN_ALONE:
        return gettext(SHOWN_ALONE[endpoint])
    area = endpoint.split(".")[0]
    found = [tab for tab in TABS if tab.endpoint == endpoint]
    found += [tab for tab in TABS if tab.endpoint.split(".")[0] == area]
    return gettext(found[0].label) if found else _("Case file")


def case_tabs(case: Case, current: str) -> list[TabLink]:
    """The parts of this file that the signed-in user may open."""
    work = current_work()
    return [
        TabLink(gettext(tab.label), url_for(tab.endpoint, case_id=case.id), tab.endpoint == current)
        for tab in TABS
        if allowed(work, tab.permission, case)
    ]


def render_case(template: str, case: Case, current: str, **values: object) -> str:
    """A page of the file; `current` is the endpoint of the tab it belongs to.

    The template gets `case`, `file` (services.cases.file.CaseFile), `facts`, `tabs`,
    `reveal_url`, `minutes_left` of an emergency opening (None without) and `values`.
    """
    return render_template(
        template,
        case=case,
        file=read_file(current_work(), case),
        facts=" · ".join(_facts(case)),
        tabs=case_tabs(case, current),
        reveal_url=_reveal_url(case),
        minutes_left=_minutes_left(case),
        **values,
    )


def _minutes_left(case: Case) -> int | None:
    opening = live_opening(current_work(), case)
    return minutes_left(opening) if opening else None


def _reveal_url(case: Case) -> str | None:
    """Where the principal's identifiers are asked for; none once shown, or for who may not."""
    work, principal = current_work(), case.people[0].person
    if not allowed(work, Permission.IDENTITY_REVEAL, case) or revealed_to(work, [principal]):
        return None
    return url_for("cases.reveal", case_id=case.id, person_id=principal.id)


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
