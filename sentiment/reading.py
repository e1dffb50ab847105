"""What is worked out of one text, once for all who ask: folded, its pieces, its variants, its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sentiment.fold import Folded, fold, may_trick, pieces_of, variants
from sentiment.tokens import Token, tokenize

if TYPE_CHECKING:
    from sentiment.finder import Finder, Hit


class Reading:
    """One text. Each property is worked out when it is first asked for; functools does the same with a lock, slower."""

    __slots__ = ("_folded", "_hits", "_pieces", "_tokens", "finder", "text")

    def __init__(self, text: str, finder: Finder | None = None) -> None:
        """`finder`: looks for all cues that anybody will ask for."""
        self.text = text
        self.finder = finder
        self._folded: Folded | None = None
        self._pieces: list[str] | None = None
        self._hits: Sequence[Hit] | None = None
        self._tokens: tuple[Token, ...] | None = None

    def cut(self, most: int) -> Reading:
        """Its first `most` characters; itself where there are no more."""
        return self if len(self.text) <= most else Reading(self.text[:most], self.finder)

    @property
    def folded(self) -> Folded:
        """The text as a word list meets it."""
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    @property
    def pieces(self) -> list[str]:
        """The folded text in pieces: signs, word, signs, word, … signs."""
        if self._pieces is None:
            self._pieces = pieces_of(self.folded.text)
        return self._pieces

    @property
    def variants(self) -> Sequence[Folded]:
        """What the folded text says without tricks, where it says anything else than it shows."""
        return tuple(variants(self.folded)) if may_trick(self.pieces) else ()

    @property
    def hits(self) -> Sequence[Hit]:
        """What the finder finds; nothing without one."""
        if self._hits is None:
            self._hits = self.finder.find(self) if self.finder else ()
        return self._hits

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The words, numbers, emoji, signs of the text as it stands."""
        if self._tokens is None:
            self._tokens = tokenize(self.text)
        return self._tokens


def reading_of(text: str | Reading) -> Reading:
    """The reading itself, or one of a text that nobody has read yet."""
    return text if isinstance(text, Reading) else Reading(text)
