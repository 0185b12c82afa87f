"""The 13 principles with their figures: as a page, as a signed file, and at a glance."""

import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pypdfium2
import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import select

from casework import clock
from casework.cli import main
from casework.config import Settings
from casework.crypto.pdf_signature import pdf_identity
from casework.services.log.anchoring import anchor_log
from casework.services.protection.drills import last_drill, record_drill
from casework.services.protection.principles import Principle, principles, to_look_at
from casework.services.referrals.sending import confirm, propose_without_consent
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import ConsentException, DrillOutcome
from models.audit import AuditEntry
from models.case import Case
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import (
    consent,
    proposal,
    referral,
    sent,
    set_stage,
)

OFFICER = "khulan.protection"


def counted(database: Database, cast: Cast) -> dict[str, bool | None]:
    """Each figure in English, and whether it is as it should be."""
    return {
        str(figure.text): figure.sound for one in found(database, cast) for figure in one.figures
    }


def found(database: Database, cast: Cast) -> list[Principle]:
    with database.reading(cast[OFFICER]) as work:
        return principles(work)


def test_the_figures_follow_the_records(database: Database, cast: Cast) -> None:
    stage = set_stage(database, cast)
    sent(database, cast, stage, consent(database, cast, stage))
    figures = counted(database, cast)
    assert figures["Referrals sent: 1"] is None
    assert figures["Shared without consent: 0"] is True
    assert figures["Asked alone: 1 of 1 answers"] is None
    assert figures["People past their retention period: 0"] is True
    assert figures["Protection officers: 1"] is True
    assert figures["No restore of a backup was tried yet."] is False
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = work.session.get_one(Case, stage.case)
        draft = propose_without_consent(
            work, case, proposal(work, stage), ConsentException.RISK_TO_LIFE, "Амь нас"
        )
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        confirm(work, referral(work, draft.id))
    figures = counted(database, cast)
    assert figures["Shared without consent: 1"] is False
    assert figures["Of these, not yet reviewed: 1"] is False
    shown = found(database, cast)
    assert [one.number for one in shown] == list(range(1, 14))
    assert all(one.figures for one in shown)
    assert "Shared without consent: 1" in {str(one.text) for one in to_look_at(shown)}


def test_each_figure_leads_to_a_page_that_opens(
    database: Database, cast: Cast, client: Client
) -> None:
    set_stage(database, cast)
    officer = client(OFFICER, language="en")
    page = officer.get("/principles").text
    main_part = page.split("<main")[1].split("</main>")[0]
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', main_part)}
    assert len(links) >= 10
    for link in sorted(links):
        assert officer.get(link).status_code == 200, link
    for name in ("bolormaa.caseworker", "enkhbayar.supervisor", "admin.office", "sarnai.seoul"):
        assert client(name).get("/principles").status_code == 404
        assert client(name).post("/principles").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("mn", "Зөвшөөрөл"), ("en", "Consent")])
def test_the_signed_file_says_the_same_and_is_found_in_the_log(
    database: Database, cast: Cast, client: Client, language: str, words: str
) -> None:
    answer = client(OFFICER, language=language).post("/principles")
    assert answer.mimetype == "application/pdf"
    assert "attachment; filename=principles-" in answer.headers["Content-Disposition"]
    content = answer.get_data()
    with pypdfium2.PdfDocument(content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert words in text
    identity = pdf_identity(database.keyring)
    assert identity.fingerprint[:4] in text
    roots = list(load_certs_from_pemder_data(identity.certificate))
    signature = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    assert validate_pdf_signature(signature, ValidationContext(trust_roots=roots)).bottom_line
    with database.reading(command_actor()) as work:
        signed = select(AuditEntry.body).where(AuditEntry.event == "evidence.signed")
        body = work.session.scalars(signed).one()
    assert sha256(content).hexdigest().encode() in body


def test_a_drill_is_written_down_and_grows_old(
    database: Database, settings: Settings, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.cli.load_settings", lambda: settings)
    today = clock.today()
    assert main(["protection", "drill", "restored", "--on", today.isoformat()]) == 0
    assert main(["protection", "drill", "restored", "--on", f"{today.year + 1}-01-01"]) == 2
    said = f"Last restore of a backup tried on {today}: {DrillOutcome.RESTORED}"
    assert counted(database, cast)[said] is True
    old = today - timedelta(days=200)
    with database.writing(command_actor()) as work:
        record_drill(work, old, DrillOutcome.RESTORED)
    with database.reading(command_actor()) as work:
        drill = last_drill(work)
    assert drill is not None and drill.on == old
    assert counted(database, cast)[f"Last restore of a backup tried on {old}: restored"] is False


def test_the_officers_home_at_a_glance(database: Database, cast: Cast, client: Client) -> None:
    set_stage(database, cast)
    client("sarnai.seoul").post("/raise-concern", data={"kind": "abuse", "text": "Дарамталсан"})
    officer = client(OFFICER, language="en")
    before = officer.get("/").text
    assert '1</span> <span class="tile__caption">concerns not closed' in before
    assert "No checkpoint of the log was signed yet." in before
    anchor_log(database)
    assert "No checkpoint of the log was signed yet." not in officer.get("/").text
    for words in ("emergency openings to review", "requests of people", "approvals waiting"):
        assert words in before
