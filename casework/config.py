"""Settings, read once from `CASEWORK_*` variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casework.errors import ConfigurationError
from casework.messages import N_

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the product keeps its data and how it serves.

    `home` holds the embedded database, key store, key file and session secret. Times are seconds.
    """

    home: Path
    database_url: str = field(repr=False)
    keystore_url: str = field(repr=False)
    keys: Path
    #: who owns the tables and migrates them, when that is not the application's own role
    database_owner_url: str | None = field(default=None, repr=False)
    workers: int = 2
    secure_cookies: bool = False
    session_idle: int = 15 * 60
    session_lifetime: int = 12 * 3600

    @property
    def embedded(self) -> bool:
        """Whether the data live in SQLite files of this machine."""
        return self.database_url.startswith("sqlite")


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdigit():
        raise ConfigurationError(
            N_("%(name)s must be a whole number, not “%(value)s”."), name=name, value=text
        )
    return int(text)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's), documented in the README.

    Raises ConfigurationError when a value cannot be read.
    """
    environment = os.environ if environment is None else environment
    home = Path(environment.get("CASEWORK_HOME", str(CHECKOUT / "var"))).resolve()
    return Settings(
        home=home,
        database_url=environment.get("CASEWORK_DATABASE_URL", f"sqlite:///{home / 'casework.db'}"),
        keystore_url=environment.get("CASEWORK_KEYSTORE_URL", f"sqlite:///{home / 'keys.db'}"),
        database_owner_url=environment.get("CASEWORK_DATABASE_OWNER_URL"),
        keys=Path(environment.get("CASEWORK_KEYS", str(home / "root.key"))),
        workers=_number(environment, "CASEWORK_WORKERS", 2),
        secure_cookies=environment.get("CASEWORK_SECURE_COOKIES", "") == "1",
        session_idle=_number(environment, "CASEWORK_SESSION_IDLE_MINUTES", 15) * 60,
        session_lifetime=_number(environment, "CASEWORK_SESSION_HOURS", 12) * 3600,
    )
