"""Real holders of root keys: a SoftHSM token and a KMS server, each made for this session."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
TOOL = shutil.which("softhsm2-util")
PIN = "271828"


@dataclass(frozen=True)
class Hsm:
    """A token, the URI that names it, and where its PIN stands."""

    folder: Path
    pin: Path

    @property
    def uri(self) -> str:
        place = f"module-path={SOFTHSM}&pin-source=file:{self.pin}"
        return f"pkcs11:token=casework%20test?{place}"

    @property
    def tokens(self) -> Path:
        """Moving this folder takes the token away."""
        return self.folder / "tokens"


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hsm:
    if TOOL is None or not SOFTHSM.exists():
        pytest.skip("SoftHSM is not installed: apt-get install softhsm2")
    folder = tmp_path / "hsm"
    (folder / "tokens").mkdir(parents=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    pin = folder / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    command = [TOOL, "--init-token", "--free", "--label", "casework test", "--pin", PIN]
    subprocess.run([*command, "--so-pin", "31415926"], check=True, capture_output=True)
    return Hsm(folder, pin)


@pytest.fixture(scope="session")
def kms_server() -> Iterator[str]:
    """The address of a KMS that answers on this machine only."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def kms(kms_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A URI of an installation with keys of its own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    name = tmp_path.name.replace("_", "-")
    return f"kms:{name}?region=eu-central-1&endpoint={kms_server}&deletion-days=7"
