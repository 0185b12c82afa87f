"""How organisations answer referrals: how many they accept, and how fast they say so."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.services.work import Work
from casework.vocabulary import ReferralState
from models.referral import Referral

#: Figures are of referrals sent in this time, and only where there are enough of them.
PERIOD = timedelta(days=365)
ENOUGH = 5

_ACCEPTED = (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS, ReferralState.COMPLETED)


@dataclass(frozen=True)
class Answers:
    """An organisation's last year; None where too few referrals were answered to say anything."""

    answered: int = 0
    acceptance: int | None = None
    """Per cent of the answered ones that were accepted."""
    median_hours: int | None = None
    """From sending to the acknowledgement."""


NO_ANSWERS = Answers()


def answers_of(work: Work, organisation_ids: Collection[UUID]) -> dict[UUID, Answers]:
    """Answers of each organisation; those never referred to are missing."""
    rows = work.session.execute(
        select(
            Referral.to_organisation_id,
            Referral.state,
            Referral.sent_at,
            Referral.acknowledged_at,
        ).where(
            Referral.to_organisation_id.in_(organisation_ids),
            Referral.sent_at > clock.now() - PERIOD,
        )
    )
    by_organisation: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_organisation[row.to_organisation_id].append(row)
    return {found: _summed(rows) for found, rows in by_organisation.items()}


def _summed(rows: list[Any]) -> Answers:
    answered = [r for r in rows if r.state in _ACCEPTED or r.state is ReferralState.DECLINED]
    if len(answered) < ENOUGH:
        return Answers(len(answered))
    accepted = sum(row.state in _ACCEPTED for row in answered)
    waits = [
        (row.acknowledged_at - row.sent_at) / timedelta(hours=1)
        for row in rows
        if row.acknowledged_at is not None
    ]
    return Answers(
        len(answered),
        round(100 * accepted / len(answered)),
        round(median(waits)) if waits else None,
    )
