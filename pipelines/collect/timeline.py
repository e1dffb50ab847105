"""Lists that come newest first, in pages: where the last visit ended, and how to go on. Pure.

A visit asks for the newest page, whatever is known of it, for edits and what was late to come; and pages back from
there to where the last visit ended. The first visit takes one page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pipelines.asking import Payload
from pipelines.collect.parse import Context
from pipelines.config.schema import Source

MOST_PARAMETERS = 100


def stamp(moment: datetime) -> str:
    """The time as cursors and APIs write it; as text, the later one is the larger."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def newest(times: Iterable[datetime | None], context: Context) -> str | None:
    """The cursor after items of these times: it never goes back, and no clock that is ahead takes it past now."""
    past = [stamp(time) for time in times if time is not None and time <= context.now]
    return max((*past, *filter(None, (context.cursor,))), default=None)


def all_new(times: Iterable[datetime | None], context: Context) -> bool:
    """Whether all of a page is newer than where the last visit ended, so that the page behind it may be, too."""
    cursor = context.cursor
    return cursor is not None and all(stamp(time) > cursor for time in times if time is not None)


def question(address: str, **parameters: object) -> str:
    """`address` with these parameters; those that are None are left out."""
    given = {key: value for key, value in parameters.items() if value is not None}
    # no "+" for a space: only forms are sure to have it read so
    return f"{address}?{urlencode(given, quote_via=quote, safe='')}"


def again(payload: Payload, source: Source, **changes: str | None) -> str:
    """The question that `payload` answers, at the source's own host, with other parameters.

    Follow-ups carry keys: wherever a redirect or the answer itself points to, they are asked where the first was.
    """
    asked, home = urlsplit(payload.url), urlsplit(source.url)
    before = dict(parse_qsl(asked.query, max_num_fields=MOST_PARAMETERS))
    return question(urlunsplit((home.scheme, home.netloc, asked.path, "", "")), **(before | changes))
