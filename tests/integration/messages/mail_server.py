"""A real mail server on this machine, which takes, refuses or turns away what it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socket import socket
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from casework.config import Smtp

SENDER = "casework@example.mn"


@dataclass
class Mailbox:
    """What arrived; `answer` is what the server says to the next recipients."""

    answer: str = "250 OK"
    emails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd asks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        email = message_from_bytes(cast("bytes", envelope.content), policy=default)
        self.emails.append(cast("EmailMessage", email))
        self.recipients.extend(envelope.rcpt_tos)
        return "250 taken"

    @property
    def settings(self) -> Smtp:
        return Smtp("127.0.0.1", self.port, wrapped=False, sender=SENDER)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox(port=_free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
