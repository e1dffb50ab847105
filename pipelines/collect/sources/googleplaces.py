"""Google's reviews of places: GET https://places.googleapis.com/v1/places/{id}, Places API (New).

Auth      a key: MEDIEBEVAKNING_GOOGLEPLACES_KEY, in a header; X-Goog-FieldMask decides what is given, and the price.
Cost      reviews are of the dearest class; USD_A_CALL is a guess at the safe side [K]: set a budget, ask once a day.
Limits    at most five reviews a place, the most "relevant" ones; no paging and no order by time: reviews are missed
          between visits, and a place with many is seen through a keyhole. A verified owner sees all, elsewhere [K].
Terms     no text may be kept, nor whose it is [K]: the source must say `keeps_text = false`. A review is assessed as it
          comes; id, stars, time and link are kept, under the name that the place has here.
Traps     400 with API_KEY_INVALID is a wrong key. A review without stars or without text is one all the same.
Status    fields by Google's reference, 2026 [K]; not called.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from pydantic import Field

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD
from pipelines.collect.objects import Record, body, identity, integer, readable
from pipelines.collect.parse import Context, entry_id, language, rows, table, when
from pipelines.collect.plain import plain
from pipelines.collect.timeline import question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

SECRETS = ("key",)
PROVIDER = "Google"
USD_A_CALL = 0.03
FIELDS = "id,rating,userRatingCount,reviews"


class Options(Table):
    places: dict[Text, Text] = Field(min_length=1)
    """Google's ids of places, and what each is called here: that name becomes the title."""
    language: Text = "sv"


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question for each place. A place that is gone leaves the others be."""
    options = Options.model_validate(source.options)
    headers = {"x-goog-api-key": context.secrets.get("key", ""), "x-goog-fieldmask": FIELDS}
    home = source.url.rstrip("/")
    return tuple(
        Request(
            question(f"{home}/v1/places/{quote(place, safe='')}", languageCode=options.language),
            headers,
            optional=True,
            cost=USD_A_CALL,
        )
        for place in options.places
    )


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a review, its text in the language that it was written in."""
    answer = body(payload)
    if not isinstance(answer, dict) or not (
        {"id", "rating", "userRatingCount", "reviews"} & answer.keys() or not answer
    ):
        return Parsed((), (wording.not_from(PROVIDER),))
    reviews, problems = readable(rows(answer.get("reviews")), lambda review: bool(identity(review.get("name"))))
    asked = unquote(urlsplit(payload.url).path.rpartition("/")[2])
    name = Options.model_validate(source.options).places.get(asked, source.name)
    return Parsed(tuple(_entry(review, name, source, context) for review in reviews), problems)


def explain(answer: Refused) -> Failure | None:
    """A refused key is the source's failure, though 403 of one place would not be."""
    if answer.status == 403 or (answer.status == 400 and b"API_KEY_INVALID" in answer.body):
        return Failure(wording.refused_key(PROVIDER), HARD, 401)
    return None


def _entry(review: Record, name: str, source: Source, context: Context) -> Entry:
    native_id, stars = identity(review["name"]), integer(review.get("rating"))
    written = table(review.get("originalText")) or table(review.get("text"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(review.get("googleMapsUri")),
        title=wording.review(name) if stars is None else wording.rated(stars, name),
        text=plain(written.get("text")),
        published=when(review.get("publishTime"), context.zone),
        language=language(written.get("languageCode")),
    )
