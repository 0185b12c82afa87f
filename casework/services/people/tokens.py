"""Search tokens of people: who is found by which number, without the number being stored."""

from collections.abc import Iterator
from datetime import date

from casework.crypto.keyring import Keyring
from casework.crypto.tokens import scheme, search_tokens
from casework.reference import identifiers, register_number
from casework.reference.names import folded, folded_patronymic
from casework.services.work import Work
from casework.vocabulary import TokenKind
from models.person import Person
from models.subject import SearchToken

Lookup = tuple[TokenKind, bytes]

#: Numbers that name one person; a shared telephone does not.
EXACT = (TokenKind.REGISTER_NUMBER, TokenKind.PASSPORT_NUMBER)


def lookup(keyring: Keyring, kind: TokenKind, text: str) -> list[Lookup]:
    """What to look for when `text` was typed as an identifier of this kind, newest key first."""
    normalise = {
        TokenKind.REGISTER_NUMBER: register_number.normalised,
        TokenKind.PASSPORT_NUMBER: identifiers.passport_number,
        TokenKind.PHONE: identifiers.phone_number,
        TokenKind.EMAIL: identifiers.email_address,
    }[kind]
    return [(kind, token) for token in search_tokens(keyring, kind, normalise(text))]


def name_lookup(keyring: Keyring, patronymic: str, given_name: str, born: date) -> list[Lookup]:
    """What to look for when a name in any spelling and a birth date were typed."""
    name = f"{folded(given_name)}|{folded_patronymic(patronymic)}|{born.isoformat()}"
    kind = TokenKind.NAME_BIRTH_DATE
    return [(kind, token) for token in search_tokens(keyring, kind, name)]


def lookups_of(
    keyring: Keyring,
    *,
    register: str | None = None,
    passport: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    name: tuple[str, str, date] | None = None,
) -> Iterator[Lookup]:
    """Everything a person is found by, under every living key, of each kind the newest first.

    `name` is (patronymic, given name, birth date).
    """
    for kind, text in (
        (TokenKind.REGISTER_NUMBER, register),
        (TokenKind.PASSPORT_NUMBER, passport),
        (TokenKind.PHONE, phone),
        (TokenKind.EMAIL, email),
    ):
        if text:
            yield from lookup(keyring, kind, text)
    if name:
        yield from name_lookup(keyring, *name)


def add_tokens(work: Work, person: Person) -> None:
    """Let this new person be found by every identifier they have."""
    current = scheme(work.keyring)
    work.session.add_all(
        SearchToken(
            kind=kind,
            scheme=current,
            token=token,
            subject_id=person.subject_id,
            row_id=person.id,
        )
        for kind, token in tokens_of(work.keyring, person).items()
    )


def tokens_of(keyring: Keyring, person: Person) -> dict[TokenKind, bytes]:
    """The tokens to store for a person: one a kind, under the newest key."""
    found: dict[TokenKind, bytes] = {}
    for kind, token in lookups_of(
        keyring,
        register=person.register_number,
        passport=person.passport_number,
        phone=person.phone,
        email=person.email,
        name=(person.patronymic or "", person.given_name, person.birth_date),
    ):
        found.setdefault(kind, token)
    return found
