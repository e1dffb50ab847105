"""The tone beside VADER-sv, asent and TextBlob as it comes, in one run on the same texts.

Quality is macro-F1: of three classes by the label (a peer's score is neutral within 0.05 of nothing, as VADER's own
handbook has it), of two by the sign. Speed is texts a second of processor time in the best round: a machine is only
ever slowed by its neighbours. The peers live in environments that are made for the run from the package registry; one
that cannot be had is named, and the others go on. Prints a table, then one JSON object.

MEDIEBEVAKNING_LABELLED may name a folder with labelled texts (tone-*.jsonl) to be told as well. Our coefficients were
fitted to such texts, which flatters us there; `make prove-understand` cross-validates.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

from textblob import TextBlob

from sentiment.analyzers import tone_of
from sentiment.evaluate import macro_f1
from tests.bench_tone.sets import Labelled, Text, labelled
from tests.throwaway import environment

ROUNDS = 3
NEUTRAL = 0.05
"""A score of less, either way, is neutral: the threshold that VADER's authors give."""
NEWS = "news"
NOTICE = 250
"""Characters."""
PEERS: Mapping[str, tuple[str, ...]] = {
    "vader": ("vaderSentiment-swedish==1.0.3",),
    "asent": ("asent==0.8.3", "spacy==3.8.18"),
}
Told = Mapping[str, list[str]]
"""By the set's name, the label of each of its texts."""
Piles = Mapping[str, Sequence[Text]]


@dataclass(frozen=True, slots=True)
class Side:
    """What one analyzer told of the sets, and how many texts a second it read of each timed pile."""

    told: Told
    rates: Mapping[str, float]


def main() -> int:
    sets = labelled()
    piles = _piles(sets)
    sides: dict[str, Side] = {"ours": _ours(sets, piles), "textblob": _textblob(sets, piles)}
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        for name, packages in PEERS.items():
            python = environment(Path(place) / name, packages)
            side = python if isinstance(python, str) else _peer(python, name, sets, piles)
            if isinstance(side, str):
                skipped[name] = side
            else:
                sides[name] = side
    print(json.dumps(_shown(sets, piles, sides, skipped)))
    return 0


def _piles(sets: Sequence[Labelled]) -> Piles:
    """What is timed: our own short posts, and all of them joined to texts as long as a notice in the news."""
    own = [text for one in sets if one.name.startswith("own") for text in one.texts]
    long: list[Text] = []
    for text in own:
        if long and len(long[-1].text) < NOTICE:
            long[-1] = replace(long[-1], text=f"{long[-1].text}\n{text.text}")
        else:
            long.append(replace(text, kind=NEWS))
    return {"short posts": [text for text in own if text.kind != NEWS], "news texts": long}


def _ours(sets: Sequence[Labelled], piles: Piles) -> Side:
    def told(one: Labelled) -> list[str]:
        tones = [tone_of(text.text, "sv", text.kind) for text in one.texts]
        return [_label(tone.polarity, two=True) if one.two else tone.label for tone in tones]

    return Side({one.name: told(one) for one in sets}, _rates(piles, lambda text: tone_of(text.text, "sv", text.kind)))


def _textblob(sets: Sequence[Labelled], piles: Piles) -> Side:
    """English, whatever the text: what one gets without asking."""

    def score(text: Text) -> float:
        return float(TextBlob(text.text).sentiment.polarity)

    told = {one.name: [_label(score(text), two=one.two) for text in one.texts] for one in sets}
    return Side(told, _rates(piles, score))


def _rates(piles: Piles, read: Callable[[Text], object]) -> dict[str, float]:
    return {name: len(texts) / min(_seconds(texts, read) for _ in range(ROUNDS)) for name, texts in piles.items()}


def _seconds(texts: Sequence[Text], read: Callable[[Text], object]) -> float:
    began = process_time()
    for text in texts:
        read(text)
    return process_time() - began


def _peer(python: Path, name: str, sets: Sequence[Labelled], piles: Piles) -> Side | str:
    """What the peer told, or why it did not."""
    told = {one.name: [text.text for text in one.texts] for one in sets}
    timed = {name: [text.text for text in texts] for name, texts in piles.items()}
    command = [str(python), str(Path(__file__).parent / "with_peer.py"), name]
    asked = json.dumps({"rounds": ROUNDS, "told": told, "timed": timed})
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"did not run: {next(reversed(done.stderr.strip().splitlines()), 'it said nothing')}"
    said = json.loads(done.stdout.splitlines()[-1])
    return Side(
        {one.name: [_label(score, two=one.two) for score in said["told"][one.name]] for one in sets},
        {name: len(piles[name]) / seconds for name, seconds in said["timed"].items()},
    )


def _label(score: float, *, two: bool) -> str:
    if two:
        return "positive" if score > 0 else "negative"
    return "positive" if score >= NEUTRAL else "negative" if score <= -NEUTRAL else "neutral"


def _shown(
    sets: Sequence[Labelled],
    piles: Piles,
    sides: Mapping[str, Side],
    skipped: Mapping[str, str],
) -> dict[str, object]:
    """The table; the figures."""
    figures: dict[str, object] = {}
    print(f"{'macro-F1 of the tone':<38}{'texts':>7}" + "".join(f"{name:>11}" for name in sides))
    for one in sets:
        scores = {name: macro_f1(one.labels, side.told[one.name]) for name, side in sides.items()}
        classes = "two classes" if one.two else "three"
        print(f"{f'{one.name} ({classes})':<38}{len(one.texts):>7}" + "".join(f"{f1:>11.3f}" for f1 in scores.values()))
        figures |= {f"tone_f1_{name}, {one.name}": round(f1, 3) for name, f1 in scores.items()}
    print(f"{'texts a second':<45}" + "".join(f"{name:>11}" for name in sides))
    for pile, texts in piles.items():
        rates = {name: side.rates[pile] for name, side in sides.items()}
        length = sum(len(text.text) for text in texts) // max(1, len(texts))
        print(
            f"{f'{pile}, {length} characters':<38}{len(texts):>7}" + "".join(f"{one:>11,.0f}" for one in rates.values())
        )
        ratios = {name: rates["ours"] / rate for name, rate in rates.items()}
        print(f"{'  ours against theirs':<45}" + "".join(f"{ratio:>10.1f}x" for ratio in ratios.values()))
        figures |= {f"tone_per_s_{name}, {pile}": round(rate) for name, rate in rates.items()}
        figures |= {f"tone_against_{name}, {pile}": round(ratio, 2) for name, ratio in ratios.items() if name != "ours"}
    for name, reason in skipped.items():
        print(f"{name:<20}skipped: {reason}")
        figures[name] = f"skipped: {reason}"
    return figures


if __name__ == "__main__":
    sys.exit(main())
