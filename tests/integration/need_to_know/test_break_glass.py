"""An emergency opens a case for an hour, to be read; everybody who watches learns of it."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor
from casework.errors import InvalidInput, NotFound, Refused
from casework.policy import Permission, can
from casework.services import break_glass
from casework.services.access import load
from casework.services.facts import facts_of
from casework.services.people.tokens import add_tokens
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import NoticeKind, Purpose, ReviewOutcome
from models.audit import AuditEntry
from models.break_glass import BreakGlass
from models.case import Case, CasePerson
from models.notice import Notice
from models.referral import Referral
from models.user import Exclusion
from tests.access.world import SECRETS, World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.need_to_know.second_people import now_acting

WHY = "Эмнэлгээс утасдсан, амь насанд нь аюултай"
WORKER = "otgon.caseworker"
NUMBERS = {
    "case.assigned": "RC-2026-90000",
    "case.outside": "RC-2026-90001",
    "case.unassigned": "RC-2026-90002",
}


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


def opened(database: Database, cast: Cast, world: World, name: str = "case.assigned") -> Actor:
    """The caseworker, after she opened a case that is another's."""
    with database.writing(cast[WORKER]) as work:
        break_glass.open_in_emergency(work, NUMBERS[name], WHY)
    return now_acting(database, cast, cast[WORKER].id)


def renumber(database: Database, world: World, name: str, number: str) -> None:
    with database.writing(command_actor()) as work:
        work.session.get_one(Case, world[name].id).number = number
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))


@pytest.fixture(autouse=True)
def real_numbers(database: Database, world: World) -> None:
    """Case numbers as the product gives them: in capitals."""
    for name, number in NUMBERS.items():
        renumber(database, world, name, number)


def test_it_opens_for_reading_and_ends(
    database: Database, cast: Cast, world: World, client: Client
) -> None:
    case = f"/cases/{world['case.assigned'].id}"
    worker = client(WORKER, language="en")
    assert worker.get(case).status_code == 404
    data = {"reference": "rc-2026-90000", "reason": WHY}
    answer = worker.post("/emergency/new", data=data)
    assert answer.location == case
    page = worker.get(case)
    assert "Open to you in an emergency." in page.text
    assert "59 minutes left." in page.text or "60 minutes left." in page.text
    for tab in ("people", "protection", "plan", "assessments", "assistance"):
        assert "Open to you in an emergency." in worker.get(f"{case}/{tab}").text
    for closed in ("edit", "notes/new", "documents", "who-saw", "close", "share", "state", "tasks"):
        assert worker.get(f"{case}/{closed}").status_code == 404
    assert worker.post(f"{case}/emergency/end").status_code == 302
    assert worker.get(case).status_code == 404
    again = worker.post(f"{case}/emergency/end")
    assert again.status_code == 404


def test_it_ends_by_itself_after_an_hour(
    database: Database, cast: Cast, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = opened(database, cast, world)
    assert actor.opened_cases == {world["case.assigned"].id}
    later = clock.now() + timedelta(minutes=60, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert now_acting(database, cast, cast[WORKER].id).opened_cases == frozenset()


def test_it_opens_nothing_but_reading_and_identifiers(
    database: Database, cast: Cast, world: World
) -> None:
    before, after = cast[WORKER], opened(database, cast, world)
    with database.reading(after) as work:
        row = work.session.get_one(Case, world["case.assigned"].id)
        facts = facts_of(row, work.session)
        gained = {p for p in Permission if can(after, p, facts) and not can(before, p, facts)}
        opened_by_itself = {Permission.CASE_READ, Permission.IDENTITY_REVEAL}
        # whoever can read a record may take down what its person asks of her own data
        assert gained == opened_by_itself | {Permission.SUBJECT_REQUEST_REGISTER}
        for name in ("case.referred", "case.outside", "case.unassigned"):
            with pytest.raises(NotFound):
                load(work, Permission.CASE_READ, Case, world[name].id)
        referrals = [known for known in world.of(Referral) if known.name != "referral.outside"]
        for known in referrals:
            with pytest.raises(NotFound):
                load(work, Permission.REFERRAL_READ, Referral, known.id)


def test_those_who_watch_are_told_at_once(database: Database, cast: Cast, world: World) -> None:
    opened(database, cast, world, "case.outside")
    with database.reading(command_actor()) as work:
        told = work.session.scalars(
            select(Notice.user_id).where(Notice.kind == NoticeKind.BREAK_GLASS)
        ).all()
        assert told == [cast["khulan.protection"].id]
    opened(database, cast, world, "case.assigned")
    with database.reading(command_actor()) as work:
        told = work.session.scalars(
            select(Notice.user_id).where(
                Notice.kind == NoticeKind.BREAK_GLASS,
                Notice.case_id == world["case.assigned"].id,
            )
        ).all()
        names = ("khulan.protection", "enkhbayar.supervisor", "second.supervisor")
        assert set(told) == {cast[name].id for name in names}


def test_a_conflict_of_interest_is_never_defeated(
    database: Database, cast: Cast, world: World, client: Client
) -> None:
    case = world["case.assigned"].id
    supervisor = cast["enkhbayar.supervisor"]
    with database.writing(command_actor()) as work:
        for name in (WORKER, "second.supervisor"):
            work.session.add(
                Exclusion(user_id=cast[name].id, case_id=case, set_by_id=supervisor.id)
            )
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
    worker = client(WORKER)
    missing = {"reference": "RC-2026-77777", "reason": WHY}
    kept_from = {"reference": "RC-2026-90000", "reason": WHY}
    answers = [worker.post("/emergency/new", data=data) for data in (missing, kept_from)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(answers[0].data) == len(answers[1].data)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        break_glass.open_in_emergency(work, NUMBERS["case.outside"], WHY)
    with database.reading(command_actor()) as work:
        assert (
            work.session.scalars(select(BreakGlass).where(BreakGlass.case_id == case)).all() == []
        )
    # already open when the conflict is told: closed at once
    glass = now_acting(database, cast, cast["bolormaa.caseworker"].id)
    with database.writing(command_actor()) as work:
        work.session.add(
            Exclusion(user_id=glass.id, case_id=world["case.outside"].id, set_by_id=supervisor.id)
        )
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
    glass = now_acting(database, cast, glass.id)
    with pytest.raises(NotFound), database.reading(glass) as work:
        load(work, Permission.CASE_READ, Case, world["case.outside"].id)


def test_guessing_is_recorded_and_ends(
    database: Database, cast: Cast, world: World, client: Client
) -> None:
    worker = client(WORKER, language="en")
    for number in range(5):
        data = {"reference": f"RC-2026-8000{number}", "reason": WHY}
        assert worker.post("/emergency/new", data=data).status_code == 404
    real = {"reference": "RC-2026-90000", "reason": WHY}
    page = worker.post("/emergency/new", data=real)
    assert "Too many attempts led nowhere." in page.text
    assert worker.get(f"/cases/{world['case.assigned'].id}").status_code == 404
    with database.reading(command_actor()) as work:
        bodies = work.session.scalars(
            select(AuditEntry.body).where(
                AuditEntry.event == "access.refused", AuditEntry.actor_id == cast[WORKER].id
            )
        ).all()
        tried = [json.loads(body)["permission"] for body in bodies]
        assert tried.count("break_glass:use") == 5


def test_a_case_is_found_by_an_exact_number_of_a_person(
    database: Database, cast: Cast, world: World
) -> None:
    with database.writing(command_actor()) as work:
        member = work.session.scalars(
            select(CasePerson).where(CasePerson.case_id == world["case.outside"].id)
        ).one()
        member.person.register_number = "УХ85041516"
        add_tokens(work, member.person)
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
    with database.writing(cast[WORKER]) as work:
        opening = break_glass.open_in_emergency(work, "УХ 85041516", WHY)
        assert opening.case_id == world["case.outside"].id
    for nobody in ("УХ85041524", "Сараанжимбуу", "C-", ""):
        with pytest.raises((NotFound, InvalidInput)), database.writing(cast[WORKER]) as work:
            break_glass.open_in_emergency(work, nobody, WHY)


def test_only_those_who_may_and_cannot_read_it(
    database: Database, cast: Cast, world: World
) -> None:
    for name in ("oyuna.shelter", "khulan.protection", "saruul.desk", "admin.office"):
        with pytest.raises(Refused), database.writing(cast[name]) as work:
            break_glass.open_in_emergency(work, "RC-2026-90000", WHY)
    with pytest.raises(InvalidInput), database.writing(cast["bolormaa.caseworker"]) as work:
        break_glass.open_in_emergency(work, "RC-2026-90000", WHY)
    with pytest.raises(InvalidInput), database.writing(cast[WORKER]) as work:
        break_glass.open_in_emergency(work, "RC-2026-90000", "  ")


def test_every_opening_is_reviewed(
    database: Database, cast: Cast, world: World, client: Client
) -> None:
    worker = client(WORKER, language="en")
    worker.post("/emergency/new", data={"reference": "RC-2026-90000", "reason": WHY})
    case = f"/cases/{world['case.assigned'].id}"
    worker.get(case)
    person = world["case.assigned"].children["person_id"]
    shown = worker.post(f"{case}/people/{person}/show", data={"purpose": "protection"})
    assert shown.status_code == 302
    assert SECRETS["person.phone"] in worker.get(f"{case}/people").text
    officer = client("khulan.protection", language="en")
    page = officer.get("/openings")
    assert "RC-2026-90000" in page.text
    with database.reading(command_actor()) as work:
        waiting = select(BreakGlass).where(BreakGlass.case_id == world["case.assigned"].id)
        opening = work.session.scalars(waiting).one()
        assert opening.review_due_on == clock.today() + timedelta(days=3)
    url = f"/openings/{opening.id}"
    page = officer.get(url)
    assert WHY in page.text
    assert "Summary" in page.text
    assert "Numbers and addresses" in page.text
    assert SECRETS["person.given_name"] not in page.text
    page = officer.post(url, data={"outcome": "not_justified", "note": "", "version": "1"})
    assert "Write why it was not justified" in page.text
    data = {"outcome": "not_justified", "note": "Ахлагчтай холбогдох боломжтой байсан"}
    assert officer.post(url, data={**data, "version": "1"}).status_code == 302
    assert "reviewed already" in officer.post(url, data={**data, "version": "2"}).text
    assert data["note"] in worker.get("/emergency").text
    assert "Your emergency opening was reviewed." in worker.get("/notices").text
    with database.reading(cast["khulan.protection"]) as work:
        assert opening.id not in {one.id for one in break_glass.openings_to_review(work)}
        assert break_glass.reviewed_openings(work)[0].outcome is ReviewOutcome.NOT_JUSTIFIED


def test_each_step_is_an_entry(database: Database, cast: Cast, world: World) -> None:
    actor = opened(database, cast, world)
    case_id: UUID = world["case.assigned"].id
    with database.writing(actor) as work:
        break_glass.end_opening(work, work.session.get_one(Case, case_id))
    with database.reading(command_actor()) as work:
        entries = work.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.event.startswith("break_glass."), AuditEntry.case_id == case_id)
            .order_by(AuditEntry.at)
        ).all()
        assert [entry.event for entry in entries] == ["break_glass.opened", "break_glass.ended"]
        assert all(WHY not in entry.body.decode() for entry in entries)
        assert len(json.loads(entries[0].body)["subjects"]) >= 1
