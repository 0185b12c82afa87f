"""Who travels next: the queue of the consular desk."""

from flask import render_template, request, url_for

from blueprints.requests.blueprint import blueprint
from blueprints.requests.filters import QueueFilter
from casework.policy import Permission
from casework.services.requests.ageing import age_of
from casework.services.requests.queue import Place, queue_figures, queue_page
from casework.services.requests.reading import days_waiting, needs_shown
from casework.services.requests.scoring import refresh_scores, scores_are_stale
from casework.services.requests.states import active_members
from casework.web.access import requires
from casework.web.unit import current_work, database


@blueprint.get("/requests/queue")
@requires(Permission.OFFER_SEND)
def queue() -> str:
    """Waiting households in the published order."""
    work = current_work()
    if scores_are_stale(work):
        work.end()
        refresh_scores(database())
    form = QueueFilter(request.args)
    form.validate()
    page = queue_page(
        work,
        country=form.country.data or None,
        band=form.band.data,
        after=Place.parse(request.args.get("after", "")),
    )
    following = None
    if page.after:
        country, band = request.args.get("country"), request.args.get("band")
        following = url_for("requests.queue", after=str(page.after), country=country, band=band)
    return render_template(
        "requests/queue.html",
        form=form,
        page=page,
        figures=queue_figures(work),
        next_page=following,
        later=request.args.get("after"),
        age_of=age_of,
        days_waiting=days_waiting,
        active_members=active_members,
        needs_shown=needs_shown,
    )
