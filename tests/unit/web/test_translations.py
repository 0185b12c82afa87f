"""Every sentence of the product can be read in Mongolian."""

import re

import pytest
from babel.messages.catalog import Catalog

from casework.web import catalogue

AREAS = list(catalogue.read_areas())


def test_no_sentence_lacks_mongolian() -> None:
    assert catalogue.untranslated() == {}


def test_no_translation_is_left_over() -> None:
    assert catalogue.unused() == {}


def test_areas_do_not_disagree() -> None:
    first: dict[str, tuple[str, object]] = {}
    for area, part in AREAS:
        for message in part:
            if message.id:
                said = first.setdefault(str(message.id), (area, message.string))
                assert said[1] == message.string, f"{message.id}: {said[0]} and {area} differ"


@pytest.mark.parametrize(("area", "part"), AREAS, ids=[area for area, _ in AREAS])
def test_translations_are_sound(area: str, part: Catalog) -> None:
    for message in part:
        if not message.id:
            continue
        assert not message.fuzzy
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for text in forms:
            assert re.search("[А-Яа-яӨөҮүЁё]", text) or not re.search(
                "[A-Za-z]{3}", re.sub(r"%\(\w+\)s", "", source)
            ), f"{source!r} is not in Mongolian"
            assert places(text) == places(source), f"{source!r} loses a place"


def places(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]", text))


def test_a_missing_sentence_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "translated_sentences", lambda: {"Yes": "common"})
    assert "No" in catalogue.untranslated()
    assert "Yes" not in catalogue.untranslated()
