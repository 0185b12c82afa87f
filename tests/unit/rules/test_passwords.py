"""Which passwords are refused, in both scripts."""

import pytest

from casework.reference.passwords import guessed_words
from casework.rules.passwords import LONGEST, SHORTEST, weakness

EMAIL, NAME = "bolormaa.dorj@iom.example", "Н. Болормаа"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "зочин морь тэнгэр цэнхэр",
        "өвлийн гутал хоёр хос",
        "kX9#vTq2!mLp0z",
        "x" * 3 + "yz" * 2 + " seventeen",
    ],
)
def test_long_and_unrelated_is_accepted(password: str) -> None:
    assert weakness(password, EMAIL, NAME) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "1234567890123",
        "qwertyuiop12",
        "abcabcabcabcabc",
        "aaaaaaaaaaaaa",
        "iloveyou!2345",
        "1q2w3e4r5t6y",
        "sunshineprincess",
        "batbatbatbatbat",
        "Batbold1990!!",
        "Батболд1990!!",
        "нууцүг123456",
        "Ulaanbaatar2026!",
        "улаанбаатар2026",
        "Mongolia2026!!",
        "caseworkcasework",
        "quarantine2026",
        "Хэнтий-2026-Хэнтий",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    found = weakness(password, EMAIL, NAME)
    assert found is not None and "first guesses" in found.text


@pytest.mark.parametrize(
    "password", ["bolormaa my cat", "Болормаа-нууц-гэр", "the dorj family car", "BOLORMAA#8281$$"]
)
def test_ones_own_name_is_refused_in_either_script(password: str) -> None:
    found = weakness(password, EMAIL, NAME)
    assert found is not None and "name and e-mail" in found.text


def test_length() -> None:
    short, long = weakness("zebra" + "x" * 6, "", ""), weakness("ab cd" * 60, "", "")
    assert short is not None and short.values == {"n": SHORTEST}
    assert long is not None and long.values == {"n": LONGEST}


def test_the_list_is_there() -> None:
    words = guessed_words()
    assert len(words) > 20_000
    assert {"password", "монгол", "mongol", "болд", "bold", "дархан"} <= words
    assert all(word == word.lower() for word in words)
