"""What Facebook and Instagram share: Meta's Graph API, https://graph.facebook.com/{version}. No family of its own.

Auth      a token, sent as a header. `paging.next` of every answer holds it too: only the place to go on is taken.
Limits    200 requests an hour and user of the app, X-App-Usage and its kin in percent of that. Errors 4, 17, 32 and 613
          (80000 to 80999 for business use [K]) mean too many.
Traps     a version that is too old is answered as the next one, without a word but the header facebook-api-version.
          `data` may be cut short by rights: what the token may not see is left out.
Facts     of 2026-07 (v26.0 of 2026-07-29; a version lives about two years), nothing was called. [K], unconfirmed: the
          field `estimated_time_to_regain_access` (minutes), errors 10, 100, 190 and 200 to 299, nested comments in one
          question, `is_hidden`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD, TEMPORARY
from pipelines.collect.parse import Context, decode, json_object, number, rows, table
from pipelines.collect.plain import line
from pipelines.collect.timeline import MOST_PARAMETERS, again
from pipelines.config.schema import Source

VERSION = "v26.0"
VERSION_PATTERN = r"^v\d{1,3}\.\d{1,2}$"
TOO_MANY = frozenset((4, 17, 32, 613))
WRONG_TOKEN = 190
NOT_ALLOWED = frozenset((10, *range(200, 300)))
UNKNOWN = frozenset((100, 803))
OUT_OF_ORDER = frozenset((1, 2))
AN_HOUR = 3600.0
"""Seconds: usage is counted over the last hour."""
NEARLY_ALL = 90.0
"""Percent of a limit from which on we stay away for a while, before we are refused."""
USAGES = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
PLACES = ("after", "until", "__paging_token")
"""Parameters that tell where to go on: one kind of list pages by cursor, the other by time."""


def request(url: str, context: Context, *, optional: bool = False) -> Request:
    """A question that carries the token."""
    return Request(url, {"authorization": f"Bearer {context.secrets.get('token', '')}"}, optional=optional)


def version(source: Source) -> str:
    """The version that this source is asked in."""
    return line(source.options.get("version")) or VERSION


def other_version(payload: Payload, source: Source) -> Iterator[str]:
    """The problem that another version answered."""
    answered = line(payload.headers.get("facebook-api-version"), 20)
    if answered and answered != version(source):
        yield wording.other_version(version(source), answered)


def place_behind(paging: Mapping[str, object]) -> dict[str, str]:
    """Where the list goes on, as parameters; none at its end."""
    link = paging.get("next")
    if not isinstance(link, str):
        return {}
    try:
        given = parse_qs(urlsplit(link).query, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return {}
    found = {name: given[name][0] for name in PLACES if name in given}
    after = table(paging.get("cursors")).get("after")
    return found or ({"after": after} if isinstance(after, str) and after else {})


def next_page(payload: Payload, paging: Mapping[str, object], source: Source, context: Context) -> Iterator[Request]:
    """The page behind the one in `payload`."""
    if place := place_behind(paging):
        optional = payload.url.partition("?")[0].endswith("/comments")
        yield request(again(payload, source, **place), context, optional=optional)


def wait(headers: Mapping[str, str]) -> float | None:
    """Seconds to stay away, where a limit is nearly or wholly used up; None where there is much left."""
    waits = []
    for name in USAGES:
        for usage in _usages(json_object(headers.get(name, "")) or {}):
            minutes = number(usage.get("estimated_time_to_regain_access")) or 0.0
            used = max(number(usage.get(key)) or 0.0 for key in ("call_count", "total_time", "total_cputime"))
            if minutes > 0:
                waits.append(minutes * 60)
            elif used >= NEARLY_ALL:
                waits.append(AN_HOUR)
    return min(max(waits), 24 * AN_HOUR) if waits else None


def _usages(header: dict[str, object]) -> Iterator[dict[str, object]]:
    """The counts themselves: X-Business-Use-Case-Usage has a list of them by account."""
    yield header
    for value in header.values():
        yield from (table(usage) for usage in rows(value))


def explain(variable: str) -> Callable[[Refused], Failure | None]:
    """The family's reading of a refusal; `variable` is where its token comes from."""

    def explained(refused: Refused) -> Failure | None:
        code = number(table((json_object(decode(refused.body)) or {}).get("error")).get("code"))
        if code in TOO_MANY or (code is not None and 80_000 <= code < 81_000) or refused.status == 429:
            pause = wait(refused.headers) or AN_HOUR
            return Failure(wording.GRAPH_OVERLOADED, TEMPORARY, 429, retry_after=pause)
        if code == WRONG_TOKEN:
            remedy = wording.wrong_secret_remedy((variable,))
            return Failure(wording.rejected_key("190"), HARD, 401, remedy=remedy)
        if code in NOT_ALLOWED:
            return Failure(wording.GRAPH_NOT_ALLOWED, HARD, 403, remedy=wording.GRAPH_NOT_ALLOWED_REMEDY)
        if code in UNKNOWN:
            return Failure(wording.GRAPH_UNKNOWN, HARD, 404)
        if code in OUT_OF_ORDER:
            return Failure(wording.refused(500, waits=False), TEMPORARY, refused.status)
        return None

    return explained
