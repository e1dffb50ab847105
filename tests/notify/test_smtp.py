"""The door: every answer of a mail server is a value, and what arrives is a mail as it should be."""

from __future__ import annotations

import ssl
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from pipelines.config.schema import Smtp
from pipelines.notify.channels.smtp import SmtpChannel, envelope
from pipelines.types import Refusal
from tests.builders import NOW, Clock, message, smaby
from tests.notify.servers import DROP, HANG, Mailbox, free_port, mailbox, raw, settings

GREETING, HELLO = b"220 test", b"250 test"


def channel(smtp: Smtp, password: str | None = None) -> SmtpChannel:
    return SmtpChannel(smtp, smaby().sender, password, Clock())


def offered(smtp: Smtp, password: str | None = None) -> Refusal | None:
    with channel(smtp, password) as through:
        return through.send(message())


def test_a_mail_arrives_whole() -> None:
    with mailbox() as box, channel(settings(box.port)) as through:
        assert through.send(message(thread_id="<first@smaby.example>")) is None
    (mail,) = box.mails
    headers = {
        "From": "Småby mediebevakning <mediebevakning@smaby.example>",
        "To": "kommunikationschef@smaby.example",
        "Subject": "Larm: Hot – Näsviksskolan",
        "Date": "Sat, 21 Nov 2026 08:00:00 +0000",
        "Message-ID": message().message_id,
        "In-Reply-To": "<first@smaby.example>",
        "References": "<first@smaby.example>",
        "List-Id": "<mediebevakning.smaby.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    assert {name: str(mail[name]) for name in headers} == headers
    text, html = mail.iter_parts()
    assert text.get_content().splitlines() == ["Åäö i text."]
    assert html.get_content().strip() == "<p>Åäö i html.</p>"
    assert [part["Content-Transfer-Encoding"] for part in (text, html)] == ["quoted-printable"] * 2


@given(
    st.lists(
        st.sampled_from(["måndag", "1", "14", "beröm,", "ärenden", "Larm:", "–", "väntar", "3 negativa,"]), min_size=1
    )
)
@settings_of(deadline=None)
def test_a_subject_arrives_as_it_was_written(words: list[str]) -> None:
    subject = " ".join(words)
    sent = envelope(message(subject=subject), smaby().sender, NOW).as_bytes()
    assert all(len(line) <= 78 for line in sent.partition(b"\r\n\r\n")[0].split(b"\r\n"))
    assert message_from_bytes(sent, policy=default)["Subject"] == subject


def test_one_connection_carries_a_batch() -> None:
    with mailbox() as box, channel(settings(box.port)) as through:
        assert [through.send(message(f"key{number}")) for number in range(5)] == [None] * 5
        assert box.connections == 1
    assert len(box.mails) == 5


@pytest.mark.parametrize(
    ("stage", "answer", "permanent", "unreachable"),
    [
        ("RCPT", "550 No such user", True, False),
        ("RCPT", "451 Greylisted", False, False),
        ("RCPT", "421 Closing", False, True),
        ("DATA", "554 Refused", True, False),
        ("DATA", "452 Full", False, False),
        ("MAIL", "421 Closing", False, True),
        ("MAIL", "530 Authentication required", False, True),
        ("MAIL", "552 Too large", True, False),
    ],
)
def test_what_a_server_answers(stage: str, answer: str, permanent: bool, unreachable: bool) -> None:
    with mailbox(**{stage: [answer]}) as box, channel(settings(box.port)) as through:
        refusal = through.send(message())
        assert refusal is not None
        assert (refusal.permanent, refusal.unreachable) == (permanent, unreachable)
        assert answer in refusal.reason
        # the next mail goes out all the same, on this connection or a new one
        assert through.send(message("next")) is None
    assert len(box.mails) == 1


def test_nobody_there() -> None:
    refusal = offered(settings(free_port()))
    assert refusal is not None
    assert refusal.unreachable
    assert not refusal.permanent


@pytest.mark.parametrize(
    "answers",
    [
        (3.0,),
        (GREETING, 3.0),
        (b"554 no service",),
        (GREETING, b"502 no", b"502 no"),
        (b"not smtp at all",),
    ],
    ids=["says nothing", "hangs after its greeting", "refuses at once", "no EHLO, no HELO", "garbage"],
)
def test_a_server_that_does_not_let_us_in_is_unreachable_within_the_timeout(answers: tuple[bytes | float, ...]) -> None:
    started = time.monotonic()
    with raw(*answers) as port:
        refusal = offered(settings(port, timeout=0.3))
    assert refusal is not None
    assert refusal.unreachable
    assert time.monotonic() - started < 2.5


def test_a_connection_dropped_after_the_data_counts_as_a_try() -> None:
    """Nobody knows whether the mail was taken: it is sent again, with the same Message-ID."""
    with raw(GREETING, HELLO, HELLO, HELLO, b"354 go on") as port:
        refusal = offered(settings(port))
    assert refusal is not None
    assert (refusal.permanent, refusal.unreachable) == (False, False)


def test_a_server_that_hangs_after_the_data_is_left_within_the_timeout() -> None:
    started = time.monotonic()
    with raw(GREETING, HELLO, HELLO, HELLO, b"354 go on", 3.0) as port:
        refusal = offered(settings(port, timeout=0.3))
    assert refusal is not None
    assert not refusal.permanent
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_no_mail_leaves_in_the_clear_where_encryption_is_asked_for(security: str) -> None:
    with mailbox() as box:
        refusal = offered(settings(box.port, security=security))
    assert refusal is not None
    assert refusal.unreachable
    assert box.mails == []


def test_a_login_that_is_refused_says_nothing_of_the_password() -> None:
    with raw(GREETING, b"250 AUTH PLAIN LOGIN", b"535 bad hunter2-geheim", b"334 ", b"535 bad", b"535 bad") as port:
        refusal = offered(settings(port, user="mediebevakning"), "hunter2-geheim")
    assert refusal is not None
    assert refusal.unreachable
    assert "hunter2" not in refusal.reason


def test_the_key_of_no_server_is_taken_on_trust(tmp_path: Path) -> None:
    """A certificate nobody we know has signed: not for us."""
    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, tls_context=context)
    controller.start()
    try:
        refusal = offered(settings(port, security="starttls"))
    finally:
        controller.stop()
    assert refusal is not None
    assert refusal.unreachable
    assert "certificate" in refusal.reason.lower()
    assert box.mails == []


def test_a_connection_that_breaks_at_two_mails_in_a_row_is_the_servers_fault() -> None:
    with mailbox(DATA=[DROP, HANG, "451 Later", DROP]) as box:
        with channel(settings(box.port, timeout=0.3)) as through:
            found = [through.send(message(f"k{number}")) for number in range(5)]
        assert [one and (one.permanent, one.unreachable) for one in found] == [
            (False, False),  # this mail may be to blame
            (False, True),
            (False, False),
            (False, False),  # the server has answered in between
            None,
        ]


def test_what_cannot_be_delivered_is_reported_to_the_address_for_it() -> None:
    with mailbox() as box:
        for bounces in (None, "studs@smaby.example"):
            sender = smaby().sender.model_copy(update={"bounces": bounces})
            with SmtpChannel(settings(box.port), sender, None, Clock()) as through:
                assert through.send(message()) is None
    assert box.senders == ["mediebevakning@smaby.example", "studs@smaby.example"]
    assert [str(mail["From"]) for mail in box.mails] == ["Småby mediebevakning <mediebevakning@smaby.example>"] * 2


@pytest.mark.parametrize(("password", "let_in"), [("rätt-lösen", True), ("right", True), ("fel", False)])
def test_mail_goes_out_encrypted_after_a_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str, let_in: bool
) -> None:
    certificate, key = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # a municipality's own authority, trusted by the machine
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def known(server: object, session: object, envelope: object, mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data.login == b"mediebevakning" and data.password.decode() in ("rätt-lösen", "right"))

    box, port = Mailbox(), free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=known,
        auth_required=True,
    )
    controller.start()
    try:
        refusal = offered(settings(port, security="starttls", user="mediebevakning"), password)
    finally:
        controller.stop()
    assert (refusal is None, len(box.mails)) == (let_in, int(let_in))
    assert refusal is None or password not in refusal.reason


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Files of a certificate for 127.0.0.1 that vouches for itself, and of its key."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    built = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(built.public_bytes(Encoding.PEM))
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, key
