"""The invented world keeps its promises on any date, also when the clocks or the year change."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sample.clock import CLOSES, instant, last_closed
from sample.shapes.identity import native_id
from sample.world import World, build
from sample.world.history import CALM_DAYS, DAYS
from sample.world.publishers import publishers

DATES = [
    "2026-11-22T10:00:00+01:00",
    "2026-03-29T08:00:00+02:00",
    "2026-03-30T07:00:00+02:00",
    "2026-10-25T08:00:00+01:00",
    "2026-10-26T07:29:00+01:00",
    "2027-01-01T09:00:00+01:00",
    "2028-02-29T23:00:00+01:00",
]
ALERTS_LOOK_BACK = timedelta(hours=48)


@pytest.fixture(params=DATES, scope="module")
def world(request: pytest.FixtureRequest) -> World:
    return build(datetime.fromisoformat(request.param))


def test_it_is_large_and_about_half_of_it_is_not_about_botkyrka(world: World) -> None:
    posts = world.history + world.day
    assert len({post.source for post in posts}) >= 14
    assert len(posts) >= 450
    assert len(world.day) >= 120
    assert 0.4 <= sum(post.label.about for post in posts) / len(posts) <= 0.6


def test_every_post_lies_in_its_span(world: World) -> None:
    window = world.window
    first = instant(window.day - timedelta(days=DAYS), datetime.min.time())
    assert all(window.opens <= post.published < window.closes for post in world.day)
    assert all(first <= post.published < window.opens for post in world.history)
    assert len({post.published.date() for post in world.history}) == DAYS


def test_ids_are_unique_in_a_source_and_carry_the_day(world: World) -> None:
    posts = [post for post in world.history + world.day if "id" not in post.omit]
    assert max(Counter((post.source, native_id(post)) for post in posts).values()) == 1
    assert all(post.serial.startswith(f"{world.window.day:%Y%m%d}") for post in world.day)


def test_what_must_be_told_is_fresh_until_the_next_window_closes(world: World) -> None:
    next_closes = instant(world.window.day + timedelta(days=2), CLOSES)
    alerting = [post for post in world.day if post.label.alert]
    assert alerting
    assert all(post.published > next_closes - ALERTS_LOOK_BACK for post in alerting)


def test_the_days_before_are_calm(world: World) -> None:
    calm_from = world.window.opens - timedelta(days=CALM_DAYS)
    assert any(post.label.alert for post in world.history)
    assert not any(post.label.alert for post in world.history if post.published >= calm_from)


def test_texts_are_finished_and_seldom_repeated(world: World) -> None:
    assert not any(re.search(r"[{}|]", post.title + post.text) for post in world.history + world.day)
    repeated = Counter((post.source, post.title, post.text) for post in world.history)
    assert sum(count - 1 for count in repeated.values()) <= len(world.history) * 0.03


def test_phone_numbers_are_those_set_aside_for_fiction(world: World) -> None:
    text = " ".join(f"{post.title} {post.text} {post.html}" for post in world.history + world.day)
    numbers = re.findall(r"\b0\d{1,3}-[\d ]{5,}", text)
    assert numbers
    assert all(re.fullmatch(r"070-174 06 \d\d ?", number) for number in numbers)


def test_the_day_holds_what_it_was_written_for(world: World) -> None:
    flags = {flag for post in world.day for flag in post.label.flags}
    assert flags >= {
        ("threat", "act"), ("threat", "report"), ("bullying", "act"), ("bullying", "report"), ("hate_speech", "act"),
        ("crime", "act"), ("crime", "report"), ("personal_data", "act"), ("violence", "act"), ("self_harm", "report"),
        ("advertising", "act"), ("copyright", "act"), ("personal_attack", "act"),
    }  # fmt: skip
    assert {"en", "tr", "fi"} <= {post.language for post in world.day}
    homonyms = [post for post in world.day if re.search("Alby|Tumba|Eriksberg|Slagsta|Brunna", post.title + post.text)]
    assert sum(not post.label.about for post in homonyms) >= 8
    assert any(post.source == "krisvarning" and post.label.alert and not post.label.flags for post in world.day)


def test_one_agency_text_stands_in_five_papers(world: World) -> None:
    texts = Counter(post.text for post in world.day if publishers()[post.source].shape in ("rss", "atom", "rdf"))
    text, count = texts.most_common(1)[0]
    titles = {post.title for post in world.day if post.text == text}
    assert count == 5
    assert 1 < len(titles) < 5


def test_a_post_seen_through_two_hosts_has_one_identity(world: World) -> None:
    through = [post for post in world.day if publishers()[post.source].shape == "mastodon"]
    shared = Counter(native_id(post) for post in through)
    assert sum(count == 2 for count in shared.values()) == 5


def test_the_storm_follows_the_season() -> None:
    winter, summer = (build(datetime.fromisoformat(f"2026-{month}-15T12:00:00Z")) for month in ("01", "07"))
    assert "snö" in " ".join(post.text for post in winter.day)
    assert "snö" not in " ".join(post.text for post in summer.day)
    assert "sophämtning" in " ".join(post.text.lower() for post in summer.day)


def test_tomorrow_is_a_new_day_with_the_same_past() -> None:
    now = datetime.fromisoformat("2026-11-22T10:00:00+01:00")
    today, tomorrow = build(now), build(now + timedelta(days=1))
    told = {(post.source, native_id(post)): post for post in today.history}
    again = {(post.source, native_id(post)): post for post in tomorrow.history}
    assert all(again[key] == post for key, post in told.items() if key in again)
    assert len(told.keys() & again.keys()) > 0.9 * len(told)
    day_ids = {(post.source, native_id(post)) for post in today.day if "id" not in post.omit}
    assert not day_ids & (again.keys() | {(post.source, native_id(post)) for post in tomorrow.day})


def test_another_process_makes_the_same_bytes() -> None:
    script = (
        "import hashlib; from datetime import datetime; from sample.site import Site; from sample.world import build\n"
        "from sample.world.publishers import publishers\n"
        "site = Site(build(datetime.fromisoformat('2026-11-22T10:00:00+01:00')), True)\n"
        "paths = [f'/{p.id}/{p.path or \"api/v1/timelines/tag/botkyrka\"}' for p in publishers().values()]\n"
        "print(hashlib.sha256(b''.join(site.answer(path, {}, 'host').body for path in paths)).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    }
    assert len(said) == 1


def test_the_window_is_the_last_that_closed() -> None:
    now = datetime.fromisoformat(DATES[0])
    assert build(now).window == last_closed(now)


def test_what_alerts_is_worded_anew_each_day() -> None:
    """The same words again would be the same story, of which nobody is told twice."""
    today, tomorrow = (build(datetime(2026, 11, day, 9, tzinfo=UTC)) for day in (22, 23))
    said = {post.text for post in today.day if post.label.alert}
    assert said and said.isdisjoint(post.text for post in tomorrow.day)
