"""E-mail through a server of one's own, over TLS."""

import ssl
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

from casework.config import LOOPBACK, Smtp
from casework.services.messages.letters import Letter, RefusedError, UnreachableError

TIMEOUT = 20
#: From here on the server says that trying again is of no use (RFC 5321, 4.2.1).
FOR_GOOD = 500


class MailServer:
    """One connection for many messages; opened with the first, and anew after a fault."""

    def __init__(self, settings: Smtp) -> None:
        self._settings = settings
        self._connection: SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand one message to the server; RefusedError for good, UnreachableError for now."""
        email = self._email(letter)
        try:
            self._connected().send_message(email, to_addrs=[letter.address])
        except SMTPRecipientsRefused as error:
            raise _fault(max((code for code, _ in error.recipients.values()), default=0)) from None
        except (SMTPSenderRefused, SMTPDataError) as error:
            self.close()
            raise _fault(error.smtp_code) from None
        except (SMTPException, OSError, UnicodeError):
            self.close()
            raise UnreachableError from None

    def close(self) -> None:
        """Say goodbye, whether or not the server still listens."""
        if self._connection is not None:
            with suppress(SMTPException, OSError):
                self._connection.quit()
            self._connection = None

    def _connected(self) -> SMTP:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> SMTP:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.authority)
        if settings.wrapped:
            connection: SMTP = SMTP_SSL(
                settings.host, settings.port, timeout=TIMEOUT, context=context
            )
        else:
            connection = SMTP(settings.host, settings.port, timeout=TIMEOUT)
            connection.ehlo()
            if connection.has_extn("starttls") or settings.host not in LOOPBACK:
                connection.starttls(context=context)
        if settings.user and settings.password_file:
            connection.login(settings.user, settings.password_file.read_text().strip())
        return connection

    def _email(self, letter: Letter) -> EmailMessage:
        """Plain text; marked so that no other machine answers it (RFC 3834).

        Raises RefusedError for an address that is none.
        """
        email = EmailMessage()
        email["From"] = self._settings.sender
        try:
            email["To"] = Address(addr_spec=letter.address)
        except (ValueError, MessageError, IndexError):
            raise RefusedError from None
        email["Subject"] = letter.subject
        email["Message-ID"] = f"<{letter.id}@{self._settings.sender.partition('@')[2]}>"
        email["Auto-Submitted"] = "auto-generated"
        email.set_content(letter.text)
        return email


def _fault(code: int) -> RefusedError | UnreachableError:
    return RefusedError() if code >= FOR_GOOD else UnreachableError()
