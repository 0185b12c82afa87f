"""Which protection officer looks at what concerns an organisation."""

from uuid import UUID

from sqlalchemy import exists, select

from casework.services.work import Work
from casework.vocabulary import OrganisationKind, Role
from models.organisation import Organisation
from models.user import User

_WHO_WATCHES = "who watches over it may be of another organisation"


def watching_organisation(work: Work, concerned: UUID | None) -> Organisation | None:
    """The organisation itself when it has a protection officer, else IOM."""
    officer = exists().where(
        User.organisation_id == Organisation.id,
        User.role == Role.PROTECTION_OFFICER,
        User.active,
    )
    own = select(Organisation).where(Organisation.id == concerned, officer)
    iom = (
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.IOM)
        .order_by(Organisation.code)
    )
    with work.beyond(_WHO_WATCHES):
        return work.session.scalars(own).first() or work.session.scalars(iom).first()


def watching_officer(work: Work, concerned: UUID | None) -> UUID | None:
    """An active protection officer of that organisation; None when there is nobody."""
    organisation = watching_organisation(work, concerned)
    if organisation is None:
        return None
    statement = (
        select(User.id)
        .where(
            User.organisation_id == organisation.id,
            User.role == Role.PROTECTION_OFFICER,
            User.active,
        )
        .order_by(User.id)
    )
    with work.beyond(_WHO_WATCHES):
        return work.session.scalars(statement).first()
