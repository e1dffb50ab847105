"""Cases in the database: opened once, decided on by adding a line, and never rewritten by anyone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from pipelines.bootstrap import App
from pipelines.casework import DECISIONS, Case
from pipelines.notify import clock
from pipelines.store import cases
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, entry, item, smaby

HEAD, SCHOOL = "kommunikationschef", "enhetschef:nasviksskolan"


@pytest.fixture
def app(tmp_path: Path) -> App:
    return builders.app(tmp_path)


def opened(app: App, id: str = "e1") -> Case:
    asked = item(entry(id, published=NOW), intent="question")
    builders.save(app, [asked])
    (case,) = clock.cases(asked, (), smaby(), NOW)
    with app.engine.begin() as connection:
        assert cases.open_case(connection, case)
    return case


def decide(connection: Connection, case: Case, state: str, **changes: object) -> bool:
    return cases.decide(connection, case.id, state, **{"by": "anna", "via": "dashboard", "now": NOW} | changes)


def test_a_case_comes_back_as_it_went_in_and_is_opened_once(app: App) -> None:
    case = opened(app)
    with app.engine.begin() as connection:
        assert not cases.open_case(connection, replace(case, due_at=NOW))
        assert cases.one(connection, case.id) == case
        assert [event.action for event in cases.history(connection, case.id)] == ["opened"]


def test_the_last_decision_is_the_state_and_every_decision_stays(app: App) -> None:
    case = opened(app)
    with app.engine.begin() as connection:
        assert decide(connection, case, "acknowledged", by=SCHOOL, via="mail")
        assert not decide(connection, case, "acknowledged", by=SCHOOL, via="mail")  # a link pressed twice
        assert decide(connection, case, "no-action", note="  fel\nknapp " + "x" * 500)
        assert decide(connection, case, "answered", now=NOW + timedelta(hours=1))
        assert not decide(connection, replace(case, id="0" * 24), "answered")
        with pytest.raises(ValueError, match="reminded"):
            decide(connection, case, "reminded")
        history = cases.history(connection, case.id)
        assert cases.one(connection, case.id).state == "answered"
    assert [(event.action, event.by, event.via) for event in history[1:]] == [
        ("acknowledged", SCHOOL, "mail"),
        ("no-action", "anna", "dashboard"),
        ("answered", "anna", "dashboard"),
    ]
    assert history[2].note.startswith("fel knapp x") and len(history[2].note) == cases.MAX_NOTE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_event SET action = 'answered'",
        "UPDATE case_event SET at = '2020-01-01 00:00:00' WHERE id = 1",
        "DELETE FROM case_event",
        "DELETE FROM case_event WHERE id = 1",
        pytest.param(
            "INSERT OR REPLACE INTO case_event "
            "SELECT id, case_id, 'answered', at, 'x', via, told, note FROM case_event",
            marks=pytest.mark.sqlite,
        ),
        "UPDATE case_file SET due_at = '2030-01-01 00:00:00'",
        "DELETE FROM case_file",
        pytest.param("REPLACE INTO case_file SELECT * FROM case_file", marks=pytest.mark.sqlite),
        "DELETE FROM entry",
        "UPDATE case_event SET id = id + 1",
    ],
)
def test_the_database_itself_refuses_to_rewrite_history(app: App, statement: str) -> None:
    case = opened(app)
    with reading(app.engine) as connection:
        before = cases.history(connection, case.id)
    with pytest.raises(DatabaseError, match=r"(?i)append-only|foreign key"), app.engine.begin() as connection:
        connection.execute(text(statement))
    with reading(app.engine) as connection:
        assert cases.history(connection, case.id) == before and cases.one(connection, case.id) == case


def test_the_module_holds_no_way_to_change_a_row() -> None:
    source = Path(cases.__file__).read_text("utf-8")
    assert not re.findall(r"\b(?:update|delete)\(", source)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(DECISIONS), max_size=8))
def test_whatever_is_pressed_the_history_only_grows(
    tmp_path_factory: pytest.TempPathFactory, presses: list[str]
) -> None:
    app = builders.app(tmp_path_factory.mktemp("db"))
    case = opened(app)
    seen: tuple[object, ...] = ()
    for press in presses:
        with app.engine.begin() as connection:
            decide(connection, case, press)
            history = cases.history(connection, case.id)
            assert history[: len(seen)] == seen and cases.one(connection, case.id).state == press
            seen = history
    app.engine.dispose()


def test_who_has_what_waiting(app: App) -> None:
    first, second, third = (opened(app, f"e{number}") for number in range(3))
    with app.engine.begin() as connection:
        decide(connection, first, "answered")
        decide(connection, second, "acknowledged")
        cases.told(connection, third.id, "escalated", ["enhetschef:skolkontoret"], NOW)

        def waits(receiver: str, all_of_them: bool = False) -> set[str]:
            return {case.id for case in cases.waiting_for(connection, receiver, all_of_them=all_of_them)}

        assert waits(HEAD) == {second.id, third.id}
        assert waits("enhetschef:skolkontoret") == {third.id}
        assert waits("nobody") == set() and waits("nobody", all_of_them=True) == {second.id, third.id}
