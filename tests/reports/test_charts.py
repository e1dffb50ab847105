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


def test_rows_over_time_name_every_row_and_tell_what_is_usual_and_what_is_not_over() -> None:
    frame = frames.counts([(0, "negative", 12), (2, "positive", 3)], range(3), ("negative", "positive"))
    steps = charts.Steps(("v. 45", "v. 46", "v. 47"), unfinished=1)
    usual = {"negative": 7.5, "positive": 1.0}
    drawn = charts.rows_over_time(frame, steps, WORDS, width=600, look="light", shared=True, usual=usual)
    root = tree.fromstring(charts.as_svg(drawn, WORDS))
    assert {"Negativa", "Positiva", "v. 45", "v. 46", "v. 47"} <= {node.text for node in root.iter(f"{SVG}text")}
    paths = [node.attrib for node in root.iter(f"{SVG}path")]
    assert {path.get("opacity") for path in paths if path.get("aria-roledescription") == "bar"} == {"0.9", "0.5"}
    assert sum("stroke-dasharray" in line.attrib for line in root.iter(f"{SVG}line")) == 2


def test_shares_stand_in_their_order_with_their_labels() -> None:
    names = ["Östra skolan <b>", "A & O"]
    drawn = charts.shares({names[0]: 9, names[1]: 3}, {names[0]: "9 (75 %)", names[1]: "3"}, width=300, look="dark")
    root = tree.fromstring(charts.as_svg(drawn, WORDS))
    shown = [node.text for node in root.iter(f"{SVG}text")]
    assert [text for text in shown if text in names] == names and {"9 (75 %)", "3"} <= set(shown)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_colours_stand_out_from_their_ground(look: charts.Look) -> None:
    ground = {"light": "#ffffff", "dark": "#1b2327"}[look]
    palette = charts.PALETTES[look]
    assert palette.ground == ground
    for colour in (palette.ink, palette.plain, *palette.tones.values()):
        assert _contrast(colour, ground) >= 3


def _contrast(one: str, other: str) -> float:
    """As WCAG 2.1 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
