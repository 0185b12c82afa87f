"""One row of a mission's file being read: the person in it, and what has to be mended."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from casework.errors import InvalidInput
from casework.messages import N_, Message
from casework.reference import identifiers, register_number
from casework.reference.dates import parsed_date
from casework.rules import household_cells as cells
from casework.rules.household_records import COLUMNS, ImportedPerson, Reject
from casework.rules.household_table import SourceRow
from casework.rules.spreadsheet import as_typed
from casework.vocabulary import Need, Relation, Sex

_Value = TypeVar("_Value")

_NAME: Final = 100
_NUMBER: Final = 30
_EMAIL: Final = 254
_CONTACT: Final = 500
_FORMULA_SIGN: Final = "="

MISSING = N_("This cell must be filled in.")
FORMULA = N_("The cell holds a formula. Write the value itself, without an equals sign.")
TOO_MANY_CELLS = N_("The row has more cells than columns. Put text with commas in quotation marks.")
PREGNANT_MAN = N_("Pregnancy is noted for a man. Check both; nothing is blocked.")

IN_MONGOLIAN = N_("Kazakh is not available yet; messages will be in Mongolian.")


class RowReader:
    """A row by column; every problem met while reading is noted, not only the first."""

    def __init__(self, columns: tuple[str, ...], source: SourceRow) -> None:
        self.number = source.number
        self.problems: list[tuple[str, Message]] = []
        texts = [as_typed(cell) for cell in source.cells[: len(columns)]]
        self._texts = dict(zip(columns, texts, strict=False))
        self._shown = tuple(
            cells.without_protection(column, self.text(column)) for column in columns
        )
        if any(source.cells[len(columns) :]):
            self.note("", Message(TOO_MANY_CELLS))
        for column in COLUMNS:
            if self.text(column).startswith(_FORMULA_SIGN):
                self.note(column, Message(FORMULA))

    def text(self, column: str) -> str:
        """Return the cell as it stands, without the apostrophe that neutralised a formula."""
        return self._texts.get(column, "")

    def note(self, column: str, problem: Message) -> None:
        """Note what has to be mended in `column`; empty for the row as a whole."""
        self.problems.append((column, problem))

    def optional(self, column: str, reader: Callable[[str], _Value], otherwise: _Value) -> _Value:
        """Return what `reader` makes of the cell; `otherwise` when empty or to be mended."""
        text = self.text(column)
        if not text or text.startswith(_FORMULA_SIGN):
            return otherwise
        try:
            return reader(text)
        except InvalidInput as problem:
            self.note(column, problem.message)
            return otherwise

    def required(self, column: str, reader: Callable[[str], _Value], otherwise: _Value) -> _Value:
        """Return the same as `optional`; an empty cell is noted."""
        if not self.text(column):
            self.note(column, Message(MISSING))
        return self.optional(column, reader, otherwise)

    def rejects(self) -> list[Reject]:
        """Return one reject for each problem noted."""
        return [
            Reject(self.number, column, problem, self._shown) for column, problem in self.problems
        ]

    def person(self, today: date) -> ImportedPerson:
        """Return the person of this row; of no use when a problem is noted."""
        name, number = cells.text(_NAME), cells.text(_NUMBER)
        needs = self.optional("needs", cells.needs, frozenset[Need]())
        register = self.optional("register_number", cells.registered, "")
        born = self.required("birth_date", cells.birth_date(today), today)
        sex = self.required("sex", cells.sex, Sex.OTHER)
        weeks = self.optional("pregnancy_weeks", cells.or_none(cells.pregnancy_weeks(today)), None)
        return ImportedPerson(
            relation=self.required("relation", cells.relation, Relation.NOT_RELATED),
            ovog=self.optional("ovog", name, ""),
            patronymic=self.optional("patronymic", name, ""),
            given_name=self.required("given_name", name, ""),
            latin_name=self.optional("latin_name", name, ""),
            sex=sex,
            birth_date=born,
            register_number=register,
            passport_number=identifiers.passport_number(
                self.optional("passport_number", number, "")
            ),
            phone=identifiers.phone_number(self.optional("phone", number, "")),
            email=identifiers.email_address(self.optional("email", cells.text(_EMAIL), "")),
            needs=needs - {Need.PROTECTION},
            protection=Need.PROTECTION in needs,
            pregnancy_weeks=weeks,
            visa_expires_on=self.optional("visa_expires_on", cells.or_none(parsed_date), None),
            language=self.optional("language", cells.or_none(cells.language), None),
            document_status=self.optional(
                "document_status", cells.or_none(cells.document_status), None
            ),
            safe_contact=self.optional("safe_contact", cells.text(_CONTACT), ""),
            warnings=(
                *register_number.warnings(register, born, sex),
                *self._warnings(sex, Need.PREGNANT in needs or weeks is not None),
            ),
            row=self.number,
            cells=self._shown,
        )

    def _warnings(self, sex: Sex, pregnant: bool) -> list[Message]:
        checks = (
            ("passport_number", identifiers.passport_warning),
            ("phone", identifiers.phone_problem),
            ("email", identifiers.email_problem),
        )
        found = [check(self.text(column)) for column, check in checks if self.text(column)]
        if pregnant and sex == Sex.MALE:
            found.append(Message(PREGNANT_MAN))
        if cells.is_kazakh(self.text("language")):
            found.append(Message(IN_MONGOLIAN))
        return [warning for warning in found if warning]
