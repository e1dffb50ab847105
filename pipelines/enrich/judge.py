"""Judge: what a text as a whole says, learned from posts that we wrote and labelled ourselves (pipelines/texts).

The rules find what can be named; the judge weighs it together with all words of the text, as one who has read many such
posts. It sees no name of ours and nobody's name: what stands where a mention does is read as "a name".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.match import Matched
from pipelines.enrich.score import Scored
from pipelines.labels import TARGETS, Intent, Target
from pipelines.types import Entry, Flag, Role
from sentiment import Span, ToneLabel
from sentiment.classifier import Classifier, Heard, Outputs, Text, load
from sentiment.grams import seen
from sentiment.reading import Reading
from sentiment.tokens import Token
from sentiment.types import MOST_LETTERS

PATH = Path(__file__).parent / "data" / "judge.npz"
LANGUAGES = frozenset(("sv", "en", "no", "da"))
"""Those of the posts it was taught by, and those that short Swedish posts are taken for."""
NAME = "§namn"
"""Read in place of every name of ours: a unit has no tone."""
TONES: tuple[ToneLabel, ...] = ("negative", "neutral", "positive")
STANCES: tuple[Literal["critical", "none", "supportive"], ...] = ("critical", "none", "supportive")
INTENTS: tuple[Intent, ...] = get_args(Intent)
ROLES: tuple[Role, ...] = ("act", "report")
URGENT = "urgent"
"""The output that someone must know now."""
EMPLOYEE = "employee"
"""The output that the writer works for the municipality."""
SAYING = frozenset(("word", "emoji", "hashtag"))
SHOWN = 4
SHORTEST_SHOWN = 4


def outputs(flags: Sequence[tuple[str, Role]], *, whose: bool) -> Outputs:
    """All that is asked of a text; `flags`: the suspicions (category, role) that the posts hold enough of; `whose`:
    whether it is asked too whom a suspicion concerns and who writes."""
    choices: list[tuple[str, Sequence[str]]] = [("tone", TONES), ("stance", STANCES), ("intent", INTENTS)]
    if whose:
        choices.append(("target", TARGETS))
    names = [f"{field}:{label}" for field, labels in choices for label in labels]
    ends = list(accumulate(len(labels) for _, labels in choices))
    categories = dict.fromkeys(category for category, _ in flags)
    names += [f"flag:{category}:{role}" for category, role in flags]
    names += [f"category:{category}" for category in categories]
    names += [f"role:{role}" for role in ROLES]
    names += [URGENT, *((EMPLOYEE,) if whose else ())]
    return Outputs(tuple(names), tuple(slice(start, end) for start, end in zip([0, *ends], ends, strict=False)))


@dataclass(frozen=True, slots=True)
class Judged:
    """How likely each answer is, 0…1."""

    heard: Heard
    tone: Mapping[ToneLabel, float]
    stance: Mapping[Literal["critical", "none", "supportive"], float]
    intent: Mapping[Intent, float]
    flags: Mapping[tuple[str, Role], float]
    urgent: float
    target: Mapping[Target, float]
    """Whom a suspicion concerns, were there one. Empty, and `employee` 0, where the weights were not asked."""
    employee: float


class Judge:
    """Judges by the weights that are shipped, or by others."""

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._classifier = classifier or _shipped()
        names = self._classifier.outputs
        named = [name.split(":") for name in names]
        self._flags: list[tuple[str, Role]] = [(name[1], name[2]) for name in named if name[0] == "flag"]  # type: ignore[misc]
        self._outputs = outputs(self._flags, whose=EMPLOYEE in names)
        self._urgent = names.index(URGENT)
        self._employee = names.index(EMPLOYEE) if EMPLOYEE in names else None
        self._roles = [names.index(f"role:{role}") for role in ROLES]
        pairs = [
            (names.index(f"flag:{category}:{role}"), names.index(f"category:{category}"), names.index(f"role:{role}"))
            for category, role in self._flags
        ]
        self._of_pairs = tuple(np.array(columns, np.intp) for columns in zip(*pairs, strict=True))

    def judge(self, texts: Sequence[Text]) -> list[Judged]:
        """What texts of these words (see `words_of`) and signs (see `signs_of`) say: each as if it were alone."""
        if not texts:
            return []
        heard = self._classifier.hear(texts)
        told = self._outputs.chances(np.array([one.logits for one in heard], np.float64))
        # what is said of the pair, and of category and role each for itself: the pair is rare, its halves are not
        pair, category, role = (told[:, columns] for columns in self._of_pairs)
        flags = np.sqrt(pair * category * role / told[:, self._roles].sum(axis=1, keepdims=True))
        tone, stance, intent, *target = self._outputs.choices
        return [
            Judged(
                heard=one,
                tone=dict(zip(TONES, said[tone], strict=True)),
                stance=dict(zip(STANCES, said[stance], strict=True)),
                intent=dict(zip(INTENTS, said[intent], strict=True)),
                flags=dict(zip(self._flags, raised, strict=True)),
                urgent=said[self._urgent],
                target={label: chance for among in target for label, chance in zip(TARGETS, said[among], strict=True)},
                employee=said[self._employee] if self._employee is not None else 0.0,
            )
            for one, said, raised in zip(heard, told.tolist(), flags.tolist(), strict=True)
        ]

    def telling(self, judged: Judged, tokens: Sequence[Token], output: str, but: str | None = None) -> list[Told]:
        """The words that speak most for `output` (rather than for `but`), as they stand in the text."""
        worth = self._classifier.telling(judged.heard, output, but)
        shown = (Told(tokens[index].span, value) for index, value in worth if tells(tokens[index]))
        return list(islice(shown, SHOWN))


@dataclass(frozen=True, slots=True)
class Told:
    """A word and what it adds, in logits."""

    span: Span
    value: float


def tells(token: Token) -> bool:
    """Whether a word says anything to a person who is shown it: an "i" or a comma does not."""
    return token.kind == "emoji" or (token.kind in ("word", "hashtag") and len(token.norm) >= SHORTEST_SHOWN)


@cache
def _shipped() -> Classifier:
    return Classifier(load(PATH))


def words_of(reading: Reading, matched: Matched) -> tuple[list[str], list[Token]]:
    """What the judge reads of a text, and the tokens they stand for; a name of ours is one word, whichever it is."""
    read = seen(reading.cut(MOST_LETTERS).tokens)
    if not any(token.kind in SAYING for token in read):
        return [], []  # a row of signs says nothing
    named = frozenset(at for mention in matched.mentions for at in range(mention.span.start, mention.span.end))
    if not named:
        return [token.norm for token in read], read
    words: list[str] = []
    tokens: list[Token] = []
    for token in read:
        word = token.norm
        if token.start in named:
            if words and words[-1] == NAME:
                continue
            word = NAME
        words.append(word)
        tokens.append(token)
    return words, tokens


def signs_of(
    entry: Entry, matched: Matched, evidence: Evidence, scored: Scored, flags: Sequence[Flag]
) -> dict[str, float]:
    """What the rules say of a text, each finding with its size."""
    signs = {
        f"kind:{entry.kind}": 1.0,
        f"tone:{scored.tone.label}": 1.0,
        f"stance:{scored.stance.label}": 1.0,
        f"intent:{scored.intent}": 1.0,
    }
    if scored.tone.polarity:
        signs["polarity"] = scored.tone.polarity
    if not flags:
        signs["unflagged"] = 1.0
    if matched.about:
        signs["about"] = 1.0
    if matched.units:
        signs["unit"] = 1.0
    for flag in flags:
        signs[f"flag:{flag.category}:{flag.role}"] = 1.0
    for mention in matched.mentions:
        signs[f"names:{mention.kind}"] = 1.0
    for term in evidence.words:
        for manner in evidence.manners(term):
            signs[f"{manner}:{term}"] = 1.0
    return signs
