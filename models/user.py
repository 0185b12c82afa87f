"""People who work with the system, and their sign-in sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    BrowserFamily,
    Language,
    Role,
    SessionStage,
    SignInMethod,
    SystemFamily,
)
from models.base import Base, Cell, Record, belongs_to
from models.organisation import Organisation


class User(Record):
    """An account of one role in one organisation; found by the search token of its e-mail.

    `cleared` opens the trafficking compartment; `exclusions` name cases that conflict with it.
    `demo` accounts, made by the demo only, sign in with a password alone.
    """

    __tablename__ = "user"
    subject_id: Mapped[UUID] = belongs_to("subject")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    role: Mapped[Role]
    cleared: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    language: Mapped[Language] = mapped_column(default=Language.MN)
    email = Cell[str]("user.email")
    name = Cell[str]("user.name")
    password_hash = Cell[str | None]("user.password_hash")

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    exclusions: Mapped[list["Exclusion"]] = relationship(foreign_keys="Exclusion.user_id")


class Exclusion(Record):
    """A conflict of interest: this user never sees this case."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("user_id", "case_id"),)
    user_id: Mapped[UUID] = belongs_to("user")
    case_id: Mapped[UUID] = belongs_to("case")
    set_by_id: Mapped[UUID] = belongs_to("user")


class LoginSession(Base):
    """A signed-in browser; the cookie holds a secret of which only the hash is here.

    `confirmed_at` is when its user last proved who she is. Of the browser only families are kept.
    """

    __tablename__ = "login_session"
    audited = False
    user_id: Mapped[UUID] = belongs_to("user")
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    stage: Mapped[SessionStage] = mapped_column(default=SessionStage.OPEN)
    method: Mapped[SignInMethod] = mapped_column(default=SignInMethod.PASSWORD)
    browser: Mapped[BrowserFamily] = mapped_column(default=BrowserFamily.OTHER)
    system: Mapped[SystemFamily] = mapped_column(default=SystemFamily.OTHER)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInThrottle(Base):
    """Failed sign-ins by keyed hash of account or address, for backoff across processes."""

    __tablename__ = "sign_in_throttle"
    audited = False
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime]
