"""Documents as PDF, by Typst: tagged, PDF/A-2a and PDF/UA-1, to be kept and to be read by all.

What a document says goes to its template as JSON and is shown, never run: no text can be a command, name a file or
reach a network. The fonts that Typst brings along write what Europeans write; what no font of the machine can write
becomes LACKING, and the document says so, since the standards forbid a sign without a shape.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipelines.reports.blocks import Block

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
LACKING = "□"
UNTITLED = "Utan titel"
NOTE = f"{LACKING} står för tecken som inte kan visas i dokumentet, till exempel vissa emojier."
TRIES = 8
"""Signs that cannot be written are named at each try, not always all at once."""
NAMED = re.compile(r'(?:the text|codepoint) `"((?:\\.|[^"\\])*)"`')
"""A sign that cannot be written, as Typst names it."""
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
BARE = {"Cc": " ", "Cs": LACKING, "Co": LACKING, "Cn": LACKING}
"""What is no sign of a text at all, by Unicode's category, and what it becomes."""
TURNING = dict.fromkeys([0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that turn the direction of what follows them, so that an address could be read backwards."""

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Signs = Callable[[str], str]


def render(blocks: Iterable[Block], *, title: str, when: datetime) -> bytes:
    """The blocks as a document with its title, dated `when` (aware, in the zone to tell it in).

    Same arguments, same bytes, on the same machine. Raises typst.TypstError where the template does not fit the blocks.
    """
    import typst

    data: Json = {"blocks": [cast("Json", asdict(block)) for block in blocks]}
    shown: Signs = _readable
    for attempt in range(TRIES):
        try:
            return _compiled(_mapped(data, shown), shown(title).strip() or UNTITLED, when)
        except typst.TypstError as error:
            refused = _named(f"{error.message}\n{error.diagnostic}")
            if not refused:
                raise
            shown = _without(refused, shown) if attempt < TRIES - 2 else _plain
    raise AssertionError("what is plain can be written")


def _compiled(data: Json, title: str, when: datetime) -> bytes:
    import typst

    written = json.dumps(data, ensure_ascii=False)
    return typst.compile(
        str(TEMPLATES / "blocks.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=when.astimezone(UTC).replace(microsecond=0),  # Typst takes whole seconds only
        sys_inputs={
            "data": written,
            "title": title,
            "made": f"{when:%Y-%m-%d %H.%M}",
            "lacking": NOTE if LACKING in written + title else "",
        },
    )


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts()


def _mapped(value: Json, shown: Signs) -> Json:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list | tuple):
        return [_mapped(one, shown) for one in value]
    if isinstance(value, Mapping):
        return {key: _mapped(one, shown) for key, one in value.items()}
    return value


def _readable(text: str) -> str:
    """Without what is no sign of a text: controls but the end of a line, halves of signs, signs of nobody's."""
    if text.isascii() and text.isprintable():
        return text
    signs = (one if one in "\n\t" else BARE.get(unicodedata.category(one), one) for one in text.translate(TURNING))
    return _joined("".join(signs))


def _without(refused: frozenset[str], before: Signs) -> Signs:
    """A sign that is only seen together with others (a joiner, a variant) goes, any other becomes LACKING."""
    table = str.maketrans({one: "" if unicodedata.category(one) in ("Cf", "Mn", "Sk") else LACKING for one in refused})
    return lambda text: _joined(before(text).translate(table))


def _plain(text: str) -> str:
    """Latin only, which every font of a text has."""
    return _joined("".join(one if one < "ƀ" or one in "–—‘’“”…−" else LACKING for one in _readable(text)))


def _joined(text: str) -> str:
    return re.sub(f"{LACKING}{{2,}}", LACKING, text)


def _named(message: str) -> frozenset[str]:
    found = (
        ESCAPED.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], name) for name in NAMED.findall(message)
    )
    return frozenset("".join(found))
