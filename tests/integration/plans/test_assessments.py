"""Rapid first; anything found asks for the full one; what is found stays in one cell."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casework.clock import today
from casework.errors import InvalidInput
from casework.rules.assessment import overall_level, sheets
from casework.services.plans.assessments import (
    answers_of,
    assessments_of,
    full_assessment_due,
    record_assessment,
)
from casework.services.work import Database
from casework.vocabulary import AssessmentKind, CaseState, RiskLevel
from models.plan import Assessment
from tests.conftest import Cast
from tests.integration.assistance.money_cast import (
    CASEWORKER,
    SUPERVISOR,
    new_person,
    scene,
    the_case,
)
from tests.integration.conftest import Client
from tests.postgresql import bare_connection

RAPID, FULL = AssessmentKind.RAPID_VULNERABILITY, AssessmentKind.FULL_VULNERABILITY
FOUND = {"household": {"risk": ["no_home"], "level": "medium"}, "community": {"level": "none"}}


def test_what_is_found_asks_for_the_full_one(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, here)
        assert case.state is CaseState.INTAKE
        record_assessment(work, case, here.person, RAPID, assessed_on=today(), findings=FOUND)
        assert case.state is CaseState.ASSESSMENT
        assessed = assessments_of(work, case)
        assert [row.level for row in assessed] == [RiskLevel.MEDIUM]
        assert list(full_assessment_due(assessed)) == assessed
        record_assessment(work, case, here.person, FULL, assessed_on=today(), findings={})
        assert list(full_assessment_due(assessments_of(work, case))) == []
        assert answers_of(assessed[0].assessment) == FOUND


def test_wrong_answers_are_refused(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    work = database.writer(cast[CASEWORKER])
    try:
        case = the_case(work, here)
        stranger = new_person(work)
        for person, day, findings, field in (
            (stranger.id, today(), {}, "person"),
            (here.person, today() + timedelta(days=1), {}, "assessed_on"),
            (here.person, today(), {"household": {"risk": ["gossip"]}}, ""),
            (here.person, today(), {"household": {"level": "enormous"}}, ""),
        ):
            with pytest.raises(InvalidInput) as refused:
                record_assessment(work, case, person, RAPID, assessed_on=day, findings=findings)
            assert refused.value.field == field
    finally:
        work.close()


def test_sheets_are_whole_and_in_both_languages() -> None:
    assert set(sheets()) == set(AssessmentKind)
    for sheet in sheets().values():
        assert sheet.provisional
        asked = [(section.code, ask.code) for section, ask in sheet.asks()]
        assert len(asked) == len(set(asked))
        for section, ask in sheet.asks():
            texts = [sheet.hint, section.title, ask.title, *(o.text for o in ask.options)]
            assert all(text.en and text.mn and text.en != text.mn for text in texts)
            assert bool(ask.options) == (ask.kind in ("ticks", "one"))
    assert {section.code for section in sheets()[RAPID].sections} == {
        "individual",
        "household",
        "community",
        "structural",
    }
    assert overall_level({"a": {"risk": ["x"]}}) is RiskLevel.LOW
    assert overall_level({"a": {"level": "high"}, "b": {"level": "low"}}) is RiskLevel.HIGH


@pytest.mark.parametrize("language", ["mn", "en"])
@pytest.mark.parametrize("kind", list(AssessmentKind))
def test_each_kind_on_its_page(
    database: Database, cast: Cast, client: Client, kind: AssessmentKind, language: str
) -> None:
    here = scene(database, cast)
    browser = client(CASEWORKER, language=language)
    url = f"/cases/{here.case}/assessments"
    assert browser.get(url).status_code == 200
    page = browser.get(f"{url}/new/{kind.value}")
    assert page.status_code == 200
    answers: dict[str, object] = {
        "person": str(here.person),
        "assessed_on": today().isoformat(),
        "summary": "эмчид хандах",
    }
    for section, ask in sheets()[kind].asks():
        name = f"{section.code}_{ask.code}"
        if ask.kind == "level":
            answers[name] = "low"
        elif ask.kind == "ticks":
            answers[name] = [option.code for option in ask.options[:2]]
        else:
            answers[name] = ask.options[0].code if ask.options else "тайлбар үг"
    wrong = browser.post(f"{url}/new/{kind.value}", data=answers | {"assessed_on": "маргааш"})
    assert 'value="маргааш"' in wrong.text
    assert "эмчид хандах" in wrong.text
    assert browser.post(f"{url}/new/{kind.value}", data=answers).location == url
    with database.reading(cast[SUPERVISOR]) as work:
        assessment = work.session.scalars(select(Assessment)).one()
        kept = {
            f"{section}_{ask}": answer
            for section, asks in answers_of(assessment).items()
            for ask, answer in asks.items()
        }
        assert kept == {name: answers[name] for name in kept}
        assert len(kept) == len(answers) - 3
    shown = browser.get(f"{url}/{assessment.id}").text
    assert "эмчид хандах" in shown
    first = next(ask for _, ask in sheets()[kind].asks() if ask.options)
    assert first.options[0].text.said(language) in shown
    assert browser.get(f"{url}/new/gossip").status_code == 404


def test_findings_stay_sealed(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        record_assessment(
            work,
            the_case(work, here),
            here.person,
            RAPID,
            assessed_on=today(),
            findings=FOUND,
            summary="no_home",
        )
    with bare_connection(database) as connection:
        rows = connection.execute(text("SELECT * FROM assessment")).all()
        bodies = connection.execute(text("SELECT body FROM audit_entry")).all()
    assert "no_home" not in str(rows)
    assert "no_home" not in str(bodies)
