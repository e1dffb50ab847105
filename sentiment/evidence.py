"""All that speaks for a tone, as features with values: what the coefficients weigh and the explanations name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sentiment.layout import NO_LAYOUT, QUOTES, lay_out
from sentiment.lexicon import Lexicon
from sentiment.marks import find_marks, find_overtone, is_harmless
from sentiment.reading import Reading, reading_of
from sentiment.shifts import shifts
from sentiment.tokens import Token
from sentiment.types import Span
from sentiment.unaccented import restored

# Swedish names of the rules, as explanations show them.
RULES = {
    "boosted": "förstärkt",
    "strong": "betonat",
    "quoted": "citerat",
    "doubted": "ironiska citattecken",
    "before_but": "före men",
    "asked": "i en fråga",
    "negated+": "nekat",
    "negated-": "nekat",
    "absent": "finns inte",
    "blame_before_but": "klander före men",
    "ironic": "ironi: beröm för en olägenhet",
    "staged": "lek, sport, dikt eller talesätt",
    "inquired": "i en vanlig fråga",
    "named": "misstrodd benämning",
    "exclaimed": "utropstecken",
    "question": "frågetecken",
    "scorned": "hånat av emoji",
    "idle_negation": "nekande ord",
    "pictured": "emoji av vana",
    "length": "textens längd",
    "source_post": "källans vana: inlägg",
    "source_review": "källans vana: omdömen",
}
SIGNED = ("word", "phrase", "emoji")
MOST_EXCLAMATIONS = 3
MOST_IDLE_NEGATIONS = 6
CROWDING = 0.3
"""How fast a further evaluation in the same text loses force; between 0.1 and 1.0 it hardly matters."""
OFFER_LEFT = 0.1
"""What is left of the praise in a text that sells."""
KINDS = {
    "review": "review",
    "news": "sober",
    "official": "sober",
    "wiki": "sober",
}
"""Habits of writing by kind of source; all others write posts."""


class Evidence(NamedTuple):
    """A feature with its value, the name an explanation gives it, and the place it comes from."""

    feature: str
    value: float
    name: str
    span: Span | None
    reason: str = ""


def habit(kind: str | None) -> str:
    """`post`, `review` or `sober`: how sources of this kind write."""
    return KINDS.get(kind or "", "post")


def scale_name(kind: str | None, tokens: Sequence[Token]) -> str:
    """The scale that parts the labels: the habit of the source, `pictured` for posts with emoji."""
    name = habit(kind)
    return "pictured" if name == "post" and "emoji" in [token.kind for token in tokens] else name


def gather(given: str | Reading, tokens: tuple[Token, ...], lexicon: Lexicon, kind: str | None) -> list[Evidence]:
    """The evidence of a text, in no particular order."""
    reading = reading_of(given)
    text = reading.text
    tokens = restored(text, tokens, lexicon.dotted, lexicon.roles["telltale"])
    marked = find_marks(text, tokens, lexicon)
    overtone = find_overtone(reading, marked.marks)
    # without evaluations only a name between quotation marks is of interest
    layout = lay_out(text, tokens, lexicon) if marked.marks or not QUOTES.isdisjoint(text) else NO_LAYOUT
    found, idle = shifts(tokens, marked, layout, lexicon)
    force = 1 / math.sqrt(1 + CROWDING * len(marked.marks))
    evidence: list[Evidence] = []
    balance = 0.0
    scorned = any(mark.kind == "scorn" for mark in marked.marks)
    for mark in (*marked.marks, *overtone.hostile):
        if overtone.hostile and mark.kind == "laugh":
            continue  # laughing at harm is no good cheer
        feature = mark.kind
        balance += mark.weight
        if feature in SIGNED:
            feature += "+" if mark.weight > 0 else "-"
        evidence.append(Evidence(feature, mark.weight * force, mark.name, mark.span, mark.reason))
        if scorned and mark.weight > 0:
            evidence.append(Evidence("scorned", mark.weight * force, RULES["scorned"], mark.span))
        if mark.weight < 0 and is_harmless(mark, overtone):
            evidence.append(Evidence("staged", mark.weight * force, RULES["staged"], mark.span))
    for shift in found:
        evidence.append(Evidence(shift.feature, shift.weight * force, RULES[shift.feature], shift.mark.span))
    kinds = [token.kind for token in tokens]
    signs = [token.text for token in tokens if token.kind == "punctuation"] if "punctuation" in kinds else []
    evidence.extend(_manner(signs, balance, idle, pictured="emoji" in kinds))
    if layout.named:
        evidence.append(Evidence("named", 1.0, RULES["named"], None))
    if (writes := habit(kind)) != "sober":
        evidence.append(Evidence("length", math.log1p(kinds.count("word")) / 3, RULES["length"], None))
        evidence.append(Evidence(f"source_{writes}", 1.0, RULES[f"source_{writes}"], None))
        if overtone.offers:
            return [
                Evidence(item.feature, item.value * OFFER_LEFT, f"{item.name} (i reklam)", item.span)
                for item in evidence
            ]
    return evidence


def _manner(signs: Sequence[str], balance: float, idle: int, *, pictured: bool) -> list[Evidence]:
    evidence: list[Evidence] = []
    shouts = sum(len(sign) for sign in signs if sign[0] == "!")
    # after harsh words an exclamation mark is no sign of joy
    if shouts and balance >= 0:
        value = min(shouts, MOST_EXCLAMATIONS) / MOST_EXCLAMATIONS
        evidence.append(Evidence("exclaimed", value, RULES["exclaimed"], None))
    if any("?" in sign for sign in signs):
        evidence.append(Evidence("question", 1.0, RULES["question"], None))
    if pictured:
        evidence.append(Evidence("pictured", 1.0, RULES["pictured"], None))
    if idle:
        value = min(idle, MOST_IDLE_NEGATIONS) / 2
        evidence.append(Evidence("idle_negation", value, RULES["idle_negation"], None))
    return evidence
