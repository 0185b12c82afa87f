"""Words that passwords are guessed from: leaked passwords, Mongolian words, names and places."""

import gzip
from functools import cache
from importlib.resources import files
from typing import Final

from casework.reference.names import romanised
from casework.reference.places import aimags
from casework.reference.table import rows

_DATA: Final = files("casework.reference") / "data"


@cache
def guessed_words() -> frozenset[str]:
    """About 21,000 words in small letters, Mongolian ones in both scripts; read once, when asked.

    Sources and licences stand in data/README.md.
    """
    leaked = gzip.decompress((_DATA / "common_passwords.txt.gz").read_bytes()).decode().split()
    own = (_DATA / "common_passwords_mn.txt").read_text("utf-8").split()
    names = [row["part"] for row in rows("name_parts")]
    places = [name for aimag in aimags() for name in (aimag.name_mn, aimag.name_en)]
    local = {word.lower().replace("-", "") for word in (*own, *names, *places)}
    return frozenset({*leaked, *local, *(romanised(word).lower() for word in local)})
