"""How well texts are understood, shown: `make prove-understand`.

MEDIEBEVAKNING_LABELLED may name a folder of labelled texts (*.jsonl, as `eval` takes them); without it those rows are
left out, and nothing is trained. Held-out rows are counted, never shown.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines import accuracy
from pipelines.config import load
from pipelines.config.schema import Config
from pipelines.enrich.assess import Assessor
from pipelines.evaluate import Assesses, evaluate
from pipelines.figures import Measured, Report
from pipelines.learn import learn
from pipelines.types import Entry
from sentiment import fit
from tests import nasty
from tests.prove.explain import explained
from tests.prove.table import Ran, Table, run

ROOT = Path(__file__).resolve().parents[2]
SUITES = ROOT / "tests" / "suites"
TEXTS = ROOT / "pipelines" / "texts"
UNDERSTANDING = SUITES / "understanding.jsonl"
JUDGEMENT = SUITES / "judgement.jsonl"
"""Posts of the kind that we are judged by; all held out."""
FIELDS = ("about", "units", "tone", "stance", "intent")
FLOORS = {"about": 0.96, "units": 0.90, "tone": 0.75, "stance": 0.70, "intent": 0.70}
"""The share of posts that must be told as a person does; for units F1 over all of them."""
AIMS = {"units": 0.95, "tone": 0.95, "stance": 0.95, "intent": 0.90}
"""What three annotators reach among themselves."""
TONE_AIMS = {"social": 0.72, "reviews": 0.90, "tweets": 0.76}
TONE_FLOORS = {"social": 0.66, "reviews": 0.87, "tweets": 0.70}
LEARNED_FLOORS = {"social": 0.73, "reviews": 0.94, "tweets": 0.77}
"""Cross-validated macro-F1, by what the name of the file holds: of the rules, and with the trained layer."""
KINDS = {"social": "social", "reviews": "review", "tweets": "microblog"}
BELIEVED = 0.15
"""How far what is right may lie under the confidence, in a bin that holds at least"""
BIN = 40
AIMED_PER_S = {"short posts": 5_000, "news texts": 1_500}
ROUNDS = 3
HARD = ("negation", "irony", "emoji", "compounds", "quotation", "ambiguous-place")
"""The phenomena that are asked for by name; the last are homonyms."""
EXPLAINED = (*HARD, "unit-by-context", "news-on-criticism", "crime-vs-criticism", "question")
"""Ten phenomena, a post of each."""
Row = dict[str, object]


def main() -> int:
    table = Table()
    config = load(ROOT / "config" / "botkyrka")
    assessor = Assessor(config)
    for path in (UNDERSTANDING, JUDGEMENT):
        for split in ("development", "held-out"):
            suite(table, assessor, path, split)
    labelled(table, config, assessor)
    explanations(config, assessor)
    bad_input(table, assessor)
    ablation(table)
    stories(table)
    speed(table, assessor)
    shown(table, assessor)
    return table.close()


def rows_of(path: Path) -> Iterator[Row]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            row: Row = json.loads(line)
            yield row


def suite(table: Table, assessor: Assesses, path: Path, split: str) -> None:
    """Our own posts: each field, each phenomenon, what the confidence is worth. Nothing where there are none."""
    rows = [row for row in rows_of(path) if row["split"] == split] if path.exists() else []
    if not rows:
        return
    name = f"{path.stem}, {split}"
    report = evaluate(({key: row[key] for key in row if key not in ("flags", "alert")} for row in rows), assessor)
    fields(table, name, report)
    phenomena(table, name, report)
    trust(table, name, report)


def phenomena(table: Table, name: str, report: Report) -> None:
    """The share that is right of each field, those that are asked for first, then those that are told worst."""
    measured = {one.field: {group.name: group for group in one.phenomena} for one in report.fields}
    tones = measured["tone"]
    rest = sorted(set(tones) - set(HARD), key=lambda one: (tones[one].right, one))
    print(f"      {name}: right by phenomenon".ljust(48) + "".join(f"{field:>8}" for field in ("posts", *FIELDS)))
    for one in (*(one for one in HARD if one in tones), *rest):
        shares = "".join(f"{measured[field][one].right:>8.2f}" for field in FIELDS)
        print(f"        {one:<40}{tones[one].rows:>8}{shares}")
        if one in HARD:
            table.figure(f"{name}: tone, {one}", round(tones[one].right, 3))


def fields(table: Table, name: str, report: Report) -> None:
    for measured in report.fields:
        if measured.field not in FIELDS:
            continue
        share = _share(measured)
        low, high = measured.right_interval
        seen = f"{share:.3f} (right {low:.2f}–{high:.2f}), macro-F1 {measured.macro_f1:.3f}, {measured.rows} rows"
        seen += f", aim {AIMS[measured.field]}" if measured.field in AIMS else ""
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


def labelled(table: Table, config: Config, assessor: Assessor) -> None:
    folder = os.environ.get("MEDIEBEVAKNING_LABELLED")
    tones: list[tuple[str, Path]] = []
    for path in sorted(Path(folder).rglob("*.jsonl")) if folder else ():
        first = next(rows_of(path), {})
        known = next((kind for kind in KINDS if kind in path.name), None)
        if known and first.get("label") in fit.LABELS:
            tones.append((known, path))
        elif "about" in first:
            report = evaluate(rows_of(path), assessor)
            fields(table, path.name, report)
            trust(table, path.name, report)
            print(report.as_text())
            misses(config, assessor, path, report)
    if not tones:
        table.row("tone on labelled texts, rules and trained", "left out: MEDIEBEVAKNING_LABELLED names no such folder")
        return
    rules(table, tones)
    trained(table, tones)
    for kind, path in tones:
        if kind == "social":  # the others have no neutral texts, so that their labels are not those of the system
            trust(table, path.name, evaluate(rows_of(path), assessor, KINDS[kind]))


def misses(config: Config, assessor: Assessor, path: Path, report: Report) -> None:
    """What was told otherwise than labelled, post by post, with the reasons that the rules gave."""
    missed: dict[str, list[str]] = {}
    for one in report.misses:
        missed.setdefault(one.id, []).append(f"{one.field}: said {one.said}, labelled {one.labelled}")
    print(f"\n{path.name}: {len(missed)} of {report.rows} posts missed in something")
    for row in rows_of(path):
        if (said := missed.get(str(row["id"]))) and row.get("split") != "held-out":
            print(f"\n  {row['id']}  {'; '.join(said)}")
            explain(config, assessor, row)


def explain(config: Config, assessor: Assessor, row: Row) -> None:
    entry = _entry(row)
    for line in explained(config, entry, assessor.assess(entry)):
        print(f"    {line}")


def rules(table: Table, tones: list[tuple[str, Path]]) -> None:
    """The coefficients fitted to four parts and held against the fifth."""
    names, samples = fit.read_samples((KINDS[kind], path) for kind, path in tones)
    figures, _ = fit.cross_validate(names, samples)
    for kind, _ in tones:
        figure = figures[KINDS[kind]]
        seen = f"{figure:.3f}, aim {TONE_AIMS[kind]}"
        table.row(f"tone, rules, {kind}: macro-F1, cross-validated", seen, holds=figure >= TONE_FLOORS[kind])
        table.figure(f"rules {kind}", round(figure, 3))


def trained(table: Table, tones: list[tuple[str, Path]]) -> None:
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        learned = learn([(KINDS[kind], kind, rows_of(path)) for kind, path in tones], Path(place) / "model")
    for one in learned.figures:
        holds = round(one.learned, 2) >= LEARNED_FLOORS[one.sample]
        table.row(f"tone, trained here, {one.sample}: macro-F1, cross-validated", f"{one.learned:.3f}", holds=holds)
        table.figure(f"trained {one.sample}", round(one.learned, 3))
    table.row("size of the trained layer", f"{learned.bytes / 1e6:.2f} MB", holds=learned.bytes < 1_000_000)


def explanations(config: Config, assessor: Assessor) -> None:
    """A post of the development split for each of ten phenomena, what was understood of it and why."""
    first: dict[object, Row] = {}
    for row in rows_of(UNDERSTANDING):
        if row["split"] == "development" and row["about"]:
            first.setdefault(row["phenomenon"], row)
    chosen = [first[one] for one in EXPLAINED if one in first]
    print(f"\n{len(chosen)} explanations, as a manager sees them")
    for row in chosen:
        print()
        explain(config, assessor, row)
    print()


def _entry(row: Mapping[str, object]) -> Entry:
    source, title, text = (str(row[key]) for key in ("source", "title", "text"))
    return Entry(str(row["id"]), "s", str(row["id"]), source, None, title, text, language=row.get("language"))  # type: ignore[arg-type]


def bad_input(table: Table, assessor: Assessor) -> None:
    """Texts that nobody should have to read: each gets an answer. Times are shown, not judged."""
    took: dict[str, float] = {}
    crashes: dict[str, str] = {}
    for name, text in nasty.texts().items():
        began = time.process_time()
        try:
            assessor.assess(Entry(name, "s", name, "forum", None, "", text))
        except Exception as error:  # whatever it is, it is a crash
            crashes[name] = repr(error)
        took[name] = time.process_time() - began
    slowest = max(took, key=lambda name: took[name])
    table.row("nasty texts", len(took))
    table.row("  crashes", crashes or 0, holds=not crashes)
    table.row("  the slowest, processor time", f"{took[slowest] * 1000:,.0f} ms: {slowest}")
    table.figure("nasty texts", len(took))
    table.figure("crashes", len(crashes))


def ablation(table: Table) -> None:
    """What each rule brings: on the labelled social texts, the development posts and the posts that we teach from."""
    folder = os.environ.get("MEDIEBEVAKNING_LABELLED")
    found = sorted(Path(folder).rglob("*social*.jsonl")) if folder else []
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        own = Path(place) / "texts.jsonl"
        own.write_text("".join(path.read_text("utf-8") for path in sorted(TEXTS.glob("*.jsonl"))), "utf-8")
        files = [*(f"social={path}" for path in found), str(UNDERSTANDING), str(own)]
        done = _printed([sys.executable, "-m", "sentiment.ablate", *files])
    table.row("ablation: what each rule brings", f"exit {done.code}", holds=done.code == 0)
    idle = list(_idle(done.output.splitlines()))
    table.row("  rules that mend no more than they break", ", ".join(idle) or "none")
    table.figure("rules that bring nothing", len(idle))


def _idle(lines: Sequence[str]) -> Iterator[str]:
    """The rules of the printed table that mend no more labels than they break where they fire."""
    for line in lines:
        name, signs, losses = line.partition("  ")
        does = losses.split()[-3:-1]
        if signs and losses.lstrip()[:1] in ("+", "-") and int(does[0]) <= int(does[1]):
            yield name


def stories(table: Table) -> None:
    done = _printed([sys.executable, "-m", "tests.prove.stories"])
    table.row("stories: an invented week, and the undo", f"exit {done.code}", holds=done.code == 0)
    if done.code == 0:
        table.figures |= json.loads(done.last_line)


def _printed(command: Sequence[str]) -> Ran:
    done = run(command, ROOT, os.environ)
    print(done.output)
    return done


def shown(table: Table, assessor: Assessor) -> None:
    """The figures that users see, by `tests.prove.figures`; they may lag behind the rules if they say so."""
    told = accuracy.read()
    present = told.version == assessor.version
    seen = f"measured {told.measured}" + (f", stale since {told.stale_since}" if told.stale_since else "")
    table.row("figures in the dashboard are of the present rules", seen, holds=present or bool(told.stale_since))


def speed(table: Table, assessor: Assessor) -> None:
    """Whole assessments on one core, the best of some rounds: a machine is only ever slowed by its neighbours."""
    rows = [_entry(row) for row in rows_of(UNDERSTANDING)]
    posts = [entry for entry in rows if entry.kind != "news"]
    news = [entry for entry in rows if entry.kind == "news"]
    for name, entries in (("short posts", posts), ("news texts", news)):
        best = min(_seconds(assessor, entries) for _ in range(ROUNDS))
        rate = len(entries) / best
        table.row(f"assessed a second, flags included: {name}", f"{rate:,.0f}, aim {AIMED_PER_S[name]:,}")
        table.figure(f"{name} per s", round(rate))


def _seconds(assessor: Assessor, entries: list[Entry]) -> float:
    began = time.process_time()
    deque(assessor.assess_all(entries), maxlen=0)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
