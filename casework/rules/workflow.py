"""The states of each record and the steps between them; a step not listed here is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from casework.errors import InvalidTransition
from casework.messages import N_, Message
from casework.vocabulary import (
    CaseState,
    FollowUpState,
    HoldState,
    MovementState,
    PlanState,
    ReferralState,
    RequestState,
    Role,
    StayState,
    SubjectRequestState,
)

#: Stands among the permissions of a step that also happens by itself, as when an offer expires.
SYSTEM = "system"

Permissions = tuple[str, ...]
Steps = Mapping[StrEnum, Permissions]

_CONSULAR = (Role.CONSULAR_OFFICER, Role.CONSULAR_DESK)
_CASEWORK = (Role.CASEWORKER, Role.SUPERVISOR)
_PARTNER = (Role.PARTNER_WORKER, Role.PARTNER_COORDINATOR)

#: Whom a refusal names for each permission; the access policy decides who really may.
WHO: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "return_request:create": (*_CONSULAR, *_CASEWORK),
        "return_request:update": (*_CONSULAR, *_CASEWORK),
        "return_request:verify": _CONSULAR,
        "return_request:withdraw": _CONSULAR,
        "return_request:decline": _CONSULAR,
        "return_request:merge": _CONSULAR,
        "return_request:decide_appeal": (Role.CONSULAR_DESK,),
        "offer:send": (Role.CONSULAR_DESK,),
        "offer:answer": _CONSULAR,
        "movement:plan": (Role.CONSULAR_DESK,),
        "manifest:board": (*_CONSULAR, Role.QUARANTINE_OFFICER),
        "stay:check": (Role.QUARANTINE_OFFICER,),
        "stay:release": (Role.QUARANTINE_OFFICER,),
        "case:update": (*_CASEWORK, *_PARTNER),
        "case:close": (*_CASEWORK, *_PARTNER),
        "case:approve_closure": (Role.SUPERVISOR, Role.PARTNER_COORDINATOR),
        "plan:write": _CASEWORK,
        "plan:approve": (Role.SUPERVISOR,),
        "referral:create": (*_CASEWORK, *_PARTNER),
        "referral:respond": (*_CASEWORK, *_PARTNER),
        "follow_up:record": _CASEWORK,
        "subject_request:fulfil": (Role.PROTECTION_OFFICER,),
    }
)


@dataclass(frozen=True)
class Machine:
    """The states of one kind of record.

    `transitions` maps a state to its next states, each with the permissions of which any one
    allows the step. A state in `returning` also leads back to the state the record had before,
    which the row carries as `previous_state`.
    """

    name: Message
    transitions: Mapping[StrEnum, Steps]
    returning: Steps = field(default_factory=dict)

    def steps(self, current: StrEnum, previous: StrEnum | None = None) -> Steps:
        """Next states of a record in `current`, each with the permissions that allow it."""
        steps = dict(self.transitions.get(current, {}))
        if previous is not None and self._returns(current, previous):
            steps[previous] = self.returning[current]
        return steps

    def check(
        self, current: StrEnum, target: StrEnum, previous: StrEnum | None = None
    ) -> Permissions:
        """The permissions of which any one allows the step.

        Raises `InvalidTransition`, naming the state, what is possible now and who can do it.
        """
        steps = self.steps(current, previous)
        if target not in steps:
            raise self._refusal(current, target, steps)
        return steps[target]

    def is_final(self, state: StrEnum) -> bool:
        """Whether no step leads out of `state`."""
        return not self.transitions.get(state) and state not in self.returning

    def _returns(self, current: StrEnum, previous: StrEnum) -> bool:
        return current in self.returning and current in self.transitions.get(previous, {})

    def _refusal(self, current: StrEnum, target: StrEnum, steps: Steps) -> InvalidTransition:
        if not steps:
            return InvalidTransition(
                N_("%(record)s, state: %(state)s. “%(wanted)s” is not possible: it stays so."),
                record=self.name,
                state=current,
                wanted=target,
            )
        return InvalidTransition(
            N_("%(record)s, state: %(state)s. “%(wanted)s” is not possible. Now: %(steps)s."),
            record=self.name,
            state=current,
            wanted=target,
            steps=listed([_step(to, permissions) for to, permissions in steps.items()]),
        )


def _step(to: StrEnum, permissions: Permissions) -> Message:
    """The state a step leads to, and in brackets who can take it."""
    who: dict[object, None] = {}
    for permission in permissions:
        who.update(dict.fromkeys(WHO.get(permission, ())))
    doers = [*who, *([Message("by itself")] if SYSTEM in permissions else [])]
    return Message("%(state)s (%(who)s)", {"state": to, "who": listed(doers)})


def listed(values: Sequence[object]) -> object:
    """`values`, of which there is at least one, as one value of a `Message`: “a, b, c”."""
    first, *rest = values
    for value in rest:
        first = Message("%(first)s, %(next)s", {"first": first, "next": value})
    return first


def _each(states: Sequence[StrEnum], steps: Steps) -> dict[StrEnum, Steps]:
    return dict.fromkeys(states, steps)


def _machine(
    name: Message, *tables: Mapping[StrEnum, Steps], returning: Steps | None = None
) -> Machine:
    """A machine whose steps are those of all `tables` together, in their order."""
    transitions: dict[StrEnum, dict[StrEnum, Permissions]] = {}
    for table in tables:
        for state, steps in table.items():
            transitions.setdefault(state, {}).update(steps)
    return Machine(name, transitions, returning or {})


_R = RequestState
_BEFORE_DEPARTURE = (_R.SUBMITTED, _R.VERIFIED, _R.QUEUED, _R.OFFERED, _R.CONFIRMED)
_BACK_TO_QUEUE: Permissions = ("offer:answer", "offer:send", "movement:plan")

RETURN_REQUEST = _machine(
    Message("Return request"),
    {
        _R.DRAFT: {_R.SUBMITTED: ("return_request:create",)},
        _R.SUBMITTED: {_R.VERIFIED: ("return_request:verify",)},
        _R.VERIFIED: {_R.QUEUED: ("return_request:verify",)},
        _R.QUEUED: {_R.OFFERED: ("offer:send", SYSTEM)},
        _R.OFFERED: {_R.CONFIRMED: ("offer:answer",), _R.QUEUED: (*_BACK_TO_QUEUE, SYSTEM)},
        _R.CONFIRMED: {
            _R.TRAVELLING: ("manifest:board",),
            _R.QUEUED: (*_BACK_TO_QUEUE, "manifest:board"),
        },
        _R.TRAVELLING: {_R.ARRIVED: ("manifest:board",), _R.QUEUED: ("manifest:board",)},
        _R.DECLINED: {_R.VERIFIED: ("return_request:decide_appeal",)},
    },
    _each(_BEFORE_DEPARTURE, {_R.WITHDRAWN: ("return_request:withdraw",)}),
    _each((_R.SUBMITTED, _R.VERIFIED), {_R.DECLINED: ("return_request:decline",)}),
    _each(
        (*_BEFORE_DEPARTURE, _R.TRAVELLING),
        {
            _R.DUPLICATE: ("return_request:merge",),
            _R.OWN_MEANS: ("return_request:update",),
        },
    ),
    returning={_R.DUPLICATE: ("return_request:merge",)},
)

_M = MovementState

MOVEMENT = _machine(
    Message("Movement"),
    {
        _M.PLANNED: {_M.ALLOCATING: ("movement:plan",)},
        _M.ALLOCATING: {_M.OFFERS_SENT: ("offer:send",)},
        _M.OFFERS_SENT: {_M.MANIFEST_CLOSED: ("movement:plan",)},
        _M.MANIFEST_CLOSED: {_M.DEPARTED: ("manifest:board",)},
        _M.DEPARTED: {_M.ARRIVED: ("manifest:board",)},
    },
    _each(
        (_M.PLANNED, _M.ALLOCATING, _M.OFFERS_SENT, _M.MANIFEST_CLOSED),
        {_M.CANCELLED: ("movement:plan",)},
    ),
)

_S = StayState
_CHECK: Permissions = ("stay:check",)
_RELEASE: Permissions = ("stay:release",)

STAY = _machine(
    Message("Quarantine stay"),
    {
        _S.HELD: {_S.CHECKED_IN: _CHECK, _S.CANCELLED: (*_CHECK, *_BACK_TO_QUEUE)},
        _S.CHECKED_IN: {
            _S.RELEASED: _RELEASE,
            _S.HOSPITALISED: _CHECK,
            _S.TRANSFERRED: _CHECK,
            _S.ABSCONDED: _CHECK,
            _S.DECEASED: _CHECK,
        },
        _S.HOSPITALISED: {
            _S.CHECKED_IN: _CHECK,
            _S.RELEASED: _RELEASE,
            _S.TRANSFERRED: _CHECK,
            _S.DECEASED: _CHECK,
        },
        _S.ABSCONDED: {_S.CHECKED_IN: _CHECK},
    },
)

_C = CaseState
_OPEN_CASE = (_C.INTAKE, _C.ASSESSMENT, _C.PLANNING, _C.ACTIVE, _C.FOLLOW_UP)
_UPDATE: Permissions = ("case:update",)
_APPROVE_CLOSURE: Permissions = ("case:approve_closure",)

CASE = _machine(
    Message("Case"),
    {
        _C.INTAKE: {_C.ASSESSMENT: _UPDATE},
        _C.ASSESSMENT: {_C.PLANNING: _UPDATE},
        _C.PLANNING: {_C.ACTIVE: _UPDATE},
        _C.ACTIVE: {_C.FOLLOW_UP: _UPDATE},
        _C.FOLLOW_UP: {_C.ACTIVE: _UPDATE},
        _C.CLOSURE_REQUESTED: {_C.CLOSED: _APPROVE_CLOSURE},
        _C.CLOSED: {_C.ACTIVE: _APPROVE_CLOSURE},
    },
    _each(_OPEN_CASE, {_C.CLOSURE_REQUESTED: ("case:close",), _C.SUSPENDED: _UPDATE}),
    returning={_C.CLOSURE_REQUESTED: _APPROVE_CLOSURE, _C.SUSPENDED: _UPDATE},
)

_P = PlanState

PLAN = _machine(
    Message("Reintegration plan"),
    {
        _P.DRAFT: {_P.SUBMITTED: ("plan:write",)},
        _P.SUBMITTED: {_P.APPROVED: ("plan:approve",), _P.RETURNED: ("plan:approve",)},
        _P.RETURNED: {_P.SUBMITTED: ("plan:write",)},
    },
)

_F = ReferralState
_RESPOND: Permissions = ("referral:respond",)

REFERRAL = _machine(
    Message("Referral"),
    {
        _F.DRAFT: {_F.SENT: ("referral:create",)},
        _F.SENT: {_F.ACKNOWLEDGED: _RESPOND},
        _F.ACKNOWLEDGED: {_F.ACCEPTED: _RESPOND},
        _F.ACCEPTED: {_F.IN_PROGRESS: _RESPOND},
        _F.IN_PROGRESS: {_F.COMPLETED: _RESPOND},
    },
    _each(
        (_F.SENT, _F.ACKNOWLEDGED, _F.ACCEPTED, _F.IN_PROGRESS),
        {_F.DECLINED: _RESPOND, _F.CANCELLED: ("referral:create",), _F.EXPIRED: (SYSTEM,)},
    ),
)

_H = HoldState
_FREE: Permissions = (*_BACK_TO_QUEUE, "manifest:board", SYSTEM)

HOLD = _machine(
    Message("Seat and bed"),
    {
        _H.HELD: {_H.OFFERED: ("offer:send", SYSTEM)},
        _H.OFFERED: {_H.CONFIRMED: ("offer:answer",)},
        _H.CONFIRMED: {_H.BOARDED: ("manifest:board",)},
        _H.BOARDED: {_H.ARRIVED: ("manifest:board",)},
    },
    _each((_H.HELD, _H.OFFERED, _H.CONFIRMED, _H.BOARDED), {_H.RELEASED: _FREE}),
)

_U = FollowUpState
_RECORD: Permissions = ("follow_up:record",)

FOLLOW_UP = _machine(
    Message("Follow-up"),
    {_U.PLANNED: {_U.DONE: _RECORD, _U.NOT_REACHED: _RECORD, _U.CANCELLED: _RECORD}},
)

_Q = SubjectRequestState
_FULFIL: Permissions = ("subject_request:fulfil",)

SUBJECT_REQUEST = _machine(
    Message("Request of the person"),
    {
        _Q.RECEIVED: {_Q.IDENTITY_CHECKED: _FULFIL},
        _Q.IDENTITY_CHECKED: {_Q.IN_PROGRESS: _FULFIL},
        _Q.IN_PROGRESS: {_Q.FULFILLED: _FULFIL},
    },
    _each((_Q.RECEIVED, _Q.IDENTITY_CHECKED, _Q.IN_PROGRESS), {_Q.REFUSED: _FULFIL}),
)

MACHINES = (RETURN_REQUEST, MOVEMENT, STAY, CASE, PLAN, REFERRAL, HOLD, FOLLOW_UP, SUBJECT_REQUEST)
