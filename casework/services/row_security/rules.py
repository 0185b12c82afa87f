"""Which rows each table shows to whom: one rule a table, none forgotten (a test counts them).

A rule is SQL about a row of its table, asked for the transaction's identity; the system sees every
row, an unset or unsigned identity none. Child tables follow their parent: the parent's own rule
applies inside the question about it. A rule never leads back to its own table: where the policy
does, a function asks (functions.py). Rows that open others (accounts, grants, exclusions,
emergencies) are written by fewer than read them.
"""

from dataclasses import dataclass
from functools import cache

from casework.policy import SECOND_PERSON, Permission
from casework.services.row_security.derived import ORGANISATION, ROLE, USER, by_role, rule_of
from casework.services.row_security.functions import PARENTS
from casework.vocabulary import Role
from models.activity import ActivityAlert
from models.approval import Approval
from models.break_glass import BreakGlass
from models.case import Case
from models.complaint import Complaint
from models.concern import Concern
from models.confirmation import ConfirmationRound
from models.facility import Stay
from models.movement import Movement
from models.referral import Referral
from models.retention import Disposal
from models.return_request import ReturnRequest
from models.rights import SubjectRequest
from models.user import User

MINISTRY = (Role.CONSULAR_OFFICER, Role.CONSULAR_DESK)
CASE_WORK = (Role.CASEWORKER, Role.SUPERVISOR, Role.PARTNER_WORKER, Role.PARTNER_COORDINATOR)

#: What opens a case to who may do this, but not read everything of it.
_OF_CASES = (Permission.REFERRAL_CREATE, Permission.CONSENT_WITHDRAW)

#: Whoever is known, or stands before the sign-in page.
ANYBODY = f"{ROLE} IS NOT NULL"
#: Whoever is signed in.
KNOWN = f"{ROLE} NOT IN ('anonymous', 'names')"
SYSTEM_ONLY = "false"
#: Who says that a user's interests conflict with a case.
_EXCLUDING = "'supervisor', 'partner_coordinator', 'protection_officer'"
OWN_ORGANISATION = f"organisation_id = {ORGANISATION}"


@dataclass(frozen=True)
class Rule:
    """What must hold of a row to read it, and, unless `writes` says more, to change or add it.

    `new`: what is enough to add a row that its writer may not read.
    """

    rows: str
    new: str | None = None
    writes: str | None = None


def within(table: str, parent: str, column: str) -> str:
    """The row `column` names is one of `parent`'s that may be read."""
    if parent in PARENTS:
        return f"row_security.reads_{parent}({column})"
    return f'(SELECT true FROM "{parent}" AS above WHERE above.id = "{table}".{column})'


def of(table: str, **parents: str) -> str:
    """One of the rows that columns name may be read: `of("note", case_id="case")`."""
    return " OR ".join(within(table, parent, column) for column, parent in parents.items())


def behind(table: str, child: str, column: str) -> str:
    """A row of `child` that may be read names this row in `column`."""
    return f'(SELECT count(*) > 0 FROM "{child}" AS below WHERE below.{column} = "{table}".id)'


def own(column: str = "user_id") -> str:
    """The row is the user's own."""
    return f"{column} = {USER}"


def _people() -> str:
    """Through a request's members; who works on cases also through a case or a referral."""
    in_case = "row_security.reads_case_person_of(id)"
    referred = "row_security.reads_referral_of(id)"
    travelling = (*MINISTRY, Role.QUARANTINE_OFFICER, *CASE_WORK)
    return (
        f"{by_role(dict.fromkeys(CASE_WORK, f'({in_case} OR {referred})'))} OR "
        f"{by_role(dict.fromkeys(travelling, behind('person', 'request_member', 'person_id')))}"
    )


def _holds() -> str:
    """A facility sees who is booked into its rooms, and who stayed there and was moved on."""
    booked = (
        "state <> 'released' AND (SELECT true FROM room "
        "JOIN facility ON facility.id = room.facility_id "
        f"WHERE room.id = hold.room_id AND facility.organisation_id = {ORGANISATION}) "
        "OR row_security.reads_stay_of_hold(id)"
    )
    requested = within("hold", "return_request", "request_id")
    return by_role(
        dict.fromkeys((*MINISTRY, *CASE_WORK), requested) | {Role.QUARANTINE_OFFICER: booked}
    )


def _at_facility(table: str) -> str:
    """What a facility keeps: its own officers' and the desk's."""
    own = (
        f'(SELECT true FROM facility WHERE facility.id = "{table}".facility_id '
        f"AND facility.organisation_id = {ORGANISATION})"
    )
    return by_role({Role.QUARANTINE_OFFICER: own, Role.CONSULAR_DESK: "true"})


def _members() -> str:
    requested = within("request_member", "return_request", "request_id")
    booked = behind("request_member", "hold", "member_id")
    return by_role(
        dict.fromkeys((*MINISTRY, *CASE_WORK), requested) | {Role.QUARANTINE_OFFICER: booked}
    )


def _return_side() -> dict[str, Rule]:
    return {
        "return_request": Rule(
            f"{rule_of(ReturnRequest, Permission.RETURN_REQUEST_READ)} OR "
            f"{rule_of(ReturnRequest, Permission.PERSON_SEARCH, roles=[Role.QUARANTINE_OFFICER])}"
        ),
        "request_member": Rule(_members()),
        "request_score": Rule(of("request_score", request_id="return_request")),
        "household": Rule(
            behind("household", "return_request", "household_id"),
            KNOWN,
        ),
        "person": Rule(f"{ROLE} = 'names' OR {_people()}", KNOWN),
        "message": Rule(of("message", request_id="return_request")),
        "request_merge": Rule(of("request_merge", request_id="return_request")),
        "confirmation_round": Rule(rule_of(ConfirmationRound, Permission.RETURN_REQUEST_UPDATE)),
        "escalation": Rule(of("escalation", request_id="return_request")),
        "consular_help": Rule(of("consular_help", request_id="return_request")),
        "confirmation": Rule(of("confirmation", request_id="return_request")),
        "movement": Rule(rule_of(Movement, Permission.MOVEMENT_READ)),
        "hold": Rule(_holds()),
        "allocation_run": Rule(of("allocation_run", movement_id="movement")),
        "allocation_outcome": Rule(of("allocation_outcome", request_id="return_request")),
        "season_plan": Rule(f"{ROLE} = 'consular_desk'"),
        "season_outcome": Rule(of("season_outcome", request_id="return_request")),
        "telling": Rule(of("telling", request_id="return_request")),
        "public_visit": Rule(SYSTEM_ONLY),
        "request_pin": Rule(SYSTEM_ONLY),
        "stay": Rule(rule_of(Stay, Permission.STAY_READ)),
        "daily_check": Rule(of("daily_check", stay_id="stay")),
        "room_change": Rule(of("room_change", stay_id="stay")),
        "sample": Rule(of("sample", stay_id="stay")),
        "sample_batch": Rule(_at_facility("sample_batch")),
    }


_SHARED_WITH_US = f"recipient_id = {ORGANISATION}"
_CONSENTED = of("consent", case_id="case", request_id="return_request")


def _case_side() -> dict[str, Rule]:
    children = "assessment assistance_entry case_person follow_up plan plan_item"
    return {
        "case": Rule(
            rule_of(Case, Permission.CASE_READ, Permission.CASE_WHO_SAW, *_OF_CASES),
            rule_of(Case, Permission.CASE_CREATE),
        ),
        **{table: Rule(of(table, case_id="case")) for table in children.split()},
        "grant": Rule(
            f"{OWN_ORGANISATION} OR {of('grant', case_id='case')}",
            writes=f"organisation_id <> {ORGANISATION} AND {of('grant', case_id='case')}",
        ),
        "break_glass": Rule(
            f"{own()} OR {rule_of(BreakGlass, Permission.BREAK_GLASS_REVIEW)}",
            writes=f"user_id <> {USER} AND {rule_of(BreakGlass, Permission.BREAK_GLASS_REVIEW)}",
        ),
        "note": Rule(of("note", case_id="case", request_id="return_request", stay_id="stay")),
        "task": Rule(of("task", case_id="case", request_id="return_request")),
        "consent": Rule(
            f"{by_role(dict.fromkeys(CASE_WORK, _SHARED_WITH_US))} OR {_CONSENTED}",
            writes=_CONSENTED,
        ),
        "document": Rule(of("document", case_id="case", request_id="return_request")),
        "referral": Rule(rule_of(Referral, Permission.REFERRAL_READ)),
        "referral_event": Rule(of("referral_event", referral_id="referral")),
        "budget_line": Rule(OWN_ORGANISATION),
        "concern": Rule(rule_of(Concern, Permission.CONCERN_READ), own("recorded_by_id")),
    }


def _accounts() -> dict[str, Rule]:
    """Nobody raises her own role, moves to another organisation or ends her own exclusion."""
    unchanged = f"id = {USER} AND role = {ROLE} AND {OWN_ORGANISATION}"
    managed = rule_of(User, Permission.USER_MANAGE, Permission.CLEARANCE_GRANT)
    return {
        "user": Rule(
            f"{OWN_ORGANISATION} OR {own('id')} OR {rule_of(User, Permission.USER_MANAGE)}",
            writes=f"{unchanged} OR {managed}",
        ),
        "exclusion": Rule(
            f"{own()} OR {of('exclusion', user_id='user')}",
            writes=f"user_id <> {USER} AND {ROLE} IN ({_EXCLUDING})",
        ),
        **{table: Rule(own()) for table in ["authenticator", "passkey", "recovery_code", "notice"]},
        "login_session": Rule(f"{own()} OR {of('login_session', user_id='user')}"),
        "invitation": Rule(of("invitation", user_id="user")),
        "sign_in_throttle": Rule(SYSTEM_ONLY),
        "used_challenge": Rule(SYSTEM_ONLY),
        "idempotency_key": Rule(own()),
        "request_draft": Rule(own()),
        "import_file": Rule(own()),
        "job": Rule(own("requested_by_id")),
        "activity_alert": Rule(rule_of(ActivityAlert, Permission.CONCERN_READ)),
        "approval": Rule(f"{own('asked_by_id')} OR {rule_of(Approval, *SECOND_PERSON.values())}"),
        "allocation_override": Rule(of("allocation_override", request_id="return_request")),
    }


def _rights() -> dict[str, Rule]:
    """The register is its officers'; what binds everybody who works with a person, theirs too."""
    kept = rule_of(
        SubjectRequest, Permission.SUBJECT_REQUEST_FULFIL, Permission.SUBJECT_REQUEST_ERASE
    )
    person = f"{KNOWN} AND {of('restriction', person_id='person')}"
    officer = f"{ROLE} = 'protection_officer'"
    return {
        "subject_request": Rule(f"{kept} OR {own('registered_by_id')}"),
        "restriction": Rule(ANYBODY, writes=officer),  # ids only; figures leave these people out
        "legal_hold": Rule(f"{officer} OR {OWN_ORGANISATION} OR {person}"),
        "erasure": Rule(f"{officer} OR {OWN_ORGANISATION}"),
        "erased_subject": Rule(ANYBODY, writes=officer),
        "disposal": Rule(rule_of(Disposal, Permission.RETENTION_APPROVE)),
        "disposal_person": Rule(of("disposal_person", disposal_id="disposal")),
        "complaint": Rule(
            f"{rule_of(Complaint, Permission.SUBJECT_REQUEST_FULFIL)} OR {own('registered_by_id')}"
        ),
    }


def _common() -> dict[str, Rule]:
    """No person stands in these, but nobody unknown reads them either."""
    tables = "organisation facility room closure night_rate directory_entry priority_policy"
    return {table: Rule(KNOWN) for table in tables.split()}


def _keys_and_log() -> dict[str, Rule]:
    """Anybody's acts are written down; a subject and a search token are looked up by the system."""
    return {
        "subject": Rule(SYSTEM_ONLY, KNOWN),
        "search_token": Rule(SYSTEM_ONLY, KNOWN),
        "name_change": Rule(f"{ROLE} = 'names'"),
        "audit_entry": Rule(
            f"{own('actor_id')} OR {of('audit_entry', case_id='case')} "
            f"OR {ROLE} = 'protection_officer' AND {of('audit_entry', actor_id='user')}",
            ANYBODY,
        ),
        "audit_subject": Rule(of("audit_subject", entry_id="audit_entry"), ANYBODY),
        "audit_queue": Rule(SYSTEM_ONLY, ANYBODY),
        "audit_leaf": Rule(SYSTEM_ONLY),
        "audit_checkpoint": Rule(SYSTEM_ONLY),
        "audit_receipt": Rule(SYSTEM_ONLY),
    }


@cache
def rules() -> dict[str, Rule]:
    """Table name to its rule."""
    return _return_side() | _case_side() | _accounts() | _rights() | _common() | _keys_and_log()
