"""Notices to Messages: Swedish mail as text and HTML, from the templates in templates/sv.

What leaves: of an unflagged item its title and an excerpt; of a flagged one category, unit, why and link. Subjects hold
nothing from outside.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipelines.config.schema import Config, Receiver
from pipelines.notify import wording
from pipelines.notify.briefing import Briefing, DayFigures
from pipelines.notify.caselines import CaseLine
from pipelines.notify.lines import Line, lead, line, lines
from pipelines.notify.offers import Signer
from pipelines.notify.plain import one_line
from pipelines.notify.spikes import Spike
from pipelines.types import Message, Told, short_hash

TEMPLATES = Path(__file__).parent / "templates" / "sv"
WIDTH = 76
"""Columns of the text part: short enough to be quoted in an answer."""
SUBJECT_LENGTH = 150
SHOWN: Mapping[str, int] = {"alerts": 40}
SHOWN_OTHERWISE = 20
"""Stories that a digest shows of each part before it only says how many more there are."""
CORRECTABLE: Mapping[str, int] = {"alerts": 10, "negative": 10, "question": 5}
"""Stories of each part that a digest offers to correct: the links take as much room as the story."""
LARGEST = 100_000
"""Bytes of a digest's HTML, a story being about 1.3 kB: Gmail cuts mails at 102 kB."""
SHARES = (1, 0.75, 0.5, 0.25)
"""Of these numbers, where a digest would otherwise be larger: the greatest that fits, or the last."""
SHOWN_CASES = 10
KEY_LENGTH = 110
"""Longest key written out, the outbox's column being 128."""


def alert(
    story: Sequence[Told],
    receiver: Receiver,
    config: Config,
    *,
    thread_id: str | None = None,
    signer: Signer | None = None,
) -> Message:
    """The mail that tells `receiver` of one story at once; `story` is all of it that is yet untold."""
    shown = line(story, config, signer)
    gravest = lead(story).notice
    again = () if gravest.occasion == "first" else (gravest.occasion,)
    key = _key("alert", gravest.story_id, gravest.category, receiver.id, *again)
    about = ", ".join(shown.units or shown.places) or config.municipality.name
    values = {
        "line": shown,
        "about": about,
        "again": wording.again(gravest.occasion) if thread_id else "",
        "receiver": receiver,
        "config": config,
    }
    return replace(_message(key, "alert", receiver, config, values, thread_id), link=shown.page)


def digest(
    told: Iterable[Told], receiver: Receiver, briefing: Briefing, config: Config, *, signer: Signer | None = None
) -> Message:
    """The day's mail to `receiver`, also when `told` is empty: nothing to report is a report."""
    sections = _sections(lines(told, config, signer))
    now, before = briefing.now, briefing.before
    counted = [(len(all_of), name) for name, all_of in sections.items()] + [(len(briefing.cases), "cases")]
    days = round((briefing.window.end - briefing.window.start) / timedelta(days=1))
    values = {
        "sections": sections,
        "summary": ", ".join(wording.number(count, name) for count, name in counted if count),
        "briefing": briefing,
        "span": "dygnet" if days == 1 else f"{days} dygn",
        "bars": _bars(briefing.week),
        "figures": (
            ("Inlägg i allt", now.about, before.about),
            ("Negativa", now.negative, before.negative),
            ("Flaggade", now.flagged, before.flagged),
            ("Frågor", now.questions, before.questions),
            ("Berömmande", now.positive, before.positive),
        ),
        "shown_cases": SHOWN_CASES,
        "receiver": receiver,
        "config": config,
    }
    key = digest_key(receiver.id, briefing.window.day)
    for share in SHARES:
        shown = {name: round(SHOWN.get(name, SHOWN_OTHERWISE) * share) for name in wording.SECTIONS}
        correctable = {name: round(most * share) for name, most in CORRECTABLE.items()}
        sized = values | {"shown": shown, "correctable": correctable}
        made = _message(key, "digest", receiver, config, sized, None)
        if len(made.html.encode()) <= LARGEST:
            break
    return made


def _bars(week: Sequence[DayFigures]) -> tuple[tuple[DayFigures, float, float], ...]:
    """Each day with the length of its bar and of the negative part of it, where the longest bar is 1."""
    most = max((day.about for day in week), default=0)
    return tuple((day, day.about / most if most else 0.0, day.negative / most if most else 0.0) for day in week)


def of_case(
    step: Literal["reminder", "escalation"],
    case_id: str,
    shown: CaseLine,
    receiver: Receiver,
    config: Config,
    *,
    thread_id: str | None = None,
) -> Message:
    """The mail that tells `receiver` that a case waits, or that its time is up."""
    about = ", ".join(shown.line.units or shown.line.places) or config.municipality.name
    values = {
        "case": shown,
        "line": shown.line,
        "late": step == "escalation",
        "heading": wording.CASE_HEADINGS[step, shown.kind],
        "about": about,
        "receiver": receiver,
        "config": config,
    }
    made = _message(_key(step, case_id, receiver.id), step, receiver, config, values, thread_id, template="case")
    return replace(made, link=shown.page)


def summary(told: Iterable[Told], receiver: Receiver, config: Config, day: date) -> Message:
    """The one mail that tells `receiver` of what the cap on the day's alerts has held back."""
    values = {
        "lines": lines(told, config),
        "shown": SHOWN["alerts"],
        "cap": config.alerts.cap_per_day,
        "receiver": receiver,
        "config": config,
    }
    return _message(summary_key(receiver.id, day), "summary", receiver, config, values, None)


def summary_key(receiver: str, day: date) -> str:
    """The key of the summary that `receiver` has of that day's alerts."""
    return _key("summary", receiver, day.isoformat())


def spike(found: Spike, receiver: Receiver, config: Config) -> Message:
    """The mail that tells `receiver` of more posts than usual."""
    unit = config.unit(found.place)
    hour = found.medium == "social"
    values = {
        "spike": found,
        "about": unit.name if unit else config.municipality.name,
        "window": "den senaste timmen" if hour else "det senaste dygnet",
        "before": "de tolv timmarna före" if hour else "de fjorton dygnen före",
        "medium": "sociala medier" if hour else "nyhetsmedier",
        "receiver": receiver,
        "config": config,
    }
    key = _key("spike", found.place, found.medium, found.measure, found.at.isoformat(), receiver.id)
    return _message(key, "spike", receiver, config, values, None)


def digest_key(receiver: str, day: date) -> str:
    """The key of the digest that `receiver` has for `day`."""
    return _key("digest", receiver, day.isoformat())


def _sections(shown: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines by section, in the sections' order; only sections that have any."""
    found: dict[str, list[Line]] = {name: [] for name in wording.SECTIONS}
    for one in shown:
        found[one.section].append(one)
    return {name: all_of for name, all_of in found.items() if all_of}


def _message(
    key: str,
    kind: Any,
    receiver: Receiver,
    config: Config,
    values: dict[str, object],
    thread_id: str | None,
    template: str | None = None,
) -> Message:
    def render(part: str) -> str:
        return _environment().get_template(f"{template or kind}{part}").render(values)

    return Message(
        key=key,
        kind=kind,
        receiver=receiver.id,
        address=receiver.address,
        subject=one_line(render("_subject.txt"), SUBJECT_LENGTH),
        text=render(".txt").strip() + "\n",
        html=_inliner().inline(render(".html")),
        message_id=message_id(key, config),
        thread_id=thread_id,
        link=f"{config.dashboard.base_url.rstrip('/')}/",
    )


def message_id(key: str, config: Config) -> str:
    """The same for the same key, however often it is sent."""
    return f"<{short_hash(key)}@{config.sender.address.rpartition('@')[2]}>"


def _key(*parts: str) -> str:
    whole = ":".join(parts)
    return whole if len(whole) <= KEY_LENGTH else f"{parts[0]}:{short_hash(*parts)}"


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": wording.moment,
        "day": wording.day,
        "short_day": wording.short_day,
        "brief_day": wording.brief_day,
        "week": wording.week,
        "wrap": _wrap,
    }
    environment.globals |= {"change": wording.change, "section_names": wording.SECTIONS}
    return environment


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    """`text` in lines of at most WIDTH columns, the first indented by `first`, the others by `rest`."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
