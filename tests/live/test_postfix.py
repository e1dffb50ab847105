"""Mail through Postfix: taken, refused for good, refused for now, too large; and where it bounces."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pipelines.notify.channels.smtp import SmtpChannel, reach
from tests.builders import Clock, message, smaby
from tests.live import postfix
from tests.live.server import lacking
from tests.notify.servers import settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def server() -> Iterator[postfix.Postfix]:
    if absent := lacking(postfix.PACKAGES):
        pytest.skip(f"not installed: {', '.join(absent)}")
    if os.geteuid():
        pytest.skip("Postfix is started by root")
    with postfix.serving() as running:
        yield running


def channel(server: postfix.Postfix) -> SmtpChannel:
    sender = smaby().sender.model_copy(update={"bounces": "studs@smaby.example"})
    return SmtpChannel(settings(server.port, timeout=20), sender, None, Clock())


def test_postfix_answers(server: postfix.Postfix) -> None:
    assert reach(settings(server.port, timeout=20)) is None


def test_mail_arrives_with_its_headers_and_the_bounce_address(server: postfix.Postfix) -> None:
    with channel(server) as through:
        assert through.send(message(thread_id="<first@smaby.example>")) is None
    (mail,) = server.mails()
    assert (str(mail["Message-ID"]), str(mail["Return-Path"])) == (message().message_id, "<studs@smaby.example>")
    assert str(mail["Subject"]) == message().subject
    assert (str(mail["Auto-Submitted"]), str(mail["References"])) == ("auto-generated", "<first@smaby.example>")
    text, _ = mail.iter_parts()
    assert text.get_content().splitlines() == ["Åäö i text."]


@pytest.mark.parametrize(
    ("address", "code", "permanent"),
    [("okand@smaby.example", "550 5.1.1", True), ("full@smaby.example", "450 4.2.2", False)],
)
def test_a_refusal_is_of_one_mail_only(server: postfix.Postfix, address: str, code: str, permanent: bool) -> None:
    with channel(server) as through:
        refusal = through.send(message("refused", address=address))
        assert refusal is not None
        assert code in refusal.reason
        assert (refusal.permanent, refusal.unreachable) == (permanent, False)
        assert through.send(message("next" + address)) is None


def test_a_mail_that_is_too_large_is_its_own_fault(server: postfix.Postfix) -> None:
    with channel(server) as through:
        refusal = through.send(message("large", text="å" * 300_000))
        assert refusal is not None
        assert (refusal.permanent, refusal.unreachable) == (True, False)
        assert through.send(message("after the large one")) is None
