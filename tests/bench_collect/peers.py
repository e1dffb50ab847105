"""Who takes part in the comparison: how each is prepared, which command is timed, and how many entries it stored."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench_collect.feeds import FEEDS, address
from tests.throwaway import environment

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
WORKERS = 16
"""Downloads at a time, of everybody: our configuration's own number."""
READER = ("reader", "feedparser==6.0.11", "sgmllib3k")
"""The copy of feedparser inside `reader` 3.26 imports sgmllib, which a newer feedparser no longer brings."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run came to."""

    entries: int
    seconds: float | None = None
    """Without the start of the process; None where only the whole is known."""


@dataclass(frozen=True, slots=True)
class Side:
    """One that takes part. `prepare` gets an empty folder and is not timed."""

    name: str
    does: str
    prepare: Callable[[Path], None]
    command: Callable[[Path], Sequence[str]]
    result: Callable[[Path, str], Result]
    """From the folder and what was printed."""


def _printed(_: Path, output: str) -> Result:
    said = json.loads(output.splitlines()[-1])
    return Result(said["entries"], said["seconds"])


def _addresses(port: int) -> list[str]:
    return [address(one, port) for one in range(FEEDS)]


def ours(port: int, what: str, name: str, does: str) -> Side:
    def command(folder: Path, what: str = what) -> Sequence[str]:
        return (sys.executable, "-m", "tests.bench_collect.ours", what, str(folder), str(port))

    def prepare(folder: Path) -> None:
        subprocess.run(command(folder, "PREPARE"), cwd=ROOT, check=True)

    return Side(name, does, prepare, command, _printed)


def newsboat(port: int) -> Side | str:
    """Or why it does not take part."""
    program = shutil.which("newsboat")
    if program is None:
        return "not installed (Debian's package newsboat)"

    def prepare(folder: Path) -> None:
        (folder / "urls").write_text("\n".join(_addresses(port)), "ascii")
        (folder / "config").write_text(f"reload-threads {WORKERS}\n", "ascii")

    def command(folder: Path) -> Sequence[str]:
        files = ("-u", f"{folder}/urls", "-c", f"{folder}/cache.db", "-C", f"{folder}/config")
        return (program, "-q", *files, "-x", "reload")

    def result(folder: Path, _: str) -> Result:
        with sqlite3.connect(folder / "cache.db") as opened:
            return Result(int(opened.execute("SELECT count(*) FROM rss_item").fetchone()[0]))

    return Side("newsboat", "fetch, parse, store", prepare, command, result)


def reader(port: int, place: Path) -> Side | str:
    """In an environment of its own in `place`; or why it does not take part."""
    python = environment(place / "reader", READER)
    if isinstance(python, str):
        return python

    def command(folder: Path) -> Sequence[str]:
        return (str(python), str(HERE / "with_reader.py"), "COLLECT", str(folder), str(WORKERS))

    def prepare(folder: Path) -> None:
        added = (str(python), str(HERE / "with_reader.py"), "PREPARE", str(folder), *_addresses(port))
        subprocess.run(added, check=True)

    return Side("reader", "fetch, parse, store", prepare, command, _printed)
