"""Each event carries exactly its keys, and no key can carry personal text."""

import pytest

from audit.events import EVENTS, UnknownEventError, check


def test_an_unknown_event_or_other_facts_are_refused() -> None:
    check("policy.published", {"number": 1})
    for event, facts in (
        ("policy.lost", {}),
        ("policy.published", {}),
        ("policy.published", {"number": 1, "name": "x"}),
    ):
        with pytest.raises(UnknownEventError):
            check(event, facts)


PERSONAL = {
    "name",
    "ovog",
    "patronymic",
    "given_name",
    "latin_name",
    "birth_date",
    "register_number",
    "passport_number",
    "phone",
    "email",
    "address",
    "safe_contact",
    "text",
    "note",
    "title",
    "goal",
    "summary",
    "findings",
    "snapshot",
    "narrative",
    "city",
}


def test_no_fact_is_named_like_a_personal_field() -> None:
    assert {event for event, keys in EVENTS.items() if keys & PERSONAL} == set()


def test_events_are_named_area_and_step() -> None:
    assert all(name.count(".") == 1 and name == name.lower() for name in EVENTS)
    assert all(len(name) <= 64 for name in EVENTS)
