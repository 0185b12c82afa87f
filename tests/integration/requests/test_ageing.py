"""Requests by age, and the word that goes to mission and desk when one turns late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.actor import system_actor
from casework.clock import today
from casework.services.requests.ageing import (
    count_by_state,
    escalate_late,
    late_by_mission,
)
from casework.services.requests.states import ACTIVE
from casework.services.work import Database
from casework.vocabulary import NoticeKind
from models.notice import Notice
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import MOTHER, registered

SEOUL, BERLIN, DESK = "sarnai.seoul", "bold.berlin", "saruul.desk"


@pytest.fixture
def ages(database: Database, cast: Cast) -> None:
    """Seoul has one request of each age."""
    for number, days in enumerate((1, 10, 40)):
        somebody = replace(MOTHER, register_number="", passport_number=f"C111111{number}")
        registered(database, cast, somebody, submitted_on=today() - timedelta(days=days))


def told(database: Database, cast: Cast) -> list[str]:
    names = {cast[name].id: name for name in (SEOUL, BERLIN, DESK)}
    with database.reading(system_actor()) as work:
        found = work.session.scalars(select(Notice).where(Notice.kind == NoticeKind.LATE))
        return sorted(names[notice.user_id] for notice in found)


def test_the_mission_and_the_desk_are_told_once(database: Database, cast: Cast, ages: None) -> None:
    assert [escalate_late(database), escalate_late(database)] == [1, 0]
    assert told(database, cast) == [SEOUL, DESK]


def test_counts_by_age_are_those_of_the_actors_own(
    database: Database, cast: Cast, ages: None
) -> None:
    with database.reading(cast[SEOUL]) as work:
        (count,) = count_by_state(work, ACTIVE)
        assert (count.total, count.in_time, count.soon, count.late) == (3, 1, 1, 1)
    with database.reading(cast[BERLIN]) as work:
        assert count_by_state(work, ACTIVE) == []
        assert late_by_mission(work) == []
    with database.reading(cast[DESK]) as work:
        (late,) = late_by_mission(work)
        assert (late.mission.code, late.requests) == ("KR", 1)


def test_lists_say_the_age_in_words(client: Client, ages: None) -> None:
    officer = client(SEOUL, language="en")
    page = officer.get("/requests").text
    for days, colour, words in (
        ("1 day", "green", "In time"),
        ("10 days", "amber", "Look soon"),
        ("40 days", "red", "Late"),
    ):
        assert f'{days} <strong class="govuk-tag govuk-tag--{colour}">{words}<' in page
    late = officer.get("/requests?age=late").text
    assert "40 days <" in late and "10 days <" not in late
    home = officer.get("/").text
    assert "look soon: 1" in home and "state=submitted&amp;age=late" in home
    assert "late: 1" in client(DESK, language="en").get("/requests/late").text
