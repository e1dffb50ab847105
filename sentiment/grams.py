"""What the learned layer sees of a text besides the rules: its words, pairs of words, and pieces of words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sentiment.memo import Memo
from sentiment.tokens import Token

SEEN = frozenset(("word", "hashtag", "emoji", "emoticon", "punctuation"))
"""Kinds of token that are learned; names, numbers and addresses would teach who wrote, not how."""
PIECES = (3, 4, 5)
"""Letters of a piece of a word; shorter ones say little, longer ones are words."""
LONGEST_WORD = 40
"""Letters of a word that are looked at: junk may have no blanks."""
WORD, PAIR, PIECE = "w:", "b:", "c:"
PIECE_VALUE = 0.3
"""What a piece counts beside a whole word, since a word has some ten of them."""


def seen(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that are learned, in order."""
    return [token for token in tokens if token.kind in SEEN]


def of_word(norm: str) -> list[tuple[str, float]]:
    """The features of one token with their values: itself, and the pieces of it with its ends marked."""
    norm = norm[:LONGEST_WORD]
    marked = f"<{norm}>"
    pieces = [
        (PIECE + marked[start : start + length], PIECE_VALUE)
        for length in PIECES
        for start in range(len(marked) - length + 1)
    ]
    return [(WORD + norm, 1.0), *pieces]


def of_pair(first: str, second: str) -> str:
    """The feature of two tokens that follow each other."""
    return f"{PAIR}{first[:LONGEST_WORD]} {second[:LONGEST_WORD]}"


def features(norms: Sequence[str]) -> Iterator[tuple[str, float]]:
    """All features of a text that a learner counts, with their values: of its words, then of its pairs."""
    for norm in norms:
        yield from _pieces[norm]
    for pair in of_pairs(norms):
        yield pair, 1.0


def counted(norms: Sequence[str]) -> dict[str, float]:
    """What a text has of each feature; a long one has no more in all than a short one."""
    share = 1 / math.sqrt(len(norms) or 1)
    counts: dict[str, float] = {}
    for feature, value in features(norms):
        counts[feature] = counts.get(feature, 0.0) + value * share
    return counts


def of_pairs(norms: Sequence[str]) -> list[str]:
    """The features of all tokens of a text that follow each other."""
    if max(map(len, norms), default=0) > LONGEST_WORD:
        return [of_pair(first, second) for first, second in pairwise(norms)]
    return [f"{PAIR}{first} {second}" for first, second in pairwise(norms)]


_pieces = Memo(of_word)
