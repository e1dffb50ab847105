"""What a page or a transcript says, as an excerpt beside the teaser that a feed gave of it. Pure.

Licence: an excerpt, never the page, and no more than the publisher's own marks allow: `nosnippet`, `noarchive` and
`max-snippet` in robots tags (Google's names, which newspapers use), `tdm-reservation` of the W3C community's TDMRep
(the machine-readable reservation of directive 2019/790, article 4). robots.txt is the door's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipelines.asking import Payload
from pipelines.collect.parse import decode
from pipelines.collect.plain import plain
from pipelines.types import Entry

EXCERPT = 1_500
"""Characters of a page that are kept at most."""
TEASER = 600
"""A text longer than this is no teaser: what it lacks matters less than the source's peace."""
PASSAGE = 400
"""About as many characters of a transcript stand together: some half a minute of speech."""
MAX_PAGE = 1_000_000
"""Bytes of a page that are read: several times what articles weigh."""
MOST_TAGS = 20_000
"""What is behind them is not read: trafilatura 2.3 needs 0.5 s for as many paragraphs, and 8 s for four times that."""
LONGEST_HEAD = 200_000
"""Characters within which a page's marks stand."""

_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*\Z")
_META = re.compile(r"<meta\b[^<>]{0,1000}>", re.IGNORECASE)
_NAMED = re.compile(r"""\bname\s{0,9}=\s{0,9}["']?(robots|googlebot|mediebevakning|tdm-reservation)\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""\bcontent\s{0,9}=\s{0,9}["']?([^"'>]{0,300})""", re.IGNORECASE)
_MAX_SNIPPET = re.compile(r"max-snippet\s{0,9}:\s{0,9}(-?\d{1,9})")
_HEADERS = (("robots", "x-robots-tag"), ("tdm-reservation", "tdm-reservation"))
_CLOSED = re.compile(r"\b(?:nosnippet|noarchive|none)\b")


def is_teaser(entry: Entry) -> bool:
    """Whether there is likely to be more behind the link than in the feed."""
    return len(entry.text) <= TEASER or _CUT_OFF.search(entry.text[-20:]) is not None


def extended(entry: Entry, more: str) -> Entry:
    """`entry` with `more` below its own text, which stays as it is: so a later visit knows the two apart."""
    said = {entry.title, *entry.text.split("\n")}
    rows = [row for row in more.split("\n") if row and row not in said]
    return replace(entry, text="\n".join((*filter(None, (entry.text,)), *rows))) if rows else entry


def kept(entry: Entry, stored: str) -> Entry:
    """`entry` with what an earlier visit put below the same text."""
    return replace(entry, text=stored) if stored.startswith(f"{entry.text}\n") or not entry.text else entry


def lead(page: Payload) -> str:
    """The beginning of the article on a page; "" where there is none, or it is not to be quoted."""
    markup = decode(page.body[:MAX_PAGE], page.content_type)
    allowed = _allowed(markup, page)
    if not allowed or not _is_page(page, markup):
        return ""
    from trafilatura import extract  # half a second to import, and few sources need it

    try:
        found = extract(_beginning(markup), fast=True, include_comments=False, include_tables=False, deduplicate=False)
    except Exception:  # it promises nothing for what is no HTML, and lxml raises many kinds: the world's fault
        return ""
    return _cut(plain(found), allowed)


def _beginning(markup: str) -> str:
    return "<".join(markup.split("<", MOST_TAGS)[:MOST_TAGS])


def _is_page(page: Payload, markup: str) -> bool:
    return "html" in page.content_type.lower() or (not page.content_type and "<" in markup[:1000])


def _allowed(markup: str, page: Payload) -> int:
    """Characters that the publisher lets others quote; 0 for none."""
    said = [f"{name}={page.headers.get(header, '')}" for name, header in _HEADERS]
    for tag in _META.findall(markup, 0, LONGEST_HEAD):
        if (name := _NAMED.search(tag)) and (content := _CONTENT.search(tag)):
            said.append(f"{name[1].lower()}={content[1]}")
    allowed = EXCERPT
    for one in said:
        kind, _, asked = one.lower().partition("=")
        if kind == "tdm-reservation":
            allowed = 0 if asked.strip() == "1" else allowed
        elif _CLOSED.search(asked):
            allowed = 0
        elif (snippet := _MAX_SNIPPET.search(asked)) and int(snippet[1]) >= 0:
            allowed = min(allowed, int(snippet[1]))
    return allowed


def _cut(text: str, length: int) -> str:
    """The first `length` characters at most, ended at a sentence or a word."""
    if len(text) <= length:
        return text
    text = text[: max(0, length - 1)]
    end = max(text.rfind(sign) for sign in (". ", "! ", "? ", ".\n", "!\n", "?\n", "\n"))
    if end > length // 2:
        return text[: end + 1].rstrip()
    return text.rpartition(" ")[0].rstrip() + "…" if " " in text else ""


# --- transcripts -------------------------------------------------------------------------------------------------

_SPEAKER = re.compile(r"<(cite|time)\b[^<>]{0,300}>[^<]{0,300}</\1>", re.IGNORECASE)
_TIMING = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s+-->")
_NO_CUE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b")


def passages(page: Payload, kind: str, mentions: Callable[[str], bool]) -> str:
    """The parts of a transcript that `mentions` is true of, at most `EXCERPT` characters. `kind`: its media type."""
    text = decode(page.body[:MAX_PAGE], page.content_type)
    told = [passage for passage in _grouped(_spoken(text, kind or page.content_type)) if mentions(passage)]
    return _cut("\n".join(told), EXCERPT)


def _spoken(text: str, kind: str) -> Iterator[str]:
    """What is said, in order, without times and without the speakers' names."""
    if "vtt" in kind or "srt" in kind or "subrip" in kind or text.lstrip("\ufeff").startswith("WEBVTT"):
        yield from _cues(text)
    elif "json" in kind:
        yield from _segments(text)
    else:
        yield from plain(_SPEAKER.sub(" ", text)).split("\n")


def _cues(text: str) -> Iterator[str]:
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").lstrip("\ufeff")):
        rows = block.split("\n")
        timed = next((number for number, row in enumerate(rows) if _TIMING.match(row)), None)
        if timed is not None and not _NO_CUE.match(block):
            yield plain(" ".join(rows[timed + 1 :]))


def _segments(text: str) -> Iterator[str]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return
    segments = given.get("segments") if isinstance(given, dict) else given
    for segment in segments if isinstance(segments, list) else ():
        if isinstance(segment, dict):
            yield plain(segment.get("body") or segment.get("text"))


def _grouped(pieces: Iterator[str]) -> Iterator[str]:
    group = ""
    for piece in pieces:
        group = f"{group} {piece}".strip()
        if len(group) >= PASSAGE:
            yield " ".join(group.split())
            group = ""
    if group:
        yield " ".join(group.split())
