"""The labelled suites are what they claim to be: complete, consistent, split as written, without real people's data."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
UNITS_FILE = HERE.parents[1] / "config" / "botkyrka" / "units.toml"
SUITES = ("understanding", "signals")
FLAGGED = (*SUITES, "unforeseen")
"""The suites that say what is suspected; `unforeseen` says nothing else."""
LEAST_ROWS = {"understanding": 420, "signals": 620}
LEAST_PER_PHENOMENON = {"understanding": 10, "signals": 8}
# Reports of what is rarely told of, such as advertising, cannot be many without being contrived.
LEAST_PER_CATEGORY = 9

REQUIRED = {
    "id",
    "source",
    "title",
    "text",
    "about",
    "units",
    "tone",
    "stance",
    "flags",
    "alert",
    "intent",
    "phenomenon",
    "split",
}
OPTIONAL = {"pair", "language"}
SOURCES = {"news", "microblog", "forum", "video", "social", "blog", "review", "wiki", "photo", "official"}
TONES = {"negative", "neutral", "positive", "unsure"}
STANCES = {"critical", "none", "supportive"}
INTENTS = {"criticism", "question", "praise", "information", "other"}
CATEGORIES = {
    "bullying",
    "personal_attack",
    "threat",
    "hate_speech",
    "obscenity",
    "violence",
    "pornography",
    "copyright",
    "advertising",
    "crime",
    "self_harm",
    "personal_data",
}
CRIME_TYPES = {
    "homicide_shooting",
    "sexual_offence",
    "robbery",
    "assault_brawl",
    "threat_harassment",
    "theft_burglary",
    "vandalism",
    "drugs",
    "weapon_knife",
    "explosion",
    "fraud",
    "traffic_offence",
    "fire",
    "other",
}
ALERTING_ACTS = {"threat", "bullying", "hate_speech", "violence", "self_harm", "crime", "personal_data"}
ALERTING_REPORTS = {"bullying", "self_harm"}
ALERTING_REPORTS_AT_A_UNIT = {"crime", "threat"}
LABELS = ("about", "units", "tone", "stance", "flags", "alert", "intent", "phenomenon")

Row = dict[str, Any]


def read(suite: str) -> list[Row]:
    lines = (HERE / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def flags(row: Row) -> set[tuple[str, str]]:
    return {(flag["category"], flag["role"]) for flag in row["flags"]}


def known_units() -> set[str]:
    return {unit["id"] for unit in tomllib.loads(UNITS_FILE.read_text(encoding="utf-8"))["unit"]}


@pytest.mark.parametrize("suite", SUITES)
def test_every_row_has_the_fields_and_known_values(suite: str) -> None:
    units = known_units()
    for row in read(suite):
        assert set(row) >= REQUIRED, row["id"]
        assert set(row) <= REQUIRED | OPTIONAL, row["id"]
        assert row["source"] in SOURCES, row["id"]
        assert row["tone"] in TONES, row["id"]
        assert row["stance"] in STANCES, row["id"]
        assert row["intent"] in INTENTS, row["id"]
        assert row["about"] in (True, False), row["id"]
        assert row["text"].strip() == row["text"] != "", row["id"]
        assert set(row["units"]) <= units, row["id"]
        assert len(set(row["units"])) == len(row["units"]), row["id"]
        assert row["about"] or not row["units"], row["id"]
        assert row["tone"] != "unsure" or (row["stance"], row["intent"]) == ("none", "other"), row["id"]


def test_the_unforeseen_are_complete_and_of_every_category() -> None:
    rows = read("unforeseen")
    units = known_units()
    for row in rows:
        assert set(row) - {"pair"} == REQUIRED - {"about", "tone", "stance", "intent"}, row["id"]
        assert row["source"] in SOURCES, row["id"]
        assert row["text"].strip() == row["text"] != "", row["id"]
        assert set(row["units"]) <= units, row["id"]
    assert Counter(row["split"] for row in rows) == {"development": 220, "held-out": 140}
    assert sum(not row["flags"] for row in rows) >= len(rows) // 3
    for split in ("development", "held-out"):
        categories = {category for row in rows if row["split"] == split for category, _ in flags(row)}
        assert categories == CATEGORIES


@pytest.mark.parametrize("suite", FLAGGED)
def test_flags_are_of_known_categories_and_crimes_have_a_type(suite: str) -> None:
    for row in read(suite):
        assert len(flags(row)) == len(row["flags"]), row["id"]
        for flag in row["flags"]:
            assert flag["category"] in CATEGORIES, row["id"]
            assert flag["role"] in {"act", "report"}, row["id"]
            if flag["category"] == "crime":
                assert flag["type"] in CRIME_TYPES, row["id"]
            else:
                assert set(flag) == {"category", "role"}, row["id"]


@pytest.mark.parametrize("suite", FLAGGED)
def test_alert_follows_from_the_flags_or_is_a_public_warning(suite: str) -> None:
    for row in read(suite):
        found = flags(row)
        acts = {category for category, role in found if role == "act"}
        reports = {category for category, role in found if role == "report"}
        expected = bool(
            acts & ALERTING_ACTS
            or reports & ALERTING_REPORTS
            or (row["units"] and reports & ALERTING_REPORTS_AT_A_UNIT)
            or (row["phenomenon"] == "public-warning" and row["tone"] == "negative")
        )
        assert row["alert"] is expected, row["id"]


def test_ids_are_unique_across_the_suites() -> None:
    ids = Counter(row["id"] for suite in FLAGGED for row in read(suite))
    assert [name for name, count in ids.items() if count > 1] == []


def test_no_post_is_written_twice() -> None:
    posts = Counter((row["title"], row["text"]) for suite in FLAGGED for row in read(suite))
    assert [post for post, count in posts.items() if count > 1] == []


@pytest.mark.parametrize("suite", FLAGGED)
def test_twins_exist_point_at_each_other_and_differ_in_their_answers(suite: str) -> None:
    rows = {row["id"]: row for row in read(suite)}
    for row in rows.values():
        if "pair" not in row:
            continue
        twin = rows[row["pair"]]
        assert twin["pair"] == row["id"]
        assert any(row.get(label) != twin.get(label) for label in LABELS), row["id"]


@pytest.mark.parametrize("suite", SUITES)
def test_every_third_row_is_held_out(suite: str) -> None:
    for index, row in enumerate(read(suite)):
        assert row["split"] == ("held-out" if index % 3 == 2 else "development"), row["id"]


@pytest.mark.parametrize("suite", SUITES)
def test_there_are_enough_posts_of_each_phenomenon_in_both_halves(suite: str) -> None:
    rows = read(suite)
    assert len(rows) >= LEAST_ROWS[suite]
    phenomena = Counter(row["phenomenon"] for row in rows)
    held_out = Counter(row["phenomenon"] for row in rows if row["split"] == "held-out")
    for phenomenon, count in phenomena.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", phenomenon)
        assert count >= LEAST_PER_PHENOMENON[suite], phenomenon
        assert held_out[phenomenon] >= 2, phenomenon


def test_every_unit_and_kind_of_source_appears_in_both_suites() -> None:
    units = known_units()
    for suite in SUITES:
        rows = read(suite)
        assert {unit for row in rows for unit in row["units"]} == units
        assert {row["source"] for row in rows} == SOURCES


def test_signals_have_every_category_in_both_roles() -> None:
    rows = read("signals")
    found = Counter(flag for row in rows for flag in flags(row))
    for category in CATEGORIES:
        assert found[(category, "act")] >= 1, category
        assert found[(category, "report")] >= 1, category
        assert found[(category, "act")] + found[(category, "report")] >= LEAST_PER_CATEGORY, category
    assert sum(not row["flags"] for row in rows) >= len(rows) // 3


def test_numbers_that_could_reach_a_person_are_reserved_for_fiction_or_tests() -> None:
    phone = re.compile(r"\b0\d{1,3}[- ]?\d{2,3}[ -]?\d{2,3}[ -]?\d{2}(?:[ -]?\d{2})?\b")
    identity = re.compile(r"\b\d{6,8}-(\d{4})\b")
    for suite in FLAGGED:
        for row in read(suite):
            for number in phone.findall(row["text"]):
                digits = re.sub(r"\D", "", number)
                assert re.fullmatch(r"07017406(0[5-9]|[1-9]\d)|08465004\d\d", digits), row["id"]
            for serial in identity.findall(row["text"]):
                assert serial[:3] in {"238", "239"}, row["id"]
