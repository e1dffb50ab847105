"""Score: for or against whom is a text, and what does its author want? Tone is not stance.

Stance is towards the municipality and its units: criticism that news passes on counts; a report of a crime, a word
against one person, the success of a club or a sunset do not. Intent is what the author does: news that passes on
criticism informs.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.match import Matched
from pipelines.types import Entry, Flag, Intent, Kind, Stance
from sentiment import Tone

NONE = Stance("none", 0.8)
INFORMING: frozenset[Kind] = frozenset(("news", "official", "wiki"))
"""Kinds of source that inform, whatever they write."""
AT_SOMEONE = frozenset(("hate_speech", "bullying", "violence", "self_harm"))
"""Acts that are aimed at somebody else than the municipality."""
NOT_OPINION = frozenset(("advertising", "pornography", "copyright"))
TERMS = frozenset(
    ("criticism", "blame", "praise", "thanks", "question", "request_help", "event_notice", "municipal_place")
)


def stance(entry: Entry, matched: Matched, tone: Tone, evidence: Evidence, flags: Sequence[Flag]) -> Stance:
    """For or against the municipality and its units."""
    if not matched.about or not _ours(matched, evidence):
        return NONE
    acts = {flag.category for flag in flags if flag.role == "act"}
    reports = {flag.category for flag in flags if flag.role == "report"}
    if acts & (AT_SOMEONE | NOT_OPINION):
        return NONE
    blamed = _sentences(evidence, "blame") or _sentences(evidence, "criticism")
    if tone.label == "negative":
        if reports - {"bullying", "self_harm"} and not _sentences(evidence, "blame"):
            return NONE
        if acts and not matched.units:
            return NONE
        return Stance("critical", 0.8 if blamed else 0.65)
    if tone.label == "positive" and not reports:
        thanked = _sentences(evidence, "thanks") or _sentences(evidence, "praise")
        return Stance("supportive", 0.8 if thanked else 0.6)
    if tone.label == "neutral" and _sentences(evidence, "blame") and not reports and entry.kind not in INFORMING:
        return Stance("critical", 0.55)
    return NONE


def intent(entry: Entry, tone: Tone, given: Stance, evidence: Evidence, flags: Sequence[Flag]) -> Intent:
    """What the author does with the text."""
    acts = {flag.category for flag in flags if flag.role == "act"}
    if entry.kind in INFORMING:
        return "information"
    if acts:
        return "other"
    if given.label == "critical":
        return "criticism"
    if tone.label == "positive":
        return "praise"
    if _asks(entry, evidence):
        return "question"
    if flags or _sentences(evidence, "event_notice") or entry.title:
        return "information"
    return "other"


def _ours(matched: Matched, evidence: Evidence) -> bool:
    """Whether the municipality or a unit is meant, not only a place that lies in it."""
    return bool(
        matched.units
        or any(mention.kind == "municipality" for mention in matched.mentions)
        or evidence.of("municipal_place")
    )


def _sentences(evidence: Evidence, term: str) -> set[int]:
    return {hit.sentence for hit in evidence.of(term) if not hit.negated}


def _asks(entry: Entry, evidence: Evidence) -> bool:
    return "?" in entry.content or bool(evidence.of("request_help")) or "söker" in entry.content.casefold()
