"""A service of the directory as pages show it, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.reference.places import find_aimag, find_soum
from casework.services.directory.answers import NO_ANSWERS, Answers, answers_of
from casework.services.directory.entries import is_stale
from casework.services.work import Work
from casework.vocabulary import Language
from casework.web.i18n import current_language
from models.referral import DirectoryEntry


@dataclass(frozen=True)
class ServiceCard:
    """One service, with how its organisation answers referrals."""

    entry: DirectoryEntry
    description: str
    eligibility: str
    place: str
    languages: list[Language]
    stale: bool
    answers: Answers


def cards_of(work: Work, entries: Sequence[DirectoryEntry]) -> list[ServiceCard]:
    """Cards of these entries; the answers of all organisations are asked for at once."""
    answers = answers_of(work, {entry.organisation_id for entry in entries})
    return [_card(entry, answers.get(entry.organisation_id, NO_ANSWERS)) for entry in entries]


def _card(entry: DirectoryEntry, answers: Answers) -> ServiceCard:
    mongolian = current_language() == "mn"
    return ServiceCard(
        entry=entry,
        description=entry.description_mn if mongolian else entry.description,
        eligibility=entry.eligibility_mn if mongolian else entry.eligibility,
        place=_place(entry),
        languages=[Language(code) for code in entry.languages],
        stale=is_stale(entry),
        answers=answers,
    )


def _place(entry: DirectoryEntry) -> str:
    """`Улаанбаатар, Сүхбаатар`: the aimag always stands with its soum; empty for everywhere."""
    if entry.aimag is None:
        return ""
    aimag = find_aimag(entry.aimag)
    soum = find_soum(entry.soum, entry.aimag) if entry.soum else None
    return ", ".join(place.name(current_language()) for place in (aimag, soum) if place)
