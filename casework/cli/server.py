"""casework init, casework serve, casework jobs"""

import os
import signal
import subprocess
import sys
import threading
import time
from argparse import Namespace
from dataclasses import replace
from typing import Any

from casework.config import Settings
from casework.crypto.providers.keyfile import needs_passphrase
from casework.crypto.providers.passphrase import for_children, passphrase_from
from casework.jobs import make_queue
from casework.services.setup import data_folder, initialise, installation_lock, open_database

PARENT_CHECK_SECONDS = 5


def add_commands(commands: Any) -> None:
    """Add `init`, `serve` and `jobs`."""
    init = commands.add_parser("init", help="make the database, keys and first organisations")
    init.set_defaults(run=run_init)
    serve = commands.add_parser("serve", help="serve the pages on this machine")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=run_serve)
    jobs = commands.add_parser("jobs", help="run what happens by itself; `serve` starts it")
    jobs.set_defaults(run=run_jobs)


def run_init(_options: Namespace, settings: Settings) -> int:
    """Make what is missing."""
    initialise(settings).close()
    print(f"Casework is set up in {settings.home}")
    return 0


def run_serve(options: Namespace, settings: Settings) -> int:
    """Serve until stopped, with the jobs beside it; one server an installation."""
    from casework.cli.gunicorn_server import serve  # not needed by other commands

    settings, inherited = _typed_once(settings)
    open_database(settings).close()
    with installation_lock(data_folder(settings), "serve"):
        jobs = _start_jobs(settings, inherited)
        try:
            serve(settings, options.port)
        finally:
            jobs.terminate()
    return 0


def _typed_once(settings: Settings) -> tuple[Settings, tuple[int, ...]]:
    """Ask for the key file's passphrase now, for every process that is started from here."""
    asked = settings.key_uri is None and settings.passphrase_file is None
    if not asked or not needs_passphrase(settings.keys):
        return settings, ()
    path, descriptor = for_children(passphrase_from(settings))
    return replace(settings, passphrase_file=path), (descriptor,)


def _start_jobs(settings: Settings, inherited: tuple[int, ...]) -> "subprocess.Popen[bytes]":
    environment = dict(os.environ)
    if settings.passphrase_file is not None:
        environment["CASEWORK_KEYS_PASSPHRASE_FILE"] = str(settings.passphrase_file)
    return subprocess.Popen(
        [sys.executable, "-m", "casework", "jobs"], env=environment, pass_fds=inherited
    )


def run_jobs(_options: Namespace, settings: Settings) -> int:
    """Run jobs until stopped, or until the server that started them is gone."""
    queue = make_queue(settings, open_database(settings))
    threading.Thread(target=_stop_with, args=(os.getppid(),), daemon=True).start()
    queue.create_consumer(workers=1, max_delay=1).run()
    return 0


def _stop_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)
