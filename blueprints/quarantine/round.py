"""Reading a round of checks, three inputs a person, and the results of a batch."""

import re
from collections.abc import Mapping
from uuid import UUID

from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.quarantine.checks import CheckInput
from casework.vocabulary import SampleResult

WELL, TEMPERATURE, SYMPTOMS = "well-", "temperature-", "symptoms-"
RESULT, CHOICE = "result-", "choice-"


def found_on_round(sent: Mapping[str, str]) -> dict[UUID, CheckInput]:
    """The checks made: of each person something was ticked or written about.

    Raises InvalidInput for a temperature that is no number.
    """
    ids = {
        name.removeprefix(prefix)
        for name, value in sent.items()
        for prefix in (WELL, TEMPERATURE, SYMPTOMS)
        if name.startswith(prefix) and value.strip()
    }
    found = {}
    for stay_id in ids:
        try:
            key = UUID(stay_id)
        except ValueError:
            continue
        found[key] = CheckInput(
            temperature=_tenths(sent.get(TEMPERATURE + stay_id, "")),
            symptoms=sent.get(SYMPTOMS + stay_id, "").strip(),
        )
    return found


def results_sent(sent: Mapping[str, str]) -> dict[str, SampleResult]:
    """Results by label, of each sample for which one was chosen; InvalidInput for another word."""
    found = {}
    for name, value in sent.items():
        if not name.startswith(RESULT) or not value:
            continue
        if value not in set(SampleResult):
            raise InvalidInput(N_("Choose one of the results listed."), "results")
        found[name.removeprefix(RESULT)] = SampleResult(value)
    return found


def choices_sent(sent: Mapping[str, str]) -> dict[str, str]:
    """What was chosen for each group of people whose room closes, by the group's key."""
    return {
        name.removeprefix(CHOICE): value
        for name, value in sent.items()
        if name.startswith(CHOICE) and value
    }


def _tenths(text: str) -> int | None:
    """`36,6` as 366; None for nothing."""
    typed = text.strip().replace(",", ".").removesuffix("°C").strip()
    if not typed:
        return None
    found = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]?))?", typed)
    if found is None:
        raise InvalidInput(N_("Write a temperature like 36,6."), "temperature")
    return int(found[1]) * 10 + int(found[2] or "0")
