"""Questions that ask where: a country, an aimag, a soum."""

from typing import Any

from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from casework.reference.places import aimags, soums
from casework.web.fields import OptionField, Options, Text
from casework.web.i18n import _, country_options, current_language
from casework.web.widgets import GroupedSelect, Widget


class CountryField(OptionField):
    """A country by its ISO alpha-2 code."""

    def options(self) -> Options:
        """Every country, in the page's alphabet."""
        return country_options()


class AimagField(OptionField):
    """An aimag, or Ulaanbaatar, by its P-code."""

    def options(self) -> Options:
        """The aimags in the page's language, Ulaanbaatar first."""
        return [(aimag.code, aimag.name(current_language())) for aimag in aimags()]


class SoumField(OptionField):
    """A soum or district by its P-code, under its aimag.

    `follows` names the form's `AimagField`: a soum elsewhere is refused, and where the browser
    can, only the soums of that aimag are listed.
    """

    widget: Widget = GroupedSelect()

    def __init__(self, label: Text | None = None, *, follows: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.follows = follows

    def groups(self) -> list[tuple[str, str, Options]]:
        """(aimag's code, its name, its soums) for every aimag."""
        language = current_language()
        return [
            (
                aimag.code,
                aimag.name(language),
                [(s.code, s.name(language)) for s in soums(aimag.code)],
            )
            for aimag in aimags()
        ]

    def options(self) -> Options:
        """Every soum."""
        return [soum for _code, _name, inside in self.groups() for soum in inside]

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse a soum of another aimag."""
        aimag = form[self.follows].data
        if aimag and self.data and self.data not in {soum.code for soum in soums(aimag)}:
            raise ValidationError(_("This soum is not in the aimag chosen above."))
