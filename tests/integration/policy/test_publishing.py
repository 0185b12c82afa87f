"""A policy is drafted by one, approved by another, and never changes once published."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.cli import main
from casework.errors import Conflict, InvalidInput, InvalidTransition, Refused
from casework.rules.priority import default_policy
from casework.services.approvals import deciding
from casework.services.policies import published_policy
from casework.services.policy import drafting
from casework.services.policy.publishing import ask_publication
from casework.services.policy.simulating import simulate
from casework.services.requests.scoring import refresh_scores, scores_are_stale
from casework.services.work import Database, Work
from casework.vocabulary import ApprovalState, PolicyState, Role
from models.approval import Approval
from models.audit import AuditEntry
from models.return_request import PriorityPolicy, RequestScore
from models.work import Job
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.need_to_know.second_people import colleague
from tests.integration.requests.family import DAUGHTER, MOTHER
from tests.integration.requests.test_steps import queued
from tests.visitor import visitor

DESK = "saruul.desk"
WHY = "Хүлээх хугацааг илүү тооцно"


def row(work: Work, policy_id: UUID) -> PriorityPolicy:
    return work.session.get_one(PriorityPolicy, policy_id)


def drafted(database: Database, cast: Cast, **settings: object) -> UUID:
    """A draft of the desk's that differs from the policy in force."""
    with database.writing(cast[DESK]) as work:
        current, policy = published_policy(work)
        draft = drafting.start_draft(work, current)
        content = policy.as_dict() | {"days_per_point": 3} | settings
        drafting.change_draft(work, draft, content, None)
        return draft.id


def asked(database: Database, cast: Cast, draft_id: UUID) -> UUID:
    with database.writing(cast[DESK]) as work:
        return ask_publication(work, row(work, draft_id), WHY).id


def test_two_people_publish_and_the_scores_follow(database: Database, cast: Cast) -> None:
    queued(database, cast, MOTHER)
    draft_id = drafted(database, cast, tie_seed=5)
    approval_id = asked(database, cast, draft_id)
    with database.writing(cast[DESK]) as work, pytest.raises(Refused):
        deciding.approve(work, work.session.get_one(Approval, approval_id))
    second = colleague(database, cast, "khishig.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(second) as work:
        deciding.approve(work, work.session.get_one(Approval, approval_id))
    with database.reading(cast[DESK]) as work:
        current, policy = published_policy(work)
        assert (current.id, policy.tie_seed, policy.version) == (draft_id, 5, 2)
        assert (current.proposed_by_id, current.approved_by_id) == (cast[DESK].id, second.id)
        states = {one.number: one.state for one in drafting.versions(work)}
        assert states == {2: PolicyState.PUBLISHED, 1: PolicyState.SUPERSEDED}
        with work.beyond("a test looks"):
            assert work.session.scalars(select(Job.kind)).all() == ["scores.refresh"]
        assert scores_are_stale(work)
    refresh_scores(database)
    with database.reading(cast[DESK]) as work:
        assert set(work.session.scalars(select(RequestScore.policy_id))) == {draft_id}
    with database.writing(cast[DESK]) as work, pytest.raises(InvalidTransition):
        drafting.change_draft(work, row(work, draft_id), {}, None)


def test_a_change_while_it_waits_ends_the_question(database: Database, cast: Cast) -> None:
    draft_id = drafted(database, cast)
    approval_id = asked(database, cast, draft_id)
    with database.writing(cast[DESK]) as work:
        draft = row(work, draft_id)
        drafting.change_draft(work, draft, draft.content | {"waiting_cap": 50}, None)
    second = colleague(database, cast, "khishig.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(second) as work:
        approval = work.session.get_one(Approval, approval_id)
        assert approval.state is ApprovalState.EXPIRED
        with pytest.raises(InvalidTransition):
            deciding.approve(work, approval)


def test_of_two_published_at_once_the_second_is_a_conflict(database: Database, cast: Cast) -> None:
    approvals = [asked(database, cast, drafted(database, cast, tie_seed=seed)) for seed in (5, 6)]
    second = colleague(database, cast, "khishig.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(second) as work:
        deciding.approve(work, work.session.get_one(Approval, approvals[0]))
    with database.writing(second) as work, pytest.raises(Conflict, match="Another policy"):
        deciding.approve(work, work.session.get_one(Approval, approvals[1]))
    with database.reading(cast[DESK]) as work:
        assert published_policy(work)[1].tie_seed == 5


def test_a_refused_draft_stays_in_the_history(database: Database, cast: Cast) -> None:
    draft_id = drafted(database, cast)
    approval_id = asked(database, cast, draft_id)
    second = colleague(database, cast, "khishig.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(second) as work:
        deciding.refuse(work, work.session.get_one(Approval, approval_id), "Эх сурвалж алга")
    with database.reading(cast[DESK]) as work:
        assert row(work, draft_id).state is PolicyState.REJECTED
        with work.beyond("a test looks"):
            events = work.session.scalars(select(AuditEntry.event)).all()
    assert events.count("policy.rejected") == 1


def test_what_says_nothing_new_or_is_another_s_goes_nowhere(database: Database, cast: Cast) -> None:
    with database.writing(cast[DESK]) as work:
        draft_id = drafting.start_draft(work, published_policy(work)[0]).id
    with database.writing(cast[DESK]) as work, pytest.raises(InvalidInput, match="no different"):
        ask_publication(work, row(work, draft_id), WHY)
    second = colleague(database, cast, "khishig.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(second) as work, pytest.raises(Refused):
        drafting.withdraw_draft(work, row(work, draft_id), None)
    with database.writing(cast["ganaa.analyst"]) as work, pytest.raises(Refused):
        drafting.start_draft(work, published_policy(work)[0])


def test_an_empty_queue_can_be_simulated(database: Database, cast: Cast) -> None:
    with database.reading(cast[DESK]) as work:
        found = simulate(work, default_policy())
    assert found.whole.households == 0 and found.head_after == ()


def test_the_desk_drafts_simulates_publishes_in_the_browser(
    database: Database, cast: Cast, client: Client
) -> None:
    queued(database, cast, MOTHER, DAUGHTER)
    desk = client(DESK, language="en")
    with database.reading(cast[DESK]) as work:
        first = published_policy(work)[0].id
    assert desk.post(f"/policy/{first}/drafts").status_code == 302
    with database.reading(cast[DESK]) as work:
        draft = work.session.scalars(
            select(PriorityPolicy).where(PriorityPolicy.state == PolicyState.DRAFT)
        ).one()
    at = f"/policy/{draft.id}"
    sent = {f"points_{code}": points for code, points in draft.content["criteria"].items()}
    sent |= {name: value for name, value in draft.content.items() if name != "criteria"}
    del sent["provisional"]
    wrong = desk.post(f"{at}/edit", data=sent | {"reserved_percent": "0", "points_health": "4.5"})
    assert "whole number" in wrong.text and "4.5" in wrong.text
    wrong = desk.post(f"{at}/edit", data=sent | {"reserved_percent": "0", "high_from": "9999"})
    assert "no seats are reserved" in wrong.text and "must begin lower" in wrong.text
    changed = sent | {"points_elderly": "90", "version": str(draft.version)}
    assert desk.post(f"{at}/edit", data=changed).status_code == 302
    assert "different" in desk.get(at).text and "90" in desk.get(at).text
    assert "Nothing has changed" not in desk.get(f"{at}/simulation").text
    assert desk.post(f"{at}/simulation").status_code == 302
    moved = desk.get(f"{at}/simulation").text
    assert "Nothing has changed" in moved and MOTHER.given_name not in moved
    assert desk.get(f"{at}/publish").status_code == 200
    assert desk.post(f"{at}/publish", data={"reason": WHY}).status_code == 302
    with database.reading(cast[DESK]) as work:
        approval_id = work.session.scalars(select(Approval.id)).one()
    second = colleague(database, cast, "khishig.desk", Role.CONSULAR_DESK, "MFA")
    other = visitor(desk.application, database, second, "en")
    decide = f"/approvals/priority_policy/{approval_id}"
    assert "Publish priority policy 2 instead of 1" in other.get(decide).text
    assert other.post(decide, data={"approved": "yes"}).status_code == 302
    assert "Superseded" in client("ganaa.analyst", language="en").get("/policy").text
    desk.post(f"/policy/{draft.id}/drafts")
    with database.reading(cast[DESK]) as work:
        third = drafting.versions(work)[0].id
    assert desk.post(f"/policy/{third}/withdraw").status_code == 302
    assert "Withdrawn" in desk.get("/policy").text


def test_the_command_says_who_moves_and_what_is_wrong(
    database: Database,
    cast: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    queued(database, cast, MOTHER, DAUGHTER)
    monkeypatch.setenv("CASEWORK_HOME", str(database.settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", database.settings.keystore_url)
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(default_policy().as_dict()))
    assert main(["policy", "simulate", str(file), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["households"], answer["up"], answer["down"]) == (1, 0, 0)
    assert answer["groups"]["household_size"]["2"]["households"] == 1
    assert MOTHER.given_name not in json.dumps(answer, ensure_ascii=False)
    file.write_text(json.dumps(default_policy().as_dict() | {"tie_seed": -1, "high_from": 1}))
    assert main(["policy", "simulate", str(file)]) == 2
    said = capsys.readouterr().err
    assert "tie_seed:" in said and "high_from:" in said
