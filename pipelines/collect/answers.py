"""What an HTTP status and its headers mean: pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipelines.asking import Failure
from pipelines.collect import wording

TEMPORARY, SOFT, HARD = 0.25, 0.5, 1.0
PASSING_STATUSES = frozenset((408, 421, 425, 429))
LONGEST_WAIT = 7 * 24 * 3600.0
"""Seconds; who asks us to stay away longer is asked again in a week."""
FLICKERING = ("www.youtube.com/feeds/",)
"""Addresses whose 404 passes: YouTube's feeds give it for valid channels for hours and days (seen Feb-Sep 2026)."""
REDIRECTS = frozenset((301, 302, 303, 307, 308))
PERMANENT = frozenset((301, 308))


def refused(status: int, headers: Mapping[str, str], page: str, now: datetime) -> Failure:
    """The Failure that an answer without content stands for: any status but 200 and 304, redirects followed.

    `headers` by lower-case name; `page` is host and path of what was asked for.
    """
    wait = retry_after(headers.get("retry-after", ""), now)
    passing = status in PASSING_STATUSES or status >= 500 or (status == 404 and page.startswith(FLICKERING))
    return Failure(
        reason=wording.refused(status, waits=wait is not None),
        weight=TEMPORARY if passing else HARD,
        status=status,
        retry_after=wait,
        gone=status == 410,
    )


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait, of a Retry-After header in either of its forms; None where it says nothing."""
    value = value.strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", value):
        return min(float(value), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    seconds = (until - now).total_seconds()
    return min(max(0.0, seconds), LONGEST_WAIT) if math.isfinite(seconds) else None
