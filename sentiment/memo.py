"""What was once worked out of a word, remembered: the vocabulary of a year, and no junk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
MOST = 50_000
"""Words that are remembered; when there are more it begins anew."""
LONGEST = 40
"""Letters of a word that is remembered."""


class Memo(dict[str, Answer]):
    """`memo[word]` is what `work(word)` answers. A dictionary, for a text asks it about each of its words."""

    def __init__(self, work: Callable[[str], Answer]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, word: str) -> Answer:
        answer = self._work(word)
        if len(word) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[word] = answer
        return answer
