"""Mail by SMTP: one connection for a batch, and every answer of the server a value."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from pipelines.config.schema import Sender, Smtp
from pipelines.notify.plain import one_line
from pipelines.types import Message, Refusal

AUTHENTICATED = 235
CLOSING = 421
"""RFC 5321, 3.8: the server is going away, whatever it was asked."""
TOO_LARGE = 552
"""RFC 1870: the size announced with MAIL is more than the server takes; the sender is not to blame."""
PERMANENT = 500
REASON_LENGTH = 200
"""Characters kept of what a server says."""


class _Policy(EmailPolicy):
    """As SMTP's, but a long Swedish subject keeps its blanks: the library's own folding loses the one between two
    encoded words (seen in CPython 3.11), and "1 beröm" came as "1beröm"."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as bytes, folded."""
        if name.lower() != "subject" or str(value).isascii():
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


POLICY = _Policy(linesep=SMTP.linesep)


class SmtpChannel:
    """Sends through the configured server, connecting at the first Message and again after a broken connection."""

    def __init__(self, smtp: Smtp, sender: Sender, password: str | None, clock: Callable[[], datetime]) -> None:
        self._smtp = smtp
        self._sender = sender
        self._password = password
        self._clock = clock
        self._server: smtplib.SMTP | None = None
        self._broke = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def send(self, message: Message) -> Refusal | None:
        """Hand over one Message. A Refusal is permanent for answers of 500 and above about this Message, and
        `unreachable` where the server could not be reached, would not let us in, is closing, or breaks off at two
        Messages in a row: at one, the Message may be to blame.
        """
        server = self._server or self._enter()
        if isinstance(server, Refusal):
            return server
        mail = envelope(message, self._sender, self._clock())
        broke, self._broke = self._broke, False
        try:
            server.send_message(mail, self._sender.bounces or self._sender.address, message.address)
        except (smtplib.SMTPException, OSError) as error:
            return self._answered(error, message.address, broke)
        return None

    def _answered(self, error: Exception, address: str, broke: bool) -> Refusal:
        match error:
            case smtplib.SMTPRecipientsRefused():
                code, answer = error.recipients[address]
                return self._refused(code, answer)
            case smtplib.SMTPSenderRefused() if error.smtp_code != TOO_LARGE:
                # our own address or login: every Message would meet the same
                return self._broken(f"avsändaren nekades ({_said(error.smtp_code, error.smtp_error)})")
            case smtplib.SMTPResponseException():
                return self._refused(error.smtp_code, error.smtp_error)
            case _:
                self._leave()
                self._broke = True
                return Refusal(f"förbindelsen bröts ({_named(error)})", permanent=False, unreachable=broke)

    def _enter(self) -> smtplib.SMTP | Refusal:
        settings = self._smtp
        # EHLO with our mail domain: smtplib would otherwise ask DNS for the machine's own name, which may hang
        name = self._sender.address.rpartition("@")[2]
        tls = ssl.create_default_context()
        try:
            if settings.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.host, settings.port, name, timeout=settings.timeout_seconds, context=tls
                )
            else:
                server = smtplib.SMTP(settings.host, settings.port, name, timeout=settings.timeout_seconds)
            self._server = server
            if settings.security == "starttls":
                server.starttls(context=tls)
            server.ehlo_or_helo_if_needed()
            if settings.user is not None and self._password is not None:
                _log_in(server, settings.user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            return self._broken(f"inloggningen nekades ({error.smtp_code})")
        except smtplib.SMTPResponseException as error:
            return self._broken(_said(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(_named(error))
        return server

    def _refused(self, code: int, answer: bytes | str) -> Refusal:
        if code == CLOSING:
            return self._broken(_said(code, answer))
        return Refusal(f"servern nekade ({_said(code, answer)})", permanent=code >= PERMANENT)

    def _broken(self, reason: str) -> Refusal:
        self._leave()
        return Refusal(reason, permanent=False, unreachable=True)

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    if (user + password).isascii():
        server.login(user, password)
        return
    # smtplib writes ASCII only; RFC 4616 has UTF-8
    given = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, answer = server.docmd("AUTH", f"PLAIN {given}")
    if code != AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, answer)


def reach(smtp: Smtp) -> str | None:
    """Why the server cannot be spoken to, in Swedish; None where it answers. Sends nothing and logs in nowhere."""
    opened = smtplib.SMTP_SSL if smtp.security == "tls" else smtplib.SMTP
    try:
        with opened(smtp.host, smtp.port, timeout=smtp.timeout_seconds) as server:
            server.ehlo()
    except (OSError, smtplib.SMTPException) as error:
        return _named(error)
    return None


def envelope(message: Message, sender: Sender, now: datetime) -> EmailMessage:
    """The mail as it goes over the wire: two parts, seven-bit, and the headers of a machine that wants no answer."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=message.address)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.message_id
    if message.thread_id is not None:
        mail["In-Reply-To"] = message.thread_id
        mail["References"] = message.thread_id
    mail["List-Id"] = f"<{sender.list_id}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange: no out-of-office answers
    mail["Content-Language"] = "sv"
    mail.set_content(message.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="quoted-printable")
    if (file := message.attached) is not None:
        kind, _, sort = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=sort, filename=file.name)
    return mail


def _said(code: int, answer: bytes | str) -> str:
    shown = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {shown}", REASON_LENGTH)


def _named(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}", REASON_LENGTH)
