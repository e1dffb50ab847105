"""Dedupe: the keys by which one text is known again, whoever carries it.

The same agency text under five headlines is one story, and so is one post seen through two hosts. A short text that
anyone might write ("Läs mer") is no identity. A text that was edited a little on its way is found by MinHash bands and
by its long sentences, and then compared word for word: what differs in place, number or name is a template, not a copy.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from rensa import RMinHash

from pipelines.enrich.prints import Print, folded, untrailed
from pipelines.types import Entry, short_hash

SHORTEST_TEXT = 80
"""Letters and digits from which on a text is its own identity, under whatever headline: about two sentences."""
SHORTEST_WHOLE = 30
"""Letters and digits that headline and text must have together to be one: "Brand i Tumba" twice is two fires."""
NOT_TEXT = re.compile(r"https?://\S+|[^\w]+")
LONGEST = 20_000
"""Characters of a text that its identity is made of."""
BANDS, ROWS = 12, 3
"""Texts that share half their word pairs meet in one of the bands four times in five, those that share two thirds in
97 of 100, those that share a fifth one time in ten; each meeting costs a comparison."""
SEED = 1
FEWEST_WORDS = 16
"""Words from which a text can be nearly another: below, one word makes all the difference."""
ALIKE = 0.55
"""Shared word pairs, of all that either has, from which texts are one text edited."""
CONTAINED = 0.7
"""Shared word pairs, of those of the shorter, from which one text is held in the other: an abridged agency text."""
QUOTED = 0.4
"""The same where a long sentence is shared word for word: a quotation with a comment."""
TEMPLATE = 0.3
"""Shared word pairs of the shorter from which texts that differ in their facts are one form filled in twice."""
LONG = 60
"""Words from which a text that is almost the same with another number is its own update, no form filled in anew."""
UPDATED = 0.8
MOST_SENTENCES = 6


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts compare. `same`: one of them is the other, edited, abridged or quoted."""

    same: bool
    template: bool
    """They are one form filled in with other facts: two events of a kind."""
    shared: float
    """Word pairs in common, as a share of the shorter text's."""
    quoted: bool
    new_words: int
    """Word pairs that only the first has."""
    new_facts: bool
    """The first has numbers that the second lacks."""


def keys(entry: Entry) -> tuple[str, ...]:
    """Stable keys, surest first. Entries that share one tell the same story."""
    found = []
    if entry.url:
        found.append(f"url:{short_hash(entry.url)}")
    text, title = _plain(untrailed(entry.text[:LONGEST])), _plain(entry.title[:LONGEST])
    if len(text) >= SHORTEST_TEXT:
        found.append(f"text:{short_hash(text)}")
    if text and len(title) + len(text) >= SHORTEST_WHOLE:
        found.append(f"both:{short_hash(title, text)}")
    return tuple(found)


def near_keys(of: Print) -> tuple[str, ...]:
    """Keys that texts share which are nearly one: bands of a MinHash over word pairs, and the long sentences."""
    if len(of.words) < FEWEST_WORDS:
        return ()
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    minhash.update(list(of.pairs))
    digest = array("I", minhash.digest()).tobytes().hex()
    width = len(digest) // BANDS
    bands = [f"b{band}:{digest[band * width : band * width + width]}" for band in range(BANDS)]
    if not of.sentences:
        return tuple(bands)
    return (*bands, *(f"s:{short_hash(sentence)}" for sentence in sorted(of.sentences, key=len)[-MOST_SENTENCES:]))


def compare(one: Print, other: Print, *, personal: int = 0) -> Likeness:
    """What `one`, the newer, has of `other`. `personal`: how many of the two are people's own words. Others pass those
    on or quote them but do not edit them: with another word in the same place it is another post."""
    both = len(one.pairs & other.pairs)
    smaller, either = min(len(one.pairs), len(other.pairs)), len(one.pairs | other.pairs)
    shared, alike = both / max(smaller, 1), both / max(either, 1)
    quoted = bool(one.sentences & other.sentences)
    enough = min(len(one.words), len(other.words)) >= FEWEST_WORDS
    near = enough and (alike >= ALIKE or shared >= CONTAINED or (quoted and shared >= QUOTED))
    names = bool(one.names - other.stems) and bool(other.names - one.stems)
    numbers = bool(one.numbers - other.numbers) and bool(other.numbers - one.numbers)
    updated = min(len(one.words), len(other.words)) >= LONG and alike >= UPDATED
    # who quotes a paper names others in the comment
    conflict = (names and not (quoted and personal == 1)) or (numbers and not updated)
    if personal == 2:
        near = enough and smaller - both <= 1
    return Likeness(
        same=near and not conflict,
        template=shared >= TEMPLATE and conflict,
        shared=shared,
        quoted=quoted,
        new_words=len(one.pairs) - both,
        new_facts=bool(one.numbers - other.numbers),
    )


def _plain(text: str) -> str:
    """Letters and digits alone: quotes, dashes, blanks and links differ between papers."""
    return NOT_TEXT.sub("", folded(text))
