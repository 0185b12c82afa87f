"""Two requests of one household become one, and two again, with every value as before."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.clock import today
from casework.services.requests.editing import change_member
from casework.services.requests.merging import HOUSEHOLD
from casework.services.rights.register import Asked, check_identity, register
from casework.services.rights.restriction import restrict
from casework.services.rights.subjects import reach_of
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import (
    AskedBy,
    IdentityCheck,
    Need,
    Purpose,
    Relation,
    RequestState,
    SubjectRequestKind,
)
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
            (m.person.phone, m.person.latin_name, m.needs, m.private, m.travels_apart, m.state)
            for m in request.members
        ]
        return {"city": request.city, "state": request.state, "people": people}


def protected(database: Database, request_id: UUID) -> list[bool]:
    with database.reading(command_actor()) as work:
        return [bool(member.protection) for member in read(work, request_id).members]


def two(database: Database, cast: Cast) -> tuple[UUID, UUID]:
    """Her request with her family, and one of her own: private, and travelling apart."""
    stays = registered(database, cast, MOTHER, FATHER, DAUGHTER, city="Сөүл")
    merged = registered(database, cast, TWICE, city="Пусан")
    with database.writing(cast["sarnai.seoul"]) as work:
        (alone,) = read(work, merged).members
        alone.private = alone.travels_apart = True
        work.record(Act("request.changed", Purpose.RETURN_ASSISTANCE, facts={"fields": []}))
    return stays, merged


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
    phone, latin, needs, private, apart, _ = after["people"][0]
    assert (phone, latin, private, apart) == ("+821099999999", None, True, True)
    assert protected(database, stays) == [True, False, False]
    assert set(needs) == {"health", "no_means"}
    assert facts(database, merged)["state"] is RequestState.DUPLICATE
    with database.reading(command_actor()) as work:
        person = work.session.get_one(Person, mother)
        assert len(reach_of(work, person).people) == 2
    assert browser.post(f"/requests/{merged}/restore").status_code == 302
    assert (facts(database, stays), facts(database, merged)) == before
    assert protected(database, stays) == [True, False, False], "nothing lowers it by itself"
    with database.reading(command_actor()) as work:
        assert not work.session.scalars(
            select(Subject.id).where(Subject.merged_into_id.is_not(None))
        ).all()
        events = work.session.scalars(select(AuditEntry.event)).all()
        assert {"request.merged", "request.merge_undone"} <= set(events)
        assert events.count("member.privacy_changed") == 2


def test_undoing_keeps_what_was_learned_since(
    client: Client, database: Database, cast: Cast
) -> None:
    stays, merged = two(database, cast)
    browser = client("sarnai.seoul", language="en")
    with database.reading(command_actor()) as work:
        mother = read(work, stays).members[0].person_id
    taken = [f"{HOUSEHOLD}.city", f"{mother}.phone", f"{mother}.latin_name"]
    sent = {"into": reference(database, stays), "take": taken}
    assert browser.post(f"/requests/{merged}/merge", data=sent).status_code == 302
    said = replace(
        MOTHER,
        phone="+821055555555",
        latin_name="OYUNCHIMEG",
        needs=frozenset({Need.HEALTH, Need.NO_MEANS, Need.DISABILITY}),
    )
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, stays)
        change_member(work, request, request.members[0], said, None)
    assert browser.post(f"/requests/{merged}/restore").status_code == 302
    after = facts(database, stays)
    phone, latin, needs, *_ = after["people"][0]
    assert (after["city"], phone, latin) == ("Сөүл", "+821055555555", None)
    assert set(needs) == {"health", "disability"}


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


def test_restricted_data_in_the_one_that_stays_ask_for_a_reason(
    client: Client, database: Database, cast: Cast
) -> None:
    stays, merged = two(database, cast)
    asked = Asked(SubjectRequestKind.RESTRICTION, AskedBy.PERSON, today())
    with database.writing(cast["khulan.protection"]) as work:
        father = read(work, stays).members[1].person
        row = register(work, father, asked)
        check_identity(work, row, IdentityCheck.DOCUMENT_SEEN, row.version)
        restrict(work, row, "", row.version)
    browser = client("sarnai.seoul", language="en")
    sent = {"into": reference(database, stays)}
    url = f"/requests/{merged}/merge"
    reason = f"/requests/{stays}/restricted"
    assert browser.get(f"{url}?into={sent['into']}").headers["Location"] == reason
    assert browser.post(url, data=sent).headers["Location"] == reason
    assert facts(database, merged)["state"] is RequestState.SUBMITTED
