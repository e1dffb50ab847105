"""When the chain can be said to have worked, and what the summary says of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.bootstrap import App
from pipelines.launch.airflow import DAGS
from pipelines.launch.chain import faults
from pipelines.launch.lines import summary_of
from pipelines.launch.rest import Run
from pipelines.store import entries, outbox
from pipelines.store.views import Summary
from tests import builders
from tests.builders import NOW

GOOD = [Run(dag, f"{dag}-1", "success", "manual", NOW, 1.0) for dag in DAGS]
SINCE = NOW - timedelta(days=1)


@pytest.fixture
def app(tmp_path: Path) -> App:
    """With one alert and one digest sent."""
    app = builders.app(tmp_path)
    for key, kind in (("a", "alert"), ("d", "digest")):
        mail(app, key, kind)
        with app.engine.begin() as connection:
            [(claimed, _)] = outbox.claim(connection, "w", NOW, timedelta(minutes=1), 1)
            outbox.sent(connection, claimed.key, "w", NOW)
    return app


def mail(app: App, key: str, kind: str) -> None:
    with app.engine.begin() as connection:
        outbox.put(connection, builders.message(key, kind=kind), NOW)


def test_all_well(app: App) -> None:
    assert faults(app, GOOD, SINCE, sample=True) == []


def test_a_run_that_failed_or_never_was(app: App) -> None:
    failed = [Run("enrich", "enrich-1", "failed", "asset_triggered", NOW, None)]
    assert faults(app, [run for run in GOOD if run.dag != "enrich"] + failed, SINCE, sample=True) == [
        "Airflow: en körning av enrich misslyckades (enrich-1)",
        "Airflow: enrich har inte körts klart",
    ]
    assert faults(app, GOOD[1:], SINCE, sample=True) == ["Airflow: collect har inte körts klart"]


def test_a_scheduled_run_that_is_still_at_work_is_no_fault(app: App) -> None:
    assert (
        faults(app, [*GOOD, Run("collect", "collect-2", "running", "scheduled", NOW, None)], SINCE, sample=True) == []
    )


def test_what_is_left_undone(app: App) -> None:
    mail(app, "late", "alert")
    with app.engine.begin() as connection:
        entries.save(connection, [builders.entry()], NOW, silent=False)
    assert faults(app, GOOD, SINCE, sample=True) == [
        "1 inlägg är inte bedömda",
        "1 meddelanden ligger kvar i utkorgen",
    ]


def test_the_sample_must_have_told_someone_but_a_real_day_may_be_calm(tmp_path: Path) -> None:
    calm = builders.app(tmp_path)
    assert len(faults(calm, GOOD, SINCE, sample=True)) == 2
    assert faults(calm, GOOD, SINCE, sample=False) == []


def test_mails_of_days_ago_prove_nothing(app: App) -> None:
    assert len(faults(app, GOOD, NOW + timedelta(minutes=1), sample=True)) == 2


def test_the_summary_tells_from_sources_to_mails() -> None:
    done = Summary(
        asked=9, ok=5, unchanged=1, degraded=1, failed=2, entries=40, mentions=20, flags={"threat": 2}, alerts_sent=3
    )
    said = "\n".join(summary_of(done, builders.smaby(), GOOD, 61.4))
    assert "9 tillfrågade, 6 svarade, 1 svarade bristfälligt, 2 svarade inte" in said
    assert "40 nya, 20 om" in said
    assert f"{next(c.name for c in builders.smaby().categories if c.id == 'threat')} 2" in said
    assert "3 larm, 0 sammandrag" in said
    assert "61 s" in said
    assert all(dag in said for dag in DAGS)
