"""The learned layer: weights of words, pairs and pieces of words on top of the rules, trained where it is used.

Additive as the rules are, so that it explains itself the same way. Pure Python; the pieces of a word are looked up
once for each word. A manner of writing it was not trained on is left to the rules.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from sentiment.analyzers import LOGIT, Analyzer, SwedishAnalyzer
from sentiment.coefficients import Scale
from sentiment.evidence import Evidence, gather, scale_name
from sentiment.grams import of_pair, of_word, seen
from sentiment.lexicon import swedish
from sentiment.manifest import BrokenModel, checked, seal
from sentiment.reading import Reading, reading_of
from sentiment.tokens import Token
from sentiment.types import MOST_LETTERS, Part, Span, Tone, ToneLabel

FILE = "weights.tsv"
FORMAT = "additive-tone-2"
RULE = "r:"
"""Begins the features of the rules, among those of words."""
LEAST_LEFT = 0.1
"""The share of a score that stays however calm the text is: its sign does."""
LEAST_SHOWN = 0.01
"""Parts of less polarity are told together."""
MOST_WORDS = 50_000
"""Words whose weight is remembered; a language has more, a day does not."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How scores become labels for one manner of writing. `middle` is the score that is neither good nor bad."""

    middle: float
    calms: bool
    """Whether neutral texts were labelled in it, so that what calms a score is known."""
    scale: Scale


@dataclass(frozen=True, slots=True)
class Model:
    """All that was learned."""

    weights: Mapping[str, float]
    """Logits by feature."""
    calm: Mapping[str, float]
    """Logits by feature that bring a score nearer to nought, and if they are negative farther from it."""
    manners: Mapping[str, Manner]
    """By manner of writing, as `evidence.scale_name` tells it; those only that were trained on."""


def save(model: Model, folder: Path, facts: Mapping[str, object]) -> None:
    """Write the model and its manifest, `facts` in it, to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(model.weights.keys() | model.calm.keys())
    lines = (f"{name}\t{model.weights.get(name, 0.0):.3g}\t{model.calm.get(name, 0.0):.3g}" for name in names)
    (folder / FILE).write_text("\n".join(lines) + "\n", "utf-8")
    manners = {name: asdict(manner) for name, manner in model.manners.items()}
    seal(folder, {"format": FORMAT, "manners": manners, **facts})


def load(folder: Path) -> Model:
    """The model in `folder`. Raises BrokenModel where it is not whole, or not what was written."""
    facts = checked(folder)
    if facts.get("format") != FORMAT:
        raise BrokenModel(f"{folder} holds no model of the format {FORMAT}. Train it again.")
    manners = facts["manners"]
    assert isinstance(manners, dict)
    weights: dict[str, float] = {}
    calm: dict[str, float] = {}
    # split at the line feed alone: a token may be a separator that splitlines would honour
    for line in (folder / FILE).read_text("utf-8").rstrip("\n").split("\n"):
        name, weight, calming = line.rsplit("\t", 2)
        weights[name] = float(weight)
        if number := float(calming):
            calm[name] = number
    return Model(
        weights,
        calm,
        {name: Manner(manner["middle"], manner["calms"], Scale(**manner["scale"])) for name, manner in manners.items()},
    )


class LearnedAnalyzer:
    """The tone by rules and learned words together."""

    def __init__(self, model: Model, rules: Analyzer | None = None) -> None:
        self._model = model
        self._rules = rules or SwedishAnalyzer()
        self._words: dict[str, tuple[float, float]] = {}

    def tone(self, text: str | Reading, kind: str | None = None) -> Tone:
        """The tone of a Swedish text; never raises, whatever the text."""
        reading = reading_of(text).cut(MOST_LETTERS)
        tokens = reading.tokens
        manner = self._model.manners.get(scale_name(kind, tokens))
        if manner is None or not tokens:
            return self._rules.tone(reading, kind)
        rules = gather(reading, tokens, swedish(), kind)
        learned = seen(tokens)
        parts = [*self._by_rules(rules), *self._by_words(reading.text, learned)]
        score = sum(part.value for part in parts) - manner.middle
        if manner.calms:
            calmed = math.copysign(max(abs(score) * LEAST_LEFT, abs(score) - self._calm(rules, learned)), score)
            parts.append(Part("inlärt: hur tydlig tonen är", calmed - score))
            score = calmed
        label: ToneLabel = "neutral"
        if score <= manner.scale.negative:
            label = "negative"
        elif score >= manner.scale.positive:
            label = "positive"
        chances = dict(zip(("negative", "neutral", "positive"), manner.scale.chances(score), strict=True))
        return Tone(label, max(-1.0, min(1.0, score * LOGIT)), chances[label], _told(parts, manner.middle))

    def _by_rules(self, rules: Sequence[Evidence]) -> list[Part]:
        weights = self._model.weights
        return [
            Part(item.name, item.value * weight, item.span)
            for item in rules
            if (weight := weights.get(RULE + item.feature))
        ]

    def _by_words(self, text: str, learned: Sequence[Token]) -> list[Part]:
        share = 1 / math.sqrt(len(learned) or 1)
        weights = self._model.weights
        parts = [
            Part(f"inlärt: {token.text}", value * share, token.span)
            for token in learned
            if (value := self._of_word(token.norm)[0])
        ]
        for first, second in pairwise(learned):
            if weight := weights.get(of_pair(first.norm, second.norm)):
                span = Span(first.start, second.end, text[first.start : second.end])
                parts.append(Part(f"inlärt: {first.text} {second.text}", weight * share, span))
        return parts

    def _calm(self, rules: Sequence[Evidence], learned: Sequence[Token]) -> float:
        """How much nearer to nought the score comes; negative where the text is all but calm."""
        calm = self._model.calm
        words = sum(self._of_word(token.norm)[1] for token in learned)
        pairs = sum(calm.get(of_pair(first.norm, second.norm), 0.0) for first, second in pairwise(learned))
        by_rules = sum(item.value * calm.get(RULE + item.feature, 0.0) for item in rules)
        return by_rules + (words + pairs) / math.sqrt(len(learned) or 1)

    def _of_word(self, norm: str) -> tuple[float, float]:
        """What a word and its pieces add to the score, and to its calm."""
        known = self._words.get(norm)
        if known is None:
            if len(self._words) >= MOST_WORDS:
                self._words.clear()
            features = tuple(of_word(norm))
            weight, calm = (
                sum(table.get(name, 0.0) * value for name, value in features)
                for table in (self._model.weights, self._model.calm)
            )
            known = self._words[norm] = weight, calm
        return known


def _told(parts: Sequence[Part], middle: float) -> tuple[Part, ...]:
    """The parts in polarity; what is too small for a line of its own comes last, with the middle, as one."""
    shown = tuple(
        Part(part.name, part.value * LOGIT, part.span) for part in parts if abs(part.value) * LOGIT >= LEAST_SHOWN
    )
    rest = (sum(part.value for part in parts) - middle) * LOGIT - sum(part.value for part in shown)
    return (*shown, Part("inlärt: övrigt", rest)) if abs(rest) >= LEAST_SHOWN else shown
