"""How well do assessments agree with labels? Precision, recall and F1 per class, with what was missed.

Rows are those of `mediebevakning eval`: the fields of an assessment as a person would give them, or `text` and a
`label` that is a tone (negative, neutral, positive) or toxic / other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from pipelines.enrich.contract import BadPost, read_post
from pipelines.errors import UserError
from pipelines.types import Assessment, Entry
from sentiment.evaluate import ClassFigures, auc, by_class, macro_f1

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

    def assess(self, entry: Entry) -> Assessment: ...


@dataclass(frozen=True, slots=True)
class Miss:
    """One field of one row that was assessed otherwise than labelled."""

    id: str
    field: str
    said: str
    labelled: str
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One field: the share of rows that are right as a whole, and the figures of each of its classes."""

    field: str
    rows: int
    right: float
    macro_f1: float
    classes: tuple[ClassFigures, ...]
    micro: ClassFigures | None = None
    """For a field of several values a row: over all of them together."""
    auc: float | None = None
    """For toxicity: the share of (toxic, other) pairs that are ranked rightly."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one file."""

    rows: int
    fields: tuple[Measured, ...]
    misses: tuple[Miss, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self, *, misses: bool = False) -> str:
        """A table a field, and with `misses` each of them on a line."""
        lines = [f"{self.rows} rows"]
        for measured in self.fields:
            lines += ["", *_table(measured)]
        if misses:
            lines += ["", f"{len(self.misses)} misses"]
            lines += [f"{m.id}  {m.field}: said {m.said}, labelled {m.labelled}  | {m.text}" for m in self.misses]
        return "\n".join(lines)


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
    judged = [(row, assessor.assess(_entry(row, number, kind))) for number, row in enumerate(rows, start=1)]
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
    return Report(len(judged), tuple(fields), tuple(misses))


def _entry(row: Row, number: int, kind: str | None) -> Entry:
    try:
        return read_post({"id": str(number), "source": kind or ANY_KIND, "text": ""} | dict(row))
    except BadPost as error:
        raise UserError(f"row {number}: {error}. Mend the line.") from error


def _by_label(judged: Sequence[Judged], labels: frozenset[str], misses: list[Miss]) -> Measured:
    if labels <= {TOXIC, OTHER}:
        measured = _single("label", judged, lambda given: TOXIC if given.toxicity >= DECISION else OTHER, misses)
        ranked = auc([row["label"] == TOXIC for row, _ in judged], [given.toxicity for _, given in judged])
        return Measured("toxicity", measured.rows, measured.right, measured.macro_f1, measured.classes, auc=ranked)
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
    return Measured(name, len(judged), 1 - len(wrong) / len(judged), macro_f1(true, told), by_class(true, told))


def _several(
    name: str, judged: Sequence[Judged], tell: Callable[[Assessment], frozenset[str]], misses: list[Miss]
) -> Measured:
    pairs = [(_values(row[name]), tell(given)) for row, given in judged]
    for item, (label, said) in zip(judged, pairs, strict=True):
        if label != said:
            misses.append(_miss(item, name, ", ".join(sorted(said)) or "-", ", ".join(sorted(label)) or "-"))
    values = sorted(frozenset().union(*(label | said for label, said in pairs)))
    classes = tuple(_counted(value, [(value in label, value in said) for label, said in pairs]) for value in values)
    every = [(value in label, value in said) for label, said in pairs for value in label | said]
    scores = [figures.f1 for figures in classes if figures.support]
    return Measured(
        name,
        len(judged),
        sum(label == said for label, said in pairs) / len(pairs),
        sum(scores) / len(scores) if scores else 0.0,
        classes,
        _counted("all", every),
    )


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
    return Miss(given.entry_id, name, said, labelled, " ".join(text.split())[:SHOWN_TEXT])


def _table(measured: Measured) -> list[str]:
    ranked = f", AUC {measured.auc:.3f}" if measured.auc is not None else ""
    figures = f"right in {measured.right:.1%} of {measured.rows}, macro-F1 {measured.macro_f1:.3f}{ranked}"
    rows = (*measured.classes, *((measured.micro,) if measured.micro else ()))
    return [
        f"{measured.field}: {figures}",
        f"  {'class':<32} precision  recall      F1  labelled",
        *(
            f"  {row.label:<32} {row.precision:>9.3f} {row.recall:>7.3f} {row.f1:>7.3f} {row.support:>9}"
            for row in rows
        ),
    ]
