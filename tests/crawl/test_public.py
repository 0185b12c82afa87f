"""The public pages, filled in and refused, speak one language."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.crawl.conftest import Demo
from tests.crawl.crawler import Crawler, Met
from tests.crawl.reading import Reading
from tests.crawl.test_languages import wrong_with
from tests.integration.public.form import ANSWERS

INSIDE = ("request", "why", "data", "change", "withdraw", "appeal", f"offer/{UUID(int=0)}")


@pytest.mark.parametrize("language", ["mn", "en"])
def test_every_public_page_speaks_one_language(demo: Demo, language: str) -> None:
    demo.app.test_client_class = Crawler
    browser = demo.app.test_client()
    assert isinstance(browser, Crawler)
    send(browser, "/language", language=language)
    name = min(word for word in demo.names if re.fullmatch("[А-ЯӨҮ][а-яөү]{3,}", word))
    met = list(walk(browser, name))
    assert len(met) > 30
    problems = {wrong: one.how for one in met for wrong in wrong_with(one, language, demo)}
    assert not problems, "\n".join(f"{wrong}: {how}" for wrong, how in problems.items())


def walk(browser: Crawler, name: str) -> Iterator[Met]:
    """Every question, refused and answered, then every page behind the PIN."""
    yield read(browser, "/ask")
    send(browser, "/ask")
    for address, data in ANSWERS:
        yield read(browser, address)
        yield send(browser, address, given_name="1", country="§", document_status="§")
        names = dict.fromkeys({"given_name", "patronymic"} & data.keys(), name)
        send(browser, address, **{**data, **names, "city": ""})
    yield read(browser, "/ask/check")
    send(browser, "/ask/check")
    yield (sent := read(browser, "/ask/sent"))
    words = " ".join(sent.page.texts)
    code, pin = re.findall(r"[A-Z]{2}-\d{4}-\d{5}|\d{3} \d{3} \d{4}", words)[:2]
    yield send(browser, "/status", code=code, pin="1")
    send(browser, "/status", code=code, pin=pin)
    for page in INSIDE:
        yield read(browser, f"/status/{page}")
        yield send(browser, f"/status/{page}") if page in ("change", "appeal", "withdraw") else sent


def read(browser: Crawler, address: str) -> Met:
    answer = browser.get(address, follow_redirects=True)
    return Met(f"GET {address}", answer.status_code, Reading(answer.text))


def send(browser: Crawler, address: str, **data: object) -> Met:
    keys = {"csrf_token": browser.csrf_token(), "idempotency_key": address}
    answer = browser.post(address, data=keys | data, follow_redirects=True)
    return Met(f"POST {address}", answer.status_code, Reading(answer.text))
