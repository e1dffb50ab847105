"""Aim: who is a flagged text aimed at or does it tell of, and does it accuse the one who answers for the unit?

Told from the words near the deed; where the text names nobody, from what the unit is there for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.config.schema import Category, Config
from pipelines.enrich.evidence import Evidence, Hit
from pipelines.labels import TARGETS, Target
from pipelines.severity import weighed
from pipelines.types import SEVERITIES, Entry, Flag, Kind

NAMED_BY: Mapping[Target, tuple[str, ...]] = {
    "elev": ("child",),
    "brukare": ("care_recipient",),
    "anstalld": ("employee", "adult_at_work"),
    "fortroendevald": ("politician",),
    "grupp": ("protected_group", "slur"),
}
"""The cue lists that name each."""
THERE_FOR: Mapping[str, Target] = {"school": "elev", "preschool": "elev", "care-home": "brukare"}
"""Kinds of units, and who is there."""
ADULTS: tuple[Target, ...] = ("anstalld", "fortroendevald")
TELLERS: frozenset[Kind] = frozenset(("news", "official"))
"""Who quote others openly, and write of nothing of their own."""
IS_EMPLOYEE = "writer_is_employee"
WORKS = "writer_works"
"""Says that the writer has a job; the employer must be one of ours for it to mean anything."""
OF_OURS = ("is:unit", "municipal_place", "employee")
ACCUSED = "accused_manager"
TERMS = frozenset(
    (*(term for terms in NAMED_BY.values() for term in terms), IS_EMPLOYEE, WORKS, *OF_OURS, ACCUSED)
)  # fmt: skip
_SOME = r"(?:(?:en|ett|av|sina?|min|mina|våra?|två|tre|fyra|flera|några|andra|annan|alla|äldre|yngre|de|dom) ){0,3}$"
DOER = re.compile(rf"(?:\bav|\bby|\bhot\w* från) {_SOME}", re.IGNORECASE)
"""What stands before the one who did it: "misshandlad av två elever"."""
SUFFERER = re.compile(rf"\b(?:mot|against) {_SOME}", re.IGNORECASE)
BEFORE = 40
"""Characters that hold such words."""
SPEAKS = re.compile(
    r"\W{0,3}(?:\w+ ){0,2}?(?:säger|berättar|uppger|menar|skriver|kommenterar|bekräftar|says)\b", re.IGNORECASE
)
LIKELY = 0.4
"""From this chance on the judge's word on whom a suspicion concerns goes before the words near the deed, unless one of
them says whom it is against."""
SPOKEN = re.compile(r"(?:säger|berättar|uppger|menar|enligt|skriver|says) (?:\w+ ){0,2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Named:
    target: Target
    hit: Hit


class Aim:
    """Completes flags under one configuration."""

    def __init__(self, config: Config) -> None:
        self._categories = {category.id: category for category in config.categories}
        self._own_severity = frozenset(rule.id for rule in config.rules if rule.severity)
        self._there = {unit.id: THERE_FOR[unit.kind] for unit in config.units if unit.kind in THERE_FOR}
        self._table = config.severity_steps
        self.terms = TERMS | {
            term for step in self._table for term in (*step.none, *(term for group in step.signs for term in group))
        }

    def complete(
        self,
        flags: Iterable[Flag],
        entry: Entry,
        evidence: Evidence,
        units: Sequence[str],
        heard: Mapping[Target, float],
    ) -> tuple[Flag, ...]:
        """The flags with target and severity, the gravest act first. `units`: those that the text names; `heard`: the
        judge's chances, empty where it was not asked."""
        sure = next((target for target, chance in heard.items() if chance >= LIKELY), None)
        done = [self._complete(flag, entry, evidence, units, sure) for flag in flags]
        return tuple(
            sorted(
                done,
                key=lambda flag: (flag.role == "act", SEVERITIES.index(flag.severity), flag.confidence),
                reverse=True,
            )
        )

    def _complete(
        self, flag: Flag, entry: Entry, evidence: Evidence, units: Sequence[str], heard: Target | None
    ) -> Flag:
        category = self._categories[flag.category]
        told = heard if category.falls_on == "unit" else None
        target = self._target(flag, category, entry, evidence, units, told)
        aimed = replace(flag, target=target)
        return weighed(aimed, self._table, evidence.terms.__contains__, role_told=flag.rule in self._own_severity)

    def _target(
        self,
        flag: Flag,
        category: Category,
        entry: Entry,
        evidence: Evidence,
        units: Sequence[str],
        heard: Target | None,
    ) -> Target:
        if category.falls_on == "nobody":
            return "allman"
        if category.falls_on == "group":
            return "grupp"
        named = _named(entry.content, evidence)
        near = _near(flag, named, evidence)
        if against := [one for one in near if _stands_before(SUFFERER, one, entry.content)]:
            return _first(against)
        if heard is not None and not _only_speaks(heard, entry.content, evidence):
            return heard
        if near:
            return _first(_sufferers(flag, near))
        if category.falls_on == "text":
            return "allman"
        there = [self._there[unit] for unit in units if unit in self._there]
        adults = [one for one in named if one.target in ADULTS]
        if there and not adults:
            return min(there, key=TARGETS.index)
        return _first(named) if named else "allman"


def by_employee(entry: Entry, evidence: Evidence) -> bool:
    """Whether the writer seems to work for the municipality. News quotes openly: what it quotes is no writer's word."""
    if entry.kind in TELLERS:
        return False
    if any(not hit.quoted for hit in evidence.of(IS_EMPLOYEE)):
        return True
    ours = {hit.sentence for term in OF_OURS for hit in evidence.of(term)}
    return any(hit.sentence in ours and not hit.quoted for hit in evidence.of(WORKS))


def about_management(evidence: Evidence) -> bool:
    """Whether one who answers for a unit is said to have done wrong."""
    return any(not hit.negated for hit in evidence.of(ACCUSED))


def _named(content: str, evidence: Evidence) -> list[_Named]:
    """Everyone whom the text names, but for those who did it and those who only speak."""
    return [
        _Named(target, hit)
        for target, terms in NAMED_BY.items()
        for term in terms
        for hit in evidence.of(term)
        if not DOER.search(content, max(0, hit.span.start - BEFORE), hit.span.start) and not _speaks(content, hit)
    ]


def _speaks(content: str, hit: Hit) -> bool:
    return bool(
        SPEAKS.match(content, hit.span.end, hit.span.end + BEFORE)
        or SPOKEN.search(content, max(0, hit.span.start - BEFORE), hit.span.start)
    )


def _only_speaks(target: Target, content: str, evidence: Evidence) -> bool:
    """Whether those of the text who could be meant do nothing in it but tell."""
    hits = [hit for term in NAMED_BY.get(target, ()) for hit in evidence.of(term)]
    return bool(hits) and all(_speaks(content, hit) for hit in hits)


def _near(flag: Flag, named: Sequence[_Named], evidence: Evidence) -> list[_Named]:
    """Those who are named in the sentences of the deed."""
    sentences = {evidence.sentence_of(span.start) for span in flag.evidence}
    return [one for one in named if one.hit.sentence in sentences]


def _stands_before(pattern: re.Pattern[str], one: _Named, content: str) -> bool:
    return pattern.search(content, max(0, one.hit.span.start - BEFORE), one.hit.span.start) is not None


def _sufferers(flag: Flag, near: Sequence[_Named]) -> list[_Named]:
    """Of those near the deed the ones it is done to: after the deed, else all of them."""
    deeds = [
        span.start
        for span in flag.evidence
        if all(span.end <= one.hit.span.start or one.hit.span.end <= span.start for one in near)
    ]
    after = [one for one in near if deeds and one.hit.span.start > min(deeds)]
    return after or list(near)


def _first(named: Iterable[_Named]) -> Target:
    """The one who most needs protection."""
    return min((one.target for one in named), key=TARGETS.index)
