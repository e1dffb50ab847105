"""Weigh: does what several weak words say together come to a suspicion? The weights are data (rules.toml)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipelines.config.schema import Rule
from pipelines.enrich.evidence import Evidence, Hit
from sentiment import Span

Weighed = tuple[float, Sequence[Hit]]
SLACK = 1e-9
"""Sums of the same weights differ by less, in whatever order they are added."""
PASSAGE = 1
"""So many sentences after one belong to its passage: a title and its text, a threat and its "you know why"."""


def means(rule: Rule, hit: Hit) -> bool:
    """Whether a hit says what it seems to: a negation takes it back, and what is quoted is nobody's own act."""
    return not (rule.negatable and hit.negated) and not (rule.role == "act" and hit.quoted)


def may_tip(rule: Rule, terms: frozenset[str]) -> bool:
    """Whether a text with these terms could make the rule fire at all: most texts have too few to look closer."""
    if rule.any and terms.isdisjoint(rule.any):
        return False
    reached = sum(max(0.0, rule.weights[term]) for term in terms & rule.weights.keys())
    return not rule.weights or reached >= rule.least - SLACK


def waiting(rules: Sequence[Rule]) -> dict[str, list[int]]:
    """The numbers of the rules by terms without which they cannot fire: a text wakes few of them."""
    asked = Counter(term for rule in rules for term in rule.all)
    by_term: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        # of the terms that must all stand there, the one that fewest rules wait for
        rarest = sorted(rule.all, key=lambda term: asked[term])[:1]
        for term in rarest or _heaviest(rule):
            by_term.setdefault(term, []).append(number)
    return by_term


def _heaviest(rule: Rule) -> list[str]:
    """Terms by weight, as many as it takes until the others do not come to `least` without one of them."""
    terms = sorted(rule.weights, key=lambda term: -rule.weights[term])
    others = sum(max(0.0, weight) for weight in rule.weights.values())
    taken: list[str] = []
    while others >= rule.least - SLACK and len(taken) < len(terms):
        taken.append(terms[len(taken)])
        others -= max(0.0, rule.weights[taken[-1]])
    return taken


def tips(rule: Rule, evidence: Evidence) -> list[Hit]:
    """The hits by which the weights of `rule` come to its `least`, in the order they stand; empty where they do not."""
    if evidence.any_of(rule.unless) or (rule.context and not evidence.any_of(rule.context)):
        return []
    weighed = [
        (weight, hits)
        for term, weight in sorted(rule.weights.items(), key=lambda item: -item[1])
        if (hits := [hit for hit in evidence.of(term) if weight < 0 or means(rule, hit)])
    ]
    needed = [[hit for hit in evidence.of(term) if means(rule, hit)] for term in rule.all]
    if rule.any:
        needed.append([hit for term in rule.any for hit in evidence.of(term)])
    barred = [hit for term in rule.none for hit in evidence.of(term)]
    for first, last in _stretches(rule, (hit for _, hits in weighed for hit in hits)):
        if any(first <= hit.sentence <= last for hit in barred):
            continue
        if not all(any(first <= hit.sentence <= last for hit in hits) for hits in needed):
            continue
        if found := _weigh(weighed, first, last, rule.least):
            return found
    return []


def _stretches(rule: Rule, hits: Iterable[Hit]) -> list[tuple[int, int]]:
    """Numbers of the first and the last sentence of every stretch that is looked at as one."""
    sentences = sorted({hit.sentence for hit in hits})
    if rule.scope == "text":
        return [(0, sentences[-1])] if sentences else []
    reach = PASSAGE if rule.scope == "passage" else 0
    return [(sentence, sentence + reach) for sentence in sentences]


def _weigh(weighed: Sequence[Weighed], first: int, last: int, least: float) -> list[Hit]:
    total = 0.0
    counted: list[Hit] = []
    for weight, hits in weighed:
        here = next((hit for hit in hits if first <= hit.sentence <= last and _is_new(hit.span, counted, weight)), None)
        if here:
            total += weight
            if weight > 0:
                counted.append(here)
    return sorted(counted, key=lambda hit: hit.span.start) if total >= least else []


def _is_new(span: Span, counted: Sequence[Hit], weight: float) -> bool:
    """Whether no heavier term has counted these words already; what speaks against always counts."""
    return weight < 0 or all(span.end <= hit.span.start or hit.span.end <= span.start for hit in counted)
