"""Samples by batch, and what they mean for release."""

from datetime import date

import pytest

from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.services.quarantine.board import board
from casework.services.quarantine.samples import (
    batches_of,
    find_batch,
    record_results,
    send_samples,
    take_samples,
)
from casework.services.quarantine.stays import check_in, obstacles, release
from casework.services.work import Database
from casework.vocabulary import BatchState, SampleKind, SampleResult, StayState
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.quarantine.conftest import Scene


def test_a_batch_from_tube_to_release(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        stays, place = arrived.stays(work), arrived.facility(work)
        check_in(work, stays)
        for stay in stays:
            stay.first_night, stay.last_night = date(2021, 6, 1), date(2021, 6, 7)
        work.session.flush()
        assert len(board(work, place).samples_due) == 3
        with pytest.raises(InvalidInput, match="Tick everybody"):
            take_samples(work, place, SampleKind.PCR, [])
        batch = take_samples(work, place, SampleKind.PCR, [str(stay.id) for stay in stays])
        assert [sample.label for sample in batch.samples] == [
            f"{batch.code}-{number:02d}" for number in (1, 2, 3)
        ]
        with pytest.raises(InvalidTransition, match="not sent yet"):
            record_results(work, batch, {f"{batch.code}-01": SampleResult.NEGATIVE})
        send_samples(work, batch)
        with pytest.raises(InvalidTransition, match="sent already"):
            send_samples(work, batch)
        with pytest.raises(InvalidInput, match="not of this batch"):
            record_results(work, batch, {"990101-1-01": SampleResult.NEGATIVE})
        first, second, third = batch.samples
        record_results(
            work,
            batch,
            {first.label: SampleResult.NEGATIVE, second.label: SampleResult.POSITIVE},
        )
        assert batch.state is BatchState.SENT, "one result is late"
        release(work, first.stay)
        with pytest.raises(InvalidTransition, match="is positive"):
            release(work, second.stay)
        with pytest.raises(InvalidTransition, match="still open"):
            release(work, third.stay)
        record_results(work, batch, {third.label: SampleResult.NEGATIVE})
        assert batch.state is BatchState.ANSWERED
        assert obstacles(work, third.stay) == ()
        assert first.stay.state is StayState.RELEASED


def test_the_schedule_counts_from_the_day_of_arrival(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        stay, place = arrived.stays(work)[0], arrived.facility(work)
        check_in(work, [stay])
        assert board(work, place).samples_due == (), "no rule asks for tests today"
        stay.arrived_on = date(2021, 6, 1)
        work.session.flush()
        assert len(board(work, place).samples_due) == 1
        work.end()


def test_the_pages_of_a_batch(
    database: Database, cast: Cast, client: Client, arrived: Scene
) -> None:
    place = f"/facilities/{arrived.facility_id}"
    for language in ("mn", "en"):
        officer = client("dorj.khanuul", language=language)
        officer.post(f"{place}/arrivals")
        assert officer.get(f"{place}/samples/new").status_code == 200
        nobody = officer.post(f"{place}/samples/new", data={"kind": "pcr"})
        assert nobody.status_code == 200
        ticked = {"kind": "pcr", "stay": [str(stay) for stay in arrived.stay_ids]}
        made = officer.post(f"{place}/samples/new", data=ticked)
        assert made.status_code == 302
        assert officer.get(made.location).status_code == 200
        assert officer.post(f"{made.location}/send").status_code == 302
        page = officer.get(made.location).text
        code = page.split('name="result-')[1].split('"')[0]
        wrong = officer.post(f"{made.location}/results", data={f"result-{code}": "maybe"})
        assert wrong.status_code == 200
        sent = officer.post(f"{made.location}/results", data={f"result-{code}": "negative"})
        assert sent.status_code == 302
        assert officer.get(f"{place}/samples").status_code == 200
        assert officer.get(f"/stays/{arrived.stay_ids[0]}").status_code == 200
        assert officer.get(f"{place}/today").status_code == 200
    stranger = client("tuya.gobi")
    assert stranger.get(made.location).status_code == 404
    with database.reading(cast["dorj.khanuul"]) as work:
        batches = batches_of(work, arrived.facility(work))
        assert [batch.taken_on for batch in batches] == [clock.today()] * 2
        with pytest.raises(NotFound):
            find_batch(work, arrived.facility(work), arrived.facility_id)


def test_nobody_gives_a_sample_who_is_not_inside(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        with pytest.raises(InvalidTransition, match="has left meanwhile"):
            take_samples(
                work, arrived.facility(work), SampleKind.ANTIGEN, [str(arrived.stay_ids[0])]
            )
        assert batches_of(work, arrived.facility(work)) == []


def test_the_certificate_is_for_who_was_released(
    database: Database, cast: Cast, client: Client, arrived: Scene
) -> None:
    officer = client("dorj.khanuul", language="mn")
    paper = f"/stays/{arrived.stay_ids[0]}/certificate"
    early = officer.get(paper)
    assert early.status_code == 302
    with database.writing(cast["dorj.khanuul"]) as work:
        stay = arrived.stays(work)[0]
        check_in(work, [stay])
        stay.first_night, stay.last_night = date(2023, 6, 1), date(2023, 6, 7)
        release(work, stay)
    made = officer.get(paper)
    assert made.headers["Content-Disposition"] == "attachment; filename=certificate.pdf"
    assert made.data.startswith(b"%PDF") and b"/Sig" in made.data
    assert client("tuya.gobi").get(paper).status_code == 404
