"""The files of a season beside its requests: movements, facilities and rooms, read and checked.

docs/season.md describes the columns. Every fault is named with its file, line and column, so that
all of them can be mended at once.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from casework.errors import InvalidInput
from casework.messages import N_, Message
from casework.reference.countries import country_code
from casework.rules.household_table import SourceRow, read_table
from casework.vocabulary import MovementKind, Payer, RoomKind

Value = TypeVar("Value")
Line = TypeVar("Line")

MOVEMENT_COLUMNS: Final = (
    "reference", "kind", "seats", "origin_countries", "origin_city", "point_of_entry",
    "departs_on", "arrives_on", "quarantine_nights", "reserved_percent", "payer",
)  # fmt: skip
FACILITY_COLUMNS: Final = ("code", "name", "name_mn", "aimag", "turnover_days")
ROOM_COLUMNS: Final = ("facility", "number", "floor", "kind", "beds")
_OPTIONAL: Final = {"name_mn", "aimag", "turnover_days", "floor", "payer", "reserved_percent"}
_REFERENCE: Final = 32
_CODE: Final = 16
_TEXT: Final = 100

_NO_COLUMN = N_("This column is missing.")
_EMPTY = N_("Fill it in.")
_TOO_LONG = N_("At most %(most)s characters.")
_NUMBER = N_("Write a whole number from %(least)s to %(most)s.")
_DATE = N_("Write a day as 2020-11-21.")
_ONE_OF = N_("Write one of: %(codes)s.")
_COUNTRY = N_("“%(code)s” is not a country. Write ISO codes with | between them.")
_TWICE = N_("It stands in line %(line)s already.")
_BACKWARDS = N_("It cannot arrive before it departs.")
_NO_FACILITY = N_("There is no such facility in facilities.csv.")


@dataclass(frozen=True)
class MovementLine:
    """A planned movement; `origin_countries` are ISO alpha-2."""

    reference: str
    kind: MovementKind
    seats: int
    origin_countries: tuple[str, ...]
    origin_city: str
    point_of_entry: str
    departs_on: date
    arrives_on: date
    quarantine_nights: int
    reserved_percent: int | None
    payer: Payer


@dataclass(frozen=True)
class FacilityLine:
    """A quarantine facility, known by its code."""

    code: str
    name: str
    name_mn: str
    aimag: str
    turnover_days: int


@dataclass(frozen=True)
class RoomLine:
    """A room of the facility whose code is `facility`."""

    facility: str
    number: str
    floor: int
    kind: RoomKind
    beds: int


@dataclass(frozen=True)
class Fault:
    """One thing to mend; `line` counts from 1, the header."""

    file: str
    line: int
    column: str
    reason: Message

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.column}: {self.reason}"


@dataclass
class SeasonFiles:
    """The three files, with everything in them that has to be mended."""

    movements: list[MovementLine] = field(default_factory=list)
    facilities: list[FacilityLine] = field(default_factory=list)
    rooms: list[RoomLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_season_files(movements: bytes, facilities: bytes, rooms: bytes) -> SeasonFiles:
    """Read the three files; raises InvalidInput when one is no table at all."""
    found = SeasonFiles()
    reader = _Reader("movements.csv", movements, MOVEMENT_COLUMNS, found.faults)
    found.movements = list(reader.lines(_movement, lambda line: line.reference))
    reader = _Reader("facilities.csv", facilities, FACILITY_COLUMNS, found.faults)
    found.facilities = list(reader.lines(_facility, lambda line: line.code))
    known = {facility.code for facility in found.facilities}
    reader = _Reader("rooms.csv", rooms, ROOM_COLUMNS, found.faults)
    for room in reader.lines(_room, lambda line: (line.facility, line.number)):
        found.rooms.append(room)
        if room.facility not in known:
            reader.fault("facility", _NO_FACILITY)
    return found


class _Reader:
    """One file, line by line; what cannot be read is noted and the line left out."""

    def __init__(
        self, file: str, content: bytes, columns: Sequence[str], faults: list[Fault]
    ) -> None:
        self._file, self._faults = file, faults
        self._rows: tuple[SourceRow, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._row = SourceRow(1, ())
        try:
            table = read_table(io.BytesIO(content))
        except InvalidInput as error:
            self.fault(columns[0], error.message.text, **error.message.values)
            return
        self._columns = table.columns
        missing = [name for name in columns if name not in _OPTIONAL | {*table.columns}]
        for name in missing:
            self.fault(name, _NO_COLUMN)
        self._rows = () if missing else table.rows

    def lines(
        self, read: Callable[["_Reader"], Line], key: Callable[[Line], object]
    ) -> Iterator[Line]:
        seen: dict[object, int] = {}
        for row in self._rows:
            self._row = row
            before = len(self._faults)
            line = read(self)
            if len(self._faults) > before:
                continue
            first = seen.setdefault(key(line), row.number)
            if first != row.number:
                self.fault(self._columns[0], _TWICE, line=first)
            yield line

    def fault(self, column: str, text: str, **values: object) -> None:
        self._faults.append(Fault(self._file, self._row.number, column, Message(text, values)))

    def text(self, column: str, most: int, default: str | None = None) -> str:
        place = self._columns.index(column) if column in self._columns else -1
        cell = self._row.cells[place] if 0 <= place < len(self._row.cells) else ""
        if not cell and default is None:
            self.fault(column, _EMPTY)
        if len(cell) > most:
            self.fault(column, _TOO_LONG, most=most)
        return cell or default or ""

    def number(self, column: str, least: int, most: int, default: int | None = None) -> int:
        cell = self.text(column, _TEXT, None if default is None else str(default))
        if cell.isascii() and cell.isdigit() and least <= int(cell[:9]) <= most:
            return int(cell)
        if cell:
            self.fault(column, _NUMBER, least=least, most=most)
        return least

    def day(self, column: str) -> date:
        cell = self.text(column, _TEXT)
        try:
            return date.fromisoformat(cell)
        except ValueError:
            if cell:
                self.fault(column, _DATE)
            return date.min

    def code(self, column: str, codes: type[Value], default: str | None = None) -> Value:
        cell = self.text(column, _TEXT, default)
        members = {member.value: member for member in codes}  # type: ignore[attr-defined]
        if cell and cell not in members:
            self.fault(column, _ONE_OF, codes=", ".join(members))
        chosen: Value = members.get(cell, next(iter(members.values())))
        return chosen

    def countries(self, column: str) -> tuple[str, ...]:
        found = []
        for part in self.text(column, 1_000).replace(";", "|").split("|"):
            code = country_code(part.strip())
            if code is None and part.strip():
                self.fault(column, _COUNTRY, code=part.strip())
            found.append(code or "")
        return tuple(sorted({code for code in found if code}))

    def check(self, good: bool, column: str, text: str) -> None:
        if not good:
            self.fault(column, text)


def _movement(row: _Reader) -> MovementLine:
    departs, arrives = row.day("departs_on"), row.day("arrives_on")
    row.check(arrives >= departs or arrives == date.min, "arrives_on", _BACKWARDS)
    percent = row.text("reserved_percent", _TEXT, "")
    return MovementLine(
        row.text("reference", _REFERENCE),
        row.code("kind", MovementKind),
        row.number("seats", 1, 1_000),
        row.countries("origin_countries"),
        row.text("origin_city", _TEXT),
        row.text("point_of_entry", _TEXT),
        departs,
        arrives,
        row.number("quarantine_nights", 0, 60),
        row.number("reserved_percent", 0, 100) if percent else None,
        row.code("payer", Payer, Payer.GOVERNMENT.value),
    )


def _facility(row: _Reader) -> FacilityLine:
    name = row.text("name", _TEXT)
    return FacilityLine(
        row.text("code", _CODE),
        name,
        row.text("name_mn", _TEXT, name),
        row.text("aimag", 8, ""),
        row.number("turnover_days", 0, 14, 1),
    )


def _room(row: _Reader) -> RoomLine:
    return RoomLine(
        row.text("facility", _CODE),
        row.text("number", _CODE),
        row.number("floor", 0, 99, 1),
        row.code("kind", RoomKind),
        row.number("beds", 1, 12),
    )
