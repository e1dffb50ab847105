"""Which half-year it is time for, what is taken, what is told where nothing can be, and what a broken run leaves."""

from __future__ import annotations

import os
import resource
import signal
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text as sql

from pipelines.bootstrap import App
from pipelines.config.schema import Snapshots
from pipelines.errors import UserError
from pipelines.housekeeping import phase as housekeeping
from pipelines.register.official import Official
from pipelines.snapshots import dates, phase, stored
from pipelines.snapshots.archive import Tools
from pipelines.snapshots.letter import letter
from pipelines.snapshots.package import deliver, package
from pipelines.snapshots.shoot import Limits, NoBrowser, Shot
from pipelines.snapshots.upload import form_of, upload
from pipelines.snapshots.values import Outcome, Snapshot
from pipelines.store import issues, outbox, register, snapshots
from pipelines.store.engine import reading
from pipelines.types import Message
from tests import builders
from tests.builders import NOW, Clock, config, official
from tests.snapshots.crash_driver import NONE, run_and_die, shot

GOLDEN = Path(__file__).parents[1] / "golden"
HALF = date(2026, 6, 30)
THAT_NIGHT = datetime(2026, 6, 30, 1, 15, tzinfo=UTC)
"""03.15 in Stockholm, when the night's work is done."""
USUAL = Snapshots()
IDS = ("a-ett", "b-tva", "c-tre", "d-fyra")


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Four accounts of the municipality on the half-year's day."""
    made = builders.app(tmp_path, clock=Clock(THAT_NIGHT))
    for id in IDS:
        enter(made, account(id))
    return made


def account(id: str, **changes: object) -> Official:
    return official(id, handle=id, address=f"https://konto.example/{id}", **changes)


def enter(app: App, given: Official) -> None:
    with app.engine.begin() as connection:
        seen = register.last_change(connection, given.id)
        register.change(connection, given, seen=seen, by="anna", reason="Därför", now=app.clock())


def run(app: App, outcome: Outcome = "taken", **kinds: object) -> phase.SnapshotReport:
    """With a browser to which every page is the same."""

    def take(program: str, address: str, limits: Limits) -> Shot:
        return shot(program, address, limits) if outcome == "taken" else Shot(outcome, address)

    return phase.run(app, **({"tools": NONE, "take": take} | kinds))  # type: ignore[arg-type]


def tries(app: App, period: date = HALF) -> tuple[Snapshot, ...]:
    with reading(app.engine) as connection:
        return tuple(sorted(snapshots.of_period(connection, period), key=lambda one: one.account))


def told(app: App, subject: str) -> tuple[str, ...]:
    with reading(app.engine) as connection:
        return issues.open_texts(connection, [subject]).get(subject, ())


def mails(app: App) -> list[Message]:
    with app.engine.begin() as connection:
        claimed = outbox.claim(connection, "test", app.clock() + timedelta(days=2), timedelta(minutes=1), 100)
    return sorted((one for one, _ in claimed), key=lambda one: one.key)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2026-06-29", None),
        ("2026-06-30", "2026-06-30"),
        ("2026-07-01", "2026-06-30"),
        ("2026-08-29", "2026-06-30"),
        ("2026-08-30", None),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2026-12-31"),
        ("2027-03-01", "2026-12-31"),
        ("2027-03-02", None),
    ],
)
def test_the_half_year_is_due_from_its_day_for_as_long_as_is_configured(day: str, wanted: str | None) -> None:
    found = dates.due(USUAL, date.fromisoformat(day))
    assert found == (date.fromisoformat(wanted) if wanted else None)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=1, max_size=12),
)
def test_the_last_day_has_come_the_following_has_not_and_none_lies_between(today: date, days: set[date]) -> None:
    using = Snapshots(dates=tuple(f"{day:%m-%d}" for day in days))
    last, following = dates.last(using, today), dates.following(using, today)
    assert last <= today < following
    assert not [
        day for year in (last.year, following.year) for day in dates.days(using, year) if last < day < following
    ]


@pytest.mark.parametrize("days", [("02-29",), ("6-30",), ("13-01",), ("30 juni",), (), ("06-30", "06-30")])
def test_a_day_that_not_every_year_has_is_refused(days: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Snapshots(dates=days)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 6, 29, 21, 59, tzinfo=UTC), 0),
        (datetime(2026, 6, 29, 22, 0, tzinfo=UTC), 1),  # midnight, summer time
        (datetime(2026, 12, 30, 22, 59, tzinfo=UTC), 0),
        (datetime(2026, 12, 30, 23, 0, tzinfo=UTC), 1),
    ],
)
def test_the_day_begins_at_local_midnight(tmp_path: Path, now: datetime, due: int) -> None:
    app = builders.app(tmp_path, clock=Clock(now))
    enter(app, account("a-ett", opened=None))
    assert run(app).taken == due


def test_each_open_account_is_taken_once_and_a_late_start_says_the_real_time(app: App) -> None:
    enter(app, account("e-stangt", closed=date(2026, 6, 1)))
    enter(app, account("f-nytt", opened=date(2026, 7, 1)))
    app.clock.forward(days=1)  # type: ignore[attr-defined]
    assert run(app) == phase.SnapshotReport(due=4, taken=4, missing=("ghostscript", "qpdf"))
    assert run(app) == phase.SnapshotReport()
    found = tries(app)
    assert [one.account for one in found] == list(IDS)
    assert {(one.at, one.period, one.form) for one in found} == {(THAT_NIGHT + timedelta(days=1), HALF, "pdf")}
    for one in found:
        assert stored.path(app.settings, one).read_bytes() == shot("", one.asked, Limits(1, 1)).pdf


def test_what_is_missing_on_the_machine_is_said_and_what_can_be_done_is(app: App) -> None:
    assert run(app, tools=Tools(None, "gs", "icc", "qpdf")) == phase.SnapshotReport(due=4, missing=("chromium",))
    assert tries(app) == () and told(app, "snapshots") == (
        "Chromium saknas eller startar inte. Inga ögonblicksbilder kan tas.",
    )

    def broken(*_: object) -> Shot:
        raise NoBrowser("No usable sandbox!")

    assert run(app, take=broken).missing == ("chromium",)
    assert [text for text in told(app, "snapshots") if "No usable sandbox!" in text]
    run(app)
    assert [text.split()[0] for text in told(app, "snapshots")] == ["Ghostscript", "qpdf"]
    assert {one.form for one in tries(app)} == {"pdf"}


def test_that_the_browser_had_no_sandbox_is_said(app: App) -> None:
    run(app, take=lambda *given: replace(shot(*given), sandboxed=False))
    assert [text for text in told(app, "snapshots") if "sandlåda" in text]


def test_a_wall_asks_the_responsible_once_for_a_picture_which_ends_it(app: App) -> None:
    assert run(app, "login") == phase.SnapshotReport(due=4, failed=4, asked=4, missing=("ghostscript", "qpdf"))
    assert run(app, "login").due == 0
    assert len(mails(app)) == 4
    assert "kräver" not in told(app, "register:a-ett")[0] and "inloggning" in told(app, "register:a-ett")[0]
    app.clock.forward(hours=5)  # type: ignore[attr-defined]
    made = upload(app, account("a-ett"), b"%PDF-1.4 x\n%%EOF\n", "anna")
    assert isinstance(made, Snapshot) and (made.period, made.by, made.form) == (HALF, "anna", "pdf")
    assert told(app, "register:a-ett") == ()
    assert run(app, again=True).due == 3


def test_what_may_pass_is_tried_on_three_nights_before_anyone_is_asked(app: App) -> None:
    asked = []
    for _ in range(4):
        asked.append(run(app, "unreachable").asked)
        assert run(app, "unreachable").due == 0
        app.clock.forward(days=1)  # type: ignore[attr-defined]
    assert asked == [0, 0, 4, 0]


@pytest.mark.parametrize("where", ["page", "row"])
def test_kill_9_leaves_what_was_made_and_the_next_run_takes_the_rest(app: App, tmp_path: Path, where: str) -> None:
    assert run_and_die(tmp_path, THAT_NIGHT, "c-tre", where) == -signal.SIGKILL
    assert [one.account for one in tries(app)] == ["a-ett", "b-tva"]
    assert run(app).taken == 2
    assert [one.account for one in tries(app)] == list(IDS)
    assert len(list(stored.all_files(app.settings))) == 4  # of the one that was broken off, the same file


def test_a_full_disk_stops_it_and_the_next_run_goes_on(app: App) -> None:
    """A limit on the size of files stands for the disk: it fails in the same place, and the signal is Python's to
    ignore."""
    large = b"%PDF-1.7 " + b"x" * 4_000_000

    def take(program: str, address: str, limits: Limits) -> Shot:
        return (
            Shot("taken", address, 200, large + address.encode()) if "c-tre" in address else shot("", address, limits)
        )

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
    try:
        with pytest.raises(UserError, match="Make room"):
            run(app, take=take)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [one.account for one in tries(app)] == ["a-ett", "b-tva"]
    assert len(list(stored.all_files(app.settings))) == 2
    assert run(app, take=take).taken == 2


def test_a_night_that_is_too_short_leaves_the_rest_to_the_next(app: App) -> None:
    def take(program: str, address: str, limits: Limits) -> Shot:
        app.clock.forward(minutes=10)  # type: ignore[attr-defined]
        return shot(program, address, limits)

    assert run(app, take=take).taken == 2
    assert run(app, take=take).taken == 2


def test_two_runs_at_once_are_one(app: App) -> None:
    def take(program: str, address: str, limits: Limits) -> Shot:
        with pytest.raises(UserError, match="another run"):
            run(app)
        return shot(program, address, limits)

    assert run(app, take=take).taken == 4


def test_the_history_cannot_be_rewritten(app: App) -> None:
    run(app)
    deliver(app, HALF, "Kommunarkivet", "anna", package(app, HALF).sha256)
    for table in ("snapshot", "snapshot_delivery"):
        for statement in (
            f"UPDATE {table} SET sha256 = 'x'",
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        ):
            with pytest.raises(Exception, match="append-only"), app.engine.begin() as opened:
                opened.execute(sql(statement))


def test_what_is_delivered_goes_in_its_time_what_is_not_stays_and_is_told(app: App) -> None:
    run(app)
    app.clock.forward(days=31)  # type: ignore[attr-defined]
    run(app)
    assert [text for text in told(app, "snapshots") if "inte levererade" in text]
    deliver(app, HALF, "Kommunarkivet", "anna", package(app, HALF).sha256)
    assert not [text for text in told(app, "snapshots") if "inte levererade" in text]
    app.clock.forward(days=60)  # type: ignore[attr-defined]
    late = upload(app, account("a-ett"), b"%PDF-1.4 sent\n%%EOF\n", "anna")
    assert isinstance(late, Snapshot)
    for path in stored.all_files(app.settings):
        os.utime(path, (0, 0))
    (stored.folder(app.settings) / ".broken.1").write_bytes(b"x")
    os.utime(stored.folder(app.settings) / ".broken.1", (0, 0))
    assert housekeeping.run(app).files == 1
    app.clock.forward(days=31)  # type: ignore[attr-defined]
    assert housekeeping.preview(app).files == housekeeping.run(app).files == 4
    assert [path.name for path in stored.all_files(app.settings)] == [late.stored_as]
    app.clock.forward(days=app.config.retention.decisions_days)  # type: ignore[attr-defined]
    done = housekeeping.run(app).counts()
    assert (done["snapshot deleted"], done["snapshot_delivery deleted"]) == (4, 1)
    assert tries(app) == (late,)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"%PDF-1.4\n%%EOF\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82", "png"),
        (b"\xff\xd8\xff\xe0....\xff\xd9", "jpeg"),
        (b"%PDF-1.4 broken off", ""),
        (b"<html>%PDF-1.4 %%EOF", ""),
        (b"MZ\x90", ""),
        (b"<svg/>", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, form: str) -> None:
    assert form_of(content) == form


def test_an_upload_that_cannot_be_used_changes_nothing(app: App) -> None:
    small = replace(app, config=config(snapshots=Snapshots(upload_megabytes=1)))
    assert upload(small, account("a-ett"), b"%PDF-" + b"x" * (1 << 20) + b"%%EOF", "anna") == "large"
    assert upload(app, account("a-ett"), b"", "anna") == "empty"
    assert upload(app, account("a-ett"), b"<svg/>", "anna") == "unknown"
    assert tries(app) == () and list(stored.all_files(app.settings)) == []


@pytest.mark.parametrize("part", ["txt", "html"])
@pytest.mark.parametrize("outcome", ["login", "gone"])
def test_golden(outcome: Outcome, part: str) -> None:
    """UPDATE_GOLDEN=1 writes the files anew; read them before they are committed."""
    about = Snapshot(
        "s1",
        "facebook-smaby",
        HALF,
        outcome,
        NOW,
        "clock",
        "facebook",
        "Småby <kommun>",
        "https://facebook.example/smaby",
    )
    receiver = config().receiver("kommunikationschef")
    assert receiver is not None
    made = letter(about, receiver, config())
    shown = f"Subject: {made.subject}\n\n{made.text}" if part == "txt" else made.html
    file = GOLDEN / f"snapshot_{outcome}.{part}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")
