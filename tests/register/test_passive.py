"""Accounts that have gone silent: found by their own posts, told step by step, each step once, and no longer when they
write again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from pipelines.bootstrap import App
from pipelines.config.schema import Accounts, Deputy, Source
from pipelines.register import passive, phase
from pipelines.register.official import Official
from pipelines.store import issues, outbox, register, sources
from pipelines.store.engine import reading
from pipelines.store.sources import SourceState
from pipelines.types import Message
from tests import builders
from tests.builders import NOW, Clock, config, entry, official, smaby

CHIEF, SCHOOL, OFFICE = "kommunikationschef", "enhetschef:nasviksskolan", "enhetschef:skolkontoret"
FEED = Source.model_validate(
    {"id": "flodet", "name": "Skolans konto", "family": "rss", "kind": "social", "url": "https://flode.example/x"}
)
LAST = NOW - timedelta(days=59)
SILENT = official("skolan", responsible=SCHOOL, deputy=OFFICE, feed="flodet")


@pytest.fixture
def app(tmp_path: Path) -> App:
    """The school's account, whose last post is 59 days old, one day before it is passive."""
    made = builders.app(tmp_path, config(sources=(*smaby().sources, FEED)), Clock(NOW))
    wrote(made, LAST)
    enter(made, SILENT)
    return made


def wrote(app: App, at: datetime) -> None:
    builders.save(app, [builders.item(entry(f"inlägg {at}", source_id="flodet", published=at))])


def enter(app: App, given: Official) -> None:
    with app.engine.begin() as connection:
        seen = register.last_change(connection, given.id)
        register.change(connection, given, seen=seen, by="anna", reason="Därför", now=NOW)


def night(app: App, days: float = 1, *, answers: bool = True) -> phase.RegisterReport:
    """A day goes by, and the phase runs twice."""
    app.clock.forward(days=days)  # type: ignore[attr-defined]
    if answers:
        with app.engine.begin() as connection:
            sources.save_states(connection, [SourceState("flodet", last_ok_at=app.clock())])
    first = phase.run(app)
    assert phase.run(app).mails == 0
    return first


def mails(app: App) -> list[Message]:
    with app.engine.begin() as connection:
        claimed = outbox.claim(connection, "test", app.clock() + timedelta(days=2), timedelta(minutes=1), 100)
    return sorted((one for one, _ in claimed), key=lambda one: one.key)


def told(app: App) -> list[tuple[str, tuple[str, ...]]]:
    with reading(app.engine) as connection:
        events = register.history(connection, "skolan")
    return [(one.value["step"], tuple(one.value["told"])) for one in events if one.action == "told"]


def problem(app: App) -> tuple[str, ...]:
    with reading(app.engine) as connection:
        return issues.open_texts(connection, ["register:skolan"]).get("register:skolan", ())


def test_a_year_of_silence_is_three_steps_and_then_quiet(app: App) -> None:
    assert night(app, 0.9).silent == 0 and problem(app) == ()
    made = {day: night(app).mails for day in range(45)}
    assert {day: count for day, count in made.items() if count} == {0: 1, 14: 2, 28: 3}
    assert night(app, 320).mails == 0
    assert told(app) == [("first", (SCHOOL,)), ("again", (SCHOOL, OFFICE)), ("close", (CHIEF, SCHOOL, OFFICE))]
    assert problem(app) == (
        f"Facebook Småby kommun: inget nytt inlägg sedan onsdag 23 september 2026 ({59 + 365} dagar).",
    )


def test_a_post_ends_it_and_the_next_silence_begins_anew(app: App) -> None:
    night(app, 2)
    wrote(app, app.clock())
    assert night(app).silent == 0 and problem(app) == ()
    assert night(app, 61).mails == 1
    assert [step for step, _ in told(app)] == ["first", "first"]


def test_who_is_found_late_is_not_told_thrice_at_once(app: App) -> None:
    assert [night(app, days).mails for days in (300, 1, 12, 1)] == [1, 0, 0, 2]


def test_who_is_away_has_a_deputy_who_is_told_at_once(app: App) -> None:
    day = NOW.date()
    away = Deputy(absent=SCHOOL, deputy="enhetschef:omsorgen", first=day, last=day + timedelta(days=30))
    other = replace(app, config=app.config.model_copy(update={"deputies": (away,)}))
    night(other, 2)
    assert told(app) == [("first", (SCHOOL, "enhetschef:omsorgen", OFFICE))]


def test_one_whose_responsible_is_gone_from_the_configuration_goes_to_the_root(app: App) -> None:
    enter(app, SILENT.model_copy(update={"responsible": "finns-inte"}))
    night(app, 2)
    assert told(app) == [("first", (CHIEF,))]


def test_a_source_that_does_not_answer_says_nothing_of_its_account(app: App) -> None:
    night(app, 0.1)
    assert night(app, 100, answers=False) == phase.RegisterReport(watched=1, unseen=1)
    assert "har inte svarat sedan" in problem(app)[0] and told(app) == []
    assert night(app).mails == 1 and "inget nytt inlägg" in problem(app)[0]


@pytest.mark.parametrize(
    "changes", [{"closed": NOW.date()}, {"feed": None}, {"feed": "finns-inte"}], ids=["closed", "none", "unknown"]
)
def test_nothing_is_told_of_a_closed_account_or_one_without_a_source(app: App, changes: dict[str, object]) -> None:
    night(app, 2)
    enter(app, SILENT.model_copy(update=changes))
    assert night(app, 30) == phase.RegisterReport() and problem(app) == ()


def test_a_crash_in_the_middle_tells_all_or_nothing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    night(app, 0.1)
    app.clock.forward(days=2)  # type: ignore[attr-defined]
    with monkeypatch.context() as broken, pytest.raises(OperationalError):
        broken.setattr(register, "told", _breaks)
        phase.run(app)
    assert mails(app) == [] and told(app) == [] and problem(app) == ()
    assert phase.run(app).mails == 1


def _breaks(*_: object, **__: object) -> None:
    raise OperationalError("disk full", {}, Exception())


def test_the_mail_says_what_to_do_and_leads_to_the_register(app: App) -> None:
    night(app, 2)
    (mail,) = mails(app)
    assert (mail.kind, mail.receiver) == ("register", SCHOOL)
    assert mail.link.endswith("/forteckning/skolan") and mail.link in mail.text and mail.link in mail.html


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(moments, st.timedeltas(timedelta(0), timedelta(days=400)), st.integers(7, 365))
def test_silent_is_exactly_when_the_days_have_gone_by(last: datetime, gone: timedelta, limit: int) -> None:
    rule = Accounts(passive_days=limit)
    said = passive.state(passive.Seen(last + gone, last), rule, last + gone)
    assert said == ("silent" if gone >= timedelta(days=limit) else "alive")


@given(st.lists(st.timedeltas(timedelta(hours=1), timedelta(days=40)), max_size=40))
def test_steps_come_in_order_once_each_and_never_sooner_than_they_may(waits: list[timedelta]) -> None:
    rule, now = Accounts(), NOW
    taken: list[tuple[str, datetime]] = []
    for wait in waits:
        now += wait
        if step := passive.step_due(taken, rule, now):
            taken.append((step, now))
    assert [step for step, _ in taken] == ["first", "again", "close"][: len(taken)]
    spaces = [later - sooner for (_, sooner), (_, later) in pairwise(taken)]
    assert all(space >= timedelta(days=14) for space in spaces)
