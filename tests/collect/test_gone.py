"""What is deleted at its source is found out, for entries that someone is about to read; and for those only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.asking import Failure, Payload
from pipelines.bootstrap import App
from pipelines.collect import gone, phase
from pipelines.collect.gone import Found, judge
from pipelines.store import presence
from pipelines.store.engine import reading
from pipelines.store.presence import Sighting
from pipelines.types import Item
from tests import builders
from tests.builders import NOW, Clock, config, entry, flag, item
from tests.collect.conftest import Page, World
from tests.collect.feeds import rss, source
from tests.housekeeping.test_keeping import fates


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(tmp_path: Path, world: World, clock: Clock) -> App:
    world.pages["/blad"] = Page(rss().encode())
    return builders.app(tmp_path, config(sources=(source(id="blad", url=world.url("/blad")),)), clock)


def flagged(world: World, id: str, **changes: object) -> Item:
    given = entry(id, **({"source_id": "blad", "url": world.url(f"/{id}")} | changes))
    return item(given, flags=(flag(),))


def gone_at(app: App, *ids: str) -> dict[str, datetime]:
    with reading(app.engine) as connection:
        return dict(presence.gone(connection, ids))


def asked(world: World) -> list[str]:
    paths = sorted(one.path for one in world.asked if one.path not in ("/blad", "/robots.txt"))
    world.asked.clear()
    return paths


def test_a_page_that_is_missing_twice_hours_apart_is_gone(app: App, world: World, clock: Clock) -> None:
    builders.save(app, [flagged(world, "hot")])
    phase.run(app, ["blad"])
    assert (asked(world), gone_at(app, "hot")) == (["/hot"], {})
    phase.run(app, ["blad"])
    assert asked(world) == []
    clock.forward(hours=7)
    phase.run(app, ["blad"])
    assert gone_at(app, "hot") == {"hot": clock.now}
    clock.forward(hours=7)
    world.asked.clear()
    phase.run(app, ["blad"])
    assert asked(world) == []


def test_a_page_that_comes_back_was_never_gone(app: App, world: World, clock: Clock) -> None:
    builders.save(app, [flagged(world, "hot")])
    for page in (None, Page(b"<p>kvar</p>"), None):
        if page:
            world.pages["/hot"] = page
        else:
            world.pages.pop("/hot", None)
        phase.run(app, ["blad"])
        clock.forward(hours=7)
    assert gone_at(app, "hot") == {}


def test_only_what_someone_is_about_to_read_is_asked_for(app: App, world: World) -> None:
    builders.save(
        app,
        [
            item(entry("utan-flagga", source_id="blad", url=world.url("/utan-flagga"))),
            flagged(world, "annans", source_id="annan"),
            flagged(world, "utan-adress", url=None),
            flagged(world, "gammal", published=NOW - gone.WATCHED * 2),
            flagged(world, "ny"),
        ],
    )
    phase.run(app, ["blad"])
    assert asked(world) == ["/ny"]


def test_what_persons_write_about_us_is_asked_for_too_after_what_someone_is_about_to_read(
    app: App, world: World
) -> None:
    said = {"source_id": "blad", "kind": "microblog"}
    posts = [item(entry(f"p{n:02}", url=world.url(f"/p{n:02}"), **said)) for n in range(gone.MOST_A_PASS)]
    elsewhere = item(entry("annat", url=world.url("/annat"), **said), about=False)
    builders.save(app, [*posts, elsewhere, flagged(world, "hot", published=NOW - gone.WATCHED / 2)])
    phase.run(app, ["blad"])
    first = asked(world)
    assert "/hot" in first and len(first) == gone.MOST_A_PASS
    phase.run(app, ["blad"])
    assert len(set(first) | set(asked(world))) == gone.MOST_A_PASS + 1


def test_no_more_than_a_few_are_asked_for_in_a_pass_and_all_in_time(app: App, world: World) -> None:
    builders.save(app, [flagged(world, f"n{number:02}") for number in range(25)])
    passes = []
    for _ in range(4):
        phase.run(app, ["blad"])
        passes.append(asked(world))
    assert [len(paths) for paths in passes] == [10, 10, 5, 0]
    assert len({path for paths in passes for path in paths}) == 25


def test_robots_are_heeded_and_a_refusal_is_no_deletion(app: App, world: World, clock: Clock) -> None:
    world.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /hot", headers={"Content-Type": "text/plain"})
    builders.save(app, [flagged(world, "hot")])
    for _ in range(3):
        phase.run(app, ["blad"])
        clock.forward(hours=7)
    assert (asked(world), gone_at(app, "hot")) == ([], {})


@pytest.mark.parametrize(
    ("status", "missed_before", "found"),
    [
        (404, False, Found(NOW, None)),
        (404, True, Found(NOW, NOW)),
        (410, False, Found(NOW, NOW)),
        (403, True, Found(NOW, None)),
        (500, False, Found(None, None)),
        (None, True, Found(NOW, None)),
    ],
)
def test_only_404_and_410_speak_of_deletion(status: int | None, missed_before: bool, found: Found) -> None:
    sighting = Sighting("e", "blad", "https://x.example/", NOW if missed_before else None)
    assert judge(sighting, Failure("Nej.", 1.0, status), NOW) == found
    assert judge(sighting, Payload("https://x.example/", b"x"), NOW) == Found(None, None)


def test_what_is_found_gone_is_gone_here_at_once_or_sealed_where_it_is_flagged(
    app: App, world: World, clock: Clock
) -> None:
    said = {"source_id": "blad", "kind": "microblog", "url": world.url("/sagt")}
    builders.save(app, [flagged(world, "hot"), item(entry("sagt", text="Hemligt", **said))])
    world.pages["/sagt"] = Page(b"", status=410)
    phase.run(app, ["blad"])
    assert (fates(app)["hot"], fates(app)["sagt"]) == ("whole", "buried")
    clock.forward(hours=7)
    phase.run(app, ["blad"])
    assert (fates(app)["hot"], fates(app)["sagt"]) == ("sealed", "buried")


def test_a_page_that_would_not_tell_is_not_asked_and_keeps_nobody_waiting(app: App, world: World) -> None:
    silent = source(id="tuben", family="youtube", url=world.url("/tuben"))
    here = replace(app, config=config(sources=(*app.config.sources, silent)))
    many = [flagged(world, f"t{number:03}", source_id="tuben") for number in range(300)]
    builders.save(here, [*many, flagged(world, "hot", published=NOW - gone.WATCHED / 2)])
    phase.run(here, ["blad", "tuben"])
    assert [path for path in asked(world) if path != "/tuben"] == ["/hot"]
