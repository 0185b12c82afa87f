"""Decisions that no record of the test world shows: second persons, drafts, nobody."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from casework.actor import Actor, Origin, system_actor
from casework.policy import NEVER_ONES_OWN, Facts, Permission, Side, can, may_ever, scopes_of
from casework.vocabulary import ActorKind, EntryChannel, Role

IOM = uuid4()
BOLORMAA, ENKHBAYAR = uuid4(), uuid4()


def user(role: Role, user_id: UUID, *, cleared: bool = False) -> Actor:
    origin = Origin(EntryChannel.WEB)
    return Actor(ActorKind.USER, origin, user_id, role, IOM, cleared=cleared)


SUPERVISOR = user(Role.SUPERVISOR, ENKHBAYAR)
CASE = Facts(Side.CASE, Permission.CASE_READ, organisations=frozenset({IOM}), case_id=uuid4())


def test_who_proposed_an_act_is_not_its_second_person() -> None:
    erase = Permission.SUBJECT_REQUEST_ERASE
    assert can(SUPERVISOR, erase, replace(CASE, proposed_by=BOLORMAA))
    assert not can(SUPERVISOR, erase, replace(CASE, proposed_by=ENKHBAYAR))


@pytest.mark.parametrize("permission", sorted(NEVER_ONES_OWN))
def test_nobody_approves_her_own_work(permission: Permission) -> None:
    for role in Role:
        actor = user(role, ENKHBAYAR, cleared=True)
        for facts in (CASE, replace(CASE, side=Side.RETURN)):
            assert not can(actor, permission, replace(facts, author=ENKHBAYAR))


def test_an_exclusion_closes_every_permission() -> None:
    assert CASE.case_id is not None
    excluded = replace(SUPERVISOR, cleared=True, excluded_cases=frozenset({CASE.case_id}))
    assert not any(can(excluded, permission, CASE) for permission in Permission)


def test_the_compartment_needs_the_clearance_and_the_scope() -> None:
    cleared = user(Role.SUPERVISOR, ENKHBAYAR, cleared=True)
    assert can(cleared, Permission.TRAFFICKING_READ, CASE)
    assert not can(SUPERVISOR, Permission.TRAFFICKING_READ, CASE)
    elsewhere = replace(CASE, organisations=frozenset({uuid4()}))
    assert not can(cleared, Permission.TRAFFICKING_READ, elsewhere)


@pytest.mark.parametrize(
    "actor", [system_actor(), Actor(ActorKind.ANONYMOUS, Origin(EntryChannel.WEB))]
)
def test_without_a_role_there_is_no_permission(actor: Actor) -> None:
    for permission in Permission:
        assert scopes_of(actor.role, permission) == ()
        assert not may_ever(actor, permission)
        assert not can(actor, permission, CASE)


def test_nobodys_organisation_is_not_everybodys() -> None:
    """A record without a mission is not open to a user without an organisation."""
    stray = replace(user(Role.CONSULAR_OFFICER, BOLORMAA), organisation_id=None)
    assert not any(can(stray, p, Facts(Side.RETURN)) for p in (Permission.RETURN_REQUEST_READ,))
