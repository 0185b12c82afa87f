"""One active request a person, and no way to ask who else is in the system."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import clock
from casework.services.requests.duplicates import (
    ANSWERS_AN_HOUR,
    check_duplicates,
    note_answer,
)
from casework.services.requests.receiving import DecisionNeeded, receive_request
from casework.services.requests.states import move_request
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import RequestState
from models.audit import AuditEntry
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import FATHER, MOTHER, household, page_of, read, registered


def events(database: Database, cast: Cast, event: str) -> int:
    with database.reading(command_actor()) as work:
        statement = select(func.count()).where(AuditEntry.event == event)
        return work.session.scalar(statement) or 0


def test_her_own_missions_match_is_shown_and_she_decides(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast)
    browser = client("sarnai.seoul", language="en")
    page = browser.post("/requests/new", data=page_of())
    assert page.status_code == 200
    assert "Somebody may have asked already" in page.text
    assert "00001" in page.text
    saved = browser.post("/requests/new", data=page_of(another_person="y"))
    assert saved.status_code == 302
    assert events(database, cast, "request.registered") == 2


def test_name_and_birth_date_in_another_spelling_match(database: Database, cast: Cast) -> None:
    registered(database, cast)
    latin = replace(
        MOTHER,
        given_name="Oyunchimeg",
        patronymic="Tserendorj",
        register_number="",
        passport_number="",
    )
    with database.writing(cast["sarnai.seoul"]) as work:
        with pytest.raises(DecisionNeeded) as needed:
            receive_request(work, household(work, latin), checked=True, another_person=False)
        assert [member.position for member in needed.value.check.shown] == [1]


def test_a_request_that_is_over_is_no_duplicate(database: Database, cast: Cast) -> None:
    request_id = registered(database, cast)
    with database.writing(cast["sarnai.seoul"]) as work:
        move_request(
            work, read(work, request_id), RequestState.OWN_MEANS, event="request.own_means"
        )
    with database.reading(cast["sarnai.seoul"]) as work:
        assert check_duplicates(work, [MOTHER]).to_decide == 0


def test_another_mission_learns_only_whom_to_ask(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast)
    page = client("bold.berlin", language="en").post("/requests/new", data=page_of(country="DE"))
    assert "Ask them before you go on" in page.text
    assert "00001" not in page.text
    assert events(database, cast, "request.exists_elsewhere") == 1


def test_a_name_alone_tells_another_mission_nothing(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast)
    answers = page_of(country="DE", members__0__register_number="")
    assert client("bold.berlin").post("/requests/new", data=answers).status_code == 302
    assert events(database, cast, "request.duplicate_withheld") == 1


def test_nobody_learns_of_a_protected_person(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast, replace(MOTHER, protection=True))
    saved = client("bold.berlin").post("/requests/new", data=page_of(country="DE"))
    assert saved.status_code == 302
    assert events(database, cast, "request.duplicate_withheld") == 1
    assert events(database, cast, "request.exists_elsewhere") == 0


def test_iom_never_learns_of_matches_elsewhere(database: Database, cast: Cast) -> None:
    registered(database, cast)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        check = check_duplicates(work, [MOTHER])
        assert (check.to_decide, check.withheld) == (0, 1)


def test_answers_are_throttled(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(database, cast)
    with database.writing(cast["bold.berlin"]) as work:
        for _ in range(ANSWERS_AN_HOUR):
            assert check_duplicates(work, [MOTHER]).elsewhere
            note_answer(work)
        assert check_duplicates(work, [MOTHER]).to_decide == 0
        assert check_duplicates(work, [FATHER]).withheld == 0
        later = clock.now() + timedelta(hours=2)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert check_duplicates(work, [MOTHER]).elsewhere
