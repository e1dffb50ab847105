"""The read side: what it counts, what it leaves out, and what a Scope keeps from every query."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.store import entries as stored
from pipelines.store import issues, notices, outbox, sources
from pipelines.store.engine import reading
from pipelines.store.sources import Poll, SourceState
from pipelines.store.views import Scope, summary
from pipelines.store.views import entries as views
from pipelines.store.views.detail import detail
from pipelines.store.views.entries import Filters, copies, count, find
from pipelines.store.views.health import health
from pipelines.store.views.health import issues as open_issues
from pipelines.store.views.messages import listed, one
from pipelines.store.views.overview import counts, flagged, stories, tone_by_day, units
from pipelines.types import Issue, Notice, Stance
from tests import builders
from tests.builders import NOW, entry, flag, item, message, tone

EVERYTHING = Scope(units=None, receivers=None, flagged_texts=True)
NOTHING = Scope(units=frozenset(), receivers=frozenset(), flagged_texts=False)
ALWAYS = (NOW - timedelta(days=365), NOW + timedelta(days=1))
CRIME = item(
    entry("brott", published=NOW - timedelta(hours=1)),
    units=("a", "b"),
    tone=tone("negative"),
    flags=(flag("crime", severity="medium"), flag("crime", role="report", severity="low")),
)
THREAT = item(entry("hot", published=NOW - timedelta(days=2)), story="s1", units=("a",), flags=(flag("threat"),))
COPY = item(
    entry("kopia", source_id="polisen", published=NOW - timedelta(days=1)), story="s1", stance=Stance("critical", 1)
)
FUTURE = item(entry("framtid", published=None), units=("b",), intent="question", tone=tone("positive"))
OTHER = item(entry("annat"), about=False)


@pytest.fixture
def app(tmp_path: Path) -> App:
    made = builders.app(tmp_path)
    builders.save(made, [CRIME, THREAT, COPY, FUTURE, OTHER])
    return made


@pytest.fixture
def connection(app: App) -> Connection:
    with reading(app.engine) as opened:
        yield opened


def ids(connection: Connection, scope: Scope, filters: Filters) -> list[str]:
    return [found.entry.id for found in find(connection, scope, filters).items]


def test_newest_first_by_what_the_source_says_unless_it_is_yet_to_come(app: App) -> None:
    late = entry("framtid2", published=NOW + timedelta(days=300))
    builders.save(app, [replace(item(late), first_seen=NOW - timedelta(hours=2))])
    with reading(app.engine) as connection:
        assert ids(connection, EVERYTHING, Filters()) == ["framtid", "brott", "framtid2", "kopia", "hot"]
        since = Filters(since=NOW - timedelta(hours=2), until=NOW - timedelta(hours=1))
        assert ids(connection, EVERYTHING, since) == ["framtid2"]


def test_a_list_is_read_in_steps_both_ways(connection: Connection) -> None:
    first = find(connection, EVERYTHING, Filters(), limit=2)
    assert ([found.entry.id for found in first.items], first.newer) == (["framtid", "brott"], None)
    second = find(connection, EVERYTHING, Filters(), before=first.older, limit=2)
    assert ([found.entry.id for found in second.items], second.older) == (["kopia", "hot"], None)
    assert find(connection, EVERYTHING, Filters(), after=second.newer, limit=2) == first
    beyond = find(connection, EVERYTHING, Filters(), before=0)
    assert (beyond.items, beyond.older) == ((), None)


def test_a_list_says_how_long_it_is_as_far_as_it_counts(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert count(connection, EVERYTHING, Filters()) == 4
    assert count(connection, EVERYTHING, Filters(about=False)) == 5
    monkeypatch.setattr(views, "COUNTED", 3)
    assert count(connection, EVERYTHING, Filters(about=False)) == 4


def test_counts_are_of_what_concerns_the_municipality(connection: Connection) -> None:
    found = counts(connection, EVERYTHING, ALWAYS)
    assert (found.entries, found.negative, found.positive, found.critical, found.questions, found.flagged) == (
        4,
        1,
        1,
        1,
        1,
        2,
    )
    assert counts(connection, EVERYTHING, (NOW, NOW)).entries == 0


def test_units_are_counted_each(connection: Connection) -> None:
    found = units(connection, EVERYTHING, ALWAYS)
    assert {unit: (line.entries, line.flagged) for unit, line in found.items()} == {"a": (2, 2), "b": (2, 1)}
    assert set(units(connection, Scope(frozenset({"b"}), None, True), ALWAYS)) == {"b"}


def test_days_begin_and_end_at_local_midnight(app: App) -> None:
    zone = ZoneInfo("Europe/Stockholm")
    midnight = NOW.astimezone(zone).replace(hour=0)
    days = [
        (midnight.date() - timedelta(days=back), (midnight - timedelta(days=back), midnight - timedelta(days=back - 1)))
        for back in (1, 0)
    ]
    edge = [item(entry(f"k{minute}", published=midnight - timedelta(minutes=minute))) for minute in (1, 0)]
    builders.save(app, edge)
    with reading(app.engine) as connection:
        found = {(row.day.day, row.tone): row.entries for row in tone_by_day(connection, EVERYTHING, days)}
    assert found == {(20, "neutral"): 2, (21, "neutral"): 1, (21, "negative"): 1, (21, "positive"): 1}


def test_the_most_severe_comes_first(connection: Connection) -> None:
    assert [found.entry.id for found in flagged(connection, EVERYTHING, ALWAYS, 9)] == ["hot", "brott"]
    assert [found.entry.id for found in flagged(connection, EVERYTHING, ALWAYS, 1)] == ["hot"]


def test_a_story_is_told_by_more_than_one(connection: Connection) -> None:
    (story,) = stories(connection, EVERYTHING, ALWAYS, 9)
    assert (story.first.entry.id, story.entries, story.sources) == ("hot", 2, 2)
    assert story.last_at == COPY.when
    assert copies(connection, EVERYTHING, ["s1", "s-brott", "x"]) == {"s1": 2, "s-brott": 1}


SUBSETS = [None, *(frozenset(chosen) for size in range(4) for chosen in combinations("abc", size))]


@pytest.mark.parametrize("units_seen", SUBSETS)
@pytest.mark.parametrize("texts", [True, False])
def test_no_query_shows_what_the_scope_leaves_out(
    connection: Connection, units_seen: frozenset[str] | None, texts: bool
) -> None:
    scope = Scope(units_seen, frozenset(), texts)
    everything = [CRIME, THREAT, COPY, FUTURE, OTHER]
    visible = {
        given.entry.id
        for given in everything
        if (units_seen is None or units_seen & set(given.assessment.units)) and (texts or not given.assessment.flags)
    }
    assert set(ids(connection, scope, Filters(about=False))) == visible
    assert {given.entry.id for given in everything if detail(connection, scope, given.entry.id)} == visible
    assert counts(connection, scope, ALWAYS).entries == len(visible - {"annat"})
    assert {found.entry.id for found in flagged(connection, scope, ALWAYS, 9)} <= visible
    assert {line.first.entry.id for line in stories(connection, scope, ALWAYS, 9)} <= visible
    assert units_seen is None or set(units(connection, scope, ALWAYS)) <= units_seen
    for entry_id in visible:
        found = detail(connection, scope, entry_id)
        assert found and {copy.item.entry.id for copy in found.copies} <= visible


def test_who_was_told_and_by_which_mail(app: App) -> None:
    mail = message("alert:s1:threat:kommunikationschef")
    with app.engine.begin() as connection:
        told = [Notice("s1", "hot", receiver, "larm", "threat", True) for receiver in ("kommunikationschef", "x")]
        notices.save(connection, THREAT, told, NOW)
        notices.told_at_once(connection, [notices.untold(connection)[0].id], mail.key)
        outbox.put(connection, mail, NOW)
    with reading(app.engine) as connection:
        found = detail(connection, EVERYTHING, "kopia")  # another entry of the story
        assert found and [(told.receiver, [one.key for one in told.mails]) for told in found.tellings] == [
            ("kommunikationschef", [mail.key]),
            ("x", []),
        ]
        own = detail(connection, Scope(None, frozenset({"x"}), True), "hot")
        assert own and [told.receiver for told in own.tellings] == ["x"]
        whole = one(connection, EVERYTHING, mail.key)
        assert whole and [told.entry.id for told in whole.items] == ["hot"]
        without = one(connection, Scope(None, None, False), mail.key)
        assert without and without.items == ()
        assert one(connection, Scope(None, frozenset({"x"}), True), mail.key) is None
        assert listed(connection, NOTHING) == ((), 0) and listed(connection, EVERYTHING)[1] == 1


def test_an_edited_entry_is_stale_until_assessed(app: App) -> None:
    with app.engine.begin() as connection:
        stored.save(connection, [entry("kopia", source_id="polisen", text="Rättat")], NOW, silent=False)
        found = detail(connection, EVERYTHING, "kopia")
        assert found and found.stale and [was.text for was in found.wordings] == [COPY.entry.text]
        assert detail(connection, Scope(None, None, False), "kopia") is None


def test_sources_and_problems(app: App) -> None:
    with app.engine.begin() as connection:
        for outcome in ("failed", "ok"):
            sources.log(connection, Poll("polisen", NOW, outcome))
        sources.save_states(connection, [SourceState("polisen", last_tried_at=NOW)])
        issues.report(connection, Issue("source:polisen", "source:polisen", "A", "B"), NOW)
        issues.report(connection, Issue("message:x", "message:x", "C", "D"), NOW)
        found = health(connection, EVERYTHING, NOW - timedelta(days=9))["polisen"]
        assert (found.outcome, found.entries, found.about) == ("ok", 1, 1)
        assert health(connection, NOTHING, NOW - timedelta(days=9))["polisen"].entries == 0
        assert [problem.text for problem in open_issues(connection, EVERYTHING)] == ["C", "A"]
        assert [problem.text for problem in open_issues(connection, NOTHING)] == ["A"]
        issues.close(connection, "source:polisen", NOW)
        assert open_issues(connection, NOTHING) == ()


def test_a_summary_counts_what_came_since(app: App) -> None:
    since = NOW - timedelta(hours=3)
    with app.engine.begin() as connection:
        for source, outcome in (("a", "failed"), ("a", "ok"), ("b", "failed"), ("c", "unchanged")):
            sources.log(connection, Poll(source, NOW, outcome))
        sources.log(connection, Poll("d", NOW - timedelta(days=1), "ok"))
        for number in range(3):
            outbox.put(connection, message(f"k{number}", kind="digest" if number else "alert"), NOW)
        for mail, _ in outbox.claim(connection, "w", NOW, timedelta(minutes=1), 2):
            outbox.sent(connection, mail.key, "w", NOW)
        outbox.claim(connection, "w", NOW, timedelta(minutes=1), 1)
        outbox.refused(connection, "k2", "w", "Nej.", None)
        outbox.put(connection, message("k3"), NOW)
        issues.report(connection, Issue("source:b", "source:b", "A", "B"), NOW)
        done = summary(connection, since)
    assert (done.asked, done.ok, done.unchanged, done.degraded, done.failed) == (3, 1, 1, 0, 1)
    assert (done.entries, done.mentions, dict(done.flags)) == (2, 2, {"crime": 1})
    assert (done.alerts_sent, done.digests_sent, done.waiting, done.undeliverable, done.open_issues) == (1, 1, 1, 1, 1)


def test_a_unit_reads_what_is_withheld_from_it_only_where_it_was_told(app: App) -> None:
    accused = item(entry("anklagad"), units=("a",), about_management=True)
    tipped = item(entry("tips"), units=("a",), by_employee=True)
    builders.save(app, [accused, tipped])
    own = Scope(frozenset({"a"}), frozenset({"enhetschef:a"}), True)
    above = Scope(frozenset({"a"}), frozenset({"enhetschef:over-a"}), True)
    with app.engine.begin() as connection:
        notices.save(connection, accused, [Notice("s-anklagad", "anklagad", "enhetschef:over-a", "r", "x", True)], NOW)
    with reading(app.engine) as connection:
        assert {"anklagad", "tips"}.isdisjoint(ids(connection, own, Filters()))
        assert detail(connection, own, "tips") is None
        assert "anklagad" in ids(connection, above, Filters())
        assert "tips" not in ids(connection, above, Filters())
        assert {"anklagad", "tips"} <= set(ids(connection, EVERYTHING, Filters()))
