"""When time is up: calendar and working hours over changes of the clock, weekends, holidays, half-days and years."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.config.schema import Clocks, Config, Deputy
from pipelines.notify import clock
from pipelines.notify.clock import above, after, cases, reminded
from pipelines.notify.wording import left
from pipelines.types import Notice
from tests.builders import NOW, config, entry, flag, item, smaby

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CALENDAR = Clocks()
WORKING = Clocks(counted="working", hours=18, remind_after_hours=9)
"""Two whole working days."""
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
SCHOOL = "enhetschef:nasviksskolan"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-17T09:00", "2026-11-19T09:00"),
        ("2026-03-28T12:00", "2026-03-30T13:00"),  # summer time begins: 48 hours, one of which is not on the clock
        ("2026-10-24T12:00", "2026-10-26T11:00"),  # and ends
        ("2026-12-31T12:00", "2027-01-02T12:00"),
        ("2026-02-27T08:30", "2026-03-01T08:30"),
    ],
)
def test_calendar_hours_pass_whatever_the_clock_on_the_wall_says(start: str, due: str) -> None:
    assert after(local(start), 48, CALENDAR, STOCKHOLM) == local(due)


@pytest.mark.parametrize(
    ("start", "due", "why"),
    [
        ("2026-11-17T09:00", "2026-11-19T09:00", "Tuesday to Thursday"),
        ("2026-11-17T03:00", "2026-11-18T17:00", "before work begins: counted from eight"),
        ("2026-11-20T16:00", "2026-11-24T16:00", "over a weekend"),
        ("2026-11-21T12:00", "2026-11-24T17:00", "asked on a Saturday"),
        ("2026-03-27T16:00", "2026-03-31T16:00", "over the weekend on which summer time begins"),
        ("2026-10-23T16:00", "2026-10-27T16:00", "and on which it ends"),
        ("2026-04-01T16:00", "2026-04-08T12:00", "Easter: a half-day, Good Friday, Easter Monday"),
        ("2026-01-02T16:00", "2026-01-08T12:00", "trettondagsafton is a half-day, trettondagen free"),
        ("2026-04-29T16:00", "2026-05-05T12:00", "valborg is a half-day, May Day free"),
        ("2026-06-18T09:00", "2026-06-23T09:00", "midsummer's eve is free, though no public holiday"),
        ("2026-10-29T16:00", "2026-11-03T12:00", "the half-day before All Saints'"),
        ("2026-12-23T16:00", "2026-12-29T16:00", "Christmas"),
        ("2026-12-30T16:00", "2027-01-07T12:00", "over the turn of the year, by trettondagsafton and trettondagen"),
    ],
)
def test_working_hours_stand_still_when_nobody_works(start: str, due: str, why: str) -> None:
    assert after(local(start), 18, WORKING, STOCKHOLM).astimezone(STOCKHOLM) == local(due), why


def test_who_works_without_half_days_says_so() -> None:
    whole = Clocks(counted="working", half_days_close=time(17, 0))
    assert after(local("2026-04-01T16:00"), 18, whole, STOCKHOLM) == local("2026-04-07T16:00")


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.floats(0.5, 60), st.floats(0.5, 60))
def test_a_working_clock_never_runs_back_ends_in_working_time_and_can_be_read_in_two_steps(
    start: datetime, first: float, second: float
) -> None:
    middle, end = (after(start, hours, WORKING, STOCKHOLM) for hours in (first, first + second))
    assert start < middle < end
    assert abs(after(middle, second, WORKING, STOCKHOLM) - end) < timedelta(seconds=1)
    shown = end.astimezone(STOCKHOLM)
    assert shown.weekday() < 5 and time(8) < shown.time() <= time(17)
    assert end - start >= timedelta(hours=first + second) - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 minuter för sent"),
        (1, "1 minut kvar"),
        (59, "59 minuter kvar"),
        (60, "1 timme kvar"),
        (47 * 60, "47 timmar kvar"),
        (48 * 60, "2 dygn kvar"),
        (-61, "1 timme för sent"),
        (-60 * 24 * 3, "3 dygn för sent"),
    ],
)
def test_the_time_that_is_left_in_words(minutes: int, said: str) -> None:
    assert left(NOW, NOW + timedelta(minutes=minutes)) == said


# --- what becomes a case ------------------------------------------------------------------------------------------


def own(**clocks: object) -> Config:
    return config(
        sources=tuple(source.model_copy(update={"own": True}) for source in smaby().sources), clocks=Clocks(**clocks)
    )


def question(**changes: object) -> object:
    return item(entry(), **({"intent": "question", "units": ("nasviksskolan",)} | changes))


def told(receiver: str) -> Notice:
    return Notice("s-e1", "e1", receiver, "fragor", "question", urgent=False)


def test_a_question_is_due_48_hours_after_it_was_asked_and_is_for_those_whom_routing_told() -> None:
    asked = question()
    (case,) = cases(asked, [told(SCHOOL), told("kommunikationschef")], smaby(), NOW)
    assert (case.kind, case.responsible) == ("question", (SCHOOL,))
    assert case.remind_at - asked.when == timedelta(hours=24)
    assert case.due_at - asked.when == case.escalate_at - asked.when == timedelta(hours=48)


def test_a_unit_that_routing_did_not_tell_is_not_asked_to_act() -> None:
    """Routing leaves it out where its manager is the one accused."""
    (case,) = cases(question(), [told("kommunikationschef")], smaby(), NOW)
    assert case.responsible == ("kommunikationschef",)


def test_what_we_learn_of_late_leaves_someone_a_chance_before_the_head_is_told() -> None:
    asked = item(entry(published=NOW - timedelta(hours=47)), intent="question")
    (case,) = cases(asked, (), smaby(), NOW)
    assert (case.due_at, case.escalate_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    ("setting", "about", "of_ours", "opened"),
    [
        ("about-us", True, False, True),
        ("about-us", False, False, False),
        ("about-us", False, True, True),
        ("own", True, False, False),
        ("own", True, True, True),
        ("never", True, True, False),
    ],
)
def test_which_questions_get_a_clock_is_configured(setting: str, about: bool, of_ours: bool, opened: bool) -> None:
    using = own(questions=setting) if of_ours else config(clocks=Clocks(questions=setting))
    assert bool(cases(question(about=about), (), using, NOW)) == opened


def test_an_unsuitable_post_gets_a_clock_on_our_own_accounts_only() -> None:
    post = item(about=False, flags=(flag("obscenity"),))
    assert cases(post, (), smaby(), NOW) == ()
    (case,) = cases(post, (), own(), NOW)
    assert (case.kind, case.category, case.responsible) == ("unsuitable", "obscenity", ("kommunikationschef",))
    assert cases(post, (), own(unsuitable=("threat",)), NOW) == ()
    assert cases(item(flags=(flag("threat", role="report"),)), (), own(), NOW) == ()


def test_a_question_passed_on_is_one_case_elsewhere_and_each_its_own_at_home() -> None:
    posts = [item(entry(f"e{number}"), story="s", intent="question") for number in range(2)]
    elsewhere, at_home = (
        {case.id for post in posts for case in cases(post, (), using, NOW)} for using in (smaby(), own())
    )
    assert (len(elsewhere), len(at_home)) == (1, 2)


# --- who is told when time is up ----------------------------------------------------------------------------------


def with_deputies() -> Config:
    receivers = tuple(
        receiver.model_copy(
            update={"deputy": "enhetschef:smabyhus"} if receiver.id in (SCHOOL, "kommunikationschef") else {}
        )
        for receiver in smaby().receivers
    )
    return config(receivers=receivers)


@pytest.mark.parametrize(
    ("using", "responsible", "expected"),
    [
        (smaby(), SCHOOL, ("enhetschef:skolkontoret",)),
        (with_deputies(), SCHOOL, ("enhetschef:smabyhus", "enhetschef:skolkontoret")),
        (smaby(), "enhetschef:skolkontoret", ("kommunikationschef",)),
        (with_deputies(), "kommunikationschef", ("enhetschef:smabyhus",)),
        (smaby(), "kommunikationschef", ("kommunikationschef",)),
        (smaby(), "taken-out", ("kommunikationschef",)),
    ],
)
def test_deputy_and_head_are_told_and_never_nobody(using: Config, responsible: str, expected: tuple[str, ...]) -> None:
    (case,) = clock.cases(question(), [told(responsible)], using, NOW)
    assert above(replace(case, responsible=(responsible,)), question().assessment, using, NOW.date()) == expected


def test_who_stands_in_that_day_is_told_too_and_who_must_not_know_is_not() -> None:
    day = NOW.date()
    away = (
        Deputy(absent=SCHOOL, deputy="enhetschef:smabyhus", first=day, last=day),
        Deputy(absent="enhetschef:skolkontoret", deputy="kommunikationschef", first=day, last=day),
    )
    using = config(deputies=away)
    (case,) = clock.cases(question(), [told(SCHOOL)], using, NOW)
    about = question().assessment
    assert reminded(case, about, using, day) == (SCHOOL, "enhetschef:smabyhus")
    assert reminded(case, about, using, day + timedelta(days=1)) == (SCHOOL,)
    assert above(case, about, using, day) == ("enhetschef:smabyhus", "enhetschef:skolkontoret", "kommunikationschef")
    accused = replace(about, about_management=True)
    assert SCHOOL not in reminded(case, accused, using, day)
    assert reminded(case, accused, config(), day) == ("enhetschef:skolkontoret",)


def test_clocks_that_cannot_be_meant_are_refused() -> None:
    for wrong in (
        {"hours": 24},
        {"opens": time(18)},
        {"half_days_close": time(18)},
        {"counted": "lunar"},
        {"hours": 0},
    ):
        with pytest.raises(ValidationError):
            Clocks(**wrong)
