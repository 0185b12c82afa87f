"""An answer as long as a request may carry is refused or read in no time: no pattern backtracks."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from casework.reference import identifiers
from casework.reference.names import folded
from casework.web import reading

LENGTH = 200_000
#: What makes careless patterns try again and again.
AWKWARD = (
    "a@" + "a." * (LENGTH // 2),
    "a@" + "a" * LENGTH,
    "1 " * (LENGTH // 2),
    "1,111" * (LENGTH // 5) + "x",
    "1" * LENGTH,
    "+" + " " * LENGTH + "x",
    "-(" * (LENGTH // 2),
    "á-'" * (LENGTH // 3),
    "2026-" * (LENGTH // 5),
    "АА" + "1" * LENGTH + "x",
)
READERS: tuple[Callable[[str], object], ...] = (
    reading.tidy,
    reading.parse_amount,
    reading.parse_email,
    reading.parse_phone,
    reading.parse_name,
    reading.parse_whole_number,
    reading.parse_date,
    reading.sent_number,
    identifiers.passport_number,
    identifiers.phone_number,
    identifiers.email_address,
    folded,
)


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    with Flask("page").test_request_context("/"):
        yield


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_read_in_no_time(reader: Callable[[str], object]) -> None:
    began = time.process_time()
    for text in AWKWARD:
        try:
            reader(text)
        except ValueError:
            continue
    assert time.process_time() - began < 10  # one quadratic pattern takes minutes
