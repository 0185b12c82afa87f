"""A record that is withheld and one that is missing cost the same and look the same.

The same path, the same statements, one entry each; how long each takes is measured by
`bench.refusals`.
"""

import re
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from casework.services.work import Database
from models.audit import AuditEntry
from tests.access.world import World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client, CountQueries

#: Who asks, for which record, at which address.
WITHHELD = (
    ("otgon.caseworker", "case.assigned", "/cases/{}"),
    ("otgon.caseworker", "case.assigned", "/cases/{}/people"),
    ("oyuna.shelter", "case.lapsed", "/cases/{}"),
    ("second.supervisor", "case.unassigned", "/cases/{}"),
    ("sarnai.seoul", "request.de", "/requests/{}"),
    ("outsider.ngo", "referral.sent", "/referrals/{}"),
    ("tuya.gobi", "stay.KHANUUL", "/stays/{}"),
    ("naran.coordinator", "budget.IOM", "/budget-lines/{}"),
)


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


def plain(answer: TestResponse) -> str:
    """The page without what differs between any two pages, and without its own address."""
    text = re.sub(r'(nonce|value)="[^"]*"', "", answer.text)
    return text.replace(answer.request.path, "")


@pytest.mark.parametrize(("name", "record", "address"), WITHHELD)
def test_the_same_statements_and_the_same_bytes(
    client: Client, world: World, queries: CountQueries, name: str, record: str, address: str
) -> None:
    browser = client(name)
    browser.get(address.format(uuid4()))  # whatever is read once is read
    with queries() as missing:
        there_is_none = browser.get(address.format(uuid4()))
    with queries() as withheld:
        there_is_one = browser.get(address.format(world[record].id))
    assert there_is_none.status_code == there_is_one.status_code == 404
    assert missing.statements == withheld.statements
    assert plain(there_is_none) == plain(there_is_one)
    assert there_is_none.content_length == there_is_one.content_length
    assert [*there_is_none.headers.keys()] == [*there_is_one.headers.keys()]
    written = [text for text in missing.statements if AuditEntry.__tablename__ in text]
    assert any(text.startswith("INSERT") for text in written)
