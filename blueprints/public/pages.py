"""The order of the questions, and which of them are answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from blueprints.public import forms
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l

Answers = dict[str, Any]
MOST_PEOPLE = 20

TITLES: dict[str, Any] = {
    "where": _l("Where are you now?"),
    "name": _l("What is your name?"),
    "other_name": _l("Who else travels with you?"),
    "birth": _l("When was this person born?"),
    "papers": _l("Which papers does this person have?"),
    "needs": _l("What should we know for the journey?"),
    "people": _l("Who travels?"),
    "stay": _l("How long may you stay where you are?"),
    "safety": _l("Something you may leave out"),
    "contact": _l("How can we reach you safely?"),
    "consent": _l("How your data are used"),
}
HOUSEHOLD: dict[str, type[CaseworkForm]] = {
    "where": forms.WhereForm,
    "people": forms.PeopleForm,
    "stay": forms.StayForm,
    "safety": forms.SafetyForm,
    "contact": forms.ContactForm,
    "consent": forms.ConsentForm,
}
PERSON: dict[str, type[CaseworkForm]] = {
    "name": forms.NameForm,
    "birth": forms.BirthForm,
    "papers": forms.PapersForm,
    "needs": forms.NeedsForm,
}


@dataclass(frozen=True)
class Page:
    """One question; `place` counts the people from 1 and is 0 for the household."""

    name: str
    place: int = 0

    @property
    def url(self) -> str:
        """Where it stands."""
        if self.place:
            return url_for("ask.person", place=self.place, page=self.name)
        return url_for("ask.step", page=self.name)

    @property
    def form(self) -> type[CaseworkForm]:
        """What it asks."""
        if self.place > 1 and self.name == "name":
            return forms.OtherNameForm
        return PERSON[self.name] if self.place else HOUSEHOLD[self.name]

    @property
    def title(self) -> Any:
        """Its heading, neutral in a browser's history."""
        return TITLES["other_name" if self.form is forms.OtherNameForm else self.name]

    def raw(self, answers: Answers) -> dict[str, list[str]] | None:
        """What was sent on this page before."""
        if not self.place:
            return answers.get(self.name)
        people = answers.get("people_said", [])
        said = people[self.place - 1] if self.place <= len(people) else {}
        found: dict[str, list[str]] | None = said.get(self.name)
        return found

    def filled(self, answers: Answers, *, to_send: bool = False) -> CaseworkForm:
        """The form with what was sent before; with a token only where it is sent from."""
        raw = self.raw(answers)
        return self.form(formdata=MultiDict(raw) if raw else None, meta={"csrf": to_send})

    def keep(self, answers: Answers, raw: dict[str, list[str]]) -> Answers:
        """The answers with this page's in place of what stood there."""
        if not self.place:
            return answers | {self.name: raw}
        people = [dict(person) for person in answers.get("people_said", [])]
        if self.place > len(people):
            people.append({})
        people[self.place - 1][self.name] = raw
        return answers | {"people_said": people}


def people_count(answers: Answers) -> int:
    """How many people were named so far; the first is always asked for."""
    return max(1, len(answers.get("people_said", [])))


def in_order(answers: Answers) -> Iterator[Page]:
    """Every question that is asked of this household, in order."""
    yield Page("where")
    for place in range(1, people_count(answers) + 1):
        yield from (Page(name, place) for name in PERSON)
    yield from (Page(name) for name in HOUSEHOLD if name != "where")


def first_open(answers: Answers) -> Page | None:
    """The first question without an answer that can be accepted."""
    return next((page for page in in_order(answers) if not _answered(page, answers)), None)


def _answered(page: Page, answers: Answers) -> bool:
    raw = page.raw(answers)
    if raw is None:
        return False
    return bool(page.filled(answers).validate()) if raw else True


def known(page: Page, answers: Answers) -> bool:
    """Whether the page may be opened: a person after the last may be added, no other."""
    table = PERSON if page.place else HOUSEHOLD
    return page.name in table and page.place <= min(people_count(answers) + 1, MOST_PEOPLE)


def before(page: Page, answers: Answers) -> str:
    """The address of the question before."""
    pages = list(in_order(answers))
    place = pages.index(page) if page in pages else 0
    return pages[place - 1].url if place else url_for("ask.start")


def name_of(answers: Answers, place: int) -> str:
    """What the person at this place is called on the pages."""
    given = (Page("name", place).raw(answers) or {}).get("given_name", [""])
    return given[0] or _("Person %(n)s", n=place)
