"""Where a text evaluates: words, phrases, compounds, emoji, and hostile turns of phrase, each with its raw weight."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sentiment.finder import Finder, Hit
from sentiment.lexicon import Entry, Lexicon, Phrases
from sentiment.reading import Reading
from sentiment.tokens import Token
from sentiment.types import Span

SHORTEST_CAPITALS = 3
MOST_REPEATS = 2
"""Of one emoji; the third adds nothing to what it says."""
# What is hostile or alarming whatever its single words are; weights as the lexicon's strongest words.
HOSTILE = {
    "threat_phrase": -0.9,
    "slur": -0.9,
    "self_harm": -0.8,
    "violence_cheer": -0.7,
    "bullying_phrase": -0.6,
    "exposure": -0.5,
    "warning": -0.6,
}
OFFERS = ("offer", "pornography")
STAGED = ("sport", "fiction")
IDIOMS = ("violence_idiom", "crime_idiom")
OVERTONE = frozenset((*HOSTILE, *OFFERS, *STAGED, *IDIOMS))
HARMS = frozenset({"brott och våld", "olycka, död, fara", "skada, olycka, förlust berättat sakligt"})
"""Reasons of words that say what was done, not what is thought of it: in a match or a novel nobody was hurt."""
TEARS = frozenset("😭😢🥺😿")
"""Of grief, or of joy where the words are glad."""
TEARS_OF_JOY = 0.3

PICTURES = frozenset({"emoji", "scorn", "laugh"})


class Mark(NamedTuple):
    """An evaluation: tokens `first` to `last` of the text. A plain tuple: there is one for every third word."""

    first: int
    last: int
    weight: float
    kind: str
    """word, swear, phrase, first (part of a compound), emoji, scorn (emoji), laugh, hostile."""
    name: str
    strong: bool
    """Drawn out, in capitals or with an intensifying first part."""
    span: Span
    reason: str = ""
    """Why the lexicon has it: what field of life the word is of."""


class Marked(NamedTuple):
    """What was found in a text, as indices of its tokens."""

    marks: list[Mark]
    negators: list[int]
    silenced: list[int]
    """Negations within phrases that negate nothing: "inte bara"."""
    degrees: dict[int, float]


def find_marks(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Marked:
    """All evaluations in the order of the text, with the words that may shift them."""
    marks: list[Mark] = []
    negators: list[int] = []
    silenced: list[int] = []
    degrees: dict[int, float] = {}
    repeats: dict[str, int] = {}
    senses = lexicon.senses
    told = 0  # the token up to which a phrase has said all
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind == "punctuation" or index < told:
            continue
        if kind == "word":
            sense = senses[token.norm]
            if sense is None:
                continue
            if sense.phrases is not None and (found := _phrase(text, tokens, index, sense.phrases)) is not None:
                if found.weight:
                    marks.append(found)
                elif sense.negates:
                    silenced.append(index)
                told = found.last + 1
                continue
            if sense.negates:
                negators.append(index)
            if sense.degree is not None:
                degrees[index] = sense.degree
            if sense.value is not None:
                marks.append(_word(index, token, *sense.value))
        elif kind == "hashtag":
            if (entry := lexicon.word(token.norm[1:])) is not None:
                marks.append(Mark(index, index, entry.weight, "word", token.text, False, token.span))
        elif kind in ("emoji", "emoticon"):
            pictures = lexicon.pictures
            entry = pictures.get(token.norm) or pictures.get(token.norm[:1])
            if entry is not None and repeats.get(token.norm, 0) < MOST_REPEATS:
                repeats[token.norm] = repeats.get(token.norm, 0) + 1
                marks.append(Mark(index, index, entry.weight, entry.kind, token.text, False, token.span, entry.reason))
    kept = _without_oaths(_without_degrees(marks, degrees, tokens))
    return Marked(_with_glad_tears(kept), negators, silenced, degrees)


class Overtone(NamedTuple):
    """What whole phrases say beside the single words."""

    hostile: list[Mark]
    offers: bool
    """The text sells something, or is spam."""
    staged: bool = False
    """It tells of sport or of something made up."""
    idioms: tuple[Span, ...] = ()
    """Where harsh words are a manner of speaking."""


def find_overtone(reading: Reading, marks: Sequence[Mark]) -> Overtone:
    """Hostile or alarming phrases, at half weight where a word of them counts already; offers; play; idioms."""
    all_hits = reading.hits if reading.finder else _finder().find(reading)
    hits = [hit for hit in all_hits if hit.cue in OVERTONE]
    if not hits:
        return Overtone([], False)
    covered = bytearray(len(reading.text))
    for mark in marks:
        if mark.weight < 0:
            covered[mark.span.start : mark.span.end] = b"\x01" * (mark.span.end - mark.span.start)
    hostile = [
        Mark(-1, -1, _hostility(hit, covered), "hostile", hit.span.text, False, hit.span)
        for hit in hits
        if hit.cue in HOSTILE
    ]
    cues = {hit.cue for hit in hits}
    return Overtone(
        hostile,
        offers=not cues.isdisjoint(OFFERS),
        staged=not cues.isdisjoint(STAGED),
        idioms=tuple(hit.span for hit in hits if hit.cue in IDIOMS),
    )


def is_harmless(mark: Mark, overtone: Overtone) -> bool:
    """Whether a harsh word hurts nobody here: it stands in an idiom, or what it tells of is play."""
    if mark.weight >= 0 or mark.reason not in HARMS:
        return False
    return overtone.staged or any(
        span.start <= mark.span.start and mark.span.end <= span.end for span in overtone.idioms
    )


def _hostility(hit: Hit, covered: bytearray) -> float:
    return HOSTILE[hit.cue] * (0.5 if 1 in covered[hit.span.start : hit.span.end] else 1.0)


@cache
def _finder() -> Finder:
    return Finder(OVERTONE)


def _phrase(text: str, tokens: Sequence[Token], index: int, phrases: Phrases) -> Mark | None:
    if index + 1 == len(tokens):
        return None
    for rest, entry in phrases.get(tokens[index + 1].norm, ()):
        last = index + len(rest)
        if last < len(tokens) and all(tokens[index + step].norm == word for step, word in enumerate(rest, 1)):
            start, end = tokens[index].start, tokens[last].end
            span = Span(start, end, text[start:end])
            return Mark(index, last, entry.weight, "phrase", span.text, False, span, entry.reason)
    return None


def _word(index: int, token: Token, part: str, entry: Entry) -> Mark:
    strong = part == "prefix" or token.elongated or (len(token.text) >= SHORTEST_CAPITALS and token.text.isupper())
    kind = "first" if part == "first" else entry.kind
    return Mark(index, index, entry.weight, kind, token.text, strong, token.span, entry.reason)


def _without_oaths(marks: list[Mark]) -> list[Mark]:
    """Swear words beside praise swear for joy."""
    return [mark for mark in marks if mark.kind != "swear"] if any(mark.weight > 0 for mark in marks) else marks


def _with_glad_tears(marks: list[Mark]) -> list[Mark]:
    """Tears beside nothing but praise are tears of joy."""
    tears = [mark for mark in marks if mark.weight < 0 and mark.name[:1] in TEARS]
    if not tears or len(tears) == len(marks) or any(mark.weight < 0 for mark in marks if mark not in tears):
        return marks
    return [mark._replace(weight=TEARS_OF_JOY) if mark in tears else mark for mark in marks]


def _without_degrees(marks: list[Mark], degrees: dict[int, float], tokens: Sequence[Token]) -> list[Mark]:
    """Words like "hemskt" are degrees before an evaluation ("hemskt bra", "hemskt vad bra"), evaluations elsewhere."""
    if not degrees:
        return marks
    begins = {mark.first for mark in marks}
    kept = []
    for mark in marks:
        if mark.first in degrees:
            if mark.first + 1 in begins:
                continue
            if mark.first + 2 in begins and tokens[mark.first + 1].norm == "vad":
                degrees[mark.first + 1] = degrees.pop(mark.first)
                continue
            del degrees[mark.first]
        kept.append(mark)
    return kept
