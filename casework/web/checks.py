"""What is asked of every answer before it is accepted."""

from typing import Any, ClassVar

from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from casework.web.i18n import _, ngettext


class Required:
    """The field needs an answer; an answer that cannot be read has its own error already."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: BaseForm, field: Any) -> None:
        """Stop here for an empty answer."""
        if field.process_errors:
            raise StopValidation
        if not field.answered():
            raise StopValidation(_("An answer is needed here."))


class MayBeEmpty:
    """An empty answer is an answer; nothing more is checked then."""

    def __call__(self, form: BaseForm, field: Any) -> None:
        """Stop here for an empty answer."""
        if field.process_errors or not field.answered():
            raise StopValidation


class Limit:
    """The longest text that is kept. It is refused beyond that, never cut."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, form: BaseForm, field: Any) -> None:
        """Refuse a longer text, saying by how much."""
        if len(field.data or "") > self.longest:
            raise ValidationError(
                ngettext(
                    "At most %(limit)s characters fit here; %(n)s is too many.",
                    "At most %(limit)s characters fit here; %(n)s are too many.",
                    len(field.data) - self.longest,
                    limit=self.longest,
                )
            )


class Between:
    """The smallest and largest answer accepted; either may be left out, or be a function."""

    def __init__(self, least: Any = None, most: Any = None) -> None:
        self.least = least
        self.most = most

    def __call__(self, form: BaseForm, field: Any) -> None:
        """Refuse an answer outside, naming the bound."""
        least, most = (bound() if callable(bound) else bound for bound in (self.least, self.most))
        if least is not None and field.data < least:
            raise ValidationError(_("It cannot be less than %(bound)s.", bound=least))
        if most is not None and field.data > most:
            raise ValidationError(_("It cannot be more than %(bound)s.", bound=most))
