import io
from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from casework.reference.register_number import parsed
from casework.rules.age import age_on
from casework.rules.household_file import apart_from_duplicates, read_households
from casework.rules.household_records import HouseholdFile, ImportedPerson
from casework.rules.scenario import DAYS, write_scenario
from casework.vocabulary import LegalBasis, Need, Relation, Sex

UNTIL = date(2020, 11, 30)


def written(people: int, seed: int) -> str:
    text = io.StringIO(newline="")
    write_scenario(people, seed, UNTIL, text)
    return text.getvalue()


@cache
def read(people: int, seed: int = 1) -> HouseholdFile:
    return read_households(io.BytesIO(written(people, seed).encode()), UNTIL)


def members(file: HouseholdFile) -> list[ImportedPerson]:
    return [member for household in file.households for member in household.members]


@pytest.mark.parametrize("people", [1, 7, 1300])
def test_exactly_so_many_people_and_all_go_in(people: int) -> None:
    file = read(people)
    assert len(members(file)) == people
    assert file.rejects == ()
    assert len(apart_from_duplicates(file.households)[0]) == len(file.households)


def test_same_seed_same_file_other_seed_other_people() -> None:
    assert written(50, 1) == written(50, 1) != written(50, 2)


def test_countries_and_needs_have_the_published_shares() -> None:
    file = read(1300)
    people = Counter(home.country for home in file.households for _ in home.members)
    assert [people[code] for code in ("KR", "US", "AU", "KZ", "TR")] == [454, 243, 118, 113, 84]
    needs = Counter(need for member in members(file) for need in member.needs)
    assert (needs[Need.PREGNANT], needs[Need.HEALTH]) == (24, 86)
    assert (needs[Need.NO_MEANS], needs[Need.NO_ACCOMMODATION]) == (63, 12)
    assert sum(member.protection for member in members(file)) == 13
    families = [
        home
        for home in file.households
        if any(Need.CHILD_UNDER_14 in member.needs for member in home.members)
    ]
    assert 245 <= sum(len(home.members) for home in families) <= 250
    assert 1.5 < 1300 / len(file.households) < 1.7


def test_people_are_plausible() -> None:
    for member in members(read(1300)):
        if member.register_number:
            number = parsed(member.register_number)
            assert number is not None
            assert (number.birth_date, number.sex) == (member.birth_date, member.sex)
        if Need.PREGNANT in member.needs:
            assert member.sex == Sex.FEMALE
            assert member.pregnancy_weeks
        assert not member.email or member.email.endswith("@example.org")
        assert member.given_name != member.patronymic


def test_children_are_younger_than_the_principal_and_bear_the_fathers_name() -> None:
    for home in read(1300).households:
        principal = home.members[0]
        children = [each for each in home.members if each.relation == Relation.CHILD]
        fathers = [each for each in home.members if each.sex == Sex.MALE and each not in children]
        for child in children:
            assert child.birth_date.year - principal.birth_date.year >= 17
            assert age_on(child.birth_date, UNTIL) < 19
            if fathers:
                assert child.patronymic == fathers[0].given_name


def test_requests_are_lodged_day_by_day_and_shared_only_with_consent() -> None:
    days = [home.submitted_on for home in read(1300).households]
    assert days == sorted(days)
    assert UNTIL - timedelta(days=DAYS) < days[0] < days[-1] <= UNTIL
    assert not [
        home
        for home in read(1300).households
        if home.share_with and home.legal_basis != LegalBasis.CONSENT
    ]
