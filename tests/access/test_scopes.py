"""`can`, `visible` and the matrix agree for every role, permission and record."""

from dataclasses import replace
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.record import Act
from audit.verify import verify
from casework.actor import Actor
from casework.policy import Permission, can
from casework.services.facts import facts_of
from casework.services.scopes import visible
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Purpose, Role
from models.base import Base
from models.return_request import ReturnRequest
from tests.access.expectations import allowed, cell
from tests.access.world import World
from tests.conftest import CAST
from tests.postgresql import bare_connection


def listed(session: Session, actor: Actor, permission: Permission, model: type[Base]) -> set[UUID]:
    return set(session.scalars(select(model.id).where(visible(actor, permission, model))))


def test_the_matrix_the_decision_and_the_lists_agree(database: Database, world: World) -> None:
    wrong = []
    with database.reading(command_actor()) as work:
        for known in world.records:
            facts = facts_of(work.session.get_one(known.model, known.id), work.session)
            wrong += [
                f"{name} {permission} {known.name}: {expected}"
                for name, actor in world.actors.items()
                for permission in Permission
                if can(actor, permission, facts)
                != (expected := allowed(name, permission, known.standing))
            ]
    assert wrong == []


def test_a_draft_that_nobody_made_follows_its_mission(database: Database, world: World) -> None:
    sarnai = world.actors["sarnai.seoul"]
    with database.writing(command_actor()) as work:
        draft = work.session.get_one(ReturnRequest, world["draft.saruul.desk"].id)
        draft.created_by_id = None
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
        assert can(sarnai, Permission.RETURN_REQUEST_READ, facts_of(draft, work.session))
        found = listed(work.session, sarnai, Permission.RETURN_REQUEST_READ, ReturnRequest)
        assert draft.id in found


def test_lists_show_what_a_record_would(database: Database, world: World) -> None:
    wrong = []
    models = {known.model for known in world.records}
    with database.reading(command_actor()) as work:
        for name, actor in world.actors.items():
            for permission in Permission:
                for model in models:
                    found = listed(work.session, actor, permission, model)
                    wrong += [
                        f"{name} {permission} {known.name}: listed {known.id in found}"
                        for known in world.of(model)
                        if (known.id in found) != allowed(name, permission, known.standing)
                    ]
    assert wrong == []
    with bare_connection(database) as connection:
        assert verify(connection).intact


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whoever_acts_the_list_and_the_decision_agree(
    database: Database, world: World, data: st.DataObject
) -> None:
    """Actors that no cast has: any role in any organisation, cleared, with any cases excluded and
    any opened in an emergency.
    """
    cast = list(world.actors.values())
    cases = [known.id for known in world.records if known.name.startswith("case.")]
    actor = replace(
        data.draw(st.sampled_from(cast)),
        role=data.draw(st.sampled_from(Role)),
        organisation_id=data.draw(st.sampled_from([actor.organisation_id for actor in cast])),
        cleared=data.draw(st.booleans()),
        excluded_cases=data.draw(st.frozensets(st.sampled_from(cases), max_size=3)),
        opened_cases=data.draw(st.frozensets(st.sampled_from(cases), max_size=3)),
    )
    permission = data.draw(st.sampled_from(Permission))
    with database.reading(command_actor()) as work:
        for model in {known.model for known in world.records}:
            rows = work.session.scalars(select(model)).all()
            decided = {
                row.id for row in rows if can(actor, permission, facts_of(row, work.session))
            }
            assert listed(work.session, actor, permission, model) == decided, model


def test_the_world_has_an_inside_and_an_outside_of_every_scope(world: World) -> None:
    """Otherwise a scope that lets everything, or nothing, through would not be noticed."""
    for name in CAST:
        for permission in Permission:
            narrow = not {"all", "two_person"} & set(cell(name, permission).split("|"))
            answers = {allowed(name, permission, known.standing) for known in world.records}
            assert False in answers or not narrow, (name, permission)
