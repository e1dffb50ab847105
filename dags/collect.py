"""DAG `collect`: the world comes in."""

from __future__ import annotations

import os
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Param, TriggerRule, dag, task

from dags.chain import ENTRIES, RETRIES, cron

SHARDS = 3  # at two processors a fourth gains nothing, and one slow source holds up a third at most


@dag(
    schedule=cron("*/10 * * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    params={"everything": Param(False, type="boolean", description="Ask also the sources that are not due yet.")},
    tags=["mediebevakning"],
    doc_md="""
### Collect
Asks every source that is due, in shards, and stores what is new. A source that does not answer is an issue in the
dashboard, not a failed task; a failed task is a fault of the program. `publish` runs even then, so that what the other
shards brought goes on to `enrich`. Run again, it stores nothing twice.
""",
)
def collect() -> None:
    @task
    def shards(params: Any = None) -> list[list[str]]:
        from pipelines import bootstrap, settings
        from pipelines.collect.phase import due_shards

        return due_shards(
            bootstrap.build(settings.read(os.environ), report=print), SHARDS, everything=params["everything"]
        )

    @task
    def fetch(source_ids: list[str]) -> dict[str, int]:
        from pipelines import bootstrap, settings
        from pipelines.collect.phase import run

        return run(bootstrap.build(settings.read(os.environ), report=print), source_ids).counts()

    @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[ENTRIES])
    def publish(fetched: Any, *, outlet_events: Any = None) -> None:
        outlet_events[ENTRIES].extra = {"shards": len(fetched[:] or ())}

    fetched = fetch.expand(source_ids=shards())
    publish(fetched)
    fetched >> EmptyOperator(task_id="all_shards")  # a leaf that fails with any shard, as `publish` does not


collect()
