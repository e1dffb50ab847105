"""DAG `housekeeping`: forget what has had its time, and what is gone at its source."""

from __future__ import annotations

import os
from datetime import timedelta
from importlib import import_module

from airflow.sdk import dag, task

from dags.chain import RETRIES, cron

PHASES = {"forget": "housekeeping", "accounts": "register", "evaluation": "evaluation", "snapshots": "snapshots"}
"""Names of the tasks, and the rooms whose phases they are. Each goes on with what the night before left undone."""


@dag(
    schedule=cron("15 3 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES | {"execution_timeout": timedelta(minutes=29)},
    tags=["mediebevakning"],
    doc_md="""
### Housekeeping
Forgets what has had its time by the configuration or is gone at its source, but nothing that is held; goes on with
persons' requests that were broken off.
Then tells of official accounts that have gone silent, sends the evaluation of a year or a campaign when its day has
come, and at each half-year keeps the accounts' start pages for the archive.
""",
)
def housekeeping() -> None:
    for name, room in PHASES.items():

        @task(task_id=name)
        def carry_out(room: str) -> dict[str, int]:
            from pipelines import bootstrap, settings

            phase = import_module(f"pipelines.{room}.phase")
            counts: dict[str, int] = phase.run(bootstrap.build(settings.read(os.environ), report=print)).counts()
            return counts

        carry_out(room)


housekeeping()
