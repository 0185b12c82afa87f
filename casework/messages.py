"""Sentences for people, written once in English and translated where they are shown."""

from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the name gettext's extractors know
    """Mark `text` as a sentence to translate; returns it unchanged."""
    return text


@dataclass(frozen=True)
class Message:
    """An English sentence with named `%(name)s` places, and what fills them.

    The web layer looks up the translation of `text` and fills it; `str()` gives the English.
    A value that is a `Message` is translated too before it is filled in.
    """

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


class Erased(str):
    """A word in place of text whose keys were destroyed; pages show it in the reader's language."""

    __slots__ = ()


ERASED = Erased(N_("erased"))
