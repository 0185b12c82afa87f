"""A frozen snapshot as a page shows it: one list of facts for each category that travelled."""

from collections.abc import Callable
from typing import Any

from casework.vocabulary import (
    AgeBand,
    AssessmentKind,
    DataCategory,
    Language,
    Need,
    PlanItemKind,
    Sex,
)
from casework.web.i18n import _, labelled

Rows = list[tuple[str, str]]
DOTS = "••••"
#: What stays covered until it is shown for a purpose.
IDENTIFIERS = ("birth_date", "phone", "email")


def snapshot_parts(
    snapshot: dict[str, Any] | None, *, covered: bool
) -> list[tuple[DataCategory, Rows]]:
    """(category, its facts) in the page's language, in the order they were frozen.

    `covered`: with dots in place of what identifies or reaches the person.
    """
    if not snapshot:
        return []
    categories = [DataCategory(code) for code in snapshot["categories"]]
    parts = {category: snapshot[category.value] for category in categories}
    if covered:
        parts = {category: part | _dots(part) for category, part in parts.items()}
    return [(category, _PARTS[category](part)) for category, part in parts.items()]


def _dots(part: dict[str, Any]) -> dict[str, str]:
    return {name: DOTS for name in IDENTIFIERS if part.get(name)}


def _identity(part: dict[str, Any]) -> Rows:
    names = (part["ovog"], part["patronymic"], part["given_name"])
    return [
        (_("Name"), " ".join(name for name in names if name)),
        (_("Name in Latin letters"), part["latin_name"] or ""),
        (_("Sex"), labelled(Sex(part["sex"]))),
        (_("Birth date"), part["birth_date"]),
    ]


def _contact(part: dict[str, Any]) -> Rows:
    return [
        (_("Contact rule"), part["safe_contact"] or ""),
        (_("Telephone"), part["phone"] or ""),
        (_("E-mail address"), part["email"] or ""),
        (_("Language"), labelled(Language(part["language"]))),
    ]


def _household(part: dict[str, Any]) -> Rows:
    others = [
        f"{labelled(Sex(one['sex']))}, {labelled(AgeBand(one['age_band']))}"
        for one in part["others"]
    ]
    return [(_("With the person"), "; ".join(others) or _("Nobody"))]


def _needs(part: dict[str, Any]) -> Rows:
    needs = ", ".join(labelled(Need(code)) for code in part["needs"])
    due = [(_("Child expected on"), part["due_date"])] if part["due_date"] else []
    return [(_("Needs"), needs or _("None recorded")), *due]


def _assessment(part: dict[str, Any]) -> Rows:
    if part["kind"] is None:
        return [(_("Assessment"), _("None recorded"))]
    title = f"{labelled(AssessmentKind(part['kind']))}, {part['on']}"
    return [(title, part["summary"])]


def _plan(part: dict[str, Any]) -> Rows:
    items = ", ".join(labelled(PlanItemKind(code)) for code in part["items"])
    return [(_("Goal"), part["goal"] or ""), (_("Measures"), items)]


_PARTS: dict[DataCategory, Callable[[dict[str, Any]], Rows]] = {
    DataCategory.IDENTITY: _identity,
    DataCategory.CONTACT: _contact,
    DataCategory.HOUSEHOLD: _household,
    DataCategory.NEEDS: _needs,
    DataCategory.ASSESSMENT: _assessment,
    DataCategory.PLAN: _plan,
}
