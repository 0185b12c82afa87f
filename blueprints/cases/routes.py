"""The case file: summary, people, protection, who saw it."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from blueprints.cases import closing, daily, lists, privacy, safe_location, sharing, sightings
from blueprints.cases.blueprint import blueprint as cases
from casework.policy import Permission
from casework.services.cases import who_saw as seen
from casework.services.cases.assignment import exclusions_of
from casework.services.cases.next_steps import next_steps
from casework.services.cases.people import members_of
from casework.services.cases.sharing import grants_of, is_live
from casework.services.cases.timeline import timeline
from casework.services.consents.on_case import consents_of
from casework.services.people.reveal import people_of, person_among, revealed_to
from casework.services.plans.progress import plan_progress
from casework.services.users import users_by_id
from casework.web.access import requires
from casework.web.case_file import case_acts, render_case, step_url
from casework.web.reveal import reveal_page
from casework.web.unit import current_work
from models.case import Case

blueprint: Blueprint = cases
__all__ = [
    "blueprint",
    "closing",
    "daily",
    "lists",
    "privacy",
    "safe_location",
    "sharing",
    "sightings",
]


@blueprint.get("/cases/<uuid:case_id>")
@requires(Permission.CASE_READ, of=Case)
def show(case: Case) -> str:
    """Summary: what is next, and everything that happened."""
    work = current_work()
    items = timeline(work, case)
    acts = case_acts(case)
    return render_case(
        "cases/show.html",
        case,
        "cases.show",
        items=items,
        names=users_by_id(work, [item.by for item in items]),
        steps=[(step, step_url(case, step)) for step in next_steps(work, [case])[case.id]],
        progress=plan_progress(work, case),
        acts=acts,
        sightings=seen.sightings(work, case) if "cases.who_saw" in acts else None,
    )


@blueprint.get("/cases/<uuid:case_id>/people")
@requires(Permission.CASE_READ, of=Case)
def people(case: Case) -> str:
    """Who is in this case, identifiers covered until they are asked for."""
    work = current_work()
    return render_case(
        "cases/people.html",
        case,
        "cases.people",
        members=members_of(work, case),
        shown=revealed_to(work, people_of(case)),
        acts=case_acts(case),
    )


@blueprint.route("/cases/<uuid:case_id>/people/<uuid:person_id>/show", methods=["GET", "POST"])
@requires(Permission.IDENTITY_REVEAL, of=Case)
def reveal(case: Case, person_id: UUID) -> ResponseReturnValue:
    """Ask what the identifiers are needed for."""
    person = person_among(people_of(case), person_id)
    return reveal_page(case, person, url_for("cases.people", case_id=case.id))


@blueprint.get("/cases/<uuid:case_id>/protection")
@requires(Permission.CASE_READ, of=Case)
def protection(case: Case) -> str:
    """Consents, who else may read the case, who may not, and how to reach people safely."""
    work = current_work()
    exclusions = exclusions_of(work, case)
    return render_case(
        "cases/protection.html",
        case,
        "cases.protection",
        consents=consents_of(work, case),
        grants=[(grant, other, is_live(grant)) for grant, other in grants_of(work, case)],
        exclusions=exclusions,
        names=users_by_id(work, [one.user_id for one in exclusions]),
        acts=case_acts(case),
    )
