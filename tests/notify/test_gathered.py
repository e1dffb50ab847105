"""Many tell of the same affair: who is told of it once more, when, and in how many mails."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.bootstrap import App
from pipelines.notify import phase
from pipelines.types import Item, Message
from tests import builders
from tests.builders import NOW, Clock, entry, flag, item
from tests.notify.servers import Answering

HEAD = "kommunikationschef"
UNITS = ("nasviksskolan", "smaby-bibliotek")
STEP = 15
"""Minutes between two runs."""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path)
    yield built
    built.engine.dispose()


def report(id: str, minutes: float = 0, *, category: str = "bullying", **changes: Any) -> Item:
    """A post, alone in its story, that tells of something done at the school; seen as it is published."""
    raised = {"role": "report", "severity": "medium"} | changes.pop("flagged", {})
    at = NOW + timedelta(minutes=minutes)
    values = {"units": UNITS[:1], "flags": (flag(category, **raised),), "alert": True} | changes
    return replace(item(entry(id, published=at), **values), first_seen=at)


def sent(app: App, *posts: Item, after: float = 0) -> list[Message]:
    """What the head is sent so many minutes later, when these have come in."""
    assert isinstance(app.clock, Clock)
    app.clock.forward(minutes=after)
    builders.save(app, posts)
    channel = Answering()
    phase.run(app, channel=channel)
    return [message for message in channel.sent if message.receiver == HEAD]


def test_what_others_tell_of_the_same_comes_as_one_mail_within_the_hour(app: App) -> None:
    (first,) = sent(app, report("e1"), after=6)
    assert sent(app, report("e2", 10), report("e3", 20), after=20) == []
    assert sent(app, report("e4", 60), after=40) == []
    (more,) = sent(app, after=5)
    assert more.subject == "Larm: Mobbning – Näsviksskolan, 3 inlägg till"
    assert {f"/inlagg/e{number}" in more.text for number in (2, 3, 4)} == {True}
    assert more.thread_id == first.message_id
    assert sent(app, report("e5", 75), after=30) == []
    (alone,) = sent(app, after=45)
    assert alone.subject == first.subject


@pytest.mark.parametrize(
    "other",
    [
        {"flagged": {"role": "act"}},
        {"flagged": {"severity": "high"}},
        {"flagged": {"severity": "critical"}},
        {"units": UNITS[1:]},
        {"units": UNITS},
        {"category": "threat"},
        {"category": "self_harm"},
    ],
)
def test_what_is_done_graver_elsewhere_or_new_waits_for_nobody(app: App, other: dict[str, Any]) -> None:
    assert len(sent(app, report("e1"), after=6)) == 1
    assert len(sent(app, report("e2", 10, **other), after=10)) == 1


def test_self_harm_is_never_gathered(app: App) -> None:
    assert len(sent(app, report("e1", category="self_harm"), after=6)) == 1
    assert len(sent(app, report("e2", 10, category="self_harm"), after=10)) == 1


def test_who_tells_once_more_of_a_threat_waits_no_longer_than_any_alert(app: App) -> None:
    assert len(sent(app, report("e1", category="threat"), after=6)) == 1
    assert len(sent(app, report("e2", 10, category="threat"), report("e3", 11, category="threat"), after=12)) == 1


def test_after_some_hours_it_is_another_affair(app: App) -> None:
    assert len(sent(app, report("e1"), after=6)) == 1
    assert len(sent(app, report("e2", 400), after=400)) == 1


posts = st.tuples(
    st.integers(0, 90),
    st.sampled_from(("report", "act")),
    st.sampled_from(("low", "medium", "high", "critical")),
    st.sampled_from(("threat", "bullying", "self_harm")),
    st.sampled_from(UNITS),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(posts, min_size=1, max_size=8))
def test_everything_is_told_once_and_deeds_in_time(given_posts: list[tuple[int, str, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = builders.app(Path(folder))
        waiting = {
            f"e{number}": report(f"e{number}", minute, category=category, units=(unit,), flagged=raised)
            for number, (minute, role, severity, category, unit) in enumerate(given_posts)
            for raised in ({"role": role, "severity": severity},)
        }
        told: dict[str, list[float]] = {id: [] for id in waiting}
        for step in range(0, 180, STEP):
            come = [
                one for one in waiting.values() if step - STEP < (one.first_seen - NOW).total_seconds() / 60 <= step
            ]
            for mail in sent(app, *come, after=STEP if step else 0):
                for id, times in told.items():
                    if f"/inlagg/{id}\n" in mail.text:
                        times.append(step)
        app.engine.dispose()
    for id, one in waiting.items():
        (at,) = told[id]
        (raised,) = one.assessment.flags
        waits = raised.role == "report" and raised.severity != "critical" and raised.category == "bullying"
        assert at - (one.first_seen - NOW).total_seconds() / 60 <= (60 + STEP if waits else 2 * STEP)
