"""Anchors outside: the system's log, a countersigner, a timestamp, each over a real connection."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from audit.notes import Note, VerifierKey
from casework.config import load_settings
from casework.crypto.cosigning import CosignerPair
from casework.crypto.timestamps import timestamp_moment
from casework.errors import ConfigurationError
from casework.services.log.anchoring import anchor_log
from casework.services.log.anchors import make_anchors
from casework.services.log.cosigner import ANSWER, REQUEST
from casework.services.log.cosigning import (
    CosigningRefusedError,
    CosigningRequest,
    cosign,
    public_half,
)
from casework.services.log.export import export_timestamps
from casework.services.log.signer import verifier_key
from casework.services.log.syslog_anchor import one_line
from casework.services.protection.verification import verify_log
from casework.services.work import Database
from models.audit import AuditCheckpoint, AuditReceipt
from tests.conftest import Cast
from tests.integration.audit.attacker import alter
from tests.integration.audit.test_checkpoints import act, anchored_at, rows

Answer = Callable[[str, bytes], tuple[int, str, bytes]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on loopback that answers each POST; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, body = answer(self.path, data)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Witness:
    """A second organisation that speaks C2SP tlog-witness and remembers what it cosigned."""

    def __init__(self, database: Database, tmp_path: Path) -> None:
        self.pair = CosignerPair.create(tmp_path / "witness.key", "iom.example/witness")
        self.key = public_half(self.pair)
        self.newest: Note | None = None
        self._database = database

    def answer(self, path: str, data: bytes) -> tuple[int, str, bytes]:
        assert path == "/add-checkpoint"
        request = CosigningRequest.read(data.decode())
        log = verifier_key(self._database, request.note.checkpoint.origin)
        try:
            self.newest = cosign(request, [log], self.pair, self.newest, int(time.time()))
        except CosigningRefusedError as error:
            return error.status, "text/x.tlog.size", f"{error.size}\n".encode()
        return 200, "text/plain", str(self.newest.signatures[-1]).encode()


@pytest.fixture
def witness(database: Database, tmp_path: Path) -> Witness:
    return Witness(database, tmp_path)


def cosigned_sizes(database: Database) -> list[int]:
    return [row["size"] for row in rows(database, AuditReceipt) if row["outcome"].value == "done"]


def test_a_witness_countersigns_and_remembers(
    database: Database, cast: Cast, witness: Witness
) -> None:
    with serving(witness.answer) as address:
        log = anchored_at(database, f"cosigner:{witness.key}@{address}")
        sizes = []
        for count in (1, 4, 2):
            act(log, cast, count)
            state = anchor_log(log)
            assert state.sound
            sizes.append(state.size)
        assert cosigned_sizes(log) == sizes
        found = verify_log(log)
        assert found.intact, found.problems
        assert found.agreed["cosigner:iom.example/witness"] == sizes[-1]
        alter(log, f"DELETE FROM audit_receipt WHERE size > {sizes[0]}")
        act(log, cast)
        assert anchor_log(log).sound, "the witness says what it cosigned last"
    act(log, cast)
    assert anchor_log(log).anchors[0].reason == "unreachable"


def test_a_witness_that_knows_more_is_a_rolled_back_log(
    database: Database, cast: Cast, witness: Witness
) -> None:
    with serving(lambda *_: (409, "text/x.tlog.size", b"100000\n")) as address:
        log = anchored_at(database, f"cosigner:{witness.key}@{address}")
        act(log, cast)
        assert anchor_log(log).anchors[0].reason == "knows_more_entries"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, "text/plain", b""), "not_cosigned"),
        ((200, "text/plain", b"hello"), "malformed"),
        ((200, "text/plain", b"\xe2\x80\x94 other AAAAAAAAAAAA\n"), "not_cosigned"),
        ((200, "text/plain", b"\xff\xfe"), "malformed"),
        ((404, "text/plain", b""), "not_answered"),
        ((409, "text/x.tlog.size", b"3\n"), "checkpoint_gone"),
        ((500, "text/plain", b"5"), "not_answered"),
    ],
)
def test_a_witness_that_answers_something_else_is_shown(
    database: Database, cast: Cast, witness: Witness, answer: Any, reason: str
) -> None:
    with serving(lambda *_: answer) as address:
        log = anchored_at(database, f"cosigner:{witness.key}@{address}")
        act(log, cast)
        assert anchor_log(log).anchors[0].reason == reason
        assert cosigned_sizes(log) == []


def test_a_countersignature_comes_through_a_folder(
    database: Database, cast: Cast, witness: Witness, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    log = anchored_at(database, f"cosigner:{witness.key}@{folder}")
    act(log, cast)
    assert anchor_log(log).anchors[0].reason == "missing"
    folder.mkdir()
    for count in (1, 3):
        act(log, cast, count)
        asked = anchor_log(log).size
        witness.answer("/add-checkpoint", (folder / REQUEST).read_bytes())
        (folder / ANSWER).write_text(str(witness.newest))
        act(log, cast)
        state = anchor_log(log)
        assert state.sound
        assert state.anchors[0].size == asked
    assert verify_log(log).agreed["cosigner:iom.example/witness"] == asked
    alter(log, "UPDATE audit_receipt SET content = NULL WHERE outcome = 'done'")
    assert "not a checkpoint" in str(verify_log(log).first)


def test_a_forged_countersignature_is_not_taken(
    database: Database, cast: Cast, witness: Witness, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    log = anchored_at(database, f"cosigner:{witness.key}@{folder}")
    act(log, cast)
    anchor_log(log)
    forger = CosignerPair.create(tmp_path / "forger.key", witness.key.name)
    request = CosigningRequest.read((folder / REQUEST).read_text())
    keys = [verifier_key(log, request.note.checkpoint.origin)]
    forged = cosign(request, keys, forger, None, int(time.time()))
    (folder / ANSWER).write_text(str(forged))
    assert anchor_log(log).anchors[0].reason == "not_cosigned"
    line = forged.signatures[-1]
    impostor = type(line)(line.name, witness.key.key_id, line.value)
    (folder / ANSWER).write_text(str(request.note.with_signatures([impostor])))
    assert anchor_log(log).anchors[0].reason == "malformed"


def test_a_checkpoint_without_a_countersignature_for_a_week_is_a_problem(
    database: Database, cast: Cast, witness: Witness, tmp_path: Path
) -> None:
    log = anchored_at(database, f"cosigner:{witness.key}@{tmp_path}")
    act(log, cast)
    anchor_log(log)
    assert verify_log(log).intact
    week = datetime.now(UTC) - timedelta(days=8)
    alter(log, f"UPDATE audit_checkpoint SET at = '{week:%Y-%m-%d %H:%M:%S.%f}'")
    assert "lacks checkpoints" in str(verify_log(log).first)


def test_the_system_log_gets_a_line(database: Database, cast: Cast, tmp_path: Path) -> None:
    path = str(tmp_path / "dev-log")
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far,
    ):
        local.bind(path)
        far.bind(("127.0.0.1", 0))
        for receiver in (local, far):
            receiver.settimeout(5)
        port = far.getsockname()[1]
        log = anchored_at(database, f"syslog:{path}", f"syslog:udp://127.0.0.1:{port}")
        act(log, cast)
        assert anchor_log(log).sound
        note = Note.read(rows(log, AuditCheckpoint)[0]["note"])
        for receiver in (local, far):
            line = receiver.recv(4096).decode()
            assert line == f"<109>casework: checkpoint {one_line(note)}"
            assert line.count(" ") == 6
    Path(path).unlink()
    act(log, cast)
    state = anchor_log(log)
    assert [anchor.reason for anchor in state.anchors] == ["unreachable", None]


class Authority:
    """A time-stamping authority of its own making."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time of the test")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
            .sign(key, SHA256())
        )
        self.certificate = made.public_bytes(Encoding.DER)
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate), asn1_keys.PrivateKeyInfo.load(private)
        )

    def answer(self, _path: str, data: bytes) -> tuple[int, str, bytes]:
        request = tsp.TimeStampReq.load(data)
        response: bytes = self._stamper.request_tsa_response(request).dump()
        return 200, "application/timestamp-reply", response


def test_an_authority_stamps_each_checkpoint(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    authority, other = Authority(), Authority()
    trusted = tmp_path / "authority.der"
    trusted.write_bytes(authority.certificate)
    with serving(authority.answer) as address:
        log = anchored_at(database, f"timestamp:{address}#{trusted}")
        act(log, cast)
        state = anchor_log(log)
        assert state.sound, state.anchors
        assert state.anchors[0].size == state.size
        found = verify_log(log)
        assert found.intact, found.problems
        assert found.agreed[f"timestamp:{address}"] == state.size
        assert export_timestamps(log, tmp_path / "stamps") == 1
        token, said = (tmp_path / "stamps" / f"{state.size}.{end}" for end in ("token", "txt"))
        digest = sha256(said.read_bytes()).digest()
        roots = [authority.certificate]
        assert timestamp_moment(token.read_bytes(), digest, roots) <= datetime.now(UTC)
        trusted.write_bytes(other.certificate)
        assert "timestamp" in str(verify_log(log).first)
        act(log, cast)
        assert anchor_log(log).anchors[0].reason == "bad_timestamp"
        trusted.unlink()
        assert anchor_log(log).anchors[0].reason == "authority_missing"


@pytest.mark.parametrize("body", [b"", b"hello", b"0\x03\x02\x01\x02"])
def test_an_authority_that_answers_something_else_is_shown(
    database: Database, cast: Cast, body: bytes
) -> None:
    with serving(lambda *_: (200, "application/timestamp-reply", body)) as address:
        log = anchored_at(database, f"timestamp:{address}")
        act(log, cast)
        assert anchor_log(log).anchors[0].reason == "bad_timestamp"


def test_a_stamp_of_something_else_is_not_taken(database: Database, cast: Cast) -> None:
    authority = Authority()
    first: list[bytes] = []

    def replay(path: str, data: bytes) -> tuple[int, str, bytes]:
        first.append(authority.answer(path, data)[2])
        return 200, "application/timestamp-reply", first[0]

    with serving(replay) as address:
        log = anchored_at(database, f"timestamp:{address}")
        act(log, cast)
        assert anchor_log(log).sound
        act(log, cast)
        assert anchor_log(log).anchors[0].reason == "bad_timestamp"


KEY = VerifierKey("iom.example", bytes(32), 4)
LOG_KEY = VerifierKey("iom.example", bytes(32))


@pytest.mark.parametrize(
    "specification",
    [
        "file:relative.log",
        "tape:/dev/st0",
        "syslog:tcp://host",
        "syslog:host",
        "timestamp:ftp://host",
        "cosigner:/folder",
        f"cosigner:{LOG_KEY}@/folder",
        f"cosigner:{KEY}@relative",
        "nothing",
    ],
)
def test_a_setting_that_names_no_anchor_is_refused(specification: str) -> None:
    settings = load_settings({"CASEWORK_ANCHORS": f" file:/anchor.log  {specification}"})
    assert len(settings.anchors) == 2
    with pytest.raises(ConfigurationError, match="CASEWORK_ANCHORS"):
        make_anchors(settings.anchors)


def test_settings_name_anchors() -> None:
    text = f"file:/a.log syslog:/dev/log cosigner:{KEY}@https://iom.example timestamp:http://tsa"
    labels = [anchor.label for anchor in make_anchors(text.split())]
    assert labels == [
        "file:/a.log",
        "syslog:/dev/log",
        "cosigner:iom.example",
        "timestamp:http://tsa",
    ]
