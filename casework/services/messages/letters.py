"""A message on its way out, and how a gateway says that it did not take it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from casework.errors import CaseworkError
from casework.vocabulary import WriteBy


@dataclass(frozen=True, repr=False)
class Letter:
    """One message ready to go; `id` is the same however often it is tried."""

    id: UUID
    way: WriteBy
    address: str
    subject: str
    text: str


def told(letter: Letter) -> dict[str, str]:
    """What a gateway is told of a message (docs/messages.md)."""
    return {
        "id": str(letter.id),
        "way": letter.way.value,
        "to": letter.address,
        "subject": letter.subject,
        "text": letter.text,
    }


class RefusedError(CaseworkError):
    """The address can never be reached this way; trying again is of no use."""

    def __init__(self) -> None:
        super().__init__("the address was refused")


class UnreachableError(CaseworkError):
    """Nobody took the message for now; it was not sent and may be tried again."""

    def __init__(self) -> None:
        super().__init__("no gateway took the message")


class Gateway(Protocol):
    """Takes messages by one way or several. What it raises never quotes an address."""

    def send(self, letter: Letter) -> None:
        """Hand over one message; RefusedError or UnreachableError when it was not taken."""

    def close(self) -> None:
        """Give back what was opened."""
