"""An entry of the log in the reader's words: its fields, its facts and where they stand."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from casework import vocabulary
from casework.labels import label
from casework.labels_log import CELL_LABELS, FACT_LABELS, TABLE_LABELS
from casework.messages import N_
from casework.services.protection.log_entry import EntryInFull
from casework.vocabulary import DataCategory, EntryChannel, RowOp, SubjectKind
from casework.web.i18n import _, format_datetime, gettext, labelled, shown
from models.user import User

SHORT = 12
_OPS = {RowOp.INSERT: N_("Added"), RowOp.UPDATE: N_("Changed"), RowOp.DELETE: N_("Deleted")}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})")


def cell_name(name: str) -> str:
    """What a personal field is called; its released name when it has no other."""
    return gettext(CELL_LABELS[name]) if name in CELL_LABELS else name


def table_name(name: str) -> str:
    """What a kind of record is called."""
    return gettext(TABLE_LABELS[name]) if name in TABLE_LABELS else name


def fact_name(key: str) -> str:
    """What a fact is called."""
    return gettext(FACT_LABELS[key]) if key in FACT_LABELS else key


def op_name(op: str) -> str:
    """What happened to a record."""
    return gettext(_OPS[RowOp(op)])


def channel_name(channel: str) -> str:
    """How an act reached the product."""
    return labelled(EntryChannel(channel))


def subject_name(kind: SubjectKind) -> str:
    """Whose keys these are: a person, a household, a case, a user, an organisation."""
    return table_name(kind.value)


def fact_value(entry: EntryInFull, key: str, value: Any) -> str:
    """A fact as people read it: codes by name, ids by whom they name, yes and no."""
    if value is None or value in ("", []):
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return Markup(", ").join(fact_value(entry, key, one) for one in value)
    return _text(entry, key, value) if isinstance(value, str) else shown(value)


def _text(entry: EntryInFull, key: str, value: str) -> str:
    named = entry.names.get(value)
    if named is not None:
        return named.name if isinstance(named, User) else shown(named)
    if _MOMENT.fullmatch(value):
        return format_datetime(datetime.fromisoformat(value))
    if key == "categories" and value in set(DataCategory):
        return labelled(DataCategory(value))  # its codes are those of other vocabularies too
    return _NAMED_BY.get(key, _code_name)(value)


def _code_name(value: str) -> str:
    """The name of a code when all vocabularies that have it agree; else the code itself."""
    names = {labelled(code) for code in _CODES.get(value, ())}
    return names.pop() if len(names) == 1 else as_code(value)


def as_code(text: str | None) -> str:
    """What only the machine says: a number, an address, a permission."""
    return Markup("<code>{}</code>").format(text) if text else "—"


def _codes() -> dict[str, list[StrEnum]]:
    found: dict[str, list[StrEnum]] = {}
    for kind in vars(vocabulary).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            for code in filter(_has_name, kind):
                found.setdefault(code.value, []).append(code)
    return found


def _has_name(code: StrEnum) -> bool:
    try:
        return bool(label(code))
    except KeyError:
        return False


_CODES = _codes()
#: Facts whose values are names of their own.
_NAMED_BY = {"table": table_name, "filters": fact_name, "fields": fact_name}


def short(text: str | None) -> str:
    """The first signs of a long hexadecimal number."""
    return as_code(f"{text[:SHORT]}…" if text and len(text) > SHORT else text)
