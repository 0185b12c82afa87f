"""What a partner sees first: the inbox with its clocks, what was sent, its own services."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.services.directory.entries import is_stale, own_entries
from casework.services.referrals.lists import (
    Box,
    awaiting_second_person,
    count_box,
    list_referrals,
)
from casework.services.referrals.reading import ReferralLine
from casework.services.work import Work
from models.referral import DirectoryEntry

#: Rows of each list on a first page; the list itself has them all.
SHOWN = 8


@dataclass(frozen=True)
class PartnerHome:
    """Referrals received and sent, those that are late, and the organisation's services."""

    received: Sequence[ReferralLine]
    received_count: int
    sent: Sequence[ReferralLine]
    sent_count: int
    late: Sequence[ReferralLine]
    late_count: int
    drafts: Sequence[ReferralLine]
    services: Sequence[DirectoryEntry]
    stale: int


def partner_home(work: Work) -> PartnerHome:
    """The first page of a partner's worker or coordinator."""
    received, sent, late = (
        list_referrals(work, box).lines for box in (Box.RECEIVED, Box.SENT, Box.LATE)
    )
    services = own_entries(work)
    return PartnerHome(
        received=received[:SHOWN],
        received_count=count_box(work, Box.RECEIVED),
        sent=sent[:SHOWN],
        sent_count=count_box(work, Box.SENT),
        late=late[:SHOWN],
        late_count=count_box(work, Box.LATE),
        drafts=awaiting_second_person(work),
        services=services,
        stale=sum(is_stale(entry) for entry in services if entry.active),
    )
