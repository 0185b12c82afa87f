"""Each adult who came home is asked alone; who agrees gets a case."""

from random import Random
from uuid import UUID

from sqlalchemy import select

from casework.services.consents.arrival import Interview, ask, children_of, is_adult
from casework.services.consents.recording import Asking
from casework.services.demo.cast import Cast
from casework.services.organisations import get_organisation
from casework.services.work import Database
from casework.vocabulary import (
    ConsentForm,
    ConsentPurpose,
    DataCategory,
    Language,
    RequestState,
    Role,
)
from models.return_request import RequestMember, ReturnRequest

CATEGORIES = (
    DataCategory.IDENTITY,
    DataCategory.CONTACT,
    DataCategory.HOUSEHOLD,
    DataCategory.NEEDS,
)


def ask_arrivals(database: Database, cast: Cast) -> list[UUID]:
    """Ask every adult who arrived and was not asked yet; returns the cases that opened."""
    random = Random(3)  # noqa: S311 - invented answers
    arrived = RequestMember.state == RequestState.ARRIVED, RequestMember.asked_at.is_(None)
    with database.reading(cast.role(Role.CONSULAR_DESK)) as work:
        statement = select(RequestMember.request_id).where(*arrived).distinct()
        requests = sorted(work.session.scalars(statement))
    opened: dict[UUID, None] = {}
    for request_id in requests:
        with database.writing(cast.role(Role.CONSULAR_DESK)) as work:
            request = work.session.get_one(ReturnRequest, request_id)
            iom = get_organisation(work, "IOM")
            adults = [m for m in request.members if is_adult(m) and m.asked_at is None]
            for place, member in enumerate(adults):
                agrees = random.random() < 0.85
                asking = Asking(ConsentForm.WRITTEN, Language.MN, asked_alone=True, request=request)
                interview = Interview(
                    asking=asking,
                    organisation=iom,
                    case_management=agrees,
                    categories=CATEGORIES,
                    common_case=len(adults) > 1 and random.random() < 0.8,
                    others={ConsentPurpose.STATISTICS: random.random() < 0.9},
                    children=children_of(request) if agrees and place == 0 else (),
                )
                case = ask(work, request, member, interview)
                if case is not None:
                    opened[case.id] = None
    return list(opened)
