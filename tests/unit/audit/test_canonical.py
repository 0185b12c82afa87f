"""Canonical JSON and digests: formats that never change once released."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical, moment, row_digest, stored
from casework.vocabulary import RequestState

SAFE = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
ASCII = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | SAFE | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(ASCII, inner),
)


def test_examples_of_rfc_8785() -> None:
    """Literals and strings of its section 3.2.2, keys of 3.2.3 as far as they are ASCII."""
    text = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical({"string": text, "literals": [None, True, False]}) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    controls = "\b\t\n\f\r\x00\x1f\x7f\u2028"
    assert canonical(controls) == b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\xe2\x80\xa8"'
    assert canonical({"\r": 1, "1": 2, "</script>": 3}) == b'{"\\r":1,"1":2,"</script>":3}'
    assert canonical({"b": 1, "B": 2, "a": [], "": {}}) == b'{"":{},"B":2,"a":[],"b":1}'
    assert canonical([2**53 - 1, -(2**53) + 1, 0]) == b"[9007199254740991,-9007199254740991,0]"
    assert canonical("Хөвсгөл") == '"Хөвсгөл"'.encode()


@pytest.mark.parametrize(
    "value",
    [1.0, 2**53, -(2**53), {"ключ": 1}, {1: 2}, b"bytes", {"a": {2}}, [date(2026, 1, 1)]],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"form|ASCII|2\^53"):
        canonical(value)


@given(VALUES)
def test_the_form_is_one_and_reads_back(value: Any) -> None:
    import json

    written = canonical(value)
    again = json.loads(written)
    assert again == value
    assert canonical(again) == written


def test_a_moment_is_utc_to_the_microsecond() -> None:
    ulaanbaatar = timezone(timedelta(hours=8))
    assert moment(datetime(2026, 11, 21, 14, 5, tzinfo=ulaanbaatar)) == (
        "2026-11-21T06:05:00.000000Z"
    )


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("текст", "текст"),
        (RequestState.QUEUED, "queued"),
        (b"\x01\xff", "01ff"),
        (UUID("01a1fcda-729f-77f6-bf23-6d74f83bdac0"), "01a1fcda-729f-77f6-bf23-6d74f83bdac0"),
        (datetime(2026, 11, 21, 6, 5, tzinfo=UTC), "2026-11-21T06:05:00.000000Z"),
        (date(2026, 11, 21), "2026-11-21"),
        (Decimal("1890000.50"), 189000050),
        (["mn", "en"], '["mn","en"]'),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
    ],
)
def test_each_kind_of_column_has_one_form(value: Any, kept: Any) -> None:
    assert stored(value) == kept


def test_a_rows_digest_is_frozen() -> None:
    row = {
        "id": UUID("01a1fcda-729f-77f6-bf23-6d74f83bdac0"),
        "state": RequestState.QUEUED,
        "submitted_on": date(2020, 5, 31),
        "amount": Decimal("10.00"),
        "person.given_name": b"\x01\x02",
        "version": 3,
    }
    assert row_digest(row) == DIGEST
    assert row_digest(dict(reversed(row.items()))) == DIGEST
    assert row_digest(row | {"version": 4}) != DIGEST


DIGEST = "32508f94e29085cef4de979319f4da0bd4c4ad1f93d314ff283b0efc360fed00"
