"""YouTube: search for videos, and comments: https://www.googleapis.com/youtube/v3.

Auth      an API key, sent as a header: MEDIEBEVAKNING_YOUTUBE_KEY. New videos of one channel need none: family rss.
Limits    100 searches a day (their own bucket since 2026-06), 10,000 reads a day for the rest; from midnight in
          California. A search every 30 minutes leaves half for further pages.
Cannot    comments on a video older than a week that search found (those of `channels` have no end), nor replies that
          came to a thread pushed off the first page; live chat; what a channel holds for review or has closed.
Traps     titles come escaped (&#39;) [K]; descriptions are cut; a new video may be found hours late; spent quota is 403
          or 429; closed comments are a 403 of their own and no failure.
Facts     of 2026-06 to 2026-09, nothing was called. [K], unconfirmed: the header X-Goog-Api-Key, the words for reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD, TEMPORARY
from pipelines.collect.parse import Context, decode, entry_id, json_object, number, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, all_new, newest, question, stamp
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed, short_hash

SECRETS = ("key",)
VARIABLES = ("MEDIEBEVAKNING_YOUTUBE_KEY",)
VIDEOS_A_PAGE, COMMENTS_A_PAGE = 50, 100
SEARCHED = timedelta(days=7)
"""How far back each search goes: videos are found late, and their titles change."""
FOLLOWED = 4
"""Videos and threads whose comments one answer leads to; a visit takes five answers in all."""
PACIFIC = ZoneInfo("America/Los_Angeles")
QUOTA = re.compile(rb"quotaExceeded|dailyLimitExceeded|queries per day", re.IGNORECASE)
HURRY = re.compile(rb"(?:user)?RateLimitExceeded", re.IGNORECASE)
WRONG_KEY = re.compile(rb"API_KEY_INVALID|keyInvalid|keyExpired|API key (?:not valid|expired)", re.IGNORECASE)


class Options(Table):
    search: Text | None = None
    """Words; | is or, - is not."""
    channels: tuple[Text, ...] = ()
    """Ids (UC…) of channels, all comments on whose videos are asked for."""
    comments: bool = False
    """Also ask for comments on the videos that search finds, a few at each visit, in turn by lot."""
    region: str | None = Field("SE", pattern=r"^[A-Z]{2}$")
    location: str | None = Field(None, pattern=r"^-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?$")
    """Only videos said to be filmed near there: "latitude,longitude"."""
    radius: str = Field("10km", pattern=r"^\d+(\.\d+)?(m|km)$")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.search is None and not self.channels:
            raise ValueError("give search, channels, or both")
        return self


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """The search, if any, and a question for every channel. `source.url` is https://www.googleapis.com/youtube/v3."""
    options = Options.model_validate(source.options)
    home = source.url.rstrip("/")
    asked = [_comments(home, context, allThreadsRelatedToChannelId=channel) for channel in options.channels]
    if options.search is not None:
        search = {
            "part": "snippet",
            "q": options.search,
            "type": "video",
            "order": "date",
            "maxResults": VIDEOS_A_PAGE,
            "publishedAfter": stamp(context.now - SEARCHED),
            "regionCode": options.region,
            "relevanceLanguage": source.language,
            "location": options.location,
            "locationRadius": options.radius if options.location else None,
        }
        asked.insert(0, _request(question(f"{home}/search", **search), context))
    return tuple(asked)


def _request(url: str, context: Context, *, optional: bool = False) -> Request:
    return Request(url, {"x-goog-api-key": context.secrets.get("key", "")}, optional=optional)


def _comments(home: str, context: Context, **of: str) -> Request:
    wanted = {"part": "snippet,replies", "order": "time", "maxResults": COMMENTS_A_PAGE, "textFormat": "plainText"}
    return _request(question(f"{home}/commentThreads", **wanted, **of), context, optional="videoId" in of)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a video, a comment, a reply."""
    answer = json_object(decode(payload.body, payload.content_type))
    if answer is None or not isinstance(answer.get("items"), list):
        return Parsed((), (wording.not_from("YouTube"),))
    items = rows(answer["items"])
    read = [tuple(_entries(table(item), source, context)) for item in items]
    if items and not any(read):
        return Parsed((), (wording.not_from("YouTube"),))
    unreadable = sum(not found for found in read)
    newest_of_page = [found[0].published for found in read if found]
    return Parsed(
        tuple(entry for found in read for entry in found),
        (wording.unreadable_items(unreadable),) if unreadable else (),
        follow=(
            *_next_page(payload, answer, newest_of_page, source, context),
            *_deeper([table(item) for item in items], source, context),
        ),
        cursor=newest(newest_of_page, context),
    )


def _entries(item: Mapping[str, object], source: Source, context: Context) -> Iterator[Entry]:
    """Of a video the video, of a thread its first comment and then the replies; nothing of what is neither."""
    snippet = table(item.get("snippet"))
    if first := table(snippet.get("topLevelComment")):
        yield from _comment(first, source, context)
        for reply in rows(table(item.get("replies")).get("comments")):
            yield from _comment(table(reply), source, context)
    elif "textDisplay" in snippet or "textOriginal" in snippet:
        yield from _comment(item, source, context)
    elif (video := _video_id(item)) and isinstance(snippet.get("title"), str):
        native_id, channel = f"yt:video:{video}", line(snippet.get("channelId"))
        yield Entry(
            id=entry_id(source.id, native_id),
            source_id=source.id,
            native_id=native_id,
            kind=source.kind,
            url=canonical(question("https://www.youtube.com/watch", v=video)),
            title=line(snippet["title"]),
            text=plain(snippet.get("description")),
            author=context.pseudonym(channel) if channel else None,
            published=when(snippet.get("publishedAt"), context.zone),
            language=source.language,
        )


def _video_id(item: Mapping[str, object]) -> str:
    return line(table(item.get("id")).get("videoId")) or (
        line(item.get("id")) if item.get("kind") == "youtube#video" else ""
    )


def _comment(comment: Mapping[str, object], source: Source, context: Context) -> Iterator[Entry]:
    native_id, snippet = line(comment.get("id")), table(comment.get("snippet"))
    text = plain(snippet.get("textOriginal")) or plain(snippet.get("textDisplay"))
    if not native_id or not text:
        return
    video = line(snippet.get("videoId"))
    author = line(table(snippet.get("authorChannelId")).get("value")) or line(snippet.get("authorDisplayName"))
    yield Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(question("https://www.youtube.com/watch", v=video, lc=native_id)) if video else None,
        title="",
        text=text,
        author=context.pseudonym(author) if author else None,
        published=when(snippet.get("publishedAt"), context.zone),
        language=source.language,
    )


def _next_page(
    payload: Payload,
    answer: Mapping[str, object],
    times: list[datetime | None],
    source: Source,
    context: Context,
) -> Iterator[Request]:
    token = line(answer.get("nextPageToken"))
    if token and times and all_new(times, context):
        searched = payload.url.partition("?")[0].endswith("/search")
        yield _request(again(payload, source, pageToken=token), context, optional=not searched)


def _deeper(items: list[dict[str, object]], source: Source, context: Context) -> list[Request]:
    """Comments on the videos found, and the replies that a thread shows only the first of."""
    home = source.url.rstrip("/")
    asked = []
    for item in items:
        snippet = table(item.get("snippet"))
        video, shown = _video_id(item), rows(table(item.get("replies")).get("comments"))
        if video and source.options.get("comments") is True:
            asked.append(_comments(home, context, videoId=video))
        elif (number(snippet.get("totalReplyCount")) or 0) > len(shown) and (thread := line(item.get("id"))):
            wanted = {"part": "snippet", "maxResults": COMMENTS_A_PAGE, "textFormat": "plainText", "parentId": thread}
            asked.append(_request(question(f"{home}/comments", **wanted), context, optional=True))
    if len(asked) <= FOLLOWED:
        return asked
    start = int(short_hash(source.id, str(context.now))[:8], 16) % len(asked)
    return (asked[start:] + asked[:start])[:FOLLOWED]


def explain(refused: Refused) -> Failure | None:
    """Spent quota, with the wait until it is renewed; a wrong key, which YouTube calls a bad request."""
    if refused.status in (403, 429) and QUOTA.search(refused.body):
        # 429, whatever it was: the 403 of an optional question would pass for closed comments
        return Failure(wording.QUOTA_SPENT, TEMPORARY, 429, retry_after=_until_renewed(refused.now))
    if refused.status == 403 and HURRY.search(refused.body):
        return Failure(wording.refused(429, waits=False), TEMPORARY, 429)
    if refused.status == 400 and WRONG_KEY.search(refused.body):
        return Failure(wording.rejected_key("400"), HARD, 400, remedy=wording.wrong_secret_remedy(VARIABLES))
    return None


def _until_renewed(now: datetime) -> float:
    """Seconds to the next midnight in California."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PACIFIC)
    return midnight.timestamp() - now.timestamp()
