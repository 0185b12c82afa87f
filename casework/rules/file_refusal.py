"""A file that is not taken, and why."""

from casework.errors import InvalidInput


class RefusedFile(InvalidInput):
    """What was sent is not kept; the log keeps `reason`, a code."""

    def __init__(self, text: str, reason: str, **values: object) -> None:
        self.reason = reason
        super().__init__(text, "file", **values)
