"""What every page must be, wherever it is requested in the tests."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError
from werkzeug.test import TestResponse

FIELDS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
#: Sent with every answer of the product, word for word.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Directives of the policy; the script's source is checked with the scripts.
POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
}
FORBIDDEN_SOURCES = ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "http:", "https:", "*")
HIDDEN_KEY = re.compile(r'( name="(?:csrf_token|idempotency_key)"[^>]* value=")[^"]+(?=")')
#: Pages already read, by language and hash.
FOUND_RIGHT: set[tuple[str, int]] = set()
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


def parsed(html: str) -> Element:
    """The page as a tree; AssertionError when it is not valid HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        tree: Element = parser.parse(html)
    except ParseError as error:
        (line, column), code, values = parser.errors[-1]
        shown = html.splitlines()[line - 1][max(0, column - 120) : column + 40]
        raise AssertionError(f"invalid HTML, {code} {values} at line {line}: {shown}") from error
    return tree


def words(element: Element) -> str:
    """The text of an element, blanks folded."""
    return " ".join("".join(element.itertext()).split())


def check_page(response: TestResponse, language: str) -> None:
    """AssertionError listing everything wrong with an HTML response.

    A page that differs from one found right only in what differs each time is not read again.
    """
    nonce = re.search(r"'nonce-([^']+)'", response.headers.get("Content-Security-Policy", ""))
    known = (language, _without_chance(response, nonce[1] if nonce else None))
    problems = list(check_headers(response))
    if known not in FOUND_RIGHT:
        page = parsed(response.text)
        problems += [
            *_structure(page, language),
            *_ids(page),
            *_labels(page),
            *_forms(page),
            *_scripts(page, nonce[1] if nonce else None),
        ]
    assert problems == [], f"{response.request.path}: {problems}"
    FOUND_RIGHT.add(known)


def _without_chance(response: TestResponse, nonce: str | None) -> int:
    """The hash of a page without its own nonce, the hidden keys of its forms, and its address."""
    text = HIDDEN_KEY.sub(r"\1", response.text).replace(response.request.path, "")
    return hash(text.replace(nonce, "") if nonce else text)


def check_headers(response: TestResponse) -> Iterator[str]:
    """What is wrong with the headers and cookies of any answer."""
    for name, value in HEADERS.items():
        if response.headers.get(name) != value:
            yield f"{name} is {response.headers.get(name)!r}, not {value!r}"
    policy = response.headers.get("Content-Security-Policy", "")
    directives = {directive.strip() for directive in policy.split(";")}
    yield from (f"the policy lacks {directive}" for directive in sorted(POLICY - directives))
    for source in FORBIDDEN_SOURCES:
        if source in policy.split() or f"'{source}'" in policy.split():
            yield f"the policy allows {source}"
    for cookie in response.headers.getlist("Set-Cookie"):
        parts = {part.strip() for part in cookie.split(";")[1:]}
        if not {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts or "Domain" in cookie:
            yield f"a cookie with {sorted(parts)}"


def _structure(page: Element, language: str) -> Iterator[str]:
    if page.get("lang") != language:
        yield f"lang is {page.get('lang')}, not {language}"
    headings = [words(heading) for heading in page.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"one h1 with words, not {headings}"
    title = page.find("head/title")
    if title is None or len(words(title).split("–")[0].strip()) < 1:
        yield "no title"
    for image in page.iter("img"):
        if image.get("alt") is None:
            yield f"img without alt: {image.get('src')}"
    for control in (*page.iter("a"), *page.iter("button")):
        if not (words(control) or control.get("aria-label")):
            yield f"{control.tag} without words: {control.attrib}"


def _ids(page: Element) -> Iterator[str]:
    found = Counter(element.get("id") for element in page.iter() if element.get("id") is not None)
    yield from (f"id {name!r} {count} times" for name, count in found.items() if count > 1)
    for element in page.iter():
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in found:
                    yield f"{element.tag} {attribute}={name!r} refers to nothing"
        target = element.get("href") or ""
        if target.startswith("#") and target[1:] not in found:
            yield f"link to {target} leads nowhere"


def _labels(page: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label") if words(label)}
    inside = {field for label in page.iter("label") if words(label) for field in label.iter()}
    for field in page.iter():
        if field.tag not in FIELDS or field.get("type") in UNLABELLED:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not (named or field.get("id") in labelled or field in inside):
            yield f"{field.tag} {field.get('name')!r} has no label"


def _forms(page: Element) -> Iterator[str]:
    for form in page.iter("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token"]
        if not any(token.get("value") for token in tokens):
            yield f"form to {form.get('action')!r} without csrf_token"


def _scripts(page: Element, nonce: str | None) -> Iterator[str]:
    if nonce is None:
        yield "no nonce in Content-Security-Policy"
    for script in page.iter("script"):
        if script.get("nonce") != nonce or not script.get("src"):
            yield f"script inline or without the nonce: {script.attrib}"
    for element in page.iter():
        if element.tag == "style" or element.get("style") is not None:
            yield f"inline style on {element.tag}"
        for name, value in element.attrib.items():
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                yield f"inline script in {element.tag} {name}"
