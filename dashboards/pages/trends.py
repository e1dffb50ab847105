"""Trender: volume, tone, stance, units, flags and answers over weeks or months; each as chart, table and file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dashboards.asked import Day, Word
from dashboards.catalogue import texts
from dashboards.counting import Counts
from dashboards.language import current, tag
from dashboards.language import gettext as _
from dashboards.pages.charts import LOOKS, WIDTHS
from dashboards.pages.feed import units_of
from dashboards.rendering import page
from dashboards.sheets import csv_file, kept, xlsx_file
from dashboards.trending import COMPARED, FIGURES, Figure, Gathered, figures, usual
from pipelines.bootstrap import App
from pipelines.reports import charts, frames, periods
from pipelines.reports.blocks import Table
from pipelines.reports.periods import Period, Step
from pipelines.store.views import Scope, trends

router = APIRouter()
STEPS: dict[str, Step] = {"vecka": "week", "manad": "month"}
AT_FIRST = 12
"""Steps before the present one, where nobody has said from when."""
MOST = 70
Units = Annotated[list[str], BeforeValidator(lambda given: [one for one in given if one])]


class Wanted(BaseModel):
    """What is to be counted; an empty field of the form asks for nothing."""

    model_config = ConfigDict(extra="forbid")

    steg: Literal["vecka", "manad"] = "vecka"
    fran: Day = None
    till: Day = None
    enhet: Annotated[Units, Field(max_length=2 * COMPARED)] = []
    slag: Word = None
    vidare: Annotated[Literal["1"] | None, Field(exclude=True)] = None


class Drawn(Wanted):
    """The same as a drawing."""

    bredd: Literal["bred", "smal"] = "bred"
    tema: Literal["ljus", "mork"] = "ljus"
    fil: Annotated[Literal["1"] | None, Field(exclude=True)] = None
    """To be saved: on a ground of its own."""


class Mistake(ValueError):
    """A choice that cannot be shown, as someone is told of it."""


@router.get("/trender")
def show(request: Request, counts: Counts, asked: Annotated[Wanted, Query()]) -> Response:
    config = counts.app.config
    found, mistake = None, None
    try:
        found = gathered(counts, asked)
    except Mistake as error:
        mistake = str(error)
    days = config.retention.entries_days
    return page(
        request,
        "trends.html",
        status=400 if mistake else 200,
        mistake=mistake,
        asked=asked,
        address=address(asked),
        steps=found.steps if found else (),
        figures=list(figures(found, config).values()) if found else [],
        usual=usual(found) if found else None,
        units=units_of(config, counts.scope),
        chosen=boxes(asked.enhet),
        small=frames.SMALL,
        kept_days=days if found and found.steps[0].first < found.today - timedelta(days=days) else None,
        period_name=partial(periods.name, language=current()),
    )


@router.get("/trender/{vad}.csv")
def csv(counts: Counts, vad: str, asked: Annotated[Wanted, Query()]) -> Response:
    rows = _rows(_figure(counts, vad, asked).table)
    return csv_file(rows, f"trender-{vad}")


@router.get("/trender/{vad}.xlsx")
def xlsx(counts: Counts, vad: str, asked: Annotated[Wanted, Query()]) -> Response:
    rows = _rows(_figure(counts, vad, asked).table)
    return xlsx_file(rows, f"trender-{vad}", texts()["trend_title"][vad])


@router.get("/trender/{vad}.svg")
def svg(counts: Counts, vad: str, asked: Annotated[Drawn, Query()]) -> Response:
    figure, draw = _chart(counts, vad, asked)
    drawn = counts.kept.get(
        ("svg", counts.scope, vad, address(asked), asked.bredd, asked.tema, asked.fil),
        counts.app.clock(),
        lambda: charts.as_svg(draw(), figure.words()),
    )
    if asked.fil:
        return kept(drawn.encode(), "image/svg+xml", f"trender-{vad}.svg")
    return Response(drawn, media_type="image/svg+xml")


@router.get("/trender/{vad}.png")
def png(counts: Counts, vad: str, asked: Annotated[Drawn, Query()]) -> Response:
    _, draw = _chart(counts, vad, asked.model_copy(update={"fil": "1"}))
    drawn = counts.kept.get(
        ("png", counts.scope, vad, address(asked), asked.bredd, asked.tema),
        counts.app.clock(),
        lambda: charts.as_png(draw(), tag()),
    )
    return kept(drawn, "image/png", f"trender-{vad}.png")


def address(asked: BaseModel) -> str:
    """As it stands in an address, with its question mark."""
    given = asked.model_dump(mode="json", exclude_defaults=True, exclude={"bredd", "tema"})
    return "?" + urlencode(given, doseq=True) if given else ""


def gathered(counts: Counts, asked: Wanted) -> Gathered:
    """All that is counted, as it was within the last minute. Raises Mistake where it cannot be."""
    today = counts.app.today()
    step = STEPS[asked.steg]
    steps = periods.steps(_whole(asked, step, today), step)
    if len(steps) > MOST:
        raise Mistake(_("Välj högst %d veckor eller månader.") % MOST)
    units = chosen_units(asked.enhet, counts.app, counts.scope)
    choice = trends.Choice(units or None, (asked.slag,) if asked.slag else None)
    return counts.over(step, steps, choice)


def chosen_units(given: list[str], app: App, scope: Scope) -> tuple[str, ...]:
    """Each once. Raises Mistake for too many, HTTPException(400) for one that the visitor cannot choose."""
    units = tuple(dict.fromkeys(given))
    if len(units) > COMPARED:
        raise Mistake(_("Välj högst %d enheter.") % COMPARED)
    if set(units) - {unit for unit, _ in units_of(app.config, scope)}:
        raise HTTPException(400)
    return units


def boxes(units: list[str]) -> list[str]:
    """What stands in the form's boxes for units."""
    return (list(dict.fromkeys(units)) + [""] * COMPARED)[:COMPARED]


def _whole(asked: Wanted, step: Step, today: date) -> Period:
    end = min(asked.till or today, today)
    back = timedelta(days=(7 if step == "week" else 30.4) * AT_FIRST)
    first = asked.fran or periods.around(periods.around(end, step).first - back, step).first
    if first > end:
        raise Mistake(_("Perioden måste börja före den slutar, och inte senare än i dag."))
    if first < date(1970, 1, 5):
        raise Mistake(_("Perioden börjar före 1970."))
    return Period(first, end + periods.DAY)


def _figure(counts: Counts, vad: str, asked: Wanted) -> Figure:
    try:
        found = figures(gathered(counts, asked), counts.app.config) if vad in FIGURES else {}
    except Mistake as error:
        raise HTTPException(400) from error
    if vad not in found:
        raise HTTPException(404)
    return found[vad]


def _rows(table: Table) -> list[list[str]]:
    """For a spreadsheet, which takes no number with a space in it."""
    rows = [[row[0], *(cell.replace("\xa0", "") for cell in row[1:])] for row in table.rows]
    return [list(table.head), *rows]


def _chart(counts: Counts, vad: str, asked: Drawn) -> tuple[Figure, Callable[[], dict[str, Any]]]:
    figure = _figure(counts, vad, asked)
    draw, look = figure.draw, LOOKS[asked.tema]
    if draw is None:
        raise HTTPException(404)

    def chart() -> dict[str, Any]:
        made = draw(WIDTHS[asked.bredd], look)
        return charts.on_ground(made, look) if asked.fil else made

    return figure, chart
