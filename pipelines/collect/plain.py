"""Markup to plain text: whatever a source sends, no tag and no script comes out, in time linear in what came in.

A tokeniser of our own, because a tree is the wrong shape for hostile input: lexbor (selectolax 1.0.2, 2026-11) takes
14 s for 100 kB of `<b a1><p><b a2><p>…`, as the HTML5 algorithm makes it. Here every character is passed once.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

MAX_MARKUP = 400_000
"""Characters of one field that are read; the longest article pages are some 100,000 of text."""
MAX_TEXT = 50_000
MAX_LINE = 500
ROUNDS = 4
"""How often text is peeled: feeds escape their HTML once too often, seldom twice."""
LONGEST_TAG = 4096
"""Characters within which a tag's quotes are minded; beyond it (data: images) the next `>` ends the tag."""

BLOCKS = frozenset(
    re.split(
        r"\s+",
        "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form"
        " h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody tfoot thead tr ul",
    )
)
CELLS = frozenset(("td", "th"))
DROPPED = frozenset(
    ("script", "style", "iframe", "noscript", "noembed", "noframes", "object", "svg", "math", "template")
)
INLINE = frozenset(
    re.split(
        r"\s+",
        "a abbr acronym audio b bdi bdo big body button center cite code col colgroup data dfn del em embed font head"
        " html i img input ins kbd label legend link map mark meta meter output param picture progress q rp rt ruby s"
        " samp select small source span strike strong sub sup textarea time title track tt u var video wbr",
    )
)
ELEMENTS = BLOCKS | CELLS | DROPPED | INLINE

_BARE_BLOCK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|blockquote|figure) ?/?>|</?(?:P|BR|DIV|LI|UL|OL)>")
_BARE_INLINE = re.compile(r"</?(?:a|b|i|em|strong|span|u|small|font)>")
_OPENING = re.compile(
    r"<(?:(?P<comment>!--)|(?P<cdata>!\[CDATA\[)|(?P<other>[!?])|(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*))"
)
_TAG_REST = re.compile(r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_CLOSING = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in DROPPED}
_PICTOGRAM = re.compile(r"""\salt=["']([^"'\w<>&\x00-\x7f]{1,8})["']""")
_TAG_LIKE = re.compile(r"<(?=[a-zA-Z/!?])")
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_DECOMPOSED = re.compile("[A-Za-z][\u0300-\u036f]")
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u00ad\u200b\u200e\u200f\u2060\ufeff"  # invisible, and would split a name in two
    "\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"  # turns or hides what a reader of a mail sees
)
_UNCLEAN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0300-\u036f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\U000e0000-\U000e007f]"
)
"""Whatever `clean` has something to do with: to look for it once is faster than to do it four times."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("[\r\x85\u2028\u2029]+")


def plain(value: object, limit: int = MAX_TEXT) -> str:
    """The text of `value`, blocks on lines of their own; "" for what is no text. At most `limit` characters."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text = value[:MAX_MARKUP]
    if "<" not in text and "&" not in text:  # most titles, and the teasers of most newspapers
        return clean(text)[:limit].rstrip()
    for _ in range(ROUNDS):
        if "<" not in text and "&" not in text:
            break
        peeled = unescape("".join(_pieces(_without_bare_tags(text))))
        if peeled == text:
            break
        text = peeled
    return _TAG_LIKE.sub("< ", clean(text))[:limit].rstrip()


def line(value: object, limit: int = MAX_LINE) -> str:
    """`plain`, on one line: titles, names, places."""
    text = plain(value, limit)
    return " ".join(text.split()) if "\n" in text else text


def clean(text: str) -> str:
    """`text` without control, invisible and turning characters, å ä ö in one piece each, no empty lines."""
    if _UNCLEAN.search(text) is None:
        return _rows(text)
    text = _SURROGATE.sub("\ufffd", _NOT_TEXT.sub("", _BREAKS.sub("\n", text)))
    # pair by pair: normalising a whole text sorts long runs of marks in quadratic time
    text = _DECOMPOSED.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)
    return _rows(text)


def _rows(text: str) -> str:
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(row for line in text.split("\n") if (row := " ".join(line.split())))


def unescape(text: str) -> str:
    """`html.unescape`, which raises ValueError for a reference of more than 4300 digits."""
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))


def _without_bare_tags(markup: str) -> str:
    """Most tags have no attributes, and are gone at once: that is five times as fast as to look at each. What this may
    join to a new tag is one for the tokeniser."""
    return _BARE_INLINE.sub("", _BARE_BLOCK.sub("\n", markup)) if "<" in markup else markup


def _pieces(markup: str) -> Iterator[str]:
    """What stands between the tags. Whatever is opened and never closed takes the rest with it, as in a browser."""
    position, last_end = 0, markup.rfind(">")
    while found := _OPENING.search(markup, position):
        yield markup[position : found.start()]
        position = found.end()
        if found["comment"]:
            end = markup.find("-->", found.start() + 2)
            if end < 0:
                return
            position = end + 3
        elif found["cdata"]:
            end = markup.find("]]>", position)
            yield markup[position : end if end >= 0 else None]
            if end < 0:
                return
            position = end + 3
        elif found["other"]:
            if found.start() > last_end:
                return
            position = markup.find(">", position) + 1
        else:
            name = found["name"].lower()
            tag_end = _tag_end(markup, position, last_end, known=name in ELEMENTS)
            if tag_end is None:
                yield "<"
                position = found.start() + 1
                continue
            yield _in_place_of(name, markup[position : min(tag_end, position + LONGEST_TAG)])
            position = tag_end
            if name in DROPPED and not found["end"] and markup[tag_end - 2 : tag_end] != "/>":
                closing = _CLOSING[name].search(markup, tag_end)
                if closing is None or closing.start() > last_end:
                    return
                position = markup.find(">", closing.end()) + 1
    yield markup[position:]


def _tag_end(markup: str, position: int, last_end: int, *, known: bool) -> int | None:
    """Where the tag ends whose name ends at `position`; None where it is none, but a `<` in running text."""
    if whole := _TAG_REST.match(markup, position, position + LONGEST_TAG):
        return whole.end()
    if not known:
        return None
    return len(markup) if position > last_end else markup.find(">", position) + 1


def _in_place_of(name: str, attributes: str) -> str:
    if name in BLOCKS:
        return "\n"
    if name in CELLS:
        return " "
    if name == "img" and (pictogram := _PICTOGRAM.search(attributes)):
        return pictogram[1]  # WordPress writes emoji as pictures
    return ""
