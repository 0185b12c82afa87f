"""Canonical JSON (RFC 8785) for entries and rows: ASCII keys, no floats."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 JSON in UTF-8; ValueError for floats, odd keys or unsafe integers."""
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def read_canonical(data: bytes) -> Any:
    """The value whose canonical form `data` is; ValueError when it is no value's."""
    text = data.decode()
    try:
        value, _end = _DECODER.raw_decode(text)
        again = _ENCODER.encode(value)
    except RecursionError:
        raise ValueError("nested beyond reading") from None
    if again != text:
        raise ValueError("not in canonical form")
    if not text.isascii():
        _check(value)
    return value


def _refused(number: str) -> None:
    raise ValueError(f"{number} has no canonical form")


def _safe_integer(digits: str) -> int:
    value = int(digits)
    if abs(value) > LARGEST:
        _refused(digits)
    return value


_DECODER = json.JSONDecoder(parse_float=_refused, parse_constant=_refused, parse_int=_safe_integer)
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int() if abs(value) > LARGEST:
            raise ValueError("integers beyond 2^53 have no canonical form")
        case int():
            return
        case list() | tuple():
            for item in value:
                _check(item)
        case dict():
            _check_keys(value)
            _check(list(value.values()))
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical form")


def _check_keys(value: dict[Any, Any]) -> None:
    if not all(isinstance(key, str) and key.isascii() for key in value):
        raise ValueError("keys are ASCII text")


def moment(value: datetime) -> str:
    """A moment in UTC to the microsecond, `2026-11-21T05:48:00.000000Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


#: How a column's value is written in a digest, by its type; the first that fits.
_STORED: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Enum, lambda code: code.value),
    (bytes, bytes.hex),
    (UUID, str),
    (datetime, moment),
    (date, date.isoformat),
    (Decimal, lambda amount: int(amount * 100)),
    (str | int | type(None), lambda value: value),
)


def stored(value: Any) -> Any:
    """A column's value in the one form that both databases and the session agree on."""
    for kind, written in _STORED:
        if isinstance(value, kind):
            return written(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_digest(values: Mapping[str, Any]) -> str:
    """SHA-256, hex, of a stored row given as column name to value."""
    return sha256(canonical({name: stored(value) for name, value in values.items()})).hexdigest()
