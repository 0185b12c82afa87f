"""Consular help: recorded, approved by another person, taken back by an entry, counted once."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.actor import system_actor
from casework.clock import today
from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.services.consular_help.log import Helped, decide_help, record_help, reverse_help
from casework.services.consular_help.reading import help_totals, help_waiting
from casework.services.work import Database
from casework.vocabulary import HelpKind, HelpState, NoticeKind, Payer
from models.audit import AuditEntry
from models.notice import Notice
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import read, registered

SEOUL, BERLIN, DESK = "sarnai.seoul", "bold.berlin", "saruul.desk"
FOOD = Helped(HelpKind.FOOD, today(), Decimal(150_000), note="гурван хоногийн хүнс")
SURGERY = Helped(HelpKind.MEDICAL, today(), Decimal(5_000), "USD", rate=Decimal(3_500))


@pytest.fixture
def request_id(database: Database, cast: Cast) -> UUID:
    return registered(database, cast)


def record(database: Database, cast: Cast, request_id: UUID, helped: Helped) -> UUID:
    with database.writing(cast[SEOUL]) as work:
        return record_help(work, read(work, request_id), helped).id


def decide(database: Database, cast: Cast, by: str, request_id: UUID, help_id: UUID) -> None:
    with database.writing(cast[by]) as work:
        decide_help(work, read(work, request_id), help_id, approved=True)


def totals(database: Database, cast: Cast, by: str = DESK) -> list[tuple[str, str, Decimal]]:
    with database.reading(cast[by]) as work:
        return [(one.payer, one.currency, one.total) for one in help_totals(work)]


def test_little_counts_at_once_and_much_waits_for_another(
    database: Database, cast: Cast, request_id: UUID
) -> None:
    record(database, cast, request_id, FOOD)
    large = record(database, cast, request_id, SURGERY)
    fund = Payer.ASSISTANCE_FUND
    assert totals(database, cast) == [(fund, "MNT", Decimal(150_000))]
    with database.reading(cast[DESK]) as work:
        assert [entry.id for entry, _ in help_waiting(work)] == [large]
        told = work.session.scalars(select(Notice).where(Notice.kind == NoticeKind.HELP_ASKED))
        assert [notice.user_id for notice in told] == [cast[DESK].id]
    with pytest.raises(InvalidTransition, match="Another person"):
        decide(database, cast, SEOUL, request_id, large)
    with pytest.raises(Refused):
        decide(database, cast, BERLIN, request_id, large)
    decide(database, cast, DESK, request_id, large)
    with pytest.raises(InvalidTransition, match="does not wait"):
        decide(database, cast, DESK, request_id, large)
    assert totals(database, cast) == [
        (fund, "MNT", Decimal(150_000)),
        (fund, "USD", Decimal(5_000)),
    ]
    assert totals(database, cast, BERLIN) == []


def test_a_mistake_is_taken_back_once_by_an_entry_of_its_own(
    database: Database, cast: Cast, request_id: UUID
) -> None:
    help_id = record(database, cast, request_id, FOOD)
    with database.writing(cast[SEOUL]) as work:
        reversal = reverse_help(work, read(work, request_id), help_id, "Хоёр удаа бичсэн")
        assert (reversal.amount, reversal.state) == (Decimal(-150_000), HelpState.APPROVED)
    with database.writing(cast[SEOUL]) as work, pytest.raises(InvalidTransition, match="already"):
        reverse_help(work, read(work, request_id), help_id, "Дахин")
    assert totals(database, cast) == [(Payer.ASSISTANCE_FUND, "MNT", Decimal(0))]


def test_another_currency_needs_its_rate_and_the_log_tells_no_kind(
    database: Database, cast: Cast, request_id: UUID
) -> None:
    with pytest.raises(InvalidInput) as error:
        record(database, cast, request_id, replace(SURGERY, rate=None))
    assert error.value.field == "rate"
    record(database, cast, request_id, SURGERY)
    with database.reading(system_actor()) as work:
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "help.recorded")
        )
        bodies = [entry.body for entry in entries]
    assert bodies and all(b'"medical"' not in body for body in bodies)


def test_the_pages_of_both_people(client: Client, database: Database, request_id: UUID) -> None:
    officer, desk = client(SEOUL, language="en"), client(DESK, language="en")
    url = f"/requests/{request_id}/help"
    said = {"kind": "roof", "given_on": str(today()), "currency": "MNT"}
    said |= {"payer": "assistance_fund"}
    assert officer.get(f"{url}/new").status_code == 200
    for amount in ("3000000", "4000000", "90000"):
        assert officer.post(f"{url}/new", data=said | {"amount": amount}).status_code == 302
    assert "Waiting for a second person" in officer.get(url).text
    assert "/approve" not in officer.get(url).text
    page = desk.get(url).text
    waiting = [part.split('"')[0] for part in page.split(f'action="{url}/')[1:]]
    approve = [act for act in waiting if act.endswith("/approve")]
    refuse = [act for act in waiting if act.endswith("/refuse")]
    assert desk.post(f"{url}/{approve[0]}").status_code == 302
    assert desk.post(f"{url}/{refuse[1]}").status_code == 302
    counted = officer.get(url).text.split(f'href="{url}/')[1:]
    reverse = next(part.split('"')[0] for part in counted if part.startswith(approve[0][:36]))
    assert officer.get(f"{url}/{reverse}").status_code == 200
    taken_back = officer.post(f"{url}/{reverse}", data={"reason": "Андуурсан"})
    assert taken_back.status_code == 302
    overview = desk.get("/requests/help").text
    assert "90 000" in overview.replace("\u00a0", " ") and "A roof" not in overview
