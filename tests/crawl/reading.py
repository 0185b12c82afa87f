"""A page as a reader meets it: its words, its links, its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = ("aria-label", "title", "alt", "placeholder", "data-label")
#: Not words of the page: code, and what somebody typed.
UNSPOKEN = {"script", "style", "textarea", "code"}


@dataclass
class Field:
    """An input of a form and what it would send now."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether it has anything to fill in, not only a button."""
        return any(each.kind not in ("hidden", "submit") for each in self.fields)

    def sent(self) -> dict[str, list[str]]:
        """What it would send as it stands."""
        return {each.name: each.values for each in self.fields if each.kind != "submit"}


class Reading(HTMLParser):
    """Feed it a page; then `texts`, `title`, `headings`, `links` and `forms` are filled.

    `texts` leaves out what is marked as another language than the page's.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.title = ""
        self.headings = 0
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, str | None]] = []
        self._select: Field | None = None
        self.feed(html)
        self.close()

    def _foreign(self) -> bool:
        said = [lang for _tag, lang in self._open if lang]
        return bool(said) and said[-1] != said[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, given.get("lang")))
        if not self._foreign() and not (tag in VOID and "lang" in given):
            self.texts += [given[name] for name in SPOKEN if given.get(name)]
        if tag == "h1":
            self.headings += 1
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in ("input", "select", "textarea", "button", "option") and self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "option":
            if self._select is not None and "selected" in given:
                self._select.values = [given.get("value", "")]
            return
        kind = given.get("type", tag) if tag == "input" else tag
        kind = "submit" if tag == "button" else kind
        chosen = kind not in ("radio", "checkbox") or "checked" in given
        made = Field(given.get("name", ""), kind, [given.get("value", "")] if chosen else [])
        if not made.name:
            return
        self._select = made if tag == "select" else None
        known = next((one for one in self.forms[-1].fields if one.name == made.name), None)
        if known is not None and kind in ("radio", "checkbox"):
            known.values += made.values
        else:
            self.forms[-1].fields.append(made)

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in VOID:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _lang in self._open}
        text = " ".join(data.split())
        if "title" in tags and "svg" not in tags:
            self.title += text
        if "textarea" in tags and self.forms and self.forms[-1].fields:
            self.forms[-1].fields[-1].values = [data]
        if text and not tags & UNSPOKEN and not self._foreign():
            self.texts.append(text)
