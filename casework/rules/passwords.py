"""Which passwords are refused: short ones, and those that lists of guesses begin with.

NIST SP 800-63B and OWASP ASVS 5.0 (6.2): a length, a list of leaked passwords and of words of the
place and the product, nothing about kinds of signs, no expiry.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from casework.messages import Message
from casework.reference.names import romanised
from casework.reference.passwords import guessed_words

SHORTEST: Final = 12
LONGEST: Final = 128
_LEAST_DIFFERENT: Final = 5
_SHORTEST_WORD: Final = 3
_TELLING: Final = 4
_SIGNS_FOR_LETTERS: Final = str.maketrans("@4031!$57", "aaoeiisst")
_NO_LETTERS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def weakness(password: str, email: str, name: str) -> Message | None:
    """Why this person's password cannot be accepted, or None."""
    if len(password) < SHORTEST:
        return Message("Use at least %(n)s characters: a few words are good.", {"n": SHORTEST})
    if len(password) > LONGEST:
        return Message("Use at most %(n)s characters.", {"n": LONGEST})
    small = password.lower()
    if any(part in small for part in _about(email, name)):
        return Message("Leave your name and e-mail address out of it.")
    if _is_guessable(small):
        return Message("This is among the first guesses. Use three or more unrelated words.")
    return None


def _about(email: str, name: str) -> Iterator[str]:
    for word in re.split(r"[\W\d_]+", f"{email.split('@')[0]} {name}".lower()):
        if len(word) >= _TELLING:
            yield word
            yield romanised(word).lower()


def _is_guessable(small: str) -> bool:
    if len(set(small)) < _LEAST_DIFFERENT or _is_a_run(small):
        return True
    forms = {small, _NO_LETTERS.sub("", small), re.sub(r"[\W\d_]+", "", small)}
    forms |= {form.translate(_SIGNS_FOR_LETTERS) for form in list(forms)}
    return any(_is_listed(_unit(form)) for form in forms if form)


def _is_a_run(text: str) -> bool:
    """Whether it mostly goes up or down by one sign, as 123456789012 or abcdefghijkl."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return max(steps.count(1), steps.count(-1)) * 4 >= len(steps) * 3


def _unit(text: str) -> str:
    """What `text` repeats: "bat" of "batbatbat"; the text itself when it repeats nothing."""
    return text[: (text + text).index(text, 1)]


def _is_listed(word: str) -> bool:
    """Whether it is a listed word, or two of them."""
    words = guessed_words()
    middles = range(_SHORTEST_WORD, len(word) - _SHORTEST_WORD + 1)
    return word in words or any(word[:at] in words and word[at:] in words for at in middles)
