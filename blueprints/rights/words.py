"""What a stored field says, in words for the person it is about."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from casework.labels_fields import field_label
from casework.reference.places import Aimag, Soum, find_aimag, find_soum
from casework.rules.assessment import Ask, sheets
from casework.services.rights.holdings import Field, Somebody
from casework.vocabulary import (
    AgeBand,
    AssessmentKind,
    ConsentException,
    DataCategory,
    DocumentStatus,
    Language,
    Need,
    PlanItemKind,
    RiskLevel,
    ServiceKind,
    Sex,
    WaitingReason,
)
from casework.web.filters import organisation_name
from casework.web.i18n import _, country_name, current_language, gettext, labelled, shown

#: What the codes in a cell are codes of, by table and key; "" for a key anywhere in a mapping.
_CODES: dict[tuple[str, str], type[Enum]] = {
    ("request_member", "needs"): Need,
    ("request_member", "document_status"): DocumentStatus,
    ("allocation_outcome", "reason"): WaitingReason,
    ("plan_item", "kind"): PlanItemKind,
    ("referral", "service"): ServiceKind,
    ("consent", "categories"): DataCategory,
    ("", "categories"): DataCategory,
    ("", "needs"): Need,
    ("", "sex"): Sex,
    ("", "age_band"): AgeBand,
    ("", "language"): Language,
    ("", "kind"): AssessmentKind,
    ("", "items"): PlanItemKind,
    ("", "ground"): ConsentException,
}
#: Places by their code; a soum's begins with its aimag's.
_PLACES: dict[str, Callable[[str], Aimag | Soum | None]] = {
    "home_aimag": find_aimag,
    "home_soum": lambda code: find_soum(code, code[:4]),
}
#: Keys of the database that say nothing to a person.
_INNER = {("subject_request", "choices")}


def field_text(table: str, field: Field) -> str:
    """The field in the page's language; empty when it holds nothing, or only an id."""
    if (table, field.key) in _INNER:
        return ""
    if table == "assessment" and field.key == "findings":
        return "; ".join(_answers(field.value))
    return _text(table, field.key, field.value)


def _text(table: str, key: str, value: Any) -> str:
    if value in (None, "", [], {}) or isinstance(value, UUID):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return "; ".join(_parts(value))
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(table, key, one) for one in value)))
    return _plain(table, key, value)


def _parts(value: Mapping[str, Any]) -> Iterator[str]:
    for key, one in value.items():
        text = _text("", key, one)
        if text:
            yield f"{_key(key)}: {text}"


def _key(key: str) -> str:
    if key in [category.value for category in DataCategory]:
        return labelled(DataCategory(key))
    return gettext(field_label(key))


def _plain(table: str, key: str, value: Any) -> str:
    if isinstance(value, Somebody):
        return f"{organisation_name(value.organisation)}, {labelled(value.role)}"
    codes = _CODES.get((table, key))
    if codes is not None and value in [code.value for code in codes]:
        return labelled(codes(value))
    if key == "country":
        return country_name(value)
    place = _PLACES[key](value) if key in _PLACES else None
    if place is not None:
        return place.name(current_language())
    return shown(value)


def _answers(findings: Mapping[str, Any] | None) -> Iterator[str]:
    """Each question of the sheet that was answered, with the answer."""
    sections = (findings or {}).get("sections", {})
    asked = {
        (section.code, ask.code): ask
        for sheet in sheets().values()
        for section, ask in sheet.asks()
    }
    for section, answers in sections.items():
        for code, answer in answers.items():
            ask = asked.get((section, code))
            title = ask.title.said(current_language()) if ask else code
            yield f"{title}: {_answer(ask, answer)}"


def _answer(ask: Ask | None, answer: Any) -> str:
    if ask is not None and ask.kind == "level":
        return labelled(RiskLevel(answer))
    offered = ask.options if ask else ()
    options = {option.code: option.text.said(current_language()) for option in offered}
    chosen = answer if isinstance(answer, list) else [answer]
    return ", ".join(options.get(one, str(one)) for one in chosen)
