"""The lines that `assess` reads and writes: a post in, its assessment out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from pipelines.types import Assessment, Entry, Flag, Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
TEXTS = ("title", "text", "url", "author", "published", "language")
REQUIRED = ("id", "source", "text")


class BadPost(ValueError):
    """A line that is no post; the message says what is wrong with it."""


def read_post(given: object) -> Entry:
    """The post in one JSON value. Raises BadPost; unknown keys are left alone, so that labelled files can be read."""
    if not isinstance(given, Mapping):
        raise BadPost("the line is not a JSON object")
    for key in REQUIRED:
        if key not in given:
            raise BadPost(f'"{key}" is missing')
    post_id = given["id"]
    if not isinstance(post_id, str | int) or isinstance(post_id, bool) or post_id == "":
        raise BadPost('"id" is neither a text nor a number')
    if given["source"] not in KINDS:
        raise BadPost(f'"source" is none of {", ".join(KINDS)}')
    texts = {key: _text(given, key) for key in TEXTS}
    return Entry(
        id=str(post_id),
        source_id="",
        native_id=str(post_id),
        kind=given["source"],
        url=texts["url"],
        title=texts["title"] or "",
        text=texts["text"] or "",
        author=texts["author"],
        published=_time(texts["published"]),
        language=texts["language"],
    )


def _text(given: Mapping[str, object], key: str) -> str | None:
    value = given.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadPost(f'"{key}" is not a text')


def _time(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadPost(f'"published" is no time such as 2026-11-21T14:05:00+01:00: {value[:40]!r}') from error
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def as_json(entry: Entry, assessment: Assessment, receivers: tuple[str, ...] = ()) -> dict[str, object]:
    """What `assess` answers for one post."""
    return {
        "id": entry.id,
        "language": assessment.language,
        "about": assessment.about,
        "places": list(assessment.places),
        "units": list(assessment.units),
        "tone": {
            "label": assessment.tone.label,
            "polarity": round(assessment.tone.polarity, 3),
            "confidence": round(assessment.tone.confidence, 3),
        },
        "stance": {"label": assessment.stance.label, "confidence": round(assessment.stance.confidence, 3)},
        "intent": assessment.intent,
        "toxicity": round(assessment.toxicity, 3),
        "flags": [_flag(flag) | _cautions(assessment) for flag in assessment.flags],
        "alert": assessment.alert,
        "receivers": list(receivers),
    }


def _flag(flag: Flag) -> dict[str, object]:
    shown: dict[str, object] = {
        "category": flag.category,
        "role": flag.role,
        "severity": flag.severity,
        "confidence": round(flag.confidence, 3),
        "evidence": [{"start": span.start, "end": span.end, "text": span.text} for span in flag.evidence],
        "reason": flag.reason,
        "target": flag.target,
    }
    return shown | ({"type": flag.type} if flag.type else {})


def _cautions(assessment: Assessment) -> dict[str, object]:
    """Whether the units concerned must not be the ones that are told, and why."""
    return {"by_employee": assessment.by_employee, "about_management": assessment.about_management}
