"""Intent: what does the author do with the text? News that passes on criticism informs; praise may concern anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.stance import INFORMING
from pipelines.types import Entry, Flag, Intent, Stance
from sentiment import Tone

SEEKS = re.compile(
    r"\b(?:söker|sökes|önskas|någon som (?:vet|har|kan)|nån som (?:vet|har|kan)|tips på|tacksam för (?:svar|tips))\b",
    re.IGNORECASE,
)
WITNESSES = re.compile(r"\b(?:vittne\w*|efterlys\w*|saknad|upphittad|borttappad|varning|obs)\b", re.IGNORECASE)
AT_RISK = "self_harm"
"""Who tells of somebody at risk neither criticises nor informs first of all: they cry for help."""
TERMS = frozenset(("event_notice", "campaign", "request_help"))


def intent(entry: Entry, tone: Tone, stance: Stance, evidence: Evidence, flags: Sequence[Flag]) -> Intent:
    """What the author does."""
    if entry.kind in INFORMING:
        return "information"
    if any(flag.role == "act" or flag.category == AT_RISK for flag in flags):
        at_risk = all(flag.role == "report" for flag in flags)
        return "question" if at_risk and _asks(entry, evidence) else "other"
    if stance.label == "critical":
        return "criticism"
    if stance.label == "supportive" or (tone.label == "positive" and not flags and not evidence.of("campaign")):
        return "praise"
    if _asks(entry, evidence):
        return "question"
    return "information" if flags or _informs(entry, evidence) else "other"


def _asks(entry: Entry, evidence: Evidence) -> bool:
    return "?" in entry.content or bool(SEEKS.search(entry.content)) or bool(evidence.of("request_help"))


def _informs(entry: Entry, evidence: Evidence) -> bool:
    return bool(evidence.of("event_notice") or evidence.of("campaign") or WITNESSES.search(entry.content))
