"""OpenStreetMap's notes, what people report on the map: https://api.openstreetmap.org/api/0.6/notes, as GeoJSON.

Auth      none.
Limits    none stated for reading; a User-Agent with contact is asked for. The 100 notes changed last are read, no page
          behind them: a municipality has a few a week.
Cannot    notes hidden by moderators; notes that were closed longer ago than `options.closed_days`.
Traps     Times are "2019-06-15 08:26:04 UTC". Anonymous comments have no user. Comments have no id: time and deed are.
          `notes.json` takes a box alone; with words, `notes/search.json` is asked.
Status    fields as public programs and the project's wiki give them; the answer as GeoJSON was not seen [K].

The note is one Entry, whose title tells whether it is solved; each comment on it that says something is another.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.objects import Record, body, identity, integer, readable
from pipelines.collect.parse import Context, entry_id, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import question
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PROVIDER = "OpenStreetMap"
SITE = "https://www.openstreetmap.org"
NOTES = 100


class Options(Table):
    box: tuple[float, float, float, float]
    """West, south, east, north in degrees."""
    query: Text | None = None
    """Words that must stand in a note; none takes all in the box."""
    closed_days: int = Field(7, ge=-1)
    """For how long a closed note is still read; -1 for ever."""
    place: Text | None = None
    """Where the notes are said to be, where the box holds nothing else."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:  # noqa: ARG001 - comments are late: no cursor
    """One question. `source.url` is the host's own address."""
    options = Options.model_validate(source.options)
    box, home = ",".join(map(str, options.box)), source.url.rstrip("/")
    if options.query is None:
        return (Request(question(f"{home}/api/0.6/notes.json", bbox=box, limit=NOTES, closed=options.closed_days)),)
    words = {"q": options.query, "bbox": box, "limit": NOTES, "closed": options.closed_days}
    return (Request(question(f"{home}/api/0.6/notes/search.json", **words, sort="updated_at", order="newest")),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a note, and one for each later comment with words."""
    answer = table(body(payload))
    if answer.get("type") != "FeatureCollection" or not isinstance(answer.get("features"), list):
        return Parsed((), (wording.not_from(PROVIDER),))
    features, problems = readable(rows(answer["features"]), _is_note)
    return Parsed(tuple(entry for note in features for entry in _entries(note, source, context)), problems)


def _is_note(feature: Record) -> bool:
    return integer(table(feature.get("properties")).get("id")) is not None


def _entries(feature: Record, source: Source, context: Context) -> Iterator[Entry]:
    note = table(feature.get("properties"))
    note_id = identity(note["id"])
    comments = [table(comment) for comment in rows(note.get("comments"))]
    title = wording.map_note(solved=note.get("status") == "closed")
    opening = comments[0] if comments else {}
    yield _entry(note_id, note_id, title, opening, line(note.get("date_created")), source, context)
    for comment in comments[1:]:
        date = line(comment.get("date"))
        if plain(comment.get("text")):
            native_id = f"{note_id}#{date} {line(comment.get('action'))}"
            yield _entry(native_id, note_id, "", comment, date, source, context)


def _entry(
    native_id: str, note_id: str, title: str, comment: Record, date: str, source: Source, context: Context
) -> Entry:
    user = integer(comment.get("uid"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=f"{SITE}/note/{note_id}",
        title=title,
        text=plain(comment.get("text")),
        author=None if user is None else context.pseudonym(f"{SITE}/user/{user}"),
        published=when(date, context.zone),
        language=source.language,
        place=Options.model_validate(source.options).place,
    )
