"""Writing the rules into PostgreSQL, taking them out for a migration, and finding alterations."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from casework.errors import ConfigurationError
from casework.messages import N_
from casework.services.row_security import functions
from casework.services.row_security.derived import QUESTIONS
from casework.services.row_security.functions import SCHEMA
from casework.services.row_security.identity import SYSTEM, IdentitySigner, pads
from casework.services.row_security.rules import rules

_EVERYTHING = f"(SELECT {SCHEMA}.everything())"
_POLICIES = text(
    "SELECT tablename || '.' || policyname AS name, concat_ws(' ', permissive, roles::text, cmd, "
    "'using', qual, 'check', with_check) AS stored FROM pg_policies WHERE schemaname = 'public'"
)
_FUNCTIONS = text(
    "SELECT proname AS name, pg_get_functiondef(pg_proc.oid) AS stored FROM pg_proc "
    "WHERE pronamespace = 'row_security'::regnamespace"
)
_PROTECTED = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
)
_INSTALLED = text("SELECT kind, name, source, stored FROM row_security.installed")
_REMEMBER = text(
    "INSERT INTO row_security.installed (kind, name, source, stored) "
    "VALUES (:kind, :name, :source, :stored)"
)


def policies() -> dict[str, str]:
    """`table.policy` to the statement that makes it."""
    found = {}
    for table, rule in rules().items():
        shown = f"USING ({_EVERYTHING} OR {rule.rows})"
        if rule.writes is None:
            found[f"{table}.rows"] = f'CREATE POLICY rows ON public."{table}" {shown}'
        else:
            found[f"{table}.rows"] = f'CREATE POLICY rows ON public."{table}" FOR SELECT {shown}'
            found[f"{table}.writes"] = (
                f'CREATE POLICY writes ON public."{table}" USING ({_EVERYTHING} OR {rule.writes})'
            )
        if rule.new is not None:
            found[f"{table}.new"] = (
                f'CREATE POLICY new ON public."{table}" FOR INSERT WITH CHECK ({rule.new})'
            )
    return found


def install(connection: Connection, signer: IdentitySigner) -> None:
    """Make functions and rules as the tables' owner and force them on every table."""
    if connection.dialect.name != "postgresql":
        return
    inner, outer = pads(signer.make_key())
    _run(connection, f"CREATE SCHEMA {SCHEMA}")
    for statement in functions.TABLES:
        _run(connection, statement)
    connection.execute(
        text("INSERT INTO row_security.identity_key VALUES (:inner, :outer)"),
        {"inner": inner, "outer": outer},
    )
    for statement in _functions().values():
        _run(connection, statement)
    for table in rules():
        _run(connection, f'ALTER TABLE public."{table}" ENABLE ROW LEVEL SECURITY')
        _run(connection, f'ALTER TABLE public."{table}" FORCE ROW LEVEL SECURITY')
    for statement in policies().values():
        _run(connection, statement)
    _remember(connection)


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _remember(connection: Connection) -> None:
    """Keep each rule as the database reads it back: it rewrites what it is given."""
    stored = _stored(connection)
    rows = [
        {"kind": kind, "name": name, "source": source, "stored": stored[kind, name]}
        for (kind, name), source in sources().items()
    ]
    connection.execute(_REMEMBER, rows)


def _functions() -> dict[str, str]:
    rules()  # the questions of the rules are found while they are made
    return functions.statements(dict(QUESTIONS))


def sources() -> dict[tuple[str, str], str]:
    """(kind, name) of every function and rule to the statement that makes it."""
    made = {("function", name): sql for name, sql in _functions().items()}
    return made | {("policy", name): statement for name, statement in policies().items()}


def _stored(connection: Connection) -> dict[tuple[str, str], str]:
    functions_found = connection.execute(_FUNCTIONS).all()
    found = {("function", row.name): row.stored for row in functions_found}
    return found | {("policy", row.name): row.stored for row in connection.execute(_POLICIES)}


def remove(connection: Connection) -> None:
    """Take rules and functions out, as the owner: migrations read and write every row."""
    if connection.dialect.name != "postgresql":
        return
    protected = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
    for name in connection.execute(_POLICIES).scalars().all():
        table, _, policy = name.partition(".")
        _run(connection, f'DROP POLICY "{policy}" ON public."{table}"')
    for table in connection.scalars(text(protected)).all():
        _run(connection, f'ALTER TABLE public."{table}" NO FORCE ROW LEVEL SECURITY')
        _run(connection, f'ALTER TABLE public."{table}" DISABLE ROW LEVEL SECURITY')
    _run(connection, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def grant_use(connection: Connection, role: str) -> None:
    """Let the application's role (quoted) call the functions and compare what is installed."""
    _run(connection, f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}")
    _run(connection, f"GRANT SELECT ON {SCHEMA}.installed TO {role}")


def altered(connection: Connection) -> Iterator[str]:
    """What is absent, altered, added or switched off, by name."""
    present = connection.scalar(text("SELECT to_regclass('row_security.installed') IS NOT NULL"))
    if not present:
        yield SCHEMA
        return
    installed = {(row.kind, row.name): row for row in connection.execute(_INSTALLED)}
    wanted, stored = sources(), _stored(connection)
    for place in sorted(wanted.keys() | stored.keys() | installed.keys()):
        row: Any = installed.get(place)
        if row is None or row.source != wanted.get(place) or row.stored != stored.get(place):
            yield place[1]
    protected = set(connection.scalars(_PROTECTED))
    yield from sorted(rules().keys() - protected)


def check(connection: Connection, signer: IdentitySigner) -> None:
    """Raise ConfigurationError unless the rules stand as this version wants them, and bind."""
    if connection.dialect.name != "postgresql":
        return
    passes = connection.scalar(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    )
    if passes:
        raise ConfigurationError(
            N_(
                "The database role of the application passes by row-level security. Connect as a "
                "role that is no superuser and has no BYPASSRLS."
            )
        )
    names = list(altered(connection))
    if names:
        raise ConfigurationError(
            N_("Rules of the database are missing or altered (%(names)s). Run: casework init"),
            names=", ".join(names[:5]),
        )
    signer.apply(connection, SYSTEM)
    if not connection.scalar(text(f"SELECT {SCHEMA}.everything()")):
        raise ConfigurationError(
            N_(
                "The database does not accept this installation's identities. Put the clocks "
                "right, or run: casework init"
            )
        )
