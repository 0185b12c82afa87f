"""Triggers that refuse to rewrite the log; their text is checked whenever the log is verified."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

#: Which existing row an insertion would replace (SQLite), beside the one of the same rowid.
TABLES = {
    "audit_entry": "id = NEW.id",
    "audit_leaf": "position = NEW.position OR entry_id = NEW.entry_id",
    "audit_subject": "entry_id = NEW.entry_id AND subject_id = NEW.subject_id",
    "audit_checkpoint": "size = NEW.size",
    "audit_receipt": "id = NEW.id",
}
#: Those that the first migration makes; later ones make their own.
FIRST = ("audit_entry", "audit_leaf", "audit_subject")
REFUSAL = "the audit log is append-only"

_POSTGRESQL_FUNCTION = f"""CREATE OR REPLACE FUNCTION refuse_audit_rewrite() RETURNS trigger
LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION '{REFUSAL}'; END$$"""


def _sqlite(table: str, same: str) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    there = f"SELECT 1 FROM {table} WHERE {same} OR rowid = NEW.rowid"  # noqa: S608 - our words
    return {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"{table}_no_replace": (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS ({there}) {refuse}"
        ),
    }


def _postgresql(table: str) -> dict[str, str]:
    call = "EXECUTE FUNCTION refuse_audit_rewrite()"
    return {
        f"{table}_no_rewrite": (
            f"CREATE TRIGGER {table}_no_rewrite BEFORE DELETE OR UPDATE ON public.{table} "
            f"FOR EACH ROW {call}"
        ),
        f"{table}_no_truncate": (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON public.{table} "
            f"FOR EACH STATEMENT {call}"
        ),
    }


def statements(dialect: str, tables: Iterable[str] = tuple(TABLES)) -> dict[str, str]:
    """Trigger name to the statement that makes it."""
    found: dict[str, str] = {}
    for table in tables:
        sqlite = dialect == "sqlite"
        found |= _sqlite(table, TABLES[table]) if sqlite else _postgresql(table)
    return found


def install(connection: Connection, tables: Iterable[str] = FIRST) -> None:
    """Make the triggers of `tables`."""
    dialect = connection.dialect.name
    if dialect != "sqlite":
        connection.execute(text(_POSTGRESQL_FUNCTION))
    for statement in statements(dialect, tables).values():
        connection.execute(text(statement))


def remove(connection: Connection, tables: Iterable[str] = FIRST) -> None:
    """Drop the triggers of `tables`, for a migration that comes down; the first drops the last."""
    dialect = connection.dialect.name
    for name in statements(dialect, tables):
        table = name.rsplit("_no_", 1)[0]
        place = "" if dialect == "sqlite" else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER {name}{place}"))
    if dialect != "sqlite" and "audit_entry" in tables:
        connection.execute(text("DROP FUNCTION refuse_audit_rewrite()"))


def missing(connection: Connection) -> Iterator[str]:
    """Names of triggers that are absent, altered or switched off."""
    dialect = connection.dialect.name
    present = (
        _present_sqlite(connection) if dialect == "sqlite" else _present_postgresql(connection)
    )
    for name, statement in statements(dialect).items():
        if present.get(name) != statement:
            yield name
    if dialect != "sqlite" and not _function_intact(connection):
        yield "refuse_audit_rewrite"


def _present_sqlite(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: row.sql for row in rows}


def _present_postgresql(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text(
            "SELECT tgname, pg_get_triggerdef(oid) AS sql FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    )
    return {row.tgname: row.sql for row in rows}


def _function_intact(connection: Connection) -> bool:
    source = connection.scalar(
        text("SELECT prosrc FROM pg_proc WHERE proname = 'refuse_audit_rewrite'")
    )
    return source is not None and source in _POSTGRESQL_FUNCTION
