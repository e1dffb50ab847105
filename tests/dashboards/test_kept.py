"""What is counted once a minute: never longer, never another's, and only where that is allowed to be old."""

from __future__ import annotations

from datetime import timedelta

from dashboards.kept import LASTS, MOST, Kept
from dashboards.language import speak
from pipelines.store.views import Scope
from tests.builders import NOW

ALL, HALF = Scope(None, None, flagged_texts=True), Scope(None, None, flagged_texts=False)


def test_what_was_made_is_made_anew_after_a_minute_or_for_another_scope_or_language() -> None:
    kept = Kept()
    assert kept.get(ALL, NOW, lambda: 1) == 1
    assert kept.get(ALL, NOW + LASTS - timedelta(seconds=1), lambda: 2) == 1
    assert kept.get(HALF, NOW, lambda: 3) == 3
    assert kept.get(ALL, NOW + LASTS, lambda: 4) == 4
    assert kept.get(ALL, NOW, lambda: 5) == 5  # the clock was set back
    speak("en")
    assert kept.get(ALL, NOW, lambda: 6) == 6
    speak("sv")


def test_what_is_not_worth_keeping_is_made_each_time() -> None:
    kept = Kept()

    def many(number: int) -> bool:
        return number > 1_000

    assert [kept.get(ALL, NOW, lambda made=made: made, many) for made in (7, 8, 1_001, 9)] == [7, 8, 1_001, 1_001]


def test_the_oldest_goes_first() -> None:
    kept = Kept()
    for number in range(MOST + 1):
        kept.get(number, NOW, lambda: "old")
    assert [kept.get(number, NOW, lambda: "new") for number in (MOST, 0)] == ["old", "new"]
