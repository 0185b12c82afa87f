"""What the browser itself enforces: script, frames, other sites, files."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.setup import open_database
from casework.vocabulary import LegalBasis, Sex
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visit import Checked
from tests.conftest import Cast, on_sqlite
from tests.sample_files import DEVICE, photo

pytestmark = [pytest.mark.browser, on_sqlite]

WORKER = "bolormaa.caseworker"
INJECTED = (
    "<script>window.ran = 'inline'</script>"
    '<img src="/nothing.png" onerror="window.ran = \'handler\'">'
    '<script src="data:text/javascript,window.ran=1"></script>'
    '<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>'
    '<base href="http://localhost:1/"><style>main { display: none }</style></main>'
)


@pytest.fixture
def case(site: Site, cast: Cast) -> str:
    """The address of a case of Bolormaa's."""
    database = open_database(site.settings)
    with database.writing(cast[WORKER]) as work:
        newcomer = Newcomer("Оюунцэцэг", Sex.FEMALE, date(1990, 5, 4))
        made = take_in(work, newcomer, Ground(LegalBasis.VITAL_INTEREST, "Гэргүй ирэв"))
        address = f"/cases/{made.id}"
    database.close()
    return address


@contextmanager
def attacker(html: str) -> Iterator[int]:
    """A site on another port that answers every address with this page."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def inject(page: Page, html: str) -> None:
    """Let every page arrive with this in it, under the headers that the product sent."""

    def altered(route: Route) -> None:
        answer = route.fetch()
        if "text/html" in answer.headers.get("content-type", ""):
            route.fulfill(response=answer, body=answer.text().replace("</main>", html))
        else:
            route.fulfill(response=answer)

    page.route("**/*", altered)


def test_injected_markup_runs_nothing(visit: Open) -> None:
    reader = visit(None, "en")
    inject(reader.page, INJECTED)
    reader.page.goto(f"{reader.site.address}/sign-in")
    reader.page.wait_for_timeout(300)
    assert reader.page.locator("img[src='/nothing.png']").count() == 1
    assert reader.page.evaluate("window.ran") is None
    assert reader.page.evaluate("document.baseURI").startswith(reader.site.address)
    assert reader.page.locator("main").is_visible()
    assert reader.page.evaluate("document.body.classList.contains('js-enabled')")


SINKS = {
    "innerHTML": "document.body.innerHTML = '<b>x</b>'",
    "outerHTML": "document.querySelector('h1').outerHTML = '<b>x</b>'",
    "insertAdjacentHTML": "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "write": "document.write('<b>x</b>')",
    "script": "document.createElement('script').src = '/x.js'",
    "text": "document.createElement('script').text = 'window.ran = 1'",
    "srcdoc": "document.createElement('iframe').srcdoc = '<b>x</b>'",
    "eval": "eval('1')",
    "policy": "trustedTypes.createPolicy('own', {createHTML: text => text})",
}


def thrown(page: Page, code: str) -> str:
    """The name of the error with which the page refuses to run this."""
    tried = f"try {{ {code}; done('nothing') }} catch (error) {{ done(error.name) }}"
    found: str = page.evaluate(f"() => new Promise(done => setTimeout(() => {{ {tried} }}))")
    return found


def test_text_never_becomes_markup_or_code(visit: Open) -> None:
    reader = visit(None, "en")
    reader.open("/sign-in")
    refused = {name: thrown(reader.page, code) for name, code in SINKS.items()}
    assert refused == dict.fromkeys(SINKS, "TypeError") | {"eval": "EvalError"}


def test_no_site_frames_or_reads_a_page(visit: Open, case: str) -> None:
    reader = visit(WORKER, "en")
    home = reader.site.address
    page_of_attacker = f"""<iframe src="{home}{case}"></iframe><script>
      window.got = fetch("{home}{case}", {{mode: "no-cors", credentials: "include"}})
        .then(() => "read", error => error.name);
      window.styled = new Promise(done => {{
        const style = document.createElement("link");
        Object.assign(style, {{rel: "stylesheet", href: "{home}/static/mark.svg",
          onload: () => done("read"), onerror: () => done("refused")}});
        document.head.append(style);
      }});
      window.opened = () => window.open("{home}/");
    </script>"""
    with attacker(page_of_attacker) as port:
        for host in ("127.0.0.1", "localhost"):  # the same site for cookies, and another
            page = reader.context.new_page()
            page.goto(f"http://{host}:{port}/")
            page.wait_for_timeout(300)
            (frame,) = page.frames[1:]
            assert frame.url.startswith("chrome-error:")
            assert page.evaluate("window.got") == "TypeError"
            assert page.evaluate("window.styled") == "refused"
            with reader.context.expect_page() as opened:
                page.evaluate("() => { window.seen = window.opened() }")
            opened.value.wait_for_load_state()
            assert opened.value.evaluate("window.opener") is None
            assert page.evaluate("window.seen.closed") is True
            opened.value.close()
            page.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_another_sites_form_is_refused(visit: Open, host: str) -> None:
    reader = visit(WORKER, "mn")
    form = f"""<form method="post" action="{reader.site.address}/language">
      <input name="language" value="en"><button>Win a prize</button></form>"""
    with attacker(form) as port:
        reader.page.goto(f"http://{host}:{port}/")
        with reader.page.expect_navigation() as moved:
            reader.page.locator("button").click()
        assert moved.value is not None
        assert moved.value.status == 403
    reader.open("/")
    assert reader.page.locator("html").get_attribute("lang") == "mn"


def test_cookies_and_pages_do_not_outlive_the_visit(visit: Open, case: str) -> None:
    reader = visit(WORKER, "en")
    reader.open(case)
    kept = {cookie["name"]: cookie for cookie in reader.context.cookies()}  # type: ignore[typeddict-item]
    assert set(kept) <= {"casework", "language"}
    for cookie in kept.values():
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")  # type: ignore[typeddict-item]
    assert reader.page.evaluate("document.cookie") == ""
    reader.page.locator(".masthead__user summary").click()
    with reader.page.expect_navigation():
        reader.page.locator("form[action$='/sign-out'] button").click()
    reader.page.go_back()
    assert "Оюунцэцэг" not in reader.page.content()
    assert reader.path == "/sign-in"


def test_a_document_is_sent_and_saved(
    visit: Open, case: str, site: Site, checked: Checked, tmp_path: Path
) -> None:
    reader = visit(WORKER, "en")
    reader.open(f"{case}/documents")
    reader.follow("/documents/new")
    picture = photo(size=(4_000, 3_000), quality=100)
    sent = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": picture}
    reader.page.locator("[name=file]").set_input_files(sent)  # type: ignore[arg-type]
    reader.fill(kind="passport")
    reader.press()
    reader.sees("The document is kept", "IMG_2041.jpg", "Passport")
    assert list(site.scratch.rglob("*.jpg")) == []
    reader.follow("/documents/[0-9a-f-]{36}")
    reader.fill(purpose="case_management")
    with reader.page.expect_download() as saved:
        reader.page.locator("main form button[type=submit]").click()
    assert saved.value.suggested_filename.startswith("document-")
    saved.value.save_as(tmp_path / "saved.jpg")
    content = (tmp_path / "saved.jpg").read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert DEVICE.encode() not in content
    (kept,) = (site.settings.home / "files").iterdir()
    assert kept.read_bytes().startswith(b"CWF1")
    reader.follow("/destroy")
    reader.press()
    reader.fill(reason="wrong_record")
    reader.press()
    reader.sees("The file is destroyed")
    assert checked.problems == []


def test_too_large_a_file_is_answered_in_words(visit: Open, case: str, tmp_path: Path) -> None:
    """Not with a broken connection."""
    reader = visit(WORKER, "en")
    reader.open(f"{case}/documents/new")
    (tmp_path / "a.txt").write_bytes(b"a" * 40_000_000)
    reader.page.locator("[name=file]").set_input_files(tmp_path / "a.txt")
    reader.fill(kind="other")
    with reader.page.expect_navigation() as moved:
        reader.page.locator("main form button[type=submit]").click()
    assert moved.value is not None
    assert moved.value.status == 413
    reader.sees("The file is too large", "27 MB at most")
