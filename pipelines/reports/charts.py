"""Charts as SVG: no script, no font, no address from elsewhere. The heavy libraries are loaded at the first chart.

No tone is told by colour alone: each has a row of its own with its name before it. The colours differ in lightness
too, and have at least 3:1 against their ground (WCAG 2.1, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Look = Literal["light", "dark"]
FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
ROW_HEIGHT = 64
LEAST = 4
"""Where the scale of a row ends at the lowest: one entry in a month is no mountain."""


@dataclass(frozen=True, slots=True)
class Palette:
    ink: str
    line: str
    tones: Mapping[str, str]


PALETTES: Mapping[Look, Palette] = {
    "light": Palette(
        ink="#3d4a52",
        line="#d5dad8",
        tones={"negative": "#b4500f", "neutral": "#66727a", "positive": "#0b6e80", "unsure": "#8b7500"},
    ),
    "dark": Palette(
        ink="#c3ccd0",
        line="#3a464d",
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
    return _titled(_svg(chart.to_dict() | _style(palette)), words)


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


def _svg(chart: dict[str, Any]) -> str:
    import vl_convert

    number, time = _locales()
    drawn: str = vl_convert.vegalite_to_svg(chart, format_locale=number, time_format_locale=time, allowed_base_urls=[])
    return drawn


@cache
def _locales() -> tuple[dict[str, Any], dict[str, Any]]:
    import vl_convert

    time: dict[str, Any] = vl_convert.get_time_format_locale("sv-SE")
    # d3's table writes Swedish months with a capital, which Swedish does not
    months = {key: [month.lower() for month in time[key]] for key in ("months", "shortMonths")}
    return vl_convert.get_format_locale("sv-SE"), time | months


def _titled(svg: str, words: Words) -> str:
    opening, rest = svg.split(">", 1)
    head = f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>"
    return f'{opening} role="img">{head}{rest}'
