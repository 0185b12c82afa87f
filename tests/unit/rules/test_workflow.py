"""Every pair of states of every record: the steps of the design are possible, no other is."""

import csv
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from casework.errors import InvalidTransition
from casework.messages import Message
from casework.rules import workflow
from casework.rules.workflow import MACHINES, SYSTEM, WHO, Machine
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

MATRIX = Path(__file__).parents[2] / "access-matrix.csv"

# One line per state: "from: to to …"; "~" is the state the record had before.
DESIGN: list[tuple[Machine, type[StrEnum], str]] = [
    (
        workflow.RETURN_REQUEST,
        RequestState,
        """
        draft: submitted
        submitted: verified withdrawn declined duplicate own_means
        verified: queued withdrawn declined duplicate own_means
        queued: offered withdrawn duplicate own_means
        offered: confirmed queued withdrawn duplicate own_means
        confirmed: travelling queued withdrawn duplicate own_means
        travelling: arrived queued duplicate own_means
        declined: verified
        duplicate: ~
        """,
    ),
    (
        workflow.MOVEMENT,
        MovementState,
        """
        planned: allocating cancelled
        allocating: offers_sent cancelled
        offers_sent: manifest_closed cancelled
        manifest_closed: departed cancelled
        departed: arrived
        """,
    ),
    (
        workflow.STAY,
        StayState,
        """
        held: checked_in cancelled
        checked_in: released hospitalised transferred absconded deceased
        hospitalised: checked_in released transferred deceased
        absconded: checked_in
        """,
    ),
    (
        workflow.CASE,
        CaseState,
        """
        intake: assessment closure_requested suspended
        assessment: planning closure_requested suspended
        planning: active closure_requested suspended
        active: follow_up closure_requested suspended
        follow_up: active closure_requested suspended
        closure_requested: closed ~
        closed: active
        suspended: ~
        """,
    ),
    (
        workflow.PLAN,
        PlanState,
        """
        draft: submitted
        submitted: approved returned
        returned: submitted
        """,
    ),
    (
        workflow.REFERRAL,
        ReferralState,
        """
        draft: sent
        sent: acknowledged declined cancelled expired
        acknowledged: accepted declined cancelled expired
        accepted: in_progress declined cancelled expired
        in_progress: completed declined cancelled expired
        """,
    ),
    (
        workflow.HOLD,
        HoldState,
        """
        held: offered released
        offered: confirmed released
        confirmed: boarded released
        boarded: arrived released
        """,
    ),
    (workflow.FOLLOW_UP, FollowUpState, "planned: done not_reached cancelled"),
    (
        workflow.SUBJECT_REQUEST,
        SubjectRequestState,
        """
        received: identity_checked refused
        identity_checked: in_progress refused
        in_progress: fulfilled refused
        """,
    ),
]


def _listed(text: str) -> dict[str, list[str]]:
    lines = [line.strip().split(": ") for line in text.strip().splitlines()]
    return {state: steps.split() for state, steps in lines}


def _pairs() -> Iterator[tuple[Machine, StrEnum, StrEnum, bool]]:
    for machine, states, text in DESIGN:
        steps = _listed(text)
        for current in states:
            for target in states:
                yield machine, current, target, target in steps.get(current, [])


@pytest.mark.parametrize(
    ("machine", "current", "target", "possible"),
    list(_pairs()),
    ids=lambda value: str(value.name) if isinstance(value, Machine) else str(value),
)
def test_each_pair_of_states(
    machine: Machine, current: StrEnum, target: StrEnum, possible: bool
) -> None:
    if possible:
        assert machine.check(current, target)
    else:
        with pytest.raises(InvalidTransition):
            machine.check(current, target)


@pytest.mark.parametrize(
    ("machine", "states", "text"), DESIGN, ids=[str(machine.name) for machine, _, _ in DESIGN]
)
def test_only_the_previous_state_is_returned_to(
    machine: Machine, states: type[StrEnum], text: str
) -> None:
    steps = _listed(text)
    for current in states:
        for previous in states:
            came_from = "~" in steps.get(current, []) and current in steps.get(previous, [])
            expected = set(steps.get(current, [])) - {"~"} | ({previous} if came_from else set())
            assert set(machine.steps(current, previous)) == expected


def test_each_machine_is_tested() -> None:
    assert {str(machine.name) for machine, _, _ in DESIGN} == {str(m.name) for m in MACHINES}


def test_final_states_are_those_without_a_step() -> None:
    assert workflow.CASE.is_final(CaseState.CLOSED) is False
    assert workflow.RETURN_REQUEST.is_final(RequestState.DUPLICATE) is False
    assert workflow.RETURN_REQUEST.is_final(RequestState.ARRIVED)
    assert workflow.STAY.is_final(StayState.DECEASED)


def test_an_appeal_is_the_desk_s_and_nobody_else_s() -> None:
    step = workflow.RETURN_REQUEST.check(RequestState.DECLINED, RequestState.VERIFIED)
    assert step == ("return_request:decide_appeal",)


def test_a_refusal_names_state_wish_and_who_can_do_what() -> None:
    with pytest.raises(InvalidTransition) as refused:
        workflow.RETURN_REQUEST.check(RequestState.OFFERED, RequestState.ARRIVED)
    message = refused.value.message
    assert message.values["state"] is RequestState.OFFERED
    assert message.values["wanted"] is RequestState.ARRIVED
    said = str(message)
    assert said.startswith("Return request, state: offered. “arrived” is not possible.")
    assert "confirmed (consular_officer, consular_desk)" in said
    assert "queued (consular_officer, consular_desk, by itself)" in said


def test_a_refusal_at_the_end_says_that_it_is_the_end() -> None:
    with pytest.raises(InvalidTransition, match="it stays so"):
        workflow.MOVEMENT.check(MovementState.ARRIVED, MovementState.CANCELLED)


def test_every_value_of_a_refusal_can_be_translated() -> None:
    with pytest.raises(InvalidTransition) as refused:
        workflow.CASE.check(CaseState.FOLLOW_UP, CaseState.CLOSED)
    assert not [leaf for leaf in _leaves(refused.value.message) if not isinstance(leaf, StrEnum)]


def _leaves(message: Message) -> Iterator[object]:
    for value in message.values.values():
        if isinstance(value, Message) and value.values:
            yield from _leaves(value)
        elif not isinstance(value, Message):
            yield value


def test_every_permission_of_a_step_says_who_has_it() -> None:
    used = {
        permission
        for machine in MACHINES
        for steps in (*machine.transitions.values(), machine.returning)
        for permissions in steps.values()
        for permission in permissions
    }
    assert used - {SYSTEM} == WHO.keys()


def test_those_named_are_those_the_access_matrix_allows() -> None:
    with MATRIX.open(encoding="utf-8", newline="") as source:
        rows = {row.pop("permission"): row for row in csv.DictReader(source)}
    for permission, roles in WHO.items():
        allowed = {Role(role) for role, scope in rows[permission].items() if scope != "-"}
        assert set(roles) == allowed, permission
