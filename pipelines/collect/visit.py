"""Ask one source: its login, its requests, what they lead to, what they hold. Touches the door, not the database."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.asking import Failure, NotModified, Payload, Request
from pipelines.collect.answers import SOFT
from pipelines.collect.budget import Purse
from pipelines.collect.fetch import Door, Outcome, Validators
from pipelines.collect.hosts import PATIENCE
from pipelines.collect.parse import Context
from pipelines.collect.redact import redacted, tokens
from pipelines.collect.schedule import Visit, key
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.types import Entry, Parsed

if TYPE_CHECKING:
    from pipelines.store.sources import SourceState

MAX_PAGES = 5
"""Answers that one visit takes of what one request leads to, each request of its own counted apart; what is behind
them is left to the past."""
CLOSED = frozenset((403, 404, 410))
"""Statuses that say no more of an optional request than that there is nothing to have."""


@dataclass(slots=True)
class _Found:
    """What the answers of one visit come to, as they come."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    transcripts: dict[str, tuple[str, str]] = field(default_factory=dict)
    failure: Failure | None = None
    answered: bool = False
    """Any answer but 304."""
    moved_to: str | None = None


@dataclass(slots=True)
class _Asking:
    """One visit under way."""

    source: Source
    state: SourceState
    door: Door
    context: Context
    purse: Purse
    found: _Found = field(default_factory=_Found)
    patience: float = PATIENCE

    async def get(self, request: Request, known: Validators = (None, None)) -> Outcome:
        if refusal := self.purse.refusal(request):
            return refusal
        explain = FAMILIES[self.source.family].explain
        outcome = await self.door.get(request, known, self.source.spacing_seconds, self.patience, explain)
        self.patience = math.inf  # what is begun is ended
        if not isinstance(outcome, Payload):  # what a Payload cost is known when it has been read
            self.purse.pay(request, outcome)
        return outcome


async def ask(
    source: Source, state: SourceState, door: Door, context: Context, purse: Purse | None = None
) -> tuple[Visit, tuple[Entry, ...]]:
    """The visit (without counts, which only the store knows) and the Entries it brought. `purse` is what the visit may
    use up, and counts what it does; without one, the source's whole budget.

    Raises Busy, and has asked nothing, where the host is not to be asked for a while.
    """
    asking = _Asking(source, state, door, context, purse or Purse(source.budget, context.now))
    await _log_in(asking)
    if asking.found.failure is None:
        for first in FAMILIES[source.family].requests(source, asking.context):
            await _follow(asking, first)
    found = asking.found
    if found.moved_to is None and not found.failure:
        found.moved_to = state.moved_to
    hidden = tokens(asking.context.secrets, source.url)
    return redacted(_summed_up(found), tuple(found.entries), hidden)


async def _log_in(asking: _Asking) -> None:
    login = FAMILIES[asking.source.family].login
    if login is None:
        return
    outcome = await asking.get(login.request(asking.source, asking.context))
    given = login.read(outcome) if isinstance(outcome, Payload) else outcome
    if isinstance(given, Failure):
        asking.found.failure = given
    elif not isinstance(given, NotModified):
        asking.context = replace(asking.context, secrets={**asking.context.secrets, **given})


async def _follow(asking: _Asking, first: Request) -> None:
    """Ask `first`, and what its answer leads to, until nothing is left, something fails, or it is enough."""
    waiting, source, found = deque([first]), asking.source, asking.found
    for _ in range(MAX_PAGES):
        if not waiting or found.failure:
            return
        request = waiting.popleft()
        known = asking.state.validators.get(key(request.url), (None, None))
        outcome = await asking.get(_moved(request, source, asking.state), known)
        parsed = await _understand(outcome, request, asking)
        if request is first:
            _note(first, outcome, known, source, found)
        if parsed:
            waiting.extend(parsed.follow)


def _moved(request: Request, source: Source, state: SourceState) -> Request:
    """The request, at the address that the source has moved to for good."""
    return replace(request, url=state.moved_to) if state.moved_to and request.url == source.url else request


async def _understand(outcome: Outcome, request: Request, asking: _Asking) -> Parsed | None:
    found = asking.found
    match outcome:
        case Failure():
            if not (request.optional and outcome.status in CLOSED):
                found.failure = outcome
            return None
        case NotModified():
            return None
        case Payload():
            found.answered = True
            # in a thread: a large feed, or a small one made to be slow, takes seconds, and the others' clocks tick
            read = FAMILIES[asking.source.family].parse
            parsed = await asyncio.to_thread(read, outcome, asking.source, asking.context)
            asking.purse.pay(request, outcome, parsed.cost)
            if parsed.failure:
                found.failure = parsed.failure
                return None
            if parsed.problems and not parsed.entries:
                found.failure = Failure(" ".join(parsed.problems), SOFT, 200)
                return None
            found.entries += parsed.entries
            found.problems += (problem for problem in parsed.problems if problem not in found.problems)
            found.cursors += [parsed.cursor] if parsed.cursor else []
            found.transcripts |= parsed.transcripts
            found.waits += [parsed.wait] if parsed.wait is not None else []
            return parsed


def _note(first: Request, outcome: Outcome, known: Validators, source: Source, found: _Found) -> None:
    """Remember what lets the next visit be short; not of an answer that could not be read whole: ask for it anew."""
    if isinstance(outcome, NotModified):
        found.validators[key(first.url)] = known
    elif isinstance(outcome, Payload) and not found.problems:
        found.validators[key(first.url)] = (outcome.etag, outcome.last_modified)
        if first.url == source.url:
            found.moved_to = outcome.moved_to


def _summed_up(found: _Found) -> Visit:
    return Visit(
        failure=found.failure,
        problems=tuple(found.problems),
        unchanged=not found.answered and found.failure is None,
        validators=found.validators,
        cursor=max(found.cursors, key=lambda cursor: (len(cursor), cursor), default=None),
        moved_to=found.moved_to,
        wait=max(found.waits, default=None),
        transcripts=found.transcripts,
    )
