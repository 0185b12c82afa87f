"""The one timeline of a case: everything that happened, newest first.

Each area tells its part in a function `(work, case) -> Iterable[TimelineItem]`, built from its own
records and not from the audit log, and stands in PROVIDERS below: `history` (request, journey,
quarantine, consents, the case itself, follow-ups, notes); the services of plans, assistance and
referrals add theirs. A provider reads only what the case file may show to whoever may read the
case; nothing of the compartment is ever told here.
"""

from collections.abc import Callable, Iterable

from casework.services.assistance.listing import of_assistance
from casework.services.cases import history
from casework.services.cases.timeline_item import TimelineItem
from casework.services.documents.telling import of_documents
from casework.services.plans.telling import of_assessments, of_plan
from casework.services.referrals.timeline import referrals_of
from casework.services.work import Work
from models.case import Case

Provider = Callable[[Work, Case], Iterable[TimelineItem]]

PROVIDERS: tuple[Provider, ...] = (
    history.of_request,
    history.of_journey,
    history.of_quarantine,
    history.of_consents,
    history.of_case,
    history.of_follow_ups,
    history.of_notes,
    of_assessments,
    of_plan,
    of_assistance,
    referrals_of,
    of_documents,
)


def timeline(work: Work, case: Case) -> list[TimelineItem]:
    """Everything that happened in this case, newest first."""
    items = [item for provider in PROVIDERS for item in provider(work, case)]
    return sorted(items, key=lambda item: item.at)[::-1]
