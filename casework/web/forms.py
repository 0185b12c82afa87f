"""The base of every form: hidden keys, the error summary, errors that services report."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Form
from wtforms.fields import FieldList, FormField, HiddenField
from wtforms.fields.core import Field
from wtforms.meta import DefaultMeta
from wtforms.widgets import HiddenInput

from casework.errors import CaseworkError, InvalidInput
from casework.web.i18n import _, gettext, ngettext, translate
from casework.web.reading import sent_number


class PageTranslations:
    """WTForms' own sentences, in the language of the page."""

    def gettext(self, text: str) -> str:
        """One sentence."""
        return gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The form for the count `n`."""
        return ngettext(singular, plural, n)


class VersionField(HiddenField):
    """The record's version when the page was made; anything but a number means none."""

    data: int | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        self.data = sent_number(valuelist[0]) if valuelist else None


class Summarised:
    """What every form can say about its errors."""

    def error_list(self: Any) -> list[dict[str, str]]:
        """Each error with a link to its field, as GOV.UK's error summary wants them."""
        whole = [{"text": str(error)} for error in self.form_errors]
        return [*whole, *_field_errors(self)]

    def refuse(self: Any, error: CaseworkError) -> None:
        """Show what a service found wrong beside the field it names, or above the form."""
        sentence = translate(error.message)
        name = error.field if isinstance(error, InvalidInput) else ""
        if name in self:
            self[name].errors = [*self[name].errors, sentence]
        else:
            self.form_errors.append(sentence)

    def visible_fields(self: Any) -> list[Field]:
        """The fields a person fills in, in order."""
        return [field for field in self if not isinstance(field.widget, HiddenInput)]


class SectionForm(Summarised, Form):
    """A part of a form (`FormField`, `FieldList`) that brings no keys of its own."""

    class Meta(DefaultMeta):
        """WTForms' settings."""

        def get_translations(self, form: Any) -> PageTranslations:
            """Speak the page's language."""
            return PageTranslations()


class FilterForm(SectionForm):
    """A form that only asks: made from `request.args`, sent with GET, changes nothing."""


class CaseworkForm(Summarised, FlaskForm):  # type: ignore[misc]
    """The base of every form that changes something.

    `idempotency_key` is the same for every sending of one page, so that a double click makes one
    record; `version` is the record's version when the page was made (None for a new record).
    """

    idempotency_key = HiddenField(default=lambda: uuid4().hex)
    version = VersionField()

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Flask-WTF's settings."""

        def get_translations(self, form: Any) -> PageTranslations:
            """Speak the page's language."""
            return PageTranslations()

    def hidden_tag(self, *fields: str) -> Markup:
        """The hidden inputs, without ids: a page may hold several forms."""
        hidden = (field for field in self if isinstance(field.widget, HiddenInput))
        line = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("\n").join(line.format(field.name, field._value()) for field in hidden)


def _field_errors(fields: Iterable[Field]) -> Iterator[dict[str, str]]:
    for field in fields:
        if isinstance(field, FieldList):
            yield from _field_errors(field.entries)
        elif isinstance(field, FormField):
            yield from _field_errors(field.form)
        else:
            yield from (_linked_error(field, str(error)) for error in field.errors)


def _linked_error(field: Field, error: str) -> dict[str, str]:
    if isinstance(field.widget, HiddenInput):
        return {"text": _("This page was open too long. Open it again before you send it.")}
    text = _("%(label)s: %(error)s", label=str(field.label.text), error=error)
    return {"text": text, "href": f"#{field.id}"}
