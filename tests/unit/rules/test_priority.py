"""The published order: what gives points, what never does, and who comes first."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import InvalidInput
from casework.rules.age import due_date
from casework.rules.priority import (
    MemberFacts,
    Policy,
    RequestFacts,
    Score,
    default_policy,
    explain,
    order_key,
    problems,
    queue_key,
    score,
    tie_break,
)
from casework.vocabulary import Band, Criterion, Need

TODAY = date(2020, 11, 21)
POLICY = default_policy()

dates = st.dates(date(2020, 1, 1), date(2021, 12, 31))
member_facts = st.builds(
    MemberFacts,
    birth_date=st.none() | st.dates(date(1930, 1, 1), date(2021, 1, 1)),
    needs=st.frozensets(st.sampled_from(Need)),
    due_date=st.none() | dates,
    reserved=st.booleans(),
)
request_facts = st.builds(
    RequestFacts,
    submitted_on=dates,
    members=st.lists(member_facts, min_size=1, max_size=5).map(tuple),
    visa_expires_on=st.none() | dates,
)


def _request(*members: MemberFacts, days: int = 0, visa: date | None = None) -> RequestFacts:
    return RequestFacts(TODAY - timedelta(days=days), members, visa)


def _codes(scored: Score) -> dict[Criterion, tuple[int, int]]:
    return {criterion: (points, count) for criterion, points, count in scored.criteria}


TIE = 112880959383511120
BOLD = MemberFacts(birth_date=date(1990, 5, 1))
GRANDMOTHER = MemberFacts(birth_date=date(1950, 5, 1))
TOGLDOR = MemberFacts(birth_date=date(2015, 5, 1))


def test_a_healthy_adult_has_only_waiting_time() -> None:
    scored = score(_request(BOLD, days=100), POLICY, TODAY)
    assert (scored.base, scored.waiting_points, scored.points) == (0, 20, 20)
    assert scored.band is Band.STANDARD
    assert scored.criteria == ()


def test_waiting_points_stop_at_the_cap() -> None:
    assert score(_request(BOLD, days=5000), POLICY, TODAY).waiting_points == POLICY.waiting_cap


def test_a_criterion_counts_once_however_many_meet_it() -> None:
    one = score(_request(BOLD, TOGLDOR), POLICY, TODAY)
    three = score(_request(BOLD, TOGLDOR, TOGLDOR, TOGLDOR), POLICY, TODAY)
    assert one.points == three.points == POLICY.criteria[Criterion.CHILD_UNDER_14]
    assert _codes(three)[Criterion.CHILD_UNDER_14] == (25, 3)


def test_the_commission_s_list_gives_points() -> None:
    everyone = MemberFacts(needs=frozenset(Need), due_date=TODAY)
    visa = TODAY + timedelta(days=30)
    met = _codes(score(_request(everyone, visa=visa), POLICY, TODAY)).keys()
    assert met == POLICY.criteria.keys()


def test_a_birth_date_outweighs_a_declared_need() -> None:
    declared = frozenset({Need.ELDERLY, Need.CHILD_UNDER_14})
    young = replace(BOLD, needs=declared)
    unknown = MemberFacts(needs=declared)
    assert score(_request(young), POLICY, TODAY).criteria == ()
    assert _codes(score(_request(unknown), POLICY, TODAY)).keys() == {
        Criterion.ELDERLY,
        Criterion.CHILD_UNDER_14,
    }
    assert Criterion.ELDERLY in _codes(score(_request(GRANDMOTHER), POLICY, TODAY))


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (10, {Criterion.PREGNANT}),
        (27, {Criterion.PREGNANT}),
        (28, {Criterion.PREGNANT, Criterion.LATE_PREGNANCY}),
    ],
)
def test_pregnancy_weighs_more_from_week_28(weeks: int, expected: set[Criterion]) -> None:
    oyuna = replace(BOLD, due_date=due_date(weeks, TODAY))
    assert _codes(score(_request(oyuna), POLICY, TODAY)).keys() == expected


def test_a_pregnancy_long_over_counts_no_more() -> None:
    oyuna = MemberFacts(needs=frozenset({Need.PREGNANT}), due_date=TODAY - timedelta(weeks=3))
    assert score(_request(oyuna), POLICY, TODAY).base == 0


def test_mental_health_is_not_told_from_health() -> None:
    ill, unwell = (
        _request(replace(BOLD, needs=frozenset({need})))
        for need in (Need.HEALTH, Need.MENTAL_HEALTH)
    )
    assert score(ill, POLICY, TODAY) == score(unwell, POLICY, TODAY)


@pytest.mark.parametrize(("left", "counts"), [(-5, True), (30, True), (31, False)])
def test_a_visa_counts_from_thirty_days_before_its_end(left: int, counts: bool) -> None:
    scored = score(_request(BOLD, visa=TODAY + timedelta(days=left)), POLICY, TODAY)
    assert (Criterion.VISA_EXPIRING in _codes(scored)) is counts


@given(facts=request_facts, on=dates)
def test_a_score_is_pure_and_adds_up(facts: RequestFacts, on: date) -> None:
    scored = score(facts, POLICY, on)
    assert scored == score(facts, POLICY, on)
    assert scored.base == sum(points for _, points, _ in scored.criteria)
    assert scored.points == scored.base + scored.waiting_points
    assert 0 <= scored.waiting_points <= POLICY.waiting_cap


@given(facts=request_facts, on=dates, days=st.integers(0, 400))
def test_whoever_asked_earlier_never_has_fewer_points(
    facts: RequestFacts, on: date, days: int
) -> None:
    earlier = replace(facts, submitted_on=facts.submitted_on - timedelta(days=days))
    assert score(earlier, POLICY, on).points >= score(facts, POLICY, on).points


@given(facts=request_facts, on=dates)
def test_protection_and_emergency_look_alike_and_give_no_points(
    facts: RequestFacts, on: date
) -> None:
    hidden = {Need.PROTECTION, Need.VIOLENCE}
    plain = tuple(replace(m, needs=m.needs - hidden, reserved=False) for m in facts.members)
    without = score(replace(facts, members=plain), POLICY, on)
    first, *rest = plain
    ways = [
        replace(first, reserved=True),
        replace(first, needs=first.needs | {Need.PROTECTION}),
        replace(first, needs=first.needs | {Need.VIOLENCE}),
    ]
    scores = [score(replace(facts, members=(way, *rest)), POLICY, on) for way in ways]
    assert scores[0] == scores[1] == scores[2]
    assert scores[0] == replace(without, reserved=True, band=Band.RESERVED)


def test_two_medical_criteria_of_one_traveller_make_a_medical_emergency() -> None:
    ill = replace(BOLD, needs=frozenset({Need.HEALTH}))
    disabled = replace(BOLD, needs=frozenset({Need.DISABILITY}))
    both = replace(BOLD, needs=frozenset({Need.HEALTH, Need.DISABILITY}))
    assert not score(_request(ill, disabled), POLICY, TODAY).reserved, "two people, one each"
    emergency = score(_request(both), POLICY, TODAY)
    assert emergency.reserved
    assert emergency.band is Band.RESERVED
    never = replace(POLICY, medical_emergency_from=0)
    assert not score(_request(both), never, TODAY).reserved


@given(
    facts=st.lists(request_facts, min_size=2, max_size=8),
    seed=st.integers(0, 2**63 - 1),
    shuffle=st.randoms(use_true_random=False),
)
def test_the_order_is_total_and_always_the_same(
    facts: list[RequestFacts], seed: int, shuffle: Any
) -> None:
    keys = [
        order_key(score(f, POLICY, TODAY), f.submitted_on, f"KR-{n}", seed)
        for n, f in enumerate(facts)
    ]
    assert len(set(keys)) == len(keys)
    shuffled = list(keys)
    shuffle.shuffle(shuffled)
    assert sorted(shuffled) == sorted(keys)


def test_points_then_submission_then_the_published_seed_decide() -> None:
    rich = score(_request(GRANDMOTHER), POLICY, TODAY)
    poor = score(_request(BOLD), POLICY, TODAY)
    later = TODAY + timedelta(days=1)
    assert order_key(rich, later, "B", 1) < order_key(poor, TODAY, "A", 1)
    assert order_key(poor, TODAY, "B", 1) < order_key(poor, later, "A", 1)
    tied = sorted(["KR-1", "KR-2", "KR-3"], key=lambda r: order_key(poor, TODAY, r, 7))
    assert tied == sorted(tied, key=lambda r: tie_break(r, 7))


def test_anyone_can_compute_the_tie_break_again() -> None:
    # printf 20200128:KR-2020-0001 | sha256sum | cut -c1-16
    assert tie_break("KR-2020-0001", 20200128) == TIE
    assert tie_break("KR-2020-0001", 20200129) != TIE


def test_a_reserved_place_moves_a_request_up_only_in_the_queue() -> None:
    waiting = score(_request(GRANDMOTHER), POLICY, TODAY)
    reserved = score(_request(replace(BOLD, reserved=True)), POLICY, TODAY)
    assert queue_key(reserved, TODAY, "B", 1) < queue_key(waiting, TODAY, "A", 1)
    assert order_key(reserved, TODAY, "B", 1) > order_key(waiting, TODAY, "A", 1)


def test_bands_begin_at_their_thresholds() -> None:
    policy = replace(POLICY, high_from=26, medium_from=25)
    assert score(_request(GRANDMOTHER), policy, TODAY).band is Band.MEDIUM
    assert score(_request(GRANDMOTHER, days=5), policy, TODAY).band is Band.HIGH
    assert score(_request(BOLD), policy, TODAY).band is Band.STANDARD


def test_an_explanation_names_each_part_of_the_score() -> None:
    said = [str(line) for line in explain(score(_request(GRANDMOTHER, days=50), POLICY, TODAY))]
    assert said == [
        "Someone is elderly: +25",
        "Days of waiting: 50: +10",
        "Points: 35. Band: medium.",
    ]
    kept = explain(score(_request(replace(BOLD, reserved=True)), POLICY, TODAY))
    assert "A reserved place is asked for." in [str(line) for line in kept]


def test_a_policy_survives_json() -> None:
    assert Policy.parse(json.loads(json.dumps(POLICY.as_dict()))) == POLICY
    assert POLICY.provisional
    assert "State Emergency Commission" in POLICY.source


def test_reserved_seats_are_a_share_rounded_down() -> None:
    assert [POLICY.reserved_seats(seats) for seats in (0, 9, 10, 199)] == [0, 0, 1, 19]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"criteria": {"health": -1}}, "criteria", "whole number from 0"),
        ({"criteria": {"health": 1.5}}, "criteria", "whole number from 0"),
        ({"criteria": {"health": True}}, "criteria", "whole number from 0"),
        ({"criteria": {"rich": 5}}, "criteria", "“rich” is not a criterion"),
        ({"criteria": {"protection": 5}}, "criteria", "never points"),
        ({"criteria": {"violence": 0}}, "criteria", "never points"),
        ({"criteria": {}}, "criteria", "at least one"),
        ({"criteria": [1]}, "criteria", "at least one"),
        (
            {"medical_emergency_from": 0, "reserved_percent": 0},
            "medical_emergency_from",
            "Nobody is a medical emergency",
        ),
        ({"reserved_percent": 101}, "reserved_percent", "from 0 to 100"),
        ({"days_per_point": 0}, "days_per_point", "from 1"),
        ({"tie_seed": "x"}, "tie_seed", "whole number"),
        ({"high_from": 30}, "high_from", "above the medium"),
        ({"colour": 1}, "colour", "no setting"),
        ({"source": 1}, "source", "text"),
        ({"provisional": 1}, "provisional", "true or false"),
    ],
)
def test_a_wrong_policy_is_refused_in_words(
    change: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        Policy.parse(POLICY.as_dict() | change)
    assert refused.value.field == field


def test_every_problem_of_a_policy_is_found_at_once() -> None:
    missing = POLICY.as_dict()
    del missing["waiting_cap"]
    found = {problem.field for problem in problems(missing | {"medium_from": -1, "colour": 1})}
    assert found == {"waiting_cap", "medium_from", "colour"}
