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
        "user.signed_in": "method",
        "user.sign_in_failed": "method throttled",
        "user.signed_out": "",
        "user.confirmed": "method",
        "user.sessions_ended": "sessions",
        "user.passkey_added": "passkey",
        "user.passkey_removed": "passkey",
        "user.passkey_copied": "passkey",
        "user.authenticator_set": "",
        "user.authenticator_removed": "",
        "user.recovery_codes_made": "codes",
        "user.recovery_code_used": "left",
        "user.password_changed": "",
        "user.invited": "purpose until",
        "user.invitation_used": "purpose",
        "user.second_factors_reset": "factors",
        "user.handed_over": "to cases tasks referrals unassigned",
        "user.language_chosen": "language",
        # set-up
        "system.initialised": "organisations",
        "system.migrated": "revision table",
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
        # need to know: approvals by two, openings in an emergency, alerts
        "approval.asked": "kind table record",
        "approval.approved": "kind table record",
        "approval.refused": "kind table record",
        "approval.expired": "approvals",
        "clearance.changed": "user cleared",
        "export.identified": "table records",
        "allocation.overridden": "movement kind reason",
        "allocation.override_ended": "movement kind",
        "break_glass.opened": "until",
        "break_glass.ended": "",
        "break_glass.reviewed": "outcome",
        "activity.alerted": "user kind count threshold minutes",
        "activity.seen": "user kind",
        "member.privacy_changed": "member private",
        # documents
        "document.added": "document size",
        "document.opened": "document",
        "document.destroyed": "document reason",
        "document.refused": "reason",
        "files.swept": "orphans missing",
        # requests of the person, restriction, legal holds, erasure
        "subject_request.looked_up": "terms found",
        "subject_request.registered": "number kind asked_by due",
        "subject_request.moved": "number kind from to reason",
        "subject_request.assigned": "number to",
        "subject_request.extended": "number reason due",
        "subject_request.texts_reviewed": "number included withheld",
        "access_package.made": "number texts withheld files protected",
        "person.corrected": "number fields told",
        "person.restricted": "number grants told",
        "person.restriction_lifted": "number",
        "restricted.opened": "reason",
        "legal_hold.set": "reason until",
        "legal_hold.lifted": "reason",
        "erasure.ordered": "number request subjects tokens files texts",
        "erasure.done": "number subjects",
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
