"""What is worked out of one text, once for all who ask: folded, its pieces, its variants, its tokens."""

from __future__ import annotations

from functools import cached_property

from sentiment.fold import Folded, fold, may_trick, pieces_of, variants
from sentiment.tokens import Token, tokenize


class Reading:
    """One text. Each property is worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> Folded:
        """The text as a word list meets it."""
        return fold(self.text)

    @cached_property
    def pieces(self) -> list[str]:
        """The folded text in pieces: signs, word, signs, word, … signs."""
        return pieces_of(self.folded.text)

    @cached_property
    def variants(self) -> tuple[Folded, ...]:
        """What the folded text says without tricks, where it says anything else than it shows."""
        return tuple(variants(self.folded)) if may_trick(self.pieces) else ()

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokenize(self.text)


def reading_of(text: str | Reading) -> Reading:
    """The reading itself, or one of a text that nobody has read yet."""
    return text if isinstance(text, Reading) else Reading(text)
