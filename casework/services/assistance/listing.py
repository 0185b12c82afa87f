"""The entries of a case, newest first, with what was reversed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.messages import N_, Message
from casework.rules.money import MNT, Money, rounded
from casework.services.assistance.choices import RATE_UNIT
from casework.services.cases.timeline_item import TimelineItem, on_day
from casework.services.users import users_by_id
from casework.services.work import Work
from models.assistance import AssistanceEntry
from models.case import Case

PAGE = 50


@dataclass(frozen=True)
class LoggedEntry:
    """An entry as the log shows it; `may_reverse` when the actor's organisation recorded it."""

    entry: AssistanceEntry
    recorded_by: str
    reversed: bool
    may_reverse: bool

    @property
    def money(self) -> Money | None:
        """The amount, negative in a reversal."""
        return money_of(self.entry)

    @property
    def in_mnt(self) -> Money | None:
        """Its worth in tögrög at the entry's own rate, for other currencies."""
        return worth_of(self.entry)


def money_of(entry: AssistanceEntry) -> Money | None:
    """The amount with its currency."""
    if entry.amount is None:
        return None
    return Money(entry.amount, entry.currency or MNT)


def worth_of(entry: AssistanceEntry) -> Money | None:
    """The tögrög equivalent; None for tögrög and without an amount."""
    if entry.amount is None or entry.mnt_rate is None:
        return None
    return Money(rounded(entry.amount * Decimal(entry.mnt_rate) / RATE_UNIT, MNT), MNT)


def entries_of(
    work: Work, case: Case, before: UUID | None = None
) -> tuple[list[LoggedEntry], UUID | None]:
    """A page of the log, newest first, and the key of the next page."""
    statement = (
        select(AssistanceEntry)
        .where(AssistanceEntry.case_id == case.id)
        .options(joinedload(AssistanceEntry.budget_line))
        .order_by(AssistanceEntry.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(AssistanceEntry.id < before)
    entries = list(work.session.scalars(statement))
    shown = entries[:PAGE]
    following = shown[-1].id if len(entries) > PAGE else None
    return list(_logged(work, shown)), following


def _logged(work: Work, entries: list[AssistanceEntry]) -> Iterator[LoggedEntry]:
    authors = users_by_id(work, [entry.recorded_by_id for entry in entries])
    reversed_ids = _reversed(work, [entry.id for entry in entries])
    for entry in entries:
        author = authors[entry.recorded_by_id]
        open_to_change = entry.reverses_id is None and entry.id not in reversed_ids
        own = author.organisation_id == work.actor.organisation_id
        yield LoggedEntry(entry, author.name, entry.id in reversed_ids, open_to_change and own)


def _reversed(work: Work, entry_ids: list[UUID]) -> set[UUID]:
    found = work.session.scalars(
        select(AssistanceEntry.reverses_id).where(AssistanceEntry.reverses_id.in_(entry_ids))
    )
    return {entry_id for entry_id in found if entry_id}


def of_assistance(work: Work, case: Case) -> Iterator[TimelineItem]:
    """The log's part of the case's timeline."""
    for entry in work.session.scalars(
        select(AssistanceEntry)
        .where(AssistanceEntry.case_id == case.id)
        .options(joinedload(AssistanceEntry.budget_line))
    ):
        reversal = entry.reverses_id is not None
        yield TimelineItem(
            entry.recorded_at if reversal else on_day(entry.given_on, entry.id),
            Message(N_("Assistance reversed") if reversal else N_("Assistance")),
            _line(entry),
            entry.recorded_by_id,
            endpoint="assistance.index",
            arguments={"case_id": case.id},
        )


def _line(entry: AssistanceEntry) -> Message:
    money = money_of(entry)
    if money is None:
        return Message(N_("%(what)s · %(form)s"), {"what": entry.what, "form": entry.form})
    if entry.budget_line is None:
        return Message(N_("%(what)s · %(money)s"), {"what": entry.what, "money": money})
    return Message(
        N_("%(what)s · %(money)s · %(line)s"),
        {"what": entry.what, "money": money, "line": entry.budget_line.code},
    )
