"""A change that someone makes on a page: stored with who and why, or refused with a reason; and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form
from sqlalchemy import Connection

from dashboards.auth import Visitor
from pipelines import changes
from pipelines.bootstrap import App
from pipelines.config.beside import Kind
from pipelines.config.schema import Config
from pipelines.errors import ConfigError
from pipelines.store import overlay
from pipelines.store.overlay import Change, TakenError

UNEXPLAINED, TAKEN, UNFIT = "unexplained", "taken", "unfit"
"""Why nothing was changed, where a page cannot say it better: known to the template `changes.html`."""
LONGEST_REASON = 300
Reason = Annotated[str, Form(max_length=LONGEST_REASON)]
Seen = Annotated[int, Form(ge=0)]
"""The last change that stood on the page of the form."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was changed."""

    why: str
    """A word that the template `changes.html` knows, or a whole sentence."""
    details: tuple[str, ...] = ()
    """What the check of the configuration says, for whoever looks after it."""

    @property
    def status(self) -> int:
        return 409 if self.why == TAKEN else 400


class RefusedError(Exception):
    """Nothing may be stored."""

    def __init__(self, why: str, details: Iterable[str] = ()) -> None:
        self.refused = Refused(why, tuple(details))


@dataclass(frozen=True, slots=True)
class Line:
    """One change: what each key was and became. One that is missing before or after is then as in the files."""

    change: Change
    was: Mapping[str, Any]
    keys: tuple[tuple[str, Any, Any], ...]


def save(
    app: App, who: Visitor, kind: Kind, name: str, value: Mapping[str, Any] | None, reason: str, seen: int
) -> Refused | None:
    """Let `value` hold; None takes away what was said. seen: the last change that stood on the page."""
    try:
        with app.engine.begin() as opened:
            store(opened, app, who, kind, name, value, reason, seen)
    except RefusedError as error:
        return error.refused
    return None


def store(
    opened: Connection,
    app: App,
    who: Visitor,
    kind: Kind,
    name: str,
    value: Mapping[str, Any] | None,
    reason: str,
    seen: int,
) -> Config:
    """As `save`, in the caller's transaction, which a refusal must end; returns the configuration with it.

    Raises RefusedError.
    """
    given = Change(name, value, explained(reason), who.account.name, app.clock())
    try:
        return changes.save(opened, app, kind, given, seen)
    except TakenError as error:
        raise RefusedError(TAKEN) from error
    except ConfigError as error:
        raise RefusedError(UNFIT, error.problems) from error


def explained(reason: str) -> str:
    """The reason on one line. Raises RefusedError where there is none."""
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise RefusedError(UNEXPLAINED)
    return said


def last_seen(opened: Connection, kind: Kind, name: str) -> int:
    """The last change of the setting, which a form brings along."""
    found = overlay.newest(opened, kind, name)
    return found.id if found else 0


def lines(history: Iterable[Change]) -> Iterator[Line]:
    """Each change with what it was before, oldest first."""
    held: dict[tuple[str, str], Mapping[str, Any]] = {}
    for change in history:
        before, after = held.get((change.kind, change.name), {}), change.value or {}
        held[change.kind, change.name] = after
        keys = dict.fromkeys((*before, *after))
        told = ((key, before.get(key), after.get(key)) for key in keys if _at(before, key) != _at(after, key))
        yield Line(change, before, tuple(told))


def _at(value: Mapping[str, Any], key: str) -> tuple[bool, Any]:
    """None is a value too: no quiet hours is something else than those of the files."""
    return key in value, value.get(key)
