"""What the other channels are told of a mail: little, one row each, and without keeping anyone waiting."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipelines.bootstrap import App
from pipelines.config.schema import Channel as Row
from pipelines.housekeeping import phase as housekeeping
from pipelines.notify import beside, phase
from pipelines.notify.deliver import Delivered, deliver, deliver_all
from pipelines.store.engine import reading
from pipelines.store.schema import issue, message
from pipelines.types import MAIL, Message, Refusal
from tests import builders
from tests.builders import NOW
from tests.notify.servers import Answering

DOWN = Refusal("tjänsten svarade inte", permanent=False, unreachable=True)
NEVER = Refusal("tjänsten svarade 400", permanent=True)
SAID = "Snart är det slut med rektorn, jag vet var hen bor"


def row(id: str = "chatt", **changes: Any) -> Row:
    return Row(id=id, **({"kind": "apprise", "receivers": ("kommunikationschef",)} | changes))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    channels = (
        row(),
        row("chatt-jour", receivers=("enhetschef:nasviksskolan",)),
        row("arenden", kind="webhook", url="https://arenden.example/in", tells=("alert", "digest")),
    )
    built = builders.app(tmp_path, builders.config(channels=channels))
    yield built
    built.engine.dispose()


def put(app: App, key: str = "alert:s1:threat:kommunikationschef", **changes: Any) -> None:
    with app.engine.begin() as connection:
        assert beside.put(connection, app.config, builders.message(key, **changes), app.clock())


def stored(app: App) -> dict[str, Any]:
    with reading(app.engine) as connection:
        return {row.key: row for row in connection.execute(select(message))}


def open_issues(app: App) -> set[str]:
    with reading(app.engine) as connection:
        return set(connection.execute(select(issue.c.key).where(issue.c.closed_at.is_(None))).scalars())


def test_a_flagged_post_goes_to_a_chat_as_category_unit_and_link(app: App) -> None:
    flagged = builders.item(
        builders.entry("hot", title="Näsviksskolan igen", text=SAID),
        alert=True,
        flags=(builders.flag("threat"),),
        units=("nasviksskolan",),
    )
    critical = builders.item(builders.entry("snö"), alert=True, stance=builders.Stance("critical", 0.9))
    builders.save(app, [flagged, critical])
    mails = Answering()
    phase.run(app, channel=mails)
    rows = [one for one in stored(app).values() if one.channel != MAIL]
    assert {one.channel for one in rows} == {"chatt", "chatt-jour", "arenden"}
    for one in rows:
        said = one.subject + one.text + one.html
        for private in (SAID, "Näsviksskolan igen", *flagged.entry.text.split()[-3:], critical.entry.title):
            assert private not in said
        assert one.address == "" and "/inlagg/" in one.text
    assert {sent.channel for sent in mails.sent} == {MAIL}


def test_a_webhooks_body_is_composed_once(app: App) -> None:
    put(app, link="https://bevakning.example/inlagg/e1")
    body = json.loads(stored(app)["alert:s1:threat:kommunikationschef@arenden"].text)
    assert body == {
        "type": "mediebevakning.alert",
        "timestamp": NOW.isoformat(),
        "data": {
            "receiver": "kommunikationschef",
            "subject": "Larm: Hot – Näsviksskolan",
            "link": "https://bevakning.example/inlagg/e1",
        },
    }


def test_a_channel_tells_what_it_is_there_for(app: App) -> None:
    put(app, "digest:kommunikationschef:2026-11-21", kind="digest")
    assert {one.channel for one in stored(app).values()} == {MAIL, "arenden"}


def test_the_same_mail_again_tells_no_channel_again(app: App) -> None:
    put(app)
    with app.engine.begin() as connection:
        mail = builders.message("alert:s1:threat:kommunikationschef")
        assert not beside.put(connection, app.config, mail, app.clock())
    assert len(stored(app)) == 3


def test_keys_fit_their_column_and_differ(app: App) -> None:
    for number in range(2):
        put(app, "alert:" + "x" * 100 + str(number))
    keys = stored(app)
    assert len(keys) == 6 and max(map(len, keys)) <= 128
    assert len({one.message_id for one in keys.values()}) == 6


def test_a_channel_that_hangs_keeps_no_other_waiting(app: App) -> None:
    put(app)
    arrived = threading.Event()

    class Waits(Answering):
        """Hangs until the mail is out: without side by side, for ever."""

        def send(self, message: Message) -> Refusal | None:
            assert arrived.wait(30)
            return super().send(message)

    class Arrives(Answering):
        def send(self, message: Message) -> Refusal | None:
            arrived.set()
            return super().send(message)

    channels = {"chatt": Waits(), MAIL: Arrives(), "arenden": Answering([DOWN])}
    assert deliver_all(app, channels) == Delivered(sent=2, deferred=1)


def test_a_channel_that_is_down_has_an_issue_of_its_own_until_it_is_up(app: App) -> None:
    put(app)
    deliver(app, Answering([DOWN]), "chatt")
    deliver(app, Answering([NEVER]), "arenden")
    assert open_issues(app) == {"channel:chatt:down", "channel:arenden:lost"}
    put(app, "alert:s2", receiver="enhetschef:nasviksskolan")
    deliver(app, Answering(), "chatt-jour")  # whose id begins alike
    assert open_issues(app) == {"channel:chatt:down", "channel:arenden:lost"}
    assert deliver(app, Answering()) == Delivered(sent=2)
    app.clock.forward(hours=2)
    assert deliver(app, Answering(), "chatt") == Delivered(sent=1)
    assert open_issues(app) == {"channel:arenden:lost"}


def test_what_is_no_news_any_more_is_given_up_for_a_chat_and_never_for_mail(app: App) -> None:
    put(app)
    for _ in range(24):
        deliver(app, Answering([DOWN]), "chatt")
        deliver(app, Answering([DOWN]))
        app.clock.forward(hours=1)
    app.clock.forward(minutes=1)
    late = Answering()
    assert deliver(app, late, "chatt") == Delivered(failed=1)
    assert late.sent == []
    assert "channel:chatt:lost" in open_issues(app)
    assert deliver(app, Answering()) == Delivered(sent=1)


def test_a_channel_whose_secret_is_missing_stops_no_mail(app: App) -> None:
    put(app)
    mails = Answering()
    report = phase.run(app, channel=mails)
    assert (report.sent, report.deferred) == (1, 2)
    assert open_issues(app) == {"channel:chatt:down", "channel:arenden:down"}
    with reading(app.engine) as connection:
        said = connection.execute(select(issue.c.text).where(issue.c.key == "channel:chatt:down")).scalar_one()
    assert "MEDIEBEVAKNING_CHANNEL_CHATT" in said


def test_a_copy_is_forgotten_with_its_mail(app: App) -> None:
    put(app)
    deliver_all(app, {name: Answering() for name in (MAIL, "chatt", "arenden")})
    app.clock.now += timedelta(days=app.config.retention.mails_days + 1)
    housekeeping.run(app)
    assert {(one.subject, one.text, one.link) for one in stored(app).values()} == {("", "", "")}
