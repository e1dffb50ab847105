"""The tone as an installation has it: the rules, a layer trained on the spot, a second opinion on close calls."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sentiment.analyzers import Analyzer, tone_of
from sentiment.manifest import NAME, facts_of
from sentiment.model import LearnedAnalyzer, load
from sentiment.reading import Reading, reading_of
from sentiment.second import LABELS, SecondOpinion, second_opinion
from sentiment.types import Part, Tone, ToneLabel

FULL = 0.6
"""The polarity of a second opinion that is wholly sure."""


class Layers:
    """Tells the tone; with nothing set up, as `tone_of` does."""

    def __init__(self, model: Path | None = None, backend: str | None = None, below: float = 0.55) -> None:
        """`model`: folder of a trained layer. `backend`: asked where the confidence is under `below`.

        Raises BrokenModel where either cannot be used.
        """
        self._learned: Analyzer | None = LearnedAnalyzer(load(model)) if model else None
        self._second: SecondOpinion | None = second_opinion(backend) if backend else None
        self._below = below
        folders = [folder for folder in (model, Path(backend.partition(":")[2]) if backend else None) if folder]
        seals = [hashlib.sha256((folder / NAME).read_bytes()).hexdigest() for folder in folders if facts_of(folder)]
        self.version = " ".join([*seals, str(below)]) if seals else ""
        """Changes with what could change a tone; empty where nothing is set up."""

    def tone(self, given: str | Reading, language: str, kind: str | None = None) -> Tone:
        """The tone of a text in `language` (ISO 639-1), from a source of this kind."""
        reading = reading_of(given)
        if self._learned is not None and language == "sv":
            tone = self._learned.tone(reading, kind)
        else:
            tone = tone_of(reading, language, kind)
        if self._second is None or language not in self._second.languages or not reading.text.strip():
            return tone
        return weighed(tone, self._second, reading.text) if tone.confidence < self._below else tone


def weighed(tone: Tone, second: SecondOpinion, text: str) -> Tone:
    """Ours where the second opinion agrees or is less sure than we; else its label, still a sum of named parts."""
    chances = second.chances(text)
    best = max(range(len(LABELS)), key=chances.__getitem__)
    label: ToneLabel = ("negative", "neutral", "positive")[best]
    if label == tone.label or chances[best] <= tone.confidence:
        return tone
    polarity = FULL * (chances[2] - chances[0])
    part = Part("andra omdömet", polarity - tone.polarity)
    return Tone(label, polarity, chances[best], (*tone.parts, part))
