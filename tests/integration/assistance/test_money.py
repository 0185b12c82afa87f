"""Promised, spent, left: a line is never overdrawn and always agrees with the entries."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from audit.verify import verify
from casework.clock import today
from casework.errors import CaseworkError, Conflict, InvalidInput, InvalidTransition
from casework.rules.assistance import still_promised
from casework.services.assistance.budget import add_line, change_line
from casework.services.assistance.log import Given, record_assistance, reverse_assistance
from casework.services.plans.approval import approve_plan
from casework.services.plans.progress import end_item, plan_progress, start_item
from casework.services.plans.writing import add_item, submit_plan, write_goal
from casework.services.work import Database, Work
from casework.vocabulary import AssistanceForm, PlanItemState, PlanState
from models.assistance import AssistanceEntry, BudgetLine
from models.plan import PlanItem
from tests.conftest import Cast
from tests.integration.assistance.money_cast import (
    CASEWORKER,
    SUPERVISOR,
    Scene,
    approved_plan,
    assessed,
    line_facts,
    scene,
    step,
    submitted_plan,
    sums,
    the_case,
    the_item,
)
from tests.postgresql import bare_connection


def gave(scene: Scene, amount: int | str, item: UUID | None = None, *, line: bool = True) -> Given:
    return Given(
        form=AssistanceForm.MONEY,
        what="оёдлын машин",
        given_on=today(),
        amount=Decimal(amount),
        line_id=scene.line if line else None,
        item_id=item,
    )


def test_money_is_promised_spent_and_given_back(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    (sewing, shop) = approved_plan(database, cast, here, 1_000_000, 2_500_000)
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, here)
        assert sums(work, here) == (3_500_000, 0, 1_500_000)

        entry = record_assistance(work, case, gave(here, 400_000, sewing, line=False))
        assert entry.budget_line_id == here.line
        assert sums(work, here) == (3_100_000, 400_000, 1_500_000)

        # more than is promised to the step: the rest comes from what is free
        more = record_assistance(work, case, gave(here, 900_000, sewing))
        assert sums(work, here) == (2_500_000, 1_300_000, 1_200_000)

        reverse_assistance(work, case, more.id, "буруу дүн")
        assert sums(work, here) == (3_100_000, 400_000, 1_500_000)

        start_item(work, case, shop)
        end_item(work, case, shop, PlanItemState.DROPPED, "дэлгүүр хаагдсан")
        assert sums(work, here) == (600_000, 400_000, 4_000_000)
        end_item(work, case, sewing, PlanItemState.DONE, "төгссөн")
        assert sums(work, here) == (0, 400_000, 4_600_000)

        # a reversal after the end promises nothing again
        reverse_assistance(work, case, entry.id, "давхардсан")
        assert sums(work, here) == (0, 0, 5_000_000)
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_what_cannot_be_paid_is_refused_and_changes_nothing(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    approved_plan(database, cast, here, 4_000_000)
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, here)
        with pytest.raises(InvalidInput, match="CZ-2026 has 1,000,000") as refused:
            record_assistance(work, case, gave(here, "1000000.01"))
        assert refused.value.field == "amount"
        assert sums(work, here) == (4_000_000, 0, 1_000_000)
        for wrong, field in (
            (gave(here, 0), "amount"),
            (gave(here, -5), "amount"),
            (Given(AssistanceForm.MONEY, "мөнгө", today(), line_id=here.line), "amount"),
            (Given(AssistanceForm.SERVICE, " ", today()), "what"),
            (Given(AssistanceForm.SERVICE, "дүр", today() + timedelta(days=1)), "given_on"),
            (gave(here, 10, line=False), "line"),
            (Given(AssistanceForm.SERVICE, "дүр", today(), item_id=case.id), "item"),
        ):
            with pytest.raises(InvalidInput) as refused:
                record_assistance(work, case, wrong)
            assert refused.value.field == field
        # a service costs nothing and needs no line
        record_assistance(work, case, Given(AssistanceForm.SERVICE, "зөвлөгөө", today()))
        assert sums(work, here) == (4_000_000, 0, 1_000_000)


def test_a_plan_that_would_overdraw_a_line_is_not_approved(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    submitted_plan(database, cast, here, 3_000_000, 2_000_001)
    with (
        pytest.raises(InvalidInput, match=r"Step 2 needs 2,000,001.*CZ-2026 has 2,000,000"),
        database.writing(cast[SUPERVISOR]) as work,
    ):
        approve_plan(work, the_case(work, here))
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (0, 0, 5_000_000)
        plan = plan_progress(work, the_case(work, here))
        assert plan is not None
        assert plan.plan.state is PlanState.SUBMITTED


def test_an_entry_is_reversed_once_and_a_reversal_never(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        entry = record_assistance(work, the_case(work, here), gave(here, 100))
    with database.writing(cast[SUPERVISOR]) as work:
        case = the_case(work, here)
        with pytest.raises(InvalidInput):
            reverse_assistance(work, case, entry.id, "  ")
        reversal = reverse_assistance(work, case, entry.id, "давхардсан")
        assert (reversal.amount, reversal.reverses_id) == (Decimal(-100), entry.id)
        for again in (entry.id, reversal.id):
            with pytest.raises(InvalidTransition):
                reverse_assistance(work, case, again, "дахин")
        assert sums(work, here) == (0, 0, 5_000_000)
        kept = work.session.get_one(AssistanceEntry, entry.id)
        assert (kept.amount, kept.version, kept.what) == (Decimal(100), 1, "оёдлын машин")


def test_above_the_limit_a_second_person_must_have_approved(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    (small, large) = approved_plan(database, cast, here, 1_000_000, 2_500_000)
    for actor in (CASEWORKER, SUPERVISOR):
        with database.writing(cast[actor]) as work:
            case = the_case(work, here)
            for item in (None, small):
                with pytest.raises(InvalidInput, match="second person"):
                    record_assistance(work, case, gave(here, 2_000_001, item))
            record_assistance(work, case, gave(here, 10))
    with database.writing(cast[CASEWORKER]) as work:
        record_assistance(work, the_case(work, here), gave(here, 2_500_000, large))
        assert sums(work, here) == (1_000_000, 2_500_020, 1_499_980)


def test_other_currencies_carry_their_rate(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        line = add_line(work, "eu-2026", "usd", line_facts(Decimal(1000)))
        case = the_case(work, here)
        given = Given(AssistanceForm.MONEY, "тасалбар", today(), Decimal("50.50"), line_id=line.id)
        with pytest.raises(InvalidInput) as refused:
            record_assistance(work, case, given)
        assert refused.value.field == "rate"
        entry = record_assistance(
            work, case, Given(**vars(given) | {"rate": Decimal("3572.44"), "rate_on": today()})
        )
        assert (entry.currency, entry.mnt_rate, entry.rate_on) == ("USD", 35_724_400, today())
        # 600 USD is above the limit of 2 000 000 ₮
        with pytest.raises(InvalidInput, match="second person"):
            record_assistance(
                work,
                case,
                Given(**vars(given) | {"amount": Decimal(600), "rate": Decimal("3572.44")}),
            )


def test_lines_keep_their_bounds(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    approved_plan(database, cast, here, 1_000_000)
    with database.writing(cast[SUPERVISOR]) as work:
        line = work.session.get_one(BudgetLine, here.line)
        with pytest.raises(InvalidInput, match="is promised or spent already") as refused:
            change_line(work, line, line_facts(Decimal(999_999)))
        assert refused.value.field == "ceiling"
        with pytest.raises(InvalidInput) as refused:
            add_line(work, "cz-2026", "MNT", line_facts(Decimal(1)))
        assert refused.value.field == "code"
        change_line(work, line, line_facts(Decimal(1_000_000), active=False), line.version)
        with pytest.raises(InvalidInput, match="switched off"):
            record_assistance(work, the_case(work, here), gave(here, 1))
        with pytest.raises(InvalidInput):
            record_assistance(
                work,
                the_case(work, here),
                Given(AssistanceForm.MONEY, "эрт", today() - timedelta(days=300), Decimal(1)),
            )


def test_the_database_itself_refuses_an_overdrawn_line(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    for wrong in ("spent = ceiling + 1", "committed = -1", "committed = ceiling, spent = 1"):
        with (
            pytest.raises(IntegrityError),
            bare_connection(database) as connection,
            connection.begin(),
        ):
            connection.execute(text(f"UPDATE budget_line SET {wrong}"))
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (0, 0, 5_000_000)


def test_two_last_payments_at_once(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        for _ in range(2):
            record_assistance(work, the_case(work, here), gave(here, 2_000_000))
    together = Barrier(2)

    def pay(actor: str) -> str | None:
        """Both have the page open and see 1 000 000 left; then both press the button."""
        with database.reading(cast[actor]) as work:
            assert sums(work, here) == (0, 4_000_000, 1_000_000)
        together.wait(timeout=20)
        try:
            with database.writing(cast[actor]) as work:
                record_assistance(work, the_case(work, here), gave(here, 800_000))
        except (InvalidInput, Conflict) as error:
            return str(error)
        return None

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(pay, (CASEWORKER, SUPERVISOR)))
    assert sorted(answers, key=bool)[0] is None
    assert sorted(answers, key=bool)[1] is not None
    assert "200,000.00 MNT left" in str(sorted(answers, key=bool)[1])
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (0, 4_800_000, 200_000)
        assert work.session.scalar(select(func.count(AssistanceEntry.id))) == 3


def test_two_reversals_at_once(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        entry = record_assistance(work, the_case(work, here), gave(here, 500)).id
    together = Barrier(2)

    def undo(actor: str) -> bool:
        together.wait(timeout=20)
        try:
            with database.writing(cast[actor]) as work:
                reverse_assistance(work, the_case(work, here), entry, "давхардсан")
        except (InvalidTransition, Conflict):
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(undo, (CASEWORKER, SUPERVISOR))) == [False, True]
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (0, 0, 5_000_000)


COSTS = st.sampled_from((0, 1, 400_000, 2_000_000, 3_000_000))
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("spend", "reverse", "start", "done", "dropped", "ceiling")),
        st.integers(0, 3),
        st.sampled_from((1, 350_000, 1_200_000, 2_000_000)),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(costs=st.lists(COSTS, min_size=1, max_size=3), acts=ACTS)
def test_a_line_always_agrees_with_its_entries(
    database: Database,
    cast: Cast,
    scene_of_the_property: Scene,
    costs: list[int],
    acts: list[tuple[str, int, int]],
) -> None:
    """Over any sequence of acts, refused ones included; rolled back at the end."""
    here = scene_of_the_property
    work = database.writer(cast[CASEWORKER])
    try:
        items = _planned(work, cast, here, costs)
        _assert_agrees(work, here)
        for name, which, amount in acts:
            # a refusal comes before any change, so that the next act starts from sound sums
            with suppress(CaseworkError):
                _do(work, cast, here, items, name, which, amount)
            _assert_agrees(work, here)
    finally:
        work.close()


@pytest.fixture
def scene_of_the_property(database: Database, cast: Cast) -> Scene:
    return scene(database, cast)


def _planned(work: Work, cast: Cast, here: Scene, costs: list[int]) -> list[UUID]:
    case = the_case(work, here)
    assessed(work, here)
    write_goal(work, case, "зорилго")
    items = [add_item(work, case, step(here, cost)).id for cost in costs]
    submit_plan(work, case)
    with suppress(InvalidInput):
        approve_plan(work.acting_as(cast[SUPERVISOR]), case)
    return items


def _do(
    work: Work, cast: Cast, here: Scene, items: list[UUID], name: str, which: int, amount: int
) -> None:
    case = the_case(work, here)
    item = items[which] if which < len(items) else None
    if name == "spend":
        record_assistance(work, case, gave(here, amount, item))
    elif name == "reverse":
        entries = work.session.scalars(select(AssistanceEntry.id)).all()
        if entries:
            reverse_assistance(work, case, entries[which % len(entries)], "алдаа")
    elif name == "ceiling":
        line = work.session.get_one(BudgetLine, here.line)
        change_line(work.acting_as(cast[SUPERVISOR]), line, line_facts(Decimal(amount * 3)))
    elif item is not None and name == "start":
        start_item(work, case, item)
    elif item is not None:
        end_item(work, case, item, PlanItemState(name), "дууссан")


def _assert_agrees(work: Work, here: Scene) -> None:
    line = work.session.get_one(BudgetLine, here.line)
    entries = work.session.scalars(
        select(AssistanceEntry).where(AssistanceEntry.budget_line_id == here.line)
    ).all()
    promised = Decimal(0)
    for item in work.session.scalars(select(PlanItem)):
        ended = item.state in (PlanItemState.DONE, PlanItemState.DROPPED)
        if the_item(work, item.id).plan.state is PlanState.APPROVED and not ended:
            spent = sum((e.amount or 0 for e in entries if e.plan_item_id == item.id), Decimal(0))
            promised += still_promised(item.planned_cost, spent)
    assert line.spent == sum((entry.amount or 0 for entry in entries), Decimal(0))
    assert line.committed == promised
    assert line.left >= 0
