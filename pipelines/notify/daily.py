"""Which digests are due, and each of them composed, stored and recorded in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import WEEKDAYS, Receiver
from pipelines.errors import WrongCall
from pipelines.notify import beside, compose, window, wording
from pipelines.notify.briefing import Briefing, DayFigures, Figures, silences
from pipelines.notify.caselines import CaseLine, case_line, spread
from pipelines.notify.corrected import as_corrected
from pipelines.notify.offers import Signer
from pipelines.notify.standing import barred
from pipelines.notify.window import Window
from pipelines.store import cases, digests, items, notices, sources, spikes
from pipelines.store.engine import reading
from pipelines.types import Message

WEEK = 7
MOST_SPREAD = 5
"""Stories named as widely told."""


def due(app: App, day: date | None) -> Iterator[tuple[Receiver, Window]]:
    """Every receiver with each window that is due on a day of the receiver's; with `day` that day's only, done or not.

    Raises WrongCall for a day whose window has not closed.
    """
    newest = _closed(app, day)
    for receiver in app.config.receivers:
        if receiver.digest == "never":
            continue
        for given in (newest.day,) if day else _due_days(app, receiver, newest):
            if WEEKDAYS[given.weekday()] in receiver.days:
                yield receiver, _window(app, given, receiver)


def put(app: App, receiver: Receiver, chosen: Window) -> bool | None:
    """Put one digest in the outbox. False where there is nothing to tell and the receiver wants no mail about nothing;
    None where it has run already.
    """
    now = app.clock()
    with app.engine.begin() as connection:
        notices.alone(connection)
        if digests.done(connection, receiver.id, chosen.day):
            return None
        waiting = notices.in_digest(connection, receiver.id, chosen.end)
        told = as_corrected(connection, waiting)
        if not told and receiver.digest == "when-something":
            digests.record(connection, receiver.id, chosen.day, None, now)
            return False
        message = compose.digest(
            told, receiver, _briefing(app, connection, receiver, chosen), app.config, signer=Signer(app.link_key, now)
        )
        beside.put(connection, app.config, message, now)
        notices.told_in_digest(connection, [one.id for one in waiting], message.key)
        digests.record(connection, receiver.id, chosen.day, message.key, now)
        return True


def preview(app: App, day: date | None = None) -> list[Message]:
    """The digests of `day` (of the last closed window when None) as they would go out now; of those that have run, what
    they told. Nothing is stored.

    Raises WrongCall for a day whose window has not closed.
    """
    chosen = _closed(app, day)
    signer = Signer(app.link_key, app.clock())
    made = []
    with reading(app.engine) as connection:
        for receiver in app.config.receivers:
            if WEEKDAYS[chosen.day.weekday()] not in receiver.days:
                continue
            if digests.done(connection, receiver.id, chosen.day):
                told = notices.of_digest(connection, compose.digest_key(receiver.id, chosen.day))
            else:
                told = as_corrected(connection, notices.in_digest(connection, receiver.id, chosen.end))
            if receiver.digest == "always" or (told and receiver.digest == "when-something"):
                briefing = _briefing(app, connection, receiver, _window(app, chosen.day, receiver))
                made.append(compose.digest(told, receiver, briefing, app.config, signer=signer))
    return made


def _closed(app: App, day: date | None) -> Window:
    """The window of `day`, or the last that has closed."""
    newest = window.closed(app.clock(), app.config.digest.closes, app.config.zone)
    if day is not None and day > newest.day:
        closes = app.config.digest.closes
        raise WrongCall(f"the digest of {day} closes at {closes:%H:%M} that day. Name {newest.day} or an earlier day.")
    return _window(app, day) if day is not None else newest


def _window(app: App, day: date, receiver: Receiver | None = None) -> Window:
    weekdays = {WEEKDAYS.index(name) for name in receiver.days} if receiver else window.EVERY_DAY
    return window.of_day(day, app.config.digest.closes, app.config.zone, weekdays)


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
    config = app.config
    before = window.shifted(chosen, WEEK, config.digest.closes, config.zone)
    answers = {source_id: state.last_ok_at for source_id, state in sources.states(connection).items()}
    return Briefing(
        window=chosen,
        now=_figures(connection, receiver, chosen),
        before=_figures(connection, receiver, before),
        sources=sum(source.enabled for source in config.sources),
        silent=silences(config.sources, answers, chosen),
        week=_week(app, connection, receiver, chosen.day),
        cases=_cases(app, connection, receiver),
        spread=tuple(
            spread(item, entries, among, config)
            for item, entries, among in digests.spread(connection, receiver.id, chosen.start, chosen.end, MOST_SPREAD)
        ),
        spikes=_spikes(app, connection, receiver, chosen),
    )


def _spikes(app: App, connection: Connection, receiver: Receiver, chosen: Window) -> tuple[str, ...]:
    """Those of the window; of a receiver with units only their own."""
    places = {unit.id: unit.name for unit in app.config.units} | {"": app.config.municipality.name}
    return tuple(
        wording.spike(places[one.place], one.medium, one.measure, one.count, one.mean, one.at, app.config.zone)
        for one in spikes.between(connection, chosen.start, chosen.end)
        if one.place in places and (not receiver.units or one.place in receiver.units)
    )


def _figures(connection: Connection, receiver: Receiver, chosen: Window) -> Figures:
    return Figures(**digests.figures(connection, chosen.start, chosen.end, receiver.units))


def _week(app: App, connection: Connection, receiver: Receiver, last: date) -> tuple[DayFigures, ...]:
    days = [last - timedelta(days=back) for back in reversed(range(WEEK))]
    counted = [(day, _figures(connection, receiver, _window(app, day))) for day in days]
    return tuple(DayFigures(day, figures.about, figures.negative) for day, figures in counted)


def _cases(app: App, connection: Connection, receiver: Receiver) -> tuple[CaseLine, ...]:
    waiting = cases.waiting_for(connection, receiver.id, all_of_them=receiver.id == app.config.root)
    found = items.by_id(connection, sorted({case.entry_id for case in waiting}))
    now = app.clock()
    known = ((case, found[case.entry_id]) for case in waiting if case.entry_id in found)
    return tuple(
        case_line(case, item, app.config, now)
        for case, item in known
        if receiver.id not in barred(item.assessment, app.config)
    )
