"""What the words around an evaluation make of it: negation, degree, "men", quotation marks, questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sentiment.layout import Layout
from sentiment.lexicon import Lexicon
from sentiment.marks import PICTURES, Mark, Marked
from sentiment.tokens import Token

# A negation in Swedish reaches to the end of the clause, in practice at most so many words on.
NEGATION_REACH = 5
# "gillar jag inte", "hjälper det inte alls": the finite verb stands before its negation, a pronoun or two between.
NEGATION_BACK = 3
JOINING = frozenset({"eller", "och"})
NUISANCES = frozenset(
    {
        "anläggning och vardag: trasigt, stängt, smutsigt",
        "bemanning: för få, sjuka, slutar",
        "olägenhet: ingen önskar sig den",
        "pengar: dyrt, minus, slöseri",
        "väntan, kö, svar som uteblir",
    }
)
"""Reasons of words for what nobody thanks for in earnest."""
MISFORTUNES = frozenset({"olycka, död, fara", "brott och våld"})
"""Reasons of words for harm. Where nobody was hurt something happened all the same: "ingen skadades" is no praise."""
SCOLDING = -0.6
"""A phrase this harsh in a question makes it no question: "hur svårt kan det vara?"."""
OPENING = 4
"""Words within which mocking praise begins its sentence."""


class Shift(NamedTuple):
    """One influence on one evaluation: the feature it counts under, and the weight that it works on."""

    feature: str
    weight: float
    mark: Mark


def shifts(tokens: Sequence[Token], marked: Marked, layout: Layout, lexicon: Lexicon) -> tuple[list[Shift], int]:
    """All influences on the marks; and the number of negations that have no evaluation to negate."""
    found, idle = _negations(tokens, marked, lexicon)
    ironic = _ironic(tokens, marked, layout, lexicon)
    found.extend(Shift("ironic", mark.weight, mark) for mark in ironic)
    for mark in marked.marks:
        found.extend(Shift(feature, mark.weight, mark) for feature in _around(mark, marked, layout))
    return found, idle


def _around(mark: Mark, marked: Marked, layout: Layout) -> Iterator[str]:
    if marked.degrees.keys() & {mark.first - 1, mark.first - 2}:
        yield "boosted"
    if mark.strong:
        yield "strong"
    number = layout.sentence[mark.first]
    doubt = layout.quoted.get(mark.first)
    if doubt is not None:
        yield "quoted" if doubt == 1 or mark.weight < 0 else "doubted"
    if mark.weight > 0:
        if layout.but.get(number, -1) > mark.first or number + 1 in layout.opens_with_but:
            yield "before_but"
    else:
        if number in layout.asks and not (mark.kind == "phrase" and mark.weight <= SCOLDING):
            yield "inquired" if number in layout.inquires else "asked"
        if layout.but.get(number, -1) > mark.last or number + 1 in layout.opens_with_but:
            yield "blame_before_but"


def _ironic(tokens: Sequence[Token], marked: Marked, layout: Layout, lexicon: Lexicon) -> list[Mark]:
    """Thanks and praise that a nuisance follows in the same sentence: "så generöst att bjuda på kallvatten"."""
    nuisances = {
        layout.sentence[mark.first]: mark.first for mark in marked.marks if mark.weight < 0 and mark.reason in NUISANCES
    }
    if not nuisances:
        return []
    found = [
        mark
        for mark in marked.marks
        if mark.weight > 0 and nuisances.get(layout.sentence[mark.first], -1) > mark.last and _opens(mark, layout)
    ]
    sentences = {layout.sentence[mark.first] for mark in found}
    relieved = {layout.sentence[index] for index, token in enumerate(tokens) if token.norm in lexicon.roles["relief"]}
    return [mark for mark in found if layout.sentence[mark.first] in sentences - relieved]


def _negations(tokens: Sequence[Token], marked: Marked, lexicon: Lexicon) -> tuple[list[Shift], int]:
    if not marked.negators:
        return [], 0
    begins = {mark.first: mark for mark in marked.marks}
    ends = {mark.last: mark for mark in marked.marks}
    negated: dict[int, tuple[str, Mark]] = {}
    idle = 0
    before = -2 * NEGATION_REACH
    silent = set(marked.silenced)
    for index in sorted(silent.union(marked.negators)):
        # "inte bara dyrt utan dåligt": after another negation "utan" is a conjunction
        conjunction = tokens[index].norm == "utan" and index - before <= 2 * NEGATION_REACH
        if not conjunction and index not in silent:
            hits = _ahead(index, tokens, begins, lexicon) + _behind(index, tokens, ends, lexicon)
            absence = tokens[index].norm in lexicon.roles["absence"]
            negated.update(
                (hit.first, (_negated(hit, absence), hit))
                for hit in hits
                if not (absence and hit.reason in MISFORTUNES)
            )
            idle += not hits
        if not conjunction:
            before = index
    return [Shift(feature, mark.weight, mark) for feature, mark in negated.values()], idle


def _opens(mark: Mark, layout: Layout) -> bool:
    """Whether a sentence begins with this praise, or all but begins."""
    before = mark.first - OPENING
    return before < 0 or layout.sentence[before] != layout.sentence[mark.first]


def _negated(mark: Mark, absence: bool) -> str:
    if mark.weight > 0:
        return "negated+"
    return "absent" if absence else "negated-"


def _ahead(index: int, tokens: Sequence[Token], begins: dict[int, Mark], lexicon: Lexicon) -> list[Mark]:
    """The evaluation that follows in the clause, and those joined to it: "varken trevligt eller fräscht"."""
    hits: list[Mark] = []
    at, end = index + 1, min(len(tokens), index + 1 + NEGATION_REACH)
    while at < end:
        if (mark := begins.get(at)) is not None and mark.kind not in PICTURES:
            hits.append(mark)
            at = mark.last + 1
            if at + 1 >= len(tokens) or tokens[at].norm not in JOINING or at + 1 not in begins:
                break
            at, end = at + 1, at + 2
        elif tokens[at].norm in lexicon.borders:
            break
        else:
            at += 1
    return hits


def _behind(index: int, tokens: Sequence[Token], ends: dict[int, Mark], lexicon: Lexicon) -> list[Mark]:
    for at in range(index - 1, max(-1, index - 1 - NEGATION_BACK), -1):
        if (mark := ends.get(at)) is not None:
            return [mark] if mark.kind == "word" else []
        if tokens[at].norm not in lexicon.between:
            return []
    return []
