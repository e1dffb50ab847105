"""Polisen's notices: https://polisen.se/api/events, a JSON list, newest first, at most 500 of them.

Auth      none; a User-Agent with the operator's contact is required.
Limits    at least 10 s between calls, at most 60 an hour and 1,440 a day (stated 2026, not called): every_minutes 10.
          404 is for ever. https only.
Cannot    the summary is cut at 110 characters; the full text stands on the notice's page alone.
Traps     (seen in 29,357 recorded answers, 2023 to 2026)
          - Since 2026-01-20 `location.name` is mostly the county: ask for county and municipality
            (`?locationname=Stockholms län;…`), or for everything; the place is the last part of `name`.
          - The hour of `datetime` has no leading zero.
          - Name, type and url of a notice change, its id stays.
          - 61 of 9,000 answers were empty, or short (56 to 185 notices instead of 500): `options.expects` tells.
"""

from __future__ import annotations

from pydantic import Field

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.parse import Context, decode, entry_id, json_items, when
from pipelines.collect.plain import line, plain
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table
from pipelines.types import Entry, Parsed

HOME = "https://polisen.se"


class Options(Table):
    expects: int = Field(0, ge=0, le=500)
    """Fewer notices than this in an answer mean that it is cut short; 0 where any number is right."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:  # noqa: ARG001 - there is nothing to page
    """One question; what is asked for stands in the source's url."""
    return (Request(source.url),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a notice."""
    items, whole = json_items(decode(payload.body, payload.content_type))
    if not any(_is_notice(item) for item in items) and not (whole and items == []):
        return Parsed((), (wording.NOT_POLISEN,))
    entries = [_entry(item, source, context) for item in items if isinstance(item, dict) and _is_notice(item)]
    problems = []
    if not whole:
        problems.append(wording.CUT_OFF)
    if unreadable := len(items) - len(entries):
        problems.append(wording.unreadable_items(unreadable))
    expected = Options.model_validate(source.options).expects
    if len(entries) < expected:
        problems.append(wording.short_answer(len(entries), expected))
    return Parsed(tuple(entries), tuple(problems))


def _is_notice(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), int | str) and bool(line(item.get("name")))


def _entry(item: dict[str, object], source: Source, context: Context) -> Entry:
    native_id, name = line(item["id"]), line(item["name"])
    path = item.get("url")
    # The same notice is listed now with, now without the closing slash: without this, each change is an edit.
    url = canonical(f"{path.rstrip('/')}/", HOME) if isinstance(path, str) and path else None
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=url,
        title=name,
        text=plain(item.get("summary")),
        published=when(item.get("datetime"), context.zone),
        language=source.language or "sv",
        place=_place(name, item.get("location")),
    )


def _place(name: str, location: object) -> str | None:
    """The last part of "21 mars 21.16, Trafikolycka, personskada, Malmö": the type may hold commas, the place none."""
    _, comma, last = name.rpartition(",")
    if comma and last.strip():
        return last.strip()
    return (line(location.get("name")) or None) if isinstance(location, dict) else None
