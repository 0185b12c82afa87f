"""Looking at a file before it is kept: what it is, that it is harmless, and what it hides."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from audit.record import Act
from casework.messages import N_
from casework.policy import Permission
from casework.rules.file_refusal import RefusedFile
from casework.rules.file_types import FileType, recognise
from casework.services.documents.images import redrawn
from casework.services.documents.scanning import scan
from casework.services.work import Work
from casework.vocabulary import Outcome, Purpose

_LONGEST_NAME: Final = 150
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
_FOLDERS = re.compile(r"[/\\]")

EMPTY = N_("The file is empty. Choose it again.")
TOO_LARGE = N_("A document may have %(megabytes)s MB at most. Send a smaller file, or parts of it.")
NO_NAME = N_(
    "The name of the file needs an ending such as .pdf or .jpg. Rename it and send it again."
)


@dataclass(frozen=True, repr=False)
class AcceptedFile:
    """A file that may be kept; a picture is already drawn anew."""

    content: bytes
    name: str
    type: FileType


def accept(work: Work, content: bytes, name: str) -> AcceptedFile:
    """`content` as it may be kept; RefusedFile, noted in the log, when it may not.

    Ends the unit's transaction first: nothing waits while the file is looked at.
    """
    work.end()
    try:
        return _accepted(work, content, name)
    except RefusedFile as refused:
        _note_refusal(work, refused.reason)
        raise


def _accepted(work: Work, content: bytes, name: str) -> AcceptedFile:
    settings = work.database.settings
    if not content:
        raise RefusedFile(EMPTY, "empty")
    if len(content) > settings.upload_limit:
        raise RefusedFile(TOO_LARGE, "size", megabytes=settings.upload_limit // 2**20)
    tidied = tidy_name(name)
    found = recognise(content, tidied)
    scan(content, settings.clamav)
    kept = redrawn(content, found) if found.image else content
    return AcceptedFile(kept, tidied, found)


def tidy_name(name: str) -> str:
    """The file's own name without folders, without signs nobody sees, its ending kept."""
    last = _FOLDERS.split(unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _INVISIBLE)
    stem, point, ending = " ".join(seen.split()).strip(". ").rpartition(".")
    if not (stem.strip() and ending):
        raise RefusedFile(NO_NAME, "name")
    return f"{stem[:_LONGEST_NAME].strip()}{point}{ending[:10]}"


def _note_refusal(work: Work, reason: str) -> None:
    with work.database.writing(work.actor) as log:
        log.request = work.request
        log.record(
            Act(
                "document.refused",
                Purpose.CASE_MANAGEMENT,
                permission=Permission.DOCUMENT_UPLOAD,
                outcome=Outcome.REFUSED,
                facts={"reason": reason},
            )
        )
