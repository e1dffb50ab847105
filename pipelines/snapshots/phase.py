"""Takes the half-year's snapshots that are due and not there: one account after the other, each stored as it is made.

Account -shoot-> Shot -archive-> file -> row, Issue, mail. What is broken off anywhere, the next run goes on with: a
file without its row is nobody's and goes with the night; a row without its file cannot be.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.errors import UserError
from pipelines.notify import beside, hold
from pipelines.notify.settings import in_force
from pipelines.notify.wording import day as day_name
from pipelines.register.official import Official
from pipelines.register.passive import told_of
from pipelines.snapshots import archive, browser, cover, dates, stored
from pipelines.snapshots.archive import Tools
from pipelines.snapshots.letter import letter
from pipelines.snapshots.shoot import Limits, NoBrowser, Shot, shoot
from pipelines.snapshots.values import ENDINGS, PASSING, TRIES, Form, Snapshot, tried
from pipelines.snapshots.words import words
from pipelines.store import issues, register, snapshots
from pipelines.store.engine import reading
from pipelines.types import Issue

CLOCK = "clock"
BETWEEN_TRIES = timedelta(hours=12)
A_NIGHT = timedelta(minutes=20)
"""No page is begun after so long of a run that nobody waits for."""
UNDELIVERED = timedelta(days=30)
"""After the half-year's day, until it is told that nothing has been delivered."""
Shoot = Callable[[str, str, Limits], Shot]


@dataclass(frozen=True, slots=True)
class SnapshotReport:
    """Counts of one run. `due`: accounts that had none yet; `taken`: files made; `asked`: mails that ask for a picture
    taken by hand; `missing`: packages that the machine lacks."""

    due: int = 0
    taken: int = 0
    failed: int = 0
    asked: int = 0
    missing: tuple[str, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        """As a task hands it on."""
        return asdict(self) | {"missing": len(self.missing)}


def run(
    app: App,
    *,
    again: bool = False,
    longest: timedelta | None = A_NIGHT,
    tools: Tools | None = None,
    take: Shoot = shoot,
) -> SnapshotReport:
    """Take what is due. again: also what was tried and came to nothing. longest: no page is begun after so long; the
    next run takes the rest; None for all. tools: those of this machine.

    Raises UserError where a file cannot be written, or another run is under way.
    """
    now = app.clock()
    today = now.astimezone(app.config.zone).date()
    period = dates.due(app.config.snapshots, today)
    with app.engine.begin() as connection:
        _note_deliveries(connection, today, now)
    if period is None:
        return SnapshotReport()
    with _alone(app):
        with reading(app.engine) as connection:
            waiting = tuple(_waiting(connection, period, now, again=again))
        if not waiting:
            return SnapshotReport()
        found = tools or archive.tools(browser.program())
        with app.engine.begin() as connection:
            _note_tools(connection, found.missing, now)
        if found.chromium is None:
            return SnapshotReport(due=len(waiting), missing=found.missing)
        return _all(app, waiting, period, found, take, now + longest if longest else None)


def _all(
    app: App, waiting: Sequence[Official], period: date, tools: Tools, take: Shoot, until: datetime | None
) -> SnapshotReport:
    assert tools.chromium is not None
    limits = Limits(app.config.snapshots.page_seconds, app.config.snapshots.page_megabytes, app.allow_private)
    taken = failed = asked = 0
    for account in waiting:
        if until and app.clock() >= until:
            break
        try:
            shot = take(tools.chromium, account.address, limits)
        except NoBrowser as error:
            _note_broken(app, str(error))
            return SnapshotReport(len(waiting), taken, failed, asked, ("chromium",))
        made = _made(app, account, period, shot, tools)
        taken += made.is_held
        failed += not made.is_held
        asked += _keep(app, account, made)
        app.report(f"{account.id}: {words()['outcome'][made.outcome]}")
    return SnapshotReport(len(waiting), taken, failed, asked, tools.missing)


def _waiting(connection: Connection, period: date, now: datetime, *, again: bool) -> Iterator[Official]:
    """Open accounts that were there on the day and have no snapshot for it, and are worth a try."""
    tries = snapshots.of_period(connection, period)
    for account in register.current(connection):
        if not account.is_open or (account.opened and account.opened > period):
            continue
        of_it = [one for one in tries if one.account == account.id]
        if any(one.is_held for one in of_it):
            continue
        if again or not of_it or (not is_final(of_it) and now - of_it[-1].at >= BETWEEN_TRIES):
            yield account


def is_final(tries: Sequence[Snapshot]) -> bool:
    """Whether another night would bring nothing: a person has to act. tries: of one account and half-year, oldest
    first, without a file."""
    return tries[-1].outcome not in PASSING or len(tries) >= TRIES


def _made(app: App, account: Official, period: date, shot: Shot, tools: Tools) -> Snapshot:
    """The snapshot with its file stored, where there is one."""
    bare = replace(
        tried(account, period, shot.outcome, app.clock(), CLOCK, shot.outcome),
        reached=shot.reached,
        status=shot.status,
        whole=shot.whole,
        sandboxed=shot.sandboxed,
    )
    if shot.outcome != "taken":
        return bare
    content = shot.pdf
    form: Form = "pdf"
    if tools.ghostscript:
        front = cover.cover(bare, app.config)
        archived = archive.as_pdfa((front, shot.pdf), cover.title(bare), tools)
        if archived:
            content, form = archived, "pdfa"
    sha256 = stored.sha256(content)
    stored.put(app.settings, f"{sha256}.{ENDINGS[form]}", content)
    sound = bool(archive.is_sound(content, tools))
    return replace(bare, sha256=sha256, size=len(content), form=form, checked=sound)


def _keep(app: App, account: Official, made: Snapshot) -> int:
    """Store what came of it, in one transaction with what is told of it. Returns how many mails."""
    now = made.at
    with app.engine.begin() as connection:
        snapshots.add(connection, made)
        if not made.sandboxed:
            said = words()["missing"]
            problem = Issue(snapshots.tool_key("sandbox"), "snapshots", said["sandbox"], said["sandbox_remedy"])
            issues.report(connection, problem, now)
        if made.is_held:
            issues.close(connection, snapshots.issue_key(account.id), now)
            return 0
        tries = [one for one in snapshots.of_period(connection, made.period) if one.account == account.id]
        if not is_final(tries):
            return 0
        config = in_force(connection, app.config)
        issues.report(connection, _problem(made), now)
        local = now.astimezone(config.zone).date()
        return sum(_ask(connection, made, id, config) for id in told_of("first", account, config, local))


def _ask(connection: Connection, made: Snapshot, receiver_id: str, config: Config) -> bool:
    receiver = config.receiver_or_root(receiver_id)
    later = hold.quiet_until(receiver.quiet, config.zone, made.at)
    return beside.put(connection, config, letter(made, receiver, config), made.at, not_before=later)


def _problem(made: Snapshot) -> Issue:
    said = words()
    text = said["issue"]["account"].format(
        name=cover.name(made), day=day_name(made.period), why=said["why"][made.outcome]
    )
    return Issue(
        snapshots.issue_key(made.account), register.subject(made.account), text, said["issue"]["account_remedy"]
    )


def _note_tools(connection: Connection, missing: Sequence[str], now: datetime) -> None:
    """The packages that are missing, an Issue each; those that are there are missing no longer."""
    said = words()["missing"]
    for name in archive.PACKAGES:
        key = snapshots.tool_key(name)
        if name in missing:
            remedy = said["remedy"].format(packages=name)
            issues.report(connection, Issue(key, "snapshots", said[name], remedy), now)
        else:
            issues.close(connection, key, now)


def _note_broken(app: App, why: str) -> None:
    """Chromium is there and does not start; what it said is for the operator."""
    said = words()["missing"]
    text = f"{said['chromium']} {why}".strip()
    problem = Issue(
        snapshots.tool_key("chromium"), "snapshots", text, said["remedy"].format(packages="chromium chromium-sandbox")
    )
    with app.engine.begin() as connection:
        issues.report(connection, problem, app.clock())


def _note_deliveries(connection: Connection, today: date, now: datetime) -> None:
    """Half-years with pictures that nobody has delivered in time."""
    delivered = {one.period for one in snapshots.deliveries(connection)}
    for period in snapshots.periods(connection):
        key = snapshots.delivery_key(period)
        if period not in delivered and today - period >= UNDELIVERED:
            said = words()["issue"]
            text = said["delivery"].format(day=day_name(period))
            issues.report(connection, Issue(key, "snapshots", text, said["delivery_remedy"]), now)
        else:
            issues.close(connection, key, now)


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """One run at a time: two would ask every page twice."""
    with (app.settings.var / "snapshots.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError("another run takes snapshots now. Wait until it is done.") from error
        yield
