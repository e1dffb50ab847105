"""The charts of a report: posts by tone and cases by how their clock went, month by month."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

from pipelines.evaluation.details import month_names
from pipelines.evaluation.facts import Facts
from pipelines.evaluation.figures import clock
from pipelines.evaluation.report import TONES, Charts
from pipelines.reports import charts, frames
from pipelines.reports.blocks import Drawing
from pipelines.reports.charts import Look, Steps, Words

WIDTH = 620
NAMES = ("ton", "tider")
DRAWN = ("negative", "neutral", "positive")
CLOCKS = {"kept": "Frågor som besvarades i tid", "late": "Besvarades för sent", "overdue": "Obesvarade, tiden är ute"}


def drawings(facts: Facts, zone: ZoneInfo, *, drawn: bool, address: str = "{}") -> Charts:
    """drawn: with the picture itself, for a document. address: where a page finds it, with its name for {}."""

    def one(name: str) -> Drawing | None:
        words = wording(name, facts, zone)
        if words is None:
            return None
        svg = draw(name, facts, zone, width=WIDTH, look="light") if drawn else ""
        return Drawing(svg, f"{words.title}. {words.description}", address.format(name))

    return Charts(*map(one, NAMES))


def draw(name: str, facts: Facts, zone: ZoneInfo, *, width: int, look: Look) -> str:
    """As SVG. Raises LookupError where there is nothing to draw."""
    words = wording(name, facts, zone)
    if words is None:
        raise LookupError(name)
    rows = _tones(facts) if name == "ton" else _clocks(facts, zone)
    months = range(len(facts.figures.months))
    frame = frames.counts(rows, months, list(words.tones))
    short = tuple(one.split()[0][:3] for one in month_names(facts.occasion.period))
    chart = charts.rows_over_time(frame, Steps(short), words, width=width, look=look, shared=name == "tider")
    return charts.as_svg(chart, words)


def wording(name: str, facts: Facts, zone: ZoneInfo) -> Words | None:
    """None where there is nothing to draw, and where nothing is called so."""
    if name == "ton":
        shown = {tone: TONES[tone] for tone in DRAWN}
        said = "Staplar för varje månad, en rad för varje ton. Samma siffror finns i tabellen under diagrammet."
        return Words("Inlägg månad för månad", said, shown) if facts.figures.posts else None
    counted = Counter(of for _, of, _ in _clocks(facts, zone))
    if name != "tider" or not counted:
        return None
    told = "; ".join(f"{label}: {counted[key]}" for key, label in CLOCKS.items())
    said = f"Staplar för varje månad efter när frågan skrevs. Hela perioden: {told}."
    return Words("Hur frågorna besvarades månad för månad", said, CLOCKS)


def _tones(facts: Facts) -> list[tuple[int, str, int]]:
    return [(place, key, entries) for place, one in enumerate(facts.figures.months) for key, entries in one.items()]


def _clocks(facts: Facts, zone: ZoneInfo) -> list[tuple[int, str, int]]:
    first = facts.occasion.period.first
    found = []
    for one in facts.figures.cases:
        at = one.starts_at.astimezone(zone)
        state = clock(one, facts.now)
        if one.kind == "question" and state in CLOCKS:
            found.append(((at.year - first.year) * 12 + at.month - first.month, state, 1))
    return found
