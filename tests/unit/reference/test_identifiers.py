import pytest

from casework.reference.identifiers import (
    email_address,
    email_problem,
    passport_number,
    passport_warning,
    phone_number,
    phone_problem,
)


@pytest.mark.parametrize("typed", ["E1234567", "e 123-4567", "Е1234567"])
def test_passport_number_however_typed(typed: str) -> None:
    assert passport_number(typed) == "E1234567"
    assert passport_warning(typed) is None


def test_unusual_passport_is_kept_and_warned_about() -> None:
    assert passport_number("KOR 12A") == "KOR12A"
    assert passport_warning("KOR 12A") is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9911 2233", "+97699112233"),
        ("+976 9911-2233", "+97699112233"),
        ("00976 99112233", "+97699112233"),
        ("+82 (10) 1234-5678", "+821012345678"),
        ("010 1234 5678", "01012345678"),
    ],
)
def test_phone_number_however_typed(typed: str, kept: str) -> None:
    assert phone_number(typed) == kept
    assert phone_problem(typed) is None


@pytest.mark.parametrize("typed", ["", "12", "call me", "1" * 16, "99112233 ext. 4"])
def test_what_cannot_be_dialled_is_refused(typed: str) -> None:
    assert phone_problem(typed) is not None


def test_email_is_matched_without_case_or_blanks() -> None:
    assert email_address("  Bold@Example.ORG ") == "bold@example.org"


@pytest.mark.parametrize(
    "typed",
    [
        *("bold", "bold@", "@example.org", "a b@example.org", "a@b"),
        *("a,b@example.org", "a;b@example.org", "(@example.org", "a@example.org,b"),
    ],
)
def test_what_is_no_email_is_refused(typed: str) -> None:
    assert email_problem(typed) is not None
    assert email_problem("bold@mail.example.org") is None
