"""Delivery: once, in spite of refusals, crashes and several workers; and never lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pipelines.bootstrap import App
from pipelines.config.schema import Retry
from pipelines.notify.channels.smtp import SmtpChannel
from pipelines.notify.deliver import STEPS_OF_A_SEND, Delivered, delay, deliver
from pipelines.store import outbox
from pipelines.store.engine import reading
from pipelines.store.schema import issue, message
from pipelines.types import Message, Refusal
from tests import builders
from tests.notify.servers import Answering, mailbox, settings

ROOT = Path(__file__).parents[2]
LATER = Refusal("servern nekade (451 Greylisted)", permanent=False)
NEVER = Refusal("servern nekade (550 No such user)", permanent=True)
DOWN = Refusal("ConnectionRefusedError", permanent=False, unreachable=True)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    retry = Retry(attempts=3, first_delay_seconds=60, max_delay_seconds=3600, lease_seconds=120)
    built = builders.app(tmp_path, builders.config(retry=retry))
    yield built
    built.engine.dispose()


def put(app: App, *keys: str, **changes: str) -> None:
    with app.engine.begin() as connection:
        for key in keys:
            assert outbox.put(connection, builders.message(key, **changes), app.clock())


def states(app: App) -> dict[str, str]:
    with reading(app.engine) as connection:
        return {row.key: row.state for row in connection.execute(select(message.c.key, message.c.state))}


def open_issues(app: App) -> list[str]:
    with reading(app.engine) as connection:
        return list(connection.execute(select(issue.c.key).where(issue.c.closed_at.is_(None))).scalars())


def test_what_is_sent_is_not_sent_again(app: App) -> None:
    put(app, "a", "b")
    channel = Answering()
    assert deliver(app, channel) == Delivered(sent=2)
    app.clock.forward(days=30)
    assert deliver(app, channel) == Delivered()
    assert [sent.key for sent in channel.sent] == ["a", "b"]


def test_a_key_is_put_once(app: App) -> None:
    put(app, "a")
    with app.engine.begin() as connection:
        assert not outbox.put(connection, builders.message("a", text="another\n"), app.clock())


def test_alerts_go_before_digests(app: App) -> None:
    put(app, "digest", kind="digest")
    app.clock.forward(minutes=1)
    put(app, "alert")
    channel = Answering()
    deliver(app, channel)
    assert [sent.key for sent in channel.sent] == ["alert", "digest"]


def test_a_refused_mail_waits_longer_each_time_and_ends_as_an_issue(app: App) -> None:
    put(app, "a")
    channel = Answering([LATER, LATER, LATER])
    assert deliver(app, channel) == Delivered(deferred=1)
    assert deliver(app, channel) == Delivered()  # not yet
    app.clock.forward(seconds=60)
    assert deliver(app, channel) == Delivered(deferred=1)
    app.clock.forward(seconds=60)
    assert deliver(app, channel) == Delivered()
    app.clock.forward(seconds=60)
    assert deliver(app, channel) == Delivered(failed=1)
    assert states(app) == {"a": "failed"}
    assert open_issues(app) == ["receiver:kommunikationschef:undelivered"]


def test_one_refused_for_good_keeps_no_other_waiting(app: App) -> None:
    put(app, "a", "b")
    assert deliver(app, Answering([NEVER])) == Delivered(sent=1, failed=1)
    assert states(app) == {"a": "failed", "b": "sent"}


def test_the_issue_closes_when_mail_reaches_the_receiver_again(app: App) -> None:
    put(app, "a")
    deliver(app, Answering([NEVER]))
    put(app, "other", receiver="kommunikationschef:vikarie")
    deliver(app, Answering())
    assert open_issues(app) == ["receiver:kommunikationschef:undelivered"]
    put(app, "b")
    deliver(app, Answering())
    assert open_issues(app) == []


def test_a_server_that_is_down_costs_no_tries_and_is_asked_once_a_run(app: App) -> None:
    put(app, *"abcde")
    for _ in range(50):
        channel = Answering([DOWN])
        assert deliver(app, channel) == Delivered(deferred=1)
        assert channel.offered == 1
        app.clock.forward(hours=1)
    assert open_issues(app) == ["channel:mail:down"]
    assert deliver(app, Answering()) == Delivered(sent=5)
    assert open_issues(app) == []


@given(st.floats(0, 3600), st.floats(0, 7200), st.integers(0, 50), st.text(min_size=1, max_size=20))
def test_delays_grow_to_a_ceiling(first: float, longest: float, attempts: int, key: str) -> None:
    retry = Retry(first_delay_seconds=first, max_delay_seconds=longest)
    ceiling = min(longest, first * 2**attempts)
    assert 0.75 * ceiling - 0.001 <= delay(retry, key, attempts).total_seconds() <= ceiling + 0.001


def test_what_was_refused_together_does_not_come_back_together() -> None:
    assert len({delay(Retry(), f"alert:{number}", 3) for number in range(20)}) == 20


# --- crashes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("point", "arrived_before"), [("claimed", 0), ("sent", 1)])
def test_kill_9_loses_nothing_and_a_second_copy_has_the_same_id(
    tmp_path: Path, point: str, arrived_before: int
) -> None:
    with mailbox() as box:
        app = builders.app(
            tmp_path, builders.config(smtp=settings(box.port, timeout=1)), builders.Clock(datetime.now(UTC))
        )
        put(app, "a")
        killed = subprocess.run(
            [sys.executable, "-m", "tests.notify.crash_driver", tmp_path, str(box.port), point],
            cwd=ROOT,
            check=False,
            capture_output=True,
            timeout=60,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert len(box.mails) == arrived_before
        assert states(app) == {"a": "claimed"}
        app.clock.now = datetime.now(UTC)  # the dead worker's, however long it took to start
        channel = SmtpChannel(app.config.smtp, app.config.sender, None, app.clock)
        assert deliver(app, channel) == Delivered()  # the dead worker's lease still runs
        app.clock.forward(seconds=max(app.config.retry.lease_seconds, STEPS_OF_A_SEND) + 10)
        assert deliver(app, channel) == Delivered(sent=1)
        assert states(app) == {"a": "sent"}
        assert Counter(box.ids) == {builders.message("a").message_id: 1 + arrived_before}
        app.engine.dispose()


def test_two_workers_at_once_send_each_mail_once(tmp_path: Path) -> None:
    apps = [builders.app(tmp_path) for _ in range(2)]
    keys = [f"alert:{number}" for number in range(60)]
    put(apps[0], *keys)
    channels = [Answering(), Answering()]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(deliver, apps, channels))
    assert sum(report.sent for report in reports) == 60
    assert sorted(sent.key for channel in channels for sent in channel.sent) == sorted(keys)
    for app in apps:
        app.engine.dispose()


def test_a_worker_that_lost_its_claim_marks_nothing(app: App) -> None:
    put(app, "a")
    lease = timedelta(seconds=10)
    with app.engine.begin() as connection:
        assert outbox.claim(connection, "slow", app.clock(), lease, 1)
        app.clock.forward(seconds=11)
        assert outbox.claim(connection, "other", app.clock(), lease, 1)
        outbox.refused(connection, "a", "slow", "too late", None)
        outbox.sent(connection, "a", "slow", app.clock())
    assert states(app) == {"a": "claimed"}
    with app.engine.begin() as connection:
        outbox.sent(connection, "a", "other", app.clock())
    assert states(app) == {"a": "sent"}


def test_a_lease_outlasts_the_slowest_send(app: App) -> None:
    put(app, "a")
    with app.engine.begin() as connection:
        shortest = timedelta(seconds=1)
        assert outbox.claim(connection, "w", app.clock(), shortest, 1)
    app.clock.forward(seconds=2)

    class Looks(Answering):
        def send(self, message: Message) -> Refusal | None:
            with app.engine.begin() as connection:
                almost = app.clock() + timedelta(seconds=STEPS_OF_A_SEND * app.config.smtp.timeout_seconds - 1)
                assert outbox.claim(connection, "thief", almost, shortest, 1) == []
            return super().send(message)

    assert deliver(app, Looks()) == Delivered(sent=1)
