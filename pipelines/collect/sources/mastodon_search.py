"""Mastodon's full-text search: https://{host}/api/v2/search?type=statuses, 40 a page.

Auth      a user's token with read:search: MEDIEBEVAKNING_MASTODON_SEARCH_TOKEN. It is the token of one host: have one
          source of this family, or several with the same host. Tags need no token: family mastodon.
Limits    300 requests in 5 minutes per account; X-RateLimit-Remaining and -Reset tell (documentation of 2026-07).
Cannot    what the host never received; posts of authors who have not opted in to be found [K]; anything on a host
          without Elasticsearch, which answers with an empty list.
Traps     without a token the answer holds accounts and tags only, and no error.
Facts     of 2026-07, not called. [K], unconfirmed: hits come newest first, and max_id pages back (a search has no Link
          header). Should a host sort otherwise, the next page is asked for once too often or too seldom, no more.
"""

from __future__ import annotations

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.limits import too_often, used_up
from pipelines.collect.objects import readable
from pipelines.collect.parse import Context, decode, json_object, rows
from pipelines.collect.plain import line
from pipelines.collect.sources.mastodon import PAGE, entries, is_status, order
from pipelines.collect.timeline import again, question
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Parsed

SECRETS = ("token",)


class Options(Table):
    search: Text
    """Words that all must be there; "a phrase" in quotes."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question. `source.url` is the host's own address."""
    address = f"{source.url.rstrip('/')}/api/v2/search"
    text = Options.model_validate(source.options).search
    return (_request(question(address, q=text, type="statuses", limit=PAGE), context),)


def _request(url: str, context: Context) -> Request:
    return Request(url, {"authorization": f"Bearer {context.secrets.get('token', '')}"})


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post that its author did not ask to be left out of; boosts are skipped."""
    answer = json_object(decode(payload.body, payload.content_type))
    if answer is None or not isinstance(answer.get("statuses"), list):
        return Parsed((), (wording.not_from("Mastodons sökning"),))
    statuses, problems = readable(rows(answer["statuses"]), is_status)
    if problems and not statuses:
        return Parsed((), (wording.not_from("Mastodons sökning"),))
    ids = sorted((line(status["id"]) for status in statuses), key=order)
    return Parsed(
        tuple(entries(statuses, source, context)),
        problems,
        follow=_next_page(payload, ids, source, context),
        cursor=max((*ids[-1:], *filter(None, (context.cursor,))), key=order, default=None),
        wait=used_up(payload.headers, "x-ratelimit", context.now),
    )


def _next_page(payload: Payload, ids: list[str], source: Source, context: Context) -> tuple[Request, ...]:
    """The posts before these, while all of these are newer than what we had."""
    if len(ids) < 2 or context.cursor is None or order(ids[0]) <= order(context.cursor):
        return ()  # a page of one may be the last post again: a host that takes no max_id would be asked in a circle
    return (_request(again(payload, source, max_id=ids[0]), context),)


def explain(refused: Refused) -> Failure | None:
    """The wait that Mastodon's own headers tell; the rest the status says."""
    return too_often(refused, "x-ratelimit")
