"""Foursquare's tips on places: https://places-api.foursquare.com/places/{id}/tips, newest first, 50 of them.

Auth      a service key: MEDIEBEVAKNING_FOURSQUARE_KEY; the version of the API in X-Places-Api-Version.
Cost      a premium call; prices changed on 2026-06-01. USD_A_CALL is a guess at the safe side [K]: set a budget.
Limits    429 when asked too often; 402 or 429 when credits are spent [K].
Terms     restrict storage [K]: the source must say `keeps_text = false`, so that tips are assessed as they come, and
          only place, time and link are kept.
Cannot    who wrote it; more than the 50 newest of a place; places that are not in `options.places`.
Status    fields by the provider's own description of the call, version 2025-06-17, read 2026; not called.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from pydantic import Field

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD
from pipelines.collect.objects import Record, body, identity, readable, unix
from pipelines.collect.parse import Context, entry_id, language, table, when
from pipelines.collect.plain import plain
from pipelines.collect.timeline import question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

SECRETS = ("key",)
PROVIDER = "Foursquare"
VERSION = "2025-06-17"
USD_A_CALL = 0.02
TIPS = 50
FIELDS = "fsq_tip_id,created_at,text,lang,url"


class Options(Table):
    places: dict[Text, Text] = Field(min_length=1)
    """Foursquare's ids of places, and what each is called here: that name becomes the title."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question for each place. A place that is gone leaves the others be."""
    headers = {
        "authorization": f"Bearer {context.secrets.get('key', '')}",
        "x-places-api-version": VERSION,
        "accept": "application/json",
    }
    home = source.url.rstrip("/")
    return tuple(
        Request(
            question(f"{home}/places/{quote(place, safe='')}/tips", limit=TIPS, sort="NEWEST", fields=FIELDS),
            headers,
            optional=True,
            cost=USD_A_CALL,
        )
        for place in Options.model_validate(source.options).places
    )


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a tip."""
    answer = body(payload)
    tips = answer if isinstance(answer, list) else table(answer).get("tips")
    if not isinstance(tips, list):
        return Parsed((), (wording.not_from(PROVIDER),))
    found, problems = readable(tips, _is_tip)
    asked = unquote(urlsplit(payload.url).path.removesuffix("/tips").rpartition("/")[2])
    name = Options.model_validate(source.options).places.get(asked, source.name)
    return Parsed(tuple(_entry(tip, name, source, context) for tip in found if plain(tip.get("text"))), problems)


def explain(answer: Refused) -> Failure | None:
    """A refused key is the source's failure, though 403 of one place would not be."""
    return Failure(wording.refused_key(PROVIDER), HARD, 401) if answer.status == 403 else None


def _is_tip(tip: Record) -> bool:
    return bool(identity(tip.get("fsq_tip_id")) or identity(tip.get("id")))


def _entry(tip: Record, name: str, source: Source, context: Context) -> Entry:
    native_id = identity(tip.get("fsq_tip_id")) or identity(tip.get("id"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(tip.get("url")) or f"https://foursquare.com/item/{quote(native_id, safe='')}",
        title=wording.review(name),
        text=plain(tip["text"]),
        published=when(tip.get("created_at"), context.zone) or unix(tip.get("created_at")),
        language=language(tip.get("lang")),
    )
