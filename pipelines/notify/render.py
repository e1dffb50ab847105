"""Renders a mail: from a template in templates/sv and its values to a Message with subject, text and HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipelines.config.schema import Config, Receiver
from pipelines.notify import wording
from pipelines.notify.plain import one_line
from pipelines.types import Message, MessageKind, short_hash

TEMPLATES = Path(__file__).parent / "templates" / "sv"
WIDTH = 76
"""Columns of the text part: short enough to be quoted in an answer."""
SUBJECT_LENGTH = 150
KEY_LENGTH = 110
"""Longest key written out, the outbox's column being 128."""


def rendered(
    key: str,
    kind: MessageKind,
    receiver: Receiver,
    config: Config,
    values: Mapping[str, object],
    thread_id: str | None,
    template: str | None = None,
) -> Message:
    """The Message of that key and kind to `receiver`, from the templates named after its kind, or `template`."""

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


def key_of(*parts: str) -> str:
    """The key made of these parts: written out, or where it would be too long a hash behind the first."""
    whole = ":".join(parts)
    return whole if len(whole) <= KEY_LENGTH else f"{parts[0]}:{short_hash(*parts)}"


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # no template changes while we run: looking cost a tenth of the rendering
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
