"""Fields for the numbers that a person is known by."""

from casework.reference import identifiers, register_number
from casework.web.fields import TextField
from casework.web.i18n import translate


class RegisterNumberField(TextField):
    """A register number, Latin look-alikes mended."""

    def parse(self, text: str) -> str:
        """The number as registered."""
        problem = register_number.problem(text)
        if problem is not None:
            raise ValueError(translate(problem))
        return register_number.normalised(text)


class PassportField(TextField):
    """A passport number in capitals without separators."""

    def parse(self, text: str) -> str:
        """The number as printed."""
        return identifiers.passport_number(text)
