"""Flickr by search: https://api.flickr.com/services/rest/, method flickr.photos.search, newest first, 250 a page.

Auth      a key: MEDIEBEVAKNING_FLICKR_KEY. It is sent in the body, so that no address holds it. Without one, Flickr's
          feed of a tag needs none: family rss, https://www.flickr.com/services/feeds/photos_public.gne?tags=…&format=atom
Limits    3,600 an hour and key; at most 4,000 results a query [K].
Cannot    comments on photos; private ones; a deleted photo is simply no longer there.
Traps     Refusals have status 200: `stat` is "fail", with a code. Numbers may be strings. Titles and descriptions are
          objects with `_content`.
Status    parameters and fields as in Flickr's documentation, not called [K].

A title or tag changed within two days is seen: each visit asks that much further back than the newest photo.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlencode

from pydantic import Field

from pipelines.asking import Failure, Payload, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD, SOFT, TEMPORARY
from pipelines.collect.objects import Record, body, identity, integer, readable, unix
from pipelines.collect.parse import Context, entry_id, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import newest
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

SECRETS = ("key",)
PROVIDER = "Flickr"
PAGE = 250
OVERLAP = timedelta(days=2)
AT_FIRST = timedelta(days=30)
EXTRAS = "description,date_upload,owner_name,tags,geo"
WRONG_KEY, OUT_OF_ORDER = 100, frozenset((0, 10, 105, 106, 201))
"""Codes of a refusal [K]."""
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Options(Table):
    text: Text
    """Words that stand in title, description or tags."""
    box: tuple[float, float, float, float] | None = Field(None)
    """West, south, east, north in degrees: only photos with a place in it."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """What was uploaded since the last visit, less the overlap. `source.url` is https://api.flickr.com."""
    return (_page(1, source, context),)


def _page(number: int, source: Source, context: Context) -> Request:
    options = Options.model_validate(source.options)
    since = (when(context.cursor, context.zone) or context.now - AT_FIRST) - OVERLAP
    asked: dict[str, object] = {
        "method": "flickr.photos.search",
        "api_key": context.secrets.get("key", ""),
        "text": options.text,
        "sort": "date-posted-desc",
        "min_upload_date": int(since.timestamp()),
        "extras": EXTRAS,
        "per_page": PAGE,
        "page": number,
        "format": "json",
        "nojsoncallback": 1,
    }
    if options.box:
        asked["bbox"] = ",".join(map(str, options.box))
    return Request(f"{source.url.rstrip('/')}/services/rest/", FORM, urlencode(asked).encode())


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a photo. The cursor is the time of the newest upload."""
    answer = table(body(payload))
    if answer.get("stat") == "fail":
        return Parsed((), failure=_failure(answer))
    found = answer.get("photos")
    if not isinstance(found, dict):
        return Parsed((), (wording.not_from(PROVIDER),))
    photos, problems = readable(rows(found.get("photo")), lambda photo: bool(identity(photo.get("id"))))
    entries = tuple(_entry(photo, source, context) for photo in photos)
    page, pages = integer(found.get("page")) or 1, integer(found.get("pages")) or 0
    return Parsed(
        entries,
        problems,
        follow=(_page(page + 1, source, context),) if photos and page < pages else (),
        cursor=newest((entry.published for entry in entries), context),
    )


def _failure(answer: Record) -> Failure:
    code = integer(answer.get("code"))
    if code == WRONG_KEY:
        return Failure(wording.refused_key(PROVIDER), HARD, 401)  # what others say with this status
    if code in OUT_OF_ORDER:
        return Failure(wording.busy(PROVIDER), TEMPORARY, 200)
    return Failure(wording.declined(PROVIDER, "" if code is None else str(code)), SOFT, 200)


def _entry(photo: Record, source: Source, context: Context) -> Entry:
    native_id, owner = identity(photo["id"]), identity(photo.get("owner"))
    tags = " ".join(f"#{tag}" for tag in line(photo.get("tags"), 2000).split())
    text = plain(_content(photo.get("description")))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(f"https://www.flickr.com/photos/{quote(owner, safe='')}/{quote(native_id, safe='')}"),
        title=line(_content(photo.get("title"))),
        text="\n".join(part for part in (text, tags) if part),
        author=context.pseudonym(f"https://www.flickr.com/people/{owner}") if owner else None,
        published=unix(photo.get("dateupload")),
        language=source.language,
    )


def _content(value: object) -> object:
    return table(value).get("_content", "") if isinstance(value, dict) else value
