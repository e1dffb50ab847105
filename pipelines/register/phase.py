"""Accounts that have gone silent: told as an Issue and by mail to whoever is responsible, each step once.

Source -last post-> Silent -step due-> Message, Issue, a line of the account's history. A second run, and a run after a
crash, find what was told and tell it no more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.notify import beside, hold
from pipelines.notify.passive import Silent, passive
from pipelines.notify.settings import in_force
from pipelines.notify.wording import day as day_name
from pipelines.register.official import Official
from pipelines.register.passive import Seen, Step, state, step_due, told_of
from pipelines.register.words import network, words
from pipelines.store import issues, register, sources
from pipelines.store.register import Telling
from pipelines.store.sources import SourceState
from pipelines.types import Issue

CLOCK = "clock"
"""Who has told: nobody."""


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """Counts of one run. `watched`: open accounts with a source of their own posts; `unseen`: those of which nothing
    can be said, since it does not answer or has shown nothing; `mails`: what was put in the outbox."""

    watched: int = 0
    silent: int = 0
    unseen: int = 0
    mails: int = 0

    def counts(self) -> dict[str, int]:
        """As a task hands it on."""
        return asdict(self)


def run(app: App) -> RegisterReport:
    """Tell of each account that is silent, in one transaction; close the issues of those that no longer are."""
    now = app.clock()
    found = {"alive": 0, "silent": 0, "empty": 0, "unseen": 0}
    mails = 0
    with app.engine.begin() as connection:
        config = in_force(connection, app.config)
        states = sources.states(connection)
        for account in register.current(connection):
            if not account.is_open or not account.feed or config.source(account.feed) is None:
                issues.close(connection, _key(account), now)
                continue
            seen = _seen(connection, account.feed, states, now)
            said = state(seen, config.accounts, now)
            found[said] += 1
            _note(connection, account, said, seen, config, now)
            if said == "silent" and seen.last_post is not None:
                mails += _tell(connection, account, seen.last_post, config, now)
    return RegisterReport(sum(found.values()), found["silent"], found["unseen"] + found["empty"], mails)


def _seen(connection: Connection, feed: str, states: dict[str, SourceState], now: datetime) -> Seen:
    at = states.get(feed)
    return Seen(at.last_ok_at if at else None, register.last_post(connection, feed, now))


def _note(connection: Connection, account: Official, said: str, seen: Seen, config: Config, now: datetime) -> None:
    """The Issue that holds, and no other of the account's."""
    text, remedy = _problem(account, said, seen, config, now)
    for kind in ("silent", "empty", "unseen"):
        if kind == said:
            issues.report(connection, Issue(_key(account, kind), register.subject(account.id), text, remedy), now)
        else:
            issues.close(connection, _key(account, kind), now)


def _problem(account: Official, said: str, seen: Seen, config: Config, now: datetime) -> tuple[str, str]:
    told, name = words()["silent"], f"{network(account.network)} {account.handle}"
    match said:
        case "silent" if seen.last_post:
            days = (now - seen.last_post).days
            day = day_name(seen.last_post.astimezone(config.zone).date())
            return told["issue"].format(name=name, day=day, days=days), told["remedy"]
        case "empty":
            return told["nothing"].format(name=name), told["unseen_remedy"]
        case "unseen" if seen.answered:
            day = day_name(seen.answered.astimezone(config.zone).date())
            return told["unseen"].format(name=name, day=day), told["unseen_remedy"]
    return told["never"].format(name=name), told["unseen_remedy"]


def _tell(connection: Connection, account: Official, since: datetime, config: Config, now: datetime) -> int:
    """Take the step that is due, if any. Returns how many mails."""
    taken = [(one.step, one.at) for one in register.tellings(connection, account.id, since)]
    step = step_due(taken, config.accounts, now)
    if step is None:
        return 0
    receivers = told_of(step, account, config, now.astimezone(config.zone).date())
    put = [_put(connection, step, account, since, id, config, now) for id in receivers]
    register.told(connection, account.id, Telling(step, since, receivers, now), by=CLOCK)
    return sum(put)


def _put(
    connection: Connection, step: Step, account: Official, since: datetime, id: str, config: Config, now: datetime
) -> bool:
    receiver = config.receiver_or_root(id)
    about = Silent(
        id=account.id,
        network=network(account.network),
        handle=account.handle,
        address=account.address,
        last_post=since,
        days=(now - since).days,
        responsible=config.receiver_or_root(account.responsible).title,
    )
    later = hold.quiet_until(receiver.quiet, config.zone, now)
    return beside.put(connection, config, passive(step, about, receiver, config), now, not_before=later)


def _key(account: Official, kind: str = "") -> str:
    """Of the Issue of this kind; without one, what all of the account's begin with."""
    return f"{register.subject(account.id)}:{kind}"
