"""DAGs `alerts` and `digest`: the world is told."""

from __future__ import annotations

import os

from airflow.sdk import AssetOrTimeSchedule, dag, task

from dags.chain import ASSESSMENTS, RETRIES, cron

# The launcher sets the minute after the closing time in municipality.toml; this is the one after its default, 07:30.
DIGEST_CRON = os.environ.get("MEDIEBEVAKNING_DIGEST_CRON", "31 7 * * *")
ONE_AT_A_TIME = {"catchup": False, "max_active_runs": 1, "default_args": RETRIES, "tags": ["mediebevakning"]}


@dag(
    schedule=AssetOrTimeSchedule(timetable=cron("*/5 * * * *"), assets=[ASSESSMENTS]),
    **ONE_AT_A_TIME,
    doc_md="""
### Alerts
Decides who is to be told of what has been assessed and sends what cannot wait. Runs every five minutes in any case,
to try again what a mail server has refused for the moment.
""",
)
def alerts() -> None:
    @task
    def tell() -> dict[str, int]:
        from pipelines import bootstrap, settings
        from pipelines.notify.phase import run

        return run(bootstrap.build(settings.read(os.environ), report=print)).counts()

    tell()


@dag(
    schedule=cron(DIGEST_CRON),
    **ONE_AT_A_TIME,
    doc_md="""
### Digest
Sends each receiver the digest of the day that closed a minute ago, and any of the last days that was missed. The window
is fixed and kept in the database, one digest per receiver and date: this DAG's own dates decide nothing.
""",
)
def digest() -> None:
    @task
    def send() -> dict[str, int]:
        from pipelines import bootstrap, settings
        from pipelines.notify.phase import digest as send_due

        return send_due(bootstrap.build(settings.read(os.environ), report=print)).counts()

    send()


alerts()
digest()
