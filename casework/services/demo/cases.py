"""Cases at every stage: opened by arrivals and walk-ins, then walked as far as their stage."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from casework import clock
from casework.reference.invented import Inventor
from casework.services.assistance.budget import LineFacts, add_line, lines_of
from casework.services.assistance.log import Given, record_assistance
from casework.services.cases.assignment import assign_case
from casework.services.cases.closing import approve_closure, request_closure
from casework.services.cases.daily import add_note, add_task
from casework.services.cases.follow_ups import Visit, follow_ups_of, record_follow_up
from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.cases.states import move_case
from casework.services.consents.recording import Asking
from casework.services.demo.cast import Cast, user_id
from casework.services.plans.approval import approve_plan
from casework.services.plans.assessments import record_assessment
from casework.services.plans.progress import end_item
from casework.services.plans.writing import ItemFacts, add_item, submit_plan, the_plan, write_goal
from casework.services.work import Database, Work
from casework.vocabulary import (
    AssessmentKind,
    AssistanceForm,
    CaseState,
    ClosureReason,
    ConsentForm,
    ContactMode,
    DataCategory,
    FollowUpState,
    Language,
    LegalBasis,
    PlanItemKind,
    PlanItemState,
    Role,
    Sex,
)
from models.case import Case

LINES = (
    ("CZ-RET", "Чех-буцалт", "Чех улс", "260000000"),
    ("KR-REINT", "Солонгос-нөхөн төлөвшүүлэлт", "БНСУ", "180000000"),
    ("HXNH", "ХНХЯ төсөл", "ГБХНХЯ", "90000000"),
)


@cache
def words() -> dict[str, Any]:
    """Invented sentences."""
    content: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    return content


@dataclass(frozen=True)
class Walk:
    """One case on its way, and who works on it."""

    work: Work
    case: Case
    cast: Cast
    random: Random
    worker: str

    def by_worker(self) -> Work:
        """The caseworker acts."""
        return self.work.acting_as(self.cast.actor(self.worker))

    def by_supervisor(self) -> Work:
        """The supervisor acts."""
        return self.work.acting_as(self.cast.role(Role.SUPERVISOR))

    def pick(self, kind: str) -> Any:
        """One of the invented sentences of a kind."""
        return self.random.choice(words()[kind])


def add_budget_lines(database: Database, cast: Cast) -> None:
    """Three lines of IOM."""
    today = clock.today()
    with database.writing(cast.role(Role.SUPERVISOR)) as work:
        if lines_of(work):
            return
        for code, name, funder, ceiling in LINES:
            starts, ends = today - timedelta(days=200), today + timedelta(days=500)
            add_line(work, code, "MNT", LineFacts(name, funder, Decimal(ceiling), starts, ends))


def take_in_walk_ins(database: Database, cast: Cast, count: int) -> list[UUID]:
    """Direct cases of IOM: people who came by themselves."""
    random = Random(7)  # noqa: S311 - invented people
    inventor, opened = Inventor(random), []
    for _ in range(count):
        sex = random.choice((Sex.FEMALE, Sex.FEMALE, Sex.MALE))
        born = clock.today() - timedelta(days=random.randint(19 * 365, 60 * 365))
        name = inventor.name(sex.value)
        newcomer = Newcomer(
            given_name=name.given_name,
            patronymic=name.patronymic,
            ovog=name.ovog,
            sex=sex,
            birth_date=born,
            register_number=inventor.register_number(born, sex.value),
            phone=inventor.mobile_number(),
        )
        asking = Asking(ConsentForm.WRITTEN, Language.MN, asked_alone=True)
        categories = (DataCategory.IDENTITY, DataCategory.CONTACT, DataCategory.NEEDS)
        arrived = random.choice(words()["arrivals"])
        ground = Ground(LegalBasis.CONSENT, arrived, asking, categories)
        with database.writing(cast.role(Role.SUPERVISOR)) as work:
            opened.append(take_in(work, newcomer, ground).id)
    return opened


def _assign(walk: Walk) -> None:
    assign_case(walk.by_supervisor(), walk.case, user_id(walk.cast.actor(walk.worker)))


def _assess(walk: Walk) -> None:
    findings = {
        "individual": {
            "risk": walk.random.sample(["health", "no_means", "no_documents", "debt"], 2),
            "protective": ["literacy"],
            "level": walk.random.choice(["low", "medium"]),
        }
    }
    person_id = walk.case.people[0].person_id
    kind = AssessmentKind.RAPID_VULNERABILITY
    record_assessment(
        walk.by_worker(),
        walk.case,
        person_id,
        kind,
        assessed_on=clock.today(),
        findings=findings,
        summary=walk.pick("notes"),
    )


def _write_plan(walk: Walk) -> None:
    work = walk.by_worker()
    write_goal(work, walk.case, walk.pick("goals"))
    lines = {line.code: line for line in lines_of(walk.by_supervisor())}
    for item in walk.random.sample(words()["items"], 3):
        line = lines[walk.random.choice(LINES)[0]]
        cost = Decimal(item["cost"])
        kind = PlanItemKind(item["kind"])
        facts = ItemFacts(kind, item["description"], planned_cost=cost, line_id=line.id)
        add_item(work, walk.case, facts)
    add_task(work, walk.case, walk.pick("notes"), clock.today() + timedelta(days=5))


def _submit(walk: Walk) -> None:
    submit_plan(walk.by_worker(), walk.case)


def _approve(walk: Walk) -> None:
    approve_plan(walk.by_supervisor(), walk.case)


def _assist(walk: Walk) -> None:
    work = walk.by_worker()
    item = the_plan(work, walk.case).items[0]
    half = (item.planned_cost / 2).quantize(Decimal(1))
    given = [
        Given(
            AssistanceForm.MONEY,
            item.description,
            clock.today(),
            half,
            line_id=item.budget_line_id,
            item_id=item.id,
        ),
        Given(AssistanceForm.IN_KIND, walk.pick("in_kind"), clock.today()),
        Given(AssistanceForm.SERVICE, walk.pick("services"), clock.today()),
    ]
    for each in given:
        record_assistance(work, walk.case, each)
    add_note(work, walk.case, walk.pick("notes"))


def _follow(walk: Walk) -> None:
    work = walk.by_worker()
    for item in the_plan(work, walk.case).items:
        end_item(work, walk.case, item.id, PlanItemState.DONE, walk.pick("outcomes"))
    move_case(work, walk.case, CaseState.FOLLOW_UP)
    first = follow_ups_of(work, walk.case)[0]
    mode, findings = ContactMode.OFFICE, walk.pick("findings")
    visit = Visit(FollowUpState.DONE, clock.today(), mode, findings)
    record_follow_up(work, walk.case, first, visit)


def _ask_to_close(walk: Walk) -> None:
    request_closure(walk.by_worker(), walk.case, ClosureReason.GOALS_MET, walk.pick("findings"))


def _close(walk: Walk) -> None:
    approve_closure(walk.by_supervisor(), walk.case)


STEPS: tuple[Callable[[Walk], None], ...] = (
    _assign,
    _assess,
    _write_plan,
    _submit,
    _approve,
    _assist,
    _follow,
    _ask_to_close,
    _close,
)
#: How many cases of each hundred stop after so many steps.
SHARES = (12, 10, 13, 10, 7, 8, 20, 10, 4, 6)


def stages(random: Random) -> Iterator[int]:
    """For one case after the other, how many steps it has taken."""
    while True:
        yield random.choices(range(len(SHARES)), SHARES)[0]


def walk_cases(database: Database, cast: Cast, case_ids: list[UUID]) -> list[UUID]:
    """Walk each case to a stage of its own; returns those in active work."""
    random = Random(11)  # noqa: S311 - invented stages
    workers = ("caseworker", "caseworker", "otgon", "tuya")
    active = []
    for case_id, stage in zip(case_ids, stages(random), strict=False):
        with database.writing(cast.role(Role.SUPERVISOR)) as work:
            case = work.session.get_one(Case, case_id)
            worker = f"{random.choice(workers)}@demo.example"
            for step in STEPS[:stage]:
                step(Walk(work, case, cast, random, worker))
            if case.state is CaseState.ACTIVE:
                active.append(case.id)
    return active
