"""Facebook: what is written on a page, posts that tag it, and comments: /{page}/feed and /{page}/tagged of `graph`.

Auth      the page's own token, from one of its administrators: MEDIEBEVAKNING_FACEBOOK_TOKEN, with the permissions
          pages_read_engagement and pages_read_user_content [K]. Other pages need Page Public Content Access (review).
Limits    see `graph`.
Cannot    search (closed for all but researchers), groups, profiles; what the page itself has hidden is left out.
Traps     offsets without colon; `from` is there with user content permission only; pictures have no `message`;
          `updated_time` moves with every comment, the list stays in order of creation.
Facts     of 2026-07, nothing was called; see `graph` for what is unconfirmed.

Comments come within their posts, so that one question shows what is new on the page's 25 newest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import quote

from pydantic import Field

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.objects import readable
from pipelines.collect.parse import Context, decode, entry_id, json_object, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.sources import graph
from pipelines.collect.timeline import all_new, newest, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table
from pipelines.types import Entry, Parsed

SECRETS = ("token",)
POSTS_A_PAGE, COMMENTS_A_PAGE = 25, 50
"""More at once, with their comments, and Meta answers "reduce the amount of data"."""
COMMENT_FIELDS = "id,message,created_time,permalink_url,from,is_hidden"
POST_FIELDS = f"{COMMENT_FIELDS},attachments{{title,description}}"
ORDER = "reverse_chronological"

explain = graph.explain("MEDIEBEVAKNING_FACEBOOK_TOKEN")


class Options(Table):
    page: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")
    """The page's number, or its name in addresses."""
    lists: tuple[Literal["feed", "tagged", "posts"], ...] = Field(("feed", "tagged"), min_length=1)
    """`posts`: what the page itself has written, and not what others write on it."""
    comments: bool = True
    version: str = Field(graph.VERSION, pattern=graph.VERSION_PATTERN)


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question for each list. `source.url` is https://graph.facebook.com."""
    options = Options.model_validate(source.options)
    nested = f",comments.limit({COMMENTS_A_PAGE}).filter(stream).order({ORDER}){{{COMMENT_FIELDS}}}"
    fields = POST_FIELDS + (nested if options.comments else "")
    home = f"{source.url.rstrip('/')}/{options.version}/{options.page}"
    asked = (question(f"{home}/{name}", fields=fields, limit=POSTS_A_PAGE) for name in options.lists)
    return tuple(graph.request(url, context) for url in asked)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post, and one a comment."""
    answer = json_object(decode(payload.body, payload.content_type))
    if answer is None or not isinstance(answer.get("data"), list | dict):
        return Parsed((), (wording.not_from("Facebook"),))
    nodes, unreadable = readable(rows(answer["data"]), _is_node)
    if unreadable and not nodes:
        return Parsed((), (wording.not_from("Facebook"),))
    times = [when(node.get("created_time"), context.zone) for node in nodes]
    entries = [entry for node in nodes for entry in _entries(node, source, context)]
    follow = [request for node in nodes for request in _more_comments(node, source, context)]
    if nodes and all_new(times, context):
        follow[:0] = graph.next_page(payload, table(answer.get("paging")), source, context)
    return Parsed(
        tuple(entries),
        (*graph.other_version(payload, source), *unreadable),
        follow=tuple(follow),
        cursor=newest((entry.published for entry in entries), context),
        wait=graph.wait(payload.headers),
    )


def _is_node(item: Mapping[str, object]) -> bool:
    return bool(_native_id(item)) and any(isinstance(item.get(key), str) for key in ("message", "created_time"))


def _native_id(node: Mapping[str, object]) -> str:
    return line(node.get("id")) or line(node.get("permalink_url"))


def _comments(node: Mapping[str, object]) -> list[dict[str, object]]:
    found = (table(item) for item in rows(table(node.get("comments")).get("data")))
    return [comment for comment in found if _is_node(comment)]


def _entries(node: Mapping[str, object], source: Source, context: Context) -> Iterator[Entry]:
    """The post or comment itself, and the comments in it; nothing for a picture without a word, or what is hidden."""
    text = plain(node.get("message")) or "\n".join(filter(None, _attached(node)))
    if text and node.get("is_hidden") is not True:
        native_id, by = _native_id(node), table(node.get("from"))
        author = line(by.get("id")) or line(by.get("name"))
        yield Entry(
            id=entry_id(source.id, native_id),
            source_id=source.id,
            native_id=native_id,
            kind=source.kind,
            url=canonical(node.get("permalink_url")) or canonical(f"https://www.facebook.com/{quote(native_id)}"),
            title="",
            text=text,
            author=context.pseudonym(author) if author else None,
            published=when(node.get("created_time"), context.zone),
            language=source.language,
        )
    for comment in _comments(node):
        yield from _entries({**comment, "comments": None}, source, context)  # filter(stream) has made them one list


def _attached(node: Mapping[str, object]) -> Iterator[str]:
    for attachment in rows(table(node.get("attachments")).get("data")):
        yield line(table(attachment).get("title"))
        yield plain(table(attachment).get("description"))


def _more_comments(node: Mapping[str, object], source: Source, context: Context) -> Iterator[Request]:
    """The comments behind those that came with the post, while all of those are new."""
    held = table(node.get("comments"))
    times = [when(comment.get("created_time"), context.zone) for comment in _comments(node)]
    place = graph.place_behind(table(held.get("paging")))
    if times and place and all_new(times, context):
        address = f"{source.url.rstrip('/')}/{graph.version(source)}/{quote(_native_id(node), safe='')}/comments"
        wanted = {"fields": COMMENT_FIELDS, "filter": "stream", "order": ORDER, "limit": COMMENTS_A_PAGE}
        yield graph.request(question(address, **wanted, **place), context, optional=True)
