"""A chart is an SVG that stands alone, says what it shows, and tells no tone by colour alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as tree
from datetime import date, timedelta

import pytest

from pipelines.reports import charts, frames

SVG = "{http://www.w3.org/2000/svg}"
DAYS = [date(2026, 10, 12) + timedelta(days=number) for number in range(36)]
WORDS = charts.Words("Ton & tal", "Staplar <och> linje.", {"negative": "Negativa", "positive": "Positiva"})


def draw(rows: list[tuple[date, str, int]], look: charts.Look = "light") -> str:
    frame = frames.tone_by_day(rows, DAYS)
    return charts.tone_over_time(frame, frames.week_mean(frame), WORDS, width=600, look=look)


def test_a_chart_says_what_it_shows() -> None:
    root = tree.fromstring(draw([(DAYS[-1], "negative", 7)]))
    assert root.get("role") == "img"
    assert [root[0].tag, root[0].text] == [f"{SVG}title", "Ton & tal"]
    assert [root[1].tag, root[1].text] == [f"{SVG}desc", "Staplar <och> linje."]
    shown = {node.text for node in root.iter(f"{SVG}text")}
    assert {"Negativa", "Positiva", "19 okt", "16 nov"} <= shown  # Swedish months, on Mondays


def test_a_chart_needs_nothing_from_elsewhere() -> None:
    drawn = draw([])
    assert not re.search(r"href|url\(|@import|<script|<image|<style", drawn.replace('xmlns:xlink="http', ""))
    assert set(re.findall(r"https?://[^\"]+", drawn)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("look", ["light", "dark"])
def test_colours_stand_out_from_their_ground(look: charts.Look) -> None:
    ground = {"light": "#ffffff", "dark": "#1b2327"}[look]
    palette = charts.PALETTES[look]
    for colour in (palette.ink, *palette.tones.values()):
        assert _contrast(colour, ground) >= 3


def _contrast(one: str, other: str) -> float:
    """As WCAG 2.1 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
