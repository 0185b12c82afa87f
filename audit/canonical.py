"""Canonical JSON (RFC 8785) for entries and rows: ASCII keys, no floats."""

import json
from collections.abc import Mapping
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


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > LARGEST:
                raise ValueError("integers beyond 2^53 have no canonical form")
        case list() | tuple():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise ValueError("keys are ASCII text")
                _check(item)
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical form")


def moment(value: datetime) -> str:
    """A moment in UTC to the microsecond, `2026-11-21T05:48:00.000000Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stored(value: Any) -> Any:
    """A column's value in the one form that both databases and the session agree on."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case bytes():
            return value.hex()
        case UUID():
            return str(value)
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case Decimal():
            return int(value * 100)
        case _:
            return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_digest(values: Mapping[str, Any]) -> str:
    """SHA-256, hex, of a stored row given as column name to value."""
    return sha256(canonical({name: stored(value) for name, value in values.items()})).hexdigest()
