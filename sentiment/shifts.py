"""What the words around an evaluation make of it: negation, degree, "men", wishes, quotation marks, questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sentiment.lexicon import Lexicon
from sentiment.marks import PICTURES, Mark, Marked
from sentiment.tokens import Token

# A negation in Swedish reaches to the end of the clause, in practice at most so many words on.
NEGATION_REACH = 5
# "gillar jag inte", "hjälper det inte alls": the finite verb stands before its negation, a pronoun or two between.
NEGATION_BACK = 3
WISH_REACH = 7
JOINING = frozenset({"eller", "och"})
QUOTES = frozenset('"”“»«„')
DOUBTED = 1
"""A single word between quotation marks is doubt cast on it; more are somebody's speech or a title."""


class Layout(NamedTuple):
    """The frame of a text: by token its sentence and whether it is quoted (1) or doubted (2); by sentence the rest."""

    sentence: list[int]
    quoted: dict[int, int]
    but: dict[int, int]
    """Sentence → its last "men"."""
    opens_with_but: set[int]
    asks: set[int]


class Shift(NamedTuple):
    """One influence on one evaluation: the feature it counts under, and the weight that it works on."""

    feature: str
    weight: float
    mark: Mark


def lay_out(text: str, tokens: Sequence[Token]) -> Layout:
    layout = Layout([], {}, {}, set(), set())
    number, begins, open_quote = 0, True, -1
    lines = "\n" in text
    end = 0
    for index, token in enumerate(tokens):
        if lines and end and text.find("\n", end, token.start) >= 0 and not begins:
            number, begins = number + 1, True
        end = token.end
        layout.sentence.append(number)
        if token.kind == "word":
            if token.norm == "men":
                layout.but[number] = index
                if begins:
                    layout.opens_with_but.add(number)
            begins = False
        elif token.kind == "punctuation":
            head = token.text[0]
            if head in QUOTES:
                if open_quote >= 0:
                    inside = range(open_quote + 1, index)
                    layout.quoted.update(dict.fromkeys(inside, 2 if len(inside) <= DOUBTED else 1))
                    open_quote = -1
                else:
                    open_quote = index
            elif head in ".!?…":
                if "?" in token.text:
                    layout.asks.add(number)
                number, begins = number + 1, True
    return layout


def shifts(tokens: Sequence[Token], marked: Marked, layout: Layout, lexicon: Lexicon) -> tuple[list[Shift], int]:
    """All influences on the marks; and the number of negations that have no evaluation to negate."""
    found, idle = _negations(tokens, marked, lexicon)
    for mark in marked.marks:
        found.extend(Shift(feature, mark.weight, mark) for feature in _around(mark, tokens, marked, layout, lexicon))
    return found, idle


def _around(mark: Mark, tokens: Sequence[Token], marked: Marked, layout: Layout, lexicon: Lexicon) -> Iterator[str]:
    degree = marked.degrees.get(mark.first - 1) or marked.degrees.get(mark.first - 2)
    if degree is not None:
        yield "boosted" if degree > 1 else "dampened"
    if mark.strong:
        yield "strong"
    number = layout.sentence[mark.first]
    doubt = layout.quoted.get(mark.first)
    if doubt is not None:
        yield "quoted" if doubt == 1 or mark.weight < 0 else "doubted"
    if mark.weight > 0:
        if layout.but.get(number, -1) > mark.first or number + 1 in layout.opens_with_but:
            yield "before_but"
        if _wished(mark.first, tokens, layout.sentence, lexicon.wishes):
            yield "wished"
    elif number in layout.asks:
        yield "asked"


def _wished(index: int, tokens: Sequence[Token], sentence: Sequence[int], wishes: frozenset[str]) -> bool:
    for at in range(max(0, index - WISH_REACH), index):
        if tokens[at].norm in wishes and sentence[at] == sentence[index]:
            return True
    return False


def _negations(tokens: Sequence[Token], marked: Marked, lexicon: Lexicon) -> tuple[list[Shift], int]:
    begins = {mark.first: mark for mark in marked.marks}
    ends = {mark.last: mark for mark in marked.marks}
    negated: dict[int, Mark] = {}
    idle = 0
    before = -2 * NEGATION_REACH
    silent = set(marked.silenced)
    for index in sorted(silent.union(marked.negators)):
        # "inte bara dyrt utan dåligt": after another negation "utan" is a conjunction
        conjunction = tokens[index].norm == "utan" and index - before <= 2 * NEGATION_REACH
        if not conjunction and index not in silent:
            hits = _ahead(index, tokens, begins, lexicon) + _behind(index, tokens, ends, lexicon)
            negated.update((hit.first, hit) for hit in hits)
            idle += not hits
        if not conjunction:
            before = index
    return [Shift("negated+" if mark.weight > 0 else "negated-", mark.weight, mark) for mark in negated.values()], idle


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
