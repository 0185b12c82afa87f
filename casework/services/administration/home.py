"""What an administrator sees first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from casework import clock
from casework.services.administration.accounts import count_accounts
from casework.services.administration.organisations import count_organisations
from casework.services.protection.verification import last_verified
from casework.services.work import Work
from models.organisation import Organisation

#: Agreements that end within this time are shown beforehand.
SOON = timedelta(days=60)


@dataclass(frozen=True)
class AdministratorHome:
    """Accounts, organisations, agreements that end soon, and the log."""

    users: int
    switched_off: int
    organisations: int
    ending: Sequence[Organisation]
    verified: datetime | None


def administrator_home(work: Work) -> AdministratorHome:
    """The first page of an administrator."""
    active, switched_off = count_accounts(work)
    ending = work.session.scalars(
        select(Organisation)
        .where(Organisation.active, Organisation.agreement_until < clock.today() + SOON)
        .order_by(Organisation.agreement_until)
    ).all()
    return AdministratorHome(
        users=active,
        switched_off=switched_off,
        organisations=count_organisations(work),
        ending=ending,
        verified=last_verified(work),
    )
