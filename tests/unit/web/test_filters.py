from types import SimpleNamespace

import pytest
from flask import Flask

from casework.vocabulary import Band, RequestState, RiskLevel
from casework.web import filters
from casework.web.i18n import use_language


@pytest.mark.parametrize(
    ("code", "colour"),
    [
        (RiskLevel.HIGH, "red"),
        (Band.HIGH, "amber"),
        (RequestState.OFFERED, "green"),
        (RequestState.DECLINED, "grey"),
        (RequestState.QUEUED, "blue"),
    ],
)
def test_equal_words_of_two_vocabularies_keep_their_colours(code: RiskLevel, colour: str) -> None:
    assert filters.tag_colour(code) == colour


def test_every_colour_names_each_code_once() -> None:
    named = [(type(code), code) for codes in filters.COLOURS.values() for code in codes]
    assert len(named) == len(set(named))


def test_a_person_is_named_by_initial_and_given_name() -> None:
    oyuunchimeg = SimpleNamespace(patronymic="Цэрэн", given_name="Оюунчимэг")
    assert filters.person_name(oyuunchimeg) == "Ц. Оюунчимэг"
    assert filters.person_name(SimpleNamespace(patronymic=None, given_name="Мария")) == "Мария"


def test_a_masked_value_tells_no_length() -> None:
    assert filters.masked("99112242") == filters.masked("+976 99112242") == "•••• 42"
    assert filters.masked("УБ90010112", keep=0) == "••••"
    assert filters.masked("7") == "••••"
    assert filters.masked(None) == ""


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 4, 25), (5, 4, 100), (-1, 4, 0), (3, 0, 0)]
)
def test_a_share_stays_between_nothing_and_all(part: int, whole: int, share: int) -> None:
    assert filters.percent(part, whole) == share


@pytest.mark.parametrize(
    ("size", "said"),
    [(1024, "1 kB"), (500_000, "488 kB"), (1_048_576, "1.0 MB"), (25 * 2**20, "25.0 MB")],
)
def test_a_files_size_is_said_roughly(size: int, said: str) -> None:
    with Flask("page").test_request_context("/"):
        use_language("en")
        assert filters.file_size(size) == said
