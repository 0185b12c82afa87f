"""The demo, small, made once for all crawls."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from casework.app import create_app
from casework.config import load_settings
from casework.services.demo import run
from casework.services.demo.cast import Cast
from casework.services.setup import command_actor, initialise
from casework.services.work import Database, Work
from casework.vocabulary import Role
from models.assistance import BudgetLine
from models.movement import Movement
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest
from models.user import User
from tests.conftest import PASSWORD
from tests.crawl.crawler import Crawler
from tests.crawl.words import WORD, Speech

PEOPLE, CASES, REFERRED = 120, 30, 12


@dataclass(frozen=True)
class Demo:
    """The application over the demo; `names` are the words of everybody's name."""

    app: Flask
    database: Database
    names: frozenset[str]
    speech: Speech

    def browser(self, role: Role, language: str) -> Crawler:
        """A signed-in browser of the demo account of this role."""
        self.app.test_client_class = Crawler
        made = self.app.test_client()
        assert isinstance(made, Crawler)
        made.sign_in(self.database, Cast(self.database).role(role))
        made.post("/language", data={"language": language, "csrf_token": made.csrf_token()})
        return made


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo") / "home"
    database = initialise(load_settings({"CASEWORK_HOME": str(home)}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "CASES", CASES)
        patch.setattr(run, "REFERRED", REFERRED)
        run.run_demo(database, PEOPLE, PASSWORD, lambda _what: None)
    app = create_app(database.settings, database)
    app.testing = True
    with database.reading(command_actor()) as work, work.unseen():
        names, typed = names_in(work), typed_in(work)
    yield Demo(app, database, names, Speech(names, typed))
    database.engine.dispose()
    database.keystore.engine.dispose()


def names_in(work: Work) -> frozenset[str]:
    """Each word of the name of anybody in the database, accounts and organisations' codes too."""
    names = [user.name for user in work.session.scalars(select(User))]
    names += work.session.scalars(select(Organisation.code))
    for person in work.session.scalars(select(Person)):
        names += [person.given_name, person.patronymic or "", person.ovog or ""]
        names.append(person.latin_name or "")
    return frozenset(word for name in names for word in WORD.findall(name))


def typed_in(work: Work) -> set[str]:
    """What stands in the database as somebody typed it: places, projects, organisations, notes."""
    typed: set[str | None] = set()
    for movement in work.session.scalars(select(Movement)):
        typed |= {movement.origin_city, movement.point_of_entry}
    for line in work.session.scalars(select(BudgetLine)):
        typed |= {line.code, line.name, line.funder}
    for organisation in work.session.scalars(select(Organisation)):
        typed |= {organisation.name, organisation.name_mn}
    for request in work.session.scalars(select(ReturnRequest)):
        typed |= {request.city, request.note}
    return {text for text in typed if text and len(text) > 2}
