"""How well do assessments agree with labels? Figures with intervals per class and kind of source, and the misses.

Rows are those of `mediebevakning eval`: the fields of an assessment as a person would give them, or `text` and a
`label` that is a tone (negative, neutral, positive) or toxic / other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from pipelines.enrich.contract import BadPost, read_post
from pipelines.errors import UserError
from pipelines.figures import Bounded, Group, Measured, Miss, Report, Trust
from pipelines.types import Assessment, Entry
from sentiment.evaluate import ClassFigures, auc, by_class, macro_f1, reliability
from sentiment.intervals import Interval, bootstrap, wilson

Row = Mapping[str, object]
TONES = frozenset(("negative", "neutral", "positive"))
TOXIC, OTHER = "toxic", "other"
DECISION = 0.5
"""The toxicity from which on a text is called toxic, by the contract of `assess`."""
ANY_KIND = "microblog"
"""The kind of source of rows that name none: short posts are the commonest."""
SHOWN_TEXT = 110


class Assesses(Protocol):
    """What can be measured."""

    def assess_all(self, entries: Iterable[Entry]) -> Iterable[Assessment]: ...


Judged = tuple[Row, Assessment]
SINGLE: Mapping[str, Callable[[Assessment], str]] = {
    "about": lambda given: _shown(given.about),
    "tone": lambda given: given.tone.label,
    "stance": lambda given: given.stance.label,
    "intent": lambda given: given.intent,
    "language": lambda given: given.language,
    "alert": lambda given: _shown(given.alert),
}
SEVERAL: Mapping[str, Callable[[Assessment], frozenset[str]]] = {
    "units": lambda given: frozenset(given.units),
    "places": lambda given: frozenset(given.places),
    "flags": lambda given: frozenset(f"{flag.category}:{flag.role}" for flag in given.flags),
}


def evaluate(rows: Iterable[Row], assessor: Assesses, kind: str | None = None) -> Report:
    """Measure `assessor` on labelled rows; `kind` is the kind of source of rows that name none.

    Raises UserError for a row that is no post, or a label that is none we know.
    """
    posts = [(row, _entry(row, number, kind)) for number, row in enumerate(rows, start=1)]
    told = assessor.assess_all(entry for _, entry in posts)
    judged = [(row, given) for (row, _), given in zip(posts, told, strict=True)]
    labels = frozenset(_shown(row["label"]) for row, _ in judged if "label" in row)
    misses: list[Miss] = []
    fields = []
    if labels:
        labelled = [(row, given) for row, given in judged if "label" in row]
        fields.append(_by_label(labelled, labels, misses))
    for name, say in SINGLE.items():
        if chosen := [(row, given) for row, given in judged if name in row and "label" not in row]:
            fields.append(_single(name, chosen, say, misses))
    for name, tell in SEVERAL.items():
        if chosen := [(row, given) for row, given in judged if name in row]:
            fields.append(_several(name, chosen, tell, misses))
    return Report(len(judged), tuple(fields), tuple(misses), _trust(judged))


def _trust(judged: Sequence[Judged]) -> tuple[Trust, ...]:
    """How often a tone is right by the confidence it was told with; texts whose tone is unsure claim nothing."""
    labelled = [
        (given.tone.confidence, given.tone.label == label)
        for row, given in judged
        if (label := row.get("tone", row.get("label"))) in TONES and given.tone.label != "unsure"
    ]
    rows = reliability([sure for sure, _ in labelled], [right for _, right in labelled])
    return tuple(Trust(sure, right, count, wilson(round(right * count), count)) for sure, right, count in rows)


def _entry(row: Row, number: int, kind: str | None) -> Entry:
    try:
        return read_post({"id": str(number), "source": kind or ANY_KIND, "text": ""} | dict(row))
    except BadPost as error:
        raise UserError(f"row {number}: {error}. Mend the line.") from error


def _by_label(judged: Sequence[Judged], labels: frozenset[str], misses: list[Miss]) -> Measured:
    if labels <= {TOXIC, OTHER}:
        measured = _single("label", judged, lambda given: TOXIC if given.toxicity >= DECISION else OTHER, misses)
        ranked = auc([row["label"] == TOXIC for row, _ in judged], [given.toxicity for _, given in judged])
        return replace(measured, field="toxicity", auc=ranked)
    if not labels <= TONES:
        raise UserError(f"the labels {', '.join(sorted(labels))} are neither tones nor toxic / other. Mend the file.")
    two = "neutral" not in labels
    return _single("label", judged, _by_sign if two else lambda given: given.tone.label, misses)


def _by_sign(given: Assessment) -> str:
    return "positive" if given.tone.polarity > 0 else "negative"


def _single(name: str, judged: Sequence[Judged], say: Callable[[Assessment], str], misses: list[Miss]) -> Measured:
    key = "label" if name == "label" else name
    true = [_shown(row[key]) for row, _ in judged]
    told = [say(given) for _, given in judged]
    wrong = [index for index, (label, said) in enumerate(zip(true, told, strict=True)) if label != said]
    misses.extend(_miss(judged[index], name, told[index], true[index]) for index in wrong)
    classes = by_class(true, told)
    macro, singles = bootstrap(_confusion(true, told, [figures.label for figures in classes]))
    right = [label == said for label, said in zip(true, told, strict=True)]
    return Measured(
        name,
        len(judged),
        sum(right) / len(judged),
        macro_f1(true, told),
        classes,
        right_interval=wilson(sum(right), len(judged)),
        macro_f1_interval=macro,
        bounds=tuple(_bounded(one, f1) for one, f1 in zip(classes, singles, strict=True)),
        kinds=_groups(judged, right, "source"),
        phenomena=_groups(judged, right, "phenomenon"),
    )


def _confusion(true: Sequence[str], told: Sequence[str], labels: Sequence[str]) -> list[list[int]]:
    counts = [[0] * len(labels) for _ in labels]
    for label, said in zip(true, told, strict=True):
        counts[labels.index(label)][labels.index(said)] += 1
    return counts


def _bounded(figures: ClassFigures, f1: Interval) -> Bounded:
    right = round(figures.recall * figures.support)
    said = round(right / figures.precision) if figures.precision else 0
    return Bounded(figures, wilson(right, said), wilson(right, figures.support), f1)


def _groups(judged: Sequence[Judged], right: Sequence[bool], key: str) -> tuple[Group, ...]:
    """The share that is right by what the rows say under `key`; rows that do not are in no group."""
    found: dict[str, list[bool]] = {}
    for (row, _), hit in zip(judged, right, strict=True):
        if key in row:
            found.setdefault(str(row[key]), []).append(hit)
    return tuple(
        Group(name, len(hits), sum(hits) / len(hits), wilson(sum(hits), len(hits)))
        for name, hits in sorted(found.items())
    )


def _several(
    name: str, judged: Sequence[Judged], tell: Callable[[Assessment], frozenset[str]], misses: list[Miss]
) -> Measured:
    pairs = [(_values(row[name]), tell(given)) for row, given in judged]
    for item, (label, said) in zip(judged, pairs, strict=True):
        if label != said:
            misses.append(_miss(item, name, ", ".join(sorted(said)) or "-", ", ".join(sorted(label)) or "-"))
    values = sorted(frozenset().union(*(label | said for label, said in pairs)))
    classes = tuple(_counted(value, [(value in label, value in said) for label, said in pairs]) for value in values)
    right = [label == said for label, said in pairs]
    every = [(value in label, value in said) for label, said in pairs for value in label | said]
    scores = [figures.f1 for figures in classes if figures.support]
    return Measured(
        name,
        len(judged),
        sum(right) / len(pairs),
        sum(scores) / len(scores) if scores else 0.0,
        classes,
        _counted("all", every),
        right_interval=wilson(sum(right), len(pairs)),
        bounds=tuple(_bounded(one, _presence(one.label, pairs)) for one in classes),
        kinds=_groups(judged, right, "source"),
        phenomena=_groups(judged, right, "phenomenon"),
    )


def _presence(value: str, pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> Interval:
    """The interval of the F1 with which `value` is told where it is."""
    counts = [[0, 0], [0, 0]]
    for label, said in pairs:
        counts[value in label][value in said] += 1
    return bootstrap(counts)[1][1]


def _counted(label: str, pairs: Sequence[tuple[bool, bool]]) -> ClassFigures:
    both = sum(true and said for true, said in pairs)
    true, said = sum(true for true, _ in pairs), sum(said for _, said in pairs)
    return ClassFigures(label, _share(both, said), _share(both, true), _share(2 * both, true + said), true)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _values(given: object) -> frozenset[str]:
    """The values of a list field; a flag is an object with category and role."""
    if not isinstance(given, list):
        raise UserError(f"a list is expected where it says {given!r}. Mend the file.")
    return frozenset(
        f"{item.get('category')}:{item.get('role')}" if isinstance(item, Mapping) else str(item) for item in given
    )


def _shown(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _miss(judged: Judged, name: str, said: str, labelled: str) -> Miss:
    row, given = judged
    text = " | ".join(str(row[key]) for key in ("title", "text") if row.get(key))
    shown = " ".join(text.split())[:SHOWN_TEXT]
    return Miss(given.entry_id, name, said, labelled, shown, str(row.get("phenomenon", "")))
