"""Every page that each role can reach, and every refusal, speaks one language."""

from collections.abc import Iterator

import pytest

from casework.services.demo.cast import ACCOUNTS
from casework.vocabulary import Role
from tests.crawl.conftest import Demo
from tests.crawl.crawler import NOTHING, Crawl, Met

#: Answers to a form: shown again or saved, stale, or sent without its token.
REFUSALS = {200, 400, 409}
#: Naming a case that is not there is answered like a missing record.
GUESS = "/emergency/new (wrong)"


@pytest.mark.parametrize("language", ["mn", "en"])
@pytest.mark.parametrize("role", list(ACCOUNTS))
def test_every_page_speaks_one_language(demo: Demo, role: Role, language: str) -> None:
    crawl = Crawl(demo.browser(role, language)).walk("/")
    assert len(crawl.met) > 5
    problems = {wrong: met.how for met in crawl.met for wrong in wrong_with(met, language, demo)}
    assert not problems, "\n".join(f"{wrong}: {how}" for wrong, how in problems.items())


def expected_of(met: Met) -> set[int]:
    if NOTHING in met.how or GUESS in met.how:
        return {404}
    return {200} if met.how.startswith("GET") else REFUSALS


def wrong_with(met: Met, language: str, demo: Demo) -> Iterator[str]:
    page = met.page
    if met.status not in expected_of(met):
        yield f"status {met.status}"
        return
    if page.headings != 1:
        yield f"{page.headings} h1"
    named = demo.names & set(page.title.split())
    if not page.title or named:
        yield f"title {page.title!r}"
    for text in page.texts:
        for word in demo.speech.misplaced(text, language):
            yield f"{word!r} in {text[:120]!r}"
