"""A story that grows: who is told again of it, when, and of what nobody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.bootstrap import App
from pipelines.config.schema import Quiet
from pipelines.notify import phase
from pipelines.notify import settings as overlaid
from pipelines.store import issues, notices
from pipelines.store.engine import reading
from pipelines.types import Item
from tests import builders
from tests.builders import NOW, Clock, entry, flag, item
from tests.notify.servers import Answering

HEAD = "kommunikationschef"
SCHOOL = "enhetschef:nasviksskolan"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path)
    yield built
    built.engine.dispose()


def post(
    id: str, told_as: str = "copy", *, at: Any = NOW, story: str = "s1", kind: str = "microblog", **assessed: Any
) -> Item:
    """A post of one story about bullying, seen as soon as it was published."""
    grave = assessed.pop("severity", "high")
    given = {"units": ("nasviksskolan",), "flags": (flag("bullying", severity=grave),), "alert": True} | assessed
    made = item(entry(id, kind=kind, published=at, source_id=f"k-{id}"), story=story, **given)
    return replace(made, told_as=told_as, first_seen=at)


def told(app: App, *posts: Item) -> Counter[str]:
    """Who has an alert of it when it has come in."""
    builders.save(app, posts)
    channel = Answering()
    phase.run(app, channel=channel)
    return Counter(message.receiver for message in channel.sent)


def later(app: App, **step: float) -> None:
    assert isinstance(app.clock, Clock)
    app.clock.forward(**step)


def test_fourteen_copies_are_one_mail_each(app: App) -> None:
    assert told(app, post("e1")) == {HEAD: 1, SCHOOL: 1}
    for number in range(2, 15):
        later(app, hours=1)
        assert told(app, post(f"e{number}", "near-copy", at=app.clock())) == {}


@pytest.mark.parametrize(
    ("second", "receivers", "said"),
    [
        ({"severity": "critical"}, {HEAD, SCHOOL}, "allvarligare"),
        ({"units": ("nasviksskolan", "omsorgen")}, {HEAD, SCHOOL, "enhetschef:omsorgen"}, "fler enheter"),
        ({"told_as": "new-kind-of-source", "kind": "news"}, {HEAD, SCHOOL}, "nytt slags källa"),
        ({"told_as": "follow-up"}, {HEAD, SCHOOL}, "Något nytt"),
        ({"flags": (flag("crime", severity="high"),)}, {HEAD, SCHOOL}, "annat slag"),
        ({"told_as": "moved"}, set(), ""),
    ],
)
def test_a_story_is_told_again_when_it_is_worse_wider_or_new(
    app: App, second: dict[str, Any], receivers: set[str], said: str
) -> None:
    told(app, post("e1"))
    later(app, hours=3)
    builders.save(app, [post("e2", **({"at": app.clock()} | second))])
    channel = Answering()
    phase.run(app, channel=channel)
    assert {message.receiver for message in channel.sent} == receivers
    assert all(said in " ".join(message.text.split()) for message in channel.sent if message.receiver in (HEAD, SCHOOL))
    later(app, hours=3)
    assert (
        told(app, post("e3", at=app.clock(), **{key: value for key, value in second.items() if key != "told_as"})) == {}
    )


def test_follow_ups_share_a_mail_after_two_hours_and_what_is_worse_does_not_wait(app: App) -> None:
    told(app, post("e1"))
    for number in range(2, 8):
        later(app, minutes=15)
        assert told(app, post(f"e{number}", "follow-up", at=app.clock())) == {}
    later(app, minutes=40)
    assert told(app) == {HEAD: 1, SCHOOL: 1}
    later(app, minutes=1)
    assert told(app, post("e9", "follow-up", at=app.clock(), severity="critical")) == {HEAD: 1, SCHOOL: 1}


def test_after_something_critical_a_lesser_signal_of_the_story_is_for_the_digest(app: App) -> None:
    told(app, post("e1", severity="critical"))
    later(app, minutes=10)
    assert told(app, post("e2", at=app.clock(), flags=(flag("crime", severity="medium"),))) == {}
    with reading(app.engine) as connection:
        assert notices.muted_by(connection) == {"graver": 2}


def test_an_edit_that_names_another_unit_is_wider(app: App) -> None:
    first = post("e1")
    told(app, first)
    later(app, hours=3)
    wider = replace(first.assessment, units=("nasviksskolan", "omsorgen"))
    edited = replace(
        first, entry=replace(first.entry, text="Nu även hemtjänsten."), assessment=wider, first_seen=app.clock()
    )
    assert told(app, edited)[HEAD] == 1
    assert told(app) == {}


def test_a_silence_keeps_it_in_the_digest_and_the_rule_goes_on_counting(app: App) -> None:
    with app.engine.begin() as connection:
        said = {"rule": "act", "until": NOW + timedelta(hours=1)}
        name = overlaid.add_silence(connection, app.config, said, "Prov", "Anna", NOW)
    quiet = post("e1", alert_reasons=("act",))
    assert told(app, quiet) == {}
    assert told(app, post("e2", story="s2", flags=(flag("threat"),), alert_reasons=("act",))) == {
        HEAD: 1,
        SCHOOL: 1,
    }
    with reading(app.engine) as connection:
        assert notices.muted_by(connection) == {f"silence:{name}": 2}
    later(app, hours=2)
    assert told(app, post("e3", story="s3", at=app.clock(), alert_reasons=("act",))) == {HEAD: 1, SCHOOL: 1}
    later(app, days=1)
    channel = Answering()
    phase.digest(app, channel=channel)
    (head,) = (message for message in channel.sent if message.receiver == HEAD)
    assert "/inlagg/e1" in head.text


def test_beyond_the_cap_one_summary_an_issue_and_threats_all_the_same(tmp_path: Path) -> None:
    few = builders.smaby().alerts.model_copy(update={"cap_per_day": 3})
    app = builders.app(tmp_path, builders.config(alerts=few))
    many = [post(f"e{number}", story=f"s{number}") for number in range(8)]
    assert told(app, *many) == {HEAD: 3, SCHOOL: 3}
    with reading(app.engine) as connection:
        assert issues.open_keys(connection, [f"receiver:{HEAD}"]) == {f"cap:{HEAD}"}
    assert told(app, post("e-hot", story="s-hot", flags=(flag("threat"),))) == {HEAD: 1, SCHOOL: 1}
    later(app, minutes=61)
    builders.save(app, [post("e9", story="s9", at=app.clock())])
    channel = Answering()
    phase.run(app, channel=channel)
    (summary,) = (message for message in channel.sent if message.receiver == HEAD)
    assert summary.subject == "Samlade larm: 6 till i dag"
    assert summary.text.count("/inlagg/") == 6
    assert told(app, post("e10", story="s10", at=app.clock())) == {}
    later(app, days=1)
    assert told(app, post("e11", story="s11", at=app.clock())) == {HEAD: 1, SCHOOL: 1}
    with reading(app.engine) as connection:
        assert issues.open_keys(connection, [f"receiver:{HEAD}"]) == set()
    app.engine.dispose()


def test_quiet_hours_are_each_receivers_own(tmp_path: Path) -> None:
    quiet = Quiet.model_validate({"begins": "22:00", "ends": "07:30"})
    receivers = tuple(
        one.model_copy(update={"quiet": quiet}) if one.id == SCHOOL else one for one in builders.smaby().receivers
    )
    night = NOW.replace(hour=2)
    app = builders.app(tmp_path, builders.config(receivers=receivers), Clock(night))
    assert told(app, post("e1", at=night)) == {HEAD: 1}
    assert told(app, post("e2", at=night, story="s2", severity="critical")) == {HEAD: 1, SCHOOL: 1}
    later(app, hours=4, minutes=30)
    assert told(app) == {SCHOOL: 1}
    app.engine.dispose()


def test_renotify_tells_what_a_changed_route_would_have_and_nobody_twice(app: App) -> None:
    routes = app.config.routes
    silent = replace(app, config=app.config.model_copy(update={"routes": routes[1:]}))
    assert told(silent, post("e1")) == {HEAD: 1}  # the root is told of every alert
    assert told(app) == {}
    channel = Answering()
    phase.run(app, channel=channel, renotify=True)
    assert [message.receiver for message in channel.sent] == [SCHOOL]


def test_a_unit_without_a_manager_is_told_to_the_root_and_an_issue_says_so(tmp_path: Path) -> None:
    units = tuple(
        unit.model_copy(update={"manager": None}) if unit.id == "nasviksskolan" else unit
        for unit in builders.smaby().units
    )
    receivers = tuple(one for one in builders.smaby().receivers if one.id != SCHOOL)
    app = builders.app(tmp_path, builders.config(units=units, receivers=receivers))
    assert told(app, post("e1")) == {HEAD: 1}
    with reading(app.engine) as connection:
        assert issues.open_keys(connection, ["route:unit:nasviksskolan"])
    app.engine.dispose()


def test_from_publication_to_alert_in_a_quarter_of_an_hour(app: App) -> None:
    """Sources asked every ten minutes, alerts after each visit and every five minutes; whatever the severity."""
    published = {f"e{minute}": NOW + timedelta(minutes=minute) for minute in range(0, 120, 7)}
    sent: dict[str, Any] = {}
    for minute in range(150):
        if minute % 10 == 0:
            seen = [id for id, at in published.items() if at <= app.clock() and id not in sent]
            sent |= dict.fromkeys(seen)
            grave = {True: "high", False: "medium"}
            posts = [post(id, at=published[id], story=f"s-{id}", severity=grave[int(id[1:]) % 2 == 0]) for id in seen]
            builders.save(app, [replace(one, first_seen=app.clock()) for one in posts])
        if minute % 5 == 0:
            channel = Answering()
            phase.run(app, channel=channel)
        later(app, minutes=1)
    with reading(app.engine) as connection:
        delays = [delay for _, delay in notices.delays(connection, NOW)]
    assert len(delays) == len(published)
    assert max(delays) <= timedelta(minutes=15)
