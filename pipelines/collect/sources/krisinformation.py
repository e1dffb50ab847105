"""Krisinformation: https://api.krisinformation.se/v3/news and /v3/vmas, a JSON list of notices from the authorities.

Auth      none; the source is to be credited.
Limits    none stated. Ask the warnings every 10 minutes: they are what must be known now.
Cannot    say when a warning is over, other than in a notice of its own: it then leaves the list.
Traps     `news?counties=` and its like lose what concerns the whole country: everything is asked for, `options.areas`
          chooses. A notice without an area is meant for all. /v3/testvmas and `IsTest` are drills: left out.
          A list of no warnings at all is the usual answer (seen by others in October 2026).
Status    addresses and field names as public programs use them, 2023 to 2026; no answer has been seen [K].
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.objects import Record, body, identity, readable
from pipelines.collect.parse import Context, entry_id, language, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PROVIDER = "Krisinformation"


class Options(Table):
    areas: tuple[Text, ...] = ()
    """Words of which one must stand in an area of the notice; none takes all notices."""
    warnings: bool = False
    """The address gives warnings to the public (VMA): their titles are made to say so."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:  # noqa: ARG001 - there is nothing to page
    """One question; what is asked for stands in the source's url."""
    return (Request(source.url),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a notice that concerns the areas; always of kind "official"."""
    items = body(payload)
    if not isinstance(items, list):
        return Parsed((), (wording.not_from(PROVIDER),))
    notices, problems = readable(items, _is_notice)
    options = Options.model_validate(source.options)
    chosen = [item for item in notices if not item.get("IsTest") and _concerns(_areas(item), options.areas)]
    return Parsed(tuple(_entry(item, options, source, context) for item in chosen), problems)


def _is_notice(item: Record) -> bool:
    return bool(identity(item.get("Identifier")) and (line(item.get("Headline")) or line(item.get("PushMessage"))))


def _areas(item: Record) -> tuple[str, ...]:
    names = (line(table(area).get("Description")) for area in rows(item.get("Area")))
    return tuple(name for name in names if name)


def _concerns(areas: tuple[str, ...], wanted: Iterable[str]) -> bool:
    ours = [word.casefold() for word in wanted]
    return not ours or not areas or any(word in area.casefold() for area in areas for word in ours)


def _entry(item: Record, options: Options, source: Source, context: Context) -> Entry:
    native_id = identity(item["Identifier"])
    push, headline = line(item.get("PushMessage")), line(item.get("Headline"))
    title = headline or push
    said = [push, plain(item.get("Preamble")), plain(item.get("BodyText"))]
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind="official",
        url=canonical(item.get("Web")),
        title=wording.warning(title) if options.warnings else title,
        text="\n".join(dict.fromkeys(text for text in said if text and text != title)),
        published=when(item.get("Published"), context.zone) or when(item.get("Updated"), context.zone),
        language=language(item.get("Language")) or source.language or "sv",
        place=line(", ".join(_areas(item))) or None,
    )
