"""Organisations that take part."""

from collections.abc import Sequence

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.work import Work
from casework.vocabulary import OrganisationKind, Purpose, SubjectKind
from models.organisation import Organisation


def add_organisation(
    work: Work,
    *,
    code: str,
    kind: OrganisationKind,
    name: str,
    name_mn: str | None = None,
    country: str | None = None,
    aimag: str | None = None,
    address: str | None = None,
) -> Organisation:
    """Register an organisation under a code of its own; InvalidInput when the code is taken."""
    if find_organisation(work, code) is not None:
        raise InvalidInput(
            N_("An organisation with the code %(code)s exists already."), "code", code=code
        )
    organisation = Organisation(
        subject_id=work.new_subject(SubjectKind.ORGANISATION).id,
        code=code,
        kind=kind,
        name=name,
        name_mn=name_mn or name,
        country=country,
        aimag=aimag,
        address=address,
    )
    work.session.add(organisation)
    facts = {"code": code, "kind": kind.value}
    work.record(Act("organisation.added", Purpose.ADMINISTRATION, facts=facts))
    return organisation


def find_organisation(work: Work, code: str) -> Organisation | None:
    """The organisation of this code."""
    return work.session.scalars(select(Organisation).where(Organisation.code == code)).first()


def get_organisation(work: Work, code: str) -> Organisation:
    """The organisation of this code; InvalidInput when there is none."""
    organisation = find_organisation(work, code)
    if organisation is None:
        raise InvalidInput(
            N_("There is no organisation with the code %(code)s."), "organisation", code=code
        )
    return organisation


def organisations_of(work: Work, kinds: Sequence[OrganisationKind]) -> list[Organisation]:
    """Active organisations of these kinds, by code."""
    statement = (
        select(Organisation)
        .where(Organisation.kind.in_(kinds), Organisation.active)
        .order_by(Organisation.code)
    )
    return list(work.session.scalars(statement))
