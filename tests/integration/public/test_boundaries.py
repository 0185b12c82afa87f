"""What a PIN does not open: another adult's data and children, an open visit, an appeal."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import send_offers
from casework.services.movements.reading import desk_home
from casework.services.public.inbox import count_told
from casework.services.public.pins import code_of, make_pin
from casework.services.requests.deciding import decline_request, uphold_appeal
from casework.services.requests.household_input import PersonInput
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import DeclineReason, Need, Purpose, RoomKind
from models.public import Telling
from models.return_request import RequestMember, ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, household, person
from tests.integration.public.conftest import Family, come_in, member_states
from tests.visitor import Visitor

ADULT, OTHER, CHILD = person(0), person(1), person(2, born=date(2020, 5, 17))
LEAVES = {"text": "", "second": "1", "sure": "y"}
WITH_CHILDREN = LEAVES | {"with_children": "y"}


def family(
    database: Database, cast: Cast, *people: PersonInput, private: int | None = None
) -> Family:
    """A household in the queue whose members have a PIN each."""
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work, *people)
        if private is not None:
            member = request.members[private]
            member.private = True
            facts = {"member": str(member.id), "private": True}
            work.record(Act("member.privacy_changed", Purpose.PROTECTION, facts=facts))
        pins = tuple(make_pin(work, member) for member in request.members)
        codes = tuple(code_of(member) for member in request.members)
        members = tuple(member.id for member in request.members)
    return Family(request.id, codes, pins, members)


def inside(client: Client, of: Family, place: int = 0) -> Visitor:
    browser = client(language="en")
    come_in(browser, of.codes[place], of.pins[place])
    return browser


def test_of_another_adult_the_first_sees_the_name_alone(
    database: Database, cast: Cast, client: Client
) -> None:
    mother = person(0, needs=[Need.DISABILITY])
    ill = person(1, needs=[Need.HEALTH])
    page = inside(client, family(database, cast, mother, ill, CHILD)).get("/status/data").text
    assert page.count("Date of birth") == 2
    assert "Ганбаатар" in page and "Оюунчимэг" in page


@pytest.mark.parametrize(
    ("people", "private", "stays"),
    [
        ((ADULT, CHILD), None, False),
        ((ADULT, CHILD), 1, True),
        ((ADULT, OTHER, CHILD), None, True),
        ((ADULT, OTHER, CHILD), 1, True),
    ],
)
def test_the_mission_decides_about_children_who_are_not_hers_alone(
    database: Database,
    cast: Cast,
    client: Client,
    people: tuple[PersonInput, ...],
    private: int | None,
    stays: bool,
) -> None:
    who = family(database, cast, *people, private=private)
    browser = inside(client, who)
    assert browser.post("/status/withdraw", data=WITH_CHILDREN).location == "/status/request"
    assert "your mission decides about them" in browser.get("/status/request").text
    states = member_states(database, who.request_id)
    assert states[0] == "withdrawn" and (states[-1] == "queued") is stays
    assert "asks that the children" in client("sarnai.seoul", language="en").get("/told").text


@pytest.mark.parametrize("people", [(ADULT, CHILD), (ADULT, OTHER, CHILD)])
def test_whether_children_are_left_is_told_without_a_hidden_adult(
    database: Database, cast: Cast, client: Client, people: tuple[PersonInput, ...]
) -> None:
    who = family(database, cast, *people, private=1 if len(people) > 2 else None)
    page = inside(client, who).post("/status/withdraw", data=LEAVES).text
    assert "left without an adult" in page
    assert set(member_states(database, who.request_id)) == {"queued"}


@pytest.fixture
def appealed(
    database: Database, cast: Cast, client: Client, sent: tuple[str, str]
) -> tuple[UUID, UUID]:
    """A request that was declined and the appeal against it, by their ids."""
    with database.writing(cast["sarnai.seoul"]) as work:
        request = work.session.scalars(select(ReturnRequest)).one()
        decline_request(work, request, DeclineReason.OTHER, "Виз хүчинтэй", None)
    browser = client()
    come_in(browser, *sent)
    browser.post("/status/appeal", data={"text": "Өвчтэй"})
    with database.reading(command_actor()) as work:
        told = work.session.scalars(select(Telling)).one()
    return told.request_id, told.id


def test_only_who_decides_an_appeal_closes_it(
    database: Database, cast: Cast, client: Client, appealed: tuple[UUID, UUID]
) -> None:
    request_id, told_id = appealed
    address = f"/requests/{request_id}/told/{told_id}"
    mission, desk = client("sarnai.seoul"), client("saruul.desk")
    page = mission.get("/told").text
    assert "Өвчтэй" in page and address not in page
    assert mission.post(address, data={}).status_code == 404
    assert appeals(database, cast) == 1
    assert address in desk.get("/told").text
    assert desk.post(address, data={}).location == "/told"
    assert appeals(database, cast) == 0


def test_an_appeal_waits_for_who_decides_it_until_she_does(
    database: Database, cast: Cast, appealed: tuple[UUID, UUID]
) -> None:
    with database.reading(cast["sarnai.seoul"]) as work:
        assert count_told(work) == 0
    with database.writing(cast["saruul.desk"]) as work:
        assert count_told(work) == 1
        request = work.session.get_one(ReturnRequest, appealed[0])
        uphold_appeal(work, request, "Эмчийн бичгээр", None)
    with database.reading(cast["saruul.desk"]) as work:
        assert count_told(work) == 0
        assert work.session.get_one(Telling, appealed[1]).seen_by_id == cast["saruul.desk"].id


def appeals(database: Database, cast: Cast) -> int:
    with database.reading(cast["saruul.desk"]) as work:
        return desk_home(work).appeals


def test_a_new_pin_ends_the_visits_of_the_one_before(
    database: Database, cast: Cast, client: Client
) -> None:
    who = family(database, cast, ADULT, OTHER)
    lost, other = inside(client, who), inside(client, who, 1)
    with database.writing(cast["sarnai.seoul"]) as work:
        make_pin(work, work.session.get_one(RequestMember, who.members[0]))
    assert lost.get("/status/data").status_code == 302
    assert other.get("/status/data").status_code == 200


def test_a_child_does_not_answer_for_the_adults(
    database: Database, cast: Cast, client: Client
) -> None:
    youth = person(0, born=date(2012, 5, 17))
    who = family(database, cast, youth, OTHER)
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1))
        movement = flight(work, 4)
        allocate_movement(work, movement)
        send_offers(work, movement)
    key = who.members[0]
    answer = inside(client, who).post(f"/status/offer/{key}", data={"accepts": "yes"})
    assert answer.status_code == 404
    assert member_states(database, who.request_id) == ["offered", "offered"]
    accepted = inside(client, who, 1).post(f"/status/offer/{key}", data={"accepts": "yes"})
    assert accepted.location == "/status/request"
