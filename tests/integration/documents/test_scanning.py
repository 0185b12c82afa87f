"""ClamAV is asked in its own protocol, over a real socket; without a clear yes nothing is kept."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from casework.rules.file_refusal import RefusedFile
from casework.services.documents import scanning
from casework.services.documents.accepting import accept
from casework.services.documents.scanning import scan
from casework.services.work import Database
from tests.conftest import Cast
from tests.sample_files import EICAR

Answer = Callable[[bytes], bytes]


def clamd(content: bytes) -> bytes:
    """What clamd says of a file."""
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def received(connection: socket.socket) -> bytes:
    """A whole INSTREAM command, as clamd reads it."""
    stream = connection.makefile("rb")
    assert stream.read(10) == b"zINSTREAM\0"
    content = b""
    while length := struct.unpack(">I", stream.read(4))[0]:
        assert length <= 64 * 1024
        content += stream.read(length)
    return content


@contextmanager
def serving(listener: socket.socket, answer: Answer) -> Iterator[None]:
    """A scanner that answers each connection until the block ends."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(answer(received(connection)))

    listener.listen()
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def scanner(path: Path, answer: Answer = clamd) -> Iterator[str]:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    with serving(listener, answer):
        yield str(path)


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("c") / "clamd.ctl"


def refusal(content: bytes, address: str) -> str:
    with pytest.raises(RefusedFile) as refused:
        scan(content, address)
    return refused.value.reason


def test_found_or_not(place: Path) -> None:
    with scanner(place) as address:
        scan(b"a letter", address)
        scan(b"x" * 1_000_000, address)
        assert refusal(b"x" * 200_000 + EICAR, address) == "malware"


def test_over_the_network() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with serving(listener, clamd):
        scan(b"a letter", f"127.0.0.1:{port}")
        assert refusal(EICAR, f"127.0.0.1:{port}") == "malware"


@pytest.mark.parametrize(
    "said",
    [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK", b"UNKNOWN COMMAND\0", b"\0" * 9],
)
def test_an_unclear_answer_refuses(place: Path, said: bytes) -> None:
    with scanner(place, lambda _content: said) as address:
        if said == b"stream: OK":
            scan(b"a letter", address)  # the connection ended instead of a zero byte
        else:
            assert refusal(b"a letter", address) == "scanner_away"


def test_a_scanner_that_is_away_or_slow(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(b"a letter", str(place)) == "scanner_away"
    assert refusal(b"a letter", "127.0.0.1:1") == "scanner_away"
    monkeypatch.setattr(scanning, "_SECONDS", 0.2)
    asleep = threading.Event()

    def sleep(_content: bytes) -> bytes:
        asleep.wait(5)
        return b""

    with scanner(place, sleep) as address:
        assert refusal(b"a letter", address) == "scanner_away"
        asleep.set()


def test_without_a_scanner_nothing_is_asked() -> None:
    scan(EICAR, None)


def test_what_the_scanner_refuses_is_not_kept(database: Database, cast: Cast, place: Path) -> None:
    database.settings = replace(database.settings, clamav=str(place))
    with database.writing(cast["bolormaa.caseworker"]) as work:
        with pytest.raises(RefusedFile, match="does not answer"):
            accept(work, b"a letter", "letter.txt")
        with scanner(place):
            assert accept(work, b"a letter", "letter.txt").content == b"a letter"
            with pytest.raises(RefusedFile, match="harmful"):
                accept(work, EICAR, "letter.txt")
