"""No table without a rule, and a rule is the same text in every process."""

import os
import subprocess
import sys

from sqlalchemy import Column, MetaData, Table, Uuid

import models
from casework.services.row_security.install import policies
from casework.services.row_security.rules import rules
from models.base import Base

assert models

_PRINT = (
    "import models; from casework.services.row_security.install import sources; "
    "print(sorted(sources().items()))"
)


def without_rule(metadata: MetaData) -> set[str]:
    return set(metadata.tables) - set(rules())


def test_every_table_has_a_rule() -> None:
    """Add it in casework/services/row_security/rules.py when you add a table."""
    assert without_rule(Base.metadata) == set()
    assert set(rules()) - set(Base.metadata.tables) == set(), "a rule for no table"


def test_a_new_table_is_noticed() -> None:
    metadata = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(metadata)
    Table("diary", metadata, Column("id", Uuid, primary_key=True))
    assert without_rule(metadata) == {"diary"}


def test_no_rule_shows_anything_to_nobody() -> None:
    """Each asks who the transaction acts for; `true` alone would answer an unset identity too."""
    for name, statement in policies().items():
        shown = statement.partition("everything()) OR")[2] or statement.partition("CHECK")[2]
        asks = any(word in shown for word in ("row_security.", "above.id", "below."))
        assert asks or shown.strip(" ()") == "false", name


def test_each_process_writes_the_same_rules() -> None:
    """Sets of names must not let their order through: the start compares rule for rule."""
    texts = {
        subprocess.run(
            [sys.executable, "-c", _PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
