"""What is new is routed; what is urgent becomes one mail for each story and receiver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import Receiver
from pipelines.notify import beside, compose
from pipelines.notify.route import route
from pipelines.notify.timing import is_news, timely
from pipelines.store import notices, outbox
from pipelines.types import Item, Notice, Told

BATCH = 200
"""Items routed per transaction: a few tenths of a second during which nobody else writes."""


def route_pending(app: App) -> tuple[int, int]:
    """How many Items were routed, and how many new Notices that gave."""
    routed = given = 0
    look_back = max(timedelta(days=app.config.digest.repair_days), _max_age(app))
    while True:
        now = app.clock()
        with app.engine.begin() as connection:
            notices.alone(connection)
            items = notices.awaiting(connection, now - look_back, BATCH)
            for item in items:
                given += notices.save(connection, item, _notices(app, item), now)
        if not items:
            return routed, given
        routed += len(items)


def compose_untold(app: App) -> int:
    """Put one mail in the outbox for each story and receiver that has urgent Notices untold. Returns how many."""
    made = 0
    with app.engine.begin() as connection:
        notices.alone(connection)
        untold = sorted(notices.untold(connection), key=_story_and_receiver)
        for (_, receiver_id), story in groupby(untold, _story_and_receiver):
            # a receiver that has been taken out of the configuration since: the root answers in its place
            receiver = app.config.receiver(receiver_id) or app.config.receiver(app.config.root)
            assert receiver is not None, "the configuration's own check promises a root"
            made += _put(app, connection, receiver, tuple(story))
    return made


def _notices(app: App, item: Item) -> tuple[Notice, ...]:
    if not is_news(item, _max_age(app)):
        return ()
    return timely(route(item, app.config), item, app.clock(), _max_age(app))


def _max_age(app: App) -> timedelta:
    return timedelta(hours=app.config.alerts.max_age_hours)


def _story_and_receiver(one: Told) -> tuple[str, str]:
    return one.notice.story_id, one.notice.receiver


def _put(app: App, connection: Connection, receiver: Receiver, story: Sequence[Told]) -> bool:
    story_id = story[0].notice.story_id
    thread_id = outbox.thread(connection, story_id, receiver.id)
    message = compose.alert(story, receiver, app.config, thread_id=thread_id)
    notices.told_at_once(connection, [one.id for one in story], message.key)
    return beside.put(connection, app.config, message, app.clock(), story_id)
