"""The rules that each page of the tests is held to do find what they forbid."""

import pytest
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request, Response

from tests.page_rules import HEADERS, POLICY, check_headers, check_page

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Home – Casework</title>
<script src="/x.js" nonce="abc"></script></head><body><h1>Home</h1>
<form method="post"><input type="hidden" name="csrf_token" value="1">
<label for="name">Name</label><input id="name" name="name"><button>Save</button></form>
</body></html>"""


def response(html: str) -> TestResponse:
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "; ".join(["script-src 'nonce-abc'", *POLICY])
    answer.headers.update(HEADERS)
    request = Request(EnvironBuilder("/page").get_environ())
    return TestResponse(answer.response, answer.status, answer.headers, request)


def test_a_sound_page_passes() -> None:
    check_page(response(PAGE), "en")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lang="en"', 'lang="mn"', "lang is mn"),
        ("<h1>Home</h1>", "", "one h1"),
        ("<h1>Home</h1>", "<h1>Home</h1><h1>Again</h1>", "one h1"),
        ("<h1>Home</h1>", "<h1>Home", "invalid HTML"),
        ("<h1>Home</h1>", '<h1>Home</h1><p id="name"></p>', "2 times"),
        ("<h1>Home</h1>", '<h1 style="color: red">Home</h1>', "inline style"),
        ("<h1>Home</h1>", '<h1 onclick="x()">Home</h1>', "inline script"),
        ("<h1>Home</h1>", '<h1>Home</h1><a href="javascript:x()">x</a>', "inline script"),
        ("<h1>Home</h1>", '<h1>Home</h1><a href="#gone">x</a>', "leads nowhere"),
        ("<h1>Home</h1>", "<h1>Home</h1><button></button>", "without words"),
        ('nonce="abc"', "", "without the nonce"),
        ('src="/x.js"', "", "inline or without"),
        ('for="name"', "", "no label"),
        ('<input type="hidden" name="csrf_token" value="1">', "", "without csrf_token"),
    ],
)
def test_a_fault_is_named(old: str, new: str, said: str) -> None:
    assert old in PAGE
    with pytest.raises(AssertionError, match=said):
        check_page(response(PAGE.replace(old, new, 1)), "en")


def test_a_missing_or_weaker_header_is_named() -> None:
    for name in HEADERS:
        answer = response(PAGE)
        del answer.headers[name]
        assert [name in problem for problem in check_headers(answer)] == [True]
    for directive in sorted(POLICY):
        answer = response(PAGE)
        policy = answer.headers["Content-Security-Policy"]
        answer.headers["Content-Security-Policy"] = policy.replace(directive, "")
        assert f"the policy lacks {directive}" in check_headers(answer)
    weak = response(PAGE)
    weak.headers["Content-Security-Policy"] += "; img-src * 'unsafe-inline'"
    assert sorted(check_headers(weak)) == ["the policy allows *", "the policy allows unsafe-inline"]


@pytest.mark.parametrize(
    "cookie",
    ["s=1; Path=/; SameSite=Lax", "s=1; HttpOnly; Path=/x; SameSite=Lax",
     "s=1; HttpOnly; Path=/; SameSite=Lax; Domain=example.mn"],
)  # fmt: skip
def test_a_weak_cookie_is_named(cookie: str) -> None:
    answer = response(PAGE)
    answer.headers["Set-Cookie"] = cookie
    assert len(list(check_headers(answer))) == 1
