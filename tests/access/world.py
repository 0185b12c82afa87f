"""Records of every class, inside and outside each scope, and who stands how to them.

Rows are written through the models, so that this world does not depend on any area's services.
`Known.standing` is told by hand: it is what the expected answers are computed from.

A new endpoint whose URL holds more than its record's id (`/cases/<case_id>/items/<item_id>`) needs
that argument here: give each record of the class a child of that name in `Known.children`.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, select
from uuid_utils.compat import uuid7

from audit.record import Act
from casework.actor import Actor
from casework.clock import now, today
from casework.services.organisations import get_organisation
from casework.services.setup import command_actor
from casework.services.users import actor_of
from casework.services.work import Database, Work
from casework.vocabulary import (
    ActivityKind,
    AgeBand,
    ApprovalKind,
    ApprovalState,
    AskedBy,
    AssessmentKind,
    AssistanceForm,
    Band,
    BatchState,
    CaseKind,
    CaseState,
    Channel,
    ComplaintKind,
    ComplaintState,
    ConcernKind,
    ConcernState,
    ConsentForm,
    ConsentPurpose,
    ConsentState,
    DisposalOutcome,
    DisposalState,
    DocumentKind,
    FollowUpState,
    GrantPurpose,
    HelpKind,
    HelpState,
    HoldState,
    InvitationPurpose,
    Language,
    LegalBasis,
    LegalHoldReason,
    MessageKind,
    MessageState,
    MovementKind,
    MovementState,
    OverrideKind,
    OverrideReason,
    Payer,
    PlanItemKind,
    PlanItemState,
    PlanState,
    PolicyState,
    Purpose,
    ReferralState,
    Relation,
    RequestState,
    RoomKind,
    RoundState,
    SampleKind,
    ServiceKind,
    Sex,
    ShutReason,
    StayState,
    SubjectKind,
    SubjectRequestKind,
    SubjectRequestState,
    TaskState,
    TellingKind,
    Urgency,
)
from models.activity import ActivityAlert
from models.approval import AllocationOverride, Approval
from models.assistance import AssistanceEntry, BudgetLine
from models.base import Base
from models.break_glass import BreakGlass
from models.case import Case, CasePerson, FollowUp, Grant, Note, Task
from models.complaint import Complaint
from models.concern import Concern
from models.confirmation import Confirmation, ConfirmationRound
from models.consent import Consent
from models.consular_help import ConsularHelp
from models.document import Document
from models.facility import Closure, DailyCheck, Facility, Room, SampleBatch, Stay
from models.intake import ImportFile, RequestDraft
from models.message import OutgoingMessage
from models.movement import AllocationOutcome, AllocationRun, Hold, Movement
from models.organisation import Organisation
from models.person import Household, Person
from models.plan import Assessment, Plan, PlanItem
from models.public import Telling
from models.referral import DirectoryEntry, Referral, ReferralEvent
from models.retention import Disposal, DisposalPerson
from models.return_request import PriorityPolicy, RequestMember, RequestScore, ReturnRequest
from models.rights import ErasedSubject, Erasure, LegalHold, Restriction, SubjectRequest
from models.season import SeasonOutcome, SeasonPlan
from models.sign_in import Authenticator, Invitation, Passkey, RecoveryCode
from models.user import Exclusion, User
from tests.access.expectations import Standing
from tests.conftest import CAST, Cast

NIGHTS = timedelta(days=20)

#: What is written in each cell: no other text of a page says it, and no file may hold it in clear.
SECRETS = {
    "person.given_name": "Сараанжимбуу",
    "person.patronymic": "Цэвээнравдан",
    "person.register_number": "ӨҮ85041512",
    "person.passport_number": "E7654321",
    "person.phone": "+97688776655",
    "return_request.city": "Хвасонгдонг",
    "message.address": "saraa.private@example.com",
    "request_draft.typed": "Цэндсүрэнжав",
    "consular_help.note": "шүдний эмчийн төлбөр нөхсөн",
    "note.text": "ээжтэйгээ утсаар ярьсан",
    "task.title": "эмчтэй нь холбогдох",
    "document.name": "гэрчилгээний хуулбар.pdf",
    "plan.goal": "оёдлын цехэд ажиллах",
    "plan_item.description": "шүдний эмчид үзүүлэх",
    "assessment.summary": "хоёр хүүхэдтэй ганцаараа",
    "assistance_entry.what": "өвлийн хувцас, нүүрс",
    "referral.reason": "өрийн маргаан шүүхэд",
    "telling.text": "шинэ утасны дугаартай боллоо",
    "concern.text": "ажилтан мөнгө нэхсэн",
    "subject_request.words": "нэрээ зөв бичүүлмээр",
    "approval.reason": "хоёр дахь хүнээс асуусан шалтгаан",
    "break_glass.reason": "шөнө эмнэлгээс утасдсан",
    "complaint.words": "гурван сар хариу өгөөгүй",
}

#: For columns that every row must have and that do not matter to access.
PLAIN: dict[type, Any] = {int: 1, str: "x", bool: False, date: today(), datetime: now(), dict: {}}

#: A mission's list, as it was sent.
IMPORTED = (
    "request_ref,submitted_on,country,relation,given_name,sex,birth_date,legal_basis\n"
    "S-1,2026-10-01,KR,principal,Бат,M,1990-01-01,public_task\n"
)

#: An entry of the log that IOM's protection officer may read.
ENTRY = uuid7()
#: Arguments of URLs that are words, or ids of what is no record of the matrix.
WORDS: dict[str, str] = {
    "kind": "rapid_vulnerability",
    "floor": "1",
    "step": "hospitalised",
    "token": "CW1.x.y",
    "page": "where",
    "place": "1",
    "key": str(ENTRY),
    "entry_id": str(ENTRY),
}


@dataclass
class Known:
    """A record of the world: its row, who stands how to it, and its children's ids by URL name."""

    name: str
    model: type[Base]
    id: UUID
    standing: Standing
    children: dict[str, UUID] = field(default_factory=dict)


@dataclass
class World:
    """The records, and the cast with the exclusions that this world gives them."""

    records: list[Known]
    actors: dict[str, Actor]

    def of(self, model: type[Base]) -> list[Known]:
        return [known for known in self.records if known.model is model]

    def __getitem__(self, name: str) -> Known:
        return next(known for known in self.records if known.name == name)


def one(*codes: str) -> frozenset[str]:
    return frozenset(codes)


class Builder:
    """Writes the rows of a world in one unit of work."""

    def __init__(self, work: Work, cast: Cast) -> None:
        self.work = work
        self.cast = cast
        self.records: list[Known] = []

    def add(self, row: Any) -> Any:
        """Write the row; plain columns that it must have and that do not matter here are filled."""
        for column in inspect(type(row)).local_table.columns:
            plain = not column.nullable and column.default is None and not column.foreign_keys
            if plain and getattr(row, column.key, None) is None:
                setattr(row, column.key, PLAIN[column.type.python_type])
        self.work.session.add(row)
        self.work.session.flush()
        return row

    def org(self, code: str) -> UUID:
        return get_organisation(self.work, code).id

    def user(self, name: str | None) -> UUID | None:
        return self.cast[name].id if name else None

    def subject(self, kind: SubjectKind) -> UUID:
        return self.work.new_subject(kind).id

    def known(self, name: str, row: Base, standing: Standing, **children: UUID) -> Known:
        if standing.side == "case":  # each has an exclusion, to be lifted by its route
            standing = replace(standing, excluded=standing.excluded | one("ganaa.analyst"))
        made = Known(name, type(row), row.id, standing, children)
        self.records.append(made)
        return made

    def person(self, given_name: str, household: Household | None = None) -> Person:
        row: Person = self.add(
            Person(
                subject_id=self.subject(SubjectKind.PERSON),
                household_id=household.id if household else None,
                sex=Sex.FEMALE,
                age_band=AgeBand.ADULT,
                given_name=f"{SECRETS['person.given_name']} {given_name}",
                patronymic=SECRETS["person.patronymic"],
                birth_date=today() - timedelta(days=36 * 365),
                register_number=SECRETS["person.register_number"],
                passport_number=SECRETS["person.passport_number"],
                phone=SECRETS["person.phone"],
            )
        )
        return row


def _request(
    b: Builder,
    name: str,
    lodged: str,
    standing: Standing,
    state: RequestState = RequestState.QUEUED,
    creator: str = "saruul.desk",
) -> tuple[ReturnRequest, RequestMember]:
    household = b.add(Household(subject_id=b.subject(SubjectKind.HOUSEHOLD)))
    person = b.person(name, household)
    row = b.add(
        ReturnRequest(
            reference=f"R-{name}",
            lodged_at_id=b.org(lodged),
            household_id=household.id,
            subject_id=household.subject_id,
            created_by_id=b.user(creator),
            channel=Channel.MISSION_DESK,
            state=state,
            submitted_on=today(),
            confirmed_on=today(),
            country="KR",
            language=Language.MN,
            legal_basis=LegalBasis.PUBLIC_TASK,
            city=SECRETS["return_request.city"],
        )
    )
    member = b.add(
        RequestMember(
            request_id=row.id,
            person_id=person.id,
            subject_id=person.subject_id,
            position=1,
            relation=Relation.PRINCIPAL,
            state=state,
            needs=[],
            protection=False,
        )
    )
    policy = b.work.session.scalars(select(PriorityPolicy)).one()
    b.add(
        RequestScore(
            request_id=row.id,
            policy_id=policy.id,
            as_of=today(),
            points=0,
            rank=0,
            submitted_on=row.submitted_on,
            band=Band.STANDARD,
            reserved=False,
            tie_break=1,
        )
    )
    b.add(
        OutgoingMessage(
            request_id=row.id,
            person_id=person.id,
            subject_id=person.subject_id,
            kind=MessageKind.NEWS,
            language=Language.MN,
            state=MessageState.SENT,
            asked_at=now(),
            due_at=now(),
            address=SECRETS["message.address"],
        )
    )
    told = Telling(
        request_id=row.id,
        member_id=member.id,
        subject_id=member.subject_id,
        kind=TellingKind.CHANGE,
        at=now(),
        text=SECRETS["telling.text"],
    )
    children = _work_on(b, row.subject_id, person, request_id=row.id)
    children["telling_id"] = b.add(told).id
    helped = ConsularHelp(
        request_id=row.id,
        subject_id=row.subject_id,
        state=HelpState.WAITING,
        amount=Decimal(3_000_000),
        currency="MNT",
        payer=Payer.ASSISTANCE_FUND,
        recorded_by_id=b.user("admin.office"),
        recorded_at=now(),
        kind=HelpKind.MEDICAL,
        note=SECRETS["consular_help.note"],
    )
    children["help_id"] = b.add(helped).id
    b.known(name, row, standing, member_id=member.id, person_id=person.id, **children)
    return row, member


def _work_on(b: Builder, subject_id: UUID, person: Person, **of: UUID) -> dict[str, UUID]:
    """A note, a task, a document and a consent on a case or a request."""
    by = b.user("saruul.desk")
    note = Note(
        subject_id=subject_id, written_by_id=by, written_at=now(), text=SECRETS["note.text"], **of
    )
    task = Task(
        subject_id=subject_id,
        due_on=today(),
        state=TaskState.OPEN,
        title=SECRETS["task.title"],
        **of,
    )
    document = Document(
        subject_id=person.subject_id,
        uploaded_by_id=by,
        uploaded_at=now(),
        size=1,
        name=SECRETS["document.name"],
        media_type="application/pdf",
        kind=DocumentKind.CERTIFICATE,
        **of,
    )
    consent = Consent(
        subject_id=person.subject_id,
        person_id=person.id,
        purpose=ConsentPurpose.CASE_MANAGEMENT,
        recipient_id=b.org("IOM"),
        categories=["identity"],
        state=ConsentState.GIVEN,
        form=ConsentForm.ORAL,
        language=Language.MN,
        given_on=today(),
        **of,
    )
    rows = {"note": note, "task": task, "document": document, "consent": consent}
    return {f"{name}_id": b.add(row).id for name, row in rows.items()}


def _case(
    b: Builder,
    name: str,
    held: str,
    standing: Standing,
    *,
    assigned: str | None = None,
    creator: str | None = None,
    request: ReturnRequest | None = None,
    person: Person | None = None,
) -> tuple[Case, Person]:
    person = person or b.person(name)
    row = b.add(
        Case(
            number=f"C-{name}",
            subject_id=b.subject(SubjectKind.CASE),
            kind=CaseKind.RETURNEE if request else CaseKind.DIRECT,
            state=CaseState.ACTIVE,
            organisation_id=b.org(held),
            assigned_to_id=b.user(assigned),
            request_id=request.id if request else None,
            created_by_id=b.user(creator),
            opened_on=today(),
        )
    )
    b.add(CasePerson(case_id=row.id, person_id=person.id, position=1))
    children = _work_on(b, row.subject_id, person, case_id=row.id) | _plan(b, row, person)
    exclusion = Exclusion(
        user_id=b.user("ganaa.analyst"), case_id=row.id, set_by_id=b.user("enkhbayar.supervisor")
    )
    children["exclusion_id"] = b.add(exclusion).id
    ended = Grant(
        case_id=row.id,
        organisation_id=b.org("OUTSIDE"),
        purpose=GrantPurpose.JOINT_CASE,
        granted_by_id=b.user("enkhbayar.supervisor"),
        expires_at=now() + NIGHTS,
        revoked_at=now(),
    )
    children["grant_id"] = b.add(ended).id
    b.known(name, row, standing, person_id=person.id, **children)
    return row, person


def _plan(b: Builder, case: Case, person: Person) -> dict[str, UUID]:
    author = b.user("bolormaa.caseworker")
    of: dict[str, Any] = {"case_id": case.id, "subject_id": case.subject_id}
    plan = b.add(Plan(**of, state=PlanState.DRAFT, written_by_id=author, goal=SECRETS["plan.goal"]))
    item = PlanItem(
        **of,
        plan_id=plan.id,
        position=1,
        state=PlanItemState.PLANNED,
        planned_cost=Decimal(1000),
        currency="MNT",
        kind=PlanItemKind.MEDICAL,
        description=SECRETS["plan_item.description"],
    )
    assessment = Assessment(
        case_id=case.id,
        person_id=person.id,
        subject_id=person.subject_id,
        kind=AssessmentKind.RAPID_VULNERABILITY,
        assessed_on=today(),
        assessed_by_id=author,
        findings={},
        summary=SECRETS["assessment.summary"],
    )
    entry = AssistanceEntry(
        **of,
        form=AssistanceForm.IN_KIND,
        given_on=today(),
        recorded_by_id=author,
        recorded_at=now(),
        what=SECRETS["assistance_entry.what"],
    )
    visit = FollowUp(**of, due_on=today(), state=FollowUpState.PLANNED)
    return {
        "plan_id": plan.id,
        "item_id": b.add(item).id,
        "assessment_id": b.add(assessment).id,
        "entry_id": b.add(entry).id,
        "follow_up_id": b.add(visit).id,
    }


def _facility(b: Builder, code: str) -> tuple[Facility, Room]:
    row = b.add(Facility(organisation_id=b.org(code), aimag="MN11"))
    room = b.add(Room(facility_id=row.id, number="101", kind=RoomKind.FAMILY, beds=4))
    standing = Standing(side="return", facility=one(code))
    closure = Closure(
        facility_id=row.id,
        first_night=today() + 90 * NIGHTS,
        last_night=today() + 90 * NIGHTS,
        reason=ShutReason.REPAIR,
    )
    b.known(
        f"facility.{code}",
        row,
        standing,
        room_id=room.id,
        closure_id=b.add(closure).id,
        batch_id=b.add(_batch(row)).id,
    )
    return row, room


def _batch(facility: Facility) -> SampleBatch:
    return SampleBatch(
        facility_id=facility.id,
        code="T-1",
        kind=SampleKind.PCR,
        state=BatchState.TAKEN,
        taken_on=today(),
    )


def _stay(b: Builder, code: str, hold: Hold, room: Room, *cases: Standing) -> None:
    member = hold.member
    row = b.add(
        Stay(
            hold_id=hold.id,
            member_id=member.id,
            person_id=member.person_id,
            subject_id=member.subject_id,
            facility_id=room.facility_id,
            room_id=room.id,
            state=StayState.CHECKED_IN,
            first_night=today(),
            last_night=today() + NIGHTS,
            checked_in_at=now(),
        )
    )
    check = DailyCheck(
        stay_id=row.id,
        subject_id=row.subject_id,
        checked_on=today(),
        by_id=b.user("dorj.khanuul"),
        well=True,
    )
    standing = Standing("return", "stay:read", facility=one(code), linked=cases)
    b.known(f"stay.{code}", row, standing, check_id=b.add(check).id)


def _movement(b: Builder, name: str, standing: Standing) -> Movement:
    row: Movement = b.add(
        Movement(
            reference=f"M-{name}",
            kind=MovementKind.CHARTER_FLIGHT,
            state=MovementState.MANIFEST_CLOSED,
            seats=200,
            origin_countries=["KR"],
            origin_city="Seoul",
            point_of_entry="UBN",
            departs_on=today(),
            arrives_on=today(),
            quarantine_nights=21,
            payer=Payer.GOVERNMENT,
            created_by_id=b.user("saruul.desk"),
        )
    )
    run = AllocationRun(
        movement_id=row.id,
        at=now(),
        status="optimal",
        placed=0,
        waiting=0,
        milliseconds=1,
        inputs={},
    )
    b.known(f"movement.{name}", row, standing, run_id=b.add(run).id)
    return row


def _hold(
    b: Builder,
    movement: Movement,
    member: RequestMember,
    room: Room,
    state: HoldState = HoldState.CONFIRMED,
) -> Hold:
    row: Hold = b.add(
        Hold(
            movement_id=movement.id,
            request_id=member.request_id,
            member_id=member.id,
            subject_id=member.subject_id,
            state=state,
            room_id=room.id,
            first_night=today(),
            last_night=today() + NIGHTS,
            payer=Payer.GOVERNMENT,
        )
    )
    run_id = b.records[-1].children["run_id"]
    b.add(
        AllocationOutcome(
            reason="no_seat",
            run_id=run_id,
            request_id=member.request_id,
            subject_id=member.subject_id,
            placed=True,
            travellers={},
        )
    )
    plan = b.add(SeasonPlan(at=now(), status="asked"))
    b.add(
        SeasonOutcome(
            plan_id=plan.id,
            request_id=member.request_id,
            subject_id=member.subject_id,
            movement_id=movement.id,
            position=1,
            points=1,
            people=1,
            travellers={},
        )
    )
    b.records[-1].children |= {
        "hold_id": row.id,
        "member_id": member.id,
        "request_id": member.request_id,
    }
    return row


def _grant(b: Builder, case: Case, code: str, days: int, *, revoked: bool = False) -> None:
    b.add(
        Grant(
            case_id=case.id,
            organisation_id=b.org(code),
            purpose=GrantPurpose.JOINT_CASE,
            granted_by_id=b.user("enkhbayar.supervisor"),
            expires_at=now() + timedelta(days=days),
            revoked_at=now() if revoked else None,
        )
    )


def _referral(
    b: Builder,
    name: str,
    of: tuple[Case, Person],
    way: tuple[str, str],
    standing: Standing,
    *,
    sent: bool,
) -> None:
    (case, person), (source, target) = of, way
    row = b.add(
        Referral(
            number=f"F-{name}",
            case_id=case.id,
            person_id=person.id,
            subject_id=person.subject_id,
            from_organisation_id=b.org(source),
            to_organisation_id=b.org(target),
            purpose=ConsentPurpose.REFERRAL,
            state=ReferralState.SENT if sent else ReferralState.DRAFT,
            urgency=Urgency.NORMAL,
            created_by_id=b.user("bolormaa.caseworker"),
            created_at=now(),
            sent_at=now() if sent else None,
            acknowledge_by=now() + timedelta(days=14) if sent else None,
            service=ServiceKind.LEGAL,
            reason=SECRETS["referral.reason"],
            snapshot={} if sent else None,
        )
    )
    step = ReferralEvent(
        referral_id=row.id, subject_id=row.subject_id, at=now(), to_state=row.state
    )
    b.known(f"referral.{name}", row, standing, event_id=b.add(step).id)


def _requests_and_movements(b: Builder) -> None:
    """The return side, up to the case that opened behind the request that arrived."""
    behind = Standing(
        "case", "case:read", org=one("IOM"), own_org=one("IOM"), assigned=one("bolormaa.caseworker")
    )
    _khanuul, room = _facility(b, "KHANUUL")
    _gobi, far_room = _facility(b, "GOBI")

    def lodged(code: str, **more: Any) -> Standing:
        places = dict.fromkeys(("mission", "org", "own_org"), one(code))
        return Standing("return", "return_request:read", **places, **more)

    arrived, member = _request(
        b,
        "request.arrived",
        "KR",
        lodged("KR", facility=one("KHANUUL"), linked=(behind,)),
        RequestState.ARRIVED,
        "sarnai.seoul",
    )
    _, waiting = _request(b, "request.kr", "KR", lodged("KR"), creator="sarnai.seoul")
    _, far_member = _request(
        b, "request.de", "DE", lodged("DE", facility=one("GOBI")), creator="bold.berlin"
    )
    _request(b, "request.iom", "IOM", lodged("IOM"), creator="bolormaa.caseworker")
    for name in ("sarnai.seoul", "saruul.desk"):
        drafted = lodged("KR", draft_of=name)
        _request(b, f"draft.{name}", "KR", drafted, RequestState.DRAFT, name)
        typed = RequestDraft(
            user_id=b.user(name),
            subject_id=b.work.session.get_one(User, b.user(name)).subject_id,
            form_key=bytes(32),
            saved_at=now(),
            typed=[["members-0-given_name", SECRETS["request_draft.typed"]]],
        )
        b.known(f"typed.{name}", b.add(typed), Standing("return", draft_of=name))
        sent = ImportFile(
            user_id=b.user(name),
            subject_id=typed.subject_id,
            organisation_id=b.org("KR"),
            sent_at=now(),
            content=IMPORTED.encode(),
        )
        b.known(f"list.{name}", b.add(sent), Standing("return", draft_of=name))
    flown = Standing("return", "movement:read", author="saruul.desk")
    _movement(b, "empty", flown)
    given_back = _movement(b, "given back", replace(flown, mission=one("KR")))
    _hold(b, given_back, waiting, room, HoldState.RELEASED)
    movement = _movement(b, "khanuul", replace(flown, mission=one("KR"), facility=one("KHANUUL")))
    _stay(b, "KHANUUL", _hold(b, movement, member, room), room, behind)
    movement = _movement(b, "gobi", replace(flown, mission=one("DE"), facility=one("GOBI")))
    _stay(b, "GOBI", _hold(b, movement, far_member, far_room), far_room)
    _case(
        b,
        "case.assigned",
        "IOM",
        behind,
        assigned="bolormaa.caseworker",
        request=arrived,
        person=member.person,
    )


def _cases(b: Builder) -> None:
    def held(*codes: str, **more: Any) -> Standing:
        return Standing("case", "case:read", org=one(codes[0]), own_org=one(*codes), **more)

    conflicted = _case(b, "case.unassigned", "IOM", held("IOM", excluded=one("second.supervisor")))
    b.add(
        Exclusion(
            user_id=b.user("second.supervisor"),
            case_id=conflicted[0].id,
            set_by_id=b.user("khulan.protection"),
        )
    )
    shared, _ = _case(
        b,
        "case.granted",
        "IOM",
        held("IOM", granted=one("MGEC"), assigned=one("otgon.caseworker")),
        assigned="otgon.caseworker",
    )
    _grant(b, shared, "MGEC", days=30)
    lapsed, _ = _case(b, "case.lapsed", "IOM", held("IOM"))
    _grant(b, lapsed, "MGEC", days=-1)
    _grant(b, lapsed, "OUTSIDE", days=30, revoked=True)
    _case(b, "case.made", "IOM", held("IOM", "MGEC"), creator="naran.coordinator")
    _case(
        b,
        "case.shelter",
        "MGEC",
        held("MGEC", assigned=one("oyuna.shelter")),
        assigned="oyuna.shelter",
        creator="naran.coordinator",
    )
    other = _case(b, "case.outside", "OUTSIDE", held("OUTSIDE"), creator="outsider.ngo")
    _referrals(b, conflicted, other)


def _referrals(b: Builder, conflicted: tuple[Case, Person], other: tuple[Case, Person]) -> None:
    def between(*codes: str, **more: Any) -> Standing:
        return Standing("case", "referral:read", org=one(*codes), own_org=one(*codes), **more)

    mine = _case(
        b,
        "case.referred",
        "IOM",
        Standing(
            "case",
            "case:read",
            org=one("IOM"),
            own_org=one("IOM"),
            assigned=one("bolormaa.caseworker"),
        ),
        assigned="bolormaa.caseworker",
    )
    worked = one("bolormaa.caseworker")
    _referral(b, "sent", mine, ("IOM", "MGEC"), between("IOM", "MGEC", assigned=worked), sent=True)
    _referral(b, "draft", mine, ("IOM", "MGEC"), between("IOM", assigned=worked), sent=False)
    _referral(b, "outside", other, ("OUTSIDE", "IOM"), between("OUTSIDE", "IOM"), sent=True)
    _referral(
        b,
        "conflicted",
        conflicted,
        ("IOM", "OUTSIDE"),
        between("IOM", "OUTSIDE", excluded=one("second.supervisor")),
        sent=True,
    )


def _organisations_and_lines(b: Builder) -> None:
    for code in ("IOM", "MGEC", "OUTSIDE"):
        organisation = b.work.session.get_one(Organisation, b.org(code))
        b.known(f"organisation.{code}", organisation, Standing(own_org=one(code)))
        entry = DirectoryEntry(
            organisation_id=organisation.id,
            service=ServiceKind.LEGAL,
            description="Legal aid",
            description_mn="Хууль зүйн туслалцаа",
            eligibility="Everyone",
            eligibility_mn="Хүн бүр",
            hours="09:00–18:00",
            phone="70112233",
            languages=["mn"],
            last_verified_on=today(),
        )
        b.known(f"directory.{code}", b.add(entry), Standing(own_org=one(code)))
        line = BudgetLine(
            organisation_id=organisation.id,
            code="L1",
            name="Reintegration",
            funder="Fund",
            currency="MNT",
            ceiling=Decimal(1_000_000),
            starts_on=today(),
            ends_on=today() + timedelta(days=365),
        )
        b.known(f"budget.{code}", b.add(line), Standing(org=one(code)))
        concern = Concern(
            subject_id=organisation.subject_id,
            organisation_id=organisation.id,
            recorded_at=now(),
            kind=ConcernKind.ABUSE,
            state=ConcernState.RECEIVED,
            text=SECRETS["concern.text"],
        )
        b.known(f"concern.{code}", b.add(concern), Standing(org=one(code)))
    for name in CAST:
        user = b.work.session.get_one(User, b.user(name))
        own = one(CAST[name][1])
        b.known(f"user.{name}", user, Standing(org=own, own_org=own, author=name))


#: Kind, who asked, and the permission of the second person, as the design says.
ASKED = (
    (ApprovalKind.CLEARANCE, "enkhbayar.supervisor", "clearance:grant"),
    (ApprovalKind.IDENTIFIED_EXPORT, "saruul.desk", "export:identified"),
    (ApprovalKind.IDENTIFIED_EXPORT, "second.supervisor", "export:identified"),
    (ApprovalKind.ERASURE, "khulan.protection", "subject_request:erase"),
    (ApprovalKind.DISPOSAL, "khulan.protection", "retention:approve"),
    (ApprovalKind.ALLOCATION_OVERRIDE, "saruul.desk", "movement:override"),
    (ApprovalKind.PRIORITY_POLICY, "saruul.desk", "priority_policy:publish"),
)


def _asked(b: Builder, kind: ApprovalKind) -> tuple[UUID | None, dict[str, Any]]:
    """The record an act is about, and its details, as the services write them."""
    if kind is ApprovalKind.CLEARANCE:
        return b.user("second.supervisor"), {"cleared": True}
    if kind is ApprovalKind.ALLOCATION_OVERRIDE:
        movement = next(known for known in b.records if known.name == "movement.empty")
        request = next(known for known in b.records if known.name == "request.kr")
        details = {"movement": str(movement.id), "kind": "pin", "reason": "security"}
        return request.id, details
    if kind is ApprovalKind.PRIORITY_POLICY:
        return uuid4(), {"number": 2, "instead_of": 1, "digest": ""}
    if kind in (ApprovalKind.DISPOSAL, ApprovalKind.ERASURE):
        return uuid4(), {"people": 3, "number": "DP-2026-0007"}
    details = {"parts": ["numbers"], "state": None, "country": None}
    return b.user("saruul.desk"), details | {"records": 1, "purpose": "protection"}


def _override(b: Builder, approval: Approval) -> None:
    for movement in b.records:
        if movement.model is Movement:
            row = AllocationOverride(
                movement_id=movement.id,
                request_id=approval.record_id,
                approval_id=approval.id,
                kind=OverrideKind.PIN,
                reason=OverrideReason.SECURITY,
            )
            movement.children["override_id"] = b.add(row).id


def _need_to_know(b: Builder) -> None:
    """Acts that wait for a second person, openings in an emergency, alerts."""
    case = next(known for known in b.records if known.name == "case.outside")
    for kind, asker, permission in ASKED:
        code = CAST[asker][1]
        organisation = b.work.session.get_one(Organisation, b.org(code))
        record_id, details = _asked(b, kind)
        row = Approval(
            subject_id=organisation.subject_id,
            organisation_id=organisation.id,
            kind=kind,
            state=ApprovalState.WAITING,
            table="user",
            record_id=record_id,
            details=details,
            asked_by_id=b.user(asker),
            asked_at=now(),
            expires_at=now() + timedelta(days=7),
            reason=SECRETS["approval.reason"],
        )
        author = "second.supervisor" if kind is ApprovalKind.CLEARANCE else None
        standing = Standing(org=one(code), author=author, proposed_by=asker, only=permission)
        b.known(f"approval.{kind}.{asker}", b.add(row), standing)
        if kind is ApprovalKind.ALLOCATION_OVERRIDE:
            _override(b, row)
    glass = BreakGlass(
        case_id=case.id,
        subject_id=b.subject(SubjectKind.CASE),
        user_id=b.user("otgon.caseworker"),
        organisation_id=b.org("IOM"),
        opened_at=now() - timedelta(hours=2),
        ends_at=now() - timedelta(hours=1),
        review_due_on=today(),
        reason=SECRETS["break_glass.reason"],
    )
    b.known("opened", b.add(glass), Standing(org=one("IOM"), excluded=one("ganaa.analyst")))
    alert = ActivityAlert(
        user_id=b.user("otgon.caseworker"),
        organisation_id=b.org("IOM"),
        kind=ActivityKind.OPENED,
        at=now(),
    )
    b.known("alert", b.add(alert), Standing(org=one("IOM")))


def _registers(b: Builder) -> None:
    """A complaint with its answer still to come, and a disposal that is done."""
    case = next(known for known in b.records if known.name == "case.outside")
    for code, about in (("IOM", case), ("OUTSIDE", None)):
        complaint = Complaint(
            number=f"CP-2026-{code}",
            kind=ComplaintKind.DELAY,
            state=ComplaintState.RECEIVED,
            organisation_id=b.org(code),
            subject_id=b.subject(SubjectKind.CASE),
            case_id=about.id if about else None,
            received_on=today(),
            due_on=today(),
            words=SECRETS["complaint.words"],
        )
        excluded = one("ganaa.analyst") if about else frozenset()
        b.known(f"complaint.{code}", b.add(complaint), Standing(org=one(code), excluded=excluded))
        disposal = Disposal(
            number=f"DP-2026-{code}",
            organisation_id=b.org(code),
            state=DisposalState.DONE,
            rules={},
            proposed_by_id=b.user("khulan.protection"),
            proposed_at=now(),
            done_at=now(),
        )
        b.known(f"disposal.{code}", b.add(disposal), Standing(org=one(code)))
        of = b.person("disposal")
        outcome = DisposalOutcome.WAITING
        b.add(
            DisposalPerson(
                disposal_id=disposal.id, person_id=of.id, kept_until=today(), outcome=outcome
            )
        )


def _policies(b: Builder) -> None:
    """The policy in force, and a draft of the desk's."""
    current = b.work.session.scalars(select(PriorityPolicy)).one()
    draft = PriorityPolicy(
        number=2,
        state=PolicyState.DRAFT,
        content=current.content | {"version": 2},
        proposed_by_id=b.user("saruul.desk"),
    )
    b.known("policy.draft", b.add(draft), Standing())


def _ended_data(b: Builder) -> None:
    """Somebody restricted and somebody erased, whom nobody of the world looks for."""
    asked = next(known for known in b.records if known.name == "subject_request.correction")
    person, officer = b.person("ended"), b.user("khulan.protection")
    b.add(
        Restriction(
            person_id=person.id,
            subject_id=person.subject_id,
            subject_request_id=asked.id,
            set_at=now(),
            set_by_id=officer,
        )
    )
    erasure = Erasure(
        number="ER-2026-00001",
        person_id=person.id,
        organisation_id=b.org("IOM"),
        approved_by_id=officer,
        ordered_at=now(),
        done_at=now(),
        figures={},
    )
    erased = b.subject(SubjectKind.PERSON)
    b.add(erasure)
    b.add(ErasedSubject(subject_id=erased, erasure_id=erasure.id))


def _ways_in(b: Builder) -> None:
    """What somebody signs in with."""
    of: dict[str, Any] = {"user_id": b.user("outsider.ngo")}
    hashed = bytes(32)
    b.add(
        Invitation(
            **of,
            purpose=InvitationPurpose.WELCOME,
            code_hash=hashed,
            made_at=now(),
            expires_at=now(),
        )
    )
    of["subject_id"] = b.subject(SubjectKind.USER)
    b.add(Authenticator(**of, added_at=now(), last_step=1, secret="JBSWY3DPEHPK3PXP"))
    b.add(RecoveryCode(**of, selector="abcd", made_at=now(), code_hash="argon2"))
    b.add(
        Passkey(
            **of,
            sign_count=1,
            added_at=now(),
            label="Утас",
            credential_id="Y3JlZGVudGlhbA",
            public_key="a2V5",
        )
    )


def _rounds(b: Builder) -> None:
    """A round of Seoul and one of IOM; Seoul's asked its household."""
    asked = next(known for known in b.records if known.name == "request.kr")
    message = b.work.session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.request_id == asked.id)
    ).one()
    for code in ("KR", "IOM"):
        row = ConfirmationRound(
            organisation_id=b.org(code),
            started_by_id=b.user("sarnai.seoul"),
            started_at=now(),
            state=RoundState.OPEN,
        )
        standing = Standing(side="return", mission=one(code), org=one(code))
        b.known(f"round.{code}", b.add(row), standing)
        if code == "KR":
            b.add(Confirmation(round_id=row.id, request_id=asked.id, message_id=message.id))


def _subject_requests(b: Builder) -> None:
    """Requests of the person in two registers, each with a legal hold."""
    kinds = (
        ("IOM", SubjectRequestKind.ACCESS, SubjectRequestState.IN_PROGRESS),
        ("IOM", SubjectRequestKind.ERASURE, SubjectRequestState.RECEIVED),
        ("OUTSIDE", SubjectRequestKind.CORRECTION, SubjectRequestState.RECEIVED),
    )
    for code, kind, state in kinds:
        name = f"subject_request.{kind.value}"
        person = b.person(name)
        of: dict[str, Any] = {"person_id": person.id, "subject_id": person.subject_id}
        of["organisation_id"] = b.org(code)
        row = b.add(
            SubjectRequest(
                **of,
                number=f"S-{kind.value}",
                kind=kind,
                state=state,
                asked_by=AskedBy.PERSON,
                registered_by_id=b.user("sarnai.seoul"),
                received_on=today(),
                due_on=today() + timedelta(days=30),
                words=SECRETS["subject_request.words"],
                proposal={"phone": "+97699887766"},
            )
        )
        hold = LegalHold(
            **of,
            reason=LegalHoldReason.COURT,
            set_on=today(),
            set_by_id=b.user("khulan.protection"),
        )
        b.known(name, row, Standing(org=one(code)), legal_hold_id=b.add(hold).id)


def build_world(database: Database, cast: Cast) -> World:
    """Write the world; one entry accounts for all its rows."""
    with database.writing(command_actor()) as work:
        builder = Builder(work, cast)
        _requests_and_movements(builder)
        _cases(builder)
        _organisations_and_lines(builder)
        _rounds(builder)
        _subject_requests(builder)
        _need_to_know(builder)
        _registers(builder)
        _ended_data(builder)
        _policies(builder)
        _ways_in(builder)
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
    with database.reading(command_actor()) as work:
        actors = {
            name: actor_of(work, work.session.get_one(User, cast[name].id), cast[name].origin)
            for name in CAST
        }
    with database.writing(actors["khulan.protection"]) as work, pytest.MonkeyPatch.context() as at:
        at.setattr("audit.record.uuid7", lambda: ENTRY)
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    return World(builder.records, actors)
