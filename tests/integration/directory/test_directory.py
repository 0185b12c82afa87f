"""The directory is read by everybody and kept true by those it belongs to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock
from casework.services.directory.answers import answers_of
from casework.services.directory.entries import Wanted, find_entries, is_stale
from casework.services.referrals.answering import accept, acknowledge, decline
from casework.services.work import Database
from casework.vocabulary import ReferralDecline, ServiceKind
from models.referral import DirectoryEntry
from tests.conftest import CAST, Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import (
    consent,
    organisation,
    referral,
    sent,
    set_stage,
)

ANSWERS = {
    "service": "legal",
    "description": "Free legal aid",
    "description_mn": "Хууль зүйн үнэгүй туслалцаа",
    "eligibility": "Everybody",
    "eligibility_mn": "Хүн бүр",
    "aimag": "MN11",
    "soum": "",
    "capacity": "5",
    "hours": "09:00–18:00",
    "phone": "7711 2233",
    "languages": ["mn"],
    "active": "yes",
}


def test_everybody_finds_a_service_in_her_language(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    for name in CAST:
        page = client(name, language="mn").get("/directory")
        assert page.status_code == 200
        assert "Сэтгэл зүйчийн зөвлөгөө" in page.text
        assert "Counselling" not in page.text
    english = client("ganaa.analyst", language="en")
    assert "Counselling" not in english.get("/directory?service=legal").text.split("board")[0]
    assert "Counselling by a psychologist" in english.get(f"/directory/{stage.service}").text
    with database.reading(cast["ganaa.analyst"]) as work:
        assert len(find_entries(work, Wanted(ServiceKind.LEGAL, "MN11"))) == 1
        assert find_entries(work, Wanted(ServiceKind.LEGAL, "MN61")) == []


def test_who_may_keep_it(database: Database, cast: Cast, client: Client) -> None:
    stage = set_stage(database, cast)
    coordinator = client("naran.coordinator")
    own, other = f"/directory/{stage.service}", f"/directory/{stage.outside_service}"
    assert coordinator.post(f"{own}/verify").status_code == 302
    for name in ("naran.coordinator", "oyuna.shelter", "bolormaa.caseworker"):
        assert client(name).post(f"{other}/verify").status_code == 404
    page = coordinator.post(f"{own}/edit", data={**ANSWERS, "version": "1"})
    assert page.status_code == 302, page.text
    stale = coordinator.post(f"{own}/edit", data={**ANSWERS, "hours": "24/7", "version": "1"})
    assert stale.status_code == 409 and "24/7" in stale.text

    with database.reading(cast["naran.coordinator"]) as work:
        foreign = str(organisation(work, "OUTSIDE"))
        mine = str(organisation(work, "MGEC"))
    page = coordinator.post("/directory/new", data={**ANSWERS, "organisation": foreign})
    assert page.status_code == 200
    page = coordinator.post("/directory/new", data={**ANSWERS, "organisation": mine})
    assert page.status_code == 302
    with database.reading(cast["naran.coordinator"]) as work:
        owners = work.session.scalars(select(DirectoryEntry.organisation_id)).all()
        assert sorted(map(str, owners)).count(mine) == 2
        assert sorted(map(str, owners)).count(foreign) == 1


def test_an_entry_goes_stale_and_is_mended_by_one_tap(
    database: Database, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = set_stage(database, cast)
    today = clock.today
    monkeypatch.setattr(clock, "today", lambda: today() + timedelta(days=91))
    browser = client("naran.coordinator", language="en")
    assert "stale" in browser.get(f"/directory/{stage.service}").text
    browser.post(f"/directory/{stage.service}/verify")
    assert "stale" not in browser.get(f"/directory/{stage.service}").text
    with database.reading(cast["naran.coordinator"]) as work:
        assert not is_stale(work.session.get_one(DirectoryEntry, stage.service))


def test_answers_are_told_once_there_are_enough(database: Database, cast: Cast) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    for number in range(5):
        referral_id = sent(database, cast, stage, given)
        with database.reading(cast["oyuna.shelter"]) as work:
            mgec = organisation(work, "MGEC")
            answers = answers_of(work, {mgec})[mgec]
            assert answers.acceptance is None and answers.answered == number
        with database.writing(cast["oyuna.shelter"]) as work:
            found = referral(work, referral_id)
            acknowledge(work, found)
            if number == 0:
                decline(work, found, ReferralDecline.NO_CAPACITY)
            else:
                accept(work, found)
    with database.reading(cast["oyuna.shelter"]) as work:
        answers = answers_of(work, {mgec})[mgec]
        assert (answers.answered, answers.acceptance, answers.median_hours) == (5, 80, 0)
