"""More posts than usual, by the published formula; and sources that no longer answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.bootstrap import App
from pipelines.config.schema import Spikes
from pipelines.notify import phase, watch
from pipelines.notify.deliver import deliver
from pipelines.notify.spikes import limit
from pipelines.store import issues, sources
from pipelines.store.engine import reading
from pipelines.store.sources import Poll, SourceState
from pipelines.types import Issue, Item, Stance
from tests import builders
from tests.builders import NOW, Clock, entry, item
from tests.notify.servers import Answering

HEAD = "kommunikationschef"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path)
    yield built
    built.engine.dispose()


def watched(app: App, *, since: datetime = NOW - timedelta(days=20), answered: datetime = NOW) -> None:
    with app.engine.begin() as connection:
        sources.log(connection, Poll("smabybladet", since, "ok"))
        for one in app.config.sources:
            state = SourceState(
                one.id, first_fetched_at=since, last_tried_at=answered, last_ok_at=answered, last_new_at=answered
            )
            sources.save_states(connection, [state])


def written(
    hours_ago: float, number: int, *, kind: str = "forum", stance: str = "critical", units: tuple[str, ...] = ()
) -> list[Item]:
    at = NOW - timedelta(hours=hours_ago)
    return [
        item(entry(f"e-{kind}-{hours_ago}-{one}", kind=kind, published=at), units=units, stance=Stance(stance, 0.8))
        for one in range(number)
    ]


def spikes(app: App) -> dict[str, str]:
    """The mails of one look: receiver -> subject."""
    channel = Answering()
    watch.tell_spikes(app)
    deliver(app, channel)
    return {message.receiver: message.subject for message in channel.sent if message.kind == "spike"}


@given(st.lists(st.integers(0, 50), min_size=12, max_size=14))
def test_the_limit_is_the_smallest_count_above_the_formula(before: list[int]) -> None:
    rule = Spikes()
    found = limit(before, rule)
    bound = fmean(before) + 3 * pstdev(before)
    assert found >= 4
    assert found > bound
    assert found == 4 or found - 1 <= bound + 1e-9


def test_a_storm_in_an_hour_is_told_once_in_twelve(app: App) -> None:
    watched(app)
    builders.save(app, [one for hour in range(2, 12) for one in written(hour - 0.5, 1)] + written(0.4, 7))
    assert spikes(app) == {HEAD: "Ovanligt många negativa inlägg i sociala medier: Småby kommun"}
    assert spikes(app) == {}
    assert isinstance(app.clock, Clock)
    app.clock.forward(minutes=30)
    assert spikes(app) == {}


def test_the_mail_says_the_formula_and_which_way_they_lean(app: App) -> None:
    watched(app)
    builders.save(app, written(0.4, 5, stance="supportive", units=("nasviksskolan",)))
    channel = Answering()
    watch.tell_spikes(app)
    deliver(app, channel)
    mails = {message.receiver: message.text for message in channel.sent}
    assert set(mails) == {HEAD, "enhetschef:nasviksskolan"}
    assert "5 inlägg i sociala medier den senaste timmen" in " ".join(mails[HEAD].split())
    assert "Vanligt är 0,0" in mails[HEAD]
    assert "Övervägande positiva: 5 positiva och inga negativa." in mails[HEAD]


def test_the_next_digest_says_that_there_were_more_than_usual(app: App) -> None:
    watched(app)
    builders.save(app, written(0.4, 5, units=("nasviksskolan",)))
    phase.run(app, channel=Answering())
    assert isinstance(app.clock, Clock)
    app.clock.forward(hours=24)
    digests = {mail.receiver: " ".join(mail.text.split()) for mail in phase.preview(app)}
    ours, theirs = "Småby kommun: 5 ", "Näsviksskolan: 5 negativa inlägg i sociala medier på en timme"
    assert ours in digests[HEAD] and theirs in digests[HEAD]
    assert theirs in digests["enhetschef:nasviksskolan"] and ours not in digests["enhetschef:nasviksskolan"]


@pytest.mark.parametrize(
    ("posts", "since", "told"),
    [
        (written(0.4, 3), 20, False),  # fewer than four are never many
        (written(0.4, 4), 20, True),
        (written(0.4, 4), 0.4, False),  # not watched for as long as the formula looks back
        (written(5, 6, kind="news"), 20, True),
        (written(5, 6, kind="news"), 14, False),
        ([one for day in range(15) for one in written(24 * day + 5, 6, kind="news")], 20, False),  # as always
    ],
)
def test_what_is_a_spike(app: App, posts: list[Item], since: float, told: bool) -> None:
    watched(app, since=NOW - timedelta(days=since))
    builders.save(app, posts)
    assert bool(spikes(app)) is told


def test_a_source_that_is_new_makes_no_spike(app: App) -> None:
    watched(app)
    with app.engine.begin() as connection:
        sources.save_states(connection, [SourceState("smabybladet", first_fetched_at=NOW - timedelta(hours=1))])
    builders.save(app, written(0.4, 9))
    assert spikes(app) == {}


# --- sources --------------------------------------------------------------------------------------------------------


def late(app: App) -> set[str]:
    watch.report_silence(app)
    subjects = [f"source:{one.id}" for one in app.config.sources]
    with reading(app.engine) as connection:
        return issues.open_keys(connection, [*subjects, watch.ALL_LATE])


def test_a_source_that_does_not_answer_is_told_after_two_intervals_and_closed_when_it_does(app: App) -> None:
    watched(app)
    with app.engine.begin() as connection:
        state = sources.states(connection)["polisen"]
        sources.save_states(connection, [replace(state, last_ok_at=NOW - timedelta(minutes=19))])
    assert late(app) == set()
    assert isinstance(app.clock, Clock)
    app.clock.forward(minutes=2)
    assert late(app) == {"source:polisen:late"}
    with app.engine.begin() as connection:
        sources.save_states(connection, [replace(state, last_ok_at=app.clock())])
    assert late(app) == set()


def test_when_none_answers_it_is_we_who_stand_still(app: App) -> None:
    watched(app, answered=NOW - timedelta(minutes=30))
    assert late(app) == {watch.ALL_LATE}


def test_a_source_with_a_problem_of_its_own_or_asked_to_be_left_alone_is_not_told_twice(app: App) -> None:
    watched(app)
    with app.engine.begin() as connection:
        old = NOW - timedelta(hours=2)
        states = sources.states(connection)
        sources.save_states(connection, [replace(states["polisen"], last_ok_at=old)])
        issues.report(connection, Issue("source:polisen:fetch", "source:polisen", "Svarar 404.", "Gör något."), NOW)
        sources.save_states(
            connection, [replace(states["rikstidningen"], last_ok_at=old, not_before=NOW + timedelta(hours=1))]
        )
    assert late(app) == {"source:polisen:fetch"}
