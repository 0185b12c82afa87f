"""Key file, HSM and KMS hold roots alike, and say in words what is wrong."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework.config import Settings, load_settings
from casework.crypto.providers import KeyFile, RootProvider, new_root_id, open_provider
from casework.crypto.providers.passphrase import for_children, passphrase_from, read_passphrase
from casework.errors import ConfigurationError
from tests.integration.keys.conftest import Hsm

PASSPHRASE = "цэнхэр тэнгэрийн дор"


def holder(request: pytest.FixtureRequest, kind: str, home: Path) -> Settings:
    home.mkdir(exist_ok=True)
    if kind == "keyfile":
        KeyFile.create(home / "root.key")
        return load_settings({"CASEWORK_HOME": str(home)})
    found = request.getfixturevalue(kind)
    uri = found.uri if isinstance(found, Hsm) else found
    return load_settings({"CASEWORK_HOME": str(home), "CASEWORK_KEYS": uri})


@pytest.mark.parametrize("kind", ["keyfile", "hsm", "kms"])
def test_a_holder_makes_uses_and_destroys_roots(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    settings = holder(request, kind, tmp_path / "home")
    provider, before = open_provider(settings), open_provider(settings)
    first, second = new_root_id(), new_root_id()
    for root_id in (first, first, second):
        provider.make_root(root_id)
    assert {first, second} <= set(provider.roots())
    wrapped = provider.wrap(first, b"k" * 32, b"place")
    assert b"k" * 32 not in wrapped
    assert wrapped != provider.wrap(first, b"k" * 32, b"place")
    assert before.unwrap(first, wrapped, b"place") == b"k" * 32
    refuses(provider, first, wrapped, b"another place")
    refuses(provider, second, wrapped, b"place")
    refuses(provider, new_root_id(), wrapped, b"place")
    gone = provider.destroy_root(first)
    assert provider.destroy_root(first) is None
    if kind == "kms":
        assert gone and timedelta(6) < gone - datetime.now(UTC).date() < timedelta(8)
    else:
        assert gone is None
    assert first not in provider.roots()
    assert second in provider.roots()
    for holder_ in (provider, open_provider(settings)):
        refuses(holder_, first, wrapped, b"place")


def refuses(provider: RootProvider, root_id: str, wrapped: bytes, associated: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"protects this key store|AWS KMS refuses"):
        provider.unwrap(root_id, wrapped, associated)


def test_the_root_in_use_is_not_destroyed(tmp_path: Path) -> None:
    made = KeyFile.create(tmp_path / "root.key")
    with pytest.raises(ConfigurationError, match="in use"):
        made.destroy_root(made.active)


def test_a_destroyed_root_leaves_no_bytes_behind(tmp_path: Path) -> None:
    """The file that stood there is overwritten, for whoever still holds it open."""
    made = KeyFile.create(tmp_path / "root.key")
    old = made.active
    value = json.loads(made.path.read_text())["keys"][old]
    made.make_root("feedfacefeedface")
    with made.path.open("rb") as kept_open:
        made.destroy_root(old)
        assert kept_open.read().strip(b"\0") == b""
    assert value not in made.path.read_text()
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["root.key"]


def test_a_token_key_never_leaves_it(hsm: Hsm, tmp_path: Path) -> None:
    import pkcs11

    settings = load_settings({"CASEWORK_HOME": str(tmp_path), "CASEWORK_KEYS": hsm.uri})
    provider = open_provider(settings)
    provider.make_root("0011223344556677")
    library = pkcs11.lib(provider.place.module)  # type: ignore[attr-defined]
    with library.get_token(token_label="casework test").open(user_pin="271828") as session:
        [key] = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY})
        assert key[pkcs11.Attribute.SENSITIVE] is True
        assert key[pkcs11.Attribute.EXTRACTABLE] is False
        assert key[pkcs11.Attribute.VALUE_LEN] == 32
        with pytest.raises(pkcs11.PKCS11Error):
            key[pkcs11.Attribute.VALUE]
    library.finalize()


def test_what_can_be_wrong_with_a_token(hsm: Hsm, tmp_path: Path) -> None:
    def opened(uri: str) -> RootProvider:
        return open_provider(load_settings({"CASEWORK_HOME": "/nowhere", "CASEWORK_KEYS": uri}))

    def says(words: str, uri: str = hsm.uri) -> None:
        with pytest.raises(ConfigurationError, match=words):
            opened(uri).make_root(new_root_id())

    says("lacks token, module-path, pin-source", "pkcs11:")
    says("HSM does not answer", hsm.uri.replace("libsofthsm2", "libmissing"))
    says("There is no token another", hsm.uri.replace("casework%20test", "another"))
    hsm.pin.write_text("999999")
    says("refuses the PIN")
    hsm.pin.unlink()
    says("PIN file .* cannot be read")
    hsm.pin.write_text("271828")
    hsm.tokens.rename(hsm.folder / "away")
    hsm.tokens.mkdir()
    says("There is no token")
    hsm.tokens.rmdir()
    (hsm.folder / "away").rename(hsm.tokens)
    opened(hsm.uri).make_root(new_root_id())


def test_what_can_be_wrong_with_kms(kms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def says(words: str, uri: str) -> None:
        settings = load_settings({"CASEWORK_HOME": "/nowhere", "CASEWORK_KEYS": uri})
        with pytest.raises(ConfigurationError, match=words):
            open_provider(settings).make_root(new_root_id())

    says("which keys to use", "kms:")
    says("which keys to use", "kms:casework?endpoint=http://127.0.0.1:1")
    says("which keys to use", kms.replace("deletion-days=7", "deletion-days=3"))
    says("does not answer", "kms:x?region=eu-central-1&endpoint=http://127.0.0.1:1")
    says("does not answer", "kms:x?region=eu-central-1&endpoint=nonsense")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    says("does not answer \\(NoCredentialsError\\)", kms)


@pytest.mark.parametrize(
    ("scheme", "library", "extra"),
    [("pkcs11:token=t", "pkcs11", "pkcs11"), ("kms:name?region=eu-central-1", "boto3", "kms")],
)
def test_a_missing_library_names_its_extra(
    monkeypatch: pytest.MonkeyPatch, scheme: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"casework.crypto.providers.{extra}", raising=False)
    with pytest.raises(ConfigurationError, match=rf"casework\[{extra}\]"):
        open_provider(load_settings({"CASEWORK_KEYS": scheme}))


def protected(tmp_path: Path) -> tuple[Settings, str]:
    made = KeyFile.create(tmp_path / "root.key")
    made.protect(PASSPHRASE)
    secret = tmp_path / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n")
    secret.chmod(0o600)
    settings = load_settings(
        {"CASEWORK_HOME": str(tmp_path), "CASEWORK_KEYS_PASSPHRASE_FILE": str(secret)}
    )
    return settings, made.active


def test_a_key_file_under_a_passphrase(tmp_path: Path) -> None:
    """Only the values change; the outer format stays."""
    settings, active = protected(tmp_path)
    data = json.loads(settings.keys.read_text())
    assert set(data) == {"format", "active", "keys"}
    assert (data["format"], data["active"], [*data["keys"]]) == (1, active, [active])
    value = data["keys"][active]
    assert set(value) == {"kdf", "memory", "passes", "lanes", "salt", "wrapped"}
    assert (value["kdf"], value["memory"], value["passes"]) == ("argon2id", 65536, 3)
    provider = open_provider(settings)
    assert isinstance(provider, KeyFile)
    wrapped = provider.wrap(active, b"secret", b"place")
    other = open_provider(settings)
    assert isinstance(other, KeyFile)
    provider.make_root("0123456789abcdef")
    assert other.unwrap("0123456789abcdef", provider.wrap("0123456789abcdef", b"s", b""), b"")
    provider.destroy_root(active)
    refuses(open_provider(settings), active, wrapped, b"place")
    provider.protect(None)
    assert not KeyFile.load(settings.keys).protected


def test_a_mistyped_passphrase_is_said_in_words(tmp_path: Path) -> None:
    settings, _ = protected(tmp_path)
    assert settings.passphrase_file is not None
    settings.passphrase_file.write_text("another passphrase")
    with pytest.raises(ConfigurationError, match=r"passphrase .* is not right"):
        open_provider(settings)
    settings.passphrase_file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="can be read by others"):
        open_provider(settings)
    settings.passphrase_file.unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        open_provider(settings)


class Terminal:
    def __init__(self, there: bool) -> None:
        self.there = there

    def isatty(self) -> bool:
        return self.there


def test_a_passphrase_is_typed_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    protected(tmp_path)
    settings = load_settings({"CASEWORK_HOME": str(tmp_path)})
    monkeypatch.setattr("sys.stdin", Terminal(there=False))
    with pytest.raises(ConfigurationError, match="CASEWORK_KEYS_PASSPHRASE_FILE"):
        open_provider(settings)
    monkeypatch.setattr("sys.stdin", Terminal(there=True))
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSPHRASE)
    open_provider(settings)
    path, descriptor = for_children(passphrase_from(settings))
    assert read_passphrase(path) == PASSPHRASE
    os.close(descriptor)


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 2**31},
        {"passes": 1000},
        {"memory": "64"},
        {"kdf": "md5"},
        {"salt": 5},
        {"lanes": 0},
    ],
)
def test_a_damaged_protection_stops_the_start(tmp_path: Path, change: dict[str, Any]) -> None:
    settings, active = protected(tmp_path)
    data = json.loads(settings.keys.read_text())
    data["keys"][active] |= change
    settings.keys.write_text(json.dumps(data))
    with pytest.raises(ConfigurationError, match="damaged"):
        open_provider(settings)
