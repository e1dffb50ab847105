"""The sink files every mail, whole, and a mail that comes twice is seen twice."""

from __future__ import annotations

import json
import signal
import smtplib
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample.sink import file_mail

NOW = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)


def mail(message_id: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"], message["Subject"] = message_id, subject
    message["From"], message["To"] = "mediebevakning@botkyrka.example", "kommunikationschef@botkyrka.example"
    message.set_content("Smörgåsbord i Hallunda.\n.\nEn punkt ensam på sin rad.\n")
    return message


def test_mails_come_out_as_they_went_in_and_doubles_are_counted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sample.sink", "--port", "0", "--dir", str(tmp_path / "mail")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        port = json.loads(program.stdout.readline())["port"]
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            for message_id, subject in (("<a@x>", "Hot – Fittjaskolan"), ("<b@x>", "Dagens läge"), ("<a@x>", "Igen")):
                smtp.send_message(mail(message_id, subject))
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    files = sorted((tmp_path / "mail").iterdir())
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [message["Subject"] for message in read] == ["Hot – Fittjaskolan", "Dagens läge", "Igen"]
    assert "Smörgåsbord i Hallunda.\r\n.\r\nEn punkt" in read[0].get_content()
    assert [file.name.rpartition("-")[2] for file in files] == ["1.eml", "1.eml", "2.eml"]


@given(st.binary(max_size=400))
def test_any_bytes_are_filed(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("mail")
    path = file_mail(folder, content, NOW)
    assert path.read_bytes() == content
    assert path.parent == folder
    assert path.name.startswith("20261122T073105")


def test_a_message_id_is_no_path(tmp_path: Path) -> None:
    path = file_mail(tmp_path, b"Message-ID: <../../etc/passwd@x>\r\n\r\nhej\r\n", NOW)
    assert list(tmp_path.iterdir()) == [path]
