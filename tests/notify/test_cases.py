"""Clocks over a database: opened by routing, reminded at 24 hours, escalated at 48, once each, whatever runs twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.config.schema import Deputy, Quiet
from pipelines.notify import phase
from pipelines.store import cases, presence, sources
from pipelines.store.engine import reading
from pipelines.store.sources import Poll
from pipelines.types import Item, Severity
from tests import builders
from tests.builders import NOW, Clock, entry, flag, item, smaby
from tests.notify.servers import Answering

HEAD, SCHOOL, OFFICE = "kommunikationschef", "enhetschef:nasviksskolan", "enhetschef:skolkontoret"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path, clock=Clock(NOW - timedelta(hours=5)))
    yield built
    built.engine.dispose()


def question(id: str = "e-fråga", published: datetime = NOW - timedelta(hours=5), **changes: object) -> Item:
    post = entry(id, kind="forum", title="", text="När öppnar simhallen?", published=published)
    return item(post, **({"intent": "question", "units": ("nasviksskolan",)} | changes))


def the_case(app: App) -> Case:
    with reading(app.engine) as connection:
        (found,) = cases.waiting_for(connection, HEAD, all_of_them=True)
    return found


def decide(app: App, case: Case, state: str) -> None:
    with app.engine.begin() as connection:
        cases.decide(connection, case.id, state, by="anna", via="dashboard", now=app.clock())


def sent(channel: Answering) -> Counter[tuple[str, str]]:
    return Counter((message.kind, message.receiver) for message in channel.sent if message.kind != "digest")


def run_for(app: App, hours: float, step: float = 6, channel: Answering | None = None) -> Answering:
    through = channel or Answering()
    for _ in range(int(hours / step)):
        app.clock.forward(hours=step)
        phase.run(app, channel=through)
        phase.run(app, channel=through)
    return through


def test_a_question_nobody_takes_is_reminded_of_once_and_escalated_once(app: App) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    assert sent(run_for(app, 23, step=1)) == {}
    assert sent(run_for(app, 2, step=1)) == {("reminder", SCHOOL): 1}
    assert sent(run_for(app, 22, step=1)) == {}
    assert sent(run_for(app, 24 * 14, step=24)) == {("escalation", OFFICE): 1}
    with reading(app.engine) as connection:
        (case,) = cases.waiting_for(connection, OFFICE, all_of_them=False)
        history = cases.history(connection, case.id)
    assert [(event.action, event.told) for event in history] == [
        ("opened", (SCHOOL,)),
        ("reminded", (SCHOOL,)),
        ("escalated", (OFFICE,)),
    ]


def test_who_acknowledges_is_not_reminded_but_the_head_is_told_when_time_is_up(app: App) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    decide(app, the_case(app), "acknowledged")
    channel = run_for(app, 72)
    assert sent(channel) == {("escalation", OFFICE): 1}
    assert "kvitterat men inte avslutat" in channel.sent[-1].text


@pytest.mark.parametrize("state", ["answered", "removed", "registered", "no-action"])
def test_a_closed_case_is_silent(app: App, state: str) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    decide(app, the_case(app), state)
    assert sent(run_for(app, 72)) == {}


def test_a_case_opened_again_rings_again_where_it_had_not(app: App) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    case = the_case(app)
    decide(app, case, "answered")
    decide(app, case, "acknowledged")
    assert sent(run_for(app, 72)) == {("escalation", OFFICE): 1}


def test_after_a_long_outage_the_head_is_told_and_nobody_reminded(app: App) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    app.clock.forward(days=5)
    channel = Answering()
    phase.run(app, channel=channel)
    assert sent(channel) == {("escalation", OFFICE): 1}


def test_what_is_no_news_starts_no_clock(app: App) -> None:
    """A source's first fetch, and what was weeks old when it came."""
    builders.save(app, [question()], silent=True)
    late = item(entry("e-gammal", published=NOW - timedelta(days=20)), intent="question")
    builders.save(app, [replace(late, first_seen=NOW - timedelta(hours=6))])
    phase.run(app, channel=Answering())
    with reading(app.engine) as connection:
        assert cases.waiting_for(connection, HEAD, all_of_them=True) == ()


def test_an_edited_question_keeps_its_first_clock(app: App) -> None:
    first = question()
    builders.save(app, [first])
    phase.run(app, channel=Answering())
    due = the_case(app).due_at
    app.clock.forward(hours=3)
    builders.save(app, [item(entry("e-fråga", kind="forum", title="", text="När öppnar den?"), intent="question")])
    phase.run(app, channel=Answering())
    assert the_case(app).due_at == due


def test_a_post_that_is_gone_at_its_source_closes_its_case(app: App) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    case = the_case(app)
    with app.engine.begin() as connection:
        presence.save(connection, case.entry_id, NOW, NOW, NOW)
    assert sent(run_for(app, 72)) == {}
    with reading(app.engine) as connection:
        assert cases.one(connection, case.id).state == "removed"
        assert cases.history(connection, case.id)[-1].via == "clock"


def test_a_post_whose_time_is_up_here_closes_its_case_without_saying_that_anyone_removed_it(app: App) -> None:
    builders.save(app, [question()])
    phase.run(app, channel=Answering())
    case = the_case(app)
    with app.engine.begin() as connection:
        builders.purge(connection)
    assert sent(run_for(app, 72)) == {}
    with reading(app.engine) as connection:
        assert cases.one(connection, case.id).state == "no-action"


def test_an_unsuitable_post_on_an_own_account_reaches_the_root_though_no_route_holds(tmp_path: Path) -> None:
    ours = smaby().sources[0].model_copy(update={"own": True})
    using = builders.config(sources=(ours, *smaby().sources[1:]))
    app = builders.app(tmp_path, using, Clock(NOW - timedelta(hours=5)))
    secret = "hemligt ord"
    builders.save(app, [item(entry("e-ful", title="", text=secret), about=False, flags=(flag("threat"),))])
    phase.run(app, channel=Answering())
    channel = run_for(app, 72)
    assert sent(channel) == {("reminder", HEAD): 1, ("escalation", HEAD): 1}
    assert not any(secret in f"{message.subject}{message.text}{message.html}" for message in channel.sent)


def test_the_digest_names_what_waits_to_those_who_are_to_act_and_to_no_other_unit(app: App) -> None:
    builders.save(app, [question()])
    with app.engine.begin() as connection:
        sources.log(connection, Poll("smabybladet", NOW - timedelta(days=9), "ok"))
    app.clock.forward(hours=5)
    channel = Answering()
    phase.digest(app, channel=channel)
    texts = {message.receiver: message.text for message in channel.sent if message.kind == "digest"}
    assert set(texts) == {HEAD, SCHOOL}
    for text in texts.values():
        assert "VÄNTAR PÅ SVAR ELLER ÅTGÄRD (1)" in text and "43 timmar kvar" in text
    app.clock.forward(days=3)
    later = Answering()
    phase.digest(app, channel=later)
    assert {message.receiver for message in later.sent if message.kind == "digest"} == {HEAD}  # nothing new for a unit
    assert "för sent" in later.sent[-1].text


# --- several clocks, and those who sleep ---------------------------------------------------------------------------


def sleeping(tmp_path: Path, *asleep: str, **changes: object) -> App:
    """At 22 in Stockholm, where those sleep until half past seven, with two questions asked 22 and 19 hours ago."""
    quiet = Quiet(begins=time(21), ends=time(7, 30))
    receivers = (
        one.model_copy(update={"quiet": quiet} if one.id in asleep else {"quiet": None}) for one in smaby().receivers
    )
    using = builders.config(receivers=tuple(receivers), **changes)
    return builders.app(tmp_path, using, Clock(datetime(2026, 11, 21, 22, tzinfo=using.zone).astimezone(UTC)))


def test_clocks_of_the_same_hour_are_one_mail(app: App) -> None:
    app.clock.now = NOW
    builders.save(app, [question(f"e{ago}", NOW - timedelta(minutes=ago)) for ago in (10, 40, 100)])
    phase.run(app, channel=Answering())
    reminders = run_for(app, 24, step=1 / 6)
    assert sent(reminders) == {("reminder", SCHOOL): 2}
    alone, both = (message.text for message in reminders.sent)
    assert "/inlagg/e100" in alone and "/inlagg/e40" not in alone
    assert "2 ärenden" in both and "/inlagg/e10#" in both and "/inlagg/e40#" in both
    escalations = run_for(app, 25, step=1 / 6)
    assert sent(escalations) == {("escalation", OFFICE): 2}
    assert "2 ärenden" in escalations.sent[-1].text


def test_nobody_is_told_that_time_has_run_out_before_it_has(app: App) -> None:
    app.clock.now = NOW
    builders.save(app, [question(published=NOW - timedelta(minutes=10))])
    phase.run(app, channel=Answering())
    run_for(app, 47, step=1)
    due = the_case(app).due_at
    channel = Answering()
    while not channel.sent:
        run_for(app, 1 / 6, step=1 / 6, channel=channel)
    assert due <= app.clock() <= due + timedelta(hours=1)


def test_who_sleeps_is_reminded_of_all_of_it_in_the_morning(tmp_path: Path) -> None:
    app = sleeping(tmp_path, SCHOOL)
    builders.save(app, [question(f"e{ago}", app.clock() - timedelta(hours=ago)) for ago in (22, 19)])
    phase.run(app, channel=Answering())
    assert sent(run_for(app, 9, step=0.5)) == {}
    morning = run_for(app, 4, step=0.5)
    assert sent(morning) == {("reminder", SCHOOL): 1}
    assert "2 ärenden" in morning.sent[0].text and "kvar" in morning.sent[0].text


def test_one_who_is_awake_does_not_wait_for_one_who_sleeps_and_each_is_told_once(tmp_path: Path) -> None:
    stands_in = Deputy(absent=SCHOOL, deputy=OFFICE, first=date(2026, 11, 1), last=date(2026, 12, 1))
    app = sleeping(tmp_path, SCHOOL, deputies=(stands_in,))
    builders.save(app, [question(published=app.clock() - timedelta(hours=22))])
    phase.run(app, channel=Answering())
    assert sent(run_for(app, 4, step=0.5)) == {("reminder", OFFICE): 1}
    assert sent(run_for(app, 10, step=0.5)) == {("reminder", SCHOOL): 1}


@pytest.mark.parametrize(
    ("category", "severity", "wakes"),
    [("threat", "low", True), ("bullying", "critical", True), ("bullying", "high", False)],
)
def test_a_reminder_wakes_by_the_rule_that_alerts_do(
    tmp_path: Path, category: str, severity: Severity, wakes: bool
) -> None:
    ours = tuple(source.model_copy(update={"own": True}) for source in smaby().sources)
    app = sleeping(tmp_path, HEAD, sources=ours)
    post = entry("e-ful", published=app.clock() - timedelta(hours=22))
    builders.save(app, [item(post, about=False, flags=(flag(category, severity=severity),))])
    phase.run(app, channel=Answering())
    assert (sent(run_for(app, 4, step=1)) == {("reminder", HEAD): 1}) == wakes
    if not wakes:
        assert sent(run_for(app, 8, step=1)) == {("reminder", HEAD): 1}
