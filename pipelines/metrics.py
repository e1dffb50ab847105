"""The watch in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).

Every figure is read from the database at the moment it is asked for, so that it is right whichever process did the
work, and after a restart. What counts does so over the last 24 hours (PERIOD) and is a gauge: old rows are forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.store import gauges, notices, sources
from pipelines.store.engine import reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PERIOD = timedelta(hours=24)
QUANTILES = (0.5, 0.95, 1.0)
Sample = tuple[dict[str, str], float]
Family = tuple[str, str, Iterable[Sample]]
"""Name without prefix, help, samples."""


def exposition(app: App) -> str:
    """All metrics as text. Raises SQLAlchemyError where the database does not answer."""
    with reading(app.engine) as connection:
        return "".join(line for family in _families(app, connection) for line in _lines(*family))


def _families(app: App, connection: Connection) -> Iterator[Family]:
    now = app.clock()
    done = gauges.since(connection, now - PERIOD)
    yield "visits", "Visits to sources in 24 h.", _by(("source", "outcome"), done.visits)
    yield "entries", "Entries stored in 24 h.", _by(("source", "outcome"), done.entries)
    yield (
        "source_age_seconds",
        "Time since a source that is watched last answered, and last brought something new.",
        _ages(app, connection, now),
    )
    delays = sorted(delay.total_seconds() for _, delay in notices.delays(connection, now - PERIOD))
    yield "alert_delay_seconds", "From publication to the sent alert, alerts of 24 h.", _quantiles(delays)
    yield "alerts", "Entries told by an alert in 24 h.", [({}, len(delays))]
    yield (
        "messages",
        "Messages in the outbox: pending, claimed, or failed (given up and kept).",
        _by(("channel", "state"), gauges.outbox(connection)),
    )
    yield (
        "messages_refused",
        "Messages that wait for another try after a refusal.",
        [({"channel": channel}, count) for channel, count in gauges.refused(connection).items()],
    )
    yield "mentions", "Entries of 24 h about the municipality.", [({}, done.about)]
    share: list[Sample] = [({}, done.unsure / done.about)] if done.about else []
    yield "unsure_share", "Share of these mentions whose tone is unsure.", share
    yield (
        "model_entries",
        "Entries of 24 h by the version of the understanding that assessed them.",
        [({"version": name}, count) for name, count in done.versions.items()],
    )
    yield "open_issues", "Problems that are open in the dashboard.", [({}, gauges.open_issues(connection))]
    yield "build_info", "Always 1; the program's version.", [({"version": version("mediebevakning")}, 1)]


def _ages(app: App, connection: Connection, now: datetime) -> Iterator[Sample]:
    states = sources.states(connection)
    for source in app.config.sources:
        state = states.get(source.id)
        if not source.enabled or state is None:
            continue
        for since, at in (("answer", state.last_ok_at), ("new", state.last_new_at)):
            if at is not None:
                yield {"source": source.id, "since": since}, (now - at).total_seconds()


def _by(names: tuple[str, str], counts: Mapping[tuple[str, str], int]) -> Iterator[Sample]:
    for labels, count in counts.items():
        yield dict(zip(names, labels, strict=True)), count


def _quantiles(values: list[float]) -> Iterator[Sample]:
    """Of sorted values, each a value that has occurred; none of none."""
    for share in QUANTILES if values else ():
        yield {"quantile": str(share)}, values[math.ceil(share * len(values)) - 1]


def _lines(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    whole = f"mediebevakning_{name}"
    yield f"# HELP {whole} {about}\n# TYPE {whole} gauge\n"
    for labels, value in sorted(samples, key=lambda sample: sorted(sample[0].items())):
        given = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{whole}{{{given}}} {value:.10g}\n" if given else f"{whole} {value:.10g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
