"""Who may do what: the access matrix as a pure function.

A decision = role permission AND scope AND clearance AND, for a partner, a live grant AND no
exclusion. No queries here: `casework.services.scopes` turns the same scopes into WHERE clauses,
and a property test proves that both agree.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from casework.actor import Actor
from casework.vocabulary import ActorKind, ApprovalKind, Role


class Permission(StrEnum):
    """Rows of the access matrix."""

    RETURN_REQUEST_CREATE = "return_request:create"
    RETURN_REQUEST_READ = "return_request:read"
    RETURN_REQUEST_UPDATE = "return_request:update"
    RETURN_REQUEST_VERIFY = "return_request:verify"
    RETURN_REQUEST_WITHDRAW = "return_request:withdraw"
    RETURN_REQUEST_DECIDE_APPEAL = "return_request:decide_appeal"
    RETURN_REQUEST_DECLINE = "return_request:decline"
    RETURN_REQUEST_MERGE = "return_request:merge"
    PRIORITY_POLICY_READ = "priority_policy:read"
    PRIORITY_POLICY_PUBLISH = "priority_policy:publish"
    MOVEMENT_READ = "movement:read"
    MOVEMENT_PLAN = "movement:plan"
    MOVEMENT_OVERRIDE = "movement:override"
    MANIFEST_BOARD = "manifest:board"
    FACILITY_MANAGE = "facility:manage"
    STAY_READ = "stay:read"
    STAY_CHECK = "stay:check"
    STAY_RELEASE = "stay:release"
    CASE_CREATE = "case:create"
    CASE_READ = "case:read"
    CASE_UPDATE = "case:update"
    CASE_ASSIGN = "case:assign"
    CASE_CLOSE = "case:close"
    CASE_APPROVE_CLOSURE = "case:approve_closure"
    CASE_WHO_SAW = "case:who_saw"
    IDENTITY_REVEAL = "identity:reveal"
    SAFE_LOCATION_REVEAL = "safe_location:reveal"
    ASSESSMENT_WRITE = "assessment:write"
    PLAN_WRITE = "plan:write"
    PLAN_APPROVE = "plan:approve"
    ASSISTANCE_RECORD = "assistance:record"
    ASSISTANCE_APPROVE = "assistance:approve"
    BUDGET_MANAGE = "budget:manage"
    FOLLOW_UP_RECORD = "follow_up:record"
    TRAFFICKING_READ = "trafficking:read"
    TRAFFICKING_WRITE = "trafficking:write"
    TRAFFICKING_DETERMINE = "trafficking:determine"
    SHELTER_PLACE = "shelter:place"
    REFERRAL_CREATE = "referral:create"
    REFERRAL_READ = "referral:read"
    REFERRAL_RESPOND = "referral:respond"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_MANAGE = "directory:manage"
    CONSENT_RECORD = "consent:record"
    CONSENT_WITHDRAW = "consent:withdraw"
    DOCUMENT_READ = "document:read"
    DOCUMENT_UPLOAD = "document:upload"
    STATISTICS_READ = "statistics:read"
    EXPORT_AGGREGATE = "export:aggregate"
    EXPORT_IDENTIFIED = "export:identified"
    BREAK_GLASS_USE = "break_glass:use"
    BREAK_GLASS_REVIEW = "break_glass:review"
    AUDIT_READ = "audit:read"
    AUDIT_VERIFY = "audit:verify"
    SUBJECT_REQUEST_REGISTER = "subject_request:register"
    SUBJECT_REQUEST_FULFIL = "subject_request:fulfil"
    SUBJECT_REQUEST_ERASE = "subject_request:erase"
    RETENTION_APPROVE = "retention:approve"
    USER_MANAGE = "user:manage"
    ORGANISATION_MANAGE = "organisation:manage"
    SETTINGS_MANAGE = "settings:manage"
    OFFER_SEND = "offer:send"
    OFFER_ANSWER = "offer:answer"
    PERSON_SEARCH = "person:search"
    NOTE_WRITE = "note:write"
    TASK_MANAGE = "task:manage"
    CONCERN_RECORD = "concern:record"
    CONCERN_READ = "concern:read"
    CLEARANCE_GRANT = "clearance:grant"


_COLUMNS = (
    Role.CONSULAR_OFFICER,
    Role.CONSULAR_DESK,
    Role.QUARANTINE_OFFICER,
    Role.CASEWORKER,
    Role.SUPERVISOR,
    Role.PARTNER_WORKER,
    Role.PARTNER_COORDINATOR,
    Role.PROTECTION_OFFICER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
)

#: One column a role, in the order of _COLUMNS; `a|b` either, `a+b` both, `-` never.
_TABLE = """
return_request:create         mission  all         -         org               org             -                 -                -               -        -
return_request:read           mission  all         -         org|linked        org|linked      -                 -                -               -        -
return_request:update         mission  all         -         org               org             -                 -                -               -        -
return_request:verify         mission  all         -         -                 -               -                 -                -               -        -
return_request:withdraw       mission  all         -         -                 -               -                 -                -               -        -
return_request:decide_appeal  -        all         -         -                 -               -                 -                -               -        -
return_request:decline        mission  all         -         -                 -               -                 -                -               -        -
return_request:merge          mission  all         -         -                 -               -                 -                -               -        -
priority_policy:read          all      all         -         all               all             -                 -                all             all      -
priority_policy:publish       -        two_person  -         -                 -               -                 -                -               -        -
movement:read                 all      all         facility  all               all             -                 -                -               -        -
movement:plan                 -        all         -         -                 -               -                 -                -               -        -
movement:override             -        two_person  -         -                 -               -                 -                -               -        -
manifest:board                mission  all         facility  -                 -               -                 -                -               -        -
facility:manage               -        all         facility  -                 -               -                 -                -               -        -
stay:read                     -        all         facility  linked            linked          -                 -                -               -        -
stay:check                    -        -           facility  -                 -               -                 -                -               -        -
stay:release                  -        -           facility  -                 -               -                 -                -               -        -
case:create                   -        -           -         org               org             own_org           own_org          -               -        -
case:read                     -        -           -         assigned          org             assigned|granted  own_org|granted  -               -        -
case:update                   -        -           -         assigned          org             assigned          own_org          -               -        -
case:assign                   -        -           -         -                 org             -                 own_org          -               -        -
case:close                    -        -           -         assigned          org             assigned          own_org          -               -        -
case:approve_closure          -        -           -         -                 org             -                 own_org          -               -        -
case:who_saw                  -        -           -         assigned          org             -                 -                org             -        -
identity:reveal               mission  all         facility  assigned          org             assigned|granted  own_org|granted  -               -        -
safe_location:reveal          -        -           -         assigned          org             -                 -                -               -        -
assessment:write              -        -           -         assigned          org             -                 -                -               -        -
plan:write                    -        -           -         assigned          org             -                 -                -               -        -
plan:approve                  -        -           -         -                 org             -                 -                -               -        -
assistance:record             -        -           -         assigned          org             assigned|granted  own_org|granted  -               -        -
assistance:approve            -        -           -         -                 org             -                 -                -               -        -
budget:manage                 -        -           -         -                 org             -                 -                -               -        -
follow_up:record              -        -           -         assigned          org             -                 -                -               -        -
trafficking:read              -        -           -         assigned+cleared  org+cleared     assigned+cleared  own_org+cleared  -               -        -
trafficking:write             -        -           -         assigned+cleared  org+cleared     assigned+cleared  own_org+cleared  -               -        -
trafficking:determine         -        -           -         -                 org+cleared     -                 -                -               -        -
shelter:place                 -        -           -         assigned+cleared  org+cleared     assigned+cleared  own_org+cleared  -               -        -
referral:create               -        -           -         assigned          org             own_org           own_org          -               -        -
referral:read                 -        -           -         assigned          org             own_org           own_org          -               -        -
referral:respond              -        -           -         assigned          org             own_org           own_org          -               -        -
directory:read                all      all         all       all               all             all               all              all             all      all
directory:manage              -        -           -         -                 all             -                 own_org          -               -        -
consent:record                mission  all         -         assigned          org             assigned|granted  own_org|granted  -               -        -
consent:withdraw              mission  all         -         assigned          org             own_org           own_org          -               -        -
document:read                 mission  all         -         assigned          org             assigned|granted  own_org|granted  -               -        -
document:upload               mission  all         -         assigned          org             assigned|granted  own_org|granted  -               -        -
statistics:read               mission  all         facility  all               all             own_org           own_org          all             all      -
export:aggregate              -        all         -         -                 all             -                 own_org          -               all      -
export:identified             -        two_person  -         -                 org+two_person  -                 -                -               -        -
break_glass:use               -        -           -         all               all             -                 -                -               -        -
break_glass:review            -        -           -         -                 -               -                 -                all             -        -
audit:read                    -        -           -         -                 -               -                 -                org             -        -
audit:verify                  -        -           -         -                 -               -                 -                all             -        all
subject_request:register      mission  all         -         all               all             own_org           own_org          all             -        -
subject_request:fulfil        -        -           -         -                 -               -                 -                all             -        -
subject_request:erase         -        -           -         -                 org+two_person  -                 -                org+two_person  -        -
retention:approve             -        -           -         -                 org+two_person  -                 -                org+two_person  -        -
user:manage                   -        -           -         -                 -               -                 own_org          -               -        all
organisation:manage           -        -           -         -                 -               -                 -                -               -        all
settings:manage               -        -           -         -                 -               -                 -                -               -        all
offer:send                    -        all         -         -                 -               -                 -                -               -        -
offer:answer                  mission  all         -         -                 -               -                 -                -               -        -
person:search                 mission  all         facility  org               org             own_org           own_org          -               -        -
note:write                    mission  all         facility  assigned          org             assigned|granted  own_org|granted  -               -        -
task:manage                   mission  all         facility  assigned          org             assigned          own_org          org             -        -
concern:record                mission  all         facility  assigned          org             assigned|granted  own_org|granted  -               -        -
concern:read                  -        -           -         -                 -               -                 -                org             -        -
clearance:grant               -        -           -         -                 org+two_person  -                 -                org+two_person  -        -
"""

Scope = frozenset[str]
"""Atoms that must all hold, for example {"org", "cleared"}."""


def _parse_table() -> dict[Permission, dict[Role, tuple[Scope, ...]]]:
    matrix = {}
    for line in _TABLE.strip().splitlines():
        name, *cells = line.split()
        alternatives = [
            () if cell == "-" else tuple(frozenset(part.split("+")) for part in cell.split("|"))
            for cell in cells
        ]
        matrix[Permission(name)] = dict(zip(_COLUMNS, alternatives, strict=True))
    return matrix


MATRIX = _parse_table()

#: What `all` means for the ministry: the return side, never a case, its documents or consents.
MINISTRY = frozenset({Role.CONSULAR_OFFICER, Role.CONSULAR_DESK, Role.QUARANTINE_OFFICER})

#: Permissions over a part of a record; they also need read on the record itself.
PARTS = frozenset(
    {
        Permission.IDENTITY_REVEAL,
        Permission.SAFE_LOCATION_REVEAL,
        Permission.DOCUMENT_READ,
        Permission.DOCUMENT_UPLOAD,
        Permission.SUBJECT_REQUEST_REGISTER,
    }
)

#: No one approves their own work, or grants themselves a role or a clearance.
NEVER_ONES_OWN = frozenset(
    {
        Permission.PLAN_APPROVE,
        Permission.CASE_APPROVE_CLOSURE,
        Permission.ASSISTANCE_APPROVE,
        Permission.CLEARANCE_GRANT,
        Permission.USER_MANAGE,
        Permission.PRIORITY_POLICY_PUBLISH,
        Permission.MOVEMENT_OVERRIDE,
    }
)

#: What the second person needs to decide on an act, and whoever asks for it as well.
SECOND_PERSON = {
    ApprovalKind.CLEARANCE: Permission.CLEARANCE_GRANT,
    ApprovalKind.IDENTIFIED_EXPORT: Permission.EXPORT_IDENTIFIED,
    ApprovalKind.ERASURE: Permission.SUBJECT_REQUEST_ERASE,
    ApprovalKind.DISPOSAL: Permission.RETENTION_APPROVE,
    ApprovalKind.ALLOCATION_OVERRIDE: Permission.MOVEMENT_OVERRIDE,
    ApprovalKind.PRIORITY_POLICY: Permission.PRIORITY_POLICY_PUBLISH,
}

#: What an emergency opens of a case: reading it, and its people's identifiers for a purpose.
OPENED_IN_EMERGENCY = frozenset({Permission.CASE_READ, Permission.IDENTITY_REVEAL})

#: What a creator may do with her own draft wherever it was lodged; others may do nothing with it.
OWN_DRAFT = frozenset({Permission.RETURN_REQUEST_READ, Permission.RETURN_REQUEST_UPDATE})


#: What the person whom a request is about says to it herself; no column of the matrix is hers.
OWN_WORD = frozenset(
    {
        Permission.OFFER_ANSWER,
        Permission.RETURN_REQUEST_READ,
        Permission.RETURN_REQUEST_UPDATE,
        Permission.RETURN_REQUEST_WITHDRAW,
    }
)


class Side(StrEnum):
    """Which half of the thread a record belongs to."""

    RETURN = "return"
    CASE = "case"
    COMMON = "common"


@dataclass(frozen=True)
class Facts:
    """What a decision needs to know of a record.

    `missions` lodged the requests that travel with a movement; `organisations` run the record (both
    parties of a referral); `holders` made or hold it; `granted_to` have a live grant; `cases` are
    the facts of cases behind a request or stay; `request_id` is the request itself; `author` wrote what is to be approved;
    `proposed_by` asked for an act that needs a second person; `only` is the one permission that
    such an act can be decided under.
    """

    side: Side = Side.COMMON
    read: Permission | None = None
    lodged_at: UUID | None = None
    missions: frozenset[UUID] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    facilities: frozenset[UUID] = frozenset()
    holders: frozenset[UUID] = frozenset()
    assigned_to: frozenset[UUID] = frozenset()
    granted_to: frozenset[UUID] = frozenset()
    cases: tuple["Facts", ...] = ()
    case_id: UUID | None = None
    draft_of: UUID | None = None
    request_id: UUID | None = None
    author: UUID | None = None
    proposed_by: UUID | None = None
    only: Permission | None = None


def scopes_of(role: Role | None, permission: Permission) -> tuple[Scope, ...]:
    """The alternatives under which a role has a permission; empty means never."""
    return MATRIX[permission][role] if role else ()


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's role has the permission on anything at all."""
    return bool(scopes_of(actor.role, permission))


def can(actor: Actor, permission: Permission, facts: Facts) -> bool:
    """Whether the actor may do this to a record with these facts."""
    if actor.kind is ActorKind.PERSON:
        own = actor.request_id is not None and actor.request_id == facts.request_id
        return own and permission in OWN_WORD
    scopes = scopes_of(actor.role, permission)
    if not scopes or _conflicts(actor, permission, facts):
        return False
    if _opened(actor, permission, facts):
        return True
    if permission in PARTS and not (facts.read and can(actor, facts.read, facts)):
        return False
    if facts.draft_of is not None and permission in OWN_DRAFT:
        return True
    return any(all(_holds(actor, atom, facts) for atom in scope) for scope in scopes)


def opened_to(actor: Actor, permission: Permission) -> bool:
    """Whether an emergency opening counts for this permission in the actor's role."""
    return permission in OPENED_IN_EMERGENCY and may_ever(actor, Permission.BREAK_GLASS_USE)


def _opened(actor: Actor, permission: Permission, facts: Facts) -> bool:
    a_case = facts.read is Permission.CASE_READ and facts.case_id is not None
    return a_case and facts.case_id in actor.opened_cases and opened_to(actor, permission)


def _conflicts(actor: Actor, permission: Permission, facts: Facts) -> bool:
    if facts.only is not None and facts.only is not permission:
        return True
    if facts.draft_of is not None and facts.draft_of != actor.id:
        return True
    if facts.case_id is not None and facts.case_id in actor.excluded_cases:
        return True
    return permission in NEVER_ONES_OWN and facts.author is not None and facts.author == actor.id


def _holds(actor: Actor, atom: str, facts: Facts) -> bool:
    match atom:
        case "all":
            return actor.role not in MINISTRY or facts.side is not Side.CASE
        case "linked":
            return any(can(actor, Permission.CASE_READ, case) for case in facts.cases)
        case "cleared":
            return actor.cleared
        case "two_person":
            proposed = facts.proposed_by is not None and facts.proposed_by == actor.id
            return not proposed and _holds(actor, "all", facts)
        case "assigned":
            return actor.id in facts.assigned_to
        case _:
            return actor.organisation_id in _organisations(atom, facts)


def _organisations(atom: str, facts: Facts) -> frozenset[UUID | None]:
    by_atom: dict[str, frozenset[UUID | None]] = {
        "mission": frozenset({facts.lodged_at} - {None}) | facts.missions,
        "org": frozenset(facts.organisations),
        "own_org": frozenset(facts.holders),
        "facility": frozenset(facts.facilities),
        "granted": frozenset(facts.granted_to),
    }
    return by_atom[atom]
