"""Crime: of which type is a suspected crime? Learned from the police's own notices, as a voice beside the rules.

A rule that names the only crime of a text is believed. Where the text names several, or none, the words as a whole
decide, if they are sure enough; the reason says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from pipelines.config.schema import Group
from pipelines.enrich.judge import tells
from pipelines.types import Flag
from sentiment.classifier import Classifier, Heard, Outputs, load
from sentiment.tokens import Token

PATH = Path(__file__).parent / "data" / "crime.npz"
CATEGORY = "crime"
OTHER = "other"
"""The output for what is none of the groups: other crimes, and no crime at all."""
NAMED = "crime_"
"""Begins the names of the cue lists that name the crimes of a group; its id follows."""
SURE = 0.4
"""From this chance on the words as a whole decide."""
SHOWN = 3


class Crimes:
    """Tells the type of suspected crimes, by the groups of one configuration."""

    def __init__(self, groups: Sequence[Group], classifier: Classifier | None = None) -> None:
        """`classifier`: other weights than those that are shipped, which are read when first asked for."""
        self._names = {group.id: group.name or group.id for group in groups if group.offence}
        self._given = classifier

    def typed(
        self, flags: Sequence[Flag], words: Sequence[str], tokens: Sequence[Token], terms: Collection[str]
    ) -> tuple[Flag, ...]:
        """`flags`, each suspected crime with its type. `words`: see `judge.words_of`; `terms`: what stands there."""
        if not words or not any(flag.category == CATEGORY for flag in flags):
            return tuple(flags)
        named = {group for group in self._names if NAMED + group in terms}
        return tuple(
            self._typed(flag, words, tokens)
            if flag.category == CATEGORY and (flag.type is None or not named <= {flag.type})
            else flag
            for flag in flags
        )

    def _typed(self, flag: Flag, words: Sequence[str], tokens: Sequence[Token]) -> Flag:
        classifier = self._given or shipped()
        (heard,) = classifier.hear([(words, {})])
        group, chance = likeliest(classifier, heard)
        if chance < SURE or group == flag.type or group not in self._names:
            return flag
        shown = ", ".join(f"”{word}”" for word in _telling(classifier, heard, tokens, group))
        reason = f"{flag.reason.removesuffix('.')}; brottstypen tycks vara {self._names[group]}"
        return replace(flag, type=group, reason=f"{reason}, att döma av {shown}." if shown else f"{reason}.")


def likeliest(classifier: Classifier, heard: Heard) -> tuple[str, float]:
    """The group that a text is most likely of, or OTHER, and how likely, 0…1."""
    outputs = Outputs(classifier.outputs, (slice(0, len(classifier.outputs)),))
    chances = outputs.chances(heard.logits)
    best = int(chances.argmax())
    return classifier.outputs[best], float(chances[best])


def _telling(classifier: Classifier, heard: Heard, tokens: Sequence[Token], group: str) -> list[str]:
    """The words that speak most for `group`, each once."""
    worth = classifier.telling(heard, group)
    said = dict.fromkeys(tokens[index].text.lower() for index, value in worth if value > 0 and tells(tokens[index]))
    return list(said)[:SHOWN]


@cache
def shipped() -> Classifier:
    return Classifier(load(PATH))
