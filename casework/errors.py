"""What can go wrong in the domain, in words that say what to do."""

from casework.messages import Message


class CaseworkError(Exception):
    """Base of every error a person may be shown; `message` is translated where it is shown."""

    def __init__(self, text: str, **values: object) -> None:
        self.message = Message(text, values)
        super().__init__(str(self.message))


class ConfigurationError(CaseworkError):
    """The product must not start: a setting, key or database is missing, wrong or too new."""


class NotFound(CaseworkError):
    """No such record, or one the actor may not know of: both look the same."""

    def __init__(self) -> None:
        super().__init__("not found")


class Refused(CaseworkError):
    """The actor may not do this; shown as not found, recorded as a refusal."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__("refused")


class InvalidInput(CaseworkError):
    """What was typed cannot be accepted; `field` names the input, or is empty for the whole."""

    def __init__(self, text: str, field: str = "", **values: object) -> None:
        self.field = field
        super().__init__(text, **values)


class InvalidTransition(CaseworkError):
    """The record's state does not allow this step; the message says what is missing and who can."""


class StaleRecord(CaseworkError):
    """Someone else saved first; `record` names the row that changed since the form was opened."""


class Conflict(CaseworkError):
    """Another act took what this one needed (the last bed, the last money) a moment before."""


class FieldUnreadable(CaseworkError):
    """A protected field cannot be opened: wrong key, altered bytes, or an erased person."""
