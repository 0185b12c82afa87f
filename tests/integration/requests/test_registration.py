"""A consular officer registers a household."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from casework.crypto.tokens import search_token
from casework.errors import InvalidInput
from casework.services.requests.registering import register_request
from casework.services.requests.sealed_tick import open_tick, seal_tick
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import ConsentPurpose, LegalBasis, RequestState, TokenKind
from models.audit import AuditEntry
from models.consent import Consent
from models.return_request import ReturnRequest
from models.subject import SearchToken
from tests.conftest import Cast, on_sqlite
from tests.integration.conftest import Client
from tests.integration.requests.family import (
    DAUGHTER,
    FATHER,
    MOTHER,
    REGISTER,
    household,
    page_of,
    read,
    registered,
)

PROTECTION = re.compile(
    r'<input class="govuk-radios__input" id="members-0-protection"[^>]*value="([^"]+)"'
)
CARRIED = re.compile(r'<input type="hidden" name="members-0-protection" value="([^"]+)">')


def test_one_act_stores_the_whole_household(database: Database, cast: Cast) -> None:
    with database.writing(cast["sarnai.seoul"]) as work:
        iom = household(work, code="IOM").organisation
        said = household(
            work,
            MOTHER,
            FATHER,
            DAUGHTER,
            legal_basis=LegalBasis.CONSENT,
            consent_given_on=household(work).submitted_on,
            share_with=(iom,),
        )
        request = register_request(work, said)
        entries = work.session.scalars(
            select(AuditEntry.event).where(AuditEntry.event.startswith("request."))
        ).all()
    assert entries == ["request.registered"]
    assert re.fullmatch(r"KR-20\d\d-00001", request.reference)
    assert [member.state for member in request.members] == [RequestState.SUBMITTED] * 3
    with database.reading(command_actor()) as work:
        token = search_token(work.keyring, TokenKind.REGISTER_NUMBER, REGISTER)
        found = work.session.scalars(select(SearchToken).where(SearchToken.token == token)).one()
        assert found.row_id == request.members[0].person_id
        consents = work.session.scalars(select(Consent).order_by(Consent.id)).all()
        assert [(c.purpose, c.recipient_id) for c in consents] == [
            (ConsentPurpose.RETURN_ASSISTANCE, None),
            (ConsentPurpose.RETURN_ASSISTANCE, iom.id),
        ]
        assert read(work, request.id).score.points > 0


def test_numbers_go_up_by_mission_and_year(database: Database, cast: Cast) -> None:
    ids = [registered(database, cast) for _ in range(2)]
    other = registered(database, cast, by="bold.berlin", code="DE")
    with database.reading(cast["saruul.desk"]) as work:
        numbers = [read(work, each).reference for each in (*ids, other)]
    assert [number[-5:] for number in numbers] == ["00001", "00002", "00001"]


def test_consent_needs_its_day(database: Database, cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        registered(database, cast, legal_basis=LegalBasis.CONSENT)
    assert refused.value.field == "consent_given_on"


def test_the_page_saves_once_and_mends_the_register_number(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul")
    answers = page_of(idempotency_key="one page")
    first = browser.post("/requests/new", data=answers)
    again = browser.post("/requests/new", data=answers)
    assert first.status_code == again.status_code == 302
    assert first.headers["Location"] == again.headers["Location"]
    with database.reading(cast["sarnai.seoul"]) as work:
        assert work.session.scalar(select(func.count()).select_from(ReturnRequest)) == 1
        request = work.session.scalars(select(ReturnRequest)).one()
        assert request.members[0].person.register_number == REGISTER
    assert browser.get(first.headers["Location"]).status_code == 200


def test_people_are_added_and_removed_without_script(client: Client) -> None:
    browser = client("sarnai.seoul", language="en")
    page = browser.post("/requests/new", data=page_of(people="add"))
    assert "Оюунчимэг" in page.text
    assert 'name="members-1-given_name"' in page.text
    three = page_of(
        members__1__given_name="Ганболд",
        members__2__given_name="Номин",
        people="remove-1",
    )
    page = browser.post("/requests/new", data=three)
    assert "Номин" in page.text
    assert "Ганболд" not in page.text
    page = browser.post("/requests/new", data=page_of(members__1__given_name="Номин"))
    assert "Relation to the first person" in page.text
    assert page.status_code == 200


def test_a_birth_date_that_disagrees_is_confirmed_never_blocked(client: Client) -> None:
    browser = client("sarnai.seoul", language="en")
    answers = page_of(members__0__birth_date="1991-01-01")
    page = browser.post("/requests/new", data=answers)
    assert "born on 1990-01-01" in page.text
    saved = browser.post("/requests/new", data=answers | {"checked": "y"})
    assert saved.status_code == 302


def test_protection_is_sealed_and_never_echoed(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul", language="en")
    first = browser.get("/requests/new").text
    yes, nothing = PROTECTION.findall(first)[0], CARRIED.findall(first)[0]
    wrong = page_of(legal_basis="", members__0__protection=[nothing, yes])
    ticked = browser.post("/requests/new", data=wrong).text
    unticked = browser.post(
        "/requests/new", data=wrong | {"members-0-protection": [nothing, nothing]}
    ).text

    def neutral(page: str) -> str:
        """The page without what differs by chance: tokens, keys and nonces."""
        return re.sub(r'(value|nonce)="[^"]{20,}"', "", page)

    assert neutral(ticked) == neutral(unticked)
    carried = CARRIED.findall(ticked)[0]
    assert yes not in ticked
    assert len(carried) == len(CARRIED.findall(unticked)[0])
    saved = browser.post("/requests/new", data=page_of(members__0__protection=[carried]))
    place = saved.headers["Location"]
    for address in (place, "/requests", place + "/edit"):
        page = browser.get(address).text
        assert "protection" not in page.replace("members-0-protection", "").lower()
    with database.reading(cast["sarnai.seoul"]) as work:
        request = read(work, UUID(place.rsplit("/", 1)[1]))
        assert request.members[0].protection is True
        assert request.members[0].needs == []
        assert request.score.reserved


def test_a_change_adds_to_the_compartment_and_leaves_no_trace(
    client: Client, database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast)
    with database.reading(cast["sarnai.seoul"]) as work:
        member = read(work, request_id).members[0]
        yes, nothing = (seal_tick(work, ticked) for ticked in (True, False))
    place = f"/requests/{request_id}/members/{member.id}/edit"
    browser = client("sarnai.seoul", language="en")
    answers = {
        "given_name": "Оюунчимэг",
        "patronymic": "Цэрэндорж",
        "sex": "F",
        "birth_date": "1990-01-01",
        "register_number": REGISTER,
        "passport_number": "E1234567",
        "phone": "+821012345678",
        "needs": "health",
    }
    entries = []
    for version, token in (("1", nothing), ("2", yes), ("3", nothing)):
        data = answers | {"version": version, "protection": token}
        assert browser.post(place, data=data).status_code == 302
        with database.reading(cast["sarnai.seoul"]) as work:
            statement = select(AuditEntry.body).order_by(AuditEntry.at.desc())
            body = work.session.scalars(
                statement.where(AuditEntry.event == "request.changed")
            ).first()
            assert body is not None
            entries.append(re.findall(rb'"cells":\[[^]]*\]|"fields":\[[^]]*\]', body))
            assert b"protection" not in body
    assert entries[0] == entries[1] == entries[2]
    with database.reading(cast["sarnai.seoul"]) as work:
        assert read(work, request_id).members[0].protection is True


def test_a_token_opens_for_nobody_else(database: Database, cast: Cast) -> None:
    with database.reading(cast["sarnai.seoul"]) as work:
        token = seal_tick(work, True)
        assert open_tick(work, token)
        assert not open_tick(work, "nonsense")
        assert not open_tick(work, "Кирилл")
    with database.reading(cast["bold.berlin"]) as work:
        assert not open_tick(work, token)


@on_sqlite
def test_nothing_typed_lies_in_the_database(
    client: Client, database: Database, tmp_path: Path
) -> None:
    browser = client("sarnai.seoul")
    answers = page_of(
        city="Ансан", note="Ажилгүй болсон", members__0__safe_contact="Эгчээр нь дамжуулах"
    )
    assert browser.post("/requests/new", data=answers).status_code == 302
    typed = ("Оюунчимэг", "Цэрэндорж", "90010122", "1990-01-01", "Ансан", "Ажилгүй", "дамжуулах")
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    assert b"return_request" in stored
    for words in typed:
        assert words.encode() not in stored
