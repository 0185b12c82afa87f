"""Root keys in a PKCS#11 token (an HSM): AES-256 keys that never leave it.

    pkcs11:token=LABEL;object=NAME?module-path=/path/to/module.so&pin-source=file:/path/to/pin

The form is RFC 7512. A root is an AES key with CKA_LABEL = NAME (default "casework root") and
CKA_ID = the root's id; it wraps with CKM_AES_GCM, bound to the associated data.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from casework.crypto.wrapping import KEY_BYTES, NONCE_BYTES
from casework.errors import ConfigurationError
from casework.messages import N_

try:
    import pkcs11
    from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
except ImportError:
    raise ConfigurationError(
        N_("Root keys in a token need python-pkcs11. Run: pip install 'casework[pkcs11]'")
    ) from None


@dataclass(frozen=True)
class TokenPlace:
    """Which token, reached how: what a `pkcs11:` URI says."""

    token: str
    module: str
    pin: Path
    label: str = "casework root"

    @classmethod
    def parse(cls, uri: str) -> "TokenPlace":
        """Read a URI of RFC 7512; ConfigurationError when a part is missing."""
        path, _, query = uri.removeprefix("pkcs11:").partition("?")
        parts = dict(
            part.partition("=")[::2] for part in [*path.split(";"), *query.split("&")] if part
        )
        found = {name: unquote(value) for name, value in parts.items()}
        missing = [name for name in ("token", "module-path", "pin-source") if not found.get(name)]
        if missing:
            raise ConfigurationError(
                N_(
                    "CASEWORK_KEYS lacks %(missing)s. Write: pkcs11:token=LABEL?"
                    "module-path=/path/to/module.so&pin-source=file:/path/to/pin"
                ),
                missing=", ".join(missing),
            )
        pin = Path(found["pin-source"].removeprefix("file:"))
        return cls(found["token"], found["module-path"], pin, found.get("object", cls.label))


class Pkcs11:
    """The provider for a hardware security module, a smart card or SoftHSM."""

    name = "pkcs11"
    _one_at_a_time = threading.Lock()

    def __init__(self, place: TokenPlace) -> None:
        self.place = place

    @classmethod
    def open(cls, uri: str) -> "Pkcs11":
        """The token of `uri`; it is asked for nothing yet."""
        return cls(TokenPlace.parse(uri))

    def roots(self) -> list[str]:
        """Ids of the keys with this installation's label."""
        with self._session() as session:
            wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: self.place.label}
            return [key[Attribute.ID].hex() for key in session.get_objects(wanted)]

    def make_root(self, root_id: str) -> None:
        """Make an AES-256 key on the token that is sensitive and not extractable."""
        with self._session(rw=True) as session:
            if self._found(session, root_id) is not None:
                return
            session.generate_key(
                KeyType.AES,
                KEY_BYTES * 8,
                id=bytes.fromhex(root_id),
                label=self.place.label,
                store=True,
                capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
                template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
            )

    def destroy_root(self, root_id: str) -> date | None:
        """Destroy the key on the token."""
        with self._session(rw=True) as session:
            key = self._found(session, root_id)
            if key is not None:
                key.destroy()
        return None

    def wrap(self, root_id: str, plaintext: bytes, associated: bytes) -> bytes:
        """nonce (12) | ciphertext | tag (16), made inside the token."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        with self._session() as session:
            sealed: bytes = self._key(session, root_id).encrypt(
                plaintext,
                mechanism=Mechanism.AES_GCM,
                mechanism_param=GCMParams(nonce, associated, 128),
            )
        return nonce + sealed

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        """What `wrap` wrapped, opened inside the token."""
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        with self._session() as session:
            try:
                opened: bytes = self._key(session, root_id).decrypt(
                    sealed,
                    mechanism=Mechanism.AES_GCM,
                    mechanism_param=GCMParams(nonce, associated, 128),
                )
            except (
                pkcs11.EncryptedDataInvalid,
                pkcs11.EncryptedDataLenRange,
                pkcs11.GeneralError,
            ):
                raise self._another() from None
        return opened

    def _found(self, session: Any, root_id: str) -> Any:
        wanted = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.LABEL: self.place.label,
            Attribute.ID: bytes.fromhex(root_id),
        }
        return next(iter(list(session.get_objects(wanted))), None)

    def _key(self, session: Any, root_id: str) -> Any:
        key = self._found(session, root_id)
        if key is None:
            raise self._another()
        return key

    def _another(self) -> ConfigurationError:
        return ConfigurationError(
            N_("The token %(token)s does not hold the root key that protects this key store."),
            token=self.place.token,
        )

    @contextmanager
    def _session(self, *, rw: bool = False) -> Iterator[Any]:
        """A session of its own for each act: a process that forks later has none open."""
        with self._one_at_a_time, _in_words(self.place):
            library = pkcs11.lib(self.place.module)
            try:
                token = library.get_token(token_label=self.place.token)
                with token.open(rw=rw, user_pin=_pin(self.place.pin)) as session:
                    yield session
            finally:
                library.finalize()


def _pin(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeError):
        raise ConfigurationError(
            N_("The PIN file %(path)s cannot be read. Check its name and its owner."), path=path
        ) from None


@contextmanager
def _in_words(place: TokenPlace) -> Iterator[None]:
    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid):
        raise ConfigurationError(
            N_(
                "The token %(token)s refuses the PIN in %(path)s. Correct the file before trying "
                "again: a token locks itself after a few wrong PINs."
            ),
            token=place.token,
            path=place.pin,
        ) from None
    except pkcs11.PinLocked:
        raise ConfigurationError(
            N_("The token %(token)s is locked after wrong PINs. Its security officer unlocks it."),
            token=place.token,
        ) from None
    except (pkcs11.NoSuchToken, pkcs11.TokenNotPresent, pkcs11.DeviceRemoved):
        raise ConfigurationError(
            N_("There is no token %(token)s. Connect the HSM, or correct CASEWORK_KEYS."),
            token=place.token,
        ) from None
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise ConfigurationError(
            N_(
                "The HSM does not answer (%(module)s: %(reason)s). Make it reachable and try "
                "again; nothing was changed."
            ),
            module=place.module,
            reason=type(error).__name__,
        ) from None
