"""A real database with the set-up's first rows, and a named cast to act in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from casework.actor import Actor, Origin
from casework.config import Settings, load_settings
from casework.services.organisations import add_organisation
from casework.services.setup import command_actor, initialise
from casework.services.users import actor_of, add_user, find_user
from casework.services.work import Database
from casework.vocabulary import EntryChannel, OrganisationKind, Role

PASSWORD = "a long enough secret"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"CASEWORK_HOME": str(tmp_path / "home")})


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = initialise(settings)
    yield opened
    opened.engine.dispose()
    opened.keystore.engine.dispose()


#: e-mail name -> role, organisation, cleared
CAST = {
    "sarnai.seoul": (Role.CONSULAR_OFFICER, "KR", False),
    "bold.berlin": (Role.CONSULAR_OFFICER, "DE", False),
    "saruul.desk": (Role.CONSULAR_DESK, "MFA", False),
    "dorj.khanuul": (Role.QUARANTINE_OFFICER, "KHANUUL", False),
    "tuya.gobi": (Role.QUARANTINE_OFFICER, "GOBI", False),
    "bolormaa.caseworker": (Role.CASEWORKER, "IOM", True),
    "otgon.caseworker": (Role.CASEWORKER, "IOM", False),
    "enkhbayar.supervisor": (Role.SUPERVISOR, "IOM", True),
    "second.supervisor": (Role.SUPERVISOR, "IOM", False),
    "oyuna.shelter": (Role.PARTNER_WORKER, "MGEC", True),
    "naran.coordinator": (Role.PARTNER_COORDINATOR, "MGEC", False),
    "outsider.ngo": (Role.PARTNER_WORKER, "OUTSIDE", False),
    "khulan.protection": (Role.PROTECTION_OFFICER, "IOM", False),
    "ganaa.analyst": (Role.ANALYST, "IOM", False),
    "admin.office": (Role.ADMINISTRATOR, "MFA", False),
}

ORGANISATIONS = (
    ("KHANUUL", OrganisationKind.FACILITY, "Khan-Uul", "Хан-Уул"),
    ("GOBI", OrganisationKind.FACILITY, "Gobi", "Говь"),
    ("MGEC", OrganisationKind.NGO, "Gender Equality Center", "Хүйсийн тэгш эрхийн төв"),
    ("OUTSIDE", OrganisationKind.NGO, "Outside", "Гадна"),
)


@dataclass(frozen=True)
class Cast:
    """The people of the tests: `cast["sarnai.seoul"]` is an Actor."""

    actors: dict[str, Actor]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]


@pytest.fixture
def cast(database: Database) -> Cast:
    """Organisations and one user each; all share PASSWORD (hashed cheaply)."""
    with database.writing(command_actor()) as work:
        for code, kind, name, name_mn in ORGANISATIONS:
            add_organisation(work, code=code, kind=kind, name=name, name_mn=name_mn)
        for name, (role, organisation, cleared) in CAST.items():
            add_user(
                work,
                email=f"{name}@demo.example",
                role=role,
                organisation=organisation,
                cleared=cleared,
                name=name,
                password=PASSWORD,
            )
    origin = Origin(EntryChannel.WEB)
    with database.reading(command_actor()) as work:
        actors = {}
        for name in CAST:
            user = find_user(work, f"{name}@demo.example")
            assert user is not None
            actors[name] = actor_of(work, user, origin)
    return Cast(actors)
