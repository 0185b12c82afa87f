"""casework init, casework serve"""

from argparse import Namespace
from multiprocessing import Process
from typing import Any

from casework.config import Settings
from casework.jobs import make_queue
from casework.services.setup import initialise, installation_lock, open_database


def add_commands(commands: Any) -> None:
    """Add `init` and `serve`."""
    init = commands.add_parser("init", help="make the database, keys and first organisations")
    init.set_defaults(run=run_init)
    serve = commands.add_parser("serve", help="serve the pages on this machine")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=run_serve)


def run_init(_options: Namespace, settings: Settings) -> int:
    """Make what is missing."""
    initialise(settings)
    print(f"Casework is set up in {settings.home}")
    return 0


def _run_jobs(settings: Settings) -> None:
    queue = make_queue(settings, open_database(settings))
    queue.create_consumer(workers=1).run()


def run_serve(options: Namespace, settings: Settings) -> int:
    """Serve until stopped; one server an installation."""
    from casework.cli.gunicorn_server import serve  # gunicorn is not needed by other commands

    open_database(settings).engine.dispose()
    with installation_lock(settings.home, "serve"):
        worker = Process(target=_run_jobs, args=(settings,), daemon=True)
        worker.start()
        try:
            serve(settings, options.port)
        finally:
            worker.terminate()
    return 0
