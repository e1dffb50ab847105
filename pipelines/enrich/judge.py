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

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.match import Matched
from pipelines.enrich.score import Scored
from pipelines.labels import Intent
from pipelines.types import Entry, Flag, Role
from sentiment import Span, ToneLabel
from sentiment.classifier import Classifier, Heard, Outputs, load
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
SHOWN = 4
SHORTEST_SHOWN = 4


def outputs(flags: Sequence[tuple[str, Role]]) -> Outputs:
    """All that is asked of a text; `flags`: the suspicions (category, role) that the posts hold enough of."""
    choices = (("tone", TONES), ("stance", STANCES), ("intent", INTENTS))
    names = [f"{field}:{label}" for field, labels in choices for label in labels]
    ends = list(accumulate(len(labels) for _, labels in choices))
    categories = dict.fromkeys(category for category, _ in flags)
    names += [f"flag:{category}:{role}" for category, role in flags]
    names += [f"category:{category}" for category in categories]
    names += [f"role:{role}" for role in ROLES]
    names.append(URGENT)
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


class Judge:
    """Judges by the weights that are shipped, or by others."""

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._classifier = classifier or _shipped()
        named = [name.split(":") for name in self._classifier.outputs]
        self._place = {name: index for index, name in enumerate(self._classifier.outputs)}
        self._flags: list[tuple[str, Role]] = [(name[1], name[2]) for name in named if name[0] == "flag"]  # type: ignore[misc]
        self._outputs = outputs(self._flags)

    def judge(self, words: Sequence[str], signs: Mapping[str, float]) -> Judged:
        """What a text of these words (see `words_of`) and signs (see `signs_of`) says."""
        heard = self._classifier.hear(words, signs)
        told = self._outputs.chances(heard.logits)
        at = self._place
        roles = {role: told[at[f"role:{role}"]] for role in ROLES}
        either = sum(roles.values()) or 1.0
        return Judged(
            heard=heard,
            tone={label: told[at[f"tone:{label}"]] for label in TONES},
            stance={label: told[at[f"stance:{label}"]] for label in STANCES},
            intent={label: told[at[f"intent:{label}"]] for label in INTENTS},
            # what is said of the pair, and of category and role each for itself: the pair is rare, its halves are not
            flags={
                (category, role): (
                    told[at[f"flag:{category}:{role}"]] * told[at[f"category:{category}"]] * roles[role] / either
                )
                ** 0.5
                for category, role in self._flags
            },
            urgent=told[at[URGENT]],
        )

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
    names = [(mention.span.start, mention.span.end) for mention in matched.mentions if mention.span.end]
    words: list[str] = []
    tokens: list[Token] = []
    for token in seen(reading.cut(MOST_LETTERS).tokens):
        word = token.norm
        if names and any(start <= token.start < end for start, end in names):
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
    signs: dict[str, float] = {
        f"kind:{entry.kind}": 1.0,
        f"tone:{scored.tone.label}": 1.0,
        "polarity": scored.tone.polarity,
        f"stance:{scored.stance.label}": 1.0,
        f"intent:{scored.intent}": 1.0,
        "unflagged": float(not flags),
        "about": float(matched.about),
        "unit": float(bool(matched.units)),
    }
    for flag in flags:
        signs[f"flag:{flag.category}:{flag.role}"] = 1.0
    for mention in matched.mentions:
        signs[f"names:{mention.kind}"] = 1.0
    for term in evidence.terms:
        if not term.startswith("re:"):
            for hit in evidence.of(term):
                signs[f"{'denied' if hit.negated else 'quoted' if hit.quoted else 'said'}:{term}"] = 1.0
    return {name: value for name, value in signs.items() if value}
