"""What each side sees of a referral.

The receiving side reads the frozen snapshot and the reason, only while the referral is open and
the consent lives. Afterwards it sees number, state and dates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.rules.referral_clock import OPEN, Clock, running_clock
from casework.services.consents.recording import is_live
from casework.services.rights.restriction import restricted_among
from casework.services.work import Work
from casework.vocabulary import ConsentException, DataCategory, ServiceKind
from models.base import code_of
from models.consent import Consent
from models.person import Person
from models.referral import Referral


class Side(StrEnum):
    """Whose page it is."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True)
class ReferralLine:
    """One row of a list; `name` is empty where the reader may not know it.

    `restricted`: the person asked that her data are only kept; the recipient no longer reads them.
    """

    referral: Referral
    side: Side
    name: str
    service: ServiceKind | None
    clock: Clock | None
    withdrawn: bool
    restricted: bool = False


@dataclass(frozen=True)
class ReferralView:
    """A whole referral as the reader may see it; `snapshot` and `reason` are None when withheld."""

    line: ReferralLine
    reason: str | None
    snapshot: dict[str, Any] | None
    outcome: str | None
    without_consent: dict[str, Any] | None

    @property
    def ground(self) -> ConsentException | None:
        """Why it went without consent."""
        stated = self.without_consent
        return ConsentException(stated["ground"]) if stated else None

    @property
    def stated_categories(self) -> list[DataCategory]:
        """What is to be sent without consent."""
        return [DataCategory(code) for code in (self.without_consent or {}).get("categories", ())]


def side_of(work: Work, referral: Referral) -> Side:
    """The actor's side; who sent to their own organisation's partner is always the sender."""
    sender = referral.from_organisation_id == work.actor.organisation_id
    return Side.SENT if sender else Side.RECEIVED


def clock_of(referral: Referral) -> Clock | None:
    """The clock that runs now."""
    due = (referral.acknowledge_by, referral.accept_by)
    return running_clock(referral.state, referral.urgency, due, clock.now())


def lines_of(work: Work, referrals: Iterable[Referral]) -> list[ReferralLine]:
    """The rows of a list, their consents asked for in one query."""
    found = list(referrals)
    lapsed = _lapsed(work, {r.consent_id for r in found if r.consent_id})
    kept = restricted_among(work, {r.person_id for r in found})
    return [_line(work, referral, lapsed, kept) for referral in found]


def read_referral(work: Work, referral: Referral) -> ReferralView:
    """The whole of it."""
    line = lines_of(work, [referral])[0]
    if not _readable(line):
        return ReferralView(line, None, None, None, None)
    sender = line.side is Side.SENT
    return ReferralView(
        line=line,
        reason=referral.reason,
        snapshot=referral.snapshot,
        outcome=referral.outcome,
        without_consent=referral.without_consent if sender else None,
    )


def _lapsed(work: Work, consent_ids: set[UUID]) -> set[UUID]:
    if not consent_ids:
        return set()
    consents = work.session.scalars(select(Consent).where(Consent.id.in_(consent_ids)))
    return {consent.id for consent in consents if not is_live(consent)}


def _line(work: Work, referral: Referral, lapsed: set[UUID], kept: set[UUID]) -> ReferralLine:
    side = side_of(work, referral)
    withdrawn = referral.consent_id in lapsed
    restricted = referral.person_id in kept
    bare = ReferralLine(referral, side, "", None, clock_of(referral), withdrawn, restricted)
    if not _readable(bare):
        return bare
    name = (
        work.session.get_one(Person, referral.person_id).short_name
        if side is Side.SENT
        else _name_in(referral.snapshot)
    )
    service = code_of(ServiceKind, referral.service)
    return replace(bare, name=name, service=service)


def _readable(line: ReferralLine) -> bool:
    if line.side is Side.SENT:
        return True
    return line.referral.state in OPEN and not (line.withdrawn or line.restricted)


def _name_in(snapshot: dict[str, Any] | None) -> str:
    identity = (snapshot or {}).get("identity") or {}
    given = identity.get("given_name") or ""
    initial = (identity.get("patronymic") or "")[:1]
    return f"{initial}. {given}" if initial else given
