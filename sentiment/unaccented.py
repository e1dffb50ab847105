"""Swedish written without its dots and rings ("varfor ar det sa daligt"), read as if they stood there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sentiment.tokens import Token

FOLDING = str.maketrans("åäöé", "aaoe")
DOTTED = frozenset("åäöÅÄÖ")


def unaccented(words: Iterable[str]) -> Mapping[str, str]:
    """From each word without dots to itself with them, where no other of `words` is written so."""
    known = set(words)
    dotted = {word.translate(FOLDING): word for word in sorted(known) if not DOTTED.isdisjoint(word)}
    return {plain: word for plain, word in dotted.items() if plain not in known}


def restored(
    text: str, tokens: tuple[Token, ...], dotted: Mapping[str, str], telltale: frozenset[str]
) -> tuple[Token, ...]:
    """The tokens with their dots put back, when the text has none and a `telltale` word shows that it lacks them."""
    if not DOTTED.isdisjoint(text) or not any(token.norm in telltale for token in tokens):
        return tokens
    return tuple(
        token._replace(norm=dotted[token.norm]) if token.kind == "word" and token.norm in dotted else token
        for token in tokens
    )
