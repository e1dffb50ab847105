"""Score: tone, stance, intent and toxicity of one text, from what stands in it and what it was flagged for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.enrich import intent as intents
from pipelines.enrich import stance as stances
from pipelines.enrich import toxicity as toxicities
from pipelines.enrich.evidence import Evidence
from pipelines.enrich.match import Matched
from pipelines.labels import Intent
from pipelines.types import Entry, Flag, Stance
from sentiment import Part, Tone

TERMS = stances.TERMS | intents.TERMS | toxicities.TERMS
HARM = frozenset(
    ("threat", "bullying", "hate_speech", "violence", "self_harm", "personal_attack", "personal_data", "obscenity")
)
"""Acts that a reader takes as negative whatever their words: cruelty comes with laughing emoji."""
TOLD = frozenset(("crime", "threat", "bullying", "hate_speech", "self_harm"))
"""What is harm even when it is told soberly, in words that a lexicon finds neutral."""
SPAM = frozenset(("advertising", "pornography", "copyright"))
"""Acts whose words are bait: offers are neutral, however glad they sound."""
HARMFUL, HARM_TOLD = -0.6, -0.4


@dataclass(frozen=True, slots=True)
class Scored:
    """What a text says, to whom and how."""

    tone: Tone
    stance: Stance
    intent: Intent
    toxicity: float


def score(entry: Entry, tone: Tone, matched: Matched, evidence: Evidence, flags: Sequence[Flag]) -> Scored:
    """All scores of `entry`; `tone` is that of its words alone."""
    tone = _with_deeds(tone, flags)
    stance = stances.stance(entry, matched, tone, evidence, flags)
    return Scored(
        tone=tone,
        stance=stance,
        intent=intents.intent(entry, tone, stance, evidence, flags),
        toxicity=toxicities.toxicity(evidence),
    )


def _with_deeds(tone: Tone, flags: Sequence[Flag]) -> Tone:
    """The tone of the words and of what is done with them, still a sum of named parts."""
    if tone.label == "unsure":
        return tone
    acts = {flag.category for flag in flags if flag.role == "act"}
    if acts & SPAM and not acts & HARM:
        return _calmed(tone, flags)
    if tone.label == "negative":
        return tone
    for flag in flags:
        if flag.role == "act" and flag.category in HARM:
            return _turned(tone, flag, HARMFUL)
        if flag.role == "report" and flag.category in TOLD and tone.label == "neutral":
            return _turned(tone, flag, HARM_TOLD)
    return tone


def _calmed(tone: Tone, flags: Sequence[Flag]) -> Tone:
    flag = next(flag for flag in flags if flag.role == "act" and flag.category in SPAM)
    part = Part(f"flaggat: {flag.category}", -tone.polarity, flag.evidence[0] if flag.evidence else None)
    return Tone("neutral", 0.0, flag.confidence, (*tone.parts, part))


def _turned(tone: Tone, flag: Flag, polarity: float) -> Tone:
    part = Part(f"flaggat: {flag.category}", polarity - tone.polarity, flag.evidence[0] if flag.evidence else None)
    return Tone("negative", polarity, flag.confidence, (*tone.parts, part))
