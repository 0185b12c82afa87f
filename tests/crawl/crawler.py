"""Following every link that somebody can reach, and sending every form empty, wrong and stale."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.crawl.reading import Form, Reading
from tests.visitor import Visitor

#: Records of one kind that are opened; more would show the same page with other names.
OF_A_KIND = 2
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)-?\d+")
ENDS = {"/sign-out", "/language"}
NOTHING = "/there-is-no-such-page"


class Crawler(Visitor):
    """A visitor whose pages are read by the crawl, not by the rules of every page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return FlaskClient.open(self, *args, **kwargs)


@dataclass(frozen=True)
class Met:
    """A page, and how it was come by."""

    how: str
    status: int
    page: Reading


@dataclass
class Crawl:
    """Every page that one browser can reach from the first."""

    browser: Crawler
    met: list[Met] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    forms: dict[str, tuple[str, Form]] = field(default_factory=dict)

    def walk(self, start: str) -> "Crawl":
        """Follow links from `start`, then send each kind of form met."""
        waiting, known = deque([start]), {start}
        while waiting:
            path = waiting.popleft()
            if self._enough(path):
                continue
            for link in self._visit(path):
                if link not in known:
                    known.add(link)
                    waiting.append(link)
        for address, form in list(self.forms.values()):
            self._send(address, form)
        self._note("GET " + NOTHING, self.browser.get(NOTHING))
        return self

    def _enough(self, path: str) -> bool:
        kind = CODE.sub("#", path.split("?")[0]) + "?" * ("?" in path)
        self.seen[kind] += 1
        return self.seen[kind] > OF_A_KIND

    def _visit(self, path: str) -> Iterator[str]:
        page = self._note(f"GET {path}", self.browser.get(path, follow_redirects=True))
        if page is None:
            return
        for form in page.forms:
            target = urljoin(path, form.action) if form.action else path
            if form.method == "post" and form.asks and urlsplit(target).path not in ENDS:
                self.forms.setdefault(CODE.sub("#", target), (target, form))
        for link in page.links:
            target = urljoin(path, link).split("#")[0]
            if target.startswith("/") and not target.startswith("/static/"):
                yield target

    def _send(self, address: str, form: Form) -> None:
        hidden = {one.name: one.values for one in form.fields if one.kind == "hidden"}
        wrong = {one.name: ["§"] for one in form.fields if one.kind not in ("hidden", "submit")}
        stale = form.sent() | ({"version": ["0"]} if "version" in hidden else {})
        for what, answers in (("empty", {}), ("wrong", wrong), ("stale", stale)):
            keys = {"csrf_token": [self.browser.csrf_token()], "idempotency_key": [what + address]}
            sent = self.browser.post(address, data=hidden | answers | keys, follow_redirects=True)
            self._note(f"POST {address} ({what})", sent)
        self._note(f"POST {address} (without token)", self.browser.post(address, data={}))

    def _note(self, how: str, response: TestResponse) -> Reading | None:
        if response.mimetype != "text/html":
            return None
        page = Reading(response.text)
        self.met.append(Met(how, response.status_code, page))
        return page
