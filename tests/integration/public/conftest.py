"""A family that sent its request itself, and one with an offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import send_offers
from casework.services.public.pins import code_of, make_pin
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import RoomKind
from models.return_request import RequestMember, ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, household
from tests.integration.public.form import fill_in, send
from tests.visitor import Visitor


@dataclass(frozen=True)
class Family:
    """A request of two adults with a PIN each, and a browser that nobody used yet."""

    request_id: UUID
    codes: tuple[str, ...]
    pins: tuple[str, ...]
    members: tuple[UUID, ...]


@pytest.fixture
def sent(client: Client) -> tuple[str, str]:
    """Reference and PIN of a request that came through the form."""
    browser = client()
    fill_in(browser)
    return send(browser)


@pytest.fixture
def offered(database: Database, cast: Cast) -> Iterator[Family]:
    """Two adults from Seoul to whom one offer was sent."""
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1))
        request = household(work, count=2, waiting_days=60)
        household(work, count=1)
        movement = flight(work, 4)
        allocate_movement(work, movement)
        send_offers(work, movement)
        pins = tuple(make_pin(work, member) for member in request.members)
        codes = tuple(code_of(member) for member in request.members)
        members = tuple(member.id for member in request.members)
    yield Family(request.id, codes, pins, members)


def come_in(browser: Visitor, code: str, pin: str) -> None:
    """Type reference and PIN."""
    assert browser.get("/status").status_code == 200
    answer = browser.post("/status", data={"code": code, "pin": pin})
    assert answer.location == "/status/request", answer.text


def member_states(database: Database, request_id: UUID) -> list[str]:
    with database.reading(command_actor()) as work:
        statement = select(RequestMember.state).where(RequestMember.request_id == request_id)
        return [state.value for state in work.session.scalars(statement.order_by("position"))]


def request_of(database: Database, request_id: UUID) -> ReturnRequest:
    with database.reading(command_actor()) as work:
        return work.session.get_one(ReturnRequest, request_id)
