"""OPML 2.0 (http://opml.org/spec2.opml): lists of feeds, as feed readers exchange them. Folders are groups.

What OPML has no word for stands as JSON in an attribute of our own, so that our own export comes back whole; other
readers pass it by. Entities and doctypes are refused: nobody's list needs them, and they can be made to explode.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from pipelines.config.schema import Source
from pipelines.types import Kind

OURS = "urn:mediebevakning:opml"
SPLIT = "/"
DEEPEST = 50
"""Folders in folders."""


class NotOpmlError(Exception):
    """The text is not OPML; the message says where."""


def write(sources: Iterable[Source], title: str) -> str:
    """A document with a folder for each group, those without one first."""
    folders: dict[str, list[Source]] = {"": []}
    for source in sources:
        folders.setdefault(source.group, []).append(source)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:mb={quoteattr(OURS)}>',
        f"<head><title>{_escaped(title)}</title></head>",
        "<body>",
    ]
    for group, members in folders.items():
        names = group.split(SPLIT) if group else []
        lines += [f"<outline text={_attribute(name)}>" for name in names]
        lines += map(_outline, members)
        lines += ["</outline>"] * len(names)
    return "\n".join([*lines, "</body>", "</opml>", ""])


def read(text: str, kind: Kind) -> list[dict[str, object]]:
    """A row for each feed: ours as it was, another's as a feed of this `kind` with name, url and group.

    Raises NotOpmlError.
    """
    reader = _Reader(kind)
    try:
        reader.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise NotOpmlError(str(error)) from error
    if not reader.is_opml:
        raise NotOpmlError("no <opml> element")
    return reader.rows


class _Reader:
    def __init__(self, kind: Kind) -> None:
        self.rows: list[dict[str, object]] = []
        self.is_opml = False
        self._kind = kind
        self._folders: list[str | None] = []
        """The names of the outlines around; None for a feed."""
        self.parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise NotOpmlError("it has a doctype, which may hold entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_opml = self.is_opml or name == "opml"
        if name != "outline":
            return
        given = {key.rpartition(" ")[2].lower() if " " not in key else key: value for key, value in attributes.items()}
        url = given.get("xmlurl", "").strip()
        title = (given.get("title") or given.get("text") or "").strip()
        if len(self._folders) >= DEEPEST:
            raise NotOpmlError(f"more than {DEEPEST} folders in each other")
        self._folders.append(None if url else title.replace(SPLIT, "-"))
        if url:
            group = SPLIT.join(filter(None, self._folders))
            row: dict[str, object] = {"name": title or url, "family": "rss", "kind": self._kind, "url": url}
            row |= _ours(given.get(f"{OURS} row", ""))
            self.rows.append(row | ({"group": group} if group else {}))

    def _end(self, name: str) -> None:
        if name == "outline":
            self._folders.pop()


def _ours(row: str) -> dict[str, object]:
    try:
        given = json.loads(row)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _outline(source: Source) -> str:
    row = source.model_dump(mode="json", exclude_defaults=True, exclude={"name", "url", "group"})
    parts = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.url}
    if source.language:
        parts["language"] = source.language
    parts["mb:row"] = json.dumps(row, ensure_ascii=False)
    return f"<outline {' '.join(f'{key}={_attribute(value)}' for key, value in parts.items())}/>"


def _attribute(value: str) -> str:
    return quoteattr(_allowed(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _escaped(value: str) -> str:
    return quoteattr(_allowed(value))[1:-1]


def _allowed(value: str) -> str:
    """Without what XML 1.0 has no way to say."""
    return "".join(
        sign
        for sign in value
        if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or sign > "\uffff"
    )
