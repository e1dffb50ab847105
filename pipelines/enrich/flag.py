"""Flag: which of the configured suspicions does a text raise, by which words, and is it the deed or a report of it?

The rules are data (rules.toml): target + deed + context. Nothing here knows a category or a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from pipelines.config.schema import Category, Config, Rule
from pipelines.enrich.evidence import Evidence, Hit
from pipelines.enrich.weigh import may_tip, means, tips, waiting
from pipelines.types import SEVERITIES, Entry, Flag, Kind
from sentiment import Span

ALL_KINDS: frozenset[Kind] = frozenset(get_args(Kind))
TELLERS: frozenset[Kind] = frozenset(("news", "official"))
DOERS = ALL_KINDS - TELLERS
"""News and authorities tell of deeds; they do not threaten, bully or sell."""
COMMENT = "comment"
"""The cue list of titles by which a site marks what visitors write on its pages."""
SHOWN = 3
"""So many pieces of evidence stand in a reason; all of them are marked in the text."""
EVIDENCE_MOST = 8


class Flagger:
    """Applies the rules of one configuration."""

    def __init__(self, config: Config) -> None:
        self._rules = tuple((rule, frozenset(rule.all), _kinds(rule)) for rule in config.rules)
        self._waiting = waiting(config.rules)
        self.categories = {category.id: category for category in config.categories}
        self.terms = frozenset(
            term
            for rule in config.rules
            for term in (*rule.all, *rule.any, *rule.none, *rule.context, *rule.unless, *rule.weights)
        ) | {COMMENT}

    def flags(self, entry: Entry, evidence: Evidence) -> tuple[Flag, ...]:
        """The suspicions, most severe first; at most one per category."""
        present = evidence.terms
        kind = "social" if entry.kind in TELLERS and _is_comment(entry, evidence) else entry.kind
        awake = {number for term in self._waiting.keys() & present for number in self._waiting[term]}
        raised = []
        for number in sorted(awake):
            rule, needed, kinds = self._rules[number]
            if needed <= present and kind in kinds and may_tip(rule, present) and (hits := fires(rule, evidence)):
                raised.append(self._flag(rule, hits))
        return settled(raised, self.categories)

    def _flag(self, rule: Rule, hits: Sequence[Hit]) -> Flag:
        spans = _distinct(hit.span for hit in hits)
        shown = ", ".join(f"”{span.text}”" for span in spans[:SHOWN])
        return Flag(
            category=rule.category,
            role=rule.role,
            severity=rule.severity or self.categories[rule.category].severity,
            confidence=rule.confidence,
            rule=rule.id,
            evidence=tuple(spans),
            reason=rule.reason.replace("{evidence}", shown),
            type=rule.type,
        )


def _kinds(rule: Rule) -> frozenset[Kind]:
    return frozenset(rule.kinds) or (DOERS if rule.role == "act" else ALL_KINDS)


def fires(rule: Rule, evidence: Evidence) -> list[Hit]:
    """The hits by which `rule` fires, in the order they stand; empty where it does not."""
    if rule.weights:
        return tips(rule, evidence)
    needed = [[hit for hit in evidence.of(term) if means(rule, hit)] for term in rule.all]
    if all(needed) and rule.any:
        needed.append([hit for term in rule.any for hit in evidence.of(term)])
    if not all(needed) or len(needed[0]) < rule.times or evidence.any_of(rule.unless):
        return []
    if rule.context and not evidence.any_of(rule.context):
        return []
    if rule.scope == "text":
        return [] if evidence.any_of(rule.none) else _together(needed, rule.within)
    barred = {hit.sentence for term in rule.none for hit in evidence.of(term)}
    sentences = set.intersection(*({hit.sentence for hit in hits} for hits in needed)) - barred
    for sentence in sorted(sentences):
        here = [[hit for hit in hits if hit.sentence == sentence] for hits in needed]
        if len(here[0]) >= rule.times and (found := _together(here, rule.within)):
            return found
    return []


def _is_comment(entry: Entry, evidence: Evidence) -> bool:
    return any(hit.span.end <= len(entry.title) for hit in evidence.of(COMMENT))


def _together(needed: Sequence[Sequence[Hit]], within: int | None) -> list[Hit]:
    """The hits of each term; with `within`, those near the first term's first hit that has all others near it."""
    if within is None:
        return sorted((hit for hits in needed for hit in hits[:EVIDENCE_MOST]), key=lambda hit: hit.span.start)
    for anchor in needed[0]:
        near = [next((hit for hit in hits if _apart(anchor.span, hit.span) <= within), None) for hits in needed[1:]]
        if all(near):
            return sorted((anchor, *(hit for hit in near if hit)), key=lambda hit: hit.span.start)
    return []


def _apart(one: Span, other: Span) -> int:
    return max(0, other.start - one.end, one.start - other.end)


def _distinct(spans: Iterable[Span]) -> list[Span]:
    """Without those that lie within another: a word may be on two lists."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept[:EVIDENCE_MOST]


def settled(raised: Iterable[Flag], categories: Mapping[str, Category]) -> tuple[Flag, ...]:
    """One flag per category, the act before the report, and none that the act of another category contains."""
    best: dict[str, Flag] = {}
    for flag in raised:
        known = best.get(flag.category)
        if known is None or _weight(flag) > _weight(known):
            best[flag.category] = flag
    contained = {other for name, flag in best.items() if flag.role == "act" for other in categories[name].contains}
    kept = (flag for name, flag in best.items() if name not in contained)
    return tuple(sorted(kept, key=_weight, reverse=True))


def _weight(flag: Flag) -> tuple[bool, int, float]:
    return flag.role == "act", SEVERITIES.index(flag.severity), flag.confidence
