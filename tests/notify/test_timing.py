"""No flood of old news, and nothing lost in an outage of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.notify.timing import is_news, timely
from pipelines.types import Notice
from tests.builders import NOW, entry, item

TWO_DAYS = timedelta(hours=48)


@pytest.mark.parametrize(
    ("age_at_first_sight", "edited", "expected"),
    [
        (timedelta(hours=1), False, True),
        (timedelta(hours=48), False, True),
        (timedelta(hours=48, seconds=1), False, False),
        (timedelta(days=30), True, True),
    ],
)
def test_news_is_what_was_fresh_when_first_seen(age_at_first_sight: timedelta, edited: bool, expected: bool) -> None:
    seen = item(entry(published=NOW - age_at_first_sight))
    given = replace(seen, first_seen=NOW, edited_at=NOW if edited else None)
    assert is_news(given, TWO_DAYS) is expected


def test_without_a_date_it_is_as_old_as_our_knowledge_of_it() -> None:
    assert is_news(item(entry(published=None)), TWO_DAYS)


@pytest.mark.parametrize(("hours_since", "urgent"), [(1, True), (48, True), (49, False)])
def test_what_has_waited_too_long_comes_in_the_digest_instead(hours_since: int, urgent: bool) -> None:
    given = item(entry(published=NOW))
    notice = Notice("s1", "e1", "kommunikationschef", "larm", "threat", urgent=True)
    assert timely((notice,), given, NOW + timedelta(hours=hours_since), TWO_DAYS) == (replace(notice, urgent=urgent),)


def test_an_edit_makes_it_new_and_calm_news_never_becomes_urgent() -> None:
    edited = replace(item(entry(published=NOW - timedelta(days=9))), edited_at=NOW)
    notice = Notice("s1", "e1", "kommunikationschef", "larm", "threat", urgent=True)
    calm = replace(notice, urgent=False)
    assert timely((notice, calm), edited, NOW, TWO_DAYS) == (notice, calm)
