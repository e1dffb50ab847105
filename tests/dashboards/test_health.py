"""What machines are told of us: alive, ready, measured; and what they are not told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.app import build_app
from pipelines import readiness
from pipelines.bootstrap import App
from pipelines.config.schema import Dashboard
from pipelines.store import outbox, sources
from pipelines.store.engine import open_engine
from pipelines.store.sources import Poll
from tests import builders
from tests.builders import NOW, Clock, entry, item, message, tone
from tests.dashboards import seed

SAMPLE = re.compile(r'[a-z_]+(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?[0-9.e+-]+')
TOKEN = "an invented token of the operator's"


def at(app: App, client: str = "127.0.0.1") -> TestClient:
    return TestClient(build_app(app), base_url=seed.HOST, client=(client, 50000))


def figures(app: App) -> dict[str, float]:
    answer = at(app).get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert answer.text.endswith("\n") and all(SAMPLE.fullmatch(line) for line in lines), answer.text
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_alive_is_told_even_when_the_database_is_gone(app: App, tmp_path: Path) -> None:
    gone = replace(app, engine=open_engine("postgresql://watch@127.0.0.1:1/x"))
    assert at(gone).get("/healthz").text == "ok"
    ready = at(gone).get("/readyz")
    assert ready.status_code == 503 and ready.text.startswith("inte redo\nDatabasen svarar inte.")
    assert at(gone).get("/metrics").status_code == 503


def test_ready_with_what_someone_should_look_at(app: App) -> None:
    assert (at(app).get("/readyz").status_code, at(app).get("/readyz").text) == (200, "redo\n")
    later = replace(app, clock=Clock(NOW + timedelta(hours=3)))
    ready = at(later).get("/readyz")
    assert ready.status_code == 200
    assert ready.text.splitlines() == [
        "redo",
        "Ingen källa har frågats på 3 timmar. Se att insamlingen är igång.",
        "2 utskick har väntat mer än en timme. Se under Källor vad e-postservern svarar.",
    ]


def test_a_mail_that_waits_on_purpose_is_not_late_and_one_that_is_refused_is(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    with app.engine.begin() as connection:
        sources.log(connection, Poll("smabybladet", NOW, "ok"))
        outbox.put(connection, message(), NOW - timedelta(hours=9), not_before=NOW - timedelta(minutes=5))
    assert readiness.examine(app) == readiness.Readiness(())
    with app.engine.begin() as connection:
        outbox.claim(connection, "w", NOW, timedelta(minutes=1), 1)
        outbox.refused(connection, message().key, "w", "servern svarar inte", NOW + timedelta(minutes=30))
    assert [note[:14] for note in readiness.examine(app).notes] == ["Ett utskick ha"]


def test_a_database_of_another_version_and_a_full_disk_are_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = replace(builders.app(tmp_path), engine=open_engine(f"sqlite:///{tmp_path}/other.db"))
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 10**18)
    schema, disk = readiness.examine(app).stops
    assert "schema" in schema and "disken" in disk


def test_nothing_of_what_people_wrote_is_told(app: App) -> None:
    told = at(app).get("/metrics").text + at(app).get("/readyz").text
    assert seed.SECRET not in told and "@" not in told and "nasviksskolan" not in told


def test_the_figures_are_those_of_the_last_day(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    posts = [
        item(entry(f"e{number}", published=NOW - timedelta(hours=2)), tone=tone("unsure" if number == 0 else "neutral"))
        for number in range(4)
    ]
    old = item(entry("old", published=NOW - timedelta(hours=30)), tone=tone("unsure"))
    elsewhere = item(entry("elsewhere", published=NOW - timedelta(hours=2)), about=False, tone=tone("unsure"))
    builders.save(app, [*posts, old, elsewhere])
    with app.engine.begin() as connection:
        sources.save_states(
            connection,
            [
                sources.SourceState("smabybladet", last_ok_at=NOW - timedelta(seconds=90), last_new_at=NOW),
            ],
        )
        sources.save_states(connection, [sources.SourceState("struken", last_ok_at=NOW - timedelta(days=90))])
        sources.log(connection, Poll("smabybladet", NOW - timedelta(hours=25), "ok", new=50))
        sources.log(connection, Poll("smabybladet", NOW - timedelta(hours=2), "ok", new=3, edited=1))
        sources.log(connection, Poll("smabybladet", NOW - timedelta(hours=1), "ok", new=2))
        sources.log(connection, Poll("smabybladet", NOW, "failed"))
        outbox.put(connection, message("a"), NOW)
        outbox.put(connection, message("b", channel="krisgruppen"), NOW)
    told = figures(app)
    of = 'source="smabybladet"'
    assert told[f'mediebevakning_visits{{{of},outcome="ok"}}'] == 2
    assert told[f'mediebevakning_visits{{{of},outcome="failed"}}'] == 1
    assert told[f'mediebevakning_entries{{{of},outcome="new"}}'] == 5
    assert told[f'mediebevakning_entries{{{of},outcome="edited"}}'] == 1
    assert told[f'mediebevakning_source_age_seconds{{{of},since="answer"}}'] == 90
    assert told[f'mediebevakning_source_age_seconds{{{of},since="new"}}'] == 0
    assert not any("struken" in name for name in told), "an age that only grows would alarm for ever"
    assert told['mediebevakning_messages{channel="mail",state="pending"}'] == 1
    assert told['mediebevakning_messages{channel="krisgruppen",state="pending"}'] == 1
    assert told["mediebevakning_mentions"] == 4
    assert told["mediebevakning_unsure_share"] == 0.25
    assert told['mediebevakning_model_entries{version="v1"}'] == 5


def test_the_delay_of_alerts_and_refused_mail(app: App) -> None:
    with app.engine.begin() as connection:
        claimed = outbox.claim(connection, "w", NOW + timedelta(minutes=1), timedelta(minutes=1), 2)
        assert {mail.key for mail, _ in claimed} == {seed.ALERT.key, seed.DIGEST.key}
        outbox.sent(connection, seed.ALERT.key, "w", NOW)
        outbox.refused(connection, seed.DIGEST.key, "w", "servern svarar inte", NOW + timedelta(hours=1))
    told = figures(app)
    assert told['mediebevakning_alert_delay_seconds{quantile="1.0"}'] == 3 * 3600
    assert told["mediebevakning_alerts"] == 1
    assert told['mediebevakning_messages_refused{channel="mail"}'] == 1


@pytest.mark.parametrize(
    ("client", "base_url", "status"),
    [
        ("127.0.0.1", "http://127.0.0.1:8710", 200),
        ("::1", "http://localhost:8710", 200),
        ("192.0.2.7", "http://127.0.0.1:8710", 401),
        ("127.0.0.1", "https://mediebevakning.smaby.example", 401),  # the proxy's own address
    ],
)
def test_figures_are_told_on_this_machine_only(tmp_path: Path, client: str, base_url: str, status: int) -> None:
    app = builders.app(tmp_path, builders.config(dashboard=Dashboard(base_url=base_url)))
    assert at(app, client).get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), ("Bearer another", 401), (TOKEN, 401), ("Bearer ", 401), ("Bearer åäö", 401), ("", 401)],
)
def test_or_to_who_has_the_token_from_anywhere(tmp_path: Path, given: str, status: int) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    app = replace(builders.app(tmp_path), environment={"MEDIEBEVAKNING_METRICS_TOKEN_FILE": str(file)})
    headers = {"Authorization": given.encode()}
    for client in ("192.0.2.7", "127.0.0.1"):
        assert at(app, client).get("/metrics", headers=headers).status_code == status
