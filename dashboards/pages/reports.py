"""Rapporter: what happened in a week, a month, a quarter or between two days; as page and as PDF, made when asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboards import conditions
from dashboards.asked import Day
from dashboards.auth import Who
from dashboards.catalogue import texts
from dashboards.counting import Counts
from dashboards.language import SOURCE, in_swedish, speak
from dashboards.language import gettext as _
from dashboards.pages import trends as trends_page
from dashboards.pages.feed import units_of
from dashboards.pages.trends import Mistake, Units
from dashboards.printed import CARE, made_by
from dashboards.rendering import page
from dashboards.reporting import STORIES, Facts, report, title
from dashboards.sheets import kept
from dashboards.trending import COMPARED, Figure, Gathered, figures, median_of, shares
from pipelines.bootstrap import App
from pipelines.collect.coverage import coverage
from pipelines.reports import blocks, charts, document, frames, periods
from pipelines.reports.periods import Period
from pipelines.store import sources
from pipelines.store.views import corrections, health, overview, trends

router = APIRouter()
AROUND: dict[str, Literal["week", "month", "quarter"]] = {"vecka": "week", "manad": "month", "kvartal": "quarter"}
LONGEST = 366
"""Days of a report."""
WIDTH = 620
WEEK = timedelta(days=7)


class Wanted(BaseModel):
    """Of what; an empty field of the form asks for nothing."""

    model_config = ConfigDict(extra="forbid")

    period: Literal["vecka", "manad", "kvartal", "egen"] = "vecka"
    datum: Day = None
    """Any day of the week, month or quarter; the last whole one where nobody has said."""
    fran: Day = None
    till: Day = None
    enhet: Annotated[Units, Field(max_length=2 * COMPARED)] = []
    vidare: Annotated[Literal["1"] | None, Field(exclude=True)] = None


@router.get("/rapporter")
def show(request: Request, counts: Counts, asked: Annotated[Wanted, Query()]) -> Response:
    app = counts.app
    told, mistake, heading = [], None, None
    try:
        facts = _facts(counts, asked, drawn=False)
    except Mistake as error:
        mistake = str(error)
    else:
        told, heading = in_swedish(lambda: report(facts, app.config)), title(facts.period)
    return page(
        request,
        "reports.html",
        status=400 if mistake else 200,
        mistake=mistake,
        blocks=told,
        heading=heading,
        asked=asked,
        address=trends_page.address(asked),
        units=units_of(app.config, counts.scope),
        chosen=trends_page.boxes(asked.enhet),
        care=CARE,
    )


@router.get("/rapporter.pdf")
def pdf(counts: Counts, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    app = counts.app
    speak(SOURCE)
    try:
        facts = _facts(counts, asked, drawn=True)
    except Mistake as error:
        raise HTTPException(400) from error
    now = app.clock()
    told: list[blocks.Block] = [
        *report(facts, app.config),
        blocks.Heading("Om dokumentet"),
        blocks.Text(made_by(who.account.name, now, app.config)),
        blocks.Text(CARE),
    ]
    heading = f"{title(facts.period)}, {app.config.municipality.name}"
    made = document.render(told, title=heading, when=now.astimezone(app.config.zone))
    named = f"mediebevakning-{facts.period.first}-{facts.period.end - periods.DAY}.pdf"
    return kept(made, "application/pdf", named)


def _period(app: App, asked: Wanted) -> Period:
    """Raises Mistake where there is none."""
    today = app.today()
    if asked.period == "egen":
        if asked.fran is None or asked.till is None or asked.fran > asked.till:
            raise Mistake(_("Ange från och med och till och med vilken dag, i den ordningen."))
        found = Period(asked.fran, min(asked.till, today) + periods.DAY)
    else:
        step = AROUND[asked.period]
        last_whole = periods.around(today, step).first - periods.DAY
        found = periods.around(min(asked.datum or last_whole, today), step)
    if found.first > today:
        raise Mistake(_("Perioden har inte börjat än."))
    if found.first.year < 1971:
        raise Mistake(_("Perioden börjar före 1971."))
    if found.days > LONGEST:
        raise Mistake(_("Välj högst %d dagar.") % LONGEST)
    return found


def _facts(counts: Counts, asked: Wanted, *, drawn: bool) -> Facts:
    app, opened, scope = counts.app, counts.opened, counts.scope
    zone, now = app.config.zone, app.clock()
    units = trends_page.chosen_units(asked.enhet, app, scope)
    choice = trends.Choice(units or None)
    period = _period(app, asked)
    window = period.window(zone)
    before = Period(period.first - timedelta(days=period.days), period.first)
    found = counts.over("week", (before, period), choice)
    weeks = counts.watched(period.first, frames.USUAL_WEEKS)
    weekly = trends.counted(opened, scope, [week.window(zone) for week in weeks], choice) if weeks else ()
    lines = conditions.lines(app.config.sources, health.health(opened, scope, now - WEEK))
    networks = coverage(app.config, sources.states(opened), app.environment)
    flagged = scope.flagged_texts
    return Facts(
        period=period,
        over=window[1] <= now,
        units=units,
        own=scope.units is not None,
        counted=found.counted,
        usual=median_of(weekly, len(weeks)),
        usual_weeks=len(weeks),
        stories=overview.stories(opened, scope, window, STORIES, units),
        figures=in_swedish(lambda: tuple(_figures(counts, period, units, found, drawn=drawn))),
        flags=tuple(row for row in found.of_flags or () if row.period == 1) if flagged else None,
        judged=corrections.of_flags(opened, scope, window, units) if flagged else {},
        clocks=tuple(row for row in found.of_cases if row.period == 1),
        silent=in_swedish(lambda: tuple(_silent(line) for line in lines if line.condition in conditions.SILENT)),
        unseen=tuple(row.network.name for row in networks if row.condition in ("none", "failing", "needs")),
    )


def _figures(
    counts: Counts, period: Period, units: tuple[str, ...], found: Gathered, *, drawn: bool
) -> Iterator[tuple[Figure, blocks.Drawing | None]]:
    """Tone and stance week by week, with the weeks before that one compares with; and the units of the period."""
    first = period.first - frames.USUAL_WEEKS * WEEK
    wanted = trends_page.Wanted(fran=first, till=period.end - periods.DAY, enhet=list(units))
    counted = trends_page.gathered(counts, wanted)
    if period.days != WEEK.days:  # what is usual before a longer period is another figure than before its last week
        counted = replace(counted, whole_weeks=(), weeks=())
    config = counts.app.config
    weekly = figures(counted, config)
    for key in ("ton", "hallning"):
        figure = weekly[key]
        if figure.draw is None:
            yield figure, None
            continue
        svg = charts.as_svg(figure.draw(WIDTH, "light"), figure.words()) if drawn else ""
        alt = f"{figure.title}. Samma siffror finns i tabellen."
        yield figure, blocks.Drawing(svg, alt, f"/trender/{key}.svg{trends_page.address(wanted)}")
    yield shares(replace(found, of_units=tuple(row for row in found.of_units if row.period == 1)), config), None


def _silent(line: conditions.SourceLine) -> str:
    why = line.health.reason if line.health else None
    return f"{line.source.name}: {why or texts()['source_state'][line.condition]}"
