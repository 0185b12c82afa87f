"""A request goes through its states, and only by who may."""

from uuid import UUID

import pytest
from sqlalchemy import select

from casework.errors import InvalidInput, InvalidTransition, Refused, StaleRecord
from casework.services.cases.opening import Opening, open_case
from casework.services.organisations import get_organisation
from casework.services.requests import deciding
from casework.services.requests.deciding import Withdrawal, withdraw_member
from casework.services.requests.duplicates import check_duplicates
from casework.services.requests.states import move_members, move_request
from casework.services.work import Database
from casework.vocabulary import (
    CaseKind,
    DeclineReason,
    LegalBasis,
    MessageKind,
    Need,
    RequestState,
    WithdrawalChannel,
)
from models.message import OutgoingMessage
from models.return_request import RequestMember
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import DAUGHTER, FATHER, MOTHER, read, registered

WORD = Withdrawal(WithdrawalChannel.PHONE, "“Би энд үлдэнэ” гэж Сарнайд хэлсэн")


def states(database: Database, cast: Cast, request_id: UUID) -> list[RequestState]:
    with database.reading(cast["saruul.desk"]) as work:
        request = read(work, request_id)
        return [request.state, *(member.state for member in request.members)]


def queued(database: Database, cast: Cast, *members: object) -> UUID:
    request_id = registered(database, cast, *members)  # type: ignore[arg-type]
    with database.writing(cast["sarnai.seoul"]) as work:
        deciding.verify_request(work, read(work, request_id))
    return request_id


def test_verifying_puts_everybody_in_the_queue(database: Database, cast: Cast) -> None:
    request_id = queued(database, cast, MOTHER, DAUGHTER)
    assert states(database, cast, request_id) == [RequestState.QUEUED] * 3


def test_a_refused_step_names_the_state_and_who_can(database: Database, cast: Cast) -> None:
    request_id = queued(database, cast)
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        with pytest.raises(InvalidTransition) as refused:
            move_request(work, request, RequestState.ARRIVED, event="request.arrived")
        assert refused.value.message.values["state"] is RequestState.QUEUED
        with pytest.raises(Refused):
            move_request(work, request, RequestState.OFFERED, event="request.offered")
        work.session.rollback()
    with database.writing(cast["bold.berlin"]) as work, pytest.raises(Refused):
        deciding.travel_by_own_means(work, read(work, request_id))


def test_only_the_adult_concerned_withdraws(database: Database, cast: Cast) -> None:
    request_id = queued(database, cast, MOTHER, FATHER, DAUGHTER)
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        withdraw_member(work, request, request.members[1], WORD)
    queued_state, gone = RequestState.QUEUED, RequestState.WITHDRAWN
    assert states(database, cast, request_id) == [queued_state, queued_state, gone, queued_state]
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        child, mother = request.members[2], request.members[0]
        with pytest.raises(InvalidInput) as refused:
            withdraw_member(work, request, child, WORD)
        assert refused.value.field == "member"
        with pytest.raises(InvalidInput) as refused:
            withdraw_member(work, request, mother, WORD)
        assert refused.value.field == "with_children"
        both = Withdrawal(WORD.channel, WORD.word, with_children=True)
        withdraw_member(work, request, mother, both)
    assert states(database, cast, request_id) == [gone] * 4


def test_a_request_is_as_far_as_the_last_who_travels(database: Database, cast: Cast) -> None:
    request_id = queued(database, cast, MOTHER, FATHER)
    with database.writing(cast["saruul.desk"]) as work:
        request = read(work, request_id)
        apart: list[RequestMember] = request.members[1:]
        for step, event in (
            (RequestState.OFFERED, "request.offered"),
            (RequestState.CONFIRMED, "request.confirmed"),
            (RequestState.TRAVELLING, "request.travelling"),
            (RequestState.ARRIVED, "request.arrived"),
        ):
            move_members(work, request, apart, step, event=event)
        assert request.state is RequestState.QUEUED
        assert request.arrived_on is not None
        withdrawn = request.members[:1]
        move_members(work, request, withdrawn, RequestState.WITHDRAWN, event="request.withdrawn")
        assert request.state is RequestState.ARRIVED


def test_declining_tells_why_and_an_appeal_brings_it_back(
    client: Client, database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast)
    browser = client("sarnai.seoul", language="en")
    address = f"/requests/{request_id}"
    assert browser.get(f"{address}/decline").status_code == 200
    page = browser.post(f"{address}/decline", data={"reason": "other", "version": "1"})
    assert "in words that the person can be told" in page.text
    sent = {"reason": "other", "note": "Паспортгүй", "version": "1"}
    assert browser.post(f"{address}/decline", data=sent).status_code == 302
    assert "may appeal" in browser.get(address).text
    assert browser.get(f"{address}/appeal").status_code == 404
    desk = client("saruul.desk", language="en")
    assert desk.get(f"{address}/appeal").status_code == 200
    upheld = desk.post(f"{address}/appeal", data={"appeal": "Паспорт олдсон", "version": "2"})
    assert upheld.status_code == 302
    assert states(database, cast, request_id)[0] is RequestState.VERIFIED
    with database.reading(cast["saruul.desk"]) as work:
        assert read(work, request_id).decline_reason is DeclineReason.OTHER


def test_who_is_declined_is_written_to_and_nobody_who_left(database: Database, cast: Cast) -> None:
    declined, left = (registered(database, cast, MOTHER, FATHER) for _ in range(2))
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, left)
        withdraw_member(work, request, request.members[0], WORD)
    for request_id in (declined, left):
        with database.writing(cast["sarnai.seoul"]) as work:
            request = read(work, request_id)
            deciding.decline_request(work, request, DeclineReason.OTHER, "Виз хүчинтэй", None)
    with database.reading(cast["saruul.desk"]) as work, work.beyond("a test looks"):
        asked = work.session.execute(select(OutgoingMessage.request_id, OutgoingMessage.kind))
        assert [tuple(row) for row in asked] == [(declined, MessageKind.DECISION)]


def test_a_duplicate_is_put_aside_and_restored(database: Database, cast: Cast) -> None:
    first, second = queued(database, cast), queued(database, cast)
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, second)
        for wrong in (request.reference, "KR-1999-00001"):
            with pytest.raises(InvalidInput):
                deciding.mark_duplicate(work, request, wrong, None)
        deciding.mark_duplicate(work, request, read(work, first).reference, request.version)
    assert states(database, cast, second) == [RequestState.DUPLICATE] * 2
    with database.writing(cast["sarnai.seoul"]) as work:
        deciding.restore_request(work, read(work, second))
    assert states(database, cast, second) == [RequestState.QUEUED] * 2


def test_an_old_page_does_not_verify(database: Database, cast: Cast) -> None:
    request_id = registered(database, cast)
    with database.writing(cast["sarnai.seoul"]) as work, pytest.raises(StaleRecord):
        deciding.verify_request(work, read(work, request_id), version=7)


def test_someone_else_saved_first(client: Client, database: Database, cast: Cast) -> None:
    request_id = registered(database, cast)
    address = f"/requests/{request_id}/edit"
    answers = {"country": "KR", "language": "mn", "version": "1"}
    browser = client("sarnai.seoul", language="en")
    assert browser.post(address, data=answers | {"city": "Ансан"}).status_code == 302
    conflict = browser.post(address, data=answers | {"city": "Пусан"})
    assert conflict.status_code == 409
    assert "Ансан" in conflict.text
    assert "Пусан" in conflict.text
    kept = browser.post(address, data=answers | {"city": "Пусан", "version": "2"})
    assert kept.status_code == 302
    assert "Пусан" in browser.get(f"/requests/{request_id}").text


def test_identifiers_are_covered_until_a_purpose_is_given(
    client: Client, database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast)
    with database.reading(cast["sarnai.seoul"]) as work:
        person_id = read(work, request_id).members[0].person_id
    browser = client("sarnai.seoul", language="en")
    address = f"/requests/{request_id}"
    assert "УБ90010122" not in browser.get(address).text
    show = f"{address}/people/{person_id}/show"
    assert browser.post(show, data={}).status_code == 200
    assert browser.post(show, data={"purpose": "return_assistance"}).status_code == 302
    assert "УБ90010122" in browser.get(address).text
    another_visit = client("sarnai.seoul", language="en")
    assert "УБ90010122" not in another_visit.get(address).text


def test_violence_and_protection_are_never_tags(
    client: Client, database: Database, cast: Cast
) -> None:
    hurt = frozenset({Need.HEALTH, Need.VIOLENCE})
    request_id = registered(database, cast, MOTHER.__class__(**vars(MOTHER) | {"needs": hurt}))
    browser = client("sarnai.seoul", language="en")
    for address in ("/requests", f"/requests/{request_id}"):
        assert "iolence" not in browser.get(address).text
    edited = browser.get(
        f"/requests/{request_id}/members/{member_of(database, cast, request_id)}/edit"
    )
    assert "iolence" not in edited.text


def member_of(database: Database, cast: Cast, request_id: UUID) -> UUID:
    with database.reading(cast["sarnai.seoul"]) as work:
        return read(work, request_id).members[0].id


def test_a_reader_through_a_case_sees_only_its_people(
    client: Client, database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast, MOTHER, FATHER, note="Тусад нь ярилцав")
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        request = read(work, request_id)
        iom = get_organisation(work, "IOM")
        people = [request.members[1].person]
        open_case(work, Opening(iom, people, CaseKind.RETURNEE, LegalBasis.CONSENT, request))
        again = check_duplicates(work, [MOTHER, FATHER])
        assert [member.person_id for member in again.shown] == [people[0].id]
    reader = client("enkhbayar.supervisor", language="en")
    for address in ("/requests?state=submitted", f"/requests/{request_id}"):
        page = reader.get(address).text
        assert "Ганболд" in page
        assert "Оюунчимэг" not in page and "Тусад нь" not in page
    everything = client("sarnai.seoul", language="en").get(f"/requests/{request_id}").text
    assert all(text in everything for text in ("Ганболд", "Оюунчимэг", "Тусад нь"))
    assert client("bolormaa.caseworker").get(f"/requests/{request_id}").status_code == 404
