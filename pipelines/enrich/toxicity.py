"""Toxicity: how abusive or hateful the language of a text is, as one number from named cue lists."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipelines.enrich.evidence import Evidence

WEIGHTS: Mapping[str, float] = {
    "slur": 0.9,
    "insult": 0.6,
    "obscenity": 0.4,
    "dehumanising": 0.4,
    "threat_phrase": 0.8,
    "swear": 0.15,
}
"""What one hit of a list adds before squashing; ranked by how toxic a fragment with it is judged, not fitted."""
AIMED = 0.35
"""Added when an insult or obscenity stands in a sentence with "du", or a slur or vermin word with a group."""
MOST_HITS = 4
"""Hits of one list that count: the fifth insult makes nothing more toxic."""


def toxicity(evidence: Evidence) -> float:
    """0…1; 0.5 is the decision point."""
    if not evidence.any_of(TOXIC):
        return 0.0
    total = sum(
        weight * min(MOST_HITS, sum(not hit.negated for hit in evidence.of(name))) for name, weight in WEIGHTS.items()
    )
    total += AIMED * (
        _beside(evidence, ("insult", "obscenity"), "second_person")
        + _beside(evidence, ("dehumanising", "hate_deed"), "protected_group")
    )
    return round(1 - math.exp(-total), 3)


def _beside(evidence: Evidence, cues: tuple[str, ...], target: str) -> bool:
    aimed = {hit.sentence for hit in evidence.of(target)}
    return any(hit.sentence in aimed for cue in cues for hit in evidence.of(cue))


TOXIC = frozenset((*WEIGHTS, "hate_deed"))
TERMS = TOXIC | {"second_person", "protected_group"}
