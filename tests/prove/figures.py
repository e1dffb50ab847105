"""The figures that those who use the system see: `python -m tests.prove.figures [--write | --stale]`.

Measures the held-out rows of our own suites, of which nothing but counts comes out. `--write` puts the figures where
the dashboard finds them (`pipelines/accuracy.json`) and into the handbook, dated today; `--stale` leaves them and notes
that the rules are others since today. Without either it says whether they are of the present rules, and exits 1 if not.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from dashboards.catalogue import texts
from pipelines.accuracy import PATH, Accuracy, Field, Share, Told, Trust, read
from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.evaluate import evaluate
from pipelines.figures import Bounded, Group, Measured, Report
from sentiment.evaluate import ClassFigures
from sentiment.intervals import Interval, wilson

ROOT = Path(__file__).resolve().parents[2]
SUITES = ROOT / "tests" / "suites"
HANDBOOK = ROOT / "docs" / "handbok" / "4-sa-sakert-ar-systemet.md"
BEGIN, END = "<!-- siffror: python -m tests.prove.figures --write -->", "<!-- slut på siffror -->"
FIELDS = ("about", "units", "tone", "stance", "intent", "flags", "alert")
DIFFICULTIES = ("negation", "irony", "emoji", "compounds", "quotation", "ambiguous-place")
FEWEST = 10
"""A confidence that so few texts were told with says nothing."""
PROMPT = (("Larm", "alert", "yes"), ("Flaggor", "flags", "all"), ("Negativ ton", "tone", "negative"))


def measured(today: date) -> Accuracy:
    """The figures of the present rules."""
    config = load(ROOT / "config" / "botkyrka")
    assessor = Assessor(config)
    report = evaluate(_held_out(), assessor)
    by_name = {one.field: one for one in report.fields}
    return Accuracy(
        measured=today,
        version=assessor.version,
        municipality=config.municipality.name,
        texts=report.rows,
        fields={name: _field(by_name[name]) for name in FIELDS},
        trust=_trust(report),
    )


def _held_out() -> Iterator[dict[str, object]]:
    for path in sorted(SUITES.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row: dict[str, object] = json.loads(line)
            if row["split"] == "held-out":
                yield row


def _field(one: Measured) -> Field:
    """Of a field of several values a row, all values together are one answer."""
    bounds = (_together(one.micro),) if one.micro else one.bounds
    return Field(
        right=_share(one.rows, one.right, one.right_interval),
        kinds=_groups(one.kinds),
        answers={bounded.figures.label: _told(bounded) for bounded in bounds if bounded.figures.support},
        difficulties={name: share for name, share in _groups(one.phenomena).items() if name in DIFFICULTIES},
    )


def _together(every: ClassFigures) -> Bounded:
    right = round(every.recall * every.support)
    return Bounded(every, wilson(right, _said(every)), wilson(right, every.support), (0.0, 1.0))


def _told(bounded: Bounded) -> Told:
    figures = bounded.figures
    return Told(
        found=_share(figures.support, figures.recall, bounded.recall),
        kept=_share(_said(figures), figures.precision, bounded.precision),
    )


def _said(figures: ClassFigures) -> int:
    """How many rows were given the answer; 0 as well where all of them were wrong."""
    return round(figures.recall * figures.support / figures.precision) if figures.precision else 0


def _groups(groups: Sequence[Group]) -> dict[str, Share]:
    return {one.name: _share(one.rows, one.right, one.interval) for one in groups}


def _trust(report: Report) -> tuple[Trust, ...]:
    return tuple(
        Trust(confidence=round(one.confidence, 2), right=_share(one.rows, one.right, one.interval))
        for one in report.trust
        if one.rows >= FEWEST
    )


def _share(rows: int, right: float, interval: Interval) -> Share:
    return Share(rows=rows, right=round(right, 3), low=round(interval[0], 3), high=round(interval[1], 3))


def handbook(figures: Accuracy) -> str:
    """The tables of the handbook, between its marks."""
    names = texts()["question"]
    lines = [
        BEGIN,
        f"Mätt {figures.measured} på {figures.texts} inlägg.{_stale(figures)}",
        "",
        "| Fråga | Rätt | Troligt spann | Inlägg |",
        "|---|---|---|---|",
        *(f"| {names[name]} | {_row(figures.fields[name].right)} |" for name in FIELDS),
        "",
        "| | Hittas av dem som finns | Stämmer av dem som sägs |",
        "|---|---|---|",
        *(f"| {title} | {_among(figures, name, answer)} |" for title, name, answer in PROMPT),
        "",
        "| Säkerhet som visas vid tonen | Så ofta rätt | Troligt spann | Inlägg |",
        "|---|---|---|---|",
        *(f"| omkring {one.confidence * 100:.0f} % | {_row(one.right)} |" for one in figures.trust),
        END,
    ]
    return "\n".join(lines)


def _stale(figures: Accuracy) -> str:
    return (
        f" Reglerna har ändrats sedan dess ({figures.stale_since}); de nya är inte mätta."
        if figures.stale_since
        else ""
    )


def _row(share: Share) -> str:
    return f"{share.right * 100:.0f} % | {share.low * 100:.0f}–{share.high * 100:.0f} % | {share.rows}"


def _among(figures: Accuracy, field: str, answer: str) -> str:
    told = figures.fields[field].answers[answer]
    shares = (told.found, told.kept)
    return " | ".join(
        f"{one.right * 100:.0f} % ({one.low * 100:.0f}–{one.high * 100:.0f}) av {one.rows}" for one in shares
    )


def _write(figures: Accuracy) -> None:
    written = re.sub(r"\{[^{}]*\}", lambda share: " ".join(share[0].split()), figures.model_dump_json(indent=1))
    PATH.write_text(f"{written}\n", "utf-8")
    page = HANDBOOK.read_text("utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    HANDBOOK.write_text(before + handbook(figures) + after, "utf-8")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove.figures", description=__doc__)
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--write", action="store_true")
    does.add_argument("--stale", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.write:
        _write(measured(date.today()))
    elif asked.stale:
        _write(read().model_copy(update={"stale_since": read().stale_since or date.today()}))
    shown = Accuracy.model_validate_json(PATH.read_text("utf-8"))
    print(handbook(shown))
    present = measured(shown.measured) == shown
    print("of the present rules" if present else f"stale since {shown.stale_since}" if shown.stale_since else "stale")
    return int(not present and not shown.stale_since)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
