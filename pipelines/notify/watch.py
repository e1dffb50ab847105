"""What no single post shows: more posts than usual, and sources that no longer answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import Source, unit_receiver
from pipelines.notify import beside, compose, hold, spikes
from pipelines.notify.spikes import SPANS, Spike
from pipelines.store import digests, issues, sources
from pipelines.store import spikes as kept
from pipelines.store.engine import reading
from pipelines.store.sources import SourceState
from pipelines.types import Issue

ALL_LATE = "collect:late"
DORMANT = timedelta(days=30)
"""Without anything new from which on a source may be asked as seldom as its `slowest_minutes`."""


def tell_spikes(app: App) -> int:
    """Put a mail in the outbox for each new spike and each who is to know of it. Returns how many mails."""
    now = app.clock()
    with reading(app.engine) as connection:
        found = _found(app, connection, now)
    if not found:
        return 0
    made = 0
    with app.engine.begin() as connection:
        for one in found:
            if _is_spaced(app, connection, one):
                made += _tell(app, connection, one)
    return made


def report_silence(app: App) -> int:
    """Open an Issue for each source that has not answered for two of its intervals and has no other problem open, or
    one for all of them where none has answered: then it is we who do not ask. Returns how many."""
    now = app.clock()
    with app.engine.begin() as connection:
        states = sources.states(connection)
        asked = [source for source in app.config.sources if source.enabled and source.id in states]
        late = [source for source in asked if _is_late(source, states[source.id], now)]
        well = [source for source in asked if source not in late]
        for source in well:
            issues.close(connection, _late_key(source), now)
        if late and not well:
            issues.report(connection, _standing_still(), now)
            return 1
        issues.close(connection, ALL_LATE, now)
        told = 0
        for source in late:
            others = issues.open_keys(connection, [f"source:{source.id}"]) - {_late_key(source)}
            if not others:
                told += issues.report(connection, _late(source), now)
        return told


def _found(app: App, connection: Connection, now: datetime) -> tuple[Spike, ...]:
    since = digests.watched_since(connection)
    watched = {medium: since is not None and since <= now - span.whole for medium, span in SPANS.items()}
    if since is None or not any(watched.values()):
        return ()
    longest = max(span.whole for medium, span in SPANS.items() if watched[medium])
    units = [unit.id for unit in app.config.units]
    return spikes.found(kept.posts(connection, now - longest, now), now, app.config.spikes, watched, units)


def _is_spaced(app: App, connection: Connection, one: Spike) -> bool:
    rule = app.config.spikes
    spacing = timedelta(hours=rule.social_spacing_hours if one.medium == "social" else rule.news_spacing_hours)
    last = kept.last(connection, one.place, one.medium)
    return last is None or not timedelta(0) <= one.at - last < spacing


def _tell(app: App, connection: Connection, one: Spike) -> bool:
    kept.record(
        connection,
        place=one.place,
        medium=one.medium,
        measure=one.measure,
        at=one.at,
        count=one.count,
        mean=one.mean,
        sd=one.sd,
    )
    # the root's, or the manager's where it is a unit's alone
    receiver = app.config.receiver_or_root(unit_receiver(one.place) if one.place else app.config.root)
    later = hold.quiet_until(receiver.quiet, app.config.zone, one.at)
    return beside.put(connection, app.config, compose.spike(one, receiver, app.config), one.at, not_before=later)


def _is_late(source: Source, state: SourceState, now: datetime) -> bool:
    """A source that has asked to be left alone, or is no more, is told elsewhere."""
    if state.gone or (state.not_before is not None and now < state.not_before):
        return False
    last = state.last_ok_at or state.last_tried_at
    return last is not None and now - last > 2 * _expected(source, state, now)


def _expected(source: Source, state: SourceState, now: datetime) -> timedelta:
    """The time between two visits, at most."""
    minutes = source.every_minutes
    if source.budget.requests_per_day:
        minutes = max(minutes, -(-24 * 60 // source.budget.requests_per_day))
    alive = state.last_new_at or state.first_fetched_at
    if alive is not None and now - alive >= DORMANT:
        minutes = max(minutes, source.slowest_minutes)
    return timedelta(minutes=minutes)


def _late_key(source: Source) -> str:
    return f"source:{source.id}:late"


def _late(source: Source) -> Issue:
    return Issue(
        _late_key(source),
        f"source:{source.id}",
        f"{source.name} har inte svarat på mer än två av sina intervall ({source.every_minutes} minuter).",
        f"Fråga den nu: mediebevakning collect --source {source.id}. Svarar den inte: se källans egen webbplats.",
    )


def _standing_still() -> Issue:
    return Issue(
        ALL_LATE,
        ALL_LATE,
        "Ingen källa har svarat på två intervall: insamlingen står still.",
        "Kontrollera att insamlingen (collect) körs i Airflow och att nätverket fungerar. Det missade hämtas sedan.",
    )
