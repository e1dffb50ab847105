"""The labelled texts of the comparison: Swedish only, since nobody's Swedish is measured by another language."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sentiment.language import detect

SUITES = Path(__file__).resolve().parents[1] / "suites"
FOLDER = "MEDIEBEVAKNING_LABELLED"
KINDS = {"social": "social", "reviews": "review", "tweets": "microblog"}
"""The kind of source of a file in that folder, by what its name holds."""
TONES: frozenset[str] = frozenset(("negative", "neutral", "positive"))


@dataclass(frozen=True, slots=True)
class Text:
    kind: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts of one origin; of two classes where none of them is neutral."""

    name: str
    texts: tuple[Text, ...]

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.texts]

    @property
    def two(self) -> bool:
        return "neutral" not in self.labels


def labelled() -> list[Labelled]:
    """Our own posts by split, and the files of the folder that the environment names."""
    own = [text for path in sorted(SUITES.glob("*.jsonl")) for text in _own(path)]
    sets = [
        Labelled(f"own posts, {split}", tuple(text for of, text in own if of == split))
        for split in ("development", "held-out")
    ]
    for path in sorted(Path(os.environ[FOLDER]).rglob("tone-*.jsonl")) if os.environ.get(FOLDER) else ():
        kind = next((kind for part, kind in KINDS.items() if part in path.name), None)
        if kind:
            sets.append(Labelled(path.stem, tuple(Text(kind, row["text"], row["label"]) for row in _rows(path))))
    return [one for one in sets if one.texts]


def _own(path: Path) -> Iterator[tuple[str, Text]]:
    for row in _rows(path):
        text = f"{row['title']}\n{row['text']}" if row["title"] else row["text"]
        if row["tone"] in TONES and detect(text, row.get("language"), "sv").code == "sv":
            yield row["split"], Text(row["source"], text, row["tone"])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
