"""Measure the name index: memory, time of a search, recall. Prints one JSON object.

    python -m bench.names [--people 250000] [--spellings 60000] [--searches 400]

A search is a full name with one letter mistyped, in either script and order. It counts as found
when the person, or another with the same folded name, is among the first ten.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from random import Random
from uuid import UUID

from bench.misspellings import in_either_order, mistyped, respelt
from casework.reference.invented import InventedName, Inventor
from casework.reference.names import folded, name_keys
from casework.rules.name_index import NameIndex

_VOWELS = "аэиоуөү"
_CONSONANTS = "бвгджзлмнрстхцчш"
_FIRST_ROWS = 10


def main() -> None:
    """Build an index of invented people, search it, and print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=250_000)
    parser.add_argument("--spellings", type=int, default=60_000)
    parser.add_argument("--searches", type=int, default=400)
    arguments = parser.parse_args()
    random = Random(7)
    people = _people(arguments.people, arguments.spellings, random)
    before, start = _resident_bytes(), time.perf_counter()
    index = NameIndex()
    for number, person in enumerate(people, start=1):
        index.add(UUID(int=number), _keys(person))
    built = time.perf_counter() - start
    report: dict[str, object] = {
        "people": len(index),
        "distinct_names": len({key[1:] for person in people for key in _keys(person)}),
        "build_seconds": round(built, 1),
        "index_megabytes": round((_resident_bytes() - before) / 2**20),
    }
    for kind, change in (("one_typo", _one_typo), ("other_spelling", _other_spelling)):
        report[kind] = _measured(index, people, arguments.searches, change, random)
    json.dump(report, sys.stdout, indent=1)
    print()


def _people(count: int, spellings: int, random: Random) -> list[InventedName]:
    """Return people whose given names have about `spellings` distinct forms."""
    inventor = Inventor(random)
    rare = sorted({_rare_name(random) for _ in range(spellings)})
    people = []
    for _ in range(count):
        person = inventor.name(random.choice("FM"))
        if random.random() < 0.4:
            given = random.choice(rare)
            person = InventedName(person.patronymic, given, "", person.ovog)
        people.append(person)
    return people


def _rare_name(random: Random) -> str:
    syllables = (random.choice(_CONSONANTS) + random.choice(_VOWELS) for _ in range(3))
    return ("".join(syllables) + random.choice(_CONSONANTS)).capitalize()


def _keys(person: InventedName) -> frozenset[str]:
    return name_keys(person.patronymic, person.given_name, person.latin_name, person.ovog)


def _one_typo(person: InventedName, random: Random) -> str:
    names = [person.patronymic, person.given_name]
    if random.random() < 0.5:
        names = [respelt(name, random) for name in names]
    place = random.randrange(2)
    names[place] = mistyped(names[place], random)
    return in_either_order(names[0], names[1], random)


def _other_spelling(person: InventedName, random: Random) -> str:
    names = [respelt(name, random) for name in (person.patronymic, person.given_name)]
    return in_either_order(names[0], names[1], random)


def _measured(
    index: NameIndex,
    people: list[InventedName],
    searches: int,
    change: Callable[[InventedName, Random], str],
    random: Random,
) -> dict[str, object]:
    found, times = 0, []
    for _ in range(searches):
        person = random.choice(people)
        text = change(person, random)
        start = time.perf_counter()
        results = index.search(text, _FIRST_ROWS)
        times.append(time.perf_counter() - start)
        sought = _folded_name(person)
        found += any(_folded_name(people[each.int - 1]) == sought for each, _ in results)
    times.sort()
    return {
        "recall": round(found / searches, 4),
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
    }


def _folded_name(person: InventedName) -> tuple[str, str]:
    return folded(person.patronymic), folded(person.given_name)


def _resident_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
