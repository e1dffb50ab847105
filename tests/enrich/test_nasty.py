"""Bad input: an answer whatever the text, in time that grows as the text does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.enrich.contract import as_json, read_post
from pipelines.types import Kind
from tests import nasty

KINDS = get_args(Kind)
STEEPEST = 3.4
"""Times the work for twice the text: 2 where it grows as the text does, 4 where it grows as the square."""
TRIES = 12


@cache
def assessor() -> Assessor:
    return Assessor(load(Path(__file__).parents[2] / "config" / "botkyrka"))


def answer(text: str, title: str = "", kind: str = "microblog", language: str | None = None) -> dict[str, object]:
    """What `assess` says, as it is written."""
    post = read_post({"id": "1", "source": kind, "title": title, "text": text, "language": language})
    said: dict[str, object] = json.loads(json.dumps(as_json(post, assessor().assess(post)), allow_nan=False))
    return said


def check(said: dict[str, object], content: str) -> None:
    tone, flags = said["tone"], said["flags"]
    assert isinstance(tone, dict) and isinstance(flags, list)
    assert tone["label"] in ("negative", "neutral", "positive", "unsure")
    assert -1 <= tone["polarity"] <= 1 and 0 <= tone["confidence"] <= 1
    for span in (span for flag in flags for span in flag["evidence"]):
        assert 0 <= span["start"] < span["end"] <= len(content)


@pytest.mark.parametrize("name", nasty.texts())
def test_every_nasty_text_gets_an_answer(name: str) -> None:
    text = nasty.texts()[name]
    check(answer(text), text)
    check(answer("", title=text, kind="news"), f"{text}\n")


PIECES = st.sampled_from([*nasty.REPEATED.values(), *(text for text in nasty.WHOLE.values() if len(text) < 100)])
TEXTS = st.lists(PIECES | st.text(st.characters(), max_size=8), max_size=25).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(KINDS), st.none() | st.sampled_from(["sv", "fi", "", "\ud800", "x" * 99]))
def test_any_mixture_of_them_gets_an_answer(text: str, title: str, kind: str, language: str | None) -> None:
    check(answer(text, title, kind, language), f"{title}\n{text}" if title else text)


def steepness(work: Callable[[str], object], name: str, characters: int) -> float:
    """How much longer twice the text takes, of processor time: the least of some tries, as neighbours only slow us."""
    single, double = nasty.repeated(name, characters), nasty.repeated(name, 2 * characters)
    least_single = least_double = float("inf")
    for _ in range(TRIES):
        least_single = min(least_single, _seconds(work, single))
        least_double = min(least_double, _seconds(work, double))
        if least_double <= STEEPEST * least_single:
            break
    return least_double / least_single


def _seconds(work: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    work(text)
    return time.process_time() - began


@pytest.mark.parametrize("characters", [10_000, 300_000])
@pytest.mark.parametrize("name", nasty.REPEATED)
def test_twice_the_text_is_twice_the_work_at_most(name: str, characters: int) -> None:
    answer("Skolan i Fittja är bra.")  # what is read once only is read by now
    assert steepness(answer, name, characters) <= STEEPEST


def test_work_that_grows_faster_than_the_text_would_be_seen() -> None:
    def cubed(text: str) -> int:
        return sum(1 for one in range(len(text) // 100) for _ in range(one * one // 100))

    assert steepness(cubed, "a letter", 40_000) > STEEPEST
