"""Names as people really type them: another script, another romanisation, swapped, mistyped."""

from random import Random

from casework.reference.names import romanised

_CYRILLIC = "абвгдежзийклмноөпрстуүфхцчшэюя"
_LATIN = "abcdefghijklmnoprstuvyz"
_HABITS = (
    (("kh", "h"), ("Kh", "H")),
    (("kh", "x"), ("Kh", "X"), ("ts", "c"), ("Ts", "C")),
    (("j", "zh"), ("J", "Zh"), ("v", "w")),
    (("aa", "a"), ("ee", "e"), ("uu", "u"), ("oo", "o"), ("ii", "i")),
    (("y", "i"), ("ai", "ay"), ("z", "dz")),
)


def mistyped(name: str, random: Random) -> str:
    """Return `name` with one letter dropped, doubled, replaced, added or swapped with the next."""
    place = random.randrange(len(name))
    alphabet = _LATIN if name.isascii() else _CYRILLIC
    before, letter, after = name[:place], name[place], name[place + 1 :]
    return random.choice(
        (
            before + after,
            before + letter + letter + after,
            before + random.choice(alphabet) + after,
            before + letter + random.choice(alphabet) + after,
            before + after[:1] + letter + after[1:],
        )
    )


def respelt(name: str, random: Random) -> str:
    """Return `name` in another script or romanisation, without a mistake."""
    if random.random() < 0.2:
        return name.translate(str.maketrans("өүӨҮ", random.choice(("єїЄЇ", "ѳvѲV"))))
    if random.random() < 0.2:
        return name.upper()
    latin = name.translate(str.maketrans("өү", "öü")) if random.random() < 0.3 else name
    latin = romanised(latin)
    for spelling, habit in random.choice(_HABITS):
        latin = latin.replace(spelling, habit)
    return latin.lower() if random.random() < 0.3 else latin


def in_either_order(patronymic: str, given_name: str, random: Random) -> str:
    """Return both names, patronymic first or last, or in the genitive as it is spoken."""
    style = random.randrange(3)
    if style == 0:
        return f"{given_name} {patronymic}"
    if style == 1 and not patronymic.isascii() and patronymic[-1] in "гдлрт":
        return f"{patronymic}ын {given_name}"
    return f"{patronymic} {given_name}"
