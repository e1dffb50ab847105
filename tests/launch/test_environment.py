from __future__ import annotations

import json
import stat
from datetime import time
from pathlib import Path

import pytest

from pipelines import settings
from pipelines.launch import environment, home
from pipelines.launch.marked import MARK


def child(tmp_path: Path, **inherited: str) -> dict[str, str]:
    return environment.of_child(inherited, settings.read({"MEDIEBEVAKNING_VAR": str(tmp_path)}))


def test_a_child_finds_the_installation_and_nobody_elses_airflow(tmp_path: Path) -> None:
    given = child(
        tmp_path, AIRFLOW_HOME="/elsewhere", AIRFLOW__CORE__EXECUTOR="X", HOME="/h", PYTHONDONTWRITEBYTECODE="1"
    )
    assert not [name for name in given if name.startswith("AIRFLOW")]
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert given["HOME"] == "/h"
    assert settings.read(given).var == tmp_path
    assert given[MARK] == str(tmp_path)


def test_loopback_never_goes_by_a_proxy(tmp_path: Path) -> None:
    given = child(tmp_path, HTTP_PROXY="http://proxy.example:3128", NO_PROXY="intern.example")
    assert given["NO_PROXY"] == given["no_proxy"] == "intern.example,127.0.0.1,localhost"


def test_airflow_listens_on_loopback_and_lives_in_its_folder(tmp_path: Path) -> None:
    given = environment.of_airflow(
        child(tmp_path), tmp_path / "airflow", 8791, jwt_secret="s", closes=time(7, 30), paused=True
    )
    assert given["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert given["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8791/execution/"
    assert given["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "True"
    paths = [value for name, value in given.items() if name.startswith("AIRFLOW") and str(tmp_path) in value]
    assert len(paths) >= 4


@pytest.mark.parametrize(
    ("closes", "cron"), [(time(7, 30), "31 7 * * *"), (time(23, 59), "0 0 * * *"), (time(6, 0), "1 6 * * *")]
)
def test_the_digest_runs_the_minute_after_its_window_closes(closes: time, cron: str) -> None:
    assert environment.digest_cron(closes) == cron


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = home.prepare(tmp_path / "airflow")
    assert home.prepare(tmp_path / "airflow") == first
    password, secret = first
    assert len(secret) >= 64, "Airflow warns at every request of a shorter one"
    assert json.loads((tmp_path / "airflow" / "passwords.json").read_text("ascii")) == {"admin": password}
    for name in ("passwords.json", "jwt.secret", "password.secret"):
        assert stat.S_IMODE((tmp_path / "airflow" / name).stat().st_mode) == 0o600
    assert home.prepare(tmp_path / "other") != first


@pytest.mark.parametrize(("asked", "given"), [({}, "False"), ({"MEDIEBEVAKNING_LOG": "json"}, "True")])
def test_airflow_writes_its_log_in_the_same_form(tmp_path: Path, asked: dict[str, str], given: str) -> None:
    around = environment.of_airflow(
        child(tmp_path, **asked), tmp_path / "airflow", 8791, jwt_secret="s", closes=time(7, 30), paused=True
    )
    assert around["AIRFLOW__LOGGING__JSON_LOGS"] == given


def test_the_databases_address_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "db"
    file.write_text("postgresql://watch:hemligt@db/watch\n")
    assert settings.read({"MEDIEBEVAKNING_DB_FILE": str(file)}).database == "postgresql://watch:hemligt@db/watch"
    both = {"MEDIEBEVAKNING_DB_FILE": str(file), "MEDIEBEVAKNING_DB": "sqlite:///x.db"}
    assert settings.read(both).database == "sqlite:///x.db"
