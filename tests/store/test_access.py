"""The access log: a chain that only grows, is sealed and purged by month, and shows where someone has been at it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from pipelines.bootstrap import App
from pipelines.housekeeping import phase
from pipelines.store import access
from pipelines.store.access import GENESIS, Access
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, Clock

REST = "segment, at, account, role, action, place, entries, hash"
TRIGGERS = ("update", "delete", "replace", "sealed")


@pytest.fixture
def app(tmp_path: Path) -> App:
    return builders.app(tmp_path)


def line(at: datetime = NOW, *entries: str, account: str = "anna") -> Access:
    return Access(at, account, "enhetschef", "read", "/inlagg/{entry_id}", entries or ("e1",))


def write(app: App, *lines: Access) -> None:
    for one in lines:
        with app.engine.begin() as connection:
            access.add(connection, one)


def three_months(app: App) -> None:
    """Two lines in September, one in October, two in November."""
    write(
        app,
        *(line(datetime(2026, month, day, tzinfo=UTC)) for month, day in ((9, 1), (9, 30), (10, 2), (11, 3), (11, 4))),
    )


def verified(app: App) -> access.Verdict:
    with reading(app.engine) as connection:
        return access.verify(connection)


def forced(app: App, *statements: str) -> None:
    """As someone would who owns the database file: the triggers go first."""
    with app.engine.begin() as connection:
        for table in ("access_event", "access_seal", "access_purge"):
            for name in TRIGGERS:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{name}"))
        for statement in statements:
            connection.execute(text(statement))


def test_lines_come_back_the_latest_first_by_account_and_by_entry(app: App) -> None:
    write(app, line(), line(NOW, "e1", "e2", account="bo"), line(NOW, "e11", account='å%_"'))
    with reading(app.engine) as connection:
        found, total = access.listed(connection)
        assert (total, found[0].entries, found[2]) == (3, ("e11",), line())
        assert [one.account for one in access.listed(connection, entry="e1")[0]] == ["bo", "anna"]
        assert access.listed(connection, account="bo", entry="e11") == ((), 0)
        assert access.listed(connection, account='å%_"')[1] == 1 and access.listed(connection, entry="%")[1] == 0
        assert access.listed(connection, offset=1, limit=1)[0] == found[1:2]


def test_an_empty_log_holds(app: App) -> None:
    assert verified(app) == access.Verdict(0, 0, 0, GENESIS)


def test_a_month_is_sealed_when_the_next_begins_and_the_chain_goes_through_the_seal(app: App) -> None:
    three_months(app)
    found = verified(app)
    assert (found.events, found.segments, found.purged, found.problem) == (5, 2, 0, "")
    with reading(app.engine) as connection:
        assert [(one.segment, one.events) for one in access.segments(connection)] == [("2026-10", 1), ("2026-09", 2)]


def test_a_purged_month_leaves_a_chain_that_holds(app: App) -> None:
    three_months(app)
    head = verified(app).head
    with app.engine.begin() as connection:
        assert access.purge(connection, datetime(2026, 9, 30, tzinfo=UTC), NOW) == 0  # it ends in October
        assert access.purge(connection, datetime(2026, 10, 1, tzinfo=UTC), NOW) == 2
        assert access.purge(connection, datetime(2030, 1, 1, tzinfo=UTC), NOW) == 1  # November is open still
        assert access.purge(connection, datetime(2030, 1, 1, tzinfo=UTC), NOW) == 0
    found = verified(app)
    assert (found.events, found.segments, found.purged, found.head, found.problem) == (2, 2, 2, head, "")
    write(app, line())
    assert verified(app).problem == ""


def test_housekeeping_seals_and_purges_in_time(app: App) -> None:
    write(app, line(NOW - timedelta(days=800)), line(NOW - timedelta(days=40)))
    assert phase.run(app).counts()["access_event deleted"] == 1
    with reading(app.engine) as connection:
        assert [one.segment for one in access.segments(connection)] == ["2026-10", "2024-09"]
    assert "access_event deleted" not in phase.run(app).counts() and verified(app).problem == ""


def test_a_clock_set_back_breaks_nothing(app: App) -> None:
    three_months(app)
    write(app, line(datetime(2026, 9, 5, tzinfo=UTC)), line(datetime(2026, 10, 31, tzinfo=UTC)), line())
    assert verified(app).problem == ""
    with app.engine.begin() as connection:
        access.seal_ended(connection, datetime(2027, 1, 1, tzinfo=UTC))
        access.seal_ended(connection, datetime(2026, 1, 1, tzinfo=UTC))
    write(app, line(NOW))  # its month is sealed: it goes into the next
    found = verified(app)
    assert (found.events, found.segments, found.problem) == (9, 3, "")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_event SET account = 'x'",
        "UPDATE access_event SET id = id + 9",
        "DELETE FROM access_event",
        "DELETE FROM access_event WHERE segment = '2026-09'",
        "INSERT OR REPLACE INTO access_event SELECT * FROM access_event",
        f"INSERT INTO access_event SELECT 99, {REST} FROM access_event WHERE id = 1",
        "UPDATE access_seal SET events = 1",
        "DELETE FROM access_seal",
        "REPLACE INTO access_seal SELECT * FROM access_seal",
        "INSERT INTO access_purge VALUES ('2026-11', '2026-11-21 00:00:00')",
    ],
)
def test_the_database_itself_refuses_to_rewrite_it(app: App, statement: str) -> None:
    three_months(app)
    before = verified(app)
    with pytest.raises(DatabaseError, match=r"append-only|FOREIGN KEY"), app.engine.begin() as connection:
        connection.execute(text(statement))
    assert verified(app) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_event SET account = 'someone' WHERE id = 1",
        "UPDATE access_event SET entries = '[]' WHERE id = 4",
        "UPDATE access_event SET at = '2026-09-02 00:00:00' WHERE id = 1",
        "DELETE FROM access_event WHERE id = 2",
        "DELETE FROM access_event WHERE segment = '2026-09'",
        "DELETE FROM access_event WHERE id = 4",
        "UPDATE access_event SET segment = '2026-12' WHERE id = 5",
        "UPDATE access_seal SET events = 3 WHERE segment = '2026-09'",
        "UPDATE access_seal SET at = '2026-09-02 00:00:00' WHERE segment = '2026-09'",
        "DELETE FROM access_seal WHERE segment = '2026-09'",
        f"INSERT INTO access_event SELECT 99, {REST} FROM access_event WHERE id = 1",
    ],
)
def test_who_gets_past_the_database_is_found_out_by_the_chain(app: App, statement: str) -> None:
    three_months(app)
    forced(app, statement)
    assert verified(app).problem


def test_an_end_that_is_cut_off_shows_in_the_head(app: App) -> None:
    three_months(app)
    head = verified(app).head
    forced(app, "DELETE FROM access_event WHERE id = 5")
    assert verified(app).problem == "" and verified(app).head != head


def test_many_who_write_at_once_make_one_chain(app: App) -> None:
    def some(account: str) -> None:
        write(app, *(line(NOW, f"e{number}", account=account) for number in range(10)))

    threads = [threading.Thread(target=some, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (verified(app).events, verified(app).problem) == (40, "")


STEPS = st.lists(st.tuples(st.sampled_from(["add", "seal", "purge"]), st.integers(0, 100)), max_size=12)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_in_whatever_order_the_chain_holds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    app = builders.app(tmp_path_factory.mktemp("log"), clock=Clock())
    for step, days in steps:
        now = NOW + timedelta(days=days)
        with app.engine.begin() as connection:
            _step(connection, step, now)
        assert verified(app).problem == ""
    app.engine.dispose()


def _step(connection: Connection, step: str, now: datetime) -> None:
    if step == "add":
        access.add(connection, line(now))
    elif step == "seal":
        access.seal_ended(connection, now)
    else:
        access.purge(connection, now, now)
