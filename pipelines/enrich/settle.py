"""Settle: what the rules found and what the judge says of the whole become one answer that still explains itself."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipelines.config.schema import Category
from pipelines.enrich.flag import settled
from pipelines.enrich.judge import TONES, Judge, Judged, Told
from pipelines.labels import Intent
from pipelines.types import Flag, Role, Stance
from sentiment import Part, Span, Tone
from sentiment.analyzers import LOGIT
from sentiment.tokens import Token

KEPT = 0.03
"""Under this chance of the judge a rule's suspicion is dropped, unless it is grave: a threat found by a rule stays."""
GRAVE = ("high", "critical")
RAISED = 0.3
"""From this chance on the judge suspects what no rule found; `teach` prints the precision that comes of it."""
RAISED_GRAVE = 0.25
"""The same of a category that is grave by itself: a threat that is missed is worse than one suspected in vain."""
RAISED_ELSEWHERE = 0.4
"""The same in a text that is not about the municipality: it was taught by posts that are."""
URGENT = 0.42
"""From this chance on someone must know now, so that the likeliest of what can be urgent is told even if it is under
RAISED, though not under"""
LIKELY = 0.05
GLAD = 0.5
"""What a suspicion of harm by the judge counts where the whole sounds glad: who threatens seldom does so fondly, but
"we wait for you by the gate" may be for a cake."""
SUREST = 0.99
"""A suspicion is never certain."""
RULE = "judge"
"""Stands for a rule's id in what the judge alone suspects."""
BALANCED = LOGIT / 2
"""Polarity per logit by which praise outweighs blame: the judge has a score for each, the rules one for both."""
LEAST_SHOWN = 0.02
"""Polarity of a word that an explanation names."""
ABUSIVE = ("personal_attack", "hate_speech", "threat", "obscenity", "bullying", "violence")
"""The acts that make language abusive or hateful."""


def settle_tone(tone: Tone, judged: Judged, judge: Judge, tokens: Sequence[Token]) -> Tone:
    """The judge's tone; its parts are those of the rules, the words that move it most, and the rest as one."""
    label = max(TONES, key=judged.tone.__getitem__)
    polarity = judged.tone["positive"] - judged.tone["negative"]
    rest = polarity - sum(part.value for part in tone.parts)
    sign = 1 if label == "positive" or (label == "neutral" and rest > 0) else -1
    aim, but = ("tone:positive", "tone:negative") if sign > 0 else ("tone:negative", "tone:positive")
    told = judge.telling(judged, tokens, aim, but)
    parts = [
        Part(f"inlärt: {one.span.text}", sign * one.value * BALANCED, one.span)
        for one in told
        if one.value * BALANCED >= LEAST_SHOWN
    ]
    rest -= sum(part.value for part in parts)
    return Tone(label, polarity, judged.tone[label], (*tone.parts, *parts, Part("inlärt: helheten", rest)))


def settle_stance(judged: Judged) -> Stance:
    """The likeliest stance."""
    label = max(judged.stance, key=judged.stance.__getitem__)
    return Stance(label, judged.stance[label])


def settle_intent(judged: Judged) -> Intent:
    """The likeliest intent."""
    return max(judged.intent, key=judged.intent.__getitem__)


def settle_toxicity(toxicity: float, judged: Judged) -> float:
    """The chance, 0…1, that the text is toxic by its words or by what it does, each taken for itself."""
    innocent = math.prod(1 - judged.flags.get((category, "act"), 0.0) for category in ABUSIVE)
    return round(1 - (1 - toxicity) * innocent, 3)


def tempered(judged: Judged, harms: Collection[str]) -> Judged:
    """What the judge suspects, where the text as a whole is glad with less weight on the categories in `harms`."""
    if max(TONES, key=judged.tone.__getitem__) != "positive":
        return judged
    flags = {found: chance * (GLAD if found[0] in harms else 1) for found, chance in judged.flags.items()}
    return replace(judged, flags=flags, urgent=judged.urgent * GLAD)


def settle_flags(
    flags: Sequence[Flag],
    judged: Judged,
    judge: Judge,
    tokens: Sequence[Token],
    categories: Mapping[str, Category],
    *,
    about: bool,
    urgent: Collection[str],
) -> tuple[Flag, ...]:
    """The rules' suspicions that the whole does not speak against, and those that only the whole gives.

    `urgent`: the categories that someone may have to know of at once; none in a public warning, which is no suspicion.
    """
    kept = [
        replace(flag, confidence=round(min(SUREST, 1 - (1 - flag.confidence) * (1 - chance)), 2))
        for flag in flags
        if (chance := judged.flags.get((flag.category, flag.role), 1.0)) >= KEPT or flag.severity in GRAVE
    ]
    known = {found: chance for found, chance in judged.flags.items() if found[0] in categories}
    likely = {found for found, chance in known.items() if chance >= _raised_from(categories[found[0]], about)}
    if judged.urgent >= URGENT and not kept and not likely:
        may = {found: chance for found, chance in known.items() if found[0] in urgent and chance >= LIKELY}
        likely = {max(may, key=may.__getitem__)} if may else set()
    for category, role in sorted(likely):
        if not any(flag.category == category for flag in kept):
            told = judge.telling(judged, tokens, f"flag:{category}:{role}")
            kept.append(_raised(categories[category], role, judged.flags[category, role], told))
    return settled(kept, categories)


def _raised_from(category: Category, about: bool) -> float:
    if not about:
        return RAISED_ELSEWHERE
    return RAISED_GRAVE if category.severity in GRAVE else RAISED


def _raised(category: Category, role: Role, chance: float, told: Sequence[Told]) -> Flag:
    spans = tuple(sorted((one.span for one in told if one.value > 0), key=lambda span: span.start))
    shown = ", ".join(f"”{span.text}”" for span in _distinct(spans))
    return Flag(
        category=category.id,
        role=role,
        severity=category.severity,
        confidence=round(min(SUREST, max(0.5, chance)), 2),
        rule=RULE,
        evidence=spans,
        reason=f"Texten som helhet liknar inlägg med {category.name.lower()}; mest talar {shown} för det."
        if shown
        else f"Texten som helhet liknar inlägg med {category.name.lower()}.",
    )


def _distinct(spans: Sequence[Span]) -> list[Span]:
    return list({span.text.lower(): span for span in spans}.values())
