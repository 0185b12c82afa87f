"""Accounts and organisations, and what nobody can do with them."""

import re

import pytest
from sqlalchemy import select

from casework.errors import InvalidInput
from casework.services.administration.accounts import NewAccount, add_account, replace_password
from casework.services.organisations import get_organisation
from casework.services.sign_in.caller import Caller
from casework.services.sign_in.entering import sign_in
from casework.services.users import find_user
from casework.services.work import Database
from casework.vocabulary import Language, Role
from models.organisation import Organisation
from models.user import User
from tests.conftest import PASSWORD, Cast
from tests.integration.conftest import Client


def test_a_new_user_is_invited_by_a_link_that_is_shown_once(
    database: Database, cast: Cast, client: Client
) -> None:
    admin = client("admin.office", language="en")
    with database.reading(cast["admin.office"]) as work:
        iom = str(get_organisation(work, "IOM").id)
    data = {
        "email": "zaya@demo.example",
        "name": "Ч. Заяа",
        "organisation": iom,
        "role": "caseworker",
        "language": "mn",
    }
    page = admin.post("/admin/users/new", data=data)
    shown = re.search(r"<code>http://localhost/welcome#([a-z0-9-]{29})</code>", page.text)
    assert page.status_code == 200 and shown is not None
    again = admin.post("/admin/users/new", data=data)
    assert "with this e-mail address already" in again.text
    wrong = admin.post(
        "/admin/users/new", data={**data, "email": "x@demo.example", "role": "consular_officer"}
    )
    assert "cannot work for" in wrong.text
    assert shown[1] not in admin.get("/admin/users").text
    with database.reading(cast["admin.office"]) as work:
        user = find_user(work, "zaya@demo.example")
        assert user is not None and not user.cleared and not user.demo


def test_switching_off_ends_open_sessions(database: Database, cast: Cast, client: Client) -> None:
    otgon = client("otgon.caseworker")
    assert otgon.get("/").status_code == 200
    admin = client("admin.office")
    url = f"/admin/users/{cast['otgon.caseworker'].id}"
    data = {"role": "caseworker", "active": "no", "version": "1"}
    assert admin.post(url, data=data).status_code == 302
    assert otgon.get("/").status_code == 302
    with pytest.raises(InvalidInput):
        sign_in(database, "otgon.caseworker@demo.example", PASSWORD, Caller())
    stale = admin.post(url, data={**data, "active": "yes"})
    assert stale.status_code == 409


def test_a_new_role_takes_the_clearance_away(
    database: Database, cast: Cast, client: Client
) -> None:
    admin = client("admin.office")
    url = f"/admin/users/{cast['bolormaa.caseworker'].id}"
    admin.post(url, data={"role": "supervisor", "active": "yes", "version": "1"})
    with database.reading(cast["admin.office"]) as work:
        user = work.session.get_one(User, cast["bolormaa.caseworker"].id)
        assert user.role is Role.SUPERVISOR and not user.cleared


def test_nobody_keeps_their_own_account(cast: Cast, client: Client) -> None:
    for name in ("admin.office", "naran.coordinator"):
        url = f"/admin/users/{cast[name].id}"
        assert client(name).get(url).status_code == 404
        assert client(name).post(f"{url}/password").status_code == 404


def test_a_coordinator_keeps_partner_accounts_of_her_own_organisation(
    database: Database, cast: Cast, client: Client
) -> None:
    coordinator = client("naran.coordinator")
    listed = coordinator.get("/admin/users").text
    assert "oyuna.shelter" in listed and "outsider.ngo" not in listed
    assert coordinator.get(f"/admin/users/{cast['outsider.ngo'].id}").status_code == 404
    assert coordinator.get("/admin/organisations").status_code == 404
    with database.writing(cast["naran.coordinator"]) as work:
        mgec = get_organisation(work, "MGEC").id
        for role in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER, Role.ANALYST):
            new = NewAccount("new@demo.example", "Шинэ", role, mgec, Language.MN)
            with pytest.raises(InvalidInput, match="cannot give this role"):
                add_account(work, new)
        new = NewAccount("new@demo.example", "Шинэ", Role.PARTNER_WORKER, mgec, Language.MN)
        invited = add_account(work, new)
    with database.writing(cast["naran.coordinator"]) as work:
        user = find_user(work, "new@demo.example")
        assert user is not None and user.organisation_id == mgec
        assert replace_password(work, user).code != invited.code


def test_an_organisation_is_added_and_its_agreement_kept(
    database: Database, cast: Cast, client: Client
) -> None:
    admin = client("admin.office", language="en")
    data = {
        "code": "CARITAS",
        "kind": "ngo",
        "name_mn": "Каритас",
        "name": "Caritas",
        "country": "MN",
        "aimag": "MN11",
        "agreement_until": "2027-12-31",
        "active": "yes",
    }
    assert admin.post("/admin/organisations/new", data=data).status_code == 302
    assert "exists already" in admin.post("/admin/organisations/new", data=data).text
    with database.reading(cast["admin.office"]) as work:
        found = work.session.scalars(
            select(Organisation).where(Organisation.code == "CARITAS")
        ).one()
        assert found.agreement_until is not None
    url = f"/admin/organisations/{found.id}"
    changed = {**data, "agreement_until": "", "version": str(found.version)}
    assert admin.post(url, data=changed).status_code == 302
    assert "2027-12-31" not in admin.get("/admin/organisations?kind=ngo").text
    for name in ("ganaa.analyst", "enkhbayar.supervisor", "oyuna.shelter"):
        assert client(name).get("/admin/organisations").status_code == 404
