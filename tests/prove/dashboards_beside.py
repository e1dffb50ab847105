"""What stands beside the entries of `dashboards_rows`: who was told, what they did about it, visits, the access log."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipelines.config import load
from pipelines.store.access import GENESIS, chained
from pipelines.types import MAIL
from tests.prove.dashboards_rows import CONFIG, DAYS, NOW, Told

KEPT = timedelta(days=90)
"""For which a mail's text is kept."""
LOGGED = 0.75
"""Lines of the access log for each entry that something stands beside: this month's."""
VISITS = 30 * 48
"""To each source, one each half an hour for as long as they are kept."""
CORRECTED = 0.05
"""Share of what was flagged."""
HEAD = "kommunikationschef"
COLUMNS = {
    "notice": "story_id entry_id receiver route category urgent at created_at alert_key digest_key occasion severity "
    "units passes",
    "message": "key kind receiver address subject text html message_id story_id link channel state created_at attempts "
    "not_before sent_at",
    "case_file": "id kind entry_id story_id category responsible starts_at opened_at remind_at due_at escalate_at",
    "case_event": "case_id action at by via told note",
    "case_now": "case_id is_open due_at",
    "correction": "entry_id revision verdict value by via at",
    "source_state": "source_id validators first_fetched_at last_tried_at last_ok_at last_new_at failure_weight gone "
    "habits milliseconds",
    "poll": "source_id at outcome status new edited milliseconds",
    "access_event": "segment at account role action place entries hash",
}
"""In the order in which they can be written."""
Row = tuple[Any, ...]


def rows(table: str, told: Sequence[Told], dialect: str) -> Iterator[Row]:
    """The rows of that table, as the driver takes them."""
    for row in {
        "notice": _notices,
        "message": _messages,
        "case_file": _cases,
        "case_event": _events,
        "case_now": _now,
        "correction": _corrections,
        "source_state": _sources,
        "poll": _polls,
        "access_event": _accesses,
    }[table](told):
        yield tuple(_stamp(dialect, value) if isinstance(value, datetime) else value for value in row)


def _stamp(dialect: str, at: datetime) -> str:
    return at.isoformat(" ", "microseconds")[: 26 if dialect == "sqlite" else None]


def _notices(told: Sequence[Told]) -> Iterator[Row]:
    """What is flagged is told at once to its units and the head; the rest of what names a unit, in a digest."""
    for one in told:
        heads = [f"enhetschef:{unit}" for unit in one.units]
        for receiver in [HEAD, *heads] if one.category else heads:
            alert = _alert(one, receiver) if one.category else None
            digest = None if alert else f"digest:{receiver}:{one.at:%Y-%m-%d}"
            what = (receiver, "r", one.category or "mention", bool(alert), one.at, one.at, alert, digest)
            yield (one.story, one.id, *what, f"first:{one.id}", "medium", json.dumps(one.units), False)


def _alert(one: Told, receiver: str) -> str:
    return f"alert:{one.id}:{receiver}"


def _messages(told: Sequence[Told]) -> Iterator[Row]:
    config = load(CONFIG)
    for one in told:
        if one.category:
            for receiver in (HEAD, *(f"enhetschef:{unit}" for unit in one.units)):
                yield _message(_alert(one, receiver), "alert", receiver, one.at, one.story)
    for back in range(DAYS, 0, -1):
        closes = NOW.replace(hour=6, minute=30) - timedelta(days=back - 1)
        for receiver in config.receivers:
            key = f"digest:{receiver.id}:{closes:%Y-%m-%d}"
            yield _message(key, "digest", receiver.id, closes, None)


def _message(key: str, kind: str, receiver: str, at: datetime, story: str | None) -> Row:
    """Emptied when its time was up."""
    kept = NOW - at < KEPT
    subject, text = (f"Mediebevakning {at:%Y-%m-%d}", "Ett inlägg om kommunen. " * 40) if kept else ("", "")
    html = f"<html><head></head><body><p>{text}</p></body></html>" if kept else ""
    named = (key, kind, receiver, "chef@kommun.example", subject, text, html, f"<{key}@kommun.example>")
    return (*named, story, "https://bevakning.example/", MAIL, "sent", at, 1, at, at)


def _asked(told: Sequence[Told]) -> Iterator[tuple[str, int, Told]]:
    """Id and number of each case: questions to a unit, and what is flagged on one of our accounts."""
    cases = (one for one in told if one.question or one.category)
    return ((f"case{number}", number, one) for number, one in enumerate(cases) if number % 4 == 0)


def _cases(told: Sequence[Told]) -> Iterator[Row]:
    for id, _, one in _asked(told):
        kind = "unsuitable" if one.category else "question"
        due = one.at + timedelta(hours=48)
        clock = (one.at, one.at, one.at + timedelta(hours=24), due, due)
        yield (id, kind, one.id, one.story, one.category or kind, json.dumps([HEAD]), *clock)


def _open(number: int, one: Told) -> bool:
    """The last week's, and a few that nobody closed."""
    return NOW - one.at < timedelta(days=7) or number % 200 == 0


def _events(told: Sequence[Told]) -> Iterator[Row]:
    for id, number, one in _asked(told):
        yield (id, "opened", one.at, "mediebevakningen", "clock", json.dumps([HEAD]), "")
        if not _open(number, one):
            yield (id, "answered", one.at + timedelta(hours=5), "anna", "dashboard", "[]", "")


def _now(told: Sequence[Told]) -> Iterator[Row]:
    for id, number, one in _asked(told):
        yield (id, _open(number, one), one.at + timedelta(hours=48))


def _corrections(told: Sequence[Told]) -> Iterator[Row]:
    chance = random.Random(7)
    for one in told:
        if one.category and chance.random() < CORRECTED:
            yield (one.id, "r1", "not-flag", one.category, "anna", chance.choice(("account", "link")), one.at)


def _sources(_: Sequence[Told]) -> Iterator[Row]:
    for source in load(CONFIG).sources:
        yield (source.id, "{}", NOW - timedelta(days=DAYS), NOW, NOW, NOW, 0.0, False, "{}", 120)


def _polls(_: Sequence[Told]) -> Iterator[Row]:
    sources = [source.id for source in load(CONFIG).sources]
    for back in range(VISITS, 0, -1):
        for number, source in enumerate(sources):
            new = (back + number) % 3
            yield (source, NOW - back * timedelta(minutes=30), "ok" if new else "unchanged", 200, new, 0, 120)


def _accesses(told: Sequence[Told]) -> Iterator[Row]:
    flagged = [one.id for one in told if one.category][-5_000:]
    if not flagged:
        return
    before = GENESIS
    began = NOW.replace(day=1, hour=0, minute=0)
    lines = int(LOGGED * len(told))
    step = (NOW - began) / lines
    for number in range(lines):
        start = number * 7919 % len(flagged)
        seen = flagged[start : start + 1 + number % 6]
        values = {
            "at": began + number * step,
            "account": f"konto-{number % 60}",
            "role": HEAD,
            "action": "read",
            "place": "/flode" if number % 3 else "/inlagg/{entry_id}",
            "entries": seen,
        }
        segment = f"{began:%Y-%m}"
        before = chained(before, segment, values)
        yield (segment, *(values | {"entries": json.dumps(seen)}).values(), before)
