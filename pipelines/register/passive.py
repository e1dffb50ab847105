"""When an account has gone silent, and who is to be told of it next. Pure: it is told what the time is.

Whoever is responsible is told, then once more, and then it is proposed to the root receiver to close the account; each
step so long after the one before as the configuration says, so that who has not been told before is not told thrice at
once. A post begins it all anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from pipelines.config.schema import Accounts, Config
from pipelines.notify.standing import deputies
from pipelines.register.official import Official

Step = Literal["first", "again", "close"]
STALE = timedelta(days=7)
"""A source that has not answered for so long says nothing of its account."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an account's own posts."""

    answered: datetime | None
    """When its source last answered; None where it never has."""
    last_post: datetime | None
    """None where the source has shown none."""


def state(seen: Seen, accounts: Accounts, now: datetime) -> Literal["alive", "silent", "empty", "unseen"]:
    """ "unseen": nothing can be said. "empty": there is a source, but it has shown no post at all."""
    if seen.answered is None or now - seen.answered > STALE:
        return "unseen"
    if seen.last_post is None:
        return "empty"
    return "silent" if now - seen.last_post >= timedelta(days=accounts.passive_days) else "alive"


def step_due(told: Iterable[tuple[str, datetime]], accounts: Accounts, now: datetime) -> Step | None:
    """The step that is due for an account that is silent; told: the steps that were taken, and when."""
    at: dict[str, datetime] = {}
    for name, when in told:
        at.setdefault(name, when)
    if "first" not in at:
        return "first"
    if "again" not in at:
        return "again" if now - at["first"] >= timedelta(days=accounts.again_after_days) else None
    if "close" not in at:
        return "close" if now - at["again"] >= timedelta(days=accounts.close_after_days) else None
    return None


def told_of(step: Step, account: Official, config: Config, day: date) -> tuple[str, ...]:
    """Ids of the receivers who are told at `step` on that local date: who is responsible, with those who stand in for
    them; the root last, with whoever is responsible, so that nobody is surprised."""
    known = account.responsible if config.receiver(account.responsible) else config.root
    away = deputies(config, known, day)
    stands_in = (account.deputy,) if account.deputy and config.receiver(account.deputy) else ()
    near = (known, *away, *(stands_in if away or step != "first" else ()))
    return tuple(dict.fromkeys(((config.root,) if step == "close" else ()) + near))
