"""What an officer typed is kept as typed, for her alone, and goes by itself."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.services.requests import drafts
from casework.services.work import Database
from casework.vocabulary import Purpose
from models.audit import AuditEntry
from models.intake import RequestDraft
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import page_of

HALF = {
    "idempotency_key": "a page",
    "members-0-given_name": " Оюун чимэг?? ",
    "members-0-birth_date": "31.02.19",
    "members-0-pregnancy_weeks": "many",
    "members-0-needs": ["health", "elderly"],
    "members-1-given_name": "Номин",
    "country": "KR",
    "home_aimag": "MN41",
    "channel": "phone",
    "note": "Дахин залгана\r\n  маргааш",
}


def count(database: Database, cast: Cast, kind: type) -> int:
    with database.reading(cast["sarnai.seoul"]) as work:
        return work.session.scalar(select(func.count()).select_from(kind)) or 0


def only(database: Database, cast: Cast) -> UUID:
    with database.reading(cast["sarnai.seoul"]) as work:
        return work.session.scalars(select(RequestDraft.id)).one()


def test_a_half_filled_page_comes_back_as_typed(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul", language="en")
    saved = browser.post("/requests/drafts", data=HALF)
    page = browser.get(saved.headers["Location"]).text
    for typed in (' Оюун чимэг?? "', "31.02.19", "many", "Номин", "Дахин залгана\n  маргааш"):
        assert typed in page.replace("\r\n", "\n")
    for chosen in ("health", "elderly", "phone"):
        assert f'value="{chosen}" checked' in page
    assert 'value="a page"' in page
    assert "There is a problem" not in page
    listed = browser.get("/requests/drafts").text
    assert "Оюун чимэг??" in listed
    assert count(database, cast, ReturnRequest) == 0


def test_saving_again_keeps_one_draft(client: Client, database: Database, cast: Cast) -> None:
    browser = client("sarnai.seoul")
    said = [
        browser.post(
            "/requests/drafts",
            data=HALF | {"members-1-given_name": name},
            headers={"Accept": "application/json"},
        )
        for name in ("Номин", "Номинчимэг")
    ]
    assert all(set(answer.get_json()) == {"saved"} for answer in said)
    page = browser.get(f"/requests/drafts/{only(database, cast)}").text
    assert "Номинчимэг" in page


def test_only_who_typed_it_sees_it(client: Client, database: Database, cast: Cast) -> None:
    client("sarnai.seoul").post("/requests/drafts", data=HALF)
    address = f"/requests/drafts/{only(database, cast)}"
    for other in ("bold.berlin", "saruul.desk"):
        browser = client(other)
        assert browser.get(address).status_code == 404
        assert browser.post(f"{address}/delete").status_code == 404
        assert "Оюун" not in browser.get("/requests/drafts").text
    assert count(database, cast, RequestDraft) == 1


def test_registering_ends_the_draft_and_a_late_save_leads_to_the_request(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul")
    browser.post("/requests/drafts", data=HALF)
    whole = page_of(idempotency_key="a page")
    wrong = browser.post("/requests/new", data=whole | {"members-0-birth_date": "never"})
    assert wrong.status_code == 200
    assert count(database, cast, RequestDraft) == 1
    made = browser.post("/requests/new", data=whole).headers["Location"]
    assert count(database, cast, RequestDraft) == 0
    late = browser.post("/requests/drafts", data=HALF, headers={"Accept": "application/json"})
    assert late.get_json() == {"registered": made}
    assert browser.post("/requests/drafts", data=HALF).headers["Location"] == made
    assert count(database, cast, RequestDraft) == 0


def test_an_undecided_duplicate_keeps_the_draft(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul", language="en")
    browser.post("/requests/new", data=page_of(idempotency_key="first"))
    browser.post("/requests/drafts", data=HALF)
    page = browser.post("/requests/new", data=page_of(idempotency_key="a page"))
    assert "Somebody may have asked already" in page.text
    assert count(database, cast, RequestDraft) == 1


def test_a_draft_is_thrown_away(client: Client, database: Database, cast: Cast) -> None:
    browser = client("sarnai.seoul")
    browser.post("/requests/drafts", data=HALF)
    browser.post(f"/requests/drafts/{only(database, cast)}/delete")
    assert count(database, cast, RequestDraft) == 0


def test_too_many_drafts_lose_nothing_typed(client: Client, database: Database, cast: Cast) -> None:
    with database.writing(cast["sarnai.seoul"]) as work:
        for place in range(drafts.MOST_DRAFTS):
            drafts.save_draft(work, place.to_bytes(32), [])
    browser = client("sarnai.seoul", language="en")
    page = browser.post("/requests/drafts", data=HALF)
    assert page.status_code == 409
    assert "31.02.19" in page.text
    assert "Finish or delete some first" in page.text
    said = browser.post("/requests/drafts", data=HALF, headers={"Accept": "application/json"})
    assert "refused" in said.get_json()


def test_old_drafts_go_by_themselves(database: Database, cast: Cast) -> None:
    with database.writing(cast["sarnai.seoul"]) as work:
        old = drafts.save_draft(work, bytes(32), [("note", "x")])
        drafts.save_draft(work, bytes([1] * 32), [("note", "y")])
        old.saved_at = clock.now() - timedelta(days=database.settings.draft_days, minutes=1)
        work.record(Act("request.draft_saved", Purpose.RETURN_ASSISTANCE))
    assert drafts.sweep_drafts(database) == 1
    assert drafts.sweep_drafts(database) == 0
    with database.reading(cast["sarnai.seoul"]) as work:
        assert [draft.typed for draft in drafts.my_drafts(work)] == [[["note", "y"]]]
        entry = select(AuditEntry.event).where(AuditEntry.event == "request.drafts_expired")
    with database.reading(cast["khulan.protection"]) as work, work.beyond("a test looks"):
        assert work.session.scalars(entry).all() == ["request.drafts_expired"]
