"""Random streams of posts, runs, crashes, clock jumps, silences and new routes: none unnotified, none told twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pipelines.bootstrap import App
from pipelines.config.schema import Config, Match, Route
from pipelines.notify import phase
from pipelines.notify import settings as overlaid
from pipelines.notify.route import route
from pipelines.store.engine import reading
from pipelines.store.schema import notice, routed
from pipelines.types import SEVERITIES, Item, Notice, Stance
from tests import builders
from tests.builders import NOW, entry, flag, item
from tests.notify.servers import Answering

DAYS = timedelta(hours=48)


class Crash(BaseException):
    """The process is gone: nothing after this line happens, and no handler of ours may catch it."""


class Clock(builders.Clock):
    """A clock with a fuse: it is read wherever something happens, so that a crash may come anywhere."""

    fuse: int | None = None

    def __call__(self) -> datetime:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash
        return self.now


LARM = Route(id="larm", match=Match(alert=True), to=("kommunikationschef", "unit"), urgent=True)
KRITIK = Route(id="kritik", match=Match(stance=("critical",)), to=("unit",))
GREN = Route(
    id="skolor",
    match=Match(units=("skolkontoret",)),
    route=(Route(id="skolchef", match=Match(alert=True), to=("department",), urgent=True),),
)
SIST = Route(id="sist", to=("unit",), last=True)
ROUTES = ((LARM, KRITIK), (LARM, GREN), (KRITIK,), (SIST, LARM))
ALERTS = builders.smaby().alerts.model_copy(update={"cap_per_day": 3})
UNITS = ("nasviksskolan", "smaby-bibliotek", "omsorgen")

posts = st.tuples(
    st.just("post"),
    st.integers(0, 2),  # its story
    st.sampled_from(["copy", "near-copy", "follow-up", "new-kind-of-source"]),
    st.sampled_from([None, "bullying", "threat", "crime"]),
    st.sampled_from(SEVERITIES),
    st.lists(st.sampled_from(UNITS), max_size=2, unique=True),
    st.integers(0, 3000),  # minutes since it was published
    st.booleans(),  # by an employee
)
steps = st.one_of(
    posts,
    posts,
    st.tuples(st.sampled_from(["run", "digest"]), st.one_of(st.none(), st.integers(0, 40))),  # the fuse
    st.tuples(st.just("jump"), st.integers(-600, 2000)),
    st.tuples(st.just("silence"), st.sampled_from(UNITS)),
    st.tuples(st.just("routes"), st.integers(0, len(ROUTES) - 1)),
)


@dataclass
class World:
    app: App
    clock: Clock
    channel: Answering = field(default_factory=Answering)
    waiting: list[Item] = field(default_factory=list)
    expected: list[tuple[Item, Notice, datetime]] = field(default_factory=list)
    """What the routing table says, as it was when the item was routed."""
    number: int = 0

    def post(
        self, story: int, told_as: str, category: str | None, grave: Any, units: list[str], age: int, own: bool
    ) -> None:
        self.number += 1
        now = self.clock.now
        made = item(
            entry(f"e{self.number}", kind="forum", published=now - timedelta(minutes=age), author="p-skribent"),
            story=f"s{story}",
            units=tuple(units),
            flags=(flag(category, severity=grave),) if category else (),
            stance=Stance("critical", 0.8),
            alert=category is not None,
            by_employee=own,
        )
        made = replace(made, first_seen=now, told_as=told_as)
        builders.save(self.app, [made])
        self.waiting.append(made)

    def run(self, what: str, fuse: int | None) -> None:
        self.clock.fuse = fuse
        with suppress(Crash):
            (phase.run if what == "run" else phase.digest)(self.app, channel=self.channel)
        self.clock.fuse = None
        with reading(self.app.engine) as connection:
            done = set(connection.execute(select(routed.c.entry_id)).scalars())
        for one in self.waiting:
            if one.entry.id in done and one.first_seen - one.when <= DAYS:
                self.expected += [(one, said, self.clock.now) for said in route(one, self.app.config)]
        self.waiting = [one for one in self.waiting if one.entry.id not in done]

    def silence(self, unit: str) -> None:
        until = self.clock.now + timedelta(hours=6)
        with self.app.engine.begin() as connection:
            overlaid.add_silence(
                connection, self.app.config, {"unit": unit, "until": until}, "Prov", "Anna", self.clock.now
            )

    def routes(self, number: int) -> None:
        self.app = replace(self.app, config=self.app.config.model_copy(update={"routes": ROUTES[number]}))


def played(folder: Path, script: list[tuple[Any, ...]]) -> World:
    config: Config = builders.config(routes=ROUTES[0], alerts=ALERTS)
    clock = Clock(NOW)
    world = World(builders.app(folder, config, clock), clock)
    for what, *how in script:
        if what == "jump":
            clock.forward(minutes=how[0])
        elif what in ("run", "digest"):
            world.run(what, how[0])
        else:
            getattr(world, what)(*how)
    clock.forward(hours=3)  # what waits for more of its story has waited long enough
    world.run("run", None)
    clock.now = max(clock.now, NOW) + timedelta(days=4)  # leases run out, quiet hours end, windows close
    world.run("digest", None)
    return world


# a failing stream is short enough to read; making it the shortest takes many minutes
QUICK = settings(deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


@settings(QUICK, max_examples=25)
@given(st.lists(steps, min_size=3, max_size=25))
def test_no_item_of_the_routing_table_is_unnotified_and_none_is_told_twice(script: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = played(Path(folder), script)
        with reading(world.app.engine) as connection:
            rows = list(connection.execute(select(notice)))
        world.app.engine.dispose()
    assert world.waiting == []
    sent = Counter(message.key for message in world.channel.sent)
    assert set(sent.values()) <= {1}
    told = {(row.story_id, row.category, row.receiver): row for row in rows}
    for one, said, at in world.expected:
        row = told[one.story_id, said.category, said.receiver]
        assert sent[row.alert_key] or sent[row.digest_key]
        if said.urgent and said.passes and at - one.when <= DAYS:
            same = [other for other in rows if (other.story_id, other.receiver) == (row.story_id, row.receiver)]
            assert any(sent[other.alert_key] for other in same), (
                "a threat is told at once, whatever is silenced or full"
            )
    assert len({(row.story_id, row.category, row.receiver, row.occasion) for row in rows}) == len(rows)
    alerts = Counter(row.alert_key for row in rows if row.alert_key)
    assert {key for key in sent if key.startswith(("alert:", "summary:"))} == set(alerts), "no mail about nothing"
    assert all(row.digest_key for row in rows), "what was held back is in the digest"
    barred = [
        one
        for one, said, _ in world.expected
        if said.receiver in {f"enhetschef:{unit}" for unit in one.assessment.units} and one.assessment.by_employee
    ]
    assert barred == []
    assert not any("p-skribent" in message.text + message.html + message.subject for message in world.channel.sent)


@settings(QUICK, max_examples=8)
@given(st.lists(posts, min_size=1, max_size=8), st.integers(1, 30))
def test_copies_of_what_was_told_are_never_told_again(given_posts: list[tuple[Any, ...]], minutes: int) -> None:
    copies = [(*one[:2], "copy", *one[3:6], min(one[6], 600), one[7]) for one in given_posts]
    script = [step for one in copies for step in (one, ("run", None), ("jump", minutes))]
    with tempfile.TemporaryDirectory() as folder:
        once = played(Path(folder), script)
        once.app.engine.dispose()
    with tempfile.TemporaryDirectory() as folder:
        twice = played(Path(folder), [*script, *script])
        twice.app.engine.dispose()
    assert alerts_of(once) == alerts_of(twice)


def alerts_of(world: World) -> Counter[tuple[str, str | None]]:
    return Counter((message.receiver, message.key) for message in world.channel.sent if message.kind == "alert")
