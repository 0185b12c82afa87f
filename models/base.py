"""What every row has: a UUID made with the object, a version, naming of constraints, cells."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, ClassVar, Generic, Never, TypeVar, get_args, get_origin, overload
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    ForeignKey,
    LargeBinary,
    MetaData,
    Text,
    inspect,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from casework.crypto.cells import CellPlace, CellValue
from casework.crypto.keyring import Keyring
from casework.errors import CaseworkError, FieldUnreadable
from casework.messages import ERASED
from casework.vocabulary import KeyDomain

V = TypeVar("V")
C = TypeVar("C", bound=StrEnum)
PENDING = b"\x00"
READS = "cells read"
ERASED_SUBJECTS = "erased subjects"
KEYS_AT_ONCE = 1_000
KEYRING = "keyring"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with time zone; stored in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the database stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the database stored, as the product reads it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """Money with two decimals, stored as a whole number of hundredths so that sums are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """What the database stores."""
        if value is None:
            return None
        hundredths = value * 100
        if hundredths != hundredths.to_integral_value():
            raise ValueError("an amount has at most two decimals")
        return int(hundredths)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """What the database stored, as the product reads it."""
        return None if value is None else Decimal(value).scaleb(-2)


class Codes(TypeDecorator[Any]):
    """Codes and numbers as canonical JSON text; never anything personal."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """What the database stores."""
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """What the database stored, as the product reads it."""
        return None if value is None else json.loads(value)


class CellBytes(TypeDecorator[bytes]):
    """A sealed cell; refuses to store anything else."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """What the database stores."""
        if value is not None and value[:1] != b"\x01":
            raise CellNotSealedError
        return value


class CellNotSealedError(CaseworkError):
    """A personal field would have been written in clear."""

    def __init__(self) -> None:
        super().__init__("a personal field was not sealed before it was written")


class _Unqueryable:
    """Stands for a cell in a query and refuses every use: encrypted values compare with nothing."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError(f"{self._name} is encrypted: it cannot be queried; use a search token")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __clause_element__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Callable[..., Never]:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._refuse


class Cell(Generic[V]):
    """A personal field of a row, encrypted in the column of the same name.

    `name` is the cell's released name: never renamed, whatever happens to table and attribute.
    Values are str, date, int, bool, list, dict or None; a query on the attribute raises TypeError.
    Once its subject was erased the attribute gives `erased`, and nothing counts as read.
    """

    def __init__(self, name: str, domain: KeyDomain = KeyDomain.IDENTITY) -> None:
        self.name = name
        self.domain = domain
        self.column = ""
        self.never_null = domain is KeyDomain.TRAFFICKING

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.attribute = attribute
        self.column = f"{attribute}_cell"

    @overload
    def __get__(self, row: None, owner: type) -> "Cell[V]": ...
    @overload
    def __get__(self, row: "Base", owner: type) -> V: ...
    def __get__(self, row: "Base | None", owner: type) -> Any:
        if row is None:
            return _Unqueryable(f"{owner.__name__}.{self.attribute}")
        pending = row.__dict__.get("_pending", {})
        if self.attribute in pending:
            return pending[self.attribute]
        raw = getattr(row, self.column)
        if raw is None:
            return None
        if row.key_subject_id in _info(row).get(ERASED_SUBJECTS, ()):
            return self.erased
        try:
            value = self.unseal(row)
        except FieldUnreadable:
            if is_erased(row):
                return self.erased
            raise
        read = (self.name, self.domain, row.key_subject_id)
        _info(row).setdefault(READS, set()).add(read)
        return value

    def __set__(self, row: "Base", value: V) -> None:
        row.__dict__.setdefault("_pending", {})[self.attribute] = value
        setattr(row, self.column, PENDING)

    @property
    def erased(self) -> Any:
        """What stands for a value that can never be read again: None where the cell may be empty
        or is a day, an empty list or mapping, False, 0, else the word ERASED.
        """
        return ERASED if self.emptied == "" else self.emptied

    @property
    def emptied(self) -> Any:
        """What an empty cell of this kind holds: None where it may, else "", [], {}, False or 0.

        A day that must be there has no empty value: None too.
        """
        if NoneType in self._kinds:
            return None
        (kind,) = self._kinds
        if kind in (list, dict, bool, int):
            return kind()
        return "" if issubclass(kind, str) else None

    @property
    def holds_text(self) -> bool:
        """Whether people write in it: text, a list or a mapping; no code, day or number."""
        return any(kind in (str, list, dict) for kind in self._kinds)

    @property
    def _kinds(self) -> list[Any]:
        """The types it is declared with: `Cell[str | None]` gives str and NoneType."""
        (declared,) = get_args(self.__orig_class__)  # type: ignore[attr-defined]
        kinds = get_args(declared) if get_origin(declared) is UnionType else [declared]
        return [get_origin(kind) or kind for kind in kinds]

    def place(self, row: "Base") -> CellPlace:
        """The cell's place: its name, the row and the subject whose key protects it."""
        return CellPlace(self.name, row.id, row.key_subject_id)

    def unseal(self, row: "Base") -> CellValue:
        """The stored value, without counting it as read; keys of a whole page load in one query."""
        info = _info(row)
        keyring: Keyring = info[KEYRING]
        place = self.place(row)
        if not keyring.holds(place.subject_id):
            keyring.load(_subjects_to_load(row, keyring))
        return keyring.unseal(place, getattr(row, self.column))

    def seal_pending(self, row: "Base", keyring: Keyring) -> None:
        """Encrypt what was assigned since the last flush; an unchanged value keeps its cell."""
        pending = row.__dict__.get("_pending", {})
        if self.attribute not in pending:
            if self.never_null and getattr(row, self.column, None) is None:
                setattr(row, self.column, keyring.seal(self.domain, self.place(row), None))
            return
        value = pending.pop(self.attribute)
        if value is None and not self.never_null:
            setattr(row, self.column, None)
        else:
            setattr(row, self.column, keyring.seal(self.domain, self.place(row), value))


def _info(row: "Base") -> dict[Any, Any]:
    session = inspect(row).session
    if session is None:
        raise RuntimeError(f"{type(row).__name__} is in no session: its cells cannot be opened")
    return session.info


def is_erased(row: "Base") -> bool:
    """Whether the row's subject was erased; asks once for all rows of the session."""
    session = inspect(row).session
    if session is None:
        return False
    known: set[UUID] = session.info.setdefault(ERASED_SUBJECTS, set())
    if row.key_subject_id not in known:
        erased = Base.metadata.tables["erased_subject"]
        wanted = _subjects_to_load(row, session.info[KEYRING])
        with session.no_autoflush:
            statement = select(erased.c.subject_id).where(erased.c.subject_id.in_(wanted))
            known.update(session.scalars(statement))
    return row.key_subject_id in known


def code_of(codes: type[C], stored: str) -> C:
    """A code that was read from a cell, which gives plain text; an erased one stays ERASED."""
    return stored if stored is ERASED else codes(stored)  # type: ignore[return-value]


def _subjects_to_load(row: "Base", keyring: Keyring) -> set[UUID]:
    """Subjects of up to 1,000 rows of the session without a key at hand: one query for a list."""
    session = inspect(row).session
    found = {row.key_subject_id}
    for other in session.identity_map.values() if session else ():
        if isinstance(other, Base) and other.cells and other.key_subject_id is not None:
            if not keyring.holds(other.key_subject_id):
                found.add(other.key_subject_id)
            if len(found) >= KEYS_AT_ONCE:
                break
    return found


class Base(DeclarativeBase):
    """Every stored row. Cells declared on a class become `<name>_cell` columns named `<name>`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        Decimal: Amount,
        list[str]: Codes,
        dict[str, Any]: Codes,
        StrEnum: Enum(
            StrEnum, native_enum=False, length=32, values_callable=lambda codes: [*codes]
        ),
    }
    cells: ClassVar[dict[str, Cell[Any]]] = {}
    audited: ClassVar[bool] = True
    """Whether every change of a row must stand in an audit entry of the same transaction."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)

    def __init_subclass__(cls, **options: Any) -> None:
        cls.cells = {name: c for name, c in vars(cls).items() if isinstance(c, Cell)}
        for name, cell in cls.cells.items():
            column = mapped_column(name, CellBytes, nullable=not cell.never_null)
            setattr(cls, cell.column, column)
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:
        self.id = values.pop("id", None) or uuid7()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)

    @property
    def key_subject_id(self) -> UUID:
        """The subject whose key protects this row's cells."""
        subject_id: UUID = self.subject_id  # type: ignore[attr-defined]
        return subject_id


class Record(Base):
    """A row whose saves are counted: saving over a newer version raises StaleDataError."""

    __abstract__ = True
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


def belongs_to(table: str, **options: Any) -> Mapped[Any]:
    """An indexed foreign key to `table`, checked at commit: rows may be written in any order."""
    target = ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")
    return mapped_column(target, index=True, **options)
