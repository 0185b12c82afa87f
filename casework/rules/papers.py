"""The paper on which somebody travels: a passport, or an emergency certificate, also under way.

How long a certificate takes and lasts when nobody said is data (`data/paper_rules.json`).
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from casework.vocabulary import DocumentStatus, TravelGap

_DATA = Path(__file__).with_name("data") / "paper_rules.json"


@dataclass(frozen=True)
class PaperRules:
    """Days that an emergency certificate takes, and lasts, when no day was said."""

    certificate_takes_days: int
    certificate_lasts_days: int


@dataclass(frozen=True, repr=False)
class Papers:
    """What is known of a traveller's papers; `numbered` when a passport number is on record."""

    status: DocumentStatus | None = None
    numbered: bool = False
    passport_expires_on: date | None = None
    applied_on: date | None = None
    expected_on: date | None = None
    issued_on: date | None = None
    valid_until: date | None = None


@cache
def paper_rules() -> PaperRules:
    """The rules as the data say them."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return PaperRules(data["certificate_takes_days"], data["certificate_lasts_days"])


def paper_gap(papers: Papers, departure: date) -> TravelGap | None:
    """Why there is no paper to travel on that day; None when there is, or will be by then.

    Where the status was never asked, a passport on record stands for one. A certificate that is
    under way without a day counts as coming in time.
    """
    if _passport_good(papers, departure) or _certificate_good(papers, departure):
        return None
    if papers.issued_on is not None:
        return TravelGap.CERTIFICATE_ENDS
    if papers.status is DocumentStatus.IN_PROCESS or papers.applied_on is not None:
        ready = certificate_ready(papers)
        return None if ready is None or ready <= departure else TravelGap.CERTIFICATE_TOO_LATE
    if papers.passport_expires_on is not None and _has_passport(papers):
        return TravelGap.PASSPORT_ENDS
    return TravelGap.NO_PAPER


def _has_passport(papers: Papers) -> bool:
    return papers.status is DocumentStatus.VALID or (papers.status is None and papers.numbered)


def _passport_good(papers: Papers, departure: date) -> bool:
    ends = papers.passport_expires_on
    return _has_passport(papers) and (ends is None or departure <= ends)


def _certificate_good(papers: Papers, departure: date) -> bool:
    if papers.issued_on is None:
        return False
    lasts = timedelta(days=paper_rules().certificate_lasts_days)
    return departure <= (papers.valid_until or papers.issued_on + lasts)


def certificate_ready(papers: Papers) -> date | None:
    """When a certificate under way is to be there; None when nobody can say."""
    if papers.expected_on is not None or papers.applied_on is None:
        return papers.expected_on
    return papers.applied_on + timedelta(days=paper_rules().certificate_takes_days)
