"""Notices to Messages: Swedish mail as text and HTML, from the templates in templates/sv.

What leaves: of an unflagged item its title and an excerpt; of a flagged one category, unit, why and link. Subjects hold
nothing from outside.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipelines.config.schema import Config, Receiver
from pipelines.notify import wording
from pipelines.notify.briefing import Briefing
from pipelines.notify.lines import Line, lead, line, lines
from pipelines.notify.plain import one_line
from pipelines.types import Message, Told, short_hash

TEMPLATES = Path(__file__).parent / "templates" / "sv"
WIDTH = 76
"""Columns of the text part: short enough to be quoted in an answer."""
SUBJECT_LENGTH = 150
SHOWN: Mapping[str, int] = {"alerts": 40}
SHOWN_OTHERWISE = 20
"""Stories that a digest shows of each part before it only says how many more there are. A story is about 1.3 kB of
HTML, and Gmail cuts mails at 102 kB."""
KEY_LENGTH = 110
"""Longest key written out, the outbox's column being 128."""


def alert(story: Sequence[Told], receiver: Receiver, config: Config, *, thread_id: str | None = None) -> Message:
    """The mail that tells `receiver` of one story at once; `story` is all of it that is yet untold."""
    shown = line(story, config)
    gravest = lead(story).notice
    key = _key("alert", gravest.story_id, gravest.category, receiver.id)
    about = ", ".join(shown.units or shown.places) or config.municipality.name
    values = {"line": shown, "about": about, "receiver": receiver, "config": config}
    return replace(_message(key, "alert", receiver, config, values, thread_id), link=shown.page)


def digest(told: Iterable[Told], receiver: Receiver, briefing: Briefing, config: Config) -> Message:
    """The day's mail to `receiver`, also when `told` is empty: nothing to report is a report."""
    sections = _sections(lines(told, config))
    now, before = briefing.now, briefing.before
    values = {
        "sections": sections,
        "summary": ", ".join(wording.number(len(all_of), name) for name, all_of in sections.items()),
        "briefing": briefing,
        "figures": (
            ("Inlägg i allt", now.about, before.about),
            ("Negativa", now.negative, before.negative),
            ("Flaggade", now.flagged, before.flagged),
            ("Frågor", now.questions, before.questions),
            ("Berömmande", now.positive, before.positive),
        ),
        "shown": {name: SHOWN.get(name, SHOWN_OTHERWISE) for name in wording.SECTIONS},
        "receiver": receiver,
        "config": config,
    }
    return _message(digest_key(receiver.id, briefing.window.day), "digest", receiver, config, values, None)


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
    key: str, kind: Any, receiver: Receiver, config: Config, values: dict[str, object], thread_id: str | None
) -> Message:
    def render(part: str) -> str:
        return _environment().get_template(f"{kind}{part}").render(values)

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
