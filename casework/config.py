"""Settings, read once from `CASEWORK_*` variables."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from casework.errors import ConfigurationError
from casework.messages import N_
from casework.vocabulary import WriteBy

CHECKOUT = Path(__file__).resolve().parent.parent
MEGABYTE = 2**20
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Smtp:
    """The server that takes e-mail, always over TLS unless it runs on this machine.

    `wrapped`: TLS from the first byte (smtps); otherwise STARTTLS is insisted on. `authority`: a
    file with the certificate authority to believe besides the system's.
    """

    host: str
    port: int
    wrapped: bool
    sender: str
    user: str | None = None
    password_file: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True)
class WebGateway:
    """Where an operator takes messages by POST over TLS, unless it runs on this machine.

    `token_file` holds what it knows the product by; `authority` as with `Smtp`.
    """

    host: str
    port: int
    path: str
    secure: bool
    ways: frozenset[WriteBy]
    token_file: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True)
class Settings:
    """Where the product keeps its data and how it serves.

    `home` holds the embedded database, key store, key file and encrypted files. Times are seconds.
    """

    home: Path
    database_url: str = field(repr=False)
    keystore_url: str = field(repr=False)
    keys: Path
    #: where root keys live when not in the file `keys`: a `pkcs11:` or `kms:` URI
    key_uri: str | None = field(default=None, repr=False)
    #: what opens a key file that is protected by a passphrase
    passphrase_file: Path | None = None
    #: who owns the tables and migrates them, when that is not the application's own role
    database_owner_url: str | None = field(default=None, repr=False)
    workers: int = 2
    #: where browsers reach the product, `https://casework.example.mn`; None: on this machine only
    origin: str | None = None
    #: proxies in front, each of which adds the address it was asked from to X-Forwarded-For
    proxies: int = 0
    #: the largest document, in bytes
    upload_limit: int = 25 * MEGABYTE
    #: clamd's socket, `/run/clamav/clamd.ctl` or `host:port`; None: documents are not scanned
    clamav: str | None = None
    #: how many days a draft of a request is kept after it was last saved
    draft_days: int = 14
    session_idle: int = 15 * 60
    session_lifetime: int = 12 * 3600
    #: how long a confirmation of who one is lasts, for acts that ask for a fresh one
    step_up: int = 5 * 60
    #: where checkpoints of the log are kept outside; the forms stand in docs/audit.md
    anchors: tuple[str, ...] = ()
    #: the log's public keys, when they are to be believed instead of the key store's
    log_keys: tuple[str, ...] = ()
    #: figures of need to know in place of the product's own
    limits: Path | None = None
    #: who takes e-mail; None: the outbox does, or nobody
    smtp: Smtp | None = None
    #: who takes SMS and WhatsApp; None: the outbox does, or nobody
    web_gateway: WebGateway | None = None
    #: the folder in which a gateway for SMS and WhatsApp finds what to send; it holds addresses
    outbox: Path | None = None

    @property
    def embedded(self) -> bool:
        """Whether the data live in SQLite files of this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def address(self) -> str:
        """Where browsers reach the product, for links that people are given."""
        return self.origin or "http://localhost:8000"

    @property
    def secure(self) -> bool:
        """Whether browsers come over HTTPS: cookies and headers then insist on it."""
        return _https(self.origin)

    @property
    def hosts(self) -> list[str]:
        """The names under which the product answers; every other one is refused."""
        if self.origin is None:
            return ["localhost", "127.0.0.1", "[::1]"]
        host = urlsplit(self.origin).hostname or ""
        return [f"[{host}]" if ":" in host else host]


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdigit():
        raise ConfigurationError(
            N_("%(name)s must be a whole number, not “%(value)s”."), name=name, value=text
        )
    return int(text)


def _socket(environment: Mapping[str, str], name: str) -> str | None:
    """The path of a socket or `host:port`, or None."""
    text = environment.get(name, "").strip().removeprefix("unix:")
    if text and not re.fullmatch(r"/.+|[^/\s]+:[0-9]{1,5}", text):
        raise ConfigurationError(
            N_("%(name)s must be the path of a socket or host:port, not “%(value)s”."),
            name=name,
            value=text,
        )
    return text or None


def _https(origin: str | None) -> bool:
    return origin is not None and origin.startswith("https:")


def _origin(environment: Mapping[str, str]) -> str | None:
    """The address of the product without a path; https unless it is this machine."""
    text = environment.get("CASEWORK_ORIGIN", "").strip().rstrip("/").lower()
    if not text:
        return None
    parts = urlsplit(text)
    plain = text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not (plain and safe and parts.hostname):
        raise ConfigurationError(
            N_("CASEWORK_ORIGIN must be like https://casework.example.mn, not “%(value)s”."),
            value=text,
        )
    return text


def _smtp(environment: Mapping[str, str]) -> Smtp | None:
    """The mail server of `smtps://user@host:465` or `smtp://host:587`; None when none is named."""
    text = environment.get("CASEWORK_SMTP", "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    sender = environment.get("CASEWORK_SMTP_FROM", "").strip()
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.password:
        raise ConfigurationError(
            N_(
                "CASEWORK_SMTP must be like smtps://user@mail.example.mn:465, without a password: "
                "that stands in the file of CASEWORK_SMTP_PASSWORD_FILE."
            )
        )
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", sender):
        raise ConfigurationError(N_("CASEWORK_SMTP_FROM must be the address that e-mail is from."))
    wrapped = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=parts.port or (465 if wrapped else 587),
        wrapped=wrapped,
        sender=sender,
        user=parts.username,
        password_file=_path(environment, "CASEWORK_SMTP_PASSWORD_FILE"),
        authority=_path(environment, "CASEWORK_SMTP_CA"),
    )


def _web_gateway(environment: Mapping[str, str]) -> WebGateway | None:
    """The gateway at `https://host/path`; None when none is named."""
    text = environment.get("CASEWORK_GATEWAY", "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    secure = parts.scheme == "https"
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (secure or here) or not parts.hostname or parts.query or "@" in parts.netloc:
        raise ConfigurationError(
            N_(
                "CASEWORK_GATEWAY must be like https://gateway.example.mn/messages, without a key: "
                "that stands in the file of CASEWORK_GATEWAY_TOKEN_FILE."
            )
        )
    return WebGateway(
        host=parts.hostname,
        port=parts.port or (443 if secure else 80),
        path=parts.path or "/",
        secure=secure,
        ways=_gateway_ways(environment),
        token_file=_path(environment, "CASEWORK_GATEWAY_TOKEN_FILE"),
        authority=_path(environment, "CASEWORK_GATEWAY_CA"),
    )


def _gateway_ways(environment: Mapping[str, str]) -> frozenset[WriteBy]:
    known = {way.value: way for way in (WriteBy.SMS, WriteBy.WHATSAPP)}
    named = environment.get("CASEWORK_GATEWAY_WAYS", ",".join(known)).replace(" ", "").split(",")
    if not set(named) <= set(known):
        raise ConfigurationError(
            N_("CASEWORK_GATEWAY_WAYS must be %(ways)s, or one of them."), ways="sms,whatsapp"
        )
    return frozenset(known[way] for way in named)


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's), documented in the README.

    Raises ConfigurationError when a value cannot be read.
    """
    environment = os.environ if environment is None else environment
    home = Path(environment.get("CASEWORK_HOME", str(CHECKOUT / "var"))).resolve()
    keys = environment.get("CASEWORK_KEYS", str(home / "root.key"))
    elsewhere = keys.startswith(("pkcs11:", "kms:"))
    origin = _origin(environment)
    return Settings(
        home=home,
        database_url=environment.get("CASEWORK_DATABASE_URL", f"sqlite:///{home / 'casework.db'}"),
        keystore_url=environment.get("CASEWORK_KEYSTORE_URL", f"sqlite:///{home / 'keys.db'}"),
        database_owner_url=environment.get("CASEWORK_DATABASE_OWNER_URL"),
        keys=home / "root.key" if elsewhere else Path(keys),
        key_uri=keys if elsewhere else None,
        passphrase_file=_path(environment, "CASEWORK_KEYS_PASSPHRASE_FILE"),
        workers=_number(environment, "CASEWORK_WORKERS", 2),
        origin=origin,
        proxies=_number(environment, "CASEWORK_PROXIES", 1 if _https(origin) else 0),
        upload_limit=_number(environment, "CASEWORK_UPLOAD_MB", 25) * MEGABYTE,
        clamav=_socket(environment, "CASEWORK_CLAMAV"),
        draft_days=_number(environment, "CASEWORK_DRAFT_DAYS", 14),
        session_idle=_number(environment, "CASEWORK_SESSION_IDLE_MINUTES", 15) * 60,
        session_lifetime=_number(environment, "CASEWORK_SESSION_HOURS", 12) * 3600,
        step_up=_number(environment, "CASEWORK_STEP_UP_MINUTES", 5) * 60,
        anchors=tuple(environment.get("CASEWORK_ANCHORS", "").split()),
        log_keys=tuple(environment.get("CASEWORK_LOG_KEYS", "").split()),
        limits=Path(environment["CASEWORK_LIMITS"]) if "CASEWORK_LIMITS" in environment else None,
        smtp=_smtp(environment),
        web_gateway=_web_gateway(environment),
        outbox=_path(environment, "CASEWORK_MESSAGES_OUTBOX"),
    )
