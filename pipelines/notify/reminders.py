"""Cases: opened as items are routed, and told of when their clock says so, each step once to each who is told.

An acknowledged case is in someone's hands and needs no reminder; it is escalated all the same when its time is up. What
comes so far in the same hour is one mail to a receiver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.casework import NOBODY, Action, Case
from pipelines.config.schema import Config, Receiver
from pipelines.notify import beside, clock, compose, hold
from pipelines.notify.caselines import CaseLine, case_line
from pipelines.notify.route import gravest, passes
from pipelines.notify.settings import in_force
from pipelines.register.official import Official
from pipelines.store import cases, items, notices, outbox, register
from pipelines.types import Item, Notice

GONE = "Inlägget finns inte längre hos källan."
EMPTIED = "Inlägget har gallrats."
LONGEST_QUIET = timedelta(hours=24)
"""Whoever slept when a clock rang is told when they wake; whose step was told longer ago has been told by all of it."""
Step = Literal["reminder", "escalation"]
NOTED: Mapping[Step, Action] = {"reminder": "reminded", "escalation": "escalated"}
Waiting = list[tuple[Case, CaseLine]]


def open_cases(app: App, connection: Connection, item: Item, given: Iterable[Notice]) -> None:
    """Start the clocks of an item that is routed just now, where they do not run already."""
    source = app.config.source(item.entry.source_id)
    account = register.of_source(connection, [source.id]).get(source.id) if source and source.own else None
    for case in clock.cases(item, given, app.config, app.clock(), account):
        cases.open_case(connection, case)


def tell(app: App) -> int:
    """Put reminders and escalations that are due in the outbox, each once; close the cases whose post there is no more.

    Returns how many mails that gave.
    """
    now = app.clock()
    with app.engine.begin() as connection:
        notices.alone(connection)
        for case in cases.gone(connection):
            cases.decide(connection, case.id, "removed", by=NOBODY, via="clock", now=now, note=GONE)
        for case in cases.emptied(connection):
            cases.decide(connection, case.id, "no-action", by=NOBODY, via="clock", now=now, note=EMPTIED)
        config = in_force(connection, app.config)
        mails = _due(connection, config, now)
        for (step, id), waiting in mails.items():
            _put(connection, config, step, config.receiver_or_root(id), waiting, now)
    return len(mails)


def _due(connection: Connection, config: Config, now: datetime) -> dict[tuple[Step, str], Waiting]:
    """What each receiver is to be told of now, noted in the cases' histories."""
    begins, ends = clock.hour(now)
    ringing = cases.ringing(connection, begins, ends, now - LONGEST_QUIET)
    found = items.by_id(connection, [case.entry_id for case in ringing])
    written_on = register.of_source(connection, [item.entry.source_id for item in found.values()]) if found else {}
    mails: dict[tuple[Step, str], Waiting] = {}
    for case in ringing:
        if (item := found.get(case.entry_id)) is None:
            continue
        step: Step = "escalation" if case.escalate_at <= begins else "reminder"
        shown = case_line(case, item, config, now)
        told = tuple(dict.fromkeys(_awake(case, item, step, config, now, written_on.get(item.entry.source_id))))
        for id in told:
            mails.setdefault((step, id), []).append((case, shown))
        if told:
            cases.told(connection, case.id, NOTED[step], told, now)
    return mails


def _awake(
    case: Case, item: Item, step: Step, config: Config, now: datetime, account: Official | None
) -> Iterator[str]:
    """Receivers who have not been told of the step and whom quiet hours let be told of it now."""
    about = item.assessment
    day = now.astimezone(config.zone).date()
    severity = gravest(about.flags).severity if about.flags else None
    asked, before = (clock.above, case.escalated_to) if step == "escalation" else (clock.reminded, case.reminded_to)
    for id in asked(case, about, config, day, account):
        receiver = config.receiver_or_root(id)
        asleep = hold.sleeps(receiver.quiet, config.zone, now, severity) and not passes(about, config)
        if receiver.id not in before and not asleep:
            yield receiver.id


def _put(
    connection: Connection, config: Config, step: Step, receiver: Receiver, waiting: Waiting, now: datetime
) -> None:
    if len(waiting) > 1:
        lines = {case.id: shown for case, shown in waiting}
        beside.put(connection, config, compose.of_cases(step, lines, receiver, config), now)
        return
    ((case, shown),) = waiting
    thread_id = outbox.thread(connection, case.story_id, receiver.id)
    message = compose.of_case(step, case.id, shown, receiver, config, thread_id=thread_id)
    beside.put(connection, config, message, now, case.story_id)
