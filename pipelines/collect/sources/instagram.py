"""Instagram: media that tag a business account, comments on its own, hashtags: /{account}/tags, …/media of `graph`.

Auth      a token of the business account's: MEDIEBEVAKNING_INSTAGRAM_TOKEN, with instagram_basic,
          instagram_manage_comments and pages_read_engagement [K].
Limits    see `graph`. 30 hashtags in 7 days for each account, and of each only the last 24 hours [K].
Cannot    text search; stories; mentions in captions and comments without a tag on the picture, which Meta tells by
          webhook only; who wrote under a hashtag.
Traps     media without a caption have no text; `timestamp` has an offset without colon; comments use other names
          (text, hidden) than Facebook's.
Facts     of 2026-07, nothing was called; see `graph` for what is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Self
from urllib.parse import quote

from pydantic import Field, model_validator

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.objects import readable
from pipelines.collect.parse import Context, decode, entry_id, json_object, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.sources import graph
from pipelines.collect.timeline import all_new, newest, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

SECRETS = ("token",)
MEDIA_A_PAGE, COMMENTS_A_PAGE = 25, 50
FIELDS = "id,caption,permalink,timestamp"
COMMENTS = f"comments.limit({COMMENTS_A_PAGE}){{id,text,timestamp,username,hidden}}"
HASHTAG_SEARCH = "/ig_hashtag_search"

explain = graph.explain("MEDIEBEVAKNING_INSTAGRAM_TOKEN")


class Options(Table):
    account: str = Field(pattern=r"^\d{1,30}$")
    """The business account's number."""
    lists: tuple[Literal["tags", "media"], ...] = ("tags", "media")
    """`tags`: media of others that tag the account. `media`: its own, and the comments on them."""
    hashtags: tuple[Text, ...] = Field((), max_length=30)
    """Without #."""
    version: str = Field(graph.VERSION, pattern=graph.VERSION_PATTERN)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.lists and not self.hashtags:
            raise ValueError("give lists, hashtags, or both")
        return self


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question for each list and each hashtag. `source.url` is https://graph.facebook.com."""
    options = Options.model_validate(source.options)
    home = f"{source.url.rstrip('/')}/{options.version}"
    fields = {"tags": f"{FIELDS},username", "media": f"{FIELDS},username,{COMMENTS}"}
    asked = [
        question(f"{home}/{options.account}/{name}", fields=fields[name], limit=MEDIA_A_PAGE) for name in options.lists
    ]
    # The answer is the hashtag's number, always the same: `at` keeps a 304 from ending the visit before its media.
    at = int(context.now.timestamp())
    asked += (question(f"{home}{HASHTAG_SEARCH}", user_id=options.account, q=tag, at=at) for tag in options.hashtags)
    return tuple(graph.request(url, context) for url in asked)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a medium with a caption, and one a comment; of a hashtag's number the question for its media."""
    answer = json_object(decode(payload.body, payload.content_type))
    if answer is None or not isinstance(answer.get("data"), list | dict):
        return Parsed((), (wording.not_from("Instagram"),))
    nodes, unreadable = readable(rows(answer["data"]), _is_node)
    if unreadable and not nodes:
        return Parsed((), (wording.not_from("Instagram"),))
    problems = (*graph.other_version(payload, source), *unreadable)
    if payload.url.partition("?")[0].endswith(HASHTAG_SEARCH):
        return Parsed((), problems, tuple(_media_of(nodes, source, context)))
    times = [when(node.get("timestamp"), context.zone) for node in nodes]
    entries = [entry for node in nodes for entry in _entries(node, source, context)]
    more = bool(nodes) and all_new(times, context)
    return Parsed(
        tuple(entries),
        problems,
        follow=tuple(graph.next_page(payload, table(answer.get("paging")), source, context)) if more else (),
        cursor=newest((entry.published for entry in entries), context),
        wait=graph.wait(payload.headers),
    )


def _is_node(item: Mapping[str, object]) -> bool:
    return bool(line(item.get("id")))


def _media_of(nodes: list[dict[str, object]], source: Source, context: Context) -> Iterator[Request]:
    options = Options.model_validate(source.options)
    home = f"{source.url.rstrip('/')}/{options.version}"
    for node in nodes:
        address = f"{home}/{quote(line(node['id']), safe='')}/recent_media"
        yield graph.request(question(address, user_id=options.account, fields=FIELDS, limit=COMMENTS_A_PAGE), context)


def _entries(node: Mapping[str, object], source: Source, context: Context) -> Iterator[Entry]:
    link = canonical(node.get("permalink"))
    comments = (table(item) for item in rows(table(node.get("comments")).get("data")))
    for said in (node, *comments):
        native_id, text = line(said.get("id")), plain(said.get("caption")) or plain(said.get("text"))
        if not native_id or not text or said.get("hidden") is True:
            continue
        author = line(said.get("username"))
        yield Entry(
            id=entry_id(source.id, native_id),
            source_id=source.id,
            native_id=native_id,
            kind=source.kind,
            url=canonical(said.get("permalink")) or link,
            title="",
            text=text,
            author=context.pseudonym(author) if author else None,
            published=when(said.get("timestamp"), context.zone),
            language=source.language,
        )
