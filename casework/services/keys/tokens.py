"""Making search tokens anew under a new key."""

from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.crypto.tokens import scheme, search_token
from casework.errors import FieldUnreadable
from casework.services.keys.running import writing_alone
from casework.services.people.tokens import tokens_of
from casework.services.work import Database, Work
from casework.vocabulary import Purpose, TokenKind
from models.person import Person
from models.sign_in import Passkey
from models.subject import SearchToken
from models.user import User

TOKENS_AT_ONCE = 200


def renew_tokens(database: Database) -> int:
    """Bring every token to the newest key; returns how many changed.

    Whoever saves in between already knows the new key, because each batch waits until nobody
    saves who does not.
    """
    after: UUID | None = UUID(int=0)
    count = 0
    while after is not None:
        with writing_alone(database) as work:
            after, renewed = _renew_next(work, after)
        count += renewed
    return count


def _renew_next(work: Work, after: UUID) -> tuple[UUID | None, int]:
    current = scheme(work.keyring)
    rows = work.session.scalars(
        select(SearchToken)
        .where(SearchToken.id > after, SearchToken.scheme < current)
        .order_by(SearchToken.id)
        .limit(TOKENS_AT_ONCE)
    ).all()
    work.keyring.load({row.subject_id for row in rows})
    for row in rows:
        token = _token_of(work, row)
        if token is None:
            work.session.delete(row)
        else:
            row.token, row.scheme = token, current
    if rows:
        work.record(Act("keys.tokens_renewed", Purpose.ADMINISTRATION, facts={"tokens": len(rows)}))
    return (rows[-1].id if len(rows) == TOKENS_AT_ONCE else None), len(rows)


def _token_of(work: Work, row: SearchToken) -> bytes | None:
    """The token that finds the same row now; None when nothing is left to find it by."""
    if not work.keyring.holds(row.subject_id):
        return None  # erased
    try:
        with work.unseen():
            return _made(work, row)
    except FieldUnreadable:
        return None


def _made(work: Work, row: SearchToken) -> bytes | None:
    if row.kind is TokenKind.USER_EMAIL:
        user = work.session.get(User, row.row_id)
        return search_token(work.keyring, row.kind, user.email) if user else None
    if row.kind is TokenKind.PASSKEY:
        passkey = work.session.get(Passkey, row.row_id)
        return search_token(work.keyring, row.kind, passkey.credential_id) if passkey else None
    person = work.session.get(Person, row.row_id)
    return dict(tokens_of(work.keyring, person)).get(row.kind) if person else None
