"""Papers and fitness: written down once, weighed against the day of departure."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from casework.clock import today
from casework.errors import InvalidInput
from casework.services.requests.editing import TRAVEL_FIELDS, change_travel
from casework.services.requests.travel import Journey, Missing, missing_for_travel
from casework.services.work import Database
from casework.vocabulary import DocumentStatus, TravelGap
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import MOTHER, read, registered

SEOUL = "sarnai.seoul"
DEPARTURE = today() + timedelta(days=20)
UNFIT = replace(MOTHER, document_status=DocumentStatus.LOST)


@pytest.fixture
def request_id(database: Database, cast: Cast) -> UUID:
    """Oyuunchimeg, with a health condition, who lost her passport."""
    return registered(database, cast, UNFIT)


def known(**said: Any) -> dict[str, Any]:
    return dict.fromkeys(TRAVEL_FIELDS) | {"document_status": DocumentStatus.LOST} | said


def change(database: Database, cast: Cast, request_id: UUID, **said: Any) -> None:
    with database.writing(cast[SEOUL]) as work:
        request = read(work, request_id)
        change_travel(work, request, request.members[0], known(**said), None)


def missing(database: Database, cast: Cast, request_id: UUID) -> list[Missing]:
    with database.reading(cast[SEOUL]) as work, work.unseen():
        member = read(work, request_id).members[0]
        return missing_for_travel(member, Journey(DEPARTURE))


def test_what_is_missing_and_until_when(database: Database, cast: Cast, request_id: UUID) -> None:
    assert missing(database, cast, request_id) == [
        Missing(TravelGap.NO_PAPER, DEPARTURE),
        Missing(TravelGap.NO_STATEMENT, DEPARTURE, DEPARTURE - timedelta(days=10)),
    ]
    change(
        database,
        cast,
        request_id,
        certificate_applied_on=today(),
        certificate_expected_on=DEPARTURE,
        statement_on=today(),
        statement_fit=True,
        statement_days=30,
    )
    assert missing(database, cast, request_id) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (
            {"certificate_applied_on": today(), "certificate_expected_on": today() - timedelta(1)},
            "certificate_expected_on",
        ),
        ({"statement_on": today()}, "statement_fit"),
        ({"statement_fit": True}, "statement_on"),
    ],
)
def test_days_in_a_wrong_order_are_refused(
    database: Database, cast: Cast, request_id: UUID, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        change(database, cast, request_id, **said)
    assert error.value.field == field


def test_the_request_says_what_is_missing(
    client: Client, database: Database, cast: Cast, request_id: UUID
) -> None:
    officer = client(SEOUL, language="en")
    page = officer.get(f"/requests/{request_id}").text
    assert "No passport and no emergency certificate" in page
    with database.reading(cast[SEOUL]) as work:
        member_id = read(work, request_id).members[0].id
    url = f"/requests/{request_id}/members/{member_id}/travel"
    assert "Emergency certificate" in officer.get(url).text
    sent = officer.post(
        url,
        data={"document_status": "lost", "certificate_issued_on": str(today())},
    )
    assert sent.status_code == 302
    after = officer.get(f"/requests/{request_id}").text
    assert "No passport and no emergency certificate" not in after
    assert "A doctor&#39;s statement is needed" in after
