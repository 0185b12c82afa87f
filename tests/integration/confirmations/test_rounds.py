"""Asking many households whether their data are still right; nobody loses a place by silence."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.actor import system_actor
from casework.clock import today
from casework.errors import InvalidInput, Refused
from casework.services.confirmations.answering import confirm_data, unanswered_since
from casework.services.confirmations.reading import RoundFigures, list_rounds
from casework.services.confirmations.rounds import Asked, count_to_ask, start_round
from casework.services.confirmations.running import run_rounds
from casework.services.messages.sending import send_messages
from casework.services.work import Database
from casework.vocabulary import Channel, Purpose, Relation, RequestState, RoundState, WriteBy
from models.confirmation import ConfirmationRound
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.messages.mail_server import Mailbox, mail_server
from tests.integration.requests.family import FATHER, MOTHER, read, registered

SEOUL, BERLIN, DESK = "sarnai.seoul", "bold.berlin", "saruul.desk"
LONG_AGO = today() - timedelta(days=60)
WRITABLE = replace(MOTHER, email="oyuna.private@example.com")


@pytest.fixture
def mailbox(database: Database) -> Iterator[Mailbox]:
    with mail_server() as box:
        database.settings = replace(database.settings, smtp=box.settings)
        yield box


@pytest.fixture
def households(database: Database, cast: Cast) -> dict[str, UUID]:
    """Two of Seoul, one of which may not be written to, one of Berlin, one that confirmed today."""
    silent = replace(FATHER, relation=Relation.PRINCIPAL, may_write=WriteBy.NO)
    german = replace(WRITABLE, register_number="", passport_number="C1111111")
    fresh = replace(WRITABLE, register_number="", passport_number="C2222222")
    return {
        "written": registered(database, cast, WRITABLE, submitted_on=LONG_AGO),
        "silent": registered(database, cast, silent, submitted_on=LONG_AGO),
        "german": registered(database, cast, german, by=BERLIN, code="DE", submitted_on=LONG_AGO),
        "fresh": registered(database, cast, fresh),
    }


def asked(**values: object) -> Asked:
    return replace(Asked.since(30, 0, None, None), **values)


def start(database: Database, cast: Cast, by: str = SEOUL, days: int = 14) -> UUID:
    with database.writing(cast[by]) as work:
        round_ = start_round(work, asked(), days, count_to_ask(work, asked()))
    run_rounds(database)
    return round_.id


def pass_days(database: Database, round_id: UUID) -> None:
    with database.writing(system_actor()) as work:
        work.session.get_one(ConfirmationRound, round_id).answer_by = today() - timedelta(days=1)
        facts = {"round": str(round_id), "requests": 0}
        work.record(Act("round.flagged", Purpose.ADMINISTRATION, facts=facts))
    run_rounds(database)


def figures(database: Database, cast: Cast) -> RoundFigures:
    with database.reading(cast[SEOUL]) as work:
        ((_, found),) = list_rounds(work)
        return found


def test_each_counts_whom_she_may_ask(
    database: Database, cast: Cast, households: dict[str, UUID]
) -> None:
    counts = {}
    for name in (SEOUL, BERLIN, DESK, "bolormaa.caseworker"):
        with database.reading(cast[name]) as work:
            counts[name] = count_to_ask(work, asked())
    assert counts == {SEOUL: 2, BERLIN: 1, DESK: 3, "bolormaa.caseworker": 0}
    with database.reading(cast[DESK]) as work:
        assert count_to_ask(work, asked(country="DE")) == 1
        assert count_to_ask(work, asked(submitted_by=LONG_AGO - timedelta(days=1))) == 0


def test_a_round_writes_once_to_whom_it_may(
    database: Database, cast: Cast, households: dict[str, UUID], mailbox: Mailbox
) -> None:
    start(database, cast)
    send_messages(database)
    assert run_rounds(database) == 0, "nobody is asked twice"
    send_messages(database)
    assert len(mailbox.emails) == 1
    assert figures(database, cast) == RoundFigures(asked=2, waiting=1, suppressed=1)
    with database.reading(cast[DESK]) as work:
        assert count_to_ask(work, asked()) == 1, "only Berlin's is left"


def test_the_number_seen_is_the_number_asked(
    database: Database, cast: Cast, households: dict[str, UUID]
) -> None:
    with database.writing(cast[SEOUL]) as work:
        with pytest.raises(InvalidInput, match="Meanwhile"):
            start_round(work, asked(), 14, 3)
        with pytest.raises(InvalidInput, match="Nobody"):
            start_round(work, asked(country="FR"), 14, 0)


def test_who_answers_in_public_or_on_the_telephone_is_counted(
    database: Database, cast: Cast, households: dict[str, UUID], mailbox: Mailbox
) -> None:
    start(database, cast)
    with database.writing(cast[BERLIN]) as work, pytest.raises(Refused):
        confirm_data(work, read(work, households["written"]), Channel.PHONE)
    with database.writing(cast[SEOUL]) as work:
        confirm_data(work, read(work, households["silent"]), Channel.PHONE)
    with database.writing(system_actor()) as work:
        confirm_data(work, read(work, households["written"]), Channel.PUBLIC_FORM)
    assert figures(database, cast) == RoundFigures(asked=2, answered=2)
    with database.reading(cast[SEOUL]) as work:
        assert read(work, households["written"]).confirmed_on == today()


def test_silence_is_flagged_and_keeps_its_place(
    database: Database, cast: Cast, households: dict[str, UUID], mailbox: Mailbox
) -> None:
    round_id = start(database, cast)
    pass_days(database, round_id)
    assert figures(database, cast) == RoundFigures(asked=2, flagged=2, suppressed=1)
    with database.reading(cast[SEOUL]) as work:
        request = read(work, households["written"])
        assert unanswered_since(work, request) is not None
        assert (request.state, request.submitted_on) == (RequestState.SUBMITTED, LONG_AGO)
        assert work.session.get_one(ConfirmationRound, round_id).state is RoundState.CLOSED
    with database.writing(cast[SEOUL]) as work:
        request = read(work, households["written"])
        confirm_data(work, request, Channel.MISSION_DESK)
        assert unanswered_since(work, request) is None, "late is better than never"


def test_the_page_counts_then_sends(
    client: Client, database: Database, cast: Cast, households: dict[str, UUID]
) -> None:
    officer = client(SEOUL, language="en")
    page = officer.get("/requests/confirmations/new?not_confirmed=30&waiting=0")
    assert "2 households will be asked" in page.text
    url = "/requests/confirmations/new?not_confirmed=30&waiting=0"
    again = officer.post(url, data={"counted": "1", "answer_days": "14"})
    assert "Meanwhile there are 2 households" in again.text
    sent = officer.post(url, data={"counted": "2", "answer_days": "14"})
    assert sent.status_code == 302
    run_rounds(database)
    shown = officer.get(sent.location)
    assert "This way is not set up here" in shown.text
    assert "Оюунчимэг" not in shown.text
    assert "not_confirmed" not in officer.get("/requests/confirmations").text
    with database.reading(cast[SEOUL]) as work:
        reference = work.session.get_one(ReturnRequest, households["written"]).reference
        assert work.session.scalars(select(ConfirmationRound)).one().total == 2
    assert reference in shown.text
    request_page = officer.get(f"/requests/{households['written']}")
    assert "Are the data still right?" in request_page.text


def test_the_page_writes_down_what_was_said_on_the_telephone(
    client: Client, database: Database, households: dict[str, UUID]
) -> None:
    url = f"/requests/{households['silent']}/confirm-data"
    assert client(SEOUL).post(url, data={"channel": "phone"}).status_code == 302
    with database.reading(system_actor()) as work:
        request = work.session.get_one(ReturnRequest, households["silent"])
        assert request.confirmed_on == today()
