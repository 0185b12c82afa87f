"""Codes on letters and slips, read off the real paper and verified at the gate."""

import re
from io import BytesIO
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from audit.verify import verify
from casework.crypto.boarding_codes import code_key, sign_code
from casework.crypto.signing import verifies
from casework.rules.boarding_code import BoardingCode, read_code, write_code
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.boarding import close_manifest, record_boarding
from casework.services.movements.codes import code_for
from casework.services.movements.gate import scan
from casework.services.movements.offers import (
    Offer,
    Word,
    answer_offer,
    offers_to_hand_over,
    open_offers,
    send_offers,
)
from casework.services.work import Database, Work
from casework.vocabulary import (
    CodePaper,
    GateVerdict,
    HoldState,
    MovementState,
    ReleaseReason,
    WithdrawalChannel,
)
from models.audit import AuditEntry
from models.movement import Hold, Movement
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import flight, holds, household
from tests.postgresql import bare_connection

YES = Word(True, WithdrawalChannel.PHONE, "")


def codes_on(pdf: bytes) -> list[str]:
    """What a scanner reads off the printed pages."""
    found = []
    for page in pypdfium2.PdfDocument(BytesIO(pdf)):
        picture = page.render(scale=3).to_numpy()
        found += [code.text for code in zxingcpp.read_barcodes(picture)]
    return found


@pytest.fixture
def offered(database: Database, cast: Cast) -> UUID:
    """A household of two and one of one, both offered a seat from Seoul."""
    with database.writing(cast["saruul.desk"]) as work:
        household(work, count=2, waiting_days=30)
        household(work, count=1, waiting_days=10)
        movement = flight(work, 5, nights=0)
        allocate_movement(work, movement)
        send_offers(work, movement)
    return movement.id


@pytest.fixture
def closed(database: Database, cast: Cast, offered: UUID) -> UUID:
    """Both accepted and the manifest is closed."""
    with database.writing(cast["saruul.desk"]) as work:
        for offer in offers_to_hand_over(work):
            answer_offer(work, offer.request, offer.key, YES)
        close_manifest(work, work.session.get_one(Movement, offered))
    return offered


def test_the_letter_carries_a_code_that_anybody_can_verify(
    database: Database, cast: Cast, client: Client, offered: UUID
) -> None:
    mission = client("sarnai.seoul", language="en")
    offer = re.findall(r'href="(/requests/[^"]+/offers/[^"]+)"', mission.get("/offers").text)[0]
    answer = mission.get(f"{offer}/letter")
    assert answer.mimetype == "application/pdf"
    [address] = codes_on(answer.data)
    text = "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(BytesIO(answer.data))
    )
    assert "A place on a journey home" in text
    assert "Эх орондоо буцах" in text
    read = read_code(address)
    assert read is not None
    code, signature = read
    assert code.said.decode().split("|")[0] == "letter"
    assert not any(word in code.said.decode() for word in ("Цэрэн", "Болормаа", "E1000000"))
    assert verifies(code_key(database.keyring), signature, code.signed)
    with database.reading(cast["sarnai.seoul"]) as work:
        found = scan(work, address)
        assert (found.verdict, len(found.holds)) == (GateVerdict.UNANSWERED, 2)


def test_one_slip_a_traveller_and_none_for_nobody(
    database: Database, cast: Cast, client: Client, closed: UUID
) -> None:
    mission = client("sarnai.seoul")
    slips = codes_on(mission.get(f"/movements/{closed}/slips").data)
    assert len(set(slips)) == 3
    with database.reading(cast["sarnai.seoul"]) as work:
        assert {scan(work, code).verdict for code in slips} == {GateVerdict.VALID}
    with database.writing(cast["saruul.desk"]) as work:
        empty = flight(work, 5).id
    desk = client("saruul.desk")
    refused = desk.get(f"/movements/{empty}/slips")
    assert refused.status_code == 302
    assert "хэвлэх зүйл" in desk.get(refused.location).text


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_gate_lets_aboard_once(
    database: Database, cast: Cast, client: Client, closed: UUID, language: str
) -> None:
    gate = client("sarnai.seoul", language=language)
    with database.reading(cast["sarnai.seoul"]) as work:
        seats = holds(work, work.session.get_one(Movement, closed))
        first = seats[0]
        code = code_for(work, first, CodePaper.SLIP)
    assert gate.get("/gate").status_code == 200
    led = gate.get(f"/gate?code=https://elsewhere.example/gate/{code}&at={closed}")
    assert led.status_code == 302
    page = gate.get(led.location)
    assert page.text.count('name="who"') == 1
    nobody = gate.post(f"/gate/{code}", data={"at": str(closed)})
    assert nobody.status_code == 200
    sent = {"at": str(closed), "who": str(first.id)}
    for _ in range(2):  # the answer to the first was lost on its way
        assert gate.post(f"/gate/{code}", data=sent).status_code == 302
    assert 'name="who"' not in gate.get(led.location).text
    with database.reading(cast["sarnai.seoul"]) as work:
        assert work.session.get_one(Hold, first.id).state is HoldState.BOARDED
        assert scan(work, code).verdict is GateVerdict.BOARDED
    with bare_connection(database) as connection:
        entry = select(AuditEntry.event).where(AuditEntry.event == "gate.scanned")
        assert len(connection.scalars(entry).all()) == 2
        assert verify(connection).intact


def test_what_is_no_good_at_the_gate(
    database: Database, cast: Cast, client: Client, offered: UUID
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, offered)
        pair, single = open_offers_of(work, movement)
        [seat] = single.holds
        code = code_for(work, seat, CodePaper.LETTER)
        answer_offer(work, single.request, single.key, YES)
        assert scan(work, code).verdict is GateVerdict.EARLY
        answer_offer(work, pair.request, pair.key, YES)
        close_manifest(work, movement)
        other = flight(work, 5).id
        assert scan(work, code, other).verdict is GateVerdict.OTHER_MOVEMENT
        assert scan(work, code, offered).verdict is GateVerdict.VALID
        assert movement.state is MovementState.MANIFEST_CLOSED
        gone = code_for(work, pair.holds[0], CodePaper.LETTER)
        record_boarding(work, movement, {pair.holds[0].id: ReleaseReason.NO_SHOW})
        assert scan(work, gone).verdict is GateVerdict.RELEASED
        read = read_code(code)
        assert read is not None
        changed = BoardingCode(CodePaper.SLIP, *read[0].said.decode().split("|")[1:3], seat.id)
        assert scan(work, write_code(changed, read[1])).verdict is GateVerdict.FORGED
        nowhere = BoardingCode(CodePaper.SLIP, "M-2026-001", "KR-2026-1", offered)
        known = write_code(nowhere, sign_code(work.keyring, nowhere.signed))
        assert scan(work, known).verdict is GateVerdict.RELEASED
        for nonsense in ("", "CW1.", "CW1.a.b", "CW2.x.y", "утга", "M1DOE/JOHN", "x" * 900):
            assert scan(work, nonsense).verdict is GateVerdict.FORGED
    with database.reading(cast["bold.berlin"]) as work:
        withheld = scan(work, code)
        assert (withheld.verdict, withheld.holds) == (GateVerdict.WITHHELD, ())
    berlin = client("bold.berlin", language="en")
    assert "may not board" in berlin.get(f"/gate/{code}").text
    assert "lets nobody aboard" in berlin.post(f"/gate/{code}", data={"who": str(seat.id)}).text
    assert client("outsider.ngo").get("/gate").status_code == 404


def open_offers_of(work: Work, movement: Movement) -> tuple[Offer, Offer]:
    """Of the household of two, and of the other."""
    found = [offer for one in holds(work, movement) for offer in open_offers(work, one.request)]
    pair = next(offer for offer in found if len(offer.holds) == 2)
    return pair, next(offer for offer in found if len(offer.holds) == 1)
