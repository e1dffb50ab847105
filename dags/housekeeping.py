"""DAG `housekeeping`: forget what has had its time, and what is gone at its source."""

from __future__ import annotations

import os
from datetime import timedelta

from airflow.sdk import dag, task

from dags.chain import RETRIES, cron


@dag(
    schedule=cron("15 3 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    tags=["mediebevakning"],
    doc_md="""
### Housekeeping
Forgets what has had its time by the configuration or is gone at its source, but nothing that is held; goes on with
persons' requests that were broken off.
Then tells of official accounts that have gone silent, and at each half-year keeps their start pages for the archive.
""",
)
def housekeeping() -> None:
    @task
    def forget() -> dict[str, int]:
        from pipelines import bootstrap, settings
        from pipelines.housekeeping.phase import run

        return run(bootstrap.build(settings.read(os.environ), report=print)).counts()

    @task
    def accounts() -> dict[str, int]:
        from pipelines import bootstrap, settings
        from pipelines.register.phase import run

        return run(bootstrap.build(settings.read(os.environ), report=print)).counts()

    @task(execution_timeout=timedelta(minutes=29))
    def snapshots() -> dict[str, int]:
        from pipelines import bootstrap, settings
        from pipelines.snapshots.phase import run

        app = bootstrap.build(settings.read(os.environ), report=print)
        return run(app, longest=timedelta(minutes=20)).counts()  # the next night takes the rest

    forget()
    accounts()
    snapshots()


housekeeping()
