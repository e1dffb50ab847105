"""Charts as SVG: no script, no font, no address from elsewhere. The heavy libraries are loaded at the first chart.

No tone is told by colour alone: each has a row of its own with its name before it. The colours differ in lightness
too, and have at least 3:1 against their ground (WCAG 2.1, 1.4.11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Look = Literal["light", "dark"]
Locale = Literal["sv-SE", "en-GB"]
FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
ROW_HEIGHT = 64
LEAST = 4
"""Where the scale of a row ends at the lowest: one entry in a month is no mountain."""
LABEL_WIDTH = 62
"""Pixels that the name of a step takes under the axis."""
COLOURED_AS = {
    **{tone: tone for tone in ("negative", "neutral", "positive", "unsure")},
    **{"critical": "negative", "none": "neutral", "supportive": "positive"},
    **{"late": "negative", "overdue": "negative", "waiting": "unsure", "kept": "positive"},
}
"""Which tone's colour a row has besides its name; all others are plain."""


@dataclass(frozen=True, slots=True)
class Palette:
    ink: str
    line: str
    ground: str
    plain: str
    """Of what is neither good nor bad."""
    tones: Mapping[str, str]


PALETTES: Mapping[Look, Palette] = {
    "light": Palette(
        ink="#3d4a52",
        line="#d5dad8",
        ground="#ffffff",
        plain="#2f6d8a",
        tones={"negative": "#b4500f", "neutral": "#66727a", "positive": "#0b6e80", "unsure": "#8b7500"},
    ),
    "dark": Palette(
        ink="#c3ccd0",
        line="#3a464d",
        ground="#1b2327",
        plain="#7db8d4",
        tones={"negative": "#f2955b", "neutral": "#94a0a8", "positive": "#55c2d3", "unsure": "#d6bd4f"},
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader, or a screen reader, is told; in his language."""

    title: str
    description: str
    tones: Mapping[str, str]
    """Names of the tones to show, in the order of the rows."""
    locale: Locale = "sv-SE"
    """How months and numbers are written."""


def tone_over_time(frame: pd.DataFrame, mean: pd.DataFrame, words: Words, *, width: int, look: Look) -> str:
    """Bars of entries a day and a line of their weekly mean, a row for each tone in `words`.

    frame, mean: as `frames` makes them, same index. width: of the plot, in CSS pixels.
    """
    import altair as alt

    palette = PALETTES[look]
    names = list(words.tones.values())
    colours = alt.Scale(domain=names, range=[palette.tones[tone] for tone in words.tones])
    header = alt.Header(labelOrient="top", labelAnchor="start", labelFontSize=13, labelPadding=4)
    mondays = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in frame.index if day.weekday() == 0]
    weeks = alt.Axis(format="%-d %b", values=mondays, grid=False)
    count = alt.Axis(tickCount=3, tickMinStep=1, minExtent=24, maxExtent=24, format="d", domain=False)

    base = alt.Chart(alt.InlineData(values=_records(frame, mean, words))).encode(
        x=alt.X("yearmonthdate(day):T", title=None, bandPosition=0.5, axis=weeks)
    )
    bars = base.mark_bar(opacity=0.85, binSpacing=3).encode(
        y=alt.Y("entries:Q", title=None, axis=count, scale=alt.Scale(domain=alt.DomainUnionWith([0, LEAST]))),
        color=alt.Color("tone:N", legend=None, scale=colours),
    )
    line = base.mark_line(strokeWidth=2, color=palette.ink, interpolate="monotone").encode(y="mean:Q")
    chart = (
        alt.layer(bars, line)
        .properties(width=width, height=ROW_HEIGHT)
        .facet(row=alt.Row("tone:N", sort=names, title=None, header=header), spacing=10)
        .resolve_scale(y="independent")  # a storm of one tone would flatten the others
    )
    return as_svg(chart.to_dict() | _style(palette), words)


@dataclass(frozen=True, slots=True)
class Steps:
    """Weeks or months in order: their names under the axis, and how many at the end are not over yet."""

    names: tuple[str, ...]
    unfinished: int = 0


def rows_over_time(
    frame: pd.DataFrame,
    steps: Steps,
    words: Words,
    *,
    width: int,
    look: Look,
    shared: bool,
    usual: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """A row of bars for each column that `words.tones` names, as a specification for `as_svg` and `as_png`.

    frame: counts by step (rows, as many as `steps`). shared: one scale for all rows, where they are compared with each
    other. usual: by column, drawn as a broken line. What is not over yet is paler.
    """
    import altair as alt

    palette = PALETTES[look]
    names = list(words.tones.values())
    colours = [palette.tones.get(COLOURED_AS.get(key, ""), palette.plain) for key in words.tones]
    known = {str(place): name for place, name in enumerate(steps.names)}
    every = -(-len(known) * LABEL_WIDTH // width)
    shown = [place for place in range(len(known)) if (len(known) - 1 - place) % every == 0]
    axis = alt.Axis(labelExpr=f"({json.dumps(known)})[datum.value]", values=shown, labelAngle=0, grid=False)
    count = alt.Axis(tickCount=3, tickMinStep=1, minExtent=24, maxExtent=24, format="d", domain=False)
    header = alt.Header(labelOrient="top", labelAnchor="start", labelFontSize=13, labelPadding=4, labelLimit=width)
    over = len(known) - steps.unfinished
    records = [
        {"at": place, "of": name, "entries": entries, "over": place < over, "usual": (usual or {}).get(key)}
        for key, name in words.tones.items()
        for place, entries in enumerate(frame[key].tolist())
    ]
    base = alt.Chart(alt.InlineData(values=records))
    bars = base.mark_bar().encode(
        x=alt.X("at:O", title=None, axis=axis, scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1)),
        y=alt.Y("entries:Q", title=None, axis=count, scale=alt.Scale(domain=alt.DomainUnionWith([0, LEAST]))),
        color=alt.Color("of:N", legend=None, scale=alt.Scale(domain=names, range=colours)),
        opacity=alt.condition("datum.over", alt.value(0.9), alt.value(0.5)),
    )
    line = base.mark_rule(strokeWidth=2, strokeDash=[6, 4], color=palette.ink).encode(y="mean(usual):Q")
    chart = (
        alt.layer(*((bars, line) if usual else (bars,)))
        .properties(width=width, height=ROW_HEIGHT)
        .facet(row=alt.Row("of:N", sort=names, title=None, header=header), spacing=10)
        .resolve_scale(y="shared" if shared else "independent")
    )
    return _specification(chart, palette)


def shares(values: Mapping[str, int], labels: Mapping[str, str], *, width: int, look: Look) -> dict[str, Any]:
    """A bar across for each name, in the order given, with its label at its end, as a specification."""
    import altair as alt

    palette = PALETTES[look]
    records = [{"of": name, "entries": value, "label": labels[name]} for name, value in values.items()]
    base = alt.Chart(alt.InlineData(values=records)).encode(
        y=alt.Y(
            "of:N",
            sort=list(values),
            title=None,
            axis=alt.Axis(labelLimit=width * 2 // 5, domain=False, ticks=False, labelPadding=8),
        ),
        x=alt.X("entries:Q", title=None, axis=None),
    )
    bars = base.mark_bar(color=palette.plain, height=16)
    told = base.mark_text(align="left", dx=5, color=palette.ink, fontSize=12).encode(text="label:N")
    return _specification((bars + told).properties(width=width * 3 // 5, height=alt.Step(26)), palette)


def as_svg(chart: dict[str, Any], words: Words) -> str:
    """Drawn, with its title and description for those who do not see it."""
    return _titled(_svg(chart, words.locale), words)


def as_png(chart: dict[str, Any], locale: Locale = "sv-SE") -> bytes:
    """Drawn on a ground of its own, for a document of someone else's."""
    import vl_convert

    number, time = _locales(locale)
    drawn: bytes = vl_convert.vegalite_to_png(
        chart, scale=2, format_locale=number, time_format_locale=time, allowed_base_urls=[]
    )
    return drawn


def on_ground(chart: dict[str, Any], look: Look) -> dict[str, Any]:
    """The same, no longer transparent: whoever is sent it may lay it on any colour."""
    return chart | {"background": PALETTES[look].ground, "padding": 12}


def warm() -> None:
    """Load what draws, which takes seconds the first time."""
    _svg(shares({"": 1}, {"": ""}, width=100, look="light"), "sv-SE")


def _specification(chart: Any, palette: Palette) -> dict[str, Any]:
    made: dict[str, Any] = chart.to_dict()
    return made | _style(palette)


def _style(palette: Palette) -> dict[str, object]:
    return {
        "background": "transparent",
        "padding": 2,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelColor": palette.ink,
                "labelFontSize": 12,
                "gridColor": palette.line,
                "domainColor": palette.line,
                "tickColor": palette.line,
            },
            "header": {"labelColor": palette.ink},
        },
    }


def _records(frame: pd.DataFrame, mean: pd.DataFrame, words: Words) -> list[dict[str, object]]:
    days = [f"{day.isoformat()}T12:00:00" for day in frame.index]  # noon: no time zone moves it to another day
    return [
        {
            "day": day,
            "tone": name,
            "entries": entries,
            "mean": None if isnan(weekly) else weekly,
        }
        for tone, name in words.tones.items()
        for day, entries, weekly in zip(days, frame[tone].tolist(), mean[tone].tolist(), strict=True)
    ]


def _svg(chart: dict[str, Any], locale: Locale) -> str:
    import vl_convert

    number, time = _locales(locale)
    drawn: str = vl_convert.vegalite_to_svg(chart, format_locale=number, time_format_locale=time, allowed_base_urls=[])
    return drawn


@cache
def _locales(locale: Locale) -> tuple[dict[str, Any], dict[str, Any]]:
    import vl_convert

    time: dict[str, Any] = vl_convert.get_time_format_locale(locale)
    if locale == "sv-SE":  # d3's table writes Swedish months with a capital, which Swedish does not
        time |= {key: [month.lower() for month in time[key]] for key in ("months", "shortMonths")}
    return vl_convert.get_format_locale(locale), time


def _titled(svg: str, words: Words) -> str:
    opening, rest = svg.split(">", 1)
    head = f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>"
    return f'{opening} role="img">{head}{rest}'
