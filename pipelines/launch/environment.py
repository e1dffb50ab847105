"""The environment that children are started in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path

from pipelines.launch.marked import mark
from pipelines.launch.ports import LOOPBACK
from pipelines.settings import LOG, ROOT, Settings

PARALLEL_TASKS = 4
"""Measured on two processors: 2 makes a stage of 20 tasks a third slower, 8 gains nothing."""
ADMIN = "admin"


def of_child(inherited: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """The environment of every child: what we were given, with the installation in it and Airflow's settings out of it.

    PYTHONDONTWRITEBYTECODE is dropped: without compiled modules each `airflow` process starts twice as slowly.
    Loopback is exempt from any proxy, or tasks would ask the proxy for Airflow's own API.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("AIRFLOW") and name != "PYTHONDONTWRITEBYTECODE"
    }
    direct = ",".join(filter(None, (kept.get("no_proxy") or kept.get("NO_PROXY"), LOOPBACK, "localhost")))
    path = ":".join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    ours = {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "no_proxy": direct, "NO_PROXY": direct}
    return {**kept, **settings.environment(), **mark(settings.var), **ours}


def of_airflow(
    child: Mapping[str, str], home: Path, port: int, *, jwt_secret: str, closes: time, paused: bool
) -> dict[str, str]:
    """`child` with Airflow's settings: all its state under `home`, its API on loopback at `port`.

    closes: when the digest's window closes; paused: DAGs seen for the first time wait until they are let go.
    """
    address = f"http://{LOOPBACK}:{port}"
    return {
        **child,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLEL_TASKS),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": str(paused),
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Europe/Stockholm",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__API__HOST": LOOPBACK,  # its own default is every address of the machine
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": jwt_secret,
        # A finished task holds its slot for a whole heartbeat; the default of 5 s halves the throughput.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # The first call to a cold API takes up to 10 s, more than the default patience of 5 s a try.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
        "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "10",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        # A worker that dies is noticed after a minute instead of five; the task is then tried again.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        # What our tasks say is kept; most of Airflow's account of its inner life, 200 kB a pass, is not.
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "airflow=WARNING",
        "AIRFLOW__LOGGING__JSON_LOGS": str(child.get(LOG) == "json"),
        "MEDIEBEVAKNING_DIGEST_CRON": digest_cron(closes),
        "PYTHONWARNINGS": "ignore",
    }


def digest_cron(closes: time) -> str:
    """The minute after the digest window closes, as a cron expression."""
    after = datetime.combine(datetime.min, closes) + timedelta(minutes=1)
    return f"{after.minute} {after.hour} * * *"
