"""Second factors, invitations and what must not be used twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import InvitationPurpose
from models.base import Base, Cell, Record, belongs_to
from models.user import User


class Passkey(Record):
    """A WebAuthn credential of a user, found by the search token of its id.

    `sign_count` is the authenticator's own counter: one that does not rise betrays a copy; 0 means
    that it does not count.
    """

    __tablename__ = "passkey"
    user_id: Mapped[UUID] = belongs_to("user")
    subject_id: Mapped[UUID] = belongs_to("subject")
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    label = Cell[str]("passkey.label")
    credential_id = Cell[str]("passkey.credential_id")
    public_key = Cell[str]("passkey.public_key")

    user: Mapped[User] = relationship()


class Authenticator(Record):
    """The app that shows a user's one-time codes; `last_step` is the newest code used."""

    __tablename__ = "authenticator"
    user_id: Mapped[UUID] = belongs_to("user", unique=True)
    subject_id: Mapped[UUID] = belongs_to("subject")
    added_at: Mapped[datetime]
    last_step: Mapped[int]
    secret = Cell[str]("authenticator.secret")


class RecoveryCode(Record):
    """One of ten codes for a lost device: `selector` finds it, the rest is hashed."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "selector"),)
    user_id: Mapped[UUID] = belongs_to("user")
    subject_id: Mapped[UUID] = belongs_to("subject")
    selector: Mapped[str] = mapped_column(String(4))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    code_hash = Cell[str]("recovery_code.hash")


class Invitation(Record):
    """A one-time code to choose a password with; only its hash is here."""

    __tablename__ = "invitation"
    user_id: Mapped[UUID] = belongs_to("user")
    purpose: Mapped[InvitationPurpose]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_by_id: Mapped[UUID | None] = belongs_to("user")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: when it was used, or made worthless by a newer one
    ended_at: Mapped[datetime | None]


class UsedChallenge(Base):
    """A passkey challenge that was answered: nobody may answer it again while it lives."""

    __tablename__ = "used_challenge"
    audited = False
    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
