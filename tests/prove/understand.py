"""How well texts are understood, shown: `make prove-understand`.

MEDIEBEVAKNING_LABELLED may name a folder of labelled texts (*.jsonl, as `eval` takes them); without it those rows are
left out. FULL=1 also trains the local layer on them, which takes some minutes. Held-out rows are counted, never shown.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.evaluate import Assesses, evaluate
from pipelines.figures import Group, Measured, Report
from pipelines.learn import learn
from pipelines.types import Assessment, Entry
from sentiment import fit
from tests.prove.table import Table, run

ROOT = Path(__file__).resolve().parents[2]
SUITES = ROOT / "tests" / "suites"
FIELDS = ("about", "units", "tone", "stance", "intent")
FLOORS = {"about": 0.96, "units": 0.90, "tone": 0.75, "stance": 0.70, "intent": 0.70}
"""The share of posts that must be told as a person does; for units F1 over all of them."""
TONE_FLOORS = {"social": 0.66, "reviews": 0.87, "tweets": 0.70}
LEARNED_FLOORS = {"social": 0.73, "reviews": 0.94, "tweets": 0.77}
"""Cross-validated macro-F1, by what the name of the file holds: of the rules, and with the trained layer."""
KINDS = {"social": "social", "reviews": "review", "tweets": "microblog"}
BELIEVED = 0.15
"""How far what is right may lie under the confidence, in a bin that holds at least"""
BIN = 40
POSTS_PER_S = 5_000
NEWS_PER_S = 1_500
ROUNDS = 3
SHOWN = 10
WEAK = 12
Row = dict[str, object]


def main() -> int:
    table = Table()
    assessor = Assessor(load(ROOT / "config" / "botkyrka"))
    for split in ("development", "held-out"):
        suite(table, assessor, split)
    labelled(table, assessor)
    explanations(assessor)
    if importlib.util.find_spec("sentiment.ablate"):
        ablation(table)
    if importlib.util.find_spec("tests.prove.stories"):
        stories(table)
    speed(table, assessor)
    return table.close()


def rows_of(path: Path) -> Iterator[Row]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            row: Row = json.loads(line)
            yield row


def suite(table: Table, assessor: Assesses, split: str) -> None:
    """Our own posts: each field, then the phenomena that are told worst, then what the confidence is worth."""
    rows = [row for row in rows_of(SUITES / "understanding.jsonl") if row["split"] == split]
    report = evaluate(({key: row[key] for key in row if key not in ("flags", "alert")} for row in rows), assessor)
    fields(table, f"own posts, {split}", report)
    for measured in report.fields:
        if measured.field in FIELDS:
            missed = sorted((one for one in measured.phenomena if one.right < 1), key=lambda one: one.right)
            print(f"      {measured.field} by phenomenon, the weakest of {len(measured.phenomena)}:")
            for group in missed[:WEAK]:
                print(f"        {_line(group)}")
    trust(table, f"own posts, {split}", report)


def _line(group: Group) -> str:
    return f"{group.name:<34} {group.right:.2f} ({group.interval[0]:.2f}–{group.interval[1]:.2f}) of {group.rows}"


def fields(table: Table, name: str, report: Report) -> None:
    for measured in report.fields:
        if measured.field not in FIELDS:
            continue
        share = _share(measured)
        low, high = measured.right_interval
        seen = f"{share:.3f} (right {low:.2f}–{high:.2f}), macro-F1 {measured.macro_f1:.3f}, {measured.rows} rows"
        table.row(f"{name}: {measured.field}", seen, holds=share >= FLOORS[measured.field])
        table.figure(f"{name}: {measured.field}", round(share, 3))


def _share(measured: Measured) -> float:
    return measured.micro.f1 if measured.micro else measured.right


def trust(table: Table, name: str, report: Report) -> None:
    """A confidence must not promise much more than it keeps."""
    for one in report.trust:
        low, high = one.interval
        seen = f"{one.right:.2f} right ({low:.2f}–{high:.2f}) of {one.rows}"
        holds = one.right >= one.confidence - BELIEVED if one.rows >= BIN else None
        table.row(f"{name}: tone told with confidence {one.confidence:.2f}", seen, holds=holds)


def labelled(table: Table, assessor: Assesses) -> None:
    folder = os.environ.get("MEDIEBEVAKNING_LABELLED")
    if not folder:
        return
    tones: list[tuple[str, Path]] = []
    for path in sorted(Path(folder).rglob("*.jsonl")):
        first = next(rows_of(path), {})
        known = next((kind for kind in KINDS if kind in path.name), None)
        if known and first.get("label") in fit.LABELS:
            tones.append((known, path))
        elif "about" in first:
            report = evaluate(rows_of(path), assessor)
            fields(table, path.name, report)
            print(report.as_text(misses=True))
    if tones:
        rules(table, tones)
    if tones and os.environ.get("FULL"):
        trained(table, tones)


def rules(table: Table, tones: list[tuple[str, Path]]) -> None:
    """The coefficients fitted to four parts and held against the fifth."""
    names, samples = fit.read_samples((KINDS[kind], path) for kind, path in tones)
    figures, _ = fit.cross_validate(names, samples)
    for kind, _ in tones:
        figure = figures[KINDS[kind]]
        table.row(f"tone, rules, {kind}: macro-F1, cross-validated", f"{figure:.3f}", holds=figure >= TONE_FLOORS[kind])
        table.figure(f"rules {kind}", round(figure, 3))


def trained(table: Table, tones: list[tuple[str, Path]]) -> None:
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        learned = learn([(KINDS[kind], kind, rows_of(path)) for kind, path in tones], Path(place) / "model")
    for one in learned.figures:
        holds = round(one.learned, 2) >= LEARNED_FLOORS[one.sample]
        table.row(f"tone, trained here, {one.sample}: macro-F1, cross-validated", f"{one.learned:.3f}", holds=holds)
        table.figure(f"trained {one.sample}", round(one.learned, 3))
    table.row("size of the trained layer", f"{learned.bytes / 1e6:.2f} MB", holds=learned.bytes < 1_000_000)


def explanations(assessor: Assessor) -> None:
    """Posts of the development split with what was understood of them and why."""
    chosen = [row for row in rows_of(SUITES / "understanding.jsonl") if row["split"] == "development" and row["about"]]
    print(f"\n{SHOWN} explanations")
    for row in chosen[:: max(1, len(chosen) // SHOWN)][:SHOWN]:
        entry = _entry(row)
        print("\n".join(_explained(entry, assessor.assess(entry))), end="\n\n")


def _explained(entry: Entry, given: Assessment) -> Iterator[str]:
    yield f"  «{entry.content}»"
    yield f"    ton {given.tone.label} ({given.tone.polarity:+.2f}, säkerhet {given.tone.confidence:.2f})"
    yield "      " + ", ".join(f"{part.name} {part.value:+.2f}" for part in given.tone.parts)
    yield f"    hållning {given.stance.label} ({given.stance.confidence:.2f}), avsikt {given.intent}"
    for mention in given.mentions:
        yield f"    {mention.name}: {mention.reason} ({mention.confidence:.2f})"


def _entry(row: Mapping[str, object]) -> Entry:
    source, title, text = (str(row[key]) for key in ("source", "title", "text"))
    return Entry(str(row["id"]), "s", str(row["id"]), source, None, title, text)  # type: ignore[arg-type]


def ablation(table: Table) -> None:
    folder = os.environ.get("MEDIEBEVAKNING_LABELLED")
    found = sorted(Path(folder).rglob("*social*.jsonl")) if folder else []
    files = [*(f"social={path}" for path in found), str(SUITES / "understanding.jsonl")]
    done = run([sys.executable, "-m", "sentiment.ablate", *files], ROOT, os.environ)
    print(done.output)
    table.row("ablation: what each rule brings", f"exit {done.code}", holds=done.code == 0)


def stories(table: Table) -> None:
    done = run([sys.executable, "-m", "tests.prove.stories"], ROOT, os.environ)
    print(done.output)
    table.row("stories: an invented week", f"exit {done.code}", holds=done.code == 0)


def speed(table: Table, assessor: Assessor) -> None:
    """Whole assessments on one core, the best of some rounds: a machine is only ever slowed by its neighbours."""
    rows = [_entry(row) for row in rows_of(SUITES / "understanding.jsonl")]
    posts = [entry for entry in rows if entry.kind != "news"]
    news = [entry for entry in rows if entry.kind == "news"]
    for name, entries, floor in (("short posts", posts, POSTS_PER_S), ("news texts", news, NEWS_PER_S)):
        best = min(_seconds(assessor, entries) for _ in range(ROUNDS))
        rate = len(entries) / best
        table.row(f"assessed a second, flags included: {name}", f"{rate:,.0f}", holds=rate >= floor)
        table.figure(f"{name} per s", round(rate))


def _seconds(assessor: Assessor, entries: list[Entry]) -> float:
    began = time.process_time()
    for entry in entries:
        assessor.assess(entry)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
