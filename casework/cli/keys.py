"""casework keys status, rotate, rewrap-epoch, destroy-root, protect"""

import json
from argparse import ArgumentTypeError, Namespace
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from casework.config import Settings
from casework.crypto.providers.passphrase import new_passphrase
from casework.crypto.rotations import Rotation
from casework.services.keys.data import rotate_data
from casework.services.keys.domains import rewrap_epoch, rotate_domains
from casework.services.keys.passphrases import change_passphrase
from casework.services.keys.roots import destroy_root, rotate_root
from casework.services.keys.running import SETTLE_SECONDS
from casework.services.keys.status import KeyStatus, key_status
from casework.services.setup import open_database, open_keystore
from casework.vocabulary import KeyDomain

DOMAINS = {domain.name.lower(): domain for domain in KeyDomain}


def add_commands(commands: Any) -> None:
    """Add `keys …`."""
    group = commands.add_parser("keys", help="the keys that protect personal data")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    status = actions.add_parser("status", help="what keys there are, and what was interrupted")
    status.add_argument("--json", action="store_true", help="one JSON value on standard output")
    status.set_defaults(run=run_status)
    _add_rotations(actions)
    destroy = actions.add_parser("destroy-root", help="destroy a root key that nothing is under")
    destroy.add_argument("root", metavar="ID")
    destroy.set_defaults(run=run_destroy_root)
    protect = actions.add_parser("protect", help="put the key file under a passphrase")
    way = protect.add_mutually_exclusive_group()
    way.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of typing it")
    way.add_argument("--remove", action="store_true", help="take the passphrase away")
    protect.set_defaults(run=run_protect)


def _add_rotations(actions: Any) -> None:
    rotate = actions.add_parser("rotate", help="renew keys while requests go on")
    kinds = rotate.add_subparsers(required=True, metavar="WHICH")
    root = kinds.add_parser("root", help="a new root key; the old one is destroyed")
    root.set_defaults(run=run_rotate_root)
    domain = kinds.add_parser("domain", help="new domain keys")
    names = ", ".join(DOMAINS)
    domain.add_argument("--domain", action="append", choices=DOMAINS, metavar="NAME", help=names)
    domain.set_defaults(run=run_rotate_domain)
    data = kinds.add_parser("data", help="new data keys for everybody; records encrypted anew")
    data.add_argument("--resume", action="store_true", help="go on, and never begin a new one")
    data.set_defaults(run=run_rotate_data)
    epoch = actions.add_parser("rewrap-epoch", help="a retention epoch: erased stays erased")
    epoch.set_defaults(run=run_rewrap_epoch)
    for parser in (domain, data, epoch):
        parser.add_argument(
            "--settle",
            type=_seconds,
            default=SETTLE_SECONDS,
            metavar="SECONDS",
            help="how long requests of before may last (default: 120)",
        )


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ArgumentTypeError("write a number of seconds")
    return int(text)


def run_status(options: Namespace, settings: Settings) -> int:
    """Exit 0; 1 when a rotation was interrupted or the provider does not answer."""
    with closing(open_keystore(settings)) as store:
        status = key_status(settings, store)
    if options.json:
        print(json.dumps(as_json(status)))
    else:
        print("\n".join(_lines(status)))
    interrupted = any(rotation.finished_at is None for rotation in status.rotations)
    return 1 if interrupted or status.away else 0


def as_json(status: KeyStatus) -> dict[str, Any]:
    """Provider, roots, domain keys, counts and rotations; ids and times, nothing secret."""
    return {
        "provider": status.provider,
        "away": str(status.away) if status.away else None,
        "roots": status.roots,
        "unused_roots": status.unused_roots,
        "domain_keys": [
            {"domain": key.domain.name.lower(), "epoch": key.epoch, "root": key.root}
            for key in status.domain_keys
        ],
        "subjects": status.subjects,
        "generations": {str(number): count for number, count in status.generations.items()},
        "rotations": [
            {
                "kind": rotation.kind.value,
                "started": _moment(rotation.started_at),
                "finished": _moment(rotation.finished_at),
            }
            for rotation in status.rotations
        ],
        "signing_keys": [str(key_id) for key_id in status.signing_keys],
    }


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _lines(status: KeyStatus) -> list[str]:
    roots = "does not answer" if status.roots is None else f"{len(status.roots)} root keys"
    lines = [f"Root keys: {status.provider}, {roots}"]
    lines += [f"  {status.away}"] if status.away else []
    lines += [
        f"  {root} is not used. To destroy it: casework keys destroy-root {root}"
        for root in status.unused_roots
    ]
    lines.append("Domain keys:")
    lines += [
        f"  {key.domain.name.lower():<12} epoch {key.epoch}, under root {key.root}"
        for key in status.domain_keys
    ]
    parts = [f"{count} of generation {number}" for number, count in status.generations.items()]
    lines.append(f"Data keys of {status.subjects} subjects: {', '.join(parts) or 'none'}")
    last = {rotation.kind: rotation for rotation in status.rotations}
    return lines + [_rotation_line(rotation) for rotation in last.values()]


def _rotation_line(rotation: Rotation) -> str:
    started = datetime.fromtimestamp(rotation.started_at, UTC)
    state = "finished" if rotation.finished_at else "INTERRUPTED: run the same command again"
    return f"Last rotation ({rotation.kind.value}): {started:%Y-%m-%d %H:%M} UTC, {state}"


def run_rotate_root(_options: Namespace, settings: Settings) -> int:
    """Rotate the root key."""
    with closing(open_database(settings)) as database:
        result = rotate_root(database)
    print(f"The root key is now {result.root}. Destroyed: {', '.join(result.destroyed)}.")
    _print_wait(result.gone_on)
    return 0


def run_rotate_domain(options: Namespace, settings: Settings) -> int:
    """Rotate domain keys: all of them, or those named."""
    domains = [DOMAINS[name] for name in dict.fromkeys(options.domain or DOMAINS)]
    with closing(open_database(settings)) as database:
        result = rotate_domains(database, domains, options.settle)
    names = ", ".join(domain.name.lower() for domain in sorted(result.epochs))
    print(f"New domain keys: {names}. {result.keys} data keys moved.")
    return 0


def run_rotate_data(options: Namespace, settings: Settings) -> int:
    """Rotate data keys."""
    with closing(open_database(settings)) as database:
        result = rotate_data(database, options.settle, resume_only=options.resume, tell=print)
    if result is None:
        print("There is no interrupted rotation of data keys.")
        return 0
    print(
        f"Everybody has data keys of generation {result.generation}: {result.rows} records and "
        f"{result.files} files encrypted anew, {result.destroyed} old keys destroyed."
    )
    if result.kept:
        print(f"{result.kept} subjects keep an older key too: docs/keys.md says why.")
    return 0


def run_rewrap_epoch(options: Namespace, settings: Settings) -> int:
    """Start a retention epoch."""
    with closing(open_database(settings)) as database:
        result = rewrap_epoch(database, options.settle)
    print(f"Epoch {result.epoch} has begun under root {result.root}. {result.keys} keys moved.")
    print("Key stores and backups from before can no longer be opened.")
    _print_wait(result.gone_on)
    return 0


def run_destroy_root(options: Namespace, settings: Settings) -> int:
    """Destroy a root key that nothing is under."""
    with closing(open_database(settings)) as database:
        gone_on = destroy_root(database, options.root)
    print(f"Destroyed: {options.root}.")
    _print_wait(gone_on)
    return 0


def run_protect(options: Namespace, settings: Settings) -> int:
    """Put the key file under a passphrase, or take it away."""
    with closing(open_database(settings)) as database:
        passphrase = None if options.remove else new_passphrase(options.passphrase_file)
        change_passphrase(database, passphrase)
    print("The key file has no passphrase now." if options.remove else "The passphrase is set.")
    return 0


def _print_wait(gone_on: date | None) -> None:
    if gone_on is not None:
        print(f"The provider keeps what was destroyed unusable, and deletes it on {gone_on}.")
