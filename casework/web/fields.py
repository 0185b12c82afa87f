"""The kinds of answers a form asks for.

Each field keeps what was typed when it cannot be accepted, says why in the page's language, and
never shortens an answer. Fields are required unless made with `required=False`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from babel.support import LazyProxy
from werkzeug.datastructures import FileStorage
from wtforms.fields.core import Field
from wtforms.form import BaseForm

from casework.web.checks import Between, Limit, MayBeEmpty, Required
from casework.web.i18n import (
    _,
    _l,
    format_date,
    format_number,
    labelled,
)
from casework.web.reading import (
    parse_amount,
    parse_date,
    parse_email,
    parse_name,
    parse_phone,
    parse_whole_number,
    tidy,
)
from casework.web.widgets import (
    Checkboxes,
    Confirmation,
    FileInput,
    Radios,
    Select,
    TextArea,
    TextInput,
    Widget,
)

Text = str | LazyProxy
Validator = Callable[[BaseForm, Field], None]
#: Value and name of each answer that may be chosen.
Options = Sequence[tuple[str, str]]


class Answer(Field):
    """One answer in one input: kept as typed, then read by `parse`."""

    widget: Widget = TextInput()
    #: What an empty answer means to the services.
    empty: ClassVar[Any] = None

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Validator] = (),
        *,
        required: bool = True,
        hint: Any = "",
        **options: Any,
    ) -> None:
        presence = Required() if required else MayBeEmpty()
        super().__init__(label, [presence, *validators], description=hint, **options)

    def parse(self, text: str) -> Any:
        """The value of `text`, which is not empty. Raises ValueError with the reason."""
        return text

    def show(self, value: Any) -> str:
        """A stored value as it would have been typed."""
        return str(value)

    def answered(self) -> bool:
        """Whether anything was typed, or stands there already."""
        return self.data not in (None, "", [])

    def process_data(self, value: Any) -> None:
        """Take what the page was made with; nothing is the same as an empty answer."""
        self.data = self.empty if value is None else value

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; a field that was not sent keeps what it had."""
        if valuelist:
            text = tidy(valuelist[0])
            self.data = self.empty
            self.data = self.parse(text) if text else self.empty

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.show(self.data) if self.answered() else ""


class TextField(Answer):
    """One line of text."""

    empty = ""

    def __init__(
        self,
        label: Text | None = None,
        validators: Sequence[Validator] = (),
        *,
        max_length: int = 200,
        **options: Any,
    ) -> None:
        super().__init__(label, [Limit(max_length), *validators], **options)


class LongTextField(TextField):
    """Several lines of text."""

    widget = TextArea()

    def __init__(
        self, label: Text | None = None, *, max_length: int = 4000, **options: Any
    ) -> None:
        super().__init__(label, max_length=max_length, **options)


class PersonNameField(TextField):
    """A part of a name: letters of any script, spaces, hyphens, apostrophes, points."""

    def __init__(self, label: Text | None = None, *, max_length: int = 100, **options: Any) -> None:
        options.setdefault("render_kw", {"autocomplete": "off", "spellcheck": False})
        super().__init__(label, max_length=max_length, **options)

    def parse(self, text: str) -> str:
        """The name with single spaces."""
        return parse_name(text)


class EmailField(TextField):
    """An e-mail address."""

    widget = TextInput("email")

    def parse(self, text: str) -> str:
        """The address in lower case."""
        return parse_email(text)


class PhoneField(TextField):
    """A telephone number, in any country's way of writing."""

    widget = TextInput("tel")

    def __init__(self, label: Text | None = None, *, max_length: int = 40, **options: Any) -> None:
        super().__init__(label, max_length=max_length, **options)

    def parse(self, text: str) -> str:
        """The number as typed."""
        return parse_phone(text)


class PasswordField(Answer):
    """A secret: never shown again, never tidied."""

    widget = TextInput("password")
    empty = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent exactly as it is."""
        if valuelist:
            self.data = valuelist[0]


class DateField(Answer):
    """A day: `2026-11-21` or `21.11.2026`."""

    def __init__(
        self,
        label: Text | None = None,
        *,
        earliest: date | Callable[[], date] | None = None,
        latest: date | Callable[[], date] | None = None,
        hint: Text = "",
        **options: Any,
    ) -> None:
        options.setdefault("render_kw", {"classes": "govuk-input--width-10"})
        hint = hint or _l("For example 2026-11-21 or 21.11.2026")
        super().__init__(label, [Between(earliest, latest)], hint=hint, **options)

    def parse(self, text: str) -> date:
        """The day, year first or day first."""
        return parse_date(text)

    def show(self, value: date) -> str:
        """Year first."""
        return format_date(value)


class MoneyField(Answer):
    """An amount of tögrög, more than nothing unless `least` says otherwise."""

    def __init__(
        self,
        label: Text | None = None,
        *,
        least: Decimal = Decimal("0.01"),
        most: Decimal = Decimal("999999999999"),
        **options: Any,
    ) -> None:
        affix = {
            "suffix": {"text": "₮"},
            "inputmode": "decimal",
            "classes": "govuk-input--width-10",
        }
        options.setdefault("render_kw", affix)
        super().__init__(label, [Between(least, most)], **options)

    def parse(self, text: str) -> Decimal:
        """The amount, however its thousands and decimals are marked."""
        return parse_amount(text)

    def show(self, value: Decimal) -> str:
        """In groups of three."""
        return format_number(value)


class IntegerField(Answer):
    """A whole number."""

    def __init__(
        self, label: Text | None = None, *, least: int = 0, most: int = 10**9, **options: Any
    ) -> None:
        options.setdefault("render_kw", {"inputmode": "numeric", "classes": "govuk-input--width-5"})
        super().__init__(label, [Between(least, most)], **options)

    def parse(self, text: str) -> int:
        """The number, spaces between its digits allowed."""
        return parse_whole_number(text)


class OptionField(Answer):
    """One answer of a list; `options` is asked when the page is made, in its language."""

    widget: Widget = Select()

    def __init__(
        self, label: Text | None = None, *, options: Callable[[], Options] | None = None, **kw: Any
    ) -> None:
        super().__init__(label, **kw)
        self._options = options

    def options(self) -> Options:
        """(value, name) of each answer."""
        return self._options() if self._options else ()

    def chosen(self) -> frozenset[str]:
        """The values now chosen, as the page knows them."""
        return frozenset({self.show(self.data)} if self.answered() else ())

    def parse(self, text: str) -> Any:
        """The answer, if it is on the list."""
        if text not in dict(self.options()):
            raise ValueError(_("Choose one of the answers listed."))
        return text


class ChoiceField(OptionField):
    """One member of an enum, named by its label: radio buttons, or a list when there are many."""

    def __init__(
        self, label: Text | None, codes: Iterable[StrEnum], *, as_list: bool = False, **kw: Any
    ) -> None:
        self.codes = {code.value: code for code in codes}
        super().__init__(label, widget=Select() if as_list else Radios(), **kw)

    def options(self) -> Options:
        """The members offered."""
        return [(value, labelled(code)) for value, code in self.codes.items()]

    def parse(self, text: str) -> StrEnum:
        """The member itself."""
        super().parse(text)
        return self.codes[text]

    def show(self, value: StrEnum) -> str:
        """The stored code."""
        return value.value


class MultiChoiceField(ChoiceField):
    """Any members of an enum, as boxes to tick; the data is a list in the enum's order."""

    empty: ClassVar[Any] = None

    def __init__(self, label: Text | None, codes: Iterable[StrEnum], **kw: Any) -> None:
        super().__init__(label, codes, **kw)
        self.widget = Checkboxes()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read every ticked box; none ticked is an empty list."""
        self.data = []
        ticked = [self.parse(value) for value in valuelist]
        self.data = [code for code in self.codes.values() if code in ticked]

    def chosen(self) -> frozenset[str]:
        """The values ticked."""
        return frozenset(code.value for code in self.data or ())


class MultiOptionField(OptionField):
    """Any answers of a list, as boxes to tick; the data is a list of their values."""

    widget = Checkboxes()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read every ticked box; none ticked is an empty list."""
        self.data = []
        self.data = [self.parse(value) for value in valuelist]

    def chosen(self) -> frozenset[str]:
        """The values ticked."""
        return frozenset(self.data or ())


class YesNoField(OptionField):
    """Yes or no, neither chosen beforehand; the data is True, False or None."""

    widget = Radios()

    def __init__(self, label: Text | None = None, **options: Any) -> None:
        options.setdefault("render_kw", {"classes": "govuk-radios--inline"})
        super().__init__(label, **options)

    def options(self) -> Options:
        """The two answers."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def parse(self, text: str) -> bool:
        """True for yes."""
        return bool(super().parse(text) == "yes")

    def show(self, value: bool) -> str:
        """The answer's value on the page."""
        return "yes" if value else "no"


class ConfirmField(Answer):
    """One box to tick; when required it must be ticked."""

    widget = Confirmation()
    empty = False

    def process_formdata(self, valuelist: list[str]) -> None:
        """Ticked or not."""
        self.data = bool(valuelist)

    def answered(self) -> bool:
        """Whether it is ticked."""
        return bool(self.data)


class FileField(Answer):
    """A file; the data is werkzeug's FileStorage, or None when none was sent."""

    widget = FileInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first file that has a name."""
        files = (sent for sent in valuelist if isinstance(sent, FileStorage) and sent.filename)
        self.data = next(files, None)
