"""A source that answers and is not well is told of, in time and only then; and no longer once it is well again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Failure
from pipelines.bootstrap import App
from pipelines.collect import health, phase, schedule
from pipelines.collect.health import Habits
from pipelines.collect.schedule import Visit
from pipelines.config.schema import Source
from pipelines.store.sources import SourceState
from pipelines.types import Entry
from tests import builders
from tests.builders import NOW, Clock, config, entry
from tests.collect.conftest import Page, World
from tests.collect.feeds import item, rss, source

SWEDISH = "Kommunen stänger badhuset i Näsvik hela hösten och ingen vet när det öppnar igen, säger de som bor där."
ENGLISH = "Buy cheap watches online today, the best prices and free delivery to everyone who orders before Sunday."


@dataclass
class Diary:
    """A source visited again and again."""

    source: Source
    now: datetime = NOW
    state: SourceState = field(default_factory=lambda: SourceState("smabybladet"))
    open: dict[str, str] = field(default_factory=dict)

    def visit(
        self, brought: Sequence[Entry] = (), *, new: int = 0, failure: Failure | None = None, **wait: float
    ) -> set[str]:
        """What is open after one more visit, `wait` later."""
        self.now += timedelta(**(wait or {"hours": 1}))
        visit = Visit(failure=failure, new=new, unchanged=not brought and failure is None)
        after = schedule.after(self.state, self.source, visit, self.now)
        watched = health.watch(self.source, self.state, after, visit, brought, self.now)
        self.state = watched.state
        self.open |= {issue.key.rsplit(":", 1)[1]: issue.text for issue in watched.issues}
        for prefix in watched.solved:
            del self.open[prefix.rsplit(":", 1)[1]]
        self.state = replace(self.state, habits=json.loads(json.dumps(self.state.habits)))  # as it is stored
        return set(self.open)


def diary(**expects: object) -> Diary:
    return Diary(source(expects=expects))


def entries(count: int = 10, **changes: object) -> list[Entry]:
    return [entry(f"e{number}", **changes) for number in range(count)]


def test_a_stated_silence_is_told_on_the_first_visit_after_it_and_is_over_with_the_first_news() -> None:
    watched = diary(max_silence_hours=48)
    watched.visit(entries(), new=10)
    assert [watched.visit(hours=12) for _ in range(4)] == [set()] * 4
    assert watched.visit(hours=1) == {"silent"}
    assert watched.open["silent"] == (
        "Småbybladet svarar men har inte haft något nytt på 49 timmar. Det längsta som är väntat är 48 timmar."
    )
    assert watched.visit(hours=1) == {"silent"}
    assert watched.visit(entries(), new=1) == set()


def test_a_source_that_does_not_answer_is_not_called_silent_but_stays_so() -> None:
    watched = diary(max_silence_hours=1)
    watched.visit(entries(), new=10)
    down = Failure("Nere.", 1.0)
    assert watched.visit(failure=down, hours=5) == set()
    assert watched.visit(hours=1) == {"silent"}
    assert watched.visit(failure=down, hours=5) == {"silent"}


def test_a_source_that_states_nothing_is_silent_when_it_never_was_so_long() -> None:
    watched = diary()
    for _ in range(30):
        assert watched.visit(entries(), new=1, hours=40) == set()
    assert watched.visit(hours=79) == set()
    assert watched.visit(hours=2) == {"silent"}


def test_nothing_is_known_of_the_silences_of_a_new_source() -> None:
    watched = diary()
    watched.visit(entries(), new=10)
    assert watched.visit(days=40) == set()


def test_a_stated_rate_gives_a_silence_too() -> None:
    assert health.allowed_silence(source(expects={"entries_per_week": 2}), Habits()) == timedelta(days=14)
    assert health.allowed_silence(source(expects={"entries_per_week": 500}), Habits()) == timedelta(hours=72)


def test_a_source_that_withers_is_told_within_two_weeks() -> None:
    watched = diary(entries_per_week=70, max_silence_hours=1000)
    for _ in range(21):
        assert watched.visit(entries(), new=10, days=1) == set()
    days = next(day for day in range(1, 30) if watched.visit(entries(), new=1, days=1))
    assert days <= 14 and set(watched.open) == {"thin"} and "väntat är 70" in watched.open["thin"]
    for _ in range(7):
        watched.visit(entries(), new=10, days=1)
    assert watched.open == {}


def test_the_first_weeks_are_no_measure() -> None:
    watched = diary(entries_per_week=70, max_silence_hours=1000)
    watched.visit(entries(), new=0)
    assert watched.visit(days=13) == set()
    assert watched.visit(days=2) == {"thin"}


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ({"title": ""}, "rubriker"),
        ({"published": None}, "datum"),
        ({"url": None}, "länkar"),
        ({"url": None, "published": None}, "länkar och datum"),
    ],
)
def test_a_field_that_was_always_there_and_is_gone_is_told_on_the_second_visit(
    lost: dict[str, object], said: str
) -> None:
    watched = diary()
    for _ in range(3):
        watched.visit(entries())
    assert watched.visit(entries(**lost)) == set()
    assert watched.visit(entries(**lost)) == {"form"}
    assert f"saknar {said}, som alltid har funnits." in watched.open["form"]
    assert watched.visit(entries()) == set()


def test_one_odd_answer_is_not_told() -> None:
    watched = diary()
    for _ in range(3):
        watched.visit(entries())
    assert [watched.visit(entries(title="")), watched.visit(entries()), watched.visit(entries(title=""))] == [set()] * 3


def test_a_field_that_came_and_went_is_no_habit() -> None:
    watched = diary()
    for _ in range(20):
        watched.visit([*entries(5), *entries(5, published=None)])
    assert [watched.visit(entries(published=None)) for _ in range(3)] == [set()] * 3


def test_a_form_that_stays_is_accepted_after_a_month() -> None:
    watched = diary()
    for _ in range(4):
        watched.visit(entries())
    for _ in range(30):
        watched.visit(entries(title=""), days=1)
    assert watched.visit(entries(title=""), days=1) == set()


def test_another_language_than_stated_is_told_on_the_second_visit() -> None:
    watched = diary(languages=["sv"])
    assert watched.visit(entries(text=SWEDISH)) == set()
    assert watched.visit(entries(title="News", text=ENGLISH)) == set()
    assert watched.visit(entries(title="News", text=ENGLISH)) == {"language"}
    assert "inte på svenska" in watched.open["language"]
    assert watched.visit(entries(text=SWEDISH)) == set()


def test_short_texts_and_stated_languages_are_no_drift() -> None:
    watched = diary(languages=["sv", "en"])
    assert [watched.visit(entries(title="", text="Ok!")) for _ in range(3)] == [set()] * 3
    assert [watched.visit(entries(title="News", text=ENGLISH)) for _ in range(3)] == [set()] * 3


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=5) | st.none(), max_size=4))
def test_habits_of_another_version_are_forgotten(stored: dict[str, object]) -> None:
    if not stored.keys() <= Habits.__dataclass_fields__.keys():
        assert Habits.read(stored) == Habits()


@given(
    st.lists(
        st.tuples(
            st.integers(0, 12),
            st.integers(0, 12),
            st.floats(0, 5000),
            st.booleans(),
            st.sampled_from([{}, {"title": ""}, {"published": None}]),
        ),
        max_size=25,
    )
)
def test_whatever_a_source_does_what_is_open_is_what_was_told(
    visits: list[tuple[int, int, float, bool, dict[str, object]]],
) -> None:
    watched = diary(max_silence_hours=100, entries_per_week=5)
    for count, new, hours, fails, lost in visits:
        failure = Failure("Nere.", 0.25) if fails else None
        watched.visit([] if fails else entries(count, **lost), new=0 if fails else new, failure=failure, hours=hours)
        assert set(watched.open) == set(watched.state.habits["told"])  # type: ignore[call-overload]


def open_issues(app: App) -> dict[str, str]:
    with app.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT key, remedy FROM issue WHERE closed_at IS NULL ORDER BY key")
        return {row[0]: row[1] for row in rows}


def test_a_pass_tells_of_a_silent_source_and_closes_it(tmp_path: object, world: World) -> None:
    world.pages["/blad"] = Page(rss(item(1)).encode())
    clock = Clock()
    given = source(id="blad", url=world.url("/blad"), expects={"max_silence_hours": 24})
    app = builders.app(tmp_path, config(sources=(given,)), clock)  # type: ignore[arg-type]
    phase.run(app)
    clock.forward(hours=25)
    phase.run(app)
    (key, remedy), *others = open_issues(app).items()
    assert (key, others) == ("source:blad:silent", []) and "sätt enabled = false för blad" in remedy
    world.pages["/blad"] = Page(rss(item(1), item(2)).encode())
    clock.forward(hours=1)
    phase.run(app, ["blad"])
    assert open_issues(app) == {}
