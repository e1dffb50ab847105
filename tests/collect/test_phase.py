from __future__ import annotations

import functools
import json
import logging
import operator
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.bootstrap import App
from pipelines.collect import keep, phase, wording
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.errors import WrongCall
from pipelines.store import sources as stored
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, Clock, config
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import item, rss, source
from tests.collect.test_mastodon import status
from tests.collect.test_polisen import notice

Make = Callable[..., App]


@pytest.fixture
def make(tmp_path: Path, world: World) -> Make:
    """An application with the sources named, each at the page of its own name."""

    def making(*sources: Source | str, clock: Clock | None = None) -> App:
        rows = tuple(
            one if isinstance(one, Source) else source(id=one, name=one.capitalize(), url=world.url(f"/{one}"))
            for one in sources
        )
        return builders.app(tmp_path, config(sources=rows), clock)

    return making


def stored_entries(app: App) -> list[tuple[str, str, bool]]:
    with app.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT source_id, title, silent FROM entry ORDER BY source_id, native_id")
        return [(row[0], row[1], bool(row[2])) for row in rows]


def polls(app: App) -> list[tuple[str, str, str | None]]:
    with app.engine.connect() as connection:
        return [
            tuple(row) for row in connection.exec_driver_sql("SELECT source_id, outcome, reason FROM poll ORDER BY id")
        ]


def issues(app: App) -> dict[str, str]:
    with app.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT key, text FROM issue WHERE closed_at IS NULL ORDER BY key")
        return {row[0]: row[1] for row in rows}


def state(app: App, source_id: str) -> stored.SourceState:
    with reading(app.engine) as connection:
        return stored.states(connection)[source_id]


def test_a_pass_stores_what_is_new_and_a_second_one_nothing(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(rss(item(1), item(2)).encode())
    app = make("blad")
    first, second = phase.run(app, ["blad"]), phase.run(app, ["blad"])
    assert first.counts() == {
        "asked": 1,
        "ok": 1,
        "unchanged": 0,
        "degraded": 0,
        "failed": 0,
        "postponed": 0,
        "new": 2,
        "edited": 0,
    }
    assert (second.new, second.edited, second.ok) == (0, 0, 1)
    assert stored_entries(app) == [("blad", "Nyhet 1", True), ("blad", "Nyhet 2", True)]
    assert json.loads(json.dumps(first.counts())) == first.counts()


def test_only_the_first_fetch_is_silent(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(rss(item(1)).encode())
    app = make("blad")
    phase.run(app)
    world.pages["/blad"] = Page(rss(item(1, title="Rättad"), item(2)).encode())
    report = phase.run(app, ["blad"])
    assert (report.new, report.edited) == (1, 1)
    assert stored_entries(app) == [("blad", "Rättad", True), ("blad", "Nyhet 2", False)]


def test_a_pass_asks_only_those_that_are_due(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(rss().encode())
    clock = Clock()
    app = make("blad", clock=clock)
    assert [phase.run(app).asked, phase.run(app).asked] == [1, 0]
    clock.forward(minutes=10)
    assert phase.due_shards(app, 3) == [["blad"]]
    assert phase.run(app).asked == 1
    assert phase.due_shards(app, 3) == []


def test_the_due_are_dealt_out_evenly(make: Make) -> None:
    sources = (source(id=f"s{number}", url=f"https://s{number}.example/flode") for number in range(7))
    shards = phase.due_shards(make(*sources), 3)
    assert sorted(map(len, shards)) == [2, 2, 3]
    assert sorted(functools.reduce(operator.iadd, shards, [])) == [f"s{number}" for number in range(7)]


def test_what_is_unchanged_costs_nothing(make: Make, world: World) -> None:
    def page(asked: Asked) -> Page:
        return Page(status=304) if asked.headers.get("if-none-match") else Page(rss().encode(), headers={"ETag": '"1"'})

    world.pages["/blad"] = page
    app = make("blad")
    assert [phase.run(app, ["blad"]).unchanged for _ in range(3)] == [0, 1, 1]


def test_dead_sources_leave_the_others_alone(make: Make, world: World) -> None:
    world.pages |= {
        "/blad": Page(rss().encode()),
        "/trasig": Page(b"<html>Nere</html>"),
        "/tom": Page(b""),
        "/trott": Page(status=429, headers={"Retry-After": "600"}),
        "/stum": world.hang,
    }
    dead = source(id="dod", name="Död", url="http://127.0.0.1:1/")
    app = make("trasig", "tom", "borta", "trott", "stum", dead, "blad")
    app = replace(
        app,
        config=app.config.model_copy(update={"fetch": app.config.fetch.model_copy(update={"timeout_seconds": 0.4})}),
    )
    report = phase.run(app)
    assert {name: one.outcome for name, one in report.by_source.items()} == {
        "trasig": "degraded",
        "tom": "degraded",
        "borta": "failed",
        "trott": "failed",
        "stum": "failed",
        "dod": "failed",
        "blad": "ok",
    }
    assert report.new == 1
    assert set(issues(app)) == {f"source:{name}:fetch" for name in ("trasig", "tom", "borta", "stum", "dod")}
    assert issues(app)["source:trasig:fetch"] == "Trasig: svaret är en webbsida, inget flöde."
    assert ("stum", "failed", wording.TIMEOUT) in polls(app)


def test_an_issue_is_closed_when_the_source_is_well(make: Make, world: World) -> None:
    app = make("blad", "blad-2")
    phase.run(app)
    world.pages["/blad"] = Page(rss().encode())
    phase.run(app, ["blad", "blad-2"])
    assert set(issues(app)) == {"source:blad-2:fetch"}
    assert state(app, "blad").failure_weight == 0
    assert state(app, "blad-2").failure_weight == 2


def test_a_wish_to_wait_is_heeded_even_when_asked_by_name(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(status=429, headers={"Retry-After": "600"})
    clock = Clock()
    app = make("blad", clock=clock)
    phase.run(app)
    assert phase.run(app, ["blad"]).asked == 0
    assert phase.run(app, ["blad"], force=True).asked == 1
    clock.forward(minutes=11)
    assert phase.run(app, ["blad"]).asked == 1


def test_what_is_gone_is_not_asked_again_until_it_has_a_new_address(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(status=410)
    clock = Clock()
    app = make("blad", clock=clock)
    phase.run(app)
    clock.forward(days=400)
    assert phase.run(app).asked == phase.run(app, ["blad"]).asked == 0
    assert "borttagen för gott" in issues(app)["source:blad:fetch"]
    world.pages["/ny"] = Page(rss().encode())
    app = make(source(id="blad", url=world.url("/ny")), clock=clock)
    assert phase.run(app).new == 1


def test_a_source_that_has_moved_is_asked_where_it_is(make: Make, world: World) -> None:
    world.pages |= {"/blad": Page(status=301, headers={"Location": "/ny"}), "/ny": Page(rss().encode())}
    app = make("blad")
    for _ in range(3):
        phase.run(app, ["blad"])
    assert [asked.path for asked in world.asked] == ["/blad", "/ny", "/ny", "/ny"]
    assert issues(app) == {"source:blad:moved": "Blad har flyttat till en ny adress."}
    world.pages["/blad"], world.pages["/ny"] = Page(rss().encode()), Page(status=404)
    phase.run(app, ["blad"])
    assert phase.run(app, ["blad"]).ok == 1
    assert issues(app) == {}


def test_a_feed_cut_off_is_stored_told_and_asked_for_anew(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(rss(item(1), item(2))[:-100].encode(), headers={"ETag": '"1"'})
    app = make("blad")
    assert phase.run(app).degraded == 1
    assert len(stored_entries(app)) >= 1
    assert list(issues(app)) == ["source:blad:content"]
    world.pages["/blad"] = Page(rss(item(1), item(2)).encode(), headers={"ETag": '"1"'})
    phase.run(app, ["blad"])
    assert "if-none-match" not in world.asked[-1].headers
    assert (len(stored_entries(app)), issues(app)) == (2, {})


def test_a_fault_of_ours_leaves_the_others_alone(
    make: Make, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.pages |= {"/blad": Page(rss().encode()), "/fel": Page(b"utlos felet")}
    real = FAMILIES["rss"].parse

    def faulty(payload: object, *rest: object) -> object:
        if b"felet" in payload.body:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(payload, *rest)  # type: ignore[arg-type]

    monkeypatch.setitem(FAMILIES, "rss", replace(FAMILIES["rss"], parse=faulty))
    app = make("fel", "blad")
    with caplog.at_level(logging.CRITICAL):
        report = phase.run(app)
    assert (report.ok, report.degraded) == (1, 1)
    assert list(issues(app)) == ["source:fel:fault"]
    assert ("fel", "degraded", "Internt fel (ZeroDivisionError).") in polls(app)


def test_a_value_the_database_refuses_is_a_fault_too(make: Make, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.pages |= {"/blad": Page(rss().encode()), "/fel": Page(rss(item(title="felet")).encode())}
    app = make("fel", "blad")
    real = keep.entries.save

    def refusing(connection: object, brought: object, *rest: object, **more: object) -> object:
        if any(one.title == "felet" for one in brought):  # type: ignore[attr-defined]
            raise ValueError
        return real(connection, brought, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(keep.entries, "save", refusing)
    report = phase.run(app)
    assert (report.ok, report.degraded, report.new) == (1, 1, 1)


def test_a_slow_host_holds_up_no_pass(make: Make, world: World) -> None:
    world.pages |= {"/ett": Page(rss().encode()), "/tva": Page(rss().encode())}
    clock = Clock()
    slow = [source(id=name, url=world.url(f"/{name}"), spacing_seconds=90, every_minutes=60) for name in ("ett", "tva")]
    app = make(*slow, clock=clock)
    first = phase.run(app)
    assert (first.asked, first.postponed) == (1, 1)
    clock.forward(minutes=10)
    assert (phase.run(app).asked, len(stored_entries(app))) == (1, 2)


def test_an_unknown_source_is_a_wrong_call(make: Make) -> None:
    with pytest.raises(WrongCall, match="ingen"):
        phase.run(make("blad"), ["ingen"])


def test_nothing_to_ask_is_a_report_too(make: Make) -> None:
    assert phase.run(make()).counts()["asked"] == 0


def test_progress_is_told_without_addresses(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(rss().encode())
    lines: list[str] = []
    phase.run(replace(make("blad"), report=lines.append))
    assert lines == ["1/1 blad ok, 1 new"]


def test_pages_are_followed_back_to_what_is_known(make: Make, world: World) -> None:
    """40 a page, newest first; 50 posts come between two visits."""
    posts = [status(str(number)) for number in range(1000, 1010)]

    def timeline(asked: Asked) -> Page:
        below = int(asked.path.partition("max_id=")[2] or 10**9)
        page = [post for post in reversed(posts) if int(str(post["id"])) < below][:40]
        oldest = page[-1]["id"] if page else 0
        link = {"Link": f'<{world.url("/x")}?max_id={oldest}>; rel="next"'} if page else {}
        return Page(json.dumps(page).encode(), headers=link)

    world.pages["/api/v1/timelines/tag/n%C3%A4svik"] = timeline
    app = make(source("mastodon", id="m", kind="microblog", url=world.url(""), options={"tags": ["näsvik"]}))
    assert phase.run(app).new == 10
    assert len(world.asked) == 1
    posts += [status(str(number)) for number in range(1010, 1060)]
    assert phase.run(app, ["m"]).new == 50
    assert len(world.asked) == 3
    assert state(app, "m").cursor == "1059"
    assert len(state(app, "m").validators) == 2


def test_a_page_that_fails_holds_the_cursor_and_keeps_what_came(make: Make, world: World) -> None:
    def timeline(asked: Asked) -> Page:
        if "max_id" in asked.path:
            return Page(status=500)
        return Page(json.dumps([status("1050")]).encode(), headers={"Link": '<http://x/?max_id=1050>; rel="next"'})

    world.pages["/api/v1/timelines/tag/a"] = lambda _: Page(json.dumps([status("1000")]).encode())
    app = make(source("mastodon", id="m", kind="microblog", url=world.url(""), options={"tags": ["a"]}))
    phase.run(app)
    world.pages["/api/v1/timelines/tag/a"] = timeline
    report = phase.run(app, ["m"])
    assert (report.failed, report.new) == (1, 1)
    assert state(app, "m").cursor == "1000"


def test_the_police_are_read_and_an_edit_is_an_edit(make: Make, world: World) -> None:
    world.pages["/polisen"] = Page(json.dumps([notice()]).encode())
    app = make(source("polisen", id="polisen", kind="official", url=world.url("/polisen"), options={"expects": 1}))
    phase.run(app)
    world.pages["/polisen"] = Page(json.dumps([notice(name="03 februari 07.40, Mord/dråp, Småby")]).encode())
    assert phase.run(app, ["polisen"]).edited == 1
    world.pages["/polisen"] = Page(b"[]")
    assert phase.run(app, ["polisen"]).degraded == 1
    assert len(stored_entries(app)) == 1


def test_times_are_the_applications_own(make: Make, world: World) -> None:
    world.pages["/blad"] = Page(rss().encode())
    app = make("blad")
    phase.run(app)
    assert state(app, "blad").last_tried_at == state(app, "blad").first_fetched_at == NOW
