"""Who is called what: an index in memory over the distinct folded names of everyone.

Nothing of it is ever stored. It answers a misspelt name, in either script and either order of
patronymic and given name, with the people it may mean.
"""

import heapq
import re
from array import array
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise
from typing import Final
from uuid import UUID

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from casework.reference.names import PATRONYMIC, folded, folded_patronymic

_NAMES_READ: Final = 4
_LETTERS_OF_AN_INITIAL: Final = 2
_LONG_NAME: Final = 5
_WEIGHT_BY_ROLE: Final = (0.0, 1.0, 0.98, 0.95)
_INITIAL_DIFFERS: Final = 0.9
_BETWEEN_WORDS = re.compile(r"[\s.,;/\d]+")

Scores = dict[int, float]


class NameIndex:
    """People by the keys of `casework.reference.names.name_keys`; about 300 bytes a person.

    A search compares the query with each distinct name once, whatever the number of people.
    """

    def __init__(self) -> None:
        self._people: list[int] = []
        self._slots: dict[int, int] = {}
        self._initials = bytearray()
        self._postings: dict[str, array[int]] = {}
        self._names_by_length: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, person_id: UUID, keys: Iterable[str]) -> None:
        """Index a person under `keys`, in place of any keys they had."""
        self.remove(person_id)
        slot = len(self._people)
        self._people.append(person_id.int)
        self._slots[person_id.int] = slot
        self._initials.append(0)
        for key in sorted(keys):
            role, name = key[0], key[1:]
            self._posting(name).append(slot << 2 | int(role))
            if role == PATRONYMIC:
                self._initials[slot] = ord(name[0]) & 0xFF

    def remove(self, person_id: UUID) -> None:
        """Forget a person; nothing happens when they are not indexed."""
        slot = self._slots.pop(person_id.int, None)
        if slot is not None:
            self._people[slot] = 0

    def search(
        self, text: str, limit: int, allowed: Container[UUID] | None = None
    ) -> list[tuple[UUID, float]]:
        """Return up to `limit` people that `text` may name, best first, each with a score to 1.

        Every word of `text` has to match, unless nobody matches them all. Words may be split or
        joined otherwise than in the record, and an initial such as "Ц." prefers patronymics.
        Only people in `allowed` are returned, when given. Equal scores come in order of id.
        """
        names, initials = _read(text)
        found = self._matches(names)
        if initials:
            self._prefer_initials(found, initials)
        best = heapq.nsmallest(
            limit,
            (
                (-score, self._people[slot])
                for slot, score in found.items()
                if allowed is None or UUID(int=self._people[slot]) in allowed
            ),
        )
        return [(UUID(int=person), round(-score, 4)) for score, person in best]

    def _posting(self, name: str) -> "array[int]":
        posting = self._postings.get(name)
        if posting is None:
            posting = self._postings[name] = array("I")
            self._names_by_length.setdefault(len(name), []).append(name)
        return posting

    def _matches(self, names: list[str]) -> Scores:
        """Return slots and scores under the best reading of `names`, joined in pairs or not."""
        segments = [*names, *(one + other for one, other in pairwise(names))]
        by_segment = {segment: self._people_called(segment) for segment in set(segments)}
        found: Scores = {}
        for reading in _readings(names):
            for slot, score in _in_all([by_segment[segment] for segment in reading]).items():
                if score > found.get(slot, 0.0):
                    found[slot] = score
        return found or _in_any([by_segment[name] for name in names])

    def _people_called(self, segment: str) -> Scores:
        scores: Scores = {}
        for key in {folded(segment), folded_patronymic(segment)}:
            for name, distance in self._names_like(key):
                closeness = 1.0 - distance / max(len(name), len(key))
                self._credit(self._postings[name], closeness, scores)
        return scores

    def _credit(self, posting: "array[int]", closeness: float, scores: Scores) -> None:
        weights = [closeness * weight for weight in _WEIGHT_BY_ROLE]
        for entry in posting:
            slot, score = entry >> 2, weights[entry & 3]
            if self._people[slot] and score > scores.get(slot, 0.0):
                scores[slot] = score

    def _names_like(self, key: str) -> Iterator[tuple[str, int]]:
        reach = _reach(key)
        for length in range(len(key) - reach, len(key) + reach + 1):
            names = self._names_by_length.get(length, ())
            for name, distance, _ in extract(
                key, names, scorer=OSA.distance, score_cutoff=reach, limit=None
            ):
                yield name, int(distance)

    def _prefer_initials(self, found: Scores, initials: set[int]) -> None:
        for slot in found:
            if self._initials[slot] not in initials:
                found[slot] *= _INITIAL_DIFFERS


def _read(text: str) -> tuple[list[str], set[int]]:
    """Return the names written in `text`, and the first letters it gives instead of names."""
    written = [word for word in _BETWEEN_WORDS.split(text) if folded(word)]
    names = [word for word in written if len(word) > _LETTERS_OF_AN_INITIAL]
    if not names:
        return written[:_NAMES_READ], set()
    initials = {ord(folded(word)[0]) & 0xFF for word in written if word not in names}
    return names[:_NAMES_READ], initials


def _readings(names: list[str]) -> Iterator[list[str]]:
    """Yield every way to read neighbouring words as one name or two."""
    if not names:
        yield []
        return
    for rest in _readings(names[1:]):
        yield [names[0], *rest]
    if len(names) > 1:
        for rest in _readings(names[2:]):
            yield [names[0] + names[1], *rest]


def _in_all(scores: list[Scores]) -> Scores:
    """Return who is in every one of `scores`, with the mean score."""
    fewest = min(scores, key=len, default={})
    return {
        slot: sum(each[slot] for each in scores) / len(scores)
        for slot in fewest
        if all(slot in each for each in scores)
    }


def _in_any(scores: list[Scores]) -> Scores:
    """Return who is in any of `scores`, with the mean score, nought where they are not."""
    total: Scores = {}
    for each in scores:
        for slot, score in each.items():
            total[slot] = total.get(slot, 0.0) + score / len(scores)
    return total


def _reach(key: str) -> int:
    """Return how many letters may differ: none in two, one in three or four, else two."""
    if len(key) <= _LETTERS_OF_AN_INITIAL:
        return 0
    return 1 if len(key) < _LONG_NAME else 2
