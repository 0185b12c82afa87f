"""The product as it is run: `casework serve` on a port of its own, its output kept."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from casework.config import CHECKOUT, Settings

START_SECONDS = 40
STOP_SECONDS = 20


@dataclass
class Site:
    """A server over `settings.home`; `scratch` is its temporary folder, `log` all that it says."""

    settings: Settings
    scratch: Path
    log: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the server and the jobs beside it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


def start_site(settings: Settings, folder: Path) -> Site:
    """Serve the installation at `settings.home`; returns when it answers."""
    scratch, log = folder / "tmp", folder / "server.log"
    scratch.mkdir()
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "casework", "serve", "--port", str(port)],
            cwd=CHECKOUT,
            env=environment(settings) | {"TMPDIR": str(scratch)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(settings, scratch, log, port, process)
    _wait_for(site)
    return site


def environment(settings: Settings) -> dict[str, str]:
    """The variables under which a command works on this installation."""
    return os.environ | {"CASEWORK_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _wait_for(site: Site) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if site.process.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(f"{site.address}/sign-in", timeout=5):
            return
        time.sleep(0.1)
    said = site.log.read_text(errors="replace")
    site.stop()
    raise AssertionError(f"the server did not start: {said}")
