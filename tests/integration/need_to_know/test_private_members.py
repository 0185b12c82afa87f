"""A private member stands apart: her page, her contact, her own answers."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from casework.errors import InvalidInput, Refused
from casework.services.cases.file import family_must_not_know
from casework.services.consents.arrival import arrivals_to_ask, children_of, members_to_ask
from casework.services.referrals.snapshot import Source, take_snapshot
from casework.services.requests.privacy import set_private, set_private_in_case
from casework.services.work import Database, Work
from casework.vocabulary import DataCategory
from models.audit import AuditEntry
from models.case import Case
from models.return_request import RequestMember, ReturnRequest
from tests.conftest import Cast
from tests.integration.cases.family import (
    DAUGHTER,
    FATHER,
    MOTHER,
    PHONE,
    Family,
    answered,
    arrived_family,
    names_in,
)
from tests.integration.conftest import Client
from tests.integration.movements.scene import household


def member(work: Work, family: Family, who: str) -> RequestMember:
    return work.session.get_one(RequestMember, family.members[who])


def made_private(database: Database, cast: Cast, family: Family, who: str) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = work.session.get_one(ReturnRequest, family.request)
        set_private(work, request, member(work, family, who), True)


def test_her_data_stand_on_a_page_of_their_own(
    database: Database, cast: Cast, client: Client
) -> None:
    family = arrived_family(database)
    desk = client("saruul.desk", language="en")
    request = f"/requests/{family.request}"
    url = f"{request}/members/{family.members[MOTHER]}"
    assert MOTHER in desk.get(request).text
    assert desk.post(f"{url}/privacy", data={"private": "yes"}).status_code == 302
    page = desk.get(request)
    assert MOTHER not in page.text
    assert FATHER in page.text
    assert "Open apart" in page.text
    page = desk.get(url)
    assert MOTHER in page.text
    assert FATHER not in page.text
    assert DAUGHTER not in page.text
    assert "Private from the household." in page.text
    assert PHONE not in page.text
    show = f"{request}/people/{family.people[MOTHER]}/show"
    answer = desk.post(show, data={"purpose": "protection"})
    assert answer.location == url
    assert PHONE in desk.get(url).text
    assert PHONE not in desk.get(request).text


def test_nobody_answers_for_her_or_brings_her_along(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    desk = cast["saruul.desk"]
    answered(database, desk, family, MOTHER)
    answered(database, desk, family, FATHER)
    made_private(database, cast, family, DAUGHTER)
    with database.reading(desk) as work:
        request = work.session.get_one(ReturnRequest, family.request)
        assert children_of(request) == []
        asked = {one.id for one in members_to_ask(request)}
        assert asked == {family.members[who] for who in (MOTHER, FATHER, DAUGHTER)}
        assert [one.id for one in arrivals_to_ask(work)] == [family.request]


def test_an_old_yes_to_one_common_case_no_longer_counts(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    desk = cast["saruul.desk"]
    first = answered(database, desk, family, MOTHER, common=True)
    made_private(database, cast, family, MOTHER)
    second = answered(database, desk, family, FATHER, common=True)
    assert first != second
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        assert first is not None
        assert names_in(work, first) == [MOTHER]


def test_she_may_still_choose_one_common_case(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    made_private(database, cast, family, MOTHER)
    first = answered(database, cast["saruul.desk"], family, MOTHER, common=True)
    second = answered(database, cast["saruul.desk"], family, FATHER, common=True)
    assert first == second


def common_case(database: Database, cast: Cast, family: Family) -> UUID:
    case = answered(database, cast["saruul.desk"], family, MOTHER, common=True)
    answered(database, cast["saruul.desk"], family, FATHER, common=True)
    assert case is not None
    return case


def test_a_case_file_says_so_and_tells_the_family_nothing(
    database: Database, cast: Cast, client: Client
) -> None:
    family = arrived_family(database)
    case_id = common_case(database, cast, family)
    supervisor = client("enkhbayar.supervisor", language="en")
    url = f"/cases/{case_id}/people/{family.people[MOTHER]}/privacy"
    assert supervisor.get(url).status_code == 200
    assert supervisor.post(url, data={"private": "yes"}).status_code == 302
    page = supervisor.get(f"/cases/{case_id}")
    assert "Private from the household:" in page.text
    assert "Do not tell the family." in page.text
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        case = work.session.get_one(Case, case_id)
        assert family_must_not_know(work, case)
        father = next(one.person for one in case.people if one.person.given_name == FATHER)
        snapshot = take_snapshot(Source(work, case, father), [DataCategory.HOUSEHOLD])
        assert snapshot["household"] == {"others": []}
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "member.privacy_changed")
        ).one()
        assert entry.case_id == case_id
        assert json.loads(entry.body)["facts"]["private"] is True


def test_only_who_changes_the_record_may(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    case_id = common_case(database, cast, family)
    for name in ("bolormaa.caseworker", "bold.berlin", "oyuna.shelter"):
        with pytest.raises((Refused, NoResultFound)), database.writing(cast[name]) as work:
            request = work.session.get_one(ReturnRequest, family.request)
            set_private(work, request, member(work, family, MOTHER), True)
        with pytest.raises((Refused, NoResultFound)), database.writing(cast[name]) as work:
            case = work.session.get_one(Case, case_id)
            set_private_in_case(work, case, member(work, family, MOTHER), True)


def test_who_came_alone_has_nobody_to_be_private_from(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work)
    with pytest.raises(InvalidInput), database.writing(cast["saruul.desk"]) as work:
        request = work.session.get_one(ReturnRequest, request.id)
        set_private(work, request, request.members[0], True)
