"""Two requests of one household become one, and two again, with every value as before."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.services.requests.merging import HOUSEHOLD
from casework.services.rights.subjects import reach_of
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Need, Relation, RequestState
from models.audit import AuditEntry
from models.person import Person
from models.subject import Subject
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import DAUGHTER, FATHER, MOTHER, read, registered

TWICE = replace(
    MOTHER,
    phone="+821099999999",
    latin_name="OYUNCHIMEG",
    needs=frozenset({Need.NO_MEANS}),
    protection=True,
)


def facts(database: Database, request_id: UUID) -> dict[str, Any]:
    """All that a merge may change."""
    with database.reading(command_actor()) as work:
        request = read(work, request_id)
        people = [
            (m.person.phone, m.person.latin_name, m.needs, m.protection, m.state)
            for m in request.members
        ]
        return {"city": request.city, "state": request.state, "people": people}


def two(database: Database, cast: Cast) -> tuple[UUID, UUID]:
    stays = registered(database, cast, MOTHER, FATHER, DAUGHTER, city="Сөүл")
    return stays, registered(database, cast, TWICE, city="Пусан")


def reference(database: Database, request_id: UUID) -> str:
    with database.reading(command_actor()) as work:
        return read(work, request_id).reference


def test_a_merge_takes_what_was_chosen_and_is_undone_whole(
    client: Client, database: Database, cast: Cast
) -> None:
    stays, merged = two(database, cast)
    before = facts(database, stays), facts(database, merged)
    browser = client("sarnai.seoul", language="en")
    into = reference(database, stays)
    page = browser.get(f"/requests/{merged}/merge?into={into}").text
    assert "Пусан" in page and "OYUNCHIMEG" in page
    assert "+821099999999" not in page
    with database.reading(command_actor()) as work:
        mother = read(work, stays).members[0].person_id
    answer = browser.post(
        f"/requests/{merged}/merge",
        data={"into": into, "take": [f"{HOUSEHOLD}.city", f"{mother}.phone"]},
    )
    assert answer.headers["Location"] == f"/requests/{stays}"
    after = facts(database, stays)
    assert after["city"] == "Пусан"
    phone, latin, needs, protection, _ = after["people"][0]
    assert (phone, latin, protection) == ("+821099999999", None, True)
    assert set(needs) == {"health", "no_means"}
    assert facts(database, merged)["state"] is RequestState.DUPLICATE
    with database.reading(command_actor()) as work:
        person = work.session.get_one(Person, mother)
        assert len(reach_of(work, person).people) == 2
    assert browser.post(f"/requests/{merged}/restore").status_code == 302
    assert (facts(database, stays), facts(database, merged)) == before
    with database.reading(command_actor()) as work:
        assert not work.session.scalars(
            select(Subject.id).where(Subject.merged_into_id.is_not(None))
        ).all()
        events = work.session.scalars(select(AuditEntry.event)).all()
        assert {"request.merged", "request.merge_undone"} <= set(events)


def test_people_of_one_request_only_block_the_merge(
    client: Client, database: Database, cast: Cast
) -> None:
    stays = registered(database, cast, MOTHER)
    merged = registered(database, cast, TWICE, replace(FATHER, relation=Relation.SPOUSE))
    browser = client("sarnai.seoul", language="en")
    into = reference(database, stays)
    assert "They cannot be merged now" in browser.get(f"/requests/{merged}/merge?into={into}").text
    page = browser.post(f"/requests/{merged}/merge", data={"into": into})
    assert "Add them there first" in page.text
    assert facts(database, merged)["state"] is RequestState.SUBMITTED


def test_another_missions_request_is_not_found(
    client: Client, database: Database, cast: Cast
) -> None:
    stays = registered(database, cast, by="bold.berlin", code="DE")
    merged = registered(database, cast, TWICE)
    browser = client("sarnai.seoul", language="en")
    into = reference(database, stays)
    assert "Compare" in browser.get(f"/requests/{merged}/merge?into={into}").text
    assert browser.post(f"/requests/{merged}/merge", data={"into": into}).status_code == 200
    assert facts(database, merged)["state"] is RequestState.SUBMITTED
