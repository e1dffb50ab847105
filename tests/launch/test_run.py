"""The command itself: refusals before anything is started, and the whole sample day through Airflow."""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import settings
from pipelines.launch import lock, marked
from pipelines.launch import run as launcher
from pipelines.store.engine import open_engine, reading
from pipelines.store.views import summary
from tests.builders import SMABY

ROOT = Path(__file__).resolve().parents[2]


def call(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run", *arguments],
        env={**os.environ, "MEDIEBEVAKNING_VAR": str(var), "PYTHONPATH": str(ROOT), "HOME": str(var)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with lock.hold(tmp_path / "run.lock"):
        second = call(tmp_path, "--config", str(SMABY))
    assert second.returncode == 2
    assert f"process {os.getpid()}" in second.stderr
    assert not (tmp_path / "airflow").exists()


def test_a_configuration_with_a_fault_starts_nothing(tmp_path: Path) -> None:
    folder = shutil.copytree(SMABY, tmp_path / "config")
    with (folder / "mail.toml").open("a") as file:
        file.write("\n[pigeons]\ncount = 3\n")
    refused = call(tmp_path / "var", "--config", str(folder))
    assert refused.returncode == 1
    assert "mail.toml" in refused.stderr
    assert "pigeons" in refused.stderr
    assert not (tmp_path / "var" / "log").exists()


@pytest.mark.parametrize("with_dashboard", [True, False])
def test_without_the_dashboard_no_way_into_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_dashboard: bool
) -> None:
    """Airflow itself is the sample day's matter: here it only has an address."""

    class Following:
        def __init__(self, *_: object) -> None: ...

        def begin(self) -> None: ...

    started: list[int] = []
    api = SimpleNamespace(base_url="http://127.0.0.1:8780")
    monkeypatch.setattr(launcher, "_orchestra", lambda *_: SimpleNamespace(api=api, environment={}, password="x"))
    monkeypatch.setattr(launcher, "Pass", Following)
    monkeypatch.setattr(launcher, "stay", lambda *_: 0)
    monkeypatch.setattr(launcher.dashboard, "start", lambda crew, port, child: started.append(port))
    monkeypatch.setattr(launcher.dashboard, "await_answer", lambda *_: None)
    ours = settings.read({"MEDIEBEVAKNING_VAR": str(tmp_path)}, config=str(SMABY))
    said: list[str] = []
    assert launcher.run(ours, sample=False, once=False, with_dashboard=with_dashboard, say=said.append) == 0
    assert ("/logga-in/" in "\n".join(said), len(started)) == (with_dashboard, int(with_dashboard))


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_sample_day_from_feed_to_mail(tmp_path: Path) -> None:
    done = call(tmp_path, "--sample", "--once")
    logs = "\n".join(f"--- {log}\n{log.read_text('utf-8')[-1500:]}" for log in tmp_path.glob("log/*.log"))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs}"
    assert marked.find(tmp_path) == [], "nothing is left behind"
    ours = settings.read({"MEDIEBEVAKNING_VAR": str(tmp_path)})
    with reading(open_engine(ours.database)) as connection:
        told = summary(connection, datetime(2000, 1, 1, tzinfo=UTC))
    assert told.failed, "some of the sample's sources are broken on purpose"
    assert told.entries > 400
    assert 0.3 < told.mentions / told.entries < 0.7
    assert {"threat", "bullying"} <= set(told.flags)
    assert told.alerts_sent and told.digests_sent
    assert (told.waiting, told.undeliverable) == (0, 0)
    mails = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in ours.mails.glob("*.eml")]
    assert len(mails) == told.alerts_sent + told.digests_sent + told.others_sent
    assert len({mail["Message-ID"] for mail in mails}) == len(mails), "none came twice"
    assert not (tmp_path / "airflow" / "airflow.cfg").stat().st_mode & 0o077
