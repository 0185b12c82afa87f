"""What each kind of assessment asks, as data, and what its answers come to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from casework.vocabulary import AssessmentKind, RiskLevel

_DATA = Path(__file__).with_name("data") / "assessment_sheets.json"
_LEVELS = tuple(RiskLevel)

#: section code -> ask code -> what was answered (codes, a risk level, or text)
Findings = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Text:
    """A prompt in both languages of the product; it is data and not a sentence of the code."""

    en: str
    mn: str

    def said(self, language: str) -> str:
        """In `mn` or `en`."""
        return self.mn if language == "mn" else self.en


@dataclass(frozen=True)
class Option:
    """An answer that may be chosen."""

    code: str
    text: Text


@dataclass(frozen=True)
class Ask:
    """One question: `ticks` any of the options, `one` of them, a risk `level`, or free `text`."""

    code: str
    kind: str
    title: Text
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Section:
    """A determinant level, or another part of a sheet."""

    code: str
    title: Text
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Sheet:
    """The questions of one kind of assessment; `provisional` wording is said to be so."""

    kind: AssessmentKind
    edition: str
    provisional: bool
    hint: Text
    sections: tuple[Section, ...]

    def asks(self) -> Iterator[tuple[Section, Ask]]:
        """Every question with its section, in order."""
        return ((section, ask) for section in self.sections for ask in section.asks)


@cache
def sheets() -> Mapping[AssessmentKind, Sheet]:
    """The sheets as shipped."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return {
        AssessmentKind(kind): Sheet(
            AssessmentKind(kind),
            data["edition"],
            data["provisional"],
            _text(sheet["hint"]),
            tuple(_section(section) for section in sheet["sections"]),
        )
        for kind, sheet in data["sheets"].items()
    }


def accepted(sheet: Sheet, findings: Findings) -> Findings:
    """The answers that `sheet` asks for, unanswered ones left out; ValueError for any other."""
    kept: Findings = {}
    for section, ask in sheet.asks():
        answer = findings.get(section.code, {}).get(ask.code)
        if answer not in (None, "", []):
            kept.setdefault(section.code, {})[ask.code] = _checked(ask, answer)
    return kept


def overall_level(findings: Findings) -> RiskLevel:
    """The highest risk level answered; a risk ticked without a level counts as low."""
    levels = [RiskLevel.LOW for answers in findings.values() if answers.get("risk")]
    levels += [RiskLevel(answers["level"]) for answers in findings.values() if "level" in answers]
    return max(levels, key=_LEVELS.index, default=RiskLevel.NONE)


def _checked(ask: Ask, answer: Any) -> Any:
    codes = {option.code for option in ask.options}
    if ask.kind == "ticks" and not set(answer) <= codes:
        raise ValueError(f"{ask.code}: {answer}")
    if ask.kind == "one" and answer not in codes:
        raise ValueError(f"{ask.code}: {answer}")
    return RiskLevel(answer).value if ask.kind == "level" else answer


def _text(data: Mapping[str, str]) -> Text:
    return Text(data["en"], data["mn"])


def _section(data: Mapping[str, Any]) -> Section:
    asks = tuple(_ask(ask) for ask in data["asks"])
    return Section(data["code"], _text(data["title"]), asks)


def _ask(data: Mapping[str, Any]) -> Ask:
    options = tuple(Option(entry["code"], _text(entry)) for entry in data.get("options", ()))
    return Ask(data["code"], data["kind"], _text(data["title"]), options)
