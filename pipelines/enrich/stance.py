"""Stance: is a text for or against the municipality and its units? Not its tone.

Criticism or praise that news passes on counts; hostility at the institution, a unit or its leaders as a group is
critical. Against one person, or in the report of a crime, there is none; nor in the success of a club or a sunset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.match import Matched
from pipelines.enrich.voice import finds_fault, finds_good, passes_on
from pipelines.types import Entry, Flag, Stance
from sentiment import Tone

NONE = Stance("none", 0.75)
UNAIMED = frozenset(
    ("hate_speech", "bullying", "violence", "self_harm", "advertising", "pornography", "copyright", "crime")
)
"""Acts that say nothing for or against the municipality."""
AT_A_PERSON = frozenset(("threat", "personal_attack", "obscenity", "personal_data"))
SOBER = frozenset(("crime", "threat", "hate_speech", "personal_data", "violence"))
"""What happens without being anyone's fault, as far as a report goes."""
AGAINST = ("criticism", "blame", "neglect", "insult", "accusation")
AT_FAULT = ("neglect", "blame", "accusation")
"""What makes a reported deed somebody's fault who should have prevented it."""
PERSONS = ("employee", "politician")
INSULTS = ("insult", "person_insult")
WHERE = re.compile(r"(?:på|i|vid|från|till|utanför|inne på|at|in|to|from|near|outside|inside)\s$", re.IGNORECASE)
INSTITUTION = re.compile(r"kommun|municipality|council\b|nämnden|fullmäktige|politiker|ledningen", re.IGNORECASE)
NAMED_AS_SUCH = re.compile(r"\w*\s(?:kommun|municipality)", re.IGNORECASE)
TOGETHER = re.compile(
    r"\b(?:ni|er|ert|era|alla|allihop|hela|ledningen|nämnden|everyone who works|all of you)\b", re.IGNORECASE
)
"""Who is met with hostility as a group."""
ONE_OF_YOU = re.compile(
    r"\b(?:jag är|du|dig|din|ditt|dina|han|hon|henne|honom|kvinna\w*|mannen|tjejen|killen|gubben|you)\b", re.IGNORECASE
)
ADDRESSED = re.compile(r"\b(?:ni|er|ert|era)\b", re.IGNORECASE)
WEAK = 0.35
"""A polarity this near to zero does not make a question a complaint."""
TO_IT = 25
"""Characters within which thanks reach the one that is thanked."""
OTHERS = ("praise", "thanks", "award", "success", "question", "municipal_place", "sport", "fiction")
TERMS = frozenset((*AGAINST, *PERSONS, *INSULTS, *OTHERS))


def stance(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, flags: Sequence[Flag]) -> Stance:
    """For or against the municipality and its units."""
    acts = {flag.category for flag in flags if flag.role == "act"}
    reports = {flag.category for flag in flags if flag.role == "report"}
    if not matched.about or tone.label == "unsure" or acts & UNAIMED:
        return NONE
    if acts & AT_A_PERSON:
        return Stance("critical", 0.6) if _is_at_the_institution(entry.content, matched, evidence) else NONE
    thanks = tone.label == "neutral" and matched.units and _said(evidence, "thanks") and not _said(evidence, "neglect")
    if tone.label == "positive" or thanks:
        return _in_favour(entry, matched, tone, evidence, reports)
    return _against(entry, matched, tone, evidence, reports)


def _against(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, reports: set[str]) -> Stance:
    if passes_on(entry):
        return _passed_on(entry, matched, tone, evidence, reports)
    blamed = any(_said(evidence, term) for term in AGAINST)
    if _is_nobodys_fault(entry, matched, tone, evidence, reports, blamed) or _is_at_one_person(entry.content, evidence):
        return NONE
    if tone.label == "negative":
        if matched.units and (blamed or finds_fault(tone)):
            return Stance("critical", 0.85 if blamed else 0.65)
        if not matched.units and _is_meant(entry, matched, evidence, blamed):
            return Stance("critical", 0.7)
    complains = _said(evidence, "neglect") or (_said(evidence, "blame") and "?" not in entry.content)
    if complains and matched.units and not reports:
        return Stance("critical", 0.55)
    return NONE


def _passed_on(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, reports: set[str]) -> Stance:
    """News of criticism: somebody accuses, or a unit is blamed for more than what happened there."""
    if tone.label != "negative":
        return NONE
    ours = bool(matched.units) or _institution(entry.content, matched, evidence)
    if ours and _said(evidence, "accusation"):
        return Stance("critical", 0.75)
    blamed = any(_said(evidence, term) for term in AGAINST)
    if matched.units and blamed and not reports:
        return Stance("critical", 0.65)
    return NONE


def _is_nobodys_fault(
    entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, reports: set[str], blamed: bool
) -> bool:
    """A sober report of what happened, a cry for help, or a mere question."""
    if reports & SOBER:
        if not matched.units and not INSTITUTION.search(entry.content):
            return True
        return not any(_said(evidence, term) for term in AT_FAULT)
    if reports and not blamed:
        return "self_harm" in reports
    return "?" in entry.content and not blamed and abs(tone.polarity) < WEAK


def _is_at_one_person(content: str, evidence: Evidence) -> bool:
    """Whether an insult is all there is, and it is thrown at one person or at the author."""
    insulted = any(_said(evidence, term) for term in INSULTS)
    if not insulted or any(_said(evidence, term) for term in AT_FAULT) or TOGETHER.search(content):
        return False
    return bool(ONE_OF_YOU.search(content)) or any(evidence.of(term) for term in PERSONS)


def _is_meant(entry: Entry, matched: Matched, evidence: Evidence, blamed: bool) -> bool:
    """Whether the municipality as such is blamed, not only a place that lies in it."""
    if _said(evidence, "sport") or _said(evidence, "success"):
        return False
    if INSTITUTION.search(entry.content) or (entry.kind == "official" and ADDRESSED.search(entry.content)):
        return True
    return blamed and _institution(entry.content, matched, evidence)


def _in_favour(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, reports: set[str]) -> Stance:
    if passes_on(entry):
        return _honoured(entry, matched, evidence, reports)
    thanked = _said(evidence, "thanks")
    if reports & SOBER or (_said(evidence, "success") and not thanked):
        return NONE
    if matched.units:
        praised = thanked or _said(evidence, "praise")
        return Stance("supportive", 0.8 if praised else 0.6) if praised or finds_good(entry, tone) else NONE
    content = entry.content
    named = any(NAMED_AS_SUCH.match(content, mention.span.start) for mention in matched.mentions)
    if named or _is_thanked(content, matched, evidence) or (entry.kind == "official" and ADDRESSED.search(content)):
        return Stance("supportive", 0.7)
    return NONE


def _honoured(entry: Entry, matched: Matched, evidence: Evidence, reports: set[str]) -> Stance:
    """News in favour: an honour, or an inspection that found no fault."""
    if reports or _said(evidence, "fiction") or _said(evidence, "sport"):
        return NONE
    ours = bool(matched.units) or _institution(entry.content, matched, evidence)
    cleared = any(hit.negated for term in ("criticism", "accusation") for hit in evidence.of(term))
    return Stance("supportive", 0.6) if ours and (_said(evidence, "award") or cleared) else NONE


def _is_thanked(content: str, matched: Matched, evidence: Evidence) -> bool:
    """Whether thanks go to the municipality: "tack Botkyrka", not "tack alla grannar i Botkyrka"."""
    ours = [mention.span.start for mention in matched.mentions if mention.kind == "municipality"]
    for hit in evidence.of("thanks"):
        if any(
            0 <= start - hit.span.end <= TO_IT and not WHERE.search(content[max(0, start - 12) : start])
            for start in ours
        ):
            return True
    return bool(evidence.of("thanks")) and bool(INSTITUTION.search(content))


def _said(evidence: Evidence, term: str) -> bool:
    return term in evidence.terms and any(not hit.negated for hit in evidence.of(term))


def _institution(content: str, matched: Matched, evidence: Evidence) -> bool:
    """Whether the municipality is named, and not only a place that lies in it."""
    named = any(mention.kind == "municipality" for mention in matched.mentions)
    return named or bool(INSTITUTION.search(content)) or bool(evidence.of("municipal_place"))


def _is_at_the_institution(content: str, matched: Matched, evidence: Evidence) -> bool:
    """Whether a unit or its people together are threatened or abused, not one person ("rektorn", "handläggaren")."""
    if TOGETHER.search(content) and not ONE_OF_YOU.search(content):
        return bool(matched.units) or _institution(content, matched, evidence)
    persons = [hit.span for term in PERSONS for hit in evidence.of(term)]
    units = [mention.span for mention in matched.mentions if mention.kind == "unit"]
    return any(
        not WHERE.search(content[max(0, unit.start - 12) : unit.start])
        and not any(person.start < unit.end and unit.start < person.end for person in persons)
        for unit in units
    )
