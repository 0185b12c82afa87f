"""What a family is told of its place: true, in plain words, and never of whom it must not know."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import select

from casework.services.requests import deciding
from casework.services.requests.privacy import set_private
from casework.services.requests.standing import Standing, standing_of
from casework.services.work import Database
from casework.vocabulary import Band, DeclineReason, Language, Need, Relation
from models.audit import AuditEntry
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import DAUGHTER, FATHER, MOTHER, read, registered
from tests.integration.requests.test_steps import queued

OFFICER = "sarnai.seoul"


def standing(database: Database, cast: Cast, request_id: UUID, by: str = OFFICER) -> Standing:
    with database.reading(cast[by]) as work:
        return standing_of(work, read(work, request_id))


def test_the_points_told_add_up_and_the_place_is_a_range(database: Database, cast: Cast) -> None:
    told = standing(database, cast, queued(database, cast, MOTHER, DAUGHTER))
    assert told.points == sum(int(str(one.values["points"])) for one in told.counted)
    assert (told.band, told.positions) == (Band.HIGH, (1, 10))
    assert any("No journey" in one.text for one in told.blocks)
    assert told.appeal_until is None


@pytest.mark.parametrize("needs", [{Need.VIOLENCE}, {Need.PROTECTION}, {Need.DISABILITY}])
def test_the_family_hears_nothing_of_a_private_member(
    database: Database, cast: Cast, needs: set[Need]
) -> None:
    """Neither her points nor her reserved place: the score is as if she were not there."""
    alone = replace(FATHER, relation=Relation.PRINCIPAL)
    without = standing(database, cast, queued(database, cast, alone))
    wife = replace(MOTHER, needs=frozenset(needs), register_number="УБ91020211")
    father = replace(FATHER, given_name="Бат", patronymic="Сүх")
    request_id = queued(database, cast, wife, father)
    with database.writing(cast[OFFICER]) as work:
        request = read(work, request_id)
        set_private(work, request, request.members[0], True)
    told = standing(database, cast, request_id)
    assert (told.band, told.counted, told.points) == (
        without.band,
        without.counted,
        without.points,
    )


@pytest.mark.parametrize("need", [Need.VIOLENCE, Need.PROTECTION])
def test_the_sealed_answer_of_a_wife_changes_nothing_that_is_told(
    database: Database, cast: Cast, client: Client, need: Need
) -> None:
    plain, said = (replace(MOTHER, needs=needs) for needs in (frozenset(), frozenset({need})))
    without = standing(database, cast, queued(database, cast, plain, DAUGHTER))
    again = replace(said, register_number="УБ91020211", passport_number=None)
    request_id = queued(database, cast, again, replace(DAUGHTER, given_name="Сараа"))
    with database.reading(cast[OFFICER]) as work:
        kept = read(work, request_id).score
        assert kept is not None and kept.band is Band.RESERVED
    told = standing(database, cast, request_id)
    assert (told.band, told.counted) == (without.band, without.counted)
    for path in ("", "/why"):
        page = client(OFFICER, language="en").get(f"/requests/{request_id}{path}").text
        assert "eserved" not in page


def test_a_medical_emergency_that_is_told_reserves_a_place(database: Database, cast: Cast) -> None:
    ill = replace(MOTHER, needs=frozenset({Need.HEALTH, Need.DISABILITY}))
    assert standing(database, cast, queued(database, cast, ill)).band is Band.RESERVED


def test_a_declined_household_hears_why_and_until_when_it_may_appeal(
    database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast, MOTHER)
    with database.writing(cast[OFFICER]) as work:
        words = "Та хоёр удаа хүсэлт өгсөн."
        deciding.decline_request(
            work, read(work, request_id), DeclineReason.NOT_REACHED, words, None
        )
    told = standing(database, cast, request_id)
    assert told.declined is not None and "reach you" in str(told.declined)
    assert told.decline_words == words
    assert told.appeal_until is not None and told.band is None and told.positions is None


@pytest.mark.parametrize(
    "language, says, never",
    [
        (Language.EN, "Someone is in poor health. This counts 40 points.", "Хэн нэг"),
        (Language.MN, "оноо", "points"),
    ],
)
def test_the_page_and_the_letter_are_read_and_written_down(
    database: Database, cast: Cast, client: Client, language: Language, says: str, never: str
) -> None:
    request_id = queued(database, cast, MOTHER, DAUGHTER)
    page = client(OFFICER, language=language.value).get(f"/requests/{request_id}/why")
    assert says in page.text
    answer = client(OFFICER).get(f"/requests/{request_id}/why/letter?language={language.value}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=letter.pdf"
    pdf = pypdfium2.PdfDocument(BytesIO(answer.data))
    text = " ".join(one.get_textpage().get_text_range() for one in pdf)
    text = " ".join(text.replace("￾", "").split())
    title = {"en": "About your request", "mn": "Таны хүсэлтийн тухай"}[language.value]
    assert title in text and pdf.get_metadata_value("Title") == title
    assert never not in text and MOTHER.given_name not in text
    with database.reading(cast["khulan.protection"]) as work, work.beyond("a test looks"):
        bodies = work.session.scalars(
            select(AuditEntry.body).where(AuditEntry.event == "personal_data.read")
        ).all()
    mine = [text for text in map(bytes.decode, bodies) if "policy.why" in text]
    assert len(mine) == 2 and all('"purpose":"return_assistance"' in body for body in mine)
    assert all("request_member.needs" in body for body in mine)


def test_another_mission_finds_nothing(database: Database, cast: Cast, client: Client) -> None:
    request_id = queued(database, cast, MOTHER)
    for path in ("why", "why/letter"):
        assert client("bold.berlin").get(f"/requests/{request_id}/{path}").status_code == 404
