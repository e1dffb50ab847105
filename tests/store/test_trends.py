"""What is counted over periods, and what a Scope keeps out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.casework import Case, Decision
from pipelines.store import cases
from pipelines.store.engine import reading
from pipelines.store.views import Scope
from pipelines.store.views.totals import watched_since
from pipelines.store.views.trends import (
    Asked,
    Choice,
    OfFlag,
    OfPlace,
    counted,
    of_cases,
    of_flags,
    of_places,
    of_units,
)
from pipelines.types import Mention, Stance
from sentiment import Span
from tests import builders
from tests.builders import NOW, entry, flag, item, tone

EVERYTHING = Scope(units=None, receivers=None, flagged_texts=True)
NO_FLAGGED = Scope(units=None, receivers=frozenset(), flagged_texts=False)
WEEK = timedelta(days=7)
WINDOWS = [(NOW - 2 * WEEK, NOW - WEEK), (NOW - WEEK, NOW)]
LAST, FIRST = NOW - timedelta(days=1), NOW - timedelta(days=8)
ITEMS = (
    item(entry("a", published=LAST), units=("x", "y"), tone=tone("negative"), stance=Stance("critical", 1)),
    item(entry("b", published=LAST, kind="forum"), units=("x",), intent="question"),
    item(entry("c", published=FIRST), units=("y",), tone=tone("positive"), flags=(flag("threat"), flag("threat"))),
    item(entry("edge", published=NOW - WEEK), units=("x",)),
    item(entry("late", published=NOW), units=("x",)),
    item(entry("old", published=NOW - 2 * WEEK - timedelta(seconds=1))),
    item(entry("other", published=LAST), about=False),
)


@pytest.fixture
def app(tmp_path: Path) -> App:
    made = builders.app(tmp_path)
    builders.save(made, ITEMS)
    return made


@pytest.fixture
def opened(app: App) -> Iterator[Connection]:
    with reading(app.engine) as connection:
        yield connection


def entries(found: tuple[object, ...]) -> list[int]:
    """Of the first period, and of the second."""
    return [sum(row.entries for row in found if row.period == place) for place in (0, 1)]


def test_what_is_at_the_edge_of_two_periods_is_counted_once_in_the_later(opened: Connection) -> None:
    assert entries(counted(opened, EVERYTHING, WINDOWS)) == [1, 3]
    assert watched_since(opened) is not None


def test_rows_tell_tone_stance_kind_question_and_flag_apart(opened: Connection) -> None:
    found = counted(opened, EVERYTHING, WINDOWS)
    told = {(row.period, row.kind, row.tone, row.stance, row.question, row.flagged) for row in found}
    assert (1, "news", "negative", "critical", False, False) in told
    assert (1, "forum", "neutral", "none", True, False) in told
    assert (0, "news", "positive", "none", False, True) in told


def test_an_entry_is_counted_for_each_unit_it_names(opened: Connection) -> None:
    found = of_units(opened, EVERYTHING, WINDOWS)
    assert {unit: sum(row.entries for row in found if row.unit == unit) for unit in "xy"} == {"x": 3, "y": 2}


def test_a_choice_leaves_out_other_units_and_kinds(opened: Connection) -> None:
    assert entries(counted(opened, EVERYTHING, WINDOWS, Choice(units=("y",)))) == [1, 1]
    assert entries(counted(opened, EVERYTHING, WINDOWS, Choice(kinds=("forum",)))) == [0, 1]
    assert {row.unit for row in of_units(opened, EVERYTHING, WINDOWS, Choice(units=("y",)))} == {"y"}


def test_places_are_counted_by_entries_and_not_by_how_often_they_are_named(app: App) -> None:
    named = tuple(Mention("place", "Småby", Span(at, at + 5, "Småby"), 1, "namn") for at in (0, 9))
    told = item(entry("p", published=LAST), units=("y",), tone=tone("negative"), mentions=named)
    hidden = item(entry("q", published=LAST), units=("x",), mentions=named[:1], flags=(flag("threat"),))
    builders.save(app, [told, hidden])
    with reading(app.engine) as opened:
        assert of_places(opened, EVERYTHING, WINDOWS[1], 5) == (OfPlace("Småby", 2, 1, 0),)
        assert of_places(opened, NO_FLAGGED, WINDOWS[1], 5) == (OfPlace("Småby", 1, 1, 0),)
        assert of_places(opened, EVERYTHING, WINDOWS[0], 5) == ()


def test_a_flag_raised_twice_on_an_entry_is_counted_once(opened: Connection) -> None:
    assert of_flags(opened, EVERYTHING, WINDOWS) == (OfFlag(0, "threat", 1),)


def test_rights_hold_for_every_count(opened: Connection) -> None:
    assert entries(counted(opened, NO_FLAGGED, WINDOWS)) == [0, 3]
    assert of_flags(opened, NO_FLAGGED, WINDOWS) == ()
    own = Scope(units=frozenset({"y"}), receivers=frozenset(), flagged_texts=True)
    assert entries(counted(opened, own, WINDOWS)) == [1, 1]
    assert {row.unit for row in of_units(opened, own, WINDOWS)} == {"y"}


def test_questions_are_counted_by_how_their_clock_went(app: App) -> None:
    with app.engine.begin() as connection:
        _case(connection, "kept", LAST, [("answered", LAST + timedelta(hours=2))])
        _case(connection, "kept-in-the-end", LAST, [("acknowledged", LAST), ("no-action", LAST + timedelta(hours=5))])
        _case(connection, "late", FIRST, [("answered", FIRST + timedelta(days=3))])
        _case(connection, "overdue", FIRST, [])
        _case(connection, "opened-again", FIRST, [("answered", FIRST), ("acknowledged", FIRST + timedelta(hours=1))])
        _case(connection, "waiting", LAST, [("acknowledged", LAST)])
        _case(connection, "hidden", FIRST, [], about="c")
    with reading(app.engine) as opened:
        assert set(of_cases(opened, NO_FLAGGED, WINDOWS, NOW)) == {
            Asked(1, "question", "kept", 2),
            Asked(1, "question", "waiting", 1),
            Asked(0, "question", "late", 1),
            Asked(0, "question", "overdue", 2),
        }
        assert Asked(0, "question", "overdue", 3) in of_cases(opened, EVERYTHING, WINDOWS, NOW)


def _case(
    opened: Connection, id: str, began: datetime, said: list[tuple[Decision, datetime]], about: str = "b"
) -> None:
    due = began + timedelta(days=2)
    given = Case(id, "question", about, "s", "question", ("kommunikationschef",), began, began, began, due, due)
    cases.open_case(opened, given)
    for decision, at in said:
        cases.decide(opened, id, decision, by="x", via="dashboard", now=at)
