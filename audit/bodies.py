"""Bodies of entries, read back for verification."""

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from audit.canonical import read_canonical

_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TEXT = r'"[ !#-\[\]-~]*"'
_MAYBE = f"(?:null|{_TEXT})"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_ROW = rf"\[{_TEXT},{_TEXT},(?:0|[1-9][0-9]{{0,14}}),{_TEXT},{_TEXT}\]"


def _many(one: str) -> str:
    return f"(?:{one}(?:,{one})*)?"


#: The canonical form of a body whose texts are plain ASCII, all but its facts.
_PLAIN = re.compile(
    rf'{{"actor":{{"id":(null|"{_ID}"),"kind":{_TEXT},"org":{_MAYBE},"role":{_MAYBE}}},'
    rf'"at":"({_MOMENT})","case":(null|"{_ID}"),"cause":{_MAYBE},"cells":\[{_many(_TEXT)}\],'
    rf'"event":({_TEXT}),"facts":({{[^{{}}]*}}),"id":"({_ID})","outcome":({_TEXT}),'
    rf'"permission":{_MAYBE},"purpose":{_TEXT},"request":{_MAYBE},"rows":(\[{_many(_ROW)}\]),'
    rf'"subjects":\[({_many(_TEXT)})\],"v":1,'
    rf'"where":{{"channel":{_TEXT},"net":{_MAYBE},"session":{_MAYBE}}}}}'
)
_AT = re.compile(_MOMENT)
_AN_ID = re.compile(_ID)


class Body(NamedTuple):
    """What verification needs of a body; `facts` in canonical form, ids as bodies write them."""

    id: str
    at: str
    actor_id: str | None
    case_id: str | None
    event: str
    outcome: str
    subjects: list[str]
    rows: list[list[Any]]
    facts: str


def read_body(data: bytes) -> Body:
    """The body that `data` is the canonical form of; ValueError when it is none.

    A plain body is recognised by its form alone, which is much faster than parsing and writing it
    again; anything else is parsed.
    """
    text = data.decode()
    found = _PLAIN.fullmatch(text)
    if found is None:
        return _parsed(data)
    actor_id, at, case_id, event, facts, own_id, outcome, rows, subjects = found.groups()
    if facts != "{}":
        _canonical_facts(facts)
    return Body(
        own_id,
        at,
        None if actor_id == "null" else actor_id[1:-1],
        None if case_id == "null" else case_id[1:-1],
        event[1:-1],
        outcome[1:-1],
        subjects[1:-1].split('","') if subjects else [],
        json.loads(rows) if rows != "[]" else [],
        facts,
    )


@lru_cache(10_000)
def _canonical_facts(text: str) -> None:
    read_canonical(text.encode())


def _parsed(data: bytes) -> Body:
    value = read_canonical(data)
    try:
        facts = json.dumps(value["facts"], sort_keys=True)
        ids = (value["id"], value["actor"]["id"], value["case"])
        sound = all(found is None or _AN_ID.fullmatch(found) for found in ids)
        if not sound or not _AT.fullmatch(value["at"]):
            raise ValueError("an id or the moment of a body is not one")
        places = (value["event"], value["outcome"], value["subjects"], value["rows"])
        return Body(ids[0], value["at"], ids[1], ids[2], *places, facts)
    except (LookupError, TypeError) as error:
        raise ValueError("a body has other parts") from error
