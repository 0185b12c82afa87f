"""Every event and the exact keys its facts may carry: ids, codes, counts and dates only."""

from casework.errors import CaseworkError

#: A trafficking-compartment act: one neutral code, its detail sealed.
COMPARTMENT = "compartment.act"

EVENTS: dict[str, frozenset[str]] = {
    name: frozenset(keys.split())
    for name, keys in {
        # the log itself, access and sign-in
        COMPARTMENT: "sealed",
        "access.refused": "table record",
        "personal_data.read": "page",
        "identity.revealed": "",
        "audit.verified": "entries intact",
        "user.signed_in": "",
        "user.sign_in_failed": "throttled",
        "user.signed_out": "",
        "user.language_chosen": "language",
        # set-up
        "system.initialised": "organisations",
        "organisation.added": "code kind",
        "policy.published": "number",
        "keys.orphans_swept": "subjects",
        "user.added": "role cleared organisation",
        # return requests and the people in them
        "request.registered": "reference channel basis state people matches",
        "request.imported": "organisation state requests people",
        "request.changed": "fields",
        "request.verified": "from to reason members",
        "request.queued": "from to reason members",
        "request.offered": "from to reason members",
        "request.confirmed": "from to reason members",
        "request.travelling": "from to reason members",
        "request.arrived": "from to reason members",
        "request.withdrawn": "from to reason members",
        "request.declined": "from to reason members",
        "request.appeal_upheld": "from to reason members",
        "request.own_means": "from to reason members",
        "request.duplicate": "from to reason members",
        "request.restored": "from to reason members",
        "request.data_confirmed": "",
        "request.exists_elsewhere": "",
        "request.duplicate_withheld": "matches",
        "request.scores_refreshed": "requests day policy",
        "person.searched": "terms results",
        # movements, offers, boarding
        "movement.planned": "reference kind seats",
        "movement.changed": "seats nights",
        "movement.allocated": "status placed waiting",
        "movement.moved": "from to reason",
        "boarding.recorded": "present",
        # quarantine
        "facility.added": "organisation turnover",
        "facility.changed": "turnover active",
        "rooms.added": "rooms kind beds",
        "room.changed": "kind beds active",
        "stay.moved": "from to test",
        "stay.extended": "nights",
        "checks.recorded": "checks day",
        # consents and cases
        "consent.recorded": "purpose answer recipient",
        "consent.withdrawn": "purpose recipient grants",
        "arrival.asked": "answers cases",
        "case.opened": "kind organisation basis people",
        "case.joined": "people",
        "case.moved": "from to reason",
        "case.assigned": "to",
        "case.shared": "organisation until",
        "case.sharing_ended": "organisation",
        "case.user_excluded": "user",
        "case.exclusion_lifted": "user",
        "case.alerts_changed": "",
        "note.written": "",
        "task.added": "due",
        "task.ended": "state",
        "follow_up.planned": "dates",
        "follow_up.recorded": "state mode",
        # assessments, plans, budget lines, assistance
        "assessment.recorded": "kind",
        "plan.begun": "",
        "plan.goal_changed": "",
        "plan.item_added": "item cost currency line",
        "plan.item_changed": "item cost currency line",
        "plan.item_removed": "item",
        "plan.submitted": "from to reason items",
        "plan.approved": "from to reason items",
        "plan.returned": "from to reason items",
        "plan.item_moved": "item from to reason released",
        "budget_line.added": "code ceiling currency",
        "budget_line.changed": "code ceiling active",
        "assistance.recorded": "form amount currency line item",
        "assistance.reversed": "form amount currency line entry",
        # referrals and the directory
        "directory.added": "service organisation",
        "directory.changed": "service organisation",
        "directory.verified": "service organisation",
        "referral.proposed": "number recipient urgency ground categories",
        "referral.discarded": "number",
        "referral.sent": "number recipient urgency ground categories from to",
        "referral.moved": "from to reason",
        "referral.appointment_set": "at",
        "referral.assigned": "to",
        "referral.reviewed": "",
        # concerns, accounts, organisations, figures
        "concern.recorded": "kind about",
        "concern.moved": "from to",
        "user.changed": "role active",
        "user.password_reset": "",
        "organisation.changed": "code agreement active",
        "statistics.exported": "rows",
    }.items()
}


class UnknownEventError(CaseworkError):
    """An entry names an event, or facts, that are not declared here."""


def check(event: str, facts: dict[str, object]) -> None:
    """Raise UnknownEventError unless `event` is declared and carries exactly its keys."""
    if event not in EVENTS:
        raise UnknownEventError("unknown event %(event)s", event=event)
    if set(facts) != EVENTS[event]:
        raise UnknownEventError(
            "event %(event)s carries %(keys)s", event=event, keys=sorted(EVENTS[event])
        )
