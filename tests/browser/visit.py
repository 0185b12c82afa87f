"""One person at a real browser; every page she meets is checked.

Fields and buttons are found by what they send, so that a walk reads the same in both languages.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from casework.config import CHECKOUT
from tests.browser.site import Site

AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
NARROW = (390, 320)
HEIGHT = 900
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
GRAVE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations
    .filter(one => one.impact === "serious" || one.impact === "critical")
    .map(one => one.id + ": " + one.nodes.map(node => node.html.slice(0, 160)).join(" | "));
}"""
#: The elements that stick out of the page, to say more than that something does.
OUTSIDE = """() => [...document.querySelectorAll("main *, header *")]
  .filter(one => !one.closest("thead") && one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""


@cache
def axe_source() -> str:
    assert AXE.exists(), "axe-core is missing: run script/bootstrap dev"
    return AXE.read_text()


@dataclass
class Checked:
    """Kinds of page already checked, so that one kind is checked once a walk.

    `axe`: whether axe looks too; of a walk made in both languages it sees one.
    """

    axe: bool = True
    kinds: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


@dataclass
class Visit:
    """A person's browser: `open`, `fill`, `choose`, `press`, and `text` to read."""

    site: Site
    context: BrowserContext
    page: Page
    language: str
    checked: Checked
    scripted: bool = True
    name: str = ""

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        response = self.page.goto(self.site.address + path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status} {self.text[:400]}"
        self.check()

    def sign_in(self, email: str, password: str) -> None:
        self.name = email
        self.open("/sign-in")
        self.speak()
        self.fill(email=email, password=password)
        self.press()
        assert self.path == "/", self.text
        self.speak()

    def speak(self) -> None:
        """Read pages in the language of this visit."""
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.locator(f"button[name=language][value={self.language}]").click()
        assert self.page.locator("html").get_attribute("lang") == self.language

    def fill(self, **answers: str) -> None:
        """Type or choose answers by the names of their fields (`a__b` for `a-b`)."""
        for name, answer in answers.items():
            self.answer(name.replace("__", "-"), answer)

    def answer(self, name: str, answer: str) -> None:
        """One answer: typed, chosen from a list, or the button or box with this value."""
        fields = self.page.locator(f'main [name="{name}"]')
        if fields.count() == 0:
            raise AssertionError(f"{self.path} does not ask {name}; {self.names()}")
        first = fields.first
        kind = first.get_attribute("type")
        if kind == "checkbox" and fields.count() == 1:
            first.check()
        elif kind in ("radio", "checkbox"):
            self.page.locator(f'main [name="{name}"][value="{answer}"]').check()
        elif first.evaluate("one => one.tagName") == "SELECT":
            first.select_option(value=answer)
        else:
            first.fill(answer)

    def choose_containing(self, name: str, words: str) -> None:
        """The option of a list whose words hold these."""
        option = self.page.locator(f'main [name="{name}"] option', has_text=words).first
        value = option.get_attribute("value")
        self.page.locator(f'main [name="{name}"]').select_option(value=value)

    def names(self) -> list[str]:
        """The names of all fields, for messages."""
        found: list[str] = self.page.locator("main [name]").evaluate_all(
            "all => [...new Set(all.map(one => one.name))]"
        )
        return found

    def press(self, action: str | None = None) -> None:
        """Send the page's form, or the one that goes to an address ending in `action`."""
        form = f'main form[action$="{action}"]' if action else 'main form[method="post"]'
        buttons = self.page.locator(f"{form} button[type=submit]:not([tabindex])")
        assert buttons.count(), f"{self.path} has no button to {action}: {self.text[:1500]}"
        self._moved_by(buttons.last if action is None else buttons.first)

    def press_named(self, name: str, value: str) -> None:
        """Press the button that sends this name and value."""
        self._moved_by(self.page.locator(f'main button[name="{name}"][value="{value}"]'))

    def fill_every(self, kind: str, value: str) -> None:
        """Choose this value wherever it is offered."""
        for box in self.page.locator(f'main input[type={kind}][value="{value}"]').all():
            box.check()

    def wait_for(self, ending: str) -> None:
        """Wait until the page, which looks again by itself, has a link that ends so."""
        self.page.locator(f'main a[href$="{ending}"]').first.wait_for(timeout=60_000)

    def follow(self, ending: str) -> None:
        """Follow the first link whose address ends so (a regular expression)."""
        links: list[str] = self.page.locator(
            "main a[href], header a[href], nav a[href]"
        ).evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for place, address in enumerate(links):
            if re.search(ending + r"(\?[^/]*)?$", address):
                found = self.page.locator("main a[href], header a[href], nav a[href]").nth(place)
                return self._moved_by(found)
        raise AssertionError(f"{self.path} has no link to {ending}: {sorted(set(links))}")

    def follow_words(self, words: str) -> None:
        """Follow the first link of the page that says this."""
        self._moved_by(self.page.locator("main a", has_text=words).first)

    def _moved_by(self, control: Locator) -> None:
        with self.page.expect_navigation() as moved:
            control.click()
        answer = moved.value
        assert answer is None or answer.status == 200, f"{self.path}: {answer.status} {self.text}"
        self.check()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def sees(self, *words: str) -> None:
        """Every one of these words stands on the page."""
        shown = self.text
        missing = [word for word in words if word not in shown]
        assert not missing, f"{self.path} does not say {missing}: {shown}"

    def does_not_see(self, *words: str) -> None:
        shown = self.text
        found = [word for word in words if word in shown]
        assert not found, f"{self.path} says {found}: {shown}"

    def check(self) -> None:
        """Once for each kind of page: no serious axe violation, nothing wider than a phone."""
        kind = CODE.sub("#", self.path) if self.path != "/" else f"home of {self.name}"
        if self.page.locator(".govuk-error-summary").count():
            kind += " refused"
        if kind in self.checked.kinds or not self.scripted:
            return
        self.checked.kinds.add(kind)
        if self.checked.axe:
            self.page.evaluate(axe_source())
            grave: list[str] = self.page.evaluate(GRAVE)
            self.checked.problems += [f"{kind}: {one}" for one in grave]
        self._measure(kind)

    def _measure(self, kind: str) -> None:
        size = self.page.viewport_size
        assert size is not None
        for width in NARROW:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            shown = self.page.evaluate("document.documentElement.scrollWidth")
            if shown > width:
                self.checked.problems.append(
                    f"{kind}: {shown} px wide on {width} px: {self.page.evaluate(OUTSIDE)}"
                )
        self.page.set_viewport_size(size)

    def close(self) -> None:
        self.context.close()


def begin_visit(
    browser: Browser, site: Site, language: str, checked: Checked, **options: Any
) -> Visit:
    """A browser of its own, with an empty cookie jar."""
    options.setdefault("viewport", {"width": 1280, "height": HEIGHT})
    context = browser.new_context(**options)
    context.set_default_timeout(15_000)
    page = context.new_page()
    visit = Visit(site, context, page, language, checked, options.get("java_script_enabled", True))
    page.on("console", lambda message: _note(visit, message))
    page.on("pageerror", lambda error: checked.problems.append(f"{visit.path}: {error}"))
    return visit


def _note(visit: Visit, message: ConsoleMessage) -> None:
    if message.type == "error":
        visit.checked.problems.append(f"{visit.path}: console: {message.text}")
