"""Which paper somebody travels on, on the day."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework.rules.papers import Papers, paper_gap, paper_rules
from casework.vocabulary import DocumentStatus, TravelGap

DAY = date(2026, 11, 21)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
LOST, IN_PROCESS, VALID = DocumentStatus.LOST, DocumentStatus.IN_PROCESS, DocumentStatus.VALID


@pytest.mark.parametrize(
    ("known", "gap"),
    [
        ({}, TravelGap.NO_PAPER),
        ({"numbered": True}, None),
        ({"status": LOST, "numbered": True}, TravelGap.NO_PAPER),
        ({"status": VALID, "passport_expires_on": DAY}, None),
        ({"status": VALID, "passport_expires_on": BEFORE}, TravelGap.PASSPORT_ENDS),
        ({"status": IN_PROCESS}, None),
        ({"status": LOST, "applied_on": BEFORE, "expected_on": DAY}, None),
        (
            {"status": LOST, "applied_on": BEFORE, "expected_on": AFTER},
            TravelGap.CERTIFICATE_TOO_LATE,
        ),
        ({"status": LOST, "applied_on": DAY}, TravelGap.CERTIFICATE_TOO_LATE),
        ({"status": LOST, "issued_on": BEFORE}, None),
        ({"status": LOST, "issued_on": BEFORE, "valid_until": DAY}, None),
        (
            {"status": LOST, "issued_on": BEFORE, "valid_until": BEFORE},
            TravelGap.CERTIFICATE_ENDS,
        ),
    ],
)
def test_the_paper_of_the_day(known: dict[str, Any], gap: TravelGap | None) -> None:
    assert paper_gap(Papers(**known), DAY) is gap


def test_a_certificate_without_a_promised_day_takes_as_long_as_the_data_say() -> None:
    takes = timedelta(days=paper_rules().certificate_takes_days)
    assert paper_gap(Papers(status=LOST, applied_on=DAY - takes), DAY) is None
