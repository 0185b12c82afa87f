"""The demo's organisations and accounts."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor, Origin
from casework.services.organisations import add_organisation, find_organisation
from casework.services.setup import command_actor
from casework.services.sign_in.hashing import hashed
from casework.services.users import actor_of, add_user, find_user
from casework.services.work import Database, Work
from casework.vocabulary import EntryChannel, OrganisationKind, Purpose, Role
from models.organisation import Organisation

DOMAIN = "demo.example"

#: code, kind, English and Mongolian name, aimag; all invented
ORGANISATIONS = (
    ("KHANUUL", OrganisationKind.FACILITY, "Khan-Uul quarantine", "Хан-Уул байр", "MN11"),
    ("BAYANGOL", OrganisationKind.FACILITY, "Bayangol quarantine", "Баянгол байр", "MN11"),
    ("DARKHAN", OrganisationKind.FACILITY, "Darkhan quarantine", "Дархан байр", "MN45"),
    ("UUDEN", OrganisationKind.NGO, "Open Door centre", "Нээлттэй хаалга төв", "MN11"),
    ("ITGEL", OrganisationKind.NGO, "Itgel legal aid", "Итгэл эрх зүйн туслалцаа", "MN11"),
    ("UR", OrganisationKind.NGO, "Ur Chadvar training", "Ур чадвар сургалтын төв", "MN45"),
    ("LABOUR", OrganisationKind.AGENCY, "Labour desk", "Хөдөлмөр халамжийн танхим", "MN11"),
)

#: role -> organisation, cleared for the compartment, name
ACCOUNTS = {
    Role.CONSULAR_OFFICER: ("KR", False, "Н. Сарнай"),
    Role.CONSULAR_DESK: ("MFA", False, "Д. Саруул"),
    Role.QUARANTINE_OFFICER: ("KHANUUL", False, "Б. Дорж"),
    Role.CASEWORKER: ("IOM", True, "Н. Болормаа"),
    Role.SUPERVISOR: ("IOM", True, "Г. Энхбаяр"),
    Role.PARTNER_WORKER: ("UUDEN", True, "Ц. Оюун"),
    Role.PARTNER_COORDINATOR: ("UUDEN", False, "С. Наран"),
    Role.PROTECTION_OFFICER: ("IOM", False, "Э. Хулан"),
    Role.ANALYST: ("IOM", False, "Т. Ганаа"),
    Role.ADMINISTRATOR: ("MFA", False, "М. Тэмүүлэн"),
}

#: Colleagues without a password, so that lists and approvals look real.
COLLEAGUES = {
    "otgon": (Role.CASEWORKER, "IOM", "Л. Отгон"),
    "tuya": (Role.CASEWORKER, "IOM", "Б. Туяа"),
    "zaya": (Role.SUPERVISOR, "IOM", "О. Заяа"),
    "bayangol": (Role.QUARANTINE_OFFICER, "BAYANGOL", "П. Батаа"),
    "darkhan": (Role.QUARANTINE_OFFICER, "DARKHAN", "Ж. Сувд"),
    "itgel": (Role.PARTNER_WORKER, "ITGEL", "Ч. Мөнх"),
    "ur": (Role.PARTNER_WORKER, "UR", "Г. Цэцэг"),
    "labour": (Role.PARTNER_WORKER, "LABOUR", "Д. Бат"),
}


def email_of(role: Role) -> str:
    """The demo account of a role."""
    return f"{role.value}@{DOMAIN}"


class Cast:
    """Who acts in the demo."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._actors: dict[str, Actor] = {}

    def actor(self, email: str) -> Actor:
        """The user of this address, acting from the command line."""
        if email not in self._actors:
            with self.database.reading(command_actor()) as work:
                user = find_user(work, email)
                if user is None:
                    raise LookupError(email)
                self._actors[email] = actor_of(work, user, Origin(EntryChannel.COMMAND))
        return self._actors[email]

    def role(self, role: Role) -> Actor:
        """The demo account of a role."""
        return self.actor(email_of(role))

    def colleague(self, name: str) -> Actor:
        """One of the colleagues."""
        return self.actor(f"{name}@{DOMAIN}")

    def officer_of(self, mission: Organisation) -> Actor:
        """The consular officer of a mission; the ministry's desk stands in where there is none."""
        if mission.kind is not OrganisationKind.MISSION:
            return self.role(Role.CONSULAR_DESK)
        if mission.code == ACCOUNTS[Role.CONSULAR_OFFICER][0]:
            return self.role(Role.CONSULAR_OFFICER)
        return self.actor(f"{Role.CONSULAR_OFFICER.value}.{mission.code.lower()}@{DOMAIN}")


def add_cast(database: Database, password: str | None) -> tuple[Cast, str]:
    """Organisations with agreements, accounts with one password, an officer for each mission.

    Run again, it only gives the accounts the new password. Returns the cast and the password,
    made up when none was given.
    """
    chosen = password or secrets.token_urlsafe(9)
    with database.writing(command_actor()) as work:
        for facts in ORGANISATIONS:
            _add_organisation(work, *facts)
        for role, (organisation, cleared, name) in ACCOUNTS.items():
            _add_account(work, role, organisation, cleared, name, chosen)
        for address, role, organisation, name in _silent_accounts(work):
            if find_user(work, address) is None:
                add_user(work, email=address, role=role, organisation=organisation, name=name)
    return Cast(database), chosen


def _add_organisation(
    work: Work, code: str, kind: OrganisationKind, name: str, name_mn: str, aimag: str
) -> None:
    if find_organisation(work, code) is None:
        organisation = add_organisation(
            work, code=code, kind=kind, name=name, name_mn=name_mn, country="MN", aimag=aimag
        )
        organisation.agreement_until = clock.today() + timedelta(days=730)
        facts = {
            "code": code,
            "agreement": organisation.agreement_until.isoformat(),
            "active": True,
        }
        work.record(Act("organisation.changed", Purpose.ADMINISTRATION, facts=facts))


def _add_account(
    work: Work, role: Role, organisation: str, cleared: bool, name: str, password: str
) -> None:
    user = find_user(work, email_of(role))
    if user is None:
        add_user(
            work,
            email=email_of(role),
            role=role,
            organisation=organisation,
            cleared=cleared,
            name=name,
            password=password,
            demo=True,
        )
        return
    user.password_hash, user.demo = hashed(password), True
    work.record(Act("user.password_reset", Purpose.ADMINISTRATION))


def _silent_accounts(work: Work) -> Iterator[tuple[str, Role, str, str]]:
    for name, (role, organisation, shown) in COLLEAGUES.items():
        yield f"{name}@{DOMAIN}", role, organisation, shown
    missions = work.session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.MISSION)
    )
    for mission in missions.all():
        if mission.code != ACCOUNTS[Role.CONSULAR_OFFICER][0]:
            address = f"{Role.CONSULAR_OFFICER.value}.{mission.code.lower()}@{DOMAIN}"
            yield address, Role.CONSULAR_OFFICER, mission.code, f"Консул {mission.code}"


def user_id(actor: Actor) -> UUID:
    """The account's id of a cast member."""
    if actor.id is None:
        raise LookupError("not a user")
    return actor.id
