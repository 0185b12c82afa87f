"""The queue stands in the order that the published rules give."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from random import Random

import pytest
from sqlalchemy import select

from casework import clock
from casework.cli import main
from casework.clock import today
from casework.rules.priority import queue_key
from casework.rules.scenario import write_scenario
from casework.services.requests.importing import import_requests
from casework.services.requests.queue import PAGE, Place, queue_page, read_queue
from casework.services.requests.scoring import (
    order_today,
    refresh_scores,
    score_of,
    scores_are_stale,
)
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Band, Need
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client, CountQueries
from tests.integration.requests.family import MOTHER, read, registered
from tests.integration.requests.test_steps import queued


def filled(database: Database, people: int = 120) -> None:
    """An invented list in the queue."""
    text = StringIO()
    write_scenario(people, 3, today(), text)
    file = BytesIO(text.getvalue().encode())
    assert import_requests(database, command_actor(), file, "KR").complete


def test_the_stored_columns_order_as_the_rules_do(
    database: Database,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled(database)
    with database.reading(cast["saruul.desk"]) as work:
        order = order_today(work)
        requests = list(work.session.scalars(select(ReturnRequest)))
        Random(1).shuffle(requests)
        expected = sorted(
            requests,
            key=lambda each: queue_key(
                score_of(work, each, order),
                each.submitted_on,
                each.reference,
                order.policy.tie_seed,
            ),
        )
        stored = [row.reference for row in read_queue(work)]
        assert stored == [each.reference for each in expected]
        pages, after = [], None
        while True:
            page = queue_page(work, after=after)
            pages += [each.reference for each in page.requests]
            assert len(page.requests) <= PAGE
            if page.after is None:
                break
            after = Place.parse(str(page.after))
        assert pages == stored
    monkeypatch.setenv("CASEWORK_HOME", str(database.settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", database.settings.keystore_url)
    capsys.readouterr()
    assert main(["requests", "queue", "--limit", "2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["reference"] for row in rows] == stored[:2]
    assert set(rows[0]) == {"reference", "mission", "band", "points", "people", "submitted_on"}


def test_scores_follow_the_day(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = queued(database, cast)
    with database.reading(cast["saruul.desk"]) as work:
        before = read(work, request_id).score.points
        assert not scores_are_stale(work)
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda: today() + timedelta(days=60))
    with database.reading(cast["saruul.desk"]) as work:
        assert scores_are_stale(work)
    assert refresh_scores(database) == 1
    assert refresh_scores(database) == 0
    with database.reading(cast["saruul.desk"]) as work:
        assert read(work, request_id).score.points > before


def test_the_page_filters_and_never_shows_why_a_place_is_reserved(
    client: Client, database: Database, cast: Cast
) -> None:
    queued(database, cast, replace(MOTHER, protection=True))
    hurt = frozenset({Need.VIOLENCE})
    queued(database, cast, replace(MOTHER, needs=hurt, register_number="", passport_number=""))
    desk = client("saruul.desk", language="en")
    page = desk.get("/requests/queue")
    assert page.text.count("Reserved place</strong>") == 2
    assert "iolence" not in page.text
    assert "rotection" not in page.text
    assert "KR-" not in desk.get(f"/requests/queue?band={Band.STANDARD.value}").text
    assert desk.get("/requests/queue?country=KR&after=nonsense").text.count("KR-20") == 2
    assert "Choose one of the answers" in desk.get("/requests/queue?country=DE").text
    assert client("sarnai.seoul").get("/requests/queue").status_code == 404


def test_lists_ask_the_database_no_more_for_more_rows(
    client: Client, database: Database, cast: Cast, queries: CountQueries
) -> None:
    registered(database, cast)
    queued(database, cast)
    counts: dict[str, list[int]] = {}
    pages = {"saruul.desk": "/requests/queue", "sarnai.seoul": "/requests", "officer": "/"}
    for round_ in range(2):
        for name, address in pages.items():
            browser = client("sarnai.seoul" if name == "officer" else name)
            with queries() as counted:
                assert browser.get(address).status_code == 200
            counts.setdefault(address, []).append(len(counted))
        if round_ == 0:
            filled(database, 100)
    assert all(after <= before + 2 for before, after in counts.values()), counts
