"""Rate limits as the headers of an answer tell them: how long to stay away. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pipelines.asking import Failure, Refused
from pipelines.collect import wording
from pipelines.collect.answers import LONGEST_WAIT, TEMPORARY
from pipelines.collect.parse import EPOCH, number, when

AN_EPOCH = 1_000_000_000.0
"""Larger numbers are seconds since 1970, smaller ones seconds from now: so does Reddit count, X does not."""


def used_up(headers: Mapping[str, str], prefix: str, now: datetime) -> float | None:
    """Seconds until there is something left of the limit in `prefix`-remaining and `prefix`-reset; None while there is.

    `headers` by lower-case name.
    """
    left = number(headers.get(f"{prefix}-remaining"))
    return until(headers.get(f"{prefix}-reset"), now) if left is not None and left < 1 else None


def until(value: str | None, now: datetime) -> float | None:
    """Seconds from `now` to the time that `value` names, in any of the forms in use; None where it names none."""
    if (named := number(value)) is not None:
        seconds = named - (now - EPOCH).total_seconds() if named > AN_EPOCH else named
    elif moment := when(value, UTC):
        seconds = (moment - now).total_seconds()
    else:
        return None
    return min(max(0.0, seconds), LONGEST_WAIT)


def too_often(refused: Refused, prefix: str) -> Failure | None:
    """A 429 without Retry-After, with the wait that the limit's own headers tell."""
    if refused.status != 429 or "retry-after" in refused.headers:
        return None
    wait = until(refused.headers.get(f"{prefix}-reset"), refused.now)
    return None if wait is None else Failure(wording.refused(429, waits=True), TEMPORARY, 429, retry_after=wait)
