"""Wiki markup to plain text, roughly and in linear time: what a reader sees of a line, without links and templates."""

from __future__ import annotations

import re

from pipelines.collect.plain import plain

MAX_WIKITEXT = 400_000
_MARKS = (
    (re.compile(r"<ref\b[^<>]{0,500}/>|<ref\b[^<>]{0,500}>[^<]{0,2000}</ref>", re.IGNORECASE), ""),
    (re.compile(r"\{\{[^{}]{0,5000}\}\}"), ""),
    (re.compile(r"\[\[(?:[^\[\]|\n]{0,500}\|){0,9}([^\[\]|\n]{0,500})\]\]"), r"\1"),
    (re.compile(r"\[(?:https?:)?//[^\s\[\]]{1,2000}(?: ([^\[\]\n]{0,500}))?\]"), r"\1"),
    (re.compile(r"'{2,5}"), ""),
    (re.compile(r"^[*#:;]{1,9}|^={1,6}|={1,6}\s{0,9}$", re.MULTILINE), ""),
)


def readable(wikitext: object) -> str:
    """The text of `wikitext`; "" for what is no text."""
    if not isinstance(wikitext, str):
        return ""
    text = wikitext[:MAX_WIKITEXT]
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    return plain(text)


def added(old: str, new: str) -> str:
    """The lines of `new` that `old` does not have, as plain text: what an edit put in or rewrote."""
    before = set(old[:MAX_WIKITEXT].split("\n"))
    return readable("\n".join(line for line in new[:MAX_WIKITEXT].split("\n") if line not in before))
