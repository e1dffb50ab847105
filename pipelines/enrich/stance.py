"""Stance: is a text for or against the municipality and its units? Not its tone.

Criticism or praise that news passes on counts; hostility at the institution, a unit or its leaders as a group is
critical. Against one person, or in the report of a crime, there is none; nor in the success of a club or a sunset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.match import Matched
from pipelines.types import Entry, Flag, Kind, Stance
from sentiment import Tone

NONE = Stance("none", 0.75)
INFORMING: frozenset[Kind] = frozenset(("news", "official", "wiki"))
"""Kinds of source that pass on what others say."""
UNAIMED = frozenset(
    ("hate_speech", "bullying", "violence", "self_harm", "advertising", "pornography", "copyright", "crime")
)
"""Acts that say nothing for or against the municipality."""
AT_A_PERSON = frozenset(("threat", "personal_attack", "obscenity", "personal_data"))
SOBER = frozenset(("crime", "threat", "hate_speech", "personal_data", "violence"))
"""What happens without being anyone's fault, as far as a report goes."""
AGAINST = ("criticism", "blame", "neglect", "insult")
PERSONS = ("employee", "politician")
WHERE = re.compile(r"(?:på|i|vid|från|till|utanför|inne på|at|in|to|from|near)\s$", re.IGNORECASE)
INSTITUTION = re.compile(r"kommun|municipality", re.IGNORECASE)
WEAK = 0.35
"""A polarity this near to zero does not make a question a complaint."""
TERMS = frozenset(
    (*AGAINST, *PERSONS, "praise", "thanks", "award", "success", "question", "municipal_place", "sport", "fiction")
)


def stance(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, flags: Sequence[Flag]) -> Stance:
    """For or against the municipality and its units."""
    acts = {flag.category for flag in flags if flag.role == "act"}
    reports = {flag.category for flag in flags if flag.role == "report"}
    if not matched.about or tone.label == "unsure" or acts & UNAIMED:
        return NONE
    if acts & AT_A_PERSON:
        return Stance("critical", 0.6) if _unit_is_target(entry.content, matched, evidence) else NONE
    thanks = tone.label == "neutral" and matched.units and _said(evidence, "thanks") and not _said(evidence, "neglect")
    if tone.label == "positive" or thanks:
        return _in_favour(entry, matched, evidence, reports)
    return _against(entry, matched, tone, evidence, reports)


def _against(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, reports: set[str]) -> Stance:
    blamed = any(_said(evidence, term) for term in AGAINST)
    informing = entry.kind in INFORMING
    if _is_nobodys_fault(entry, matched, tone, evidence, reports, blamed):
        return NONE
    if tone.label == "negative" and matched.units and (blamed or not informing):
        return Stance("critical", 0.85 if blamed else 0.65)
    if tone.label == "negative" and blamed and _institution(entry.content, matched, evidence):
        return Stance("critical", 0.7)
    complains = _said(evidence, "neglect") or (_said(evidence, "blame") and "?" not in entry.content)
    if complains and matched.units and not informing and not reports:
        return Stance("critical", 0.55)
    return NONE


def _is_nobodys_fault(
    entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, reports: set[str], blamed: bool
) -> bool:
    """A sober report of what happened, a cry for help, or a mere question."""
    informing = entry.kind in INFORMING
    if reports & SOBER:
        ours = matched.units and (_said(evidence, "neglect") or _said(evidence, "blame"))
        return informing or not ours
    if reports and not blamed:
        return informing or "self_harm" in reports
    return "?" in entry.content and not blamed and abs(tone.polarity) < WEAK


def _in_favour(entry: Entry, matched: Matched, evidence: Evidence, reports: set[str]) -> Stance:
    if reports:
        return NONE
    if entry.kind in INFORMING:
        staged = _said(evidence, "fiction") or _said(evidence, "sport")
        honoured = _said(evidence, "award") and (matched.units or _institution(entry.content, matched, evidence))
        return Stance("supportive", 0.6) if honoured and not staged else NONE
    thanked = _said(evidence, "thanks")
    if _said(evidence, "success") and not thanked:
        return NONE
    if matched.units:
        return Stance("supportive", 0.8 if thanked or _said(evidence, "praise") else 0.6)
    institution = any(INSTITUTION.search(_around(entry.content, mention.span.end)) for mention in matched.mentions)
    if institution or (thanked and _institution(entry.content, matched, evidence)):
        return Stance("supportive", 0.7)
    return NONE


def _said(evidence: Evidence, term: str) -> bool:
    return any(not hit.negated for hit in evidence.of(term))


def _institution(content: str, matched: Matched, evidence: Evidence) -> bool:
    """Whether the municipality as such is meant, not only a place that lies in it."""
    named = any(mention.kind == "municipality" for mention in matched.mentions)
    return named or bool(INSTITUTION.search(content)) or bool(evidence.of("municipal_place"))


def _around(content: str, end: int) -> str:
    return content[max(0, end - 30) : end + 15]


def _unit_is_target(content: str, matched: Matched, evidence: Evidence) -> bool:
    """Whether a unit itself is threatened or abused, not a person in it ("rektorn", "handläggaren på soc")."""
    persons = [hit.span for term in PERSONS for hit in evidence.of(term)]
    units = [mention.span for mention in matched.mentions if mention.kind == "unit"]
    return any(
        not WHERE.search(content[max(0, unit.start - 12) : unit.start])
        and not any(person.start < unit.end and unit.start < person.end for person in persons)
        for unit in units
    )
