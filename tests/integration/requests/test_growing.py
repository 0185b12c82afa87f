"""A household grows by a birth on its way; somebody withdraws alone and the others stay."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import send_offers
from casework.services.requests.deciding import Withdrawal, withdraw_member
from casework.services.requests.growing import join_household
from casework.services.work import Database
from casework.vocabulary import (
    HoldState,
    Relation,
    ReleaseReason,
    RequestState,
    RoomKind,
    Sex,
    WithdrawalChannel,
)
from models.audit import AuditEntry
from models.movement import Hold
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight
from tests.integration.movements.scene import household as scene_household
from tests.integration.requests.family import (
    DAUGHTER,
    FATHER,
    MOTHER,
    PersonInput,
    read,
    registered,
)

BABY = PersonInput(
    relation=Relation.CHILD,
    given_name="Тэмүүлэн",
    patronymic="Ганболд",
    sex=Sex.MALE,
    birth_date=today(),
)
SENT = {
    "relation": "child",
    "given_name": "Тэмүүлэн",
    "patronymic": "Ганболд",
    "sex": "M",
    "birth_date": today().isoformat(),
}


def test_a_newborn_joins_where_the_household_stands(
    client: Client, database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast, MOTHER, FATHER)
    browser = client("sarnai.seoul", language="en")
    browser.post(f"/requests/{request_id}/verify")
    before = score(database, cast, request_id)
    answer = browser.post(f"/requests/{request_id}/members/new", data=SENT)
    assert answer.status_code == 302
    assert "Тэмүүлэн" in browser.get(answer.headers["Location"]).text
    with database.reading(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        assert [member.state for member in request.members] == [RequestState.QUEUED] * 3
        assert request.members[2].position == 3
        assert request.members[2].person.household_id == request.household_id
    assert score(database, cast, request_id) > before


def score(database: Database, cast: Cast, request_id: object) -> int:
    with database.reading(cast["sarnai.seoul"]) as work:
        found = work.session.get_one(ReturnRequest, request_id).score
        assert found is not None
        return found.points


BABY_AS_PRINCIPAL = replace(BABY, relation=Relation.PRINCIPAL)


def test_who_is_known_already_is_decided_first(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast, BABY_AS_PRINCIPAL)
    request_id = registered(database, cast, MOTHER, FATHER)
    browser = client("sarnai.seoul", language="en")
    page = browser.post(f"/requests/{request_id}/members/new", data=SENT)
    assert "Somebody may have asked already" in page.text
    again = SENT | {"another_person": "y"}
    assert browser.post(f"/requests/{request_id}/members/new", data=again).status_code == 302


def test_nobody_joins_a_request_that_is_over(database: Database, cast: Cast) -> None:
    request_id = registered(database, cast)
    with database.writing(cast["sarnai.seoul"]) as work:
        request = work.session.get_one(ReturnRequest, request_id)
        said = Withdrawal(WithdrawalChannel.PHONE, "Би үлдэнэ")
        withdraw_member(work, request, request.members[0], said)
        with pytest.raises(InvalidTransition):
            join_household(work, request, BABY, None)


def test_one_withdraws_and_the_others_stay(database: Database, cast: Cast) -> None:
    request_id = registered(database, cast, MOTHER, FATHER, DAUGHTER)
    with database.writing(cast["sarnai.seoul"]) as work:
        request = work.session.get_one(ReturnRequest, request_id)
        said = Withdrawal(WithdrawalChannel.PHONE, "Ганболд өөрөө утсаар хэлсэн")
        withdraw_member(work, request, request.members[1], said)
    with database.reading(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        assert request.state is RequestState.SUBMITTED
        assert [member.state.value for member in request.members] == [
            "submitted",
            "withdrawn",
            "submitted",
        ]


def test_places_are_given_back_only_when_they_say_so(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1))
        first = scene_household(work, count=2, waiting_days=60)
        second = scene_household(work, count=1, waiting_days=10)
        movement = flight(work, 4)
        allocate_movement(work, movement)
        send_offers(work, movement)
    with database.writing(cast["saruul.desk"]) as work:
        first = work.session.get_one(ReturnRequest, first.id)
        second = work.session.get_one(ReturnRequest, second.id)
        with pytest.raises(InvalidInput) as refused:
            join_household(work, first, DAUGHTER, None, checked=True)
        assert refused.value.field == "give_back"
        work.end()
        join_household(work, first, DAUGHTER, None, checked=True, give_back=True)
        assert first.state is RequestState.QUEUED
        assert [member.state for member in first.members] == [RequestState.QUEUED] * 3
        given_back = work.session.scalars(select(Hold).where(Hold.request_id == first.id)).all()
        assert {hold.state for hold in given_back} == {HoldState.RELEASED}
        assert {hold.release_reason for hold in given_back} == {ReleaseReason.HOUSEHOLD_GREW}
        assert second.state is RequestState.OFFERED
        events = select(AuditEntry.event).where(AuditEntry.event == "request.member_added")
        assert len(work.session.scalars(events).all()) == 1
