"""The promises of the main job, shown on a fresh clone: `make prove-main`.

Takes about ten minutes on two cores. MEDIEBEVAKNING_RECORDINGS may name a folder of recorded answers
(<family or network>/<file>) and MEDIEBEVAKNING_LABELLED one of labelled texts (*.jsonl); without them those rows are
left out. FULL=1 kills twenty times at each boundary instead of five.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from pipelines.store.engine import open_engine, reading
from pipelines.store.views import summary
from tests.prove import crash, plain
from tests.prove.table import Table, run

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = ("tests/", "pipelines/store/migrations/versions/")
"""Written by Alembic, or not part of the program."""
EVER = datetime(2000, 1, 1, tzinfo=UTC)
FEEDS = (".xml", ".rss", ".rdf", ".atom", ".json", ".jsonl")
LONGEST_RUN = 120
"""Seconds from a finished setup to the summary, on two cores."""


def main() -> int:
    table = Table()
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        clone, environment = fresh(Path(place))
        main_job(table, clone, environment)
        again(table, clone, environment)
        suite(table, clone, environment)
        plain.without_airflow(table, clone, environment, Path(place) / "plain")
        recordings(table, clone, environment)
        labelled(table, clone, environment)
        crash.show(table, 20 if os.environ.get("FULL") else 5)
        sizes(table)
    return table.close()


def fresh(place: Path) -> tuple[Path, dict[str, str]]:
    """A clone of what is committed, and the environment of someone who has just arrived: an empty home, no uv."""
    clone, home = place / "clone", place / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("MEDIEBEVAKNING_", "AIRFLOW"))}
    for inside_a_make in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV", "PYTHONPATH"):
        inherited.pop(inside_a_make, None)
    path = os.pathsep.join(
        folder for folder in inherited["PATH"].split(os.pathsep) if not (Path(folder) / "uv").exists()
    )
    return clone, inherited | {"HOME": str(home), "PATH": path}


def main_job(table: Table, clone: Path, environment: Mapping[str, str]) -> None:
    cold = run(["make", "setup"], clone, environment)
    table.row("make setup, cold", f"{cold.seconds:.0f} s", holds=cold.code == 0)
    warm = run(["make", "setup"], clone, environment)
    table.row("make setup, warm", f"{warm.seconds:.1f} s", holds=warm.code == 0 and warm.seconds < 10)
    first = run(["make", "run", "ONCE=1"], clone, environment)
    print(first.output)
    holds = first.code == 0 and first.seconds <= LONGEST_RUN
    table.row(f"make run ONCE=1, at most {LONGEST_RUN} s", f"exit {first.code}, {first.seconds:.0f} s", holds=holds)
    table.figure("setup_cold_s", round(cold.seconds))
    table.figure("run_once_s", round(first.seconds))
    left = subprocess.run(["pgrep", "-f", str(clone)], capture_output=True, text=True, check=False).stdout.split()
    table.row("processes left behind", len(left), holds=not left)


def again(table: Table, clone: Path, environment: Mapping[str, str]) -> None:
    before = stored(clone)
    mails = Counter(path.suffix for path in (clone / "var" / "mail").rglob("*"))
    table.row("first run: entries, about us, alerts, digests", str(before), holds=all(before))
    second = run(["make", "run", "ONCE=1"], clone, environment)
    after = stored(clone)
    table.row("second run", f"exit {second.code}, {second.seconds:.0f} s", holds=second.code == 0)
    table.row("  stores no duplicate and sends nothing again", f"{before} -> {after}", holds=before == after)
    unchanged = mails == Counter(path.suffix for path in (clone / "var" / "mail").rglob("*"))
    table.row("  mails in the sink", mails[".eml"], holds=unchanged)
    for name, value in zip(("entries", "mentions", "alerts", "digests"), after, strict=True):
        table.figure(name, value)


def stored(clone: Path) -> tuple[int, int, int, int]:
    """Entries, entries about the municipality, alerts and digests sent."""
    with reading(open_engine(f"sqlite:///{clone}/var/mediebevakning.db")) as connection:
        found = summary(connection, EVER)
    return found.entries, found.mentions, found.alerts_sent, found.digests_sent


def suite(table: Table, clone: Path, environment: Mapping[str, str]) -> None:
    checked = run(["make", "check"], clone, environment)
    table.row(
        "make check (with the architecture test)",
        f"exit {checked.code}, {checked.seconds:.0f} s",
        holds=checked.code == 0,
    )
    tested = run(["make", "test"], clone, environment, seconds=1200)
    table.row("make test", f"exit {tested.code}: {tested.last_line}", holds=tested.code == 0)
    table.figure("test_s", round(tested.seconds))


def recordings(table: Table, clone: Path, environment: Mapping[str, str]) -> None:
    """What `parse` makes of recorded answers, a row a folder."""
    folder = os.environ.get("MEDIEBEVAKNING_RECORDINGS")
    if not folder:
        return
    for recorded in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as unpacked:
            files = [str(file) for file in _answers(recorded, Path(unpacked))]
            if not files:
                continue
            parsed = run([str(clone / ".venv/bin/mediebevakning"), "parse", *files], clone, environment, told=False)
        rows = [json.loads(line) for line in parsed.output.splitlines()]
        entries = [row for row in rows if "error" not in row]
        markup = sum("<script" in row["title"] + row["text"] or "</" in row["title"] for row in entries)
        seen = f"{len(files)} files, {len(entries)} entries, {len(rows) - len(entries)} no feed, {markup} with markup"
        table.row(f"parse {recorded.name}", seen, holds=markup == 0)


def _answers(recorded: Path, unpacked: Path) -> Iterator[Path]:
    """Files as they lie; of a VCR cassette the bodies of its answers."""
    for path in sorted(recorded.iterdir()):
        if path.suffix in FEEDS:
            yield path
        elif path.suffix == ".yaml":
            for number, exchange in enumerate(yaml.safe_load(path.read_text("utf-8"))["interactions"]):
                if exchange["request"]["method"] == "GET" and "/timelines/" in exchange["request"]["uri"]:
                    body = unpacked / f"{path.stem}-{number}.json"
                    body.write_text(str(exchange["response"]["body"]["string"]), "utf-8")
                    yield body


def labelled(table: Table, clone: Path, environment: Mapping[str, str]) -> None:
    folder = os.environ.get("MEDIEBEVAKNING_LABELLED")
    if not folder:
        return
    for file in sorted(Path(folder).rglob("*.jsonl")):
        measured = run([str(clone / ".venv/bin/mediebevakning"), "eval", str(file)], clone, environment)
        table.row(f"eval {file.name}", f"exit {measured.code}", holds=measured.code == 0)
        print(measured.output)


def sizes(table: Table) -> None:
    """Lines of each module of ours, the largest named."""
    files = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    lines = {
        name: len((ROOT / name).read_text("utf-8").splitlines()) for name in files if not name.startswith(NOT_OURS)
    }
    ordered = sorted(lines.values())
    largest = max(lines, key=lambda name: lines[name])
    seen = f"{len(lines)} modules, median {ordered[len(ordered) // 2]}, largest {lines[largest]} ({largest})"
    table.row("module sizes in lines", seen, holds=lines[largest] <= 300)


if __name__ == "__main__":
    shutil.which("git") or sys.exit("git is missing. Install it.")
    sys.exit(main())
