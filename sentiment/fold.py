"""Texts as a word list meets them: lower case, composed, without tricks; every character knows where it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sentiment.memo import Memo
from sentiment.types import Span

WORD = re.compile(r"[^\W_]+")
"""Letters and digits, as str.isalnum has them."""
PIECES = re.compile(f"({WORD.pattern})")
# Cyrillic and Greek letters that look Latin: swapped in to get past word lists, so folded to what the eye reads.
LOOKALIKES = str.maketrans("аеорсухіјѕһԁԛԝαορνικτ", "aeopcyxijshdqwaopvikt")
SAME_LENGTH = LOOKALIKES | str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "‐": "-", "‑": "-", "\t": " ", "\xa0": " ", "\r": " "}
)
TWINS = re.compile(f"[{''.join(re.escape(chr(letter)) for letter in SAME_LENGTH)}]")
# What makes offsets differ: combining marks, invisible characters, styled letters, runs of blanks.
UNSEEN = (
    "[\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\u0130\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff\ud800-\udfff]"
)
ODD = re.compile(UNSEEN)
BLANKS = "\t\xa0\r"
BARE = frozenset(BLANKS)
UNEVEN = re.compile(f"{UNSEEN}|[ {BLANKS}]{{2,}}")
# Format characters, surrogates without a partner, and the emoji selectors, which are marks (Mn).
INVISIBLE = frozenset({"Cf", "Cs", "Mn"})
ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
LEET = str.maketrans("013457@$!", "oieastasi")
LEET_DOTTED = LEET | str.maketrans("04", "öä")
LEET_DIGITS = frozenset("013457")
BETWEEN = frozenset("".join(signs) for count in (1, 2, 3) for signs in product("@$!", repeat=count))
"""What stands for letters within a word, and parts it."""
LEET_INSIDE = re.compile(
    r"(?<=[^\W\d_])[013457@$!]{1,3}(?=[^\W\d_])|(?<=[^\W\d_])[013457]{1,2}(?!\w)|(?<!\w)[013457]{1,2}(?=[^\W\d_]{2})"
)
SPACED = re.compile(r"(?<!\w)[^\W\d_](?:(?:[.\-_*·][^\W\d_](?!\w))+|(?: [^\W\d_](?!\w|[.\-_*·]\w))+)")
MASKED = re.compile(r"(?<!\w)[^\W\d_]{1,12}\*[^\W\d_]{1,12}(?!\w)")
MASKED_MOST = 40
"""So many masked words of a text are tried: enough for any post, and a bound for junk."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `at[i]` is where its character i begins in the original, None when nothing has moved."""

    text: str
    at: Sequence[int] | None
    length: int
    """Of the original."""

    def place(self, original: str, start: int, end: int) -> tuple[int, int]:
        """Where in the original stands what characters `start` to `end` of the folded text stand for."""
        if self.at is not None:
            start, end = self.at[start], self.at[end - 1] + 1
            # accents after the last letter belong to it
            while end < self.length and unicodedata.combining(original[end]):
                end += 1
        return start, end

    def span(self, original: str, start: int, end: int) -> Span:
        """The stretch of the original that characters `start` to `end` of the folded text stand for."""
        start, end = self.place(original, start, end)
        return Span(start, end, original[start:end])


def fold(text: str) -> Folded:
    """Lower case, NFC, plain quotes and blanks, nothing invisible. Line breaks stay: no phrase crosses one."""
    lowered = text.lower()
    if len(lowered) == len(text) and _is_even(text):
        return Folded(lowered.translate(SAME_LENGTH) if TWINS.search(lowered) else lowered, None, len(text))
    letters: list[str] = []
    at: list[int] = []
    begin = 0
    for match in UNEVEN.finditer(text):
        start = match.start()
        letters.extend(text[begin:start].lower().translate(SAME_LENGTH))
        at.extend(range(begin, start))
        begin = match.end()
        _add_uneven(match[0], start, letters, at)
    letters.extend(text[begin:].lower().translate(SAME_LENGTH))
    at.extend(range(begin, len(text)))
    return Folded("".join(letters), at, len(text))


def _is_even(text: str) -> bool:
    """Whether UNEVEN stands nowhere. Asked of every text: characters alone are looked for much faster than runs."""
    return not (ODD.search(text) or "  " in text) and (BARE.isdisjoint(text) or not UNEVEN.search(text))


def _add_uneven(found: str, start: int, letters: list[str], at: list[int]) -> None:
    """Appends what an uneven stretch stands for: an accent joins its letter, blanks become one, invisible ones go."""
    if found.isspace():
        letters.append(" ")
        at.append(start)
    elif unicodedata.combining(found):
        joined = unicodedata.normalize("NFC", letters[-1] + found) if letters else ""
        if len(joined) == 1:
            letters[-1] = joined
    elif unicodedata.category(found) not in INVISIBLE:
        for plain in unicodedata.normalize("NFKC", found).lower().translate(SAME_LENGTH):
            if not unicodedata.combining(plain):
                letters.append(plain)
                at.append(start)


def pieces_of(folded: str) -> list[str]:
    """Signs and words in turn, signs first and last, "" where there are none."""
    return PIECES.split(folded)


def may_trick(pieces: Sequence[str]) -> bool:
    """Whether a text of these pieces may have variants. Most have none, and need no costlier look."""
    return sum(map(_suspicions.__getitem__, pieces[1::2])) > 1 or not BETWEEN.isdisjoint(pieces[2:-1:2])


def _suspicion(word: str) -> int:
    """2 for a word that may be a trick by itself, 1 for a letter that may be one beside another."""
    digits = not LEET_DIGITS.isdisjoint(word) and not word.isdecimal()
    return 2 if digits or ELONGATED.search(word) else int(len(word) == 1)


_suspicions = Memo(_suspicion)


def variants(folded: Folded) -> Iterator[Folded]:
    """What the folded text says without tricks: letters drawn out, digits for letters, letters apart."""
    plain = folded
    if ELONGATED.search(folded.text):
        yield _without_runs(folded, 2)
        plain = _without_runs(folded, 1)
        yield plain
    if (unleet := _unleet(plain.text, LEET)) != plain.text:
        if (dotted := _unleet(plain.text, LEET_DOTTED)) != unleet:
            yield Folded(dotted, plain.at, plain.length)
        plain = Folded(unleet, plain.at, plain.length)
        yield plain
    if SPACED.search(plain.text):
        yield _without(plain, (_separators(match) for match in SPACED.finditer(plain.text)))


def _unleet(text: str, letters: Mapping[int, int]) -> str:
    return LEET_INSIDE.sub(lambda match: match[0].translate(letters), text)


def masked_words(folded: Folded) -> Iterator[tuple[int, int, str]]:
    """Words with one letter starred out, as (start, end, word with each letter tried in its place)."""
    if "*" not in folded.text:
        return
    for count, match in enumerate(MASKED.finditer(folded.text)):
        if count >= MASKED_MOST:
            return
        for letter in "abcdefghijklmnopqrstuvwxyzåäö":
            yield match.start(), match.end(), match[0].replace("*", letter)


def _without_runs(folded: Folded, keep: int) -> Folded:
    spans = (range(match.start() + keep, match.end()) for match in ELONGATED.finditer(folded.text))
    return _without(folded, spans)


def _separators(match: re.Match[str]) -> range:
    return range(match.start() + 1, match.end(), 2)


def _without(folded: Folded, dropped: Iterator[range]) -> Folded:
    gone = {index for indices in dropped for index in indices}
    kept = [index for index in range(len(folded.text)) if index not in gone]
    at = kept if folded.at is None else [folded.at[index] for index in kept]
    return Folded("".join(folded.text[index] for index in kept), at, folded.length)
