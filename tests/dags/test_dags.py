"""The DAGs as Airflow reads them: that they can be read, when they run, what links them, what their tasks call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parents[2]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
IDS = {"collect", "enrich", "alerts", "digest", "housekeeping"}


@pytest.fixture(scope="module")
def bag() -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(ROOT / "dags"))


@pytest.fixture(scope="module")
def scheduled(bag: Any) -> dict[str, Any]:
    """The DAGs as the scheduler gets them: written down and read again."""
    from airflow.serialization.serialized_objects import DagSerialization

    return {name: DagSerialization.from_dict(DagSerialization.to_dict(dag)) for name, dag in bag.dags.items()}


def test_all_can_be_read(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == IDS


def test_nothing_heavy_is_imported_to_read_them() -> None:
    """What a DAG file imports at its top costs every parse; our own code comes in inside the tasks."""
    code = (
        "import sys; from airflow.dag_processing.dagbag import DagBag; DagBag(dag_folder=sys.argv[1]);"
        "print([name for name in sys.modules if name.split('.')[0] in ('pipelines', 'sentiment', 'pandas', 'httpx2')])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "dags")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", sorted(IDS))
def test_each_is_tried_again_and_never_twice_at_once(bag: Any, name: str) -> None:
    dag = bag.dags[name]
    assert dag.max_active_runs == 1
    assert not dag.catchup
    assert len(dag.doc_md.strip().splitlines()) > 1
    for task in dag.tasks:
        assert task.retries >= 1
        assert task.retry_exponential_backoff
        assert task.execution_timeout < timedelta(minutes=30)


def slots(dag: Any, start: datetime, count: int) -> list[datetime]:
    """The first `count` local times at which the timetable starts a run after `start`."""
    from airflow.timetables.base import TimeRestriction
    from pendulum import instance

    restriction = TimeRestriction(earliest=instance(start), latest=None, catchup=True)
    found: list[datetime] = []
    interval = None
    for _ in range(count):
        info = dag.timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=restriction)
        interval = info.data_interval
        found.append(info.run_after.astimezone(STOCKHOLM))
    return found


@pytest.mark.parametrize("change", [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
def test_the_digest_goes_out_at_the_same_local_time_when_the_clocks_change(
    scheduled: dict[str, Any], change: datetime
) -> None:
    found = slots(scheduled["digest"], change, 5)
    assert [(time.hour, time.minute) for time in found] == [(7, 31)] * 5
    assert [later.date() - earlier.date() for earlier, later in pairwise(found)] == [timedelta(days=1)] * 4
    assert len({time.utcoffset() for time in found}) == 2, "the days chosen lie on both sides of a change"


def test_timetables(scheduled: dict[str, Any]) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert [time.minute for time in slots(scheduled["collect"], start, 6)] == [0, 10, 20, 30, 40, 50]
    assert [time.minute for time in slots(scheduled["enrich"], start, 4)] == [0, 15, 30, 45]
    assert [time.minute for time in slots(scheduled["alerts"], start, 3)] == [0, 5, 10]
    assert [(time.hour, time.minute) for time in slots(scheduled["housekeeping"], start, 2)] == [(3, 15)] * 2


def test_assets_link_the_phases(bag: Any, scheduled: dict[str, Any]) -> None:
    def outlets(name: str) -> set[str]:
        return {asset.uri for task in bag.dags[name].tasks for asset in task.outlets}

    def awaited(name: str) -> set[str]:
        return {asset.uri for _, asset in scheduled[name].timetable.asset_condition.iter_assets()}

    assert outlets("collect") == awaited("enrich") == {"mediebevakning://phases/entries"}
    assert outlets("enrich") == awaited("alerts") == {"mediebevakning://phases/assessments"}
    assert {name for name in IDS if outlets(name)} == {"collect", "enrich"}


def test_a_failed_shard_fails_the_run_though_the_rest_is_published(bag: Any) -> None:
    collect = bag.dags["collect"]
    assert {task.task_id for task in collect.leaves} == {"publish", "all_shards"}
    assert collect.get_task("publish").trigger_rule == "all_done"
    assert collect.get_task("all_shards").trigger_rule == "all_success"


HOUSEKEEPING = {"forget": "housekeeping", "accounts": "register", "evaluation": "evaluation", "snapshots": "snapshots"}


def test_tasks_hand_on_counts_and_ids_only(bag: Any, smaby: SimpleNamespace) -> None:
    """Each task as the plain function it is, on a second municipality's configuration and a database of its own."""
    task = {
        (name, task.task_id): task.python_callable
        for name in IDS
        for task in bag.dags[name].tasks
        if hasattr(task, "python_callable")
    }
    shards = task["collect", "shards"](params={"everything": True})
    assert sorted(source for shard in shards for source in shard) == sorted(smaby.sources)
    assert task["enrich", "assess"]()["assessed"] == 0
    for told in (
        task["alerts", "tell"](),
        task["digest", "send"](),
        *(task["housekeeping", name](room) for name, room in HOUSEKEEPING.items()),
    ):
        assert all(isinstance(count, int) for count in told.values())


@pytest.fixture
def smaby(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    folder = ROOT / "tests" / "data" / "smaby"
    monkeypatch.setenv("MEDIEBEVAKNING_CONFIG", str(folder))
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path))
    sources = re.findall(r'^\[\[source\]\]\s*\nid = "([^"]+)"', (folder / "sources.toml").read_text("utf-8"), re.M)
    return SimpleNamespace(sources=sources)
