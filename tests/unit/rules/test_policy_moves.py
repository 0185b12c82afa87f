"""Comparing two policies: the same moves nobody, whatever the queue; positions are permutations."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.rules.policy_moves import Grouping, Simulation, Waiting, compare
from casework.rules.priority import MemberFacts, RequestFacts, default_policy, score
from casework.rules.standing import counted, range_of
from casework.vocabulary import Criterion, Need

DAY = date(2026, 11, 21)
POLICY = default_policy()

needs = st.frozensets(st.sampled_from(list(Need)), max_size=4)
people = st.builds(
    MemberFacts,
    birth_date=st.none() | st.dates(date(1930, 1, 1), DAY),
    needs=needs,
    due_date=st.none() | st.dates(DAY, DAY + timedelta(days=250)),
)
facts = st.builds(
    RequestFacts,
    submitted_on=st.dates(date(2026, 1, 1), DAY),
    members=st.lists(people, min_size=1, max_size=4).map(tuple),
    visa_expires_on=st.none() | st.dates(date(2026, 11, 1), date(2027, 3, 1)),
)


def queue(found: list[RequestFacts]) -> list[Waiting]:
    plain = {Grouping.COUNTRY: "KR", Grouping.SIZE: "1", Grouping.SEX: "F", Grouping.AGE: "18-59"}
    groups = {grouping: frozenset({value}) for grouping, value in plain.items()}
    return [Waiting(f"R-{number}", one, groups) for number, one in enumerate(found)]


@given(st.lists(facts, max_size=12))
def test_the_same_policy_moves_nobody(found: list[RequestFacts]) -> None:
    answer = compare(queue(found), POLICY, replace(POLICY, version=2), DAY)
    assert (answer.whole.up, answer.whole.down, answer.whole.median) == (0, 0, 0)
    assert answer.whole.households == len(found)
    assert answer.head_before == answer.head_after
    assert Simulation.parse(json.loads(json.dumps(answer.as_dict(), sort_keys=True))) == answer


@given(st.lists(facts, max_size=12))
def test_whoever_moves_up_moves_past_somebody(found: list[RequestFacts]) -> None:
    other = replace(POLICY, criteria={Criterion.ELDERLY: 90}, tie_seed=7, waiting_cap=1)
    answer = compare(queue(found), POLICY, other, DAY)
    places = list(range(answer.reserved + 1, len(found) + 1))
    assert sorted(one.after for one in answer.head_after) == places
    assert (answer.whole.up == 0) == (answer.whole.down == 0)
    assert sum(moves.households for _, moves in answer.groups[Grouping.BAND]) == len(found)


def test_no_draft_tells_protection_from_a_medical_emergency() -> None:
    protected, ill, well = (
        RequestFacts(DAY, (MemberFacts(needs=frozenset(said), reserved=reserved),))
        for said, reserved in (((), True), ((Need.HEALTH, Need.DISABILITY), False), ((), False))
    )
    parting = replace(POLICY, medical_emergency_from=0, reserved_percent=0)
    answer = compare(queue([protected, ill, well]), POLICY, parting, DAY)
    assert answer.reserved == 2 and answer.whole.up == answer.whole.down == 0
    for head in (answer.head_before, answer.head_after):
        assert [one.reference for one in head] == ["R-2"]
    assert not {"R-0", "R-1"} & set(json.dumps(answer.as_dict()).split('"'))


@given(facts)
def test_what_is_told_adds_up_to_the_points(one: RequestFacts) -> None:
    found = score(one, POLICY, DAY)
    assert sum(int(str(said.values["points"])) for said in counted(found)) == found.points


@given(st.integers(1, 20_000))
def test_a_range_holds_the_place_and_at_least_ten(position: int) -> None:
    first, last = range_of(position)
    assert first <= position <= last and last - first >= 9 and range_of(first) == (first, last)
