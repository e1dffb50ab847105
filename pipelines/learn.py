"""Learns a tone layer from labelled rows into a folder, unless what lies there is better: `mediebevakning train`.

Rows are those of `eval`: `text` (and `title`, `source`) with a `tone`, or a `label` that is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.errors import UserError
from sentiment.manifest import NAME, BrokenModel, facts_of
from sentiment.matrix import LABELS, Text
from sentiment.model import FILE, load, save
from sentiment.train import Figure, train

LEAST_TEXTS = 100
"""Fewer of one file teach its accidents."""
SLACK = 0.002
"""Macro-F1 by which a new model may be under the old one on the same file: less than another split into folds moves."""
Labelled = tuple[str | None, str, Iterable[Mapping[str, object]]]
"""The kind of source of rows that name none, the name of the file, its rows."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A model that was written."""

    folder: str
    bytes: int
    weights: int
    figures: tuple[Figure, ...]

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self) -> str:
        lines = [f"{'macro-F1, cross-validated':<40} texts  rules  learned"]
        lines += [f"{one.sample:<40} {one.texts:>5}  {one.rules:.3f}    {one.learned:.3f}" for one in self.figures]
        return "\n".join((*lines, f"{self.folder}: {self.weights} weights, {self.bytes / 1e6:.2f} MB"))


def learn(files: Sequence[Labelled], folder: Path) -> Learned:
    """Train on all files and write the model to `folder`.

    Raises UserError where there is too little to learn from, where the rules alone do as well, and where the model in
    `folder` is better.
    """
    texts = [text for kind, name, rows in files for text in _texts(kind, name, rows)]
    for name, count in Counter(text.sample for text in texts).items():
        if count < LEAST_TEXTS:
            raise UserError(f"{name}: {count} labelled Swedish texts are too few. Give at least {LEAST_TEXTS}.")
    if not texts:
        raise UserError("no row has a text with a tone or a label. Give files as `eval` takes them.")
    try:
        trained = train(texts)
    except ValueError as error:
        raise UserError(f"{error}. Add them, or leave the file out.") from error
    _compare(trained.figures, folder)
    save(trained.model, folder, {"figures": [asdict(figure) for figure in trained.figures]})
    load(folder)  # what cannot be read back must be known now, not when the watch starts
    return Learned(str(folder), (folder / FILE).stat().st_size, len(trained.model.weights), trained.figures)


def _texts(kind: str | None, name: str, rows: Iterable[Mapping[str, object]]) -> Iterable[Text]:
    for number, row in enumerate(rows, start=1):
        label, text = row.get("tone", row.get("label")), row.get("text")
        if not isinstance(text, str):
            raise UserError(f"{name}, row {number}: no text. Mend the line.")
        if label not in LABELS or row.get("language", "sv") != "sv" or row.get("split") == "held-out":
            continue  # nothing is learned from what is unsure, in another language, or kept for measuring
        source, title = row.get("source", kind), row.get("title")
        content = f"{title}\n{text}" if isinstance(title, str) and title else text
        yield Text(name, content, str(source) if source else None, LABELS.index(str(label)) - 1)


def _compare(figures: Sequence[Figure], folder: Path) -> None:
    """Refuse a model that brings nothing, or less than the one that lies there already on a file both learned from."""
    mean = sum(one.learned for one in figures) / len(figures)
    rules = sum(one.rules for one in figures) / len(figures)
    if mean <= rules:
        raise UserError(
            f"the rules alone do as well on texts not seen: {rules:.3f} against {mean:.3f} macro-F1. "
            "Nothing is written; give more labelled texts."
        )
    if not (folder / NAME).exists():
        if folder.exists() and any(folder.iterdir()):
            raise UserError(f"{folder} holds something that is no model. Name a new folder with --out.")
        return
    for one, before in _common(figures, folder):
        if one.learned < before - SLACK:
            raise UserError(
                f"{folder} holds a better model: {before:.3f} macro-F1 on {one.sample}, this one {one.learned:.3f}. "
                "It is kept; name another folder with --out to have both."
            )


def _common(figures: Sequence[Figure], folder: Path) -> list[tuple[Figure, float]]:
    """Figures on files that the model in `folder` was trained on too, with what it reached there."""
    try:
        said = facts_of(folder).get("figures")
    except BrokenModel:
        return []  # what cannot be read is no better model
    before = {one["sample"]: one["learned"] for one in said} if isinstance(said, list) else {}
    return [(one, before[one.sample]) for one in figures if one.sample in before]
