"""The log's pages: found by number, case, user, purpose; whose entries an officer may read."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.events import EVENTS
from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import NotFound
from casework.labels_areas import AREAS
from casework.labels_log import CELL_LABELS, FACT_LABELS, TABLE_LABELS
from casework.services.access import record_in_compartment
from casework.services.log.anchoring import anchor_log
from casework.services.organisations import get_organisation
from casework.services.protection.log_entry import entry_in_full
from casework.services.protection.log_search import Asked, FoundEntry, search_log
from casework.services.work import Database
from casework.vocabulary import CaseKind, EntryChannel, LegalBasis, Outcome, Purpose
from models.audit import AuditEntry
from models.base import Base
from models.case import Case
from models.person import Person
from models.user import User
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import (
    SECRETS,
    Stage,
    consent,
    referral,
    sent,
    set_stage,
)

OFFICER = "khulan.protection"


@pytest.fixture
def stage(database: Database, cast: Cast) -> Stage:
    return set_stage(database, cast)


def found(database: Database, cast: Cast, **asked: Any) -> list[FoundEntry]:
    with database.reading(cast[OFFICER]) as work:
        return search_log(work, Asked(**asked))[0]


def number_of(database: Database, cast: Cast, stage: Stage) -> str:
    with database.reading(system_actor()) as work:
        return work.session.get_one(Case, stage.case).number


def newest(database: Database, cast: Cast, event: str) -> AuditEntry:
    with database.reading(system_actor()) as work:
        query = select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.at.desc())
        return work.session.scalars(query.limit(1)).one()


def test_by_case_person_user_and_code(
    database: Database, cast: Cast, client: Client, stage: Stage
) -> None:
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    client("oyuna.shelter").post(f"/referrals/{referral_id}/acknowledge")
    number = number_of(database, cast, stage)
    with database.reading(system_actor()) as work:
        referred = referral(work, referral_id).number
    on_case = found(database, cast, reference=number)
    assert {entry.case_number for entry in on_case} == {number}
    assert {"referral.sent", "referral.moved"} <= {entry.event for entry in on_case}
    assert [entry.at for entry in on_case] == sorted((e.at for e in on_case), reverse=True)
    by_referral = found(database, cast, reference=referred)
    assert "referral.sent" in {entry.event for entry in by_referral}
    theirs = found(database, cast, user="bolormaa.caseworker@demo.example")
    assert {entry.user and entry.user.id for entry in theirs} == {cast["bolormaa.caseworker"].id}
    elsewhere = found(database, cast, user="oyuna.shelter@demo.example")
    assert {entry.case_number for entry in elsewhere} == {number}
    for_referral = found(database, cast, purpose=Purpose.REFERRAL)
    assert for_referral and {one.purpose for one in for_referral} == {Purpose.REFERRAL}
    by_web = found(database, cast, channel=EntryChannel.WEB)
    assert by_web and not found(database, cast, channel=EntryChannel.JOB, reference=number)
    assert found(database, cast, reference=SECRETS["register_number"]) == []
    tomorrow = clock.today() + timedelta(days=1)
    assert found(database, cast, since=tomorrow) == []
    assert found(database, cast, reference="RC-1999-00001") == []
    assert found(database, cast, reference=SECRETS["given_name"]) == []


def test_by_area(database: Database, cast: Cast, stage: Stage) -> None:
    sent(database, cast, stage, consent(database, cast, stage))
    referrals = found(database, cast, event="referrals")
    assert {entry.event for entry in referrals} == {"referral.sent", "directory.added"}
    prefixes = [prefix for _name, prefixes in AREAS.values() for prefix in prefixes]
    assert sorted(prefixes) == sorted({event.split(".")[0] for event in EVENTS})


def test_refused_is_found_as_refused(database: Database, cast: Cast, client: Client) -> None:
    client("otgon.caseworker").get(f"/cases/{UUID(int=1)}")
    page = client(OFFICER, language="en").get("/audit?outcome=refused").text
    assert "Access refused" in page and "otgon.caseworker" in page
    refused = found(database, cast, outcome=Outcome.REFUSED)
    assert {entry.event for entry in refused} == {"access.refused"}


def test_what_another_organisation_does_on_its_own_cases_stays_its_own(
    database: Database, cast: Cast, client: Client, stage: Stage
) -> None:
    """MGEC has its own case of the same person; the register number must not tell IOM so."""
    from casework.services.cases.opening import Opening, open_case
    from casework.services.people.tokens import add_tokens

    with database.writing(cast["oyuna.shelter"]) as work, work.beyond("the same person"):
        person = work.session.get_one(Person, stage.person)
        with work.unseen():
            add_tokens(work, person)
        shelter = get_organisation(work, "MGEC")
        theirs = open_case(work, Opening(shelter, [person], CaseKind.DIRECT, LegalBasis.CONSENT))
        theirs_id, theirs_number = theirs.id, theirs.number
    client("naran.coordinator").get(f"/cases/{theirs_id}/people")
    client("naran.coordinator").get("/cases")
    client("enkhbayar.supervisor").get(f"/cases/{stage.case}/people")
    own = number_of(database, cast, stage)
    for asked in (SECRETS["register_number"], own, theirs_number):
        entries = found(database, cast, reference=asked)
        assert theirs_number not in {entry.case_number for entry in entries}
        assert not {entry.organisation and entry.organisation.code for entry in entries} & {"MGEC"}
    on_her = found(database, cast, reference=SECRETS["register_number"])
    assert "personal_data.read" in {entry.event for entry in on_her}
    hidden = newest_of(database, cast, "naran.coordinator")
    officer = client(OFFICER)
    for entry_id in hidden:
        assert officer.get(f"/audit/{entry_id}").status_code == 404


def newest_of(database: Database, cast: Cast, name: str) -> list[UUID]:
    with database.reading(system_actor()) as work:
        query = select(AuditEntry.id).where(AuditEntry.actor_id == cast[name].id)
        return list(work.session.scalars(query))


def test_a_case_that_conflicts_with_her_stays_closed(
    database: Database, cast: Cast, client: Client, stage: Stage
) -> None:
    from casework.services.people.tokens import add_tokens

    with database.writing(cast["bolormaa.caseworker"]) as work:
        with work.unseen():
            add_tokens(work, work.session.get_one(Person, stage.person))
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    client("enkhbayar.supervisor").get(f"/cases/{stage.case}/people")
    number = number_of(database, cast, stage)
    opened = found(database, cast, reference=number)[0].id
    assert found(database, cast, reference=SECRETS["register_number"])
    officer = replace(cast[OFFICER], excluded_cases=frozenset({stage.case}))
    with database.reading(officer) as work:
        for reference in (number, SECRETS["register_number"]):
            assert search_log(work, Asked(reference=reference))[0] == []
        assert number not in {entry.case_number for entry in search_log(work, Asked())[0]}
        with pytest.raises(NotFound):
            entry_in_full(work, opened)


def test_asking_about_somebody_is_itself_an_entry(
    database: Database, cast: Cast, client: Client, stage: Stage
) -> None:
    number = number_of(database, cast, stage)
    officer = client(OFFICER, language="en")
    page = officer.post("/audit", data={"reference": number, "user": "x@demo.example"}).text
    assert "No entry matches." in page
    entry = newest(database, cast, "audit.searched")
    assert entry.case_id == stage.case
    assert b'"filters":["reference","user"]' in entry.body
    assert number.encode() not in entry.body and b"x@demo" not in entry.body
    opened = found(database, cast, reference=number)[0]
    assert officer.get(f"/audit/{opened.id}").status_code == 200
    read = newest(database, cast, "audit.entry_read")
    assert str(opened.id).encode() in read.body


def test_an_entry_in_words(database: Database, cast: Cast, client: Client, stage: Stage) -> None:
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    client("oyuna.shelter").get(f"/referrals/{referral_id}")
    number = number_of(database, cast, stage)
    entry = newest(database, cast, "referral.sent")
    officer = client(OFFICER, language="en")
    page = officer.get(f"/audit/{entry.id}").text
    for words in (
        "Referral sent",
        "bolormaa.caseworker",
        "Caseworker",
        f"Person: {number}",
        "What a referral shares",
        "Gender Equality Center",
        "Urgent",
        "Records that changed",
        "Referral",
        "Browser" if entry.body.find(b'"web"') > 0 else "Command line",
    ):
        assert words in page, words
    assert not any(secret in page for secret in SECRETS.values())
    officer.speak("mn")
    mongolian = officer.get(f"/audit/{entry.id}").text
    assert "Зуучлал илгээсэн" in mongolian and "Records that changed" not in mongolian
    for name in ("bolormaa.caseworker", "enkhbayar.supervisor", "naran.coordinator"):
        assert client(name).get(f"/audit/{entry.id}").status_code == 404
        assert client(name).get("/audit").status_code == 404


def test_the_compartment_stays_sealed_unless_cleared(
    database: Database, cast: Cast, client: Client, stage: Stage
) -> None:
    detail = {
        "page": "p",
        "case": None,
        "subjects": [str(stage.person)],
        "cells": ["request_member.protection"],
    }
    with database.writing(cast["bolormaa.caseworker"]) as work:
        record_in_compartment(work, detail)
    entry = newest(database, cast, "compartment.act")
    page = client(OFFICER, language="en").get(f"/audit/{entry.id}").text
    assert "sealed" in page and "Protection need" not in page
    with database.writing(cast["admin.office"]) as work:
        work.session.get_one(User, cast[OFFICER].id).cleared = True
        facts = {"role": "protection_officer", "active": True}
        work.record(Act("user.changed", Purpose.ADMINISTRATION, facts=facts))
    page = client(OFFICER, language="en").get(f"/audit/{entry.id}").text
    assert "Protection need" in page


def test_the_proof_of_an_entry_is_handed_out(
    database: Database, cast: Cast, client: Client, stage: Stage
) -> None:
    sent(database, cast, stage, consent(database, cast, stage))
    entry = newest(database, cast, "referral.sent")
    officer = client(OFFICER, language="en")
    assert officer.get(f"/audit/{entry.id}/proof").status_code == 409
    assert "the next one will cover it" in officer.get(f"/audit/{entry.id}").text
    anchor_log(database)
    assert f"/audit/{entry.id}/proof" in officer.get(f"/audit/{entry.id}").text
    proof = officer.get(f"/audit/{entry.id}/proof")
    assert proof.mimetype == "text/plain"
    assert b64encode(entry.body).decode() in proof.text
    assert client("naran.coordinator").get(f"/audit/{entry.id}/proof").status_code == 404


def test_pages_of_fifty(database: Database, cast: Cast, client: Client, stage: Stage) -> None:
    browser = client("otgon.caseworker")
    for _ in range(60):
        browser.get(f"/cases/{UUID(int=1)}")
    with database.reading(cast[OFFICER]) as work:
        asked = Asked(outcome=Outcome.REFUSED)
        first, more = search_log(work, asked)
        assert len(first) == 50 and more
        rest, more = search_log(work, asked, (first[-1].at, first[-1].id))
        assert len(rest) == 10 and not more
        assert not {one.id for one in first} & {one.id for one in rest}
    officer = client(OFFICER, language="en")
    page = officer.post("/audit", data={"outcome": "refused"}).text
    after = page.split('name="after" value="')[1].split('"')[0]
    page = officer.post("/audit", data={"outcome": "refused", "after": after}).text
    assert page.count("Access refused <strong") == 10


def test_everything_in_an_entry_has_a_name() -> None:
    kinds = [mapper.class_ for mapper in Base.registry.mappers]
    assert {kind.__tablename__ for kind in kinds if kind.audited} <= TABLE_LABELS.keys()
    assert {cell.name for kind in kinds for cell in kind.cells.values()} <= CELL_LABELS.keys()
    assert {key for keys in EVENTS.values() for key in keys} <= FACT_LABELS.keys()
