"""Texts that nobody should have to read, for all who read texts: by name, the piece that is repeated, and the whole."""

from __future__ import annotations

from collections.abc import Mapping

REPEATED: Mapping[str, str] = {
    "one word": "skola",
    "a word and a blank": "skola ",
    "a letter": "a",
    "blanks": " ",
    "line breaks": "\n",
    "addresses": "https://a.example/b?c=d ",
    "handles": "@a ",
    "hashtags": "#Botkyrka ",
    "emoji": "😂",
    "emoji of several signs": "👩🏽‍🚒🇸🇪❤️",
    "right to left": "هذا نص عربي عن المدرسة ",
    "signs that turn the direction": "\u202eabc\u2066d\u2069 ",
    "zero width": "b\u200bu\u200dl\ufefft ",
    "combining signs": "a\u0301\u0308",
    "only combining signs": "\u0301",
    "lone surrogates": "\ud800\udfff\ud800 ",
    "NULs": "a\x00 ",
    "controls": "\x01\x1b[31m\x7f\u0085\u2028",
    "languages mixed": "Skolan är bra but the school är ikke god, okul kötü, koulu on huono. ",
    "quotes in quotes": "”a «b 'c ",
    "quotes that close": '"a" ',
    "brackets": "([{<",
    "threats": "jag ska döda dig ",
    "a threat cut off": "ska döda om ",
    "negations": "inte ",
    "negations that turn": "inte bra men inte dåligt eller ",
    "names": "Alby Öland Fittja ",
    "a name without end": "Botkyrka",
    "numbers": "0701740605 ",
    "a number without end": "1",
    "letters spaced out": "b u l t ",
    "letters starred": "b*lt ",
    "elongated": "braaaaaa!!!!! ",
    "full stops": ". ",
    "abbreviations": "t.ex. ",
    "marks of a page": "<b a='",
    "entities": "&amp;lt;",
    "backslashes": "\\",
}
WHOLE: Mapping[str, str] = {
    "nothing": "",
    "one blank": " ",
    "one emoji": "😂",
    "one sign": "?",
    "one combining sign": "\u0301",
    "one lone surrogate": "\ud800",
    "one NUL": "\x00",
    "the last character": "\U0010ffff",
    "one joined letter": "ﬁ",
    "a letter that grows in lower case": "İ",
    "one address": "https://a.example/",
    "quotes 500 deep": "”" * 500 + "hot" + "”" * 500,
    "brackets 500 deep": "(" * 500 + "hot" + ")" * 500,
}


def repeated(name: str, characters: int) -> str:
    """The piece, again and again."""
    piece = REPEATED[name]
    return (piece * (characters // len(piece) + 1))[:characters]


def texts() -> dict[str, str]:
    """All of them as they might come: each whole one, each piece some hundred times, and a megabyte of some."""
    made = dict(WHOLE)
    made |= {f"{name}, 2 kB": repeated(name, 2_000) for name in REPEATED}
    made |= {f"{name}, 1 MB": repeated(name, 1_000_000) for name in ("one word", "languages mixed", "quotes in quotes")}
    made["10,000 emoji"] = "😂" * 10_000
    made["100,000 handles"] = "@a " * 100_000
    return made
