"""A browser of the tests: signed in as one of the cast, and strict with every page it gets."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from casework.actor import Actor
from casework.clock import now
from casework.services.sign_in.caller import anonymous
from casework.services.work import Database
from casework.web.signed_in import SECRET
from models.user import LoginSession
from tests.page_rules import check_page


class Visitor(FlaskClient):
    """`get` and `post` as usual; posts bring the hidden keys that a page's form would bring.

    Pass `csrf_token` or `idempotency_key` in `data` to send one of your own.
    """

    language = "mn"
    secret: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if kwargs.get("method") == "POST" and isinstance(kwargs.get("data", {}), dict):
            keys = {"csrf_token": self.csrf_token(), "idempotency_key": uuid4().hex}
            kwargs["data"] = keys | kwargs.get("data", {})
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check_page(response, self.language)
        return response

    def csrf_token(self) -> str:
        """The token that a page of this session would carry."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha1(os.urandom(64)).hexdigest())
        signer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def sign_in(self, database: Database, actor: Actor) -> None:
        """A live session without the sign-in form, whose password hash takes its time."""
        self.secret = f"{actor.id}.{secrets.token_urlsafe(32)}"
        row = LoginSession(
            user_id=actor.id,
            secret_hash=hashlib.sha256(self.secret.encode()).digest(),
            created_at=now(),
            last_seen_at=now(),
            confirmed_at=now(),
        )
        with database.writing(anonymous(None)) as work, work.beyond("a session without the form"):
            work.session.add(row)
        self.return_to_session()

    def return_to_session(self) -> None:
        """Take the session's cookie again, after a page that ended it or left a notice."""
        with self.session_transaction() as session:
            session.clear()
            session[SECRET] = self.secret

    def speak(self, language: str) -> None:
        """Read pages in `language` from now on."""
        if language != self.language:
            self.post("/language", data={"language": language})
            self.language = language


def visitor(app: Flask, database: Database, actor: Actor | None, language: str = "mn") -> Visitor:
    """A browser of its own for `actor`, or for somebody not signed in."""
    app.test_client_class = Visitor
    made = app.test_client()
    assert isinstance(made, Visitor)
    if actor is not None:
        made.sign_in(database, actor)
    made.speak(language)
    return made


@dataclass
class Queries:
    """Statements that reached the database."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def counted(database: Database) -> Iterator[Queries]:
    """Count the statements on the data (not the keys) inside the block."""
    found = Queries()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
