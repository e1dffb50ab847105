from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Failure, NotModified, Payload, Request
from pipelines.bootstrap import App
from pipelines.collect import phase
from pipelines.collect.budget import Purse
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Budget, Source
from pipelines.store import spending
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, Clock, config
from tests.collect.conftest import Page, World
from tests.collect.feeds import rss, source
from tests.collect.test_phase import issues, state, stored_entries

ASKED = Request("https://api.smaby.example/", cost=0.5)
ANSWER = Payload(ASKED.url, b"{}")


def purse(**given: float) -> Purse:
    limits = {name: given.pop(name) for name in ("requests_per_day", "usd_per_month") if name in given}
    return Purse(Budget.model_validate(limits), NOW, **given)  # type: ignore[arg-type]


def test_requests_are_counted_to_the_last() -> None:
    one = purse(requests_per_day=10, requests_before=8)
    assert [one.refusal(ASKED) is None for _ in range(3)] == [True, True, False]
    refusal = one.refusal(ASKED)
    assert refusal is not None
    assert (refusal.weight, refusal.retry_after) == (0.0, 3600.0)
    assert (one.requests, one.usd) == (2, 0.0)


@given(st.lists(st.tuples(st.floats(0, 3), st.one_of(st.none(), st.floats(0, 1))), max_size=30), st.floats(0, 9))
def test_no_more_is_spent_than_there_is(questions: list[tuple[float, float | None]], before: float) -> None:
    """Told costs are shares of what was reckoned with."""
    one = purse(usd_per_month=9.0, usd_before=before)
    for cost, told in questions:
        asked = Request("x", cost=cost)
        if one.refusal(asked) is None:
            one.pay(asked, ANSWER, None if told is None else told * cost)
    assert before + one.usd <= 9.0 + 1e-9


@pytest.mark.parametrize(
    ("outcome", "told", "usd"),
    [
        (ANSWER, None, 0.5),
        (ANSWER, 0.015, 0.015),
        (ANSWER, 0.0, 0.0),
        (NotModified(), None, 0.0),
        (Failure("", 0.25, 429), None, 0.0),
        (Failure("", 0.25), None, 0.5),
        (Failure("", 0.5, 200), None, 0.5),
    ],
)
def test_what_is_not_known_to_be_free_is_paid_for(
    outcome: Payload | NotModified | Failure, told: float | None, usd: float
) -> None:
    one = purse()
    one.pay(ASKED, outcome, told)
    assert one.usd == usd


def test_what_costs_nothing_is_asked_without_money() -> None:
    one = purse(usd_per_month=1.0, usd_before=1.0)
    assert one.refusal(Request("x")) is None
    assert one.refusal(Request("x", cost=0.01)) is not None


def test_a_warning_comes_when_it_will_not_last() -> None:
    """It is 8 o'clock: a third of the day has passed, and two thirds of the month."""
    assert purse(requests_per_day=100, requests_before=79).warning is None
    assert purse(requests_per_day=100, requests_before=80).warning is not None
    assert purse(usd_per_month=20, usd_before=15.9).warning is None
    assert purse(usd_per_month=20, usd_before=16.1).warning is not None
    late = Purse(Budget(requests_per_day=100), datetime(2026, 11, 21, 23, 0, tzinfo=UTC), 90)
    assert late.warning is None
    assert purse().warning is None


@pytest.fixture
def make(tmp_path: Path, world: World) -> Callable[..., App]:
    def making(*sources: Source, clock: Clock | None = None, **more: object) -> App:
        return replace(builders.app(tmp_path, config(sources=sources), clock), **more)

    return making


def test_a_spent_day_is_told_and_over_at_midnight(make: Callable[..., App], world: World) -> None:
    world.pages["/blad"] = Page(rss().encode())
    clock = Clock()
    app = make(source(id="blad", url=world.url("/blad"), budget={"requests_per_day": 4}), clock=clock)
    for _ in range(3):
        phase.run(app, ["blad"])
    assert issues(app) == {}
    phase.run(app, ["blad"])
    assert list(issues(app)) == ["source:blad:budget"]
    report = phase.run(app, ["blad"])
    assert (report.failed, report.by_source["blad"].reason is not None, len(world.asked)) == (1, True, 4)
    assert issues(app) == {"source:blad:budget": "Småbybladet: 4 av dagens 4 frågor är använda."}
    assert state(app, "blad").failure_weight == 0
    assert phase.run(app, ["blad"]).asked == 0
    clock.forward(hours=17)
    assert phase.run(app, ["blad"]).ok == 1
    assert issues(app) == {}


def test_a_budget_that_is_raised_holds_within_the_hour(make: Callable[..., App], world: World) -> None:
    world.pages["/blad"] = Page(rss().encode())
    clock, url = Clock(), world.url("/blad")
    for _ in range(2):
        phase.run(make(source(id="blad", url=url, budget={"requests_per_day": 1}), clock=clock), ["blad"])
    raised = make(source(id="blad", url=url, budget={"requests_per_day": 100}), clock=clock)
    clock.forward(hours=1, minutes=6)
    assert phase.run(raised).ok == 1


def test_money_is_kept_with_what_it_bought(
    make: Callable[..., App], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pages of what costs, and money for three questions."""
    family = FAMILIES["rss"]
    asked = Request(world.url("/blad"), cost=0.1)
    monkeypatch.setitem(
        FAMILIES,
        "rss",
        replace(
            family,
            requests=lambda source, context: (asked, replace(asked, url=world.url("/blad?sida=2"))),
            parse=lambda *given: replace(family.parse(*given), cost=0.04),
        ),
    )
    world.pages["/blad"] = Page(rss().encode())
    app = make(source(id="blad", url=world.url("/blad"), budget={"usd_per_month": 0.2}))
    reports = [phase.run(app, ["blad"]) for _ in range(2)]
    assert [report.ok for report in reports] == [1, 0]
    with reading(app.engine) as connection:
        assert spending.until(connection, NOW.date()) == {"blad": spending.Spent(3, pytest.approx(0.12))}  # type: ignore[arg-type]
        assert spending.until(connection, datetime(2026, 11, 30).date())["blad"].requests == 0
        assert spending.until(connection, datetime(2026, 12, 1).date()) == {}
    assert len(stored_entries(app)) == 1
    assert json.dumps(issues(app), ensure_ascii=False).count("0,12 dollar av månadens 0,20 dollar") == 1
