"""Ask one source: its requests, their pages, what they hold. Touches the door, not the database."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING

from pipelines.collect.answers import SOFT
from pipelines.collect.fetch import Door, Outcome, Validators
from pipelines.collect.hosts import PATIENCE
from pipelines.collect.parse import Context
from pipelines.collect.schedule import Visit, key
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.types import Entry, Failure, NotModified, Parsed, Payload, Request

if TYPE_CHECKING:
    from pipelines.store.sources import SourceState

MAX_PAGES = 5
"""Pages that one visit takes of one request; what is behind them is left to the past."""


@dataclass(slots=True)
class _Found:
    """What the answers of one visit come to, as they come."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    failure: Failure | None = None
    answered: bool = False
    """Any answer but 304."""
    moved_to: str | None = None


async def ask(
    source: Source, state: SourceState, door: Door, pseudonym: Callable[[str], str], zone: tzinfo
) -> tuple[Visit, tuple[Entry, ...]]:
    """The visit (without counts, which only the store knows) and the Entries it brought.

    Raises Busy, and has asked nothing, where the host is not to be asked for a while.
    """
    family, found, patience = FAMILIES[source.family], _Found(), PATIENCE
    context = Context(pseudonym, zone, state.cursor)
    for first in family.requests(source, state.cursor):
        request: Request | None = first
        for _ in range(MAX_PAGES):
            if request is None or found.failure:
                break
            known = state.validators.get(key(request.url), (None, None))
            outcome = await door.get(_moved(request, source, state), known, source.spacing_seconds, patience)
            patience = math.inf  # what is begun is ended
            parsed = await _understand(outcome, source, context, found)
            if request is first:
                _note(first, outcome, known, source, found)
            request = parsed.follow if parsed else None
    if found.moved_to is None and not found.failure:
        found.moved_to = state.moved_to
    return _summed_up(found), tuple(found.entries)


def _moved(request: Request, source: Source, state: SourceState) -> Request:
    """The request, at the address that the source has moved to for good."""
    return Request(state.moved_to, request.headers) if state.moved_to and request.url == source.url else request


async def _understand(outcome: Outcome, source: Source, context: Context, found: _Found) -> Parsed | None:
    match outcome:
        case Failure():
            found.failure = outcome
            return None
        case NotModified():
            return None
        case Payload():
            found.answered = True
            # in a thread: a large feed takes a second to read, and the others' clocks tick meanwhile
            parsed = await asyncio.to_thread(FAMILIES[source.family].parse, outcome, source, context)
            if parsed.problems and not parsed.entries:
                found.failure = Failure(" ".join(parsed.problems), SOFT, 200)
                return None
            found.entries += parsed.entries
            found.problems += (problem for problem in parsed.problems if problem not in found.problems)
            if parsed.cursor:
                found.cursors.append(parsed.cursor)
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
    )
