"""What a person is written: that there is news, and where to read it; nothing else, ever.

Whoever holds the telephone or reads the mailbox may be another than the person.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from casework.vocabulary import Language, MessageKind

_DATA: Final = Path(__file__).with_name("data") / "message_texts.json"


@dataclass(frozen=True)
class Words:
    """Subject line (only e-mail has one) and text, in one language."""

    subject: str
    text: str


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))["texts"]
    return texts


def words(kind: MessageKind, language: Language, reference: str, address: str) -> Words:
    """What is written about the request of this reference; `address` is the status page's.

    Every kind but the question whether data are still right reads the same.
    """
    texts = _texts().get(kind.value, _texts()[MessageKind.NEWS.value])[language.value]
    values = {"reference": reference, "address": address}
    return Words(texts["subject"] % values, texts["text"] % values)
