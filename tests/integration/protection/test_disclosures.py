"""Everyone who saw or received a person's data, as the person may have it."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from casework.actor import system_actor
from casework.services.access import record_in_compartment
from casework.services.protection.disclosures import Disclosure, disclosures_of
from casework.services.work import Database
from casework.vocabulary import Outcome, Purpose, Role
from models.case import Case
from models.person import Person
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import consent, sent, set_stage


def told(
    database: Database, cast: Cast, subjects: Collection[UUID], *, cleared: bool = False
) -> list[Disclosure]:
    officer = replace(cast["khulan.protection"], cleared=cleared)
    with database.reading(officer) as work:
        return disclosures_of(work, subjects)


def test_who_saw_wrote_and_received(database: Database, cast: Cast, client: Client) -> None:
    stage = set_stage(database, cast)
    with database.reading(system_actor()) as work:
        person = work.session.get_one(Person, stage.person).subject_id
        case = work.session.get_one(Case, stage.case).subject_id
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    client("bolormaa.caseworker").get(f"/cases/{stage.case}/people")
    client("oyuna.shelter").get(f"/referrals/{referral_id}")
    client("sarnai.seoul").get(f"/cases/{stage.case}/people")

    found = told(database, cast, {person, case})
    rows = [
        (one.event, one.organisation.code, one.role, one.purpose, one.received)
        for one in found
        if one.organisation
    ]
    worker, partner = Role.CASEWORKER, Role.PARTNER_WORKER
    assert ("referral.sent", "IOM", worker, Purpose.REFERRAL, False) in rows
    assert ("referral.sent", "MGEC", None, Purpose.REFERRAL, True) in rows
    assert ("personal_data.read", "IOM", worker, Purpose.CASE_MANAGEMENT, False) in rows
    assert ("personal_data.read", "MGEC", partner, Purpose.REFERRAL, False) in rows
    assert ("case.opened", "IOM", Role.SUPERVISOR, Purpose.CASE_MANAGEMENT, False) in rows
    assert {one.outcome for one in found} == {Outcome.DONE}
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert Role.CONSULAR_OFFICER not in {one.role for one in found}
    assert told(database, cast, {stage.service}) == []


def test_the_compartment_is_told_only_by_the_cleared(database: Database, cast: Cast) -> None:
    stage = set_stage(database, cast)
    with database.reading(system_actor()) as work:
        subject = work.session.get_one(Person, stage.person).subject_id
    with database.writing(cast["oyuna.shelter"]) as work:
        record_in_compartment(
            work, {"page": "p", "case": None, "subjects": [str(subject)], "cells": ["x.y"]}
        )
    assert "compartment.act" not in {one.event for one in told(database, cast, {subject})}
    found = told(database, cast, {subject}, cleared=True)
    sealed = [one.role for one in found if one.event == "compartment.act"]
    assert sealed == [Role.PARTNER_WORKER]
    assert told(database, cast, {stage.service}, cleared=True) == []
