"""At which organisation a user may register: her own, or any mission for the ministry's desk."""

from casework.policy import Permission, scopes_of
from casework.services.organisations import organisations_of
from casework.services.work import Work
from casework.vocabulary import OrganisationKind
from models.organisation import Organisation


def missions_of(work: Work) -> list[Organisation]:
    """The organisations that a request of the actor's may be lodged at, the own one first."""
    own = work.session.get_one(Organisation, work.actor.organisation_id)
    if not _everywhere(work):
        return [own]
    return [own, *(each for each in organisations_of(work, [OrganisationKind.MISSION]))]


def chosen_mission(work: Work, code: str | None) -> Organisation:
    """The organisation of this code when a request may be lodged there, else the actor's own."""
    return next((each for each in missions_of(work) if each.code == code), missions_of(work)[0])


def _everywhere(work: Work) -> bool:
    role = work.actor.role
    return role is not None and frozenset({"all"}) in scopes_of(
        role, Permission.RETURN_REQUEST_CREATE
    )
