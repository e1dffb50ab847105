"""Which digests are due, and each of them composed, stored and recorded in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import Receiver
from pipelines.errors import WrongCall
from pipelines.notify import beside, compose, window
from pipelines.notify.briefing import Briefing, Figures, silences
from pipelines.notify.window import Window
from pipelines.store import digests, notices, sources
from pipelines.store.engine import reading
from pipelines.types import Message


def due(app: App, day: date | None) -> Iterator[tuple[Receiver, Window]]:
    """Every receiver with each window that is due; with `day` that day's only, done or not.

    Raises WrongCall for a day whose window has not closed.
    """
    newest = _closed(app, day)
    for receiver in app.config.receivers:
        if receiver.digest == "never":
            continue
        for given in (newest.day,) if day else _due_days(app, receiver, newest):
            yield receiver, _window(app, given)


def put(app: App, receiver: Receiver, chosen: Window) -> bool | None:
    """Put one digest in the outbox. False where there is nothing to tell and the receiver wants no mail about nothing;
    None where it has run already.
    """
    now = app.clock()
    with app.engine.begin() as connection:
        notices.alone(connection)
        if digests.done(connection, receiver.id, chosen.day):
            return None
        told = notices.in_digest(connection, receiver.id, chosen.end)
        if not told and receiver.digest == "when-something":
            digests.record(connection, receiver.id, chosen.day, None, now)
            return False
        message = compose.digest(told, receiver, _briefing(app, connection, receiver, chosen), app.config)
        beside.put(connection, app.config, message, now)
        notices.told_in_digest(connection, [one.id for one in told], message.key)
        digests.record(connection, receiver.id, chosen.day, message.key, now)
        return True


def preview(app: App, day: date | None = None) -> list[Message]:
    """The digests of `day` (of the last closed window when None) as they would go out now; of those that have run, what
    they told. Nothing is stored.

    Raises WrongCall for a day whose window has not closed.
    """
    chosen = _closed(app, day)
    made = []
    with reading(app.engine) as connection:
        for receiver in app.config.receivers:
            if digests.done(connection, receiver.id, chosen.day):
                told = notices.of_digest(connection, compose.digest_key(receiver.id, chosen.day))
            else:
                told = notices.in_digest(connection, receiver.id, chosen.end)
            if receiver.digest == "always" or (told and receiver.digest == "when-something"):
                briefing = _briefing(app, connection, receiver, chosen)
                made.append(compose.digest(told, receiver, briefing, app.config))
    return made


def _closed(app: App, day: date | None) -> Window:
    """The window of `day`, or the last that has closed."""
    newest = window.closed(app.clock(), app.config.digest.closes, app.config.zone)
    if day is not None and day > newest.day:
        closes = app.config.digest.closes
        raise WrongCall(f"the digest of {day} closes at {closes:%H:%M} that day. Name {newest.day} or an earlier day.")
    return _window(app, day) if day is not None else newest


def _window(app: App, day: date) -> Window:
    return window.of_day(day, app.config.digest.closes, app.config.zone)


def _due_days(app: App, receiver: Receiver, newest: Window) -> tuple[date, ...]:
    with reading(app.engine) as connection:
        last = digests.last(connection, receiver.id)
        begins = last is None and _begins(connection, receiver, newest.end)
    return window.due(newest.day, last, app.config.digest.repair_days, begins=begins)


def _begins(connection: Connection, receiver: Receiver, end: datetime) -> bool:
    watched_since = digests.watched_since(connection)
    watched = watched_since is not None and watched_since < end
    return watched or digests.waits(connection, receiver.id, end)


def _briefing(app: App, connection: Connection, receiver: Receiver, chosen: Window) -> Briefing:
    before = _window(app, chosen.day - timedelta(days=1))
    answers = {source_id: state.last_ok_at for source_id, state in sources.states(connection).items()}
    return Briefing(
        window=chosen,
        now=Figures(**digests.figures(connection, chosen.start, chosen.end, receiver.units)),
        before=Figures(**digests.figures(connection, before.start, before.end, receiver.units)),
        sources=sum(source.enabled for source in app.config.sources),
        silent=silences(app.config.sources, answers, chosen),
    )
