"""What has had its time is gone, what has not is there, and what is gone does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipelines.bootstrap import App
from pipelines.config.schema import Retention
from pipelines.housekeeping import phase
from pipelines.notify import phase as notify
from pipelines.store import accounts, entries, issues, logins, outbox, sources
from pipelines.store.engine import reading
from pipelines.store.schema import entry, flag, issue, login_link, message, notice, poll, session
from pipelines.store.sources import Poll
from pipelines.types import Issue
from tests import builders
from tests.builders import NOW
from tests.notify.servers import Answering

OLD, YOUNG = NOW - timedelta(days=31), NOW - timedelta(days=29)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    kept = Retention(entries_days=30, flagged_days=30, metadata_days=60, mails_days=30, polls_days=30)
    built = builders.app(tmp_path, builders.config(retention=kept))
    yield built
    built.engine.dispose()


def count(app: App, table: object, *where: object) -> int:
    with reading(app.engine) as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def threat(id: str, published: object) -> object:
    post = builders.entry(id, published=published, text="Hemlig text", author="p1")
    return builders.item(post, flags=(builders.flag(reason="Hemlig"),), alert=True)


def test_texts_and_all_that_quotes_them_go_and_ids_stay(app: App) -> None:
    old = threat("old", OLD)
    builders.save(app, [old, threat("young", YOUNG)])
    report = phase.run(app)
    assert report.counts()["entry emptied"] == 1
    with reading(app.engine) as connection:
        rows = {row.id: row for row in connection.execute(select(entry))}
    assert (rows["old"].title, rows["old"].text, rows["old"].url, rows["old"].author) == (
        "",
        "",
        old.entry.url,
        None,
    )
    assert rows["young"].text == "Hemlig text"
    assert count(app, flag, flag.c.reason == "Hemlig") == 1


def test_what_is_forgotten_is_neither_stored_nor_told_again(app: App) -> None:
    old = threat("old", OLD)
    builders.save(app, [old])
    phase.run(app)
    with app.engine.begin() as connection:
        saved = entries.save(connection, [old.entry], NOW, silent=False)
    assert (saved.new, saved.edited) == (0, 0)
    assert notify.run(app, channel=Answering()).routed == 0


def test_a_mail_loses_its_text_and_keeps_its_key(app: App) -> None:
    app.clock.now = OLD
    with app.engine.begin() as connection:
        for key in ("sent", "failed"):
            outbox.put(connection, builders.message(key), OLD)
            outbox.claim(connection, "w", OLD, timedelta(minutes=1), 1)
            if key == "sent":
                outbox.sent(connection, key, "w", OLD)
            else:
                outbox.refused(connection, key, "w", "550", None)
        outbox.put(connection, builders.message("waiting"), OLD)
    app.clock.now = NOW
    assert phase.run(app).counts()["message emptied"] == 3
    assert count(app, message, message.c.text == "") == 3
    assert count(app, message, message.c.state == "failed") == 2  # what waited so long is withdrawn, not sent empty
    with app.engine.begin() as connection:
        assert not outbox.put(connection, builders.message("sent"), NOW)


def test_logs_logins_and_old_problems(app: App) -> None:
    problem = Issue("source:x:dead", "source:x", "Svarar inte.", "Kontrollera adressen.")
    long_ago = NOW - timedelta(days=91)
    with app.engine.begin() as connection:
        for at in (OLD, YOUNG):
            sources.log(connection, Poll("smabybladet", at, "ok"))
        accounts.add(connection, "chef", "kommunikationschef", (), OLD)
        accounts.add(connection, "rektor", "enhetschef", ("nasviksskolan",), OLD)
        logins.offer_link(connection, "old", "chef", YOUNG)
        logins.offer_link(connection, "new", "rektor", NOW + timedelta(hours=1))
        logins.begin_session(connection, "old", "chef", OLD, YOUNG)
        logins.note_tries(connection, ["k"], YOUNG)
        issues.report(connection, problem, long_ago)
        issues.close(connection, problem.key, long_ago)
        issues.report(connection, Issue("source:y:dead", "source:y", "Svarar inte.", "Kontrollera."), long_ago)
    gone = phase.run(app).counts()
    entered = [gone[f"{table} deleted"] for table in ("login_link", "session", "login_failure")]
    assert (gone["poll deleted"], entered, gone["issue deleted"]) == (1, [1, 1, 1], 1)
    assert [count(app, table) for table in (poll, login_link, session, issue)] == [1, 1, 0, 1]


def test_a_second_run_finds_nothing(app: App) -> None:
    builders.save(app, [threat("old", OLD)])
    phase.run(app)
    assert set(phase.run(app).counts().values()) == {0}


def test_notices_of_what_is_forgotten_stay_and_harm_nothing(app: App) -> None:
    app.clock.now = OLD + timedelta(hours=1)
    builders.save(app, [threat("old", OLD)])
    notify.run(app, channel=Answering())
    app.clock.now = NOW
    phase.run(app)
    assert count(app, notice) == 1
    (made,) = notify.preview(app)
    assert "Inget att rapportera" in made.text
