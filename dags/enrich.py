"""DAG `enrich`: pure understanding of what has come in."""

from __future__ import annotations

import os

from airflow.sdk import AssetOrTimeSchedule, dag, task

from dags.chain import ASSESSMENTS, ENTRIES, RETRIES, cron


@dag(
    schedule=AssetOrTimeSchedule(timetable=cron("*/15 * * * *"), assets=[ENTRIES]),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    tags=["mediebevakning"],
    doc_md="""
### Enrich
Assesses every entry that has not been through the present version of lexicons, rules and units: mentions, tone,
stance, flags, story. Starts when `collect` has stored something, and every quarter of an hour in any case: a changed
rule is applied to what is already stored.
""",
)
def enrich() -> None:
    @task(outlets=[ASSESSMENTS])
    def assess() -> dict[str, object]:
        from pipelines import bootstrap, settings
        from pipelines.enrich.phase import run

        return run(bootstrap.build(settings.read(os.environ), report=print)).as_json()

    assess()


enrich()
