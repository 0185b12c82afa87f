"""SMS and WhatsApp through an operator's gateway: a real one on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from casework.config import Settings, WebGateway, load_settings
from casework.errors import ConfigurationError
from casework.services.messages.gateways import gateways, ways_set_up
from casework.services.messages.letters import Letter, RefusedError, UnreachableError
from casework.services.messages.web_gateway import OperatorGateway
from casework.vocabulary import WriteBy

LETTER = Letter(uuid4(), WriteBy.SMS, "+821012345678", "", "KR-2026-00001 дугаарт мэдээ ирлээ")
TOKEN = "what the operator knows us by"


@dataclass
class Operator:
    """What arrived; `status` is what the next message is answered with."""

    status: int = 202
    port: int = 0
    headers: list[Any] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def gateway(self, folder: Path, **changes: Any) -> OperatorGateway:
        (folder / "token").write_text(f"{TOKEN}\n")
        here = WebGateway("127.0.0.1", self.port, "/send", False, frozenset({WriteBy.SMS}))
        return OperatorGateway(replace(here, **{"token_file": folder / "token", **changes}))


@contextmanager
def _running(operator: Operator) -> Iterator[Operator]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operator.headers.append(self.headers)
            operator.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(operator.status)
            self.send_header("Location", f"http://127.0.0.1:{operator.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    operator.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield operator
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def operator() -> Iterator[Operator]:
    with _running(Operator()) as running:
        yield running


def test_it_is_told_what_the_outbox_would_be(operator: Operator, tmp_path: Path) -> None:
    operator.gateway(tmp_path).send(LETTER)
    assert operator.bodies == [
        {
            "id": str(LETTER.id),
            "way": "sms",
            "to": "+821012345678",
            "subject": "",
            "text": "KR-2026-00001 дугаарт мэдээ ирлээ",
        }
    ]
    assert operator.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert operator.headers[0]["Idempotency-Key"] == str(LETTER.id)


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_an_address_it_can_never_reach_is_refused(
    operator: Operator, tmp_path: Path, status: int
) -> None:
    operator.status = status
    with pytest.raises(RefusedError):
        operator.gateway(tmp_path).send(LETTER)


@pytest.mark.parametrize("status", [302, 401, 403, 429, 500, 503])
def test_anything_else_is_tried_again_and_nothing_followed(
    operator: Operator, tmp_path: Path, status: int
) -> None:
    operator.status = status
    with pytest.raises(UnreachableError):
        operator.gateway(tmp_path).send(LETTER)
    assert len(operator.bodies) == 1


def test_it_is_away_or_its_token_is(operator: Operator, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError):
        operator.gateway(tmp_path, port=1).send(LETTER)
    with pytest.raises(UnreachableError):
        operator.gateway(tmp_path, token_file=tmp_path / "none").send(LETTER)
    with pytest.raises(UnreachableError):
        operator.gateway(tmp_path, secure=True).send(LETTER)
    assert operator.bodies == []


def _settings(tmp_path: Path, **variables: str) -> Settings:
    return load_settings({"CASEWORK_HOME": str(tmp_path), **variables})


def test_each_way_has_its_gateway(tmp_path: Path) -> None:
    settings = _settings(
        tmp_path,
        CASEWORK_GATEWAY="https://gateway.example.mn/messages",
        CASEWORK_GATEWAY_WAYS="sms",
        CASEWORK_MESSAGES_OUTBOX=str(tmp_path / "outbox"),
    )
    assert settings.web_gateway is not None
    assert (settings.web_gateway.port, settings.web_gateway.path) == (443, "/messages")
    with gateways(settings) as found:
        kinds = {way.value: type(gateway).__name__ for way, gateway in found.items()}
    assert kinds == {"sms": "OperatorGateway", "whatsapp": "Outbox", "email": "Outbox"}
    alone = _settings(tmp_path, CASEWORK_GATEWAY="https://gateway.example.mn")
    assert ways_set_up(alone) == {WriteBy.SMS, WriteBy.WHATSAPP}


@pytest.mark.parametrize(
    "wrong",
    [
        {"CASEWORK_GATEWAY": "http://gateway.example.mn/messages"},
        {"CASEWORK_GATEWAY": "https://user:key@gateway.example.mn/messages"},
        {"CASEWORK_GATEWAY": "https://gateway.example.mn/messages?key=1"},
        {"CASEWORK_GATEWAY": "https://gateway.example.mn", "CASEWORK_GATEWAY_WAYS": "fax"},
    ],
)
def test_a_wrong_setting_is_told_and_no_key_with_it(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        _settings(tmp_path, **wrong)
    assert "key@" not in str(refused.value)
