"""Versions of the priority policy."""

from sqlalchemy import select

from audit.record import Act
from casework.clock import today
from casework.rules.priority import Policy, default_policy
from casework.services.work import Work
from casework.vocabulary import PolicyState, Purpose
from models.return_request import PriorityPolicy


def publish_default_policy(work: Work) -> PriorityPolicy:
    """Publish the shipped policy (the 2020 list of the State Emergency Commission) as number 1."""
    row = PriorityPolicy(
        number=1,
        state=PolicyState.PUBLISHED,
        content=default_policy().as_dict(),
        published_on=today(),
    )
    work.session.add(row)
    work.record(Act("policy.published", Purpose.RETURN_ASSISTANCE, facts={"number": 1}))
    return row


def published_policy(work: Work) -> tuple[PriorityPolicy, Policy]:
    """The policy in force: its row, and its rules."""
    statement = (
        select(PriorityPolicy)
        .where(PriorityPolicy.state == PolicyState.PUBLISHED)
        .order_by(PriorityPolicy.number.desc())
    )
    row = work.session.scalars(statement).first()
    assert row is not None, "init publishes a policy"  # noqa: S101
    return row, Policy.parse(row.content)
