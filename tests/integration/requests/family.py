"""The family of the tests: Oyuunchimeg, who asks, her husband Ganbold, their daughter Nomin."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from casework.clock import today
from casework.services.organisations import get_organisation
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.services.requests.registering import register_request
from casework.services.work import Database, Work
from casework.vocabulary import Channel, LegalBasis, Need, Relation, Sex
from models.return_request import ReturnRequest
from tests.conftest import Cast

REGISTER = "УБ90010122"
MOTHER = PersonInput(
    relation=Relation.PRINCIPAL,
    given_name="Оюунчимэг",
    patronymic="Цэрэндорж",
    sex=Sex.FEMALE,
    birth_date=date(1990, 1, 1),
    register_number=REGISTER,
    passport_number="E1234567",
    phone="+821012345678",
    needs=frozenset({Need.HEALTH}),
)
FATHER = PersonInput(
    relation=Relation.SPOUSE,
    given_name="Ганболд",
    patronymic="Доржийн",
    sex=Sex.MALE,
    birth_date=date(1988, 5, 5),
)
DAUGHTER = PersonInput(
    relation=Relation.CHILD,
    given_name="Номин",
    patronymic="Ганболд",
    sex=Sex.FEMALE,
    birth_date=today() - timedelta(days=6 * 365),
)


def household(work: Work, *members: PersonInput, code: str = "KR", **values: Any) -> HouseholdInput:
    """A household lodged at the mission of this code."""
    said: dict[str, Any] = {
        "organisation": get_organisation(work, code),
        "channel": Channel.MISSION_DESK,
        "submitted_on": today(),
        "country": code,
        "legal_basis": LegalBasis.PUBLIC_TASK,
        "members": members or (MOTHER,),
    }
    return HouseholdInput(**(said | values))


def registered(
    database: Database, cast: Cast, *members: PersonInput, by: str = "sarnai.seoul", **values: Any
) -> UUID:
    """The id of a request registered by one of the cast."""
    with database.writing(cast[by]) as work:
        return register_request(work, household(work, *members, **values)).id


def read(work: Work, request_id: UUID) -> ReturnRequest:
    """The request, whoever asks: what refuses her is the policy, which the test is about."""
    with work.beyond("a test looks"):
        request = work.session.get_one(ReturnRequest, request_id)
        assert [member.person.sex for member in request.members]
        return request


def page_of(**answers: Any) -> dict[str, Any]:
    """What the registration page sends for Oyuunchimeg alone; `answers` by name differ."""
    sent = {
        "members-0-given_name": "Оюунчимэг",
        "members-0-patronymic": "Цэрэндорж",
        "members-0-sex": "F",
        "members-0-birth_date": "1990-01-01",
        "members-0-register_number": "YБ 90010122",
        "country": "KR",
        "channel": "mission_desk",
        "submitted_on": today().isoformat(),
        "legal_basis": "public_task",
        "language": "mn",
    }
    return sent | {name.replace("__", "-"): value for name, value in answers.items()}
