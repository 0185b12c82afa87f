"""Rules made from the access policy's own scopes, so that first and second line cannot drift."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.visitors import replacement_traverse

from casework.actor import Actor, Origin
from casework.policy import Permission
from casework.services.row_security.functions import SCHEMA
from casework.services.scopes import visible
from casework.vocabulary import ActorKind, EntryChannel, Role
from models.base import Base

USER = "(SELECT row_security.user_id())"
ORGANISATION = "(SELECT row_security.organisation_id())"
ROLE = "(SELECT row_security.role())"


_USER, _ORGANISATION, _EXCLUDED, _OPENED = (UUID(int=number) for number in (1, 2, 3, 4))
_SETS = {
    _EXCLUDED: "(SELECT row_security.excluded())",
    _OPENED: "(SELECT row_security.opened())",
}
_SUBQUERY = "EXISTS (SELECT * FROM "
#: Subqueries of the scopes, asked of one id: function name to the query. Written out in a rule,
#: those of a rule's tables' rules would multiply in every plan; a function plans them once.
QUESTIONS: dict[str, str] = {}


def rule_of(
    model: type[Base], *permissions: Permission, roles: Iterable[Role] = tuple(Role)
) -> str:
    """SQL for the rows of `model` on which the transaction's user has one of `permissions`."""
    return by_role({role: _any(role, model, permissions) for role in roles})


def by_role(rules: dict[Role, str]) -> str:
    """SQL that follows the rule of the transaction's role; no row for a role without one.

    Roles of one rule share it: each time that it is written, it is planned.
    """
    groups: dict[str, list[str]] = {}
    for role, sql in rules.items():
        if sql != "false":
            groups.setdefault(sql, []).append(f"'{role.value}'")
    if not groups:
        return "false"
    cases = [f"WHEN {ROLE} IN ({', '.join(roles)}) THEN {sql}" for sql, roles in groups.items()]
    return f"CASE {' '.join(cases)} ELSE false END"


def _any(role: Role, model: type[Base], permissions: Iterable[Permission]) -> str:
    found = {_clause(role, model, permission): None for permission in permissions}
    clauses = [f"({clause})" for clause in found if clause != "false"]
    return "true" if "(true)" in clauses else " OR ".join(clauses) or "false"


def _clause(role: Role, model: type[Base], permission: Permission) -> str:
    actor = Actor(
        ActorKind.USER,
        Origin(EntryChannel.WEB),
        id=_USER,
        role=role,
        organisation_id=_ORGANISATION,
        excluded_cases=frozenset({_EXCLUDED}),
        opened_cases=frozenset({_OPENED}),
    )
    where = replacement_traverse(visible(actor, permission, model), {}, _as_function)
    statement = select(model.id).select_from(model).where(where)
    compiled = statement.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    sql = str(compiled).partition("WHERE ")[2].replace("\n", "")
    return _asked(model.__tablename__, sql) or "true"


def _asked(table: str, sql: str) -> str:
    """`sql` with each of its subqueries asked through a function."""
    before, found, rest = sql.partition(_SUBQUERY)
    if not found:
        return sql
    end = _closing(rest)
    query = f"SELECT * FROM {rest[:end]}"
    outer = set(re.findall(rf'(?<![\w."])"?{table}"?\.\w+', query))
    if len(outer) != 1:
        raise ValueError(f"a subquery of {table}'s rule asks of {sorted(outer)}, not of one column")
    column = outer.pop()
    query = query.replace(column, "asked")
    name = f"asks_{table}_{sha256(query.encode()).hexdigest()[:8]}"
    QUESTIONS[name] = query
    return f"{before}{SCHEMA}.{name}({column}){_asked(table, rest[end + 1 :])}"


def _closing(sql: str) -> int:
    """Where the bracket that is open at the start of `sql` closes."""
    depth = 1
    for place, sign in enumerate(sql):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return place
    raise ValueError("a bracket never closes")


def _as_function(element: Any, **_options: Any) -> Any:
    """The SQL that stands for a value which only the transaction knows."""
    if not isinstance(element, BindParameter):
        return None
    value = element.value
    if isinstance(value, datetime):
        return literal_column("now()", element.type)
    if isinstance(value, list | tuple | set | frozenset):
        found = _SETS.get(*value) if len(value) == 1 else None
        return literal_column(found, element.type) if found else None
    found = {_USER: USER, _ORGANISATION: ORGANISATION}.get(value) if value else None
    return literal_column(found, element.type) if found else None
