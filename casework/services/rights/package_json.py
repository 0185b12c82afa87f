"""The access package as JSON: keys are stable, see docs/access-package.md."""

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from casework.services.rights.holdings import Field, HeldRow, Somebody
from casework.services.rights.package import Package, SeenLine
from models.organisation import Organisation

FORMAT: Final = "casework-access-package/1"


def package_json(package: Package) -> bytes:
    """The whole package but the files' contents, UTF-8, readable."""
    held: dict[str, list[dict[str, Any]]] = {}
    for row in package.rows:
        held.setdefault(row.table, []).append(_row(row))
    whole = {
        "format": FORMAT,
        "request": package.number,
        "made_at": package.made_at,
        "protected_part": package.protected,
        "held": held,
        "seen_by": [_seen(line) for line in package.seen],
        "files": [
            {"file": file.name if file.content is not None else None, "document": file.document}
            for file in package.files
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_plain).encode()


def _row(row: HeldRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "shared": row.shared,
        "fields": {field.key: field.value for field in row.fields if _told(field)},
        "withheld": {field.key: field.withheld for field in row.fields if not _told(field)},
    }


def _told(field: Field) -> bool:
    return field.withheld is None


def _seen(line: SeenLine) -> dict[str, Any]:
    return dict(vars(line))


def _plain(value: object) -> Any:
    """What JSON has no form for: days and moments as ISO text, amounts as text."""
    match value:
        case Organisation():
            return {"code": value.code, "name": value.name, "name_mn": value.name_mn}
        case Somebody():
            return {"organisation": value.organisation, "role": value.role}
        case Enum():
            return value.value
        case date() | datetime():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in a package")
