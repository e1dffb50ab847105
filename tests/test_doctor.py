"""The doctor's test message goes the way that an alert goes, and what the server answers is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines import doctor
from pipelines.cli import main
from tests import builders
from tests.builders import SMABY
from tests.notify import servers

ADDRESS = "kommunikationschef@smaby.example"


def test_a_test_message_arrives_in_both_forms(tmp_path: Path) -> None:
    with servers.mailbox() as box:
        app = builders.app(tmp_path, builders.config(smtp=servers.settings(box.port)))
        found = doctor.try_mail(app, ADDRESS)
    (mail,) = box.mails
    assert (found.ok, found.remedy, mail["To"]) == (True, "", ADDRESS)
    assert ADDRESS in found.what and mail["Subject"] == "Provutskick från mediebevakningen"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None and app.config.dashboard.base_url in part.get_content()


def test_what_the_server_answers_is_told_with_a_remedy(tmp_path: Path) -> None:
    with servers.mailbox(RCPT=["550 5.1.1 no such mailbox"]) as box:
        app = builders.app(tmp_path, builders.config(smtp=servers.settings(box.port)))
        found = doctor.try_mail(app, ADDRESS)
    assert not found.ok and "no such mailbox" in found.what and "mail.toml" in found.remedy


def test_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path))
    folder = shutil.copytree(SMABY, tmp_path / "config")
    sources = folder / "sources.toml"
    sources.write_text(sources.read_text("utf-8").replace("[[source]]", "[[source]]\nenabled = false"), "utf-8")
    with servers.mailbox() as box:
        mail = (folder / "mail.toml").read_text("utf-8").splitlines()
        kept = [line for line in mail if not line.startswith(("host", "port", "security"))]
        at = kept.index("[smtp]") + 1
        kept[at:at] = ['host = "127.0.0.1"', f"port = {box.port}", 'security = "none"']
        (folder / "mail.toml").write_text("\n".join(kept), "utf-8")
        main(["doctor", "--json", "--config", str(folder), "--mail", ADDRESS])
    told = json.loads(capsys.readouterr().out)
    assert len(box.mails) == 1 and told[-1]["ok"] and ADDRESS in told[-1]["what"]


@pytest.mark.parametrize("wrong", [["--mail", "ingen adress"], ["--mail", ADDRESS, "--offline"]])
def test_what_cannot_be_sent_is_refused_before_anything_is_asked(wrong: list[str]) -> None:
    assert main(["doctor", "--config", str(SMABY), *wrong]) == 2
