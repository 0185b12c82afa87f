"""Anchors: places outside the database that keep the log's checkpoints.

CASEWORK_ANCHORS names them, separated by spaces:

    file:/media/anchor/casework.log
    syslog:/dev/log                    syslog:udp://logs.example:514
    cosigner:KEY@https://iom.example/  cosigner:KEY@/shared/folder
    timestamp:https://tsa.example      timestamp:https://tsa.example#/etc/tsa-ca.pem

KEY is the second organisation's verifier key.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from audit.notes import Note, VerifierKey
from casework.errors import CaseworkError, ConfigurationError
from casework.messages import N_
from casework.services.log.reasons import reason_of

#: How long an anchor may take to answer.
PATIENCE_SECONDS = 10


class AnchorError(CaseworkError):
    """An anchor did not do what was asked; `reason` is a code of reasons.py."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason_of(reason))
        self.reason = reason


@dataclass(frozen=True)
class Receipt:
    """An anchor has the checkpoint of `size` entries; `content` is what it gave back."""

    size: int
    content: bytes | None = None


@dataclass(frozen=True)
class Taken:
    """A receipt that is kept, with the checkpoint it is for, when the database still has it."""

    size: int
    content: bytes | None
    note: Note | None


@dataclass(frozen=True)
class Log:
    """What an anchor may ask of the log: its key, and the consistency proof between two sizes."""

    key: VerifierKey
    prove: Callable[[int, int], list[bytes]]


class Anchor(Protocol):
    """One place outside. Every method may raise AnchorError."""

    label: str

    def newest(self, held: Note | None) -> Note | None:
        """The newest checkpoint that is there; `held` is the last one known to have been taken.

        A place that cannot be read answers with `held`.
        """

    def take(self, pending: Sequence[Note], held: Note | None, log: Log) -> Receipt | None:
        """Keep the last of `pending`, oldest first, all newer than what is there.

        None when the place needs time; a receipt may be for an earlier checkpoint.
        """

    def evidence(self, taken: Sequence[Taken]) -> Sequence[Note]:
        """Checkpoints to hold the log against; AnchorError when what was taken is not sound."""


def make_anchors(specifications: Iterable[str]) -> list[Anchor]:
    """The anchors that the settings name; ConfigurationError when one cannot be read."""
    return [_make(text) for text in specifications]


def _make(specification: str) -> Anchor:
    from casework.services.log.cosigner import FolderCosigner, HttpCosigner, read_cosigner
    from casework.services.log.file_anchor import FileAnchor
    from casework.services.log.syslog_anchor import SyslogAnchor
    from casework.services.log.timestamps import TimestampAnchor

    kind, _, rest = specification.partition(":")
    try:
        match kind:
            case "file":
                return FileAnchor(rest)
            case "syslog":
                return SyslogAnchor(rest)
            case "timestamp":
                return TimestampAnchor(rest)
            case "cosigner":
                key, place = read_cosigner(rest)
                return (HttpCosigner if place.startswith("http") else FolderCosigner)(key, place)
            case _:
                raise ValueError("no such kind")
    except ValueError:
        raise ConfigurationError(
            N_("CASEWORK_ANCHORS cannot be read at “%(value)s”: see docs/audit.md."),
            value=specification,
        ) from None
