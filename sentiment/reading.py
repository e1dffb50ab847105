"""What is worked out of one text, once for all who ask: folded, its pieces, its variants, its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sentiment.fold import Folded, fold, may_trick, pieces_of, variants
from sentiment.tokens import Token, tokenize

if TYPE_CHECKING:
    from sentiment.finder import Finder, Hit


class Reading:
    """One text. Each property is worked out when it is first asked for."""

    def __init__(self, text: str, finder: Finder | None = None) -> None:
        """`finder`: looks for all cues that anybody will ask for."""
        self.text = text
        self.finder = finder

    def cut(self, most: int) -> Reading:
        """Its first `most` characters; itself where there are no more."""
        return self if len(self.text) <= most else Reading(self.text[:most], self.finder)

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
    def hits(self) -> Sequence[Hit]:
        """What the finder finds; nothing without one."""
        return self.finder.find(self) if self.finder else ()

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words, numbers, emoji, signs of the text as it stands."""
        return tokenize(self.text)


def reading_of(text: str | Reading) -> Reading:
    """The reading itself, or one of a text that nobody has read yet."""
    return text if isinstance(text, Reading) else Reading(text)
