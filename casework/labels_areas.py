"""The areas of events, for searching the log: which prefixes belong to each, and its name."""

from casework.messages import N_

#: Area to its English name and the first words of its events.
AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "seen": (
        N_("Personal data seen or handed out"),
        ("personal_data", "identity", "restricted", "access_package", "export"),
    ),
    "refused": (N_("Refused and failed"), ("access", "page", "job")),
    "accounts": (
        N_("Accounts and sign-in"),
        ("user", "clearance", "organisation", "system"),
    ),
    "log": (
        N_("The log, keys and backups"),
        ("audit", "keys", "evidence", "backup", "files"),
    ),
    "requests": (N_("Return requests"), ("request", "arrival", "policy", "pin", "telling", "help")),
    "messages": (N_("Messages to people"), ("message", "round")),
    "journeys": (
        N_("Journeys"),
        (
            *("movement", "allocation", "season", "hold", "boarding", "gate", "manifest"),
            "reception",
        ),
    ),
    "quarantine": (
        N_("Quarantine"),
        ("facility", "rooms", "room", "closure", "stay", "checks", "samples", "rate"),
    ),
    "people": (N_("People"), ("person", "member")),
    "cases": (N_("Cases"), ("case", "note", "task", "follow_up", "safe_location")),
    "plans": (N_("Assessments and plans"), ("assessment", "plan")),
    "money": (N_("Assistance and budget"), ("assistance", "budget_line")),
    "consents": (N_("Consents"), ("consent",)),
    "referrals": (N_("Referrals and services"), ("referral", "directory")),
    "documents": (N_("Documents"), ("document",)),
    "rights": (
        N_("Rights of the person"),
        ("subject_request", "complaint", "erasure", "legal_hold", "disposal"),
    ),
    "protection": (
        N_("Protection"),
        ("compartment", "concern", "break_glass", "approval", "activity"),
    ),
    "statistics": (N_("Figures"), ("statistics",)),
}


def area_prefixes(area: str) -> tuple[str, ...]:
    """First words of the events of an area."""
    return AREAS[area][1]
