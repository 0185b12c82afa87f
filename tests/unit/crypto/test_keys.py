"""Key files, wrapped keys and search tokens: formats that never change once released."""

import base64
import hmac
import json
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.crypto.cells import CellPlace
from casework.crypto.keyring import Keyring
from casework.crypto.keystore import DomainKeyRow, KeyStore, SubjectKeyRow
from casework.crypto.providers import KeyFile
from casework.crypto.tokens import scheme, search_token
from casework.crypto.wrapping import unwrap, wrap
from casework.errors import ConfigurationError, FieldUnreadable
from casework.vocabulary import KeyDomain, SubjectKind, TokenKind

SUBJECT = UUID("01a1fcda-729f-77f6-bf23-6d737f64da76")
ROOT = bytes(range(32))


class FixedRoot:
    """A provider whose only root key is known to the test."""

    name = "fixed"

    def wrap(self, root_id: str, plaintext: bytes, associated: bytes) -> bytes:
        return wrap(ROOT, plaintext, associated)

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        return unwrap(ROOT, wrapped, associated)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    made = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    for domain in KeyDomain:
        row = DomainKeyRow(UUID(int=domain), domain, 1, "root", b"")
        secret = bytes([domain]) * 32
        wrapped = wrap(ROOT, secret, row.associated)
        made.add_domain_keys([DomainKeyRow(row.id, domain, 1, "root", wrapped)])
    return made


@pytest.fixture
def keyring(store: KeyStore) -> Keyring:
    return Keyring(store, FixedRoot())


def test_a_token_is_a_keyed_hash_of_its_kind(keyring: Keyring) -> None:
    """HKDF-SHA-256 of the search key, info "casework search token <kind>"; then HMAC-SHA-256."""
    kind = TokenKind.REGISTER_NUMBER
    key = HKDF(SHA256(), 32, None, b"casework search token register_number").derive(b"\x08" * 32)
    token = search_token(keyring, kind, "УБ85041512")
    assert token == hmac.digest(key, "УБ85041512".encode(), sha256)
    assert token.hex() == "08db65f94f6ac0d05ec9855d36cb804e8d61d75692fc35fdf3f251028ab2c040"
    assert scheme(keyring) == 1 * 256 + 1


def test_tokens_of_two_kinds_do_not_meet(keyring: Keyring) -> None:
    assert len({search_token(keyring, kind, "12345678") for kind in TokenKind}) == len(TokenKind)


def test_wrapped_keys_are_bound_to_every_other_column(store: KeyStore, keyring: Keyring) -> None:
    row = DomainKeyRow(UUID(int=1), 1, 2, "root", b"")
    assert row.associated == (
        b"casework domain key\0" + bytes(15) + b"\x01" + b"\x01" + b"\0\0\0\x02" + b"root"
    )
    data = SubjectKeyRow(SUBJECT, 2, 3, UUID(int=1), b"")
    assert data.associated == (
        b"casework subject key\0" + SUBJECT.bytes + UUID(int=1).bytes + b"\x02" + b"\0\x03"
    )


def test_a_subject_gets_keys_in_every_domain(store: KeyStore, keyring: Keyring) -> None:
    keyring.store_subjects([keyring.new_subject(SUBJECT)])
    rows = store.subject_keys([SUBJECT])
    assert sorted((row.domain, row.generation) for row in rows) == [(1, 1), (2, 1), (3, 1)]
    assert len({row.wrapped for row in rows}) == 3
    place = CellPlace("person.given_name", SUBJECT, SUBJECT)
    cell = keyring.seal(KeyDomain.NARRATIVE, place, "Оюун")
    assert Keyring(store, FixedRoot()).unseal(place, cell) == "Оюун"


def test_an_erased_subject_is_erased(store: KeyStore, keyring: Keyring) -> None:
    keyring.store_subjects([keyring.new_subject(SUBJECT)])
    place = CellPlace("person.given_name", SUBJECT, SUBJECT)
    cell = keyring.seal(KeyDomain.IDENTITY, place, "Оюун")
    store.destroy([SUBJECT])
    keyring.forget(SUBJECT)
    assert not keyring.holds(SUBJECT)
    with pytest.raises(FieldUnreadable):
        keyring.unseal(place, cell)


def test_a_key_moved_to_another_subject_does_not_open(store: KeyStore, keyring: Keyring) -> None:
    keyring.store_subjects([keyring.new_subject(SUBJECT)])
    rows = store.subject_keys([SUBJECT])
    other = UUID(int=9)
    moved = [SubjectKeyRow(other, r.domain, 1, r.domain_key_id, r.wrapped) for r in rows]
    store.add_subject_keys(lambda existing: moved)
    with pytest.raises(FieldUnreadable):
        keyring.load([other])


def test_memory_holds_at_most_five_thousand(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.crypto.keyring.SUBJECTS_CACHED", 3)
    ids = [UUID(int=number) for number in range(10)]
    for subject_id in ids:
        keyring.store_subjects([keyring.new_subject(subject_id)])
    assert [keyring.holds(subject_id) for subject_id in ids] == [False] * 7 + [True] * 3


def test_keys_leave_memory_after_a_while(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.store_subjects([keyring.new_subject(SUBJECT)])
    assert keyring.holds(SUBJECT)
    monkeypatch.setattr("casework.crypto.keyring.CACHE_SECONDS", -1)
    assert not keyring.holds(SUBJECT)


def test_the_key_file(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    made = KeyFile.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    data = json.loads(path.read_text())
    assert set(data) == {"format", "active", "keys"}
    assert data["format"] == 1
    assert [len(base64.b64decode(key)) for key in data["keys"].values()] == [32]
    wrapped = made.wrap(data["active"], b"secret", b"place")
    assert KeyFile.load(path).unwrap(data["active"], wrapped, b"place") == b"secret"
    with pytest.raises(FileExistsError):
        KeyFile.create(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_file_that_others_can_read_stops_the_start(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "root.key"
    KeyFile.create(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        KeyFile.load(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "active": "a", "keys": {"a": "AAAA"}}',
        '{"format": 1, "active": "a", "keys": {}}',
        '{"format": 1, "active": "a", "keys": {"a": "c2hvcnQ="}}',
        '{"format": 1, "active": "a", "keys": {"a": 5}}',
        "\xff",
    ],
)
def test_a_damaged_key_file_stops_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "root.key"
    path.write_bytes(content.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="damaged"):
        KeyFile.load(path)


def test_vocabulary_of_keys_is_frozen() -> None:
    assert {domain.name: int(domain) for domain in KeyDomain} == {
        "IDENTITY": 1,
        "NARRATIVE": 2,
        "TRAFFICKING": 3,
        "SEARCH": 8,
        "AUDIT": 9,
    }
    assert {*SubjectKind} == {"person", "household", "case", "user", "organisation"}
