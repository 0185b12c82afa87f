"""Every requirement of OWASP ASVS 5.0.0 stands once in docs/asvs.csv, and its test exists."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text().splitlines()))
STATES = {"met", "partly", "open", "deployment", "not applicable"}
#: How many requirements each section of the standard has.
SECTIONS = {
    **{"1.1": 2, "1.2": 10, "1.3": 12, "1.4": 3, "1.5": 3, "2.1": 3, "2.2": 3, "2.3": 5, "2.4": 2},
    **{"3.1": 1, "3.2": 3, "3.3": 5, "3.4": 8, "3.5": 8, "3.6": 1, "3.7": 5},
    **{"4.1": 5, "4.2": 5, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 6, "5.3": 3, "5.4": 3},
    **{"6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2, "8.1": 4, "8.2": 4, "8.3": 3},
    **{"8.4": 2, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5},
    **{"10.6": 2, "10.7": 3, "11.1": 4, "11.2": 5, "11.3": 5, "11.4": 4, "11.5": 2, "11.6": 2},
    **{"11.7": 2, "12.1": 5, "12.2": 2, "12.3": 5, "13.1": 4, "13.2": 6, "13.3": 4, "13.4": 7},
    **{"14.1": 2, "14.2": 8, "14.3": 3, "15.1": 5, "15.2": 5, "15.3": 7, "15.4": 4, "16.1": 1},
    **{"16.2": 5, "16.3": 4, "16.4": 3, "16.5": 4, "17.1": 2, "17.2": 8, "17.3": 2},
}


def test_every_requirement_stands_once() -> None:
    wanted = [f"{name}.{n + 1}" for name, count in SECTIONS.items() for n in range(count)]
    assert sorted(row["id"] for row in ROWS) == sorted(wanted)
    assert len(wanted) == 345


def test_each_says_how_it_stands() -> None:
    for row in ROWS:
        assert row["state"] in STATES, row["id"]
        assert row["level"] in {"1", "2", "3"}, row["id"]
        assert row["requirement"] and row["control_or_reason"], row["id"]


def test_each_named_test_and_document_exists() -> None:
    for row in ROWS:
        if row["test"]:
            path, _, name = row["test"].partition("::")
            assert (ROOT / path).exists(), row["test"]
            if name:
                assert f"def {name}(" in (ROOT / path).read_text(), row["test"]
        for document in re.findall(r"docs/[\w.-]+\.md", row["control_or_reason"]):
            assert (ROOT / document).exists(), f"{row['id']}: {document}"


def test_no_first_level_requirement_is_open() -> None:
    assert [row["id"] for row in ROWS if row["level"] == "1" and row["state"] == "open"] == []
