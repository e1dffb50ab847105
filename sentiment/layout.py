"""The frame of a text: its sentences, what is quoted in them, where they turn, which of them ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sentiment.lexicon import Lexicon
from sentiment.tokens import Token

NAMED_WORDS = 2
"""A name between quotation marks has a word or two; with a naming verb beside it, it is not believed."""
QUOTES = frozenset('"”“»«„')
DOUBTED = 1
"""A single word between quotation marks is doubt cast on it; more are somebody's speech or a title."""


class Layout(NamedTuple):
    """The frame of a text: by token its sentence and whether it is quoted (1) or doubted (2); by sentence the rest."""

    sentence: list[int]
    quoted: dict[int, int]
    but: dict[int, int]
    """Sentence → its first "men"."""
    opens_with_but: set[int]
    asks: set[int]
    inquires: set[int]
    """Those that ask in the words of one who wants to know."""
    named: list[int]
    """Where somebody's fine name for a thing stands between quotation marks."""


NO_LAYOUT = Layout([], {}, {}, set(), set(), set(), [])


def lay_out(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Layout:
    """The frame of a text, worked out in one pass over its tokens."""
    layout = Layout([], {}, {}, set(), set(), set(), [])
    number, begins, open_quote = 0, True, -1
    lines = "\n" in text
    end = 0
    opener = ""
    sentence, but = layout.sentence, lexicon.roles["but"]
    for index, (kind, start, stop, said, norm, _) in enumerate(tokens):
        if lines and end and not begins and text.find("\n", end, start) >= 0:
            number, begins = number + 1, True
        end = stop
        sentence.append(number)
        if kind == "word":
            if norm in but:
                layout.but.setdefault(number, index)
                if begins:
                    layout.opens_with_but.add(number)
            if begins:
                opener = norm
            begins = False
        elif kind == "punctuation":
            head = said[0]
            if head in QUOTES:
                if open_quote >= 0:
                    _close_quote(layout, tokens, open_quote, index, lexicon.roles["naming"])
                    open_quote = -1
                else:
                    open_quote = index
            elif head in ".!?…":
                if "?" in said:
                    layout.asks.add(number)
                    if opener in lexicon.roles["inquiring"]:
                        layout.inquires.add(number)
                number, begins = number + 1, True
    return layout


def _close_quote(layout: Layout, tokens: Sequence[Token], start: int, end: int, naming: frozenset[str]) -> None:
    inside = range(start + 1, end)
    layout.quoted.update(dict.fromkeys(inside, 2 if len(inside) <= DOUBTED else 1))
    if len(inside) <= NAMED_WORDS:
        beside = (*tokens[max(0, start - 2) : start], *tokens[end + 1 : end + 2])
        if any(token.norm in naming for token in beside):
            layout.named.append(start)
