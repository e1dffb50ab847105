"""The figures of a report: the same as counted post by post, before the texts go and after, to all who may see it."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.evaluation import areas
from pipelines.evaluation.areas import Occasion, Subject
from pipelines.evaluation.drawings import CLOCKS, DRAWN, draw
from pipelines.evaluation.facts import Facts, facts, subjects
from pipelines.evaluation.figures import coverage
from pipelines.evaluation.report import TONES
from pipelines.evaluation.values import SourceDay
from pipelines.housekeeping import person
from pipelines.housekeeping import phase as housekeeping
from pipelines.roles import ROLES
from pipelines.store import burial, tallies
from pipelines.store.engine import reading
from pipelines.store.views.scope import Scope
from tests.builders import EVERYTHING
from tests.evaluation import world
from tests.evaluation.world import ACCOUNT, CAMPAIGN, JANUARY, SCHOOLS, Year

SCHOOL = ROLES["kommunikator"].scope(("skolkontoret",), world.using())
BAR = re.compile(r'aria-label="at: (\d+); entries: (\d+); of: ([^"]*)"')
"""What a bar of a chart is to a screen reader: month, number, row."""
GONE = datetime(2028, 6, 1, tzinfo=UTC)
"""When every text of the year has had its time, and nothing else has."""


def read(year: Year, subject: Subject, occasion: Occasion | None = None, scope: Scope = EVERYTHING) -> Facts:
    app = year.app
    with reading(app.engine) as connection:
        return facts(connection, scope, app.config, subject, occasion or areas.of_year(world.YEAR), app.clock())


def school(year: Year) -> Subject:
    found = areas.of_unit("skolkontoret", year.app.config)
    assert found
    return found


def night(year: Year, at: datetime = GONE) -> None:
    """What has had its time goes."""
    year.app.clock.now = at  # type: ignore[attr-defined]
    housekeeping.run(year.app)


def compare(year: Year, found: Facts, items: list) -> None:  # type: ignore[type-arg]
    """With what was counted post by post."""
    now = found.figures
    assert now.posts == len(items)
    assert {key: value for key, value in now.tones.items() if value} == world.tones(items)
    assert now.stances.get("critical", 0) == sum(one.assessment.stance.label == "critical" for one in items)
    assert now.questions == sum(one.assessment.intent == "question" for one in items)
    months = Counter(one.when.astimezone(world.ZONE).month for one in items)
    first = found.occasion.period.first.month
    assert [one.get("all", 0) for one in now.months] == [months[first + place] for place in range(len(now.months))]
    ids = {one.entry.id for one in items}
    raised = Counter(category for one in items for category in {flag.category for flag in one.assessment.flags})
    said = Counter((category, verdict) for (id, category), verdict in year.judged.items() if id in ids)
    assert {category: one.raised for category, one in now.flags.items() if one.raised} == raised
    for category, one in now.flags.items():
        assert (one.right, one.wrong) == (said[category, "is-flag"], said[category, "not-flag"])


def compare_cases(year: Year, found: Facts, items: list) -> None:  # type: ignore[type-arg]
    ids = {one.entry.id for one in items}
    for kind in ("question", "unsuitable"):
        ours = [row for row in year.cases if row[0].entry.id in ids and row[1].kind == kind]
        expected = Counter(world.clock(*row[1:], found.now) for row in ours)
        clocks = found.figures.clocks[kind]
        assert {name: getattr(clocks, name) for name in expected} == dict(expected)
        assert sum(getattr(clocks, name) for name in ("kept", "late", "overdue", "waiting", "dropped")) == len(ours)
        done = [
            (at - case.starts_at).total_seconds() / 3600
            for _, case, decision, at in ours
            if at and decision == "answered"
        ]
        assert clocks.hours == (median(done) if len(done) >= 10 else None)


def compare_all(year: Year) -> None:
    whole = read(year, areas.municipality(year.app.config))
    compare(year, whole, year.of(world.about))
    compare_cases(year, whole, year.of(lambda one: True))
    for scope in (EVERYTHING, SCHOOL):
        of_school = read(year, school(year), scope=scope)
        compare(year, of_school, year.of(world.of_school))
        units = Counter(
            (unit, one.assessment.tone.label)
            for one in year.of(world.of_school)
            for unit in one.assessment.units
            if unit in SCHOOLS
        )
        assert of_school.figures.units == units
        account = read(year, areas.of_account(ACCOUNT), scope=scope)
        compare(year, account, year.of(world.on_account))
        compare_cases(year, account, year.of(world.on_account))
        own = year.of(lambda one: one.entry.source_id == "flodet" and not world.withheld(one))
        assert account.figures.own_posts == len(own)
    campaign = read(year, areas.municipality(year.app.config), areas.of_campaign(CAMPAIGN))
    compare(year, campaign, year.of(world.of_campaign))


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_a_year_by_chance_is_what_is_counted_post_by_post_before_its_texts_go_and_after(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        year = world.made(Path(folder), seed)
        compare_all(year)
        night(year, datetime(2027, 5, 4, tzinfo=UTC))  # some of the texts are gone
        compare_all(year)
        night(year)
        compare_all(year)
        whole = read(year, areas.municipality(year.app.config))
        assert whole.figures.gone == whole.figures.posts
        night(year)
        compare_all(year)


def test_what_is_sealed_first_and_emptied_later_is_counted_once(tmp_path: Path) -> None:
    year = world.made(tmp_path, 3)
    ids = [one.entry.id for one in year.items]
    with year.app.engine.begin() as connection:
        first = tallies.keep(connection, ids[:20], world.ZONE, {}, JANUARY)
        burial.seal(connection, ids[:20], JANUARY)
        assert (first, tallies.keep(connection, ids[:20], world.ZONE, {}, JANUARY)) == (20, 0)
    compare(year, read(year, school(year)), year.of(world.of_school))
    night(year)
    compare(year, read(year, school(year)), year.of(world.of_school))


def test_a_person_s_erasure_leaves_the_figures(tmp_path: Path) -> None:
    year = world.made(tmp_path, 4)
    before = read(year, areas.municipality(year.app.config)).figures
    one = year.of(world.about)[0]
    person.erase(year.app, person.Asked("url", one.entry.url or "", "KS 1", "anna"))
    after = read(year, areas.municipality(year.app.config)).figures
    assert (after.posts, after.gone, after.tones) == (before.posts, 1, before.tones)


def test_nothing_of_a_post_is_kept_with_its_count(tmp_path: Path) -> None:
    year = world.made(tmp_path, 5)
    night(year)
    with reading(year.app.engine) as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM tally").all())
    assert "nummer" not in rows and not any(f"'{one.entry.id}'" in rows for one in year.items)


def test_another_s_report_says_nothing(tmp_path: Path) -> None:
    year = world.made(tmp_path, 6, posts=40)
    others = {"enhetschef": ("omsorgen",), "kommunikator": ("omsorgen",), "administrator": (), "granskare": ()}
    for role, units in others.items():
        scope = ROLES[role].scope(units, year.app.config)
        mine = [one.id for one in subjects(year.app.config, (ACCOUNT,), scope)]
        assert mine == (["omsorgen"] if units else [])
        _sees_nothing(year, scope)
    night(year)
    for role, units in others.items():
        _sees_nothing(year, ROLES[role].scope(units, year.app.config))


def _sees_nothing(year: Year, scope: Scope) -> None:
    config = year.app.config
    for subject in (areas.municipality(config), school(year), areas.of_account(ACCOUNT)):
        found = read(year, subject, scope=scope).figures
        assert (found.posts, found.cases, found.flags, found.units, found.own_posts or 0) == (0, (), {}, {}, 0)
        assert read(year, subject).figures.posts


def test_a_year_is_compared_with_one_that_was_watched_whole(tmp_path: Path) -> None:
    year = world.made(tmp_path, 7)
    whole = areas.municipality(year.app.config)
    assert read(year, whole).before is None  # the first post is of summer 2025
    later = read(year, whole, areas.of_year(2027))
    assert later.before and later.before.posts == len(year.of(world.about))
    assert later.watched_since is None
    earlier = read(year, whole, areas.of_year(2025))
    assert earlier.watched_since and earlier.watched_since > date(2025, 1, 1)


def test_the_charts_draw_each_month_as_it_was(tmp_path: Path) -> None:
    year = world.made(tmp_path, 11, posts=70)
    found = read(year, areas.municipality(year.app.config))

    def drawn(name: str) -> Counter[tuple[int, str]]:
        picture = draw(name, found, world.ZONE, width=600, look="light")
        return Counter({(int(at), of): int(number) for at, number, of in BAR.findall(picture) if int(number)})

    def month(at: datetime) -> int:
        return at.astimezone(world.ZONE).month - 1

    posts = ((month(one.when), one.assessment.tone.label) for one in year.of(world.about))
    assert drawn("ton") == Counter((at, TONES[tone]) for at, tone in posts if tone in DRAWN)
    ids = {one.entry.id for one in year.of(lambda one: True)}
    questions = [row for row in year.cases if row[0].entry.id in ids and row[1].kind == "question"]
    states = ((month(row[1].starts_at), world.clock(*row[1:], found.now)) for row in questions)
    assert drawn("tider") == Counter((at, CLOCKS[state]) for at, state in states if state in CLOCKS)


def test_days_of_sources_outlive_the_log_of_visits(tmp_path: Path) -> None:
    year = world.made(tmp_path, 8, posts=3)
    app = year.app
    world.polls(app, "smabybladet", range(20, 30))
    world.polls(app, "smabybladet", range(25, 27), "failed", new=0)  # and yet it answered on those days
    world.polls(app, "rikstidningen", range(20, 24), "failed", new=0)
    before = read(year, areas.municipality(app.config)).sources
    with app.engine.begin() as connection:
        assert tallies.note_days(connection, world.ZONE, app.clock()) == 14
        assert tallies.note_days(connection, world.ZONE, app.clock()) == 0
    night(year, JANUARY + timedelta(days=60))
    after = read(year, areas.municipality(app.config)).sources
    assert before == after
    found = {one.source: (one.dead, one.unasked) for one in after}
    assert found == {"smabybladet": (0, 5), "rikstidningen": (4, 5)}


def test_a_source_is_quiet_from_its_first_day_to_the_last() -> None:
    first = date(2026, 3, 1)
    days = [
        SourceDay("a", first + timedelta(days=place), answered=place != 3, new=place in (0, 5)) for place in range(8)
    ]
    (found,) = coverage(days, ["a", "never"], first, first + timedelta(days=10))
    assert (found.days, found.dead, found.unasked, found.longest) == (10, 1, 2, 4)


def test_a_year_is_the_local_one() -> None:
    whole = areas.span(areas.of_year(2026), None, world.ZONE)
    assert whole.window == (datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert len(whole.months) == 12 and whole.months[2] == "2026-03"
    begins, ends = whole.windows[2]
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(days=31, hours=-1)  # the clocks go forward
    cut = areas.span(areas.of_campaign(CAMPAIGN), None, world.ZONE)
    assert cut.months == ("2026-08", "2026-09", "2026-10", "2026-11")
    assert cut.window == (datetime(2026, 8, 19, 22, tzinfo=UTC), datetime(2026, 11, 5, 23, tzinfo=UTC))
