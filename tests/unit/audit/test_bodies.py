"""Bodies read back: by their form or by parsing, and never anything that is not canonical."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.bodies import _PLAIN, read_body
from audit.canonical import canonical, read_canonical

IDS = st.uuids().map(str)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MOMENTS = st.datetimes().map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0"))
NUMBERS = st.integers(0, 2**53 - 1)
ROWS = st.tuples(TEXTS, IDS, NUMBERS, TEXTS, TEXTS).map(list)
FACTS = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=5),
    TEXTS | NUMBERS | st.booleans(),
    max_size=3,
)
BODIES = st.fixed_dictionaries(
    {
        "v": st.just(1),
        "id": IDS,
        "at": MOMENTS,
        "actor": st.fixed_dictionaries(
            {
                "kind": TEXTS,
                "id": st.none() | IDS,
                "role": st.none() | TEXTS,
                "org": st.none() | IDS,
            }
        ),
        "event": TEXTS,
        "permission": st.none() | TEXTS,
        "purpose": TEXTS,
        "outcome": TEXTS,
        "where": st.fixed_dictionaries(
            {"channel": TEXTS, "session": st.none() | IDS, "net": st.none() | TEXTS}
        ),
        "subjects": st.lists(IDS, max_size=3),
        "case": st.none() | IDS,
        "cells": st.lists(TEXTS, max_size=3),
        "rows": st.lists(ROWS, max_size=3),
        "facts": FACTS,
        "cause": st.none() | TEXTS,
        "request": st.none() | TEXTS,
    }
)
ID = str(UUID(int=7))
PLAIN: dict[str, Any] = {
    "v": 1,
    "id": ID,
    "at": "2026-11-21T05:48:00.000000Z",
    "actor": {"kind": "user", "id": ID, "role": "caseworker", "org": None},
    "event": "note.written",
    "permission": "case:edit",
    "purpose": "case_management",
    "outcome": "done",
    "where": {"channel": "web", "session": None, "net": "0a"},
    "subjects": [ID, ID],
    "case": None,
    "cells": ["note.text"],
    "rows": [["note", ID, 1, "insert", "ab"], ["case", ID, 12, "update", "cd"]],
    "facts": {"count": 3, "kind": "x"},
    "cause": None,
    "request": "00",
}


@given(BODIES)
def test_what_was_written_is_read(body: dict[str, Any]) -> None:
    found = read_body(canonical(body))
    assert (found.id, found.at, found.case_id) == (body["id"], body["at"], body["case"])
    assert (found.actor_id, found.event) == (body["actor"]["id"], body["event"])
    assert (found.outcome, found.subjects) == (body["outcome"], body["subjects"])
    assert (found.rows, json.loads(found.facts)) == (body["rows"], body["facts"])


def test_an_ordinary_body_is_recognised_by_its_form() -> None:
    assert _PLAIN.fullmatch(canonical(PLAIN).decode())


@given(st.integers(0, 700), st.binary(min_size=1, max_size=2), st.booleans())
def test_no_altered_form_passes_that_parsing_would_refuse(
    place: int, other: bytes, instead: bool
) -> None:
    written = canonical(PLAIN)
    place %= len(written)
    altered = written[:place] + other + written[place + (len(other) if instead else 0) :]
    try:
        read_body(altered)
    except ValueError:
        return
    assert canonical(read_canonical(altered)) == altered


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"{}",
        b"[1]",
        b'{"a":1,"a":1}',
        b"\xff",
        b"[" * 100_000,
        canonical(PLAIN).replace(b'"v":1', b'"v":1.0'),
        canonical(PLAIN).replace(b'"v":1', b'"v":01'),
        canonical(PLAIN).replace(b'"count":3', b'"count":9007199254740992'),
        canonical(PLAIN).replace(b'"count":3', b'"count":-0'),
        canonical(PLAIN).replace(b'"count":3,"kind":"x"', b'"kind":"x","count":3'),
        canonical(PLAIN).replace(b"caseworker", b"c\\u0061seworker"),
        canonical(PLAIN).replace(b'"at":"2026', b'"at":"x026'),
        canonical(PLAIN).replace(ID.encode(), b"no id"),
        canonical(PLAIN) + b"\n",
        canonical({name: value for name, value in PLAIN.items() if name != "rows"}),
    ],
)
def test_what_is_no_body_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_body(text)
