"""The Swedish lexicon: which words, phrases and emoji carry an evaluation, and which words change that of others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sentiment.memo import Memo
from sentiment.tokens import tokenize
from sentiment.unaccented import unaccented

PATH = Path(__file__).parent / "data" / "lexicon.sv.tsv"
DOUBLE_VOWEL = re.compile(r"([aeiouyåäö])\1")
FIRST_PART_LETTERS = range(2, 11)
SHORTEST_TAIL = 3
SHORTEST_COMPOUND = 6
ROLES = ("absence", "but", "inquiring", "naming", "relief", "telltale")


class Entry(NamedTuple):
    """A row of the lexicon: weight −1…1 (a factor for boosters) and why it stands there."""

    weight: float
    kind: str
    reason: str


Phrases = Mapping[str, tuple[tuple[tuple[str, ...], Entry], ...]]


class Sense(NamedTuple):
    """What a word may do in a text."""

    phrases: Phrases | None
    """Those it begins."""
    negates: bool
    degree: float | None
    value: tuple[str, Entry] | None
    """What it evaluates: see `Lexicon.lookup`."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The rows by what they are for; keys are normalised as tokens are."""

    words: Mapping[str, Entry]
    """Words and swear words."""
    phrases: Mapping[str, Phrases]
    """By first and second token: the tokens after the first, longest first. Weight 0: its words say nothing here."""
    pictures: Mapping[str, Entry]
    """Emoji and emoticons."""
    negators: frozenset[str]
    between: frozenset[str]
    """May stand between a verb and its negation."""
    borders: frozenset[str]
    """End what a negation rules."""
    degrees: Mapping[str, float]
    """Boosters."""
    first_parts: Mapping[str, Entry]
    """First parts of compounds that carry the evaluation: katastrof-, toppen-."""
    intensifiers: frozenset[str]
    """First parts that only strengthen: jätte-, skit-."""
    roles: Mapping[str, frozenset[str]]
    """By kind, words that say how others are meant: ROLES."""
    dotted: Mapping[str, str]
    """Words as they are written without dots and rings, to how they are written with them."""
    senses: Memo[Sense | None] = field(init=False, compare=False, repr=False)
    """All that is known of a word; None of most."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "senses", Memo(self._sense))

    def _sense(self, norm: str) -> Sense | None:
        sense = Sense(self.phrases.get(norm), norm in self.negators, self.degrees.get(norm), self.lookup(norm))
        return sense if any(sense) else None

    def lookup(self, norm: str) -> tuple[str, Entry] | None:
        """(`whole`, `first` or `prefix`, its entry): what is known of a word or of its first part."""
        entry = self.word(norm)
        if entry is not None:
            return "whole", entry
        return self.compound(norm) if len(norm) >= SHORTEST_COMPOUND else None

    def word(self, norm: str) -> Entry | None:
        """What is known of a word: itself, or spelt with vowels drawn out ("braa")."""
        found = self.words.get(norm)
        return found if found is not None else self._shortened(norm)

    def compound(self, norm: str) -> tuple[str, Entry] | None:
        """(`first` or `prefix`, its entry) for an unknown word whose first part tells; None for others."""
        for length in FIRST_PART_LETTERS:
            head = norm[:length]
            if head not in self.intensifiers and head not in self.first_parts:
                continue
            tail = norm[length:].lstrip("-")
            if len(tail) < SHORTEST_TAIL:
                return None
            if head in self.intensifiers and (entry := self.words.get(tail)) is not None:
                return "prefix", entry
            if (first := self.first_parts.get(head)) is not None and len(tail) > SHORTEST_TAIL:
                return "first", first
        return None

    def _shortened(self, norm: str) -> Entry | None:
        # Swedish never doubles a vowel within a stem: "braa", "tack såå", "fiint" are drawn out.
        found = DOUBLE_VOWEL.search(norm)
        return self.words.get(DOUBLE_VOWEL.sub(r"\1", norm)) if found else None


@cache
def swedish() -> Lexicon:
    """The lexicon that comes with the package, read once."""
    rows = [line.split("\t") for line in PATH.read_text("utf-8").splitlines()[1:]]
    by_kind: dict[str, dict[str, Entry]] = {}
    for token, weight, kind, reason in rows:
        by_kind.setdefault(kind, {})[token] = Entry(float(weight), kind, reason)
    return Lexicon(
        words=by_kind["word"] | by_kind["swear"] | by_kind["laugh"],
        phrases=_by_first_tokens(by_kind["phrase"]),
        pictures=by_kind["emoji"] | by_kind["scorn"] | by_kind["laugh"],
        negators=frozenset(by_kind["negator"]),
        between=frozenset(by_kind["between"]),
        borders=frozenset(by_kind["border"]),
        degrees={token: entry.weight for token, entry in by_kind["booster"].items()},
        first_parts=by_kind["first"],
        intensifiers=frozenset(by_kind["prefix"]),
        roles={role: frozenset(by_kind[role]) for role in ROLES},
        dotted=unaccented(
            word for kind in ("word", "swear", "phrase") for key in by_kind[kind] for word in key.split()
        ),
    )


def _by_first_tokens(
    phrases: Mapping[str, Entry],
) -> dict[str, dict[str, tuple[tuple[tuple[str, ...], Entry], ...]]]:
    found: dict[str, dict[str, tuple[tuple[tuple[str, ...], Entry], ...]]] = {}
    for phrase, entry in phrases.items():
        first, *rest = (token.norm for token in tokenize(phrase))
        seconds = found.setdefault(first, {})
        seconds[rest[0]] = (*seconds.get(rest[0], ()), (tuple(rest), entry))
    for seconds in found.values():
        for second, rests in seconds.items():
            seconds[second] = tuple(sorted(rests, key=lambda rest: -len(rest[0])))
    return found
