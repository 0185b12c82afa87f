from random import Random
from uuid import UUID

import pytest

from bench.misspellings import in_either_order, mistyped, respelt
from casework.reference.invented import InventedName, Inventor
from casework.reference.names import folded, name_keys
from casework.rules.name_index import NameIndex

BOLD, TSETSEG, ERDENE, AMARTUVSHIN = (UUID(int=number) for number in range(1, 5))


@pytest.fixture
def index() -> NameIndex:
    index = NameIndex()
    index.add(BOLD, name_keys("Батбаяр", "Болд", "Batbayar Bold", "Боржигин"))
    index.add(TSETSEG, name_keys("Болд", "Цэцэгмаа"))
    index.add(ERDENE, name_keys("Дорж", "Бат-Эрдэнэ"))
    index.add(AMARTUVSHIN, name_keys("Цэрэн", "Амартүвшин"))
    return index


def found(index: NameIndex, text: str) -> list[UUID]:
    return [person for person, _ in index.search(text, 10)]


def test_given_name_comes_before_the_same_patronymic(index: NameIndex) -> None:
    assert index.search("Bold", 10) == [(BOLD, 1.0), (TSETSEG, 0.98)]


@pytest.mark.parametrize(
    "text",
    ["Батбаяр Болд", "Bold Batbayar", "Батбаярын Болд", "БАТ БАЯР БОЛД", "batbayr bold", "Б. Болд"],
)
def test_patronymic_and_given_name_in_any_order_and_spelling(index: NameIndex, text: str) -> None:
    assert found(index, text)[0] == BOLD


def test_every_word_has_to_match_when_someone_matches_all(index: NameIndex) -> None:
    assert found(index, "Болд Цэцэгмаа") == [TSETSEG]


def test_who_matches_a_part_is_shown_when_nobody_matches_all(index: NameIndex) -> None:
    assert found(index, "Болд Оюунчимэг") == [BOLD, TSETSEG]


def test_compound_is_found_by_part_joined_or_apart(index: NameIndex) -> None:
    for text in ("Эрдэнэ", "Baterdene", "Bat Erdene", "Бат-Эрдэнэ Дорж"):
        assert found(index, text) == [ERDENE]


def test_initial_prefers_the_patronymic(index: NameIndex) -> None:
    other = UUID(int=99)
    index.add(other, name_keys("Мөнх", "Амартүвшин"))
    assert found(index, "М. Амартүвшин") == [other, AMARTUVSHIN]
    assert found(index, "Ts. Amartuvshin") == [AMARTUVSHIN, other]


def test_clan_name_is_searched_too(index: NameIndex) -> None:
    assert found(index, "Borjigon") == [BOLD]


def test_birth_year_in_the_query_is_passed_over(index: NameIndex) -> None:
    assert found(index, "Амартүвшин 1987") == [AMARTUVSHIN]


def test_only_allowed_people_are_returned(index: NameIndex) -> None:
    assert index.search("Bold", 10, allowed={TSETSEG}) == [(TSETSEG, 0.98)]
    assert index.search("Bold", 10, allowed=set()) == []


def test_limit_keeps_the_best(index: NameIndex) -> None:
    assert index.search("Bold", 1) == [(BOLD, 1.0)]
    assert index.search("Bold", 0) == []


def test_removed_or_renamed_person_is_not_found_by_the_old_name(index: NameIndex) -> None:
    index.remove(ERDENE)
    index.add(BOLD, name_keys("Батбаяр", "Тэмүүлэн"))
    assert found(index, "Бат-Эрдэнэ Дорж") == []
    assert found(index, "Болд") == [TSETSEG]
    assert found(index, "Temuulen") == [BOLD]
    assert len(index) == 3


@pytest.mark.parametrize("text", ["", "  ", "12345", "—", "Б", "Qq", "x" * 500])
def test_text_that_names_nobody(index: NameIndex, text: str) -> None:
    assert found(index, text) == []


def test_equal_scores_come_in_the_same_order_whatever_the_order_of_loading() -> None:
    people = [UUID(int=number) for number in range(1, 30)]
    forwards, backwards = NameIndex(), NameIndex()
    for person in people:
        forwards.add(person, name_keys("Дорж", "Бат"))
    for person in reversed(people):
        backwards.add(person, name_keys("Дорж", "Бат"))
    assert forwards.search("Бат", 7) == backwards.search("Бат", 7)
    assert [person for person, _ in forwards.search("Бат", 7)] == people[:7]


def _folded_name(person: InventedName) -> tuple[str, str]:
    return folded(person.patronymic), folded(person.given_name)


@pytest.mark.parametrize("typos", [0, 1])
def test_recall_is_at_least_95_per_cent(typos: int) -> None:
    random = Random(typos)
    inventor = Inventor(random)
    people = [inventor.name(random.choice("FM")) for _ in range(4000)]
    index = NameIndex()
    for number, person in enumerate(people):
        index.add(UUID(int=number + 1), name_keys(person.patronymic, person.given_name))
    hits = 0
    for _ in range(600):
        person = random.choice(people)
        names = [respelt(name, random) for name in (person.patronymic, person.given_name)]
        if typos:
            wrong = random.randrange(2)
            names[wrong] = mistyped(names[wrong], random)
        results = index.search(in_either_order(names[0], names[1], random), 10)
        hits += any(
            _folded_name(people[each.int - 1]) == _folded_name(person) for each, _ in results
        )
    assert hits >= 0.95 * 600
