"""One peer as a process, run by the Python of its own environment, and thus on its own.

with_peer.py vader|asent < {"rounds": 3, "told": {NAME: [TEXT, …]}, "timed": {NAME: [TEXT, …]}}: prints, by name, the
scores of each text that is to be told (below 0 negative), and the processor seconds of the best round over the timed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import process_time


def vader() -> Callable[[str], float]:
    """VADER-sv; the package puts itself in the place of the English one."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda text: float(analyzer.polarity_scores(text)["compound"])


def asent() -> Callable[[str], float]:
    """asent's Swedish pipe behind spaCy's blank Swedish, as its handbook puts it together."""
    import asent  # noqa: F401 - registers the pipe
    import spacy

    pipeline = spacy.blank("sv")
    pipeline.add_pipe("sentencizer")
    pipeline.add_pipe("asent_sv_v1")
    return lambda text: float(pipeline(text)._.polarity.compound)


def main(name: str) -> None:
    score = {"vader": vader, "asent": asent}[name]()
    asked = json.load(sys.stdin)
    told = {of: [score(text) for text in texts] for of, texts in asked["told"].items()}
    timed = {of: min(_seconds(score, texts) for _ in range(asked["rounds"])) for of, texts in asked["timed"].items()}
    print(json.dumps({"told": told, "timed": timed}))


def _seconds(score: Callable[[str], float], texts: list[str]) -> float:
    began = process_time()
    for text in texts:
        score(text)
    return process_time() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
