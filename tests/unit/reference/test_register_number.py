from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.reference import register_number
from casework.reference.register_number import RegisterNumber, normalised, parsed, problem, warnings


@pytest.mark.parametrize(
    "typed",
    ["УБ85041512", "уб 850415-12", "YБ85041512".replace("Б", "б"), "УБ\u201085041512"],
)
def test_one_number_however_typed(typed: str) -> None:
    assert normalised(typed) == "УБ85041512"


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("HA85041512", "НА85041512"),
        ("ЄЇ85041512", "ӨҮ85041512"),
        ("ѲV85041512", "ӨҮ85041512"),
        ("УЕ\u030885041512", "УЁ85041512"),
    ],
)
def test_look_alikes_are_mended(typed: str, mended: str) -> None:
    assert normalised(typed) == mended
    assert problem(typed) is None


def test_digits_give_birth_date_and_sex() -> None:
    assert parsed("УБ85041532") == RegisterNumber("УБ85041532", date(1985, 4, 15), "M")
    assert parsed("ХА12230921") == RegisterNumber("ХА12230921", date(2012, 3, 9), "F")


def test_month_thirteen_and_february_thirtieth_are_impossible() -> None:
    for typed in ("УБ85131512", "УБ85023012", "УБ85330112", "УБ85200112"):
        reason = problem(typed)
        assert reason is not None
        assert reason.text == register_number.IMPOSSIBLE_DATE
        assert parsed(typed) is None


@pytest.mark.parametrize("typed", ["", "УБ8504151", "УБ850415123", "DG85041512", "УБ8504151²"])
def test_wrong_shape_says_what_to_do(typed: str) -> None:
    reason = problem(typed)
    assert reason is not None
    assert "two Cyrillic letters and eight digits" in str(reason)


def test_disagreement_is_a_warning_with_both_dates() -> None:
    found = [str(warning) for warning in warnings("УБ85041532", date(1985, 4, 16), "F")]
    assert len(found) == 2
    assert "1985-04-15" in found[0]
    assert "1985-04-16" in found[0]


def test_agreement_or_a_third_sex_warns_of_nothing() -> None:
    assert warnings("УБ85041532", date(1985, 4, 15), "M") == ()
    assert warnings("УБ85041532", None, "X") == ()
    assert warnings("nonsense", date(1985, 4, 15), "M") == ()


@given(st.text(max_size=20))
def test_no_text_breaks_the_parser(typed: str) -> None:
    assert (parsed(typed) is None) == (problem(typed) is not None)
    assert normalised(normalised(typed)) == normalised(typed)
