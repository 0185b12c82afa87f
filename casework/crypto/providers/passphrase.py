"""The passphrase of a protected key file: from a file, or typed at a terminal."""

import getpass
import os
import stat
import sys
import unicodedata
from pathlib import Path

from casework.config import Settings
from casework.errors import ConfigurationError, InvalidInput
from casework.messages import N_

SHORTEST = 12


def passphrase_from(settings: Settings) -> str:
    """What CASEWORK_KEYS_PASSPHRASE_FILE holds, else what is typed.

    ConfigurationError when there is neither.
    """
    if settings.passphrase_file is not None:
        return read_passphrase(settings.passphrase_file)
    if not sys.stdin.isatty():
        raise ConfigurationError(
            N_(
                "The key file %(path)s is protected by a passphrase. Name the file that holds it "
                "in CASEWORK_KEYS_PASSPHRASE_FILE, or start Casework from a terminal."
            ),
            path=settings.keys,
        )
    return _normalised(getpass.getpass("Passphrase of the root key: "))


def read_passphrase(path: Path) -> str:
    """The passphrase in this file; ConfigurationError when others can read it or it is missing."""
    try:
        mode = path.stat().st_mode
        text = path.read_text()
    except (OSError, UnicodeError):
        raise ConfigurationError(
            N_("The passphrase file %(path)s cannot be read. Check its name and its owner."),
            path=path,
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(
            N_("The passphrase file %(path)s can be read by others. Run: chmod 600 %(path)s"),
            path=path,
        )
    return _normalised(text.removesuffix("\n"))


def new_passphrase(path: Path | None) -> str:
    """A new passphrase: from a file, or typed twice; InvalidInput when it is too short."""
    if path is not None:
        typed = read_passphrase(path)
    else:
        typed = _normalised(getpass.getpass("New passphrase of the root key: "))
        if typed != _normalised(getpass.getpass("The same again: ")):
            raise InvalidInput(N_("The two passphrases differ. Nothing was changed."))
    if len(typed) < SHORTEST:
        raise InvalidInput(
            N_("A passphrase has at least %(shortest)s characters. Nothing was changed."),
            shortest=SHORTEST,
        )
    return typed


def for_children(passphrase: str) -> tuple[Path, int]:
    """A file in memory that child processes inherit: its path for them, and its descriptor."""
    descriptor = os.memfd_create("passphrase")
    os.fchmod(descriptor, 0o600)
    os.write(descriptor, passphrase.encode())
    os.set_inheritable(descriptor, True)
    return Path(f"/proc/self/fd/{descriptor}"), descriptor


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFC", text)
