"""Cases: opened as items are routed, and told of when their clock says so, one mail for each case, step and receiver.

An acknowledged case is in someone's hands and needs no reminder; it is escalated all the same when its time is up.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.casework import NOBODY, Action, Case
from pipelines.notify import beside, clock, compose, hold
from pipelines.notify.caselines import case_line
from pipelines.notify.settings import in_force
from pipelines.store import cases, items, notices, outbox
from pipelines.types import Item, Notice

GONE = "Inlägget finns inte längre hos källan."
EMPTIED = "Inlägget har gallrats."


def open_cases(app: App, connection: Connection, item: Item, given: Iterable[Notice]) -> None:
    """Start the clocks of an item that is routed just now, where they do not run already."""
    for case in clock.cases(item, given, app.config, app.clock()):
        cases.open_case(connection, case)


def tell(app: App) -> int:
    """Put reminders and escalations that are due in the outbox, each once; close the cases whose post there is no more.

    Returns how many mails that gave.
    """
    now = app.clock()
    made = 0
    with app.engine.begin() as connection:
        notices.alone(connection)
        for case in cases.gone(connection):
            cases.decide(connection, case.id, "removed", by=NOBODY, via="clock", now=now, note=GONE)
        for case in cases.emptied(connection):
            cases.decide(connection, case.id, "no-action", by=NOBODY, via="clock", now=now, note=EMPTIED)
        ringing = cases.ringing(connection, now)
        found = items.by_id(connection, [case.entry_id for case in ringing])
        for case in ringing:
            if item := found.get(case.entry_id):
                made += _tell(app, connection, case, item)
    return made


def _tell(app: App, connection: Connection, case: Case, item: Item) -> int:
    now = app.clock()
    config = in_force(connection, app.config)
    day = now.astimezone(config.zone).date()
    late = case.escalate_at <= now
    step: Action = "escalated" if late else "reminded"
    receivers = (clock.above if late else clock.reminded)(case, item.assessment, config, day)
    shown = case_line(case, item, config, now)
    made = 0
    for id in receivers:
        # a receiver that has been taken out of the configuration since: the root answers in its place
        receiver = config.receiver(id) or config.receiver(config.root)
        assert receiver is not None, "the configuration's own check promises a root"
        thread_id = outbox.thread(connection, case.story_id, receiver.id)
        message = compose.of_case(
            "escalation" if late else "reminder", case.id, shown, receiver, config, thread_id=thread_id
        )
        later = hold.quiet_until(receiver.quiet, config.zone, now)
        made += beside.put(connection, config, message, now, case.story_id, not_before=later)
    cases.told(connection, case.id, step, receivers, now)
    return made
