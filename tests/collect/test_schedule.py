from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Failure
from pipelines.collect.schedule import SILENT, WORN_OUT, Visit, after, due, interval, key, shards
from pipelines.store.sources import SourceState
from tests.builders import NOW
from tests.collect.feeds import source

PAPER = source(every_minutes=10)
BLINK, SLIP, BLOW = (Failure("Fel.", weight) for weight in (0.25, 0.5, 1.0))


def state(**changes: object) -> SourceState:
    known = {"source_id": PAPER.id, "last_tried_at": NOW, "validators": {key(PAPER.url): (None, None)}}
    return SourceState(**(known | changes))  # type: ignore[arg-type]


def is_due(known: SourceState | None, minutes: float, of: object = PAPER) -> bool:
    states = {known.source_id: known} if known else {}
    return bool(due([of], states, NOW + timedelta(minutes=minutes)))  # type: ignore[list-item]


def test_a_source_never_asked_is_due() -> None:
    assert is_due(None, 0)
    assert is_due(SourceState(PAPER.id), 0)


@pytest.mark.parametrize(("minutes", "turn"), [(0, False), (8, False), (9.1, True), (10, True), (600, True)])
def test_a_source_is_due_after_its_interval_and_a_tick_early(minutes: float, turn: bool) -> None:
    assert is_due(state(), minutes) is turn


def test_what_is_off_or_gone_is_never_due() -> None:
    assert not is_due(None, 0, source(enabled=False))
    assert not is_due(state(gone=True), 1_000_000)


def test_a_new_address_begins_anew() -> None:
    elsewhere = source(url="https://nya.example/flode.xml", every_minutes=10)
    assert is_due(state(gone=True, failure_weight=9), 0, elsewhere)


def test_a_wish_to_wait_is_heeded() -> None:
    waiting = state(not_before=NOW + timedelta(hours=2))
    assert not is_due(waiting, 119)
    assert is_due(waiting, 121)


@given(st.floats(0, 20), st.integers(1, 7 * 24 * 60))
def test_waiting_grows_with_failure_and_ends_at_a_day(weight: float, minutes: int) -> None:
    of = source(every_minutes=minutes)
    usual, waited = timedelta(minutes=minutes), interval(of, state(failure_weight=weight), NOW)
    assert waited <= max(usual, timedelta(days=1)) * 1.1
    assert weight == 0 or waited >= usual
    assert weight < WORN_OUT or waited >= max(usual, timedelta(days=1))


def test_sources_that_fell_together_do_not_rise_together() -> None:
    waits = {interval(PAPER, state(source_id=f"s{number}", failure_weight=1.0), NOW) for number in range(20)}
    assert len(waits) > 15


@given(st.floats(0, 3000), st.integers(1, 7 * 24 * 60), st.integers(1, 7 * 24 * 60))
def test_only_long_silence_makes_a_source_wait_longer(days: float, minutes: int, slowest: int) -> None:
    of, usual = source(every_minutes=minutes, slowest_minutes=slowest), timedelta(minutes=minutes)
    waited = interval(of, state(last_new_at=NOW - timedelta(days=days)), NOW)
    assert usual - timedelta(minutes=1) <= waited <= max(usual, timedelta(minutes=slowest))
    assert timedelta(days=days) >= SILENT or waited <= usual


def test_silence_is_counted_from_the_first_fetch_and_ends_with_the_first_news() -> None:
    begun = state(first_fetched_at=NOW - timedelta(days=240))
    assert interval(PAPER, begun, NOW) > timedelta(hours=5)
    assert interval(PAPER, after(begun, PAPER, Visit(new=1), NOW), NOW) < timedelta(minutes=11)


def test_a_daily_budget_is_spread_over_the_day() -> None:
    rationed = source(every_minutes=1, budget={"requests_per_day": 24})
    assert interval(rationed, state(), NOW) > timedelta(minutes=58)


def test_who_has_waited_longest_comes_first() -> None:
    papers = [source(id=name) for name in ("ett", "tva", "tre")]
    known = {"ett": state(), "tva": state(last_tried_at=NOW - timedelta(hours=1))}
    assert [one.id for one in due(papers, known, NOW + timedelta(hours=1))] == ["tre", "tva", "ett"]


def test_shards_take_about_as_long_and_share_no_host() -> None:
    urls = {
        "a": "https://a.example/1",
        "b": "https://a.example/2",
        "c": "https://c.example/",
        "d": "https://d.example/",
    }
    papers = [source(id=name, url=url) for name, url in urls.items()]
    known = {name: state(milliseconds=cost) for name, cost in {"a": 100, "b": 200, "c": 4000, "d": 900}.items()}
    assert sorted(map(sorted, shards(papers, known, 2))) == [["a", "b", "d"], ["c"]]
    assert sorted(map(sorted, shards(papers, {}, 9))) == [["a", "b"], ["c"], ["d"]]


def test_failures_add_up_and_one_success_clears_them() -> None:
    known = state()
    for failure in (BLINK, SLIP, BLOW):
        known = after(known, PAPER, Visit(failure), NOW)
    assert (known.failure_weight, known.last_failure) == (1.75, "Fel.")
    known = after(known, PAPER, Visit(), NOW)
    assert (known.failure_weight, known.last_failure, known.last_ok_at) == (0.0, None, NOW)


def test_what_lets_us_not_ask_again_moves_only_with_a_whole_visit() -> None:
    validators = {key(PAPER.url): ('"2"', None)}
    known = state(cursor="5", validators={key(PAPER.url): ('"1"', None)})
    half = after(known, PAPER, Visit(BLINK, new=3, validators=validators, cursor="9"), NOW)
    assert (half.cursor, half.validators) == ("5", known.validators)
    assert half.last_new_at == half.first_fetched_at == NOW
    whole = after(known, PAPER, Visit(validators=validators, cursor="9"), NOW)
    assert (whole.cursor, whole.validators) == ("9", validators)


def test_the_first_fetch_is_the_first_that_worked() -> None:
    failed = after(SourceState(PAPER.id), PAPER, Visit(BLOW), NOW)
    assert failed.first_fetched_at is None
    later = NOW + timedelta(days=1)
    worked = after(failed, PAPER, Visit(), later)
    assert worked.first_fetched_at == later
    assert after(worked, PAPER, Visit(), later + timedelta(days=1)).first_fetched_at == later


def test_gone_and_wishes_are_remembered_and_forgotten() -> None:
    gone = after(state(), PAPER, Visit(Failure("Borta.", 1.0, 410, gone=True)), NOW)
    assert gone.gone
    waits = after(state(), PAPER, Visit(Failure("För ofta.", 0.25, 429, retry_after=90.2)), NOW)
    assert waits.not_before == NOW + timedelta(seconds=91)
    assert after(waits, PAPER, Visit(unchanged=True), NOW).not_before is None


def test_an_address_it_moved_to_holds_until_it_fails() -> None:
    moved = after(state(), PAPER, Visit(moved_to="https://nya.example/"), NOW)
    assert moved.moved_to == "https://nya.example/"
    assert after(moved, PAPER, Visit(BLINK), NOW).moved_to is None


@pytest.mark.parametrize(
    ("visit", "outcome"),
    [
        (Visit(), "ok"),
        (Visit(unchanged=True), "unchanged"),
        (Visit(problems=("x",)), "degraded"),
        (Visit(BLINK), "failed"),
        (Visit(SLIP), "degraded"),
        (Visit(BLOW), "failed"),
    ],
)
def test_outcomes(visit: Visit, outcome: str) -> None:
    assert visit.outcome == outcome
