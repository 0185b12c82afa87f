"""What people are written: neutral, by a safe way, once; through a real mail server."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.services.messages import send_notice
from casework.services.messages.sending import PAUSES, send_messages
from casework.services.requests.editing import change_member
from casework.services.work import Database
from casework.vocabulary import Language, MessageFault, MessageKind, MessageState, Purpose, WriteBy
from models.audit import AuditEntry
from models.message import OutgoingMessage
from tests.conftest import Cast
from tests.integration.messages.mail_server import SENDER, Mailbox, mail_server
from tests.integration.requests.family import MOTHER, read, registered

ADDRESS = "oyuna.private@example.com"
WRITABLE = replace(MOTHER, email=ADDRESS)


@pytest.fixture
def mailbox(database: Database) -> Iterator[Mailbox]:
    with mail_server() as box:
        database.settings = replace(database.settings, smtp=box.settings)
        yield box


Ask = Callable[..., UUID]


@pytest.fixture
def ask(database: Database, cast: Cast) -> Ask:
    """Register Oyuunchimeg as she answers, and ask for a message to her; gives the request."""

    def asked(
        kind: MessageKind = MessageKind.OFFER, language: Any = Language.MN, **said: Any
    ) -> UUID:
        request_id = registered(database, cast, replace(WRITABLE, **said), language=language)
        again(request_id, kind)
        return request_id

    def again(request_id: UUID, kind: MessageKind) -> None:
        with database.writing(cast["saruul.desk"]) as work:
            send_notice(work, read(work, request_id), kind)

    return asked


def only(database: Database) -> OutgoingMessage:
    with database.reading(system_actor()) as work:
        return work.session.scalars(select(OutgoingMessage)).one()


def entries(database: Database) -> list[AuditEntry]:
    with database.reading(system_actor()) as work:
        found = work.session.scalars(select(AuditEntry).where(AuditEntry.event.like("message.%")))
        return list(found)


def make_due(database: Database, ago: timedelta = timedelta(seconds=1)) -> None:
    with database.writing(system_actor()) as work:
        message = work.session.scalars(select(OutgoingMessage)).one()
        message.due_at = clock.now() - ago
        work.record(Act("message.taken", Purpose.ADMINISTRATION, facts={"messages": 1, "left": 0}))


def test_an_email_says_only_that_there_is_news(
    database: Database, cast: Cast, mailbox: Mailbox, ask: Ask
) -> None:
    request_id = ask()
    assert only(database).state is MessageState.WAITING
    assert send_messages(database) == 1
    (email,) = mailbox.emails
    with database.reading(cast["sarnai.seoul"]) as work:
        reference = read(work, request_id).reference
    assert (email["To"], email["From"]) == (ADDRESS, SENDER)
    assert email["Auto-Submitted"] == "auto-generated"
    text = email.get_content()
    assert reference in text and "http://localhost:8000/status" in text
    for word in ("Оюунчимэг", "санал", "нислэг", "Casework", "хохирогч"):
        assert word not in text + email["Subject"]


def test_the_language_is_that_of_the_request(
    database: Database, mailbox: Mailbox, ask: Ask
) -> None:
    ask(MessageKind.CONFIRM_DATA, Language.EN)
    send_messages(database)
    assert "still right" in mailbox.emails[0].get_content()


def test_nothing_is_sent_twice(database: Database, mailbox: Mailbox, ask: Ask) -> None:
    ask()
    assert [send_messages(database) for _ in range(3)] == [1, 0, 0]
    assert len(mailbox.emails) == 1
    assert only(database).state is MessageState.SENT


def test_the_same_news_waits_once(
    database: Database, cast: Cast, mailbox: Mailbox, ask: Ask
) -> None:
    request_id = ask()
    with database.writing(cast["saruul.desk"]) as work:
        send_notice(work, read(work, request_id), MessageKind.OFFER)
    assert send_messages(database) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"may_write": WriteBy.NO},
        {"safe_contact": "Зөвхөн оройн наймаас хойш залгана"},
    ],
    ids=["she said no", "a rule that only people understand"],
)
def test_a_contact_rule_is_kept(
    database: Database, mailbox: Mailbox, ask: Ask, said: dict[str, Any]
) -> None:
    ask(**said)
    assert only(database).state is MessageState.SUPPRESSED
    assert send_messages(database) == 0
    assert mailbox.emails == []


def test_her_word_counts_even_while_a_message_waits(
    database: Database, cast: Cast, mailbox: Mailbox, ask: Ask
) -> None:
    request_id = ask()
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        said = replace(WRITABLE, may_write=WriteBy.NO)
        change_member(work, request, request.members[0], said, None)
    assert send_messages(database) == 0
    assert only(database).state is MessageState.SUPPRESSED
    assert mailbox.emails == []


def test_without_an_address_or_a_gateway_the_row_says_so(
    database: Database, mailbox: Mailbox, ask: Ask
) -> None:
    ask(email="")
    assert only(database).fault is MessageFault.NO_ADDRESS


def test_a_way_that_is_not_set_up_is_a_fault(
    database: Database, mailbox: Mailbox, ask: Ask
) -> None:
    ask(may_write=WriteBy.SMS)
    assert only(database).fault is MessageFault.NO_GATEWAY


def test_an_address_that_is_refused_is_not_tried_again(
    database: Database, mailbox: Mailbox, ask: Ask
) -> None:
    mailbox.answer = "550 nobody of this name"
    ask()
    assert send_messages(database) == 0
    assert (only(database).state, only(database).fault) == (
        MessageState.FAILED,
        MessageFault.REFUSED,
    )


@pytest.mark.parametrize(
    "address", ["a,b@x.invalid", "a;b@x.example", "(@x.example", ".@x.example"]
)
def test_an_address_that_is_none_fails_alone(
    database: Database, mailbox: Mailbox, ask: Ask, address: str
) -> None:
    ask(email=address)
    ask(register_number="УБ91020345", passport_number="E7654321")
    assert send_messages(database) == 1
    assert mailbox.recipients == [ADDRESS]
    with database.reading(system_actor()) as work:
        faults = work.session.scalars(select(OutgoingMessage.fault)).all()
        assert set(faults) == {MessageFault.REFUSED, None}


def test_a_server_that_turns_away_is_asked_again_later(
    database: Database, mailbox: Mailbox, ask: Ask
) -> None:
    mailbox.answer = "451 come back later"
    ask()
    assert send_messages(database) == 0
    waiting = only(database)
    assert (waiting.state, waiting.tries) == (MessageState.WAITING, 1)
    assert clock.now() < waiting.due_at <= clock.now() + PAUSES[0]
    mailbox.answer = "250 OK"
    assert send_messages(database) == 0, "not before its time"
    make_due(database)
    assert send_messages(database) == 1


def test_a_server_that_never_answers_is_given_up(database: Database, ask: Ask) -> None:
    with mail_server() as box:
        database.settings = replace(database.settings, smtp=box.settings)
        ask()
    for _ in range(len(PAUSES) + 1):
        send_messages(database)
        if only(database).state is MessageState.WAITING:
            make_due(database)
    failed = only(database)
    assert (failed.state, failed.fault) == (MessageState.FAILED, MessageFault.UNREACHABLE)
    assert failed.tries == len(PAUSES) + 1


def test_what_was_interrupted_is_never_sent_again(
    database: Database, mailbox: Mailbox, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_fails(*_: object) -> None:
        raise SystemExit

    ask()
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr("casework.services.messages.sending._note", power_fails)
        send_messages(database)
    assert only(database).state is MessageState.SENDING
    make_due(database, timedelta(hours=1))
    assert send_messages(database) == 0
    assert only(database).fault is MessageFault.INTERRUPTED
    assert len(mailbox.emails) == 1


def test_sms_and_whatsapp_go_to_the_outbox(database: Database, ask: Ask, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    database.settings = replace(database.settings, outbox=outbox)
    ask(may_write=WriteBy.WHATSAPP)
    assert send_messages(database) == 1
    (file,) = outbox.iterdir()
    said = json.loads(file.read_text())
    assert (said["way"], said["to"]) == ("whatsapp", MOTHER.phone)
    assert (outbox.stat().st_mode & 0o077, file.stat().st_mode & 0o077) == (0, 0)


def test_the_log_holds_no_address(database: Database, mailbox: Mailbox, ask: Ask) -> None:
    ask()
    send_messages(database)
    found = entries(database)
    assert [entry.event for entry in found] == ["message.asked", "message.taken", "message.sent"]
    assert all(ADDRESS.encode() not in entry.body for entry in found)
