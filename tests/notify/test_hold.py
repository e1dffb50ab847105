"""What may leave when: a table of hours, days that are longer or shorter, years that end, and what passes all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from pipelines.config.schema import Alerts, Deputy, Duty, Quiet, Receiver
from pipelines.notify import hold
from pipelines.notify.hold import Silence, day_begins, is_due, muted, quiet_until
from pipelines.notify.route import route
from pipelines.types import Told
from tests import builders
from tests.builders import NOW, flag, item, told

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHT = Quiet(begins=time(22), ends=time(7, 30))
ALERTS = Alerts()
HEAD = "kommunikationschef"


def local(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)


def alert(category: str = "bullying", severity: str = "high", *, age: float = 60, occasion: str = "first") -> Told:
    """An alert of that severity, published so many minutes ago."""
    post = builders.entry(published=NOW - timedelta(minutes=age))
    made = told(item(post, flags=(flag(category, severity=severity),), alert=True), category)
    passes = category in ALERTS.always
    return replace(made, notice=replace(made.notice, severity=severity, passes=passes, occasion=occasion))


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-21T21:59", None),
        ("2026-11-21T22:00", "2026-11-22T07:30"),
        ("2026-11-22T03:00", "2026-11-22T07:30"),
        ("2026-11-22T07:30", None),
        ("2026-12-31T23:30", "2027-01-01T07:30"),  # the year ends in it
        ("2028-02-28T23:00", "2028-02-29T07:30"),
        ("2026-03-28T23:00", "2026-03-29T07:30"),  # an hour shorter
        ("2026-03-29T03:30", "2026-03-29T07:30"),
        ("2026-10-24T23:00", "2026-10-25T07:30"),  # an hour longer
    ],
)
def test_the_night_by_the_clock_on_the_wall(now: str, ends: str | None) -> None:
    assert quiet_until(NIGHT, STOCKHOLM, local(now)) == (local(ends) if ends else None)


@pytest.mark.parametrize("fold", [0, 1])
def test_both_half_past_twos_of_the_longest_night_are_quiet(fold: int) -> None:
    assert quiet_until(NIGHT, STOCKHOLM, local("2026-10-25T02:30", fold=fold)) == local("2026-10-25T07:30")


def test_a_night_lasts_nine_and_a_half_hours_but_for_two_a_year() -> None:
    lengths = {
        day: local(f"{day + timedelta(days=1)}T07:30") - local(f"{day}T22:00")
        for day in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 12, 31))
    }
    assert [length / timedelta(hours=1) for length in lengths.values()] == [8.5, 10.5, 9.5]
    assert day_begins(local("2026-10-25T12:00"), STOCKHOLM) == local("2026-10-25T00:00")


def test_quiet_hours_by_day_do_not_reach_across_midnight() -> None:
    noon = Quiet(begins=time(12), ends=time(13))
    assert quiet_until(noon, STOCKHOLM, local("2026-11-21T12:59")) == local("2026-11-21T13:00")
    assert quiet_until(noon, STOCKHOLM, local("2026-11-21T23:00")) is None
    assert quiet_until(None, STOCKHOLM, NOW) is None


@pytest.mark.parametrize(
    ("one", "leaves"),
    [
        (alert("threat", "low"), True),  # a threat at three in the morning
        (alert("self_harm", "critical"), True),
        (alert("bullying", "high"), False),
        (alert("crime", "medium"), False),
    ],
)
def test_at_three_in_the_morning(one: Told, leaves: bool) -> None:
    night = local("2026-11-21T03:00")
    assert is_due([one], NIGHT, STOCKHOLM, ALERTS, night, None) is leaves
    assert is_due([one], NIGHT, STOCKHOLM, ALERTS, local("2026-11-21T07:30"), None)
    assert is_due([alert(), one], NIGHT, STOCKHOLM, ALERTS, night, None) is leaves  # what leaves takes the rest along


@pytest.mark.parametrize(
    ("one", "last_minutes_ago", "leaves"),
    [
        (alert("crime", "medium", age=4), None, False),
        (alert("crime", "medium", age=6), None, True),
        (alert("bullying", "high", age=0), None, True),
        (alert(occasion="unit:omsorgen"), 119, False),
        (alert(occasion="unit:omsorgen"), 121, True),
        (alert(occasion="new:e9"), 10, False),
        (alert(occasion="worse:high"), 1, True),
        (alert(occasion="kind:news"), -60, True),  # the clock has been set back
    ],
)
def test_a_short_while_for_others_and_a_longer_one_between_two_of_a_story(
    one: Told, last_minutes_ago: float | None, leaves: bool
) -> None:
    last = None if last_minutes_ago is None else NOW - timedelta(minutes=last_minutes_ago)
    assert is_due([one], None, STOCKHOLM, ALERTS, NOW, last) is leaves


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"rule": "bullying"}, "silence:s"),
        ({"source": "smabybladet"}, "silence:s"),
        ({"story": "s-e1"}, "silence:s"),
        ({"rule": "bullying", "source": "smabybladet"}, "silence:s"),
        ({"rule": "bullying", "source": "another"}, None),
        ({"unit": "omsorgen"}, None),
    ],
)
def test_a_silence_holds_where_all_it_says_holds(said: dict[str, str], why: str | None) -> None:
    silence = Silence.model_validate(said | {"until": NOW + timedelta(hours=1)})
    given = {"silences": {"s": silence}, "max_age": timedelta(hours=48), "knows_graver": False}
    assert muted(alert(), now=NOW, **given) == why
    assert muted(alert(), now=NOW + timedelta(hours=1), **given) is None
    threat = alert("threat")
    over = {"s": silence.model_copy(update={"rule": "threat"})}
    assert muted(threat, now=NOW, **(given | {"silences": over})) is None  # a threat is never silenced


def test_what_is_critical_mutes_the_warnings_of_its_story() -> None:
    def why(one: Told) -> str | None:
        return muted(one, {}, NOW, timedelta(hours=48), knows_graver=True)

    assert [why(alert("crime", severity)) for severity in ("low", "medium", "high")] == ["graver", "graver", None]
    assert why(alert("threat", "low")) is None
    assert why(alert(age=49 * 60)) == "old"


def test_a_silence_on_everything_is_refused() -> None:
    with pytest.raises(ValidationError, match="name a unit"):
        Silence(until=NOW)


def test_the_cap_holds_back_all_but_threats() -> None:
    assert hold.is_capped([alert()], 25, ALERTS)
    assert not hold.is_capped([alert()], 24, ALERTS)
    assert not hold.is_capped([alert(), alert("threat")], 99, ALERTS)


# --- deputies and duty ----------------------------------------------------------------------------------------------

AWAY = Deputy(absent=HEAD, deputy="enhetschef:omsorgen", first=date(2026, 12, 30), last=date(2027, 1, 2))
THEN = Deputy(absent="enhetschef:omsorgen", deputy="enhetschef:smabyhus", first=date(2027, 1, 1), last=date(2027, 1, 1))
BACK = Deputy(absent="enhetschef:smabyhus", deputy=HEAD, first=date(2027, 1, 1), last=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("now", "receivers"),
    [
        ("2026-12-29T23:59", [HEAD]),
        ("2026-12-30T00:00", [HEAD, "enhetschef:omsorgen"]),
        ("2027-01-01T12:00", [HEAD, "enhetschef:omsorgen", "enhetschef:smabyhus"]),  # the deputy is away as well
        ("2027-01-02T23:59", [HEAD, "enhetschef:omsorgen"]),
        ("2027-01-03T00:00", [HEAD]),
    ],
)
def test_deputies_by_local_date_across_the_year(now: str, receivers: list[str]) -> None:
    config = builders.config(deputies=(AWAY, THEN, BACK))
    day = local(now).astimezone(STOCKHOLM).date()
    assert [
        notice.receiver for notice in route(item(stance=builders.Stance("critical", 0.8)), config, day)
    ] == receivers


def test_a_deputy_who_is_accused_is_not_told() -> None:
    config = builders.config(deputies=(AWAY,))
    accused = item(units=("omsorgen",), flags=(flag("bullying"),), alert=True, about_management=True)
    assert [notice.receiver for notice in route(accused, config, date(2026, 12, 31))] == [HEAD]


def test_who_is_on_duty_answers_to_the_rosters_name() -> None:
    awake = Receiver(id="beredskap", title="Beredskap", address="beredskap@smaby.example")
    duty = Duty(roster="jour", receiver="beredskap", first=date(2026, 12, 31), last=date(2027, 1, 1))
    everything = builders.smaby().routes[0].model_copy(update={"to": ("jour",)})
    config = builders.config(duty=(duty,), routes=(everything,), receivers=(*builders.smaby().receivers, awake))
    given = item(flags=(flag("bullying"),), alert=True)
    assert "beredskap" in {one.receiver for one in route(given, config, date(2027, 1, 1))}
    assert {one.receiver for one in route(given, config, date(2027, 1, 2))} == {HEAD}
