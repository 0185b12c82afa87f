"""An erased person is gone from every page, list, file and search, and the counts stay."""

from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import Select, func, select

from audit.record import Act
from audit.verify import verify
from casework.actor import Actor
from casework.clock import today
from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.jobs import KINDS
from casework.messages import ERASED
from casework.services import erasure as erasures
from casework.services.approvals.deciding import approve
from casework.services.names import load_names, refresh_names
from casework.services.people.search import search_people
from casework.services.rights import erasing
from casework.services.rights.register import Asked, check_identity, register
from casework.services.setup import command_actor
from casework.services.statistics.figures import Figures, read_figures
from casework.services.work import Database, Work
from casework.vocabulary import (
    ApprovalKind,
    AskedBy,
    CaseState,
    IdentityCheck,
    LegalHoldReason,
    Purpose,
    ReferralState,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.approval import Approval
from models.audit import AuditEntry
from models.case import Case, CasePerson, Note
from models.person import Person
from models.referral import Referral
from models.return_request import RequestMember
from models.rights import ErasedSubject, Erasure, SubjectRequest
from models.subject import SearchToken, Subject
from tests.access.world import SECRETS, World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


def written(work: Work) -> None:
    work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))


def ended(database: Database, world: World, name: str) -> UUID:
    """A case whose work is over, with everything that hangs on it; its person's id."""
    with database.writing(command_actor()) as work:
        case = work.session.get_one(Case, world[name].id)
        case.state = CaseState.CLOSED
        person = case.people[0].person
        for referral in work.session.scalars(select(Referral).where(Referral.case_id == case.id)):
            referral.state = ReferralState.COMPLETED
        written(work)
        return person.id


def asked(database: Database, officer: Actor, person_id: UUID) -> UUID:
    """A request for erasure whose identity was checked; its id."""
    with database.writing(officer) as work:
        with work.beyond("a test looks"):
            person = work.session.get_one(Person, person_id)
        wish = Asked(SubjectRequestKind.ERASURE, AskedBy.PERSON, received_on=today())
        row = register(work, person, wish)
        check_identity(work, row, IdentityCheck.DOCUMENT_SEEN, None)
        return row.id


def erased(database: Database, cast: Cast, row_id: UUID) -> None:
    """Asked by the officer, approved by the supervisor."""
    with database.writing(cast["khulan.protection"]) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        erasing.ask_erasure(work, row, row.number, "Хүсэлтээр")
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        approval = work.session.scalars(
            select(Approval).where(
                Approval.record_id == row_id, Approval.kind == ApprovalKind.ERASURE
            )
        ).one()
        approve(work, approval)


def test_two_people_erase_and_nothing_opens_again(
    database: Database, world: World, cast: Cast
) -> None:
    person_id = ended(database, world, "case.shelter")
    with database.writing(command_actor()) as work:
        person = work.session.get_one(Person, person_id)
        older = work.new_subject(person_subject(work, person).kind)
        older.merged_into_id = person.subject_id
        written(work)
        subjects = {person.subject_id, older.id}
    database.names.add(person_id, {"1saran"})
    row_id = asked(database, cast["khulan.protection"], person_id)
    erased(database, cast, row_id)
    assert database.keystore.subject_ids().isdisjoint(subjects)
    with database.reading(cast["khulan.protection"]) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        assert row.state is SubjectRequestState.FULFILLED
    with database.reading(command_actor()) as work:
        person = work.session.get_one(Person, person_id)
        assert person.given_name is ERASED
        case = work.session.get_one(Case, world["case.shelter"].id)
        note = work.session.scalars(select(Note).where(Note.case_id == case.id)).one()
        assert note.text is ERASED
        tokens = select(func.count()).where(SearchToken.row_id == person_id)
        assert work.session.scalar(tokens) == 0
        done = work.session.scalars(of_request(row_id)).one()
        assert done.done_at is not None
        assert done.figures["subjects"] == 3
        of_it = ErasedSubject.erasure_id == done.id
        marked = set(work.session.scalars(select(ErasedSubject.subject_id).where(of_it)))
        assert marked == subjects | {case.subject_id}
        events = set(work.session.scalars(select(AuditEntry.event)))
        assert {"approval.asked", "approval.approved", "erasure.ordered", "erasure.done"} <= events
    with database.engine.connect() as connection:
        assert [str(problem) for problem in verify(connection).problems] == []


def of_request(row_id: UUID) -> Select[tuple[Erasure]]:
    return select(Erasure).where(Erasure.subject_request_id == row_id)


def person_subject(work: Work, person: Person) -> Subject:
    return work.session.get_one(Subject, person.subject_id)


def test_only_another_approves_and_only_on_purpose(
    database: Database, world: World, cast: Cast
) -> None:
    person_id = ended(database, world, "case.shelter")
    officer = cast["khulan.protection"]
    row_id = asked(database, officer, person_id)
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        with pytest.raises(InvalidInput, match="exactly"):
            erasing.ask_erasure(work, row, "yes", "Хүсэлтээр")
        work.end()
    with database.writing(cast["bolormaa.caseworker"]) as work:
        with work.beyond("a test looks"):
            row = work.session.get_one(SubjectRequest, row_id)
        with pytest.raises(Refused):
            erasing.ask_erasure(work, row, row.number, "Хүсэлтээр")
        work.end()
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        approval = erasing.ask_erasure(work, row, row.number, "Хүсэлтээр")
        assert str(erasing.asked_for(work, approval)).endswith(f"{row.number}.")
    with database.writing(officer) as work:
        with pytest.raises(Refused):
            approve(work, work.session.get_one(Approval, approval.id))
        work.end()
    with database.reading(officer) as work:
        assert work.session.scalars(of_request(row_id)).all() == []


def test_open_work_and_the_law_stand_against_it(
    database: Database, world: World, cast: Cast
) -> None:
    officer = cast["khulan.protection"]
    with database.reading(officer) as work:
        person_id = work.session.get_one(Case, world["case.referred"].id).people[0].person_id
    row_id = asked(database, officer, person_id)
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        said = [str(one) for one in erasing.stands_against(work, row)]
        assert said == [
            "Case C-case.referred is still open: close it first.",
            "Referral F-sent is still open: end it first.",
        ]
        with pytest.raises(InvalidTransition, match=r"C-case\.referred"):
            erasing.ask_erasure(work, row, row.number, "Хүсэлтээр")
        work.end()
    ended(database, world, "case.referred")
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        hold = erasing.set_hold(work, row, LegalHoldReason.COURT, None, "Шүүх")
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        with pytest.raises(InvalidTransition, match="The law holds"):
            erasing.ask_erasure(work, row, row.number, "Хүсэлтээр")
        work.end()
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        erasing.lift_hold(work, row, hold.id)
        assert erasing.stands_against(work, row) == []


def test_a_hold_set_after_the_asking_still_stops_it(
    database: Database, world: World, cast: Cast
) -> None:
    officer = cast["khulan.protection"]
    row_id = asked(database, officer, ended(database, world, "case.shelter"))
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        approval = erasing.ask_erasure(work, row, row.number, "Хүсэлтээр")
        erasing.set_hold(work, row, LegalHoldReason.INVESTIGATION, today(), "Цагдаа")
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        with pytest.raises(InvalidTransition, match="The law holds"):
            approve(work, work.session.get_one(Approval, approval.id))
        work.end()
    with database.reading(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        assert row.state is SubjectRequestState.IN_PROGRESS
    with database.reading(command_actor()) as work:
        assert work.session.get_one(Person, row.person_id).given_name is not ERASED


def test_what_was_cut_off_is_finished_later(
    database: Database, world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key store is away when the order commits: it stands, and the job carries it out."""

    def away(*_: object) -> None:
        raise InvalidTransition("the key store is away")

    row_id = asked(database, cast["khulan.protection"], ended(database, world, "case.shelter"))
    with monkeypatch.context() as patch:
        patch.setattr(type(database.keystore), "destroy", away)
        erased(database, cast, row_id)
    with database.reading(command_actor()) as work:
        assert work.session.scalars(of_request(row_id)).one().done_at is None
    assert erasures.finish_erasures(database) == 1
    assert erasures.finish_erasures(database) == 0
    with database.reading(command_actor()) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        assert work.session.get_one(Person, row.person_id).given_name is ERASED


def test_texts_with_others_stay_readable_until_they_are_redacted(
    database: Database, world: World, cast: Cast
) -> None:
    person_id = ended(database, world, "case.assigned")
    with database.writing(command_actor()) as work:
        case = work.session.get_one(Case, world["case.assigned"].id)
        other = work.session.get_one(Case, world["case.unassigned"].id).people[0].person
        work.session.add(CasePerson(case_id=case.id, person_id=other.id, position=2))
        for member in work.session.scalars(
            select(RequestMember).where(RequestMember.person_id == person_id)
        ):
            member.request.state = member.state
        end_stays(work, person_id)
        written(work)
    officer = cast["khulan.protection"]
    row_id = asked(database, officer, person_id)
    erased(database, cast, row_id)
    with database.writing(officer) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        assert row.state is SubjectRequestState.IN_PROGRESS
        review = erasing.texts_left(work, row)
        assert review.undecided == review.whole > 2
        note = next(one for one in review.texts if one.key.startswith("note.text:"))
        assert note.value == SECRETS["note.text"]
        words: dict[str, str | None] = {one.key: None for one in review.texts}
        erasing.redact_texts(work, row, words | {note.key: "хоёулаа ирсэн"}, None)
        assert row.state is SubjectRequestState.FULFILLED
        assert row.choices[note.key] == "rewritten"
    with database.reading(command_actor()) as work:
        found = work.session.get_one(Note, UUID(note.key.split(":")[1]))
        assert found.text == "хоёулаа ирсэн"


def end_stays(work: Work, person_id: UUID) -> None:
    from casework.vocabulary import StayState
    from models.facility import Stay

    for stay in work.session.scalars(select(Stay).where(Stay.person_id == person_id)):
        stay.state = StayState.RELEASED


def test_lists_jobs_and_searches_go_on(
    database: Database, world: World, cast: Cast, client: Client
) -> None:
    """Everybody in the world is erased, whatever still goes on: every list of every role opens."""
    before = figures(database, cast)
    everybody_erased(database, cast)
    assert figures(database, cast) == before
    load_names(database)
    refresh_names(database)
    with database.writing(cast["sarnai.seoul"]) as work:
        assert search_people(work, SECRETS["person.given_name"]) == []
    assert len(database.names) == 0
    for act, _minutes in KINDS.values():
        act(database)
    met = 0
    for name in READERS:
        browser = client(name, language="en")
        for page in pages(world):
            answer = browser.get(page)
            assert answer.status_code in (200, 302, 404), (name, page)
            shown = [secret for secret in personal() if secret in answer.text]
            assert shown == [], (name, page)
            met += "erased" in answer.text
    assert met > 10


def figures(database: Database, cast: Cast) -> Figures:
    with database.reading(cast["ganaa.analyst"]) as work:
        return read_figures(work)


def personal() -> list[str]:
    of_others = ("concern.", "approval.", "subject_request.", "break_glass.", "complaint.")
    return [text for cell, text in SECRETS.items() if not cell.startswith(of_others)]


#: Who between them open every kind of record.
READERS = (
    "sarnai.seoul",
    "saruul.desk",
    "dorj.khanuul",
    "enkhbayar.supervisor",
    "naran.coordinator",
    "khulan.protection",
)
LISTS = (
    *("/", "/requests", "/requests/queue", "/cases", "/movements", "/referrals", "/arrivals"),
    *("/facilities", "/assistance/choose", "/data-requests", "/retention", "/notices"),
)
#: Records that one of the readers opens, and the pages of each.
OPENED = {
    "/requests": ("request.arrived",),
    "/cases": ("case.assigned", "case.shelter", "case.referred"),
    "/movements": ("movement.khanuul",),
    "/facilities": ("facility.KHANUUL",),
    "/referrals": ("referral.sent",),
    "/stays": ("stay.KHANUUL",),
}
PARTS = {
    "/cases": ("", "/people", "/plan", "/assistance", "/referrals", "/protection", "/assessments"),
    "/movements": ("", "/manifest", "/boarding"),
}


def pages(world: World) -> list[str]:
    """Lists, and the pages of a record of each kind."""
    found = list(LISTS)
    for area, names in OPENED.items():
        for name in names:
            found += [f"{area}/{world[name].id}{part}" for part in PARTS.get(area, ("",))]
    return found


def everybody_erased(database: Database, cast: Cast) -> None:
    with database.writing(command_actor()) as work:
        kinds = ("person", "household", "case")
        erased_before = select(ErasedSubject.subject_id)
        living = select(Subject.id).where(Subject.kind.in_(kinds), Subject.id.not_in(erased_before))
        subjects = work.session.scalars(living).all()
        first = work.session.scalars(select(Person)).first()
        assert first is not None
        done = Erasure(
            number="ER-1",
            person_id=first.id,
            organisation_id=cast["khulan.protection"].organisation_id,
            approved_by_id=cast["khulan.protection"].id,
            ordered_at=work.session.scalars(select(AuditEntry.at)).first(),
            figures={},
        )
        work.session.add(done)
        work.session.add_all(ErasedSubject(subject_id=one, erasure_id=done.id) for one in subjects)
        for token in work.session.scalars(select(SearchToken)):
            work.session.delete(token)
        written(work)
    erasures.finish_erasure(database, done.id)


def test_the_pages_of_an_erasure(
    database: Database, world: World, cast: Cast, client: Client
) -> None:
    person_id = ended(database, world, "case.shelter")
    row_id = asked(database, cast["khulan.protection"], person_id)
    officer = client("khulan.protection", language="en")
    url = f"/data-requests/{row_id}"
    assert "ask a second person" in officer.get(url).text
    with database.reading(cast["khulan.protection"]) as work:
        number = work.session.get_one(SubjectRequest, row_id).number
    data = {"reason": "Хүсэлтээр", "typed": number, "understood": "y"}
    assert officer.post(f"{url}/erase", data=data).status_code == 302
    assert "second person decides" in officer.get(url).text
    supervisor = client("enkhbayar.supervisor", language="en")
    assert number in supervisor.get("/approvals").text
    assert "second person decides" in supervisor.get(f"{url}/erasure").text
    assert officer.get(f"{url}/certificate").status_code == 409
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        waiting = select(Approval).where(Approval.record_id == row_id)
        approve(work, work.session.scalars(waiting).one())
    page = officer.get(url).text
    assert "Keys destroyed" in page
    assert SECRETS["person.given_name"] not in page
    paper = officer.get(f"{url}/certificate")
    assert paper.mimetype == "application/pdf"
    words = " ".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper.data)
    )
    assert number in words
    assert SECRETS["person.given_name"] not in words
    shelter = client("oyuna.shelter", language="en").get(
        f"/cases/{world['case.shelter'].id}/people"
    )
    assert "erased" in shelter.text
