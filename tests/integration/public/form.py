"""The form of the tests, filled in by Oyuunchimeg in Seoul for herself and her daughter."""

import re
from typing import Any

from tests.visitor import Visitor

GIVEN, CHILD = "Оюунчимэг", "Номинзул"
ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("/ask/where", {"country": "KR", "city": "Ансан"}),
    ("/ask/person/1/name", {"given_name": GIVEN, "patronymic": "Цэрэндорж"}),
    ("/ask/person/1/birth", {"birth_date": "1990-01-01", "sex": "F"}),
    (
        "/ask/person/1/papers",
        {"document_status": "confiscated", "register_number": "УБ90010122"},
    ),
    ("/ask/person/1/needs", {"needs": ["health", "no_means"]}),
    ("/ask/people", {"more": "yes"}),
    ("/ask/person/2/name", {"given_name": CHILD, "relation": "child"}),
    ("/ask/person/2/birth", {"birth_date": "2020-05-06", "sex": "F"}),
    ("/ask/person/2/papers", {"document_status": "valid"}),
    ("/ask/person/2/needs", {}),
    ("/ask/people", {"more": "no"}),
    ("/ask/stay", {}),
    ("/ask/safety", {"signs": "yes"}),
    ("/ask/contact", {"phone": "+82 10 5555 7777", "may_write": "no"}),
    ("/ask/consent", {"agreed": "y"}),
]


def fill_in(
    browser: Visitor,
    answers: list[tuple[str, dict[str, Any]]] = ANSWERS,
    then: str = "/ask/check",
) -> None:
    """Answer every question in order; each page leads to the next."""
    browser.post("/ask", data={})
    for place, (address, data) in enumerate(answers):
        assert browser.get(address).status_code == 200, address
        answer = browser.post(address, data=data)
        following = answers[place + 1][0] if place + 1 < len(answers) else then
        assert answer.location == following, (address, answer.text)


def send(browser: Visitor) -> tuple[str, str]:
    """Send what was filled in; the reference and the PIN."""
    assert browser.post("/ask/check", data={}).location == "/ask/sent"
    found = re.findall(r'<strong class="code">([^<]+)</strong>', browser.get("/ask/sent").text)
    return found[0], found[1]
