"""What a visit leaves for a human to look at, and what it shows to be over: pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.collect import wording
from pipelines.collect.schedule import WORN_OUT, Visit
from pipelines.config.schema import Source
from pipelines.types import Issue

if TYPE_CHECKING:
    from pipelines.collect.budget import Purse
    from pipelines.store.sources import SourceState


def problems(source: Source, after: SourceState, visit: Visit, purse: Purse) -> Iterator[Issue]:
    """The Issues to open or count. `after` is the state that the visit led to, `purse` what it used up."""
    if visit.fault:
        yield _issue(source, "fault", wording.fault(source.name), wording.FAULT_REMEDY)
    elif visit.failure and not _is_passing_wish(visit, after):
        yield _failing(source, after, visit)
    if visit.problems:
        yield _issue(source, "content", wording.spoiled(source.name, visit.problems), wording.SPOILED_REMEDY)
    if visit.moved_to and not visit.failure:
        remedy = wording.moved_remedy(source.id, urlsplit(visit.moved_to).hostname or "")
        yield _issue(source, "moved", wording.moved(source.name), remedy)
    if warning := purse.warning:
        yield _issue(source, "budget", wording.failing(source.name, warning[0]), warning[1])


def solved(source: Source, visit: Visit, purse: Purse) -> Iterator[str]:
    """Prefixes of the keys of the Issues that are over."""
    if not purse.warning:
        yield _key(source, "budget")
    if visit.failure:
        return
    yield _key(source, "fetch")
    yield _key(source, "fault")
    if not visit.unchanged and not visit.problems:
        yield _key(source, "content")
    if not visit.moved_to:
        yield _key(source, "moved")


def _is_passing_wish(visit: Visit, after: SourceState) -> bool:
    """A source that says when to come back has told its problem itself, until it has said so for long. What is no
    fault of the source and passes by itself is a budget that is spent: told as such."""
    failure = visit.failure
    return failure is not None and failure.retry_after is not None and (after.failure_weight < 1 or not failure.weight)


def _failing(source: Source, after: SourceState, visit: Visit) -> Issue:
    assert visit.failure is not None
    reason = visit.failure.reason
    if visit.failure.gone:
        return _issue(source, "fetch", wording.failing(source.name, reason), wording.GONE_REMEDY)
    usual = wording.RATE_REMEDY if visit.failure.status == 429 else wording.FAILING_REMEDY
    remedy = visit.failure.remedy or usual
    if after.failure_weight >= WORN_OUT:
        return _issue(source, "fetch", wording.worn_out(source.name, reason), remedy)
    return _issue(source, "fetch", wording.failing(source.name, reason), remedy)


def _issue(source: Source, what: str, text: str, remedy: str) -> Issue:
    return Issue(_key(source, what), f"source:{source.id}", text, remedy.format(id=source.id))


def _key(source: Source, what: str) -> str:
    return f"source:{source.id}:{what}"
