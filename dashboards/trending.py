"""Trends put together: what was counted becomes figures, each a chart and the table that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from babel.numbers import format_percent

from dashboards import dates
from dashboards.catalogue import texts
from dashboards.language import current, locale, tag
from dashboards.language import gettext as _
from dashboards.rendering import named, number
from pipelines.config.schema import Config
from pipelines.reports import charts, frames
from pipelines.reports.blocks import Table
from pipelines.reports.periods import Period, Step, name
from pipelines.store.views.trends import Asked, Counted, OfFlag, OfUnit

if TYPE_CHECKING:
    import pandas as pd

COMPARED = 5
NAMED = 15
"""Units that the shares name; the rest are told together."""
KINDS = 4
TONES = ("negative", "neutral", "positive", "unsure")
FLAGGED = "flagged"
KEYS = ("all", *TONES, "critical", "question", FLAGGED)
STANCES = ("critical", "none", "supportive")
CLOCKS = ("kept", "late", "overdue", "waiting")
NO_SHARE = "–"
FIGURES = ("ton", "hallning", "enheter", "andel", "flaggor", "fragor")
"""All there are, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was counted. The period of a row is a place in `steps`; of `weeks` a place in `whole_weeks`."""

    step: Step
    steps: tuple[Period, ...]
    today: date
    units: tuple[str, ...]
    """To be compared; none for those that are named most."""
    counted: tuple[Counted, ...]
    of_units: tuple[OfUnit, ...]
    of_flags: tuple[OfFlag, ...] | None
    """None for who may not see flagged texts."""
    of_cases: tuple[Asked, ...]
    whole_weeks: tuple[Period, ...]
    """The last whole week of the steps, and before it those that lack nothing; the last may be the only one."""
    weeks: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    key: str
    title: str
    lead: str
    table: Table
    draw: Callable[[int, charts.Look], dict[str, Any]] | None
    """Width in CSS pixels and look in, a chart's specification out; None where there is nothing to draw."""

    def words(self) -> charts.Words:
        return charts.Words(self.title, " ".join((self.lead, _("Samma siffror finns i tabellen."))), {}, tag())


@dataclass(frozen=True, slots=True)
class Usual:
    """The last whole week against what is usual."""

    week: Period
    counts: Mapping[str, int]
    """By KEYS."""
    median: Mapping[str, float] | None
    """None where too few weeks were watched."""
    weeks: int
    """From which the median is."""


def figures(given: Gathered, config: Config) -> dict[str, Figure]:
    """Those that there is something to say of, by key."""
    made: tuple[tuple[str, Callable[[Gathered, Config], Figure]], ...] = (
        ("ton", _tone),
        ("hallning", _stance),
        ("enheter", _units),
        ("andel", shares),
        ("flaggor", _flags),
        ("fragor", _questions),
    )
    return {key: make(given, config) for key, make in made if key != "flaggor" or given.of_flags is not None}


def usual(given: Gathered) -> Usual | None:
    """None where the last whole week was not watched from its beginning."""
    if not given.whole_weeks:
        return None
    frame = _by_key(given.weeks, len(given.whole_weeks))
    last = {key: int(frame[key].iloc[-1]) for key in KEYS}
    return Usual(given.whole_weeks[-1], last, frames.usual(frame.iloc[:-1]), len(frame) - 1)


def keys(row: Counted) -> Iterator[str]:
    """What the entries of a row count as."""
    yield from ("all", row.tone)
    if row.stance == "critical":
        yield "critical"
    if row.question:
        yield "question"
    if row.flagged:
        yield FLAGGED


def median_of(rows: Iterable[Counted], weeks: int) -> dict[str, float] | None:
    """The median of whole weeks by key; None of too few."""
    return frames.usual(_by_key(rows, weeks))


def _by_key(rows: Iterable[Counted], weeks: int) -> pd.DataFrame:
    return frames.counts(((row.period, key, row.entries) for row in rows for key in keys(row)), range(weeks), KEYS)


def _tone(given: Gathered, config: Config) -> Figure:  # noqa: ARG001 - one signature for every figure
    names = {"all": texts()["trend"]["all"], **texts()["tones"]}
    rows = ((row.period, key, row.entries) for row in given.counted for key in ("all", row.tone))
    frame = _frame(given, rows, names)
    found = usual(given)
    median = found.median if found and given.step == "week" else None
    if not frame["unsure"].any():
        names.pop("unsure")
    share = (texts()["trend"]["share_negative"], frame["negative"], frame["all"])
    return _over_time("ton", given, frame, names, shared=False, share=share, usual=median)


def _stance(given: Gathered, config: Config) -> Figure:  # noqa: ARG001
    names = {stance: texts()["stance"][stance] for stance in STANCES}
    frame = _frame(given, ((row.period, row.stance, row.entries) for row in given.counted), names)
    share = (texts()["trend"]["share_critical"], frame["critical"], frame.sum(axis=1))
    return _over_time("hallning", given, frame, names, shared=False, share=share)


def _units(given: Gathered, config: Config) -> Figure:
    most = Counter[str]()
    for row in given.of_units:
        most[row.unit] += row.entries
    chosen = given.units or tuple(sorted(most, key=lambda unit: (-most[unit], unit))[:COMPARED])
    naming = named(config)["unit"]
    frame = _frame(given, ((row.period, row.unit, row.entries) for row in given.of_units), chosen)
    return _over_time("enheter", given, frame, {unit: naming(unit) for unit in chosen}, shared=True)


def _flags(given: Gathered, config: Config) -> Figure:
    found = given.of_flags or ()
    known = {category.id: category.name for category in config.categories}
    names = {key: known[key] for key in known if any(row.category == key for row in found)}
    frame = _frame(given, ((row.period, row.category, row.entries) for row in found), names)
    return _over_time("flaggor", given, frame, names, shared=True)


def _questions(given: Gathered, config: Config) -> Figure:  # noqa: ARG001
    rows = ((row.period, row.clock, row.cases) for row in given.of_cases if row.kind == "question")
    frame = _frame(given, rows, CLOCKS)
    names = {clock: texts()["clock"][clock] for clock in CLOCKS}
    done = frame["kept"] + frame["late"] + frame["overdue"]
    return _over_time(
        "fragor", given, frame, names, shared=True, share=(texts()["trend"]["share_kept"], frame["kept"], done)
    )


def shares(given: Gathered, config: Config) -> Figure:
    """Which units are written about, over all of the periods."""
    said, naming = texts(), named(config)["unit"]
    units, kinds, both = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for row in given.of_units:
        units[row.unit] += row.entries
        kinds[row.kind] += row.entries
        both[row.unit, row.kind] += row.entries
    whole = units.total()
    shown = sorted(units, key=lambda unit: (-units[unit], naming(unit)))
    columns = sorted(kinds, key=lambda kind: (-kinds[kind], kind))[:KINDS]
    more = len(kinds) > KINDS

    def row_of(title: str, of: Sequence[str]) -> tuple[str, ...]:
        entries = sum(units[unit] for unit in of)
        by_kind = [sum(both[unit, kind] for unit in of) for kind in columns]
        rest = [entries - sum(by_kind)] if more else []
        return title, number(entries), percent(entries, whole), *map(number, by_kind + rest)

    rows = [row_of(naming(unit), [unit]) for unit in shown[:NAMED]]
    if len(shown) > NAMED:
        rows.append(row_of(f"{said['trend']['other']} ({len(shown) - NAMED})", shown[NAMED:]))
    head = [said["trend"][key] for key in ("unit", "entries", "share")]
    head += [said["kind"][kind] for kind in columns] + ([said["trend"]["other"]] if more else [])
    labels = {row[0]: row[1] if row[2] == NO_SHARE else f"{row[1]} ({row[2]})" for row in rows}
    values = {naming(unit): units[unit] for unit in shown[:NAMED]}

    def draw(width: int, look: charts.Look) -> dict[str, Any]:
        return charts.shares(values, labels, width=width, look=look)

    return _figure("andel", head, rows, draw if rows else None)


def _over_time(
    key: str,
    given: Gathered,
    frame: pd.DataFrame,
    names: Mapping[str, str],
    *,
    shared: bool,
    share: tuple[str, pd.Series[int], pd.Series[int]] | None = None,
    usual: Mapping[str, float] | None = None,
) -> Figure:
    """A row of the table for each step, newest first."""
    words = charts.Words(texts()["trend_title"][key], texts()["trend_lead"][key], names)
    steps = charts.Steps(
        tuple(short(period, given.step) for period in given.steps),
        sum(period.end > given.today for period in given.steps),
    )
    rows = []
    for place, period in reversed(list(enumerate(given.steps))):
        numbers = [number(int(frame[column].iloc[place])) for column in names]
        part = [percent(int(share[1].iloc[place]), int(share[2].iloc[place]))] if share else []
        rows.append((name(period, current()) + (_(", pågår") if period.end > given.today else ""), *numbers, *part))
    head = [texts()["trend"][given.step], *names.values(), *([share[0]] if share else [])]

    def draw(width: int, look: charts.Look) -> dict[str, Any]:
        return charts.rows_over_time(frame, steps, words, width=width, look=look, shared=shared, usual=usual)

    return _figure(key, head, rows, draw if names and frame.to_numpy().any() else None)


def _frame(given: Gathered, rows: Iterable[tuple[int, str, int]], columns: Iterable[str]) -> pd.DataFrame:
    return frames.counts(rows, range(len(given.steps)), list(columns))


def _figure(
    key: str,
    head: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    draw: Callable[[int, charts.Look], dict[str, Any]] | None,
) -> Figure:
    title, lead = texts()["trend_title"][key], texts()["trend_lead"][key]
    return Figure(key, title, lead, Table(title, tuple(head), tuple(rows), tuple(range(1, len(head)))), draw)


def short(period: Period, step: Step) -> str:
    """The name of a step under an axis."""
    if step == "week":
        return _("v. %d") % period.first.isocalendar().week
    return dates.short_month(period.first)


def percent(part: int, whole: int) -> str:
    """Nothing of fewer than `frames.SMALL`."""
    found = frames.share(part, whole)
    return NO_SHARE if found is None else format_percent(found, locale=locale())
