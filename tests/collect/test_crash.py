"""Kill -9 in the middle of a pass: the next pass ends where an undisturbed one does."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.collect import phase
from tests.collect.conftest import Asked, Page, World
from tests.collect.crash_driver import SOURCES, application
from tests.collect.feeds import item, rss
from tests.collect.test_mastodon import status

ROOT = Path(__file__).resolve().parents[2]
KEPT = {
    "entry": "SELECT id, source_id, title, text, revision, silent FROM entry ORDER BY id",
    "version": "SELECT entry_id, revision, text FROM entry_version ORDER BY entry_id, revision",
    "source": "SELECT source_id, cursor, validators, failure_weight FROM source_state ORDER BY source_id",
    "issue": "SELECT key FROM issue WHERE closed_at IS NULL ORDER BY key",
}


def _feed(number: int, day: int) -> Page:
    """Each day adds a story and corrects the first."""
    stories = [item(one, guid=f"{number}-{one}") for one in range(2, 5 + day)]
    first = item(1, guid=f"{number}-1", title=f"Rättad {day} gång" if day else "Nyhet 1")
    return Page(rss(first, *stories).encode(), headers={"ETag": f'"{day}"'})


def _lay_out(world: World, day: int) -> None:
    """The world as it is on the first day, or on the second."""
    for number, name in enumerate(SOURCES[:-1]):
        world.pages[f"/{name}"] = _feed(number, day)
    posts = [status(str(number)) for number in range(1000, 1005 + 60 * day)]

    def timeline(asked: Asked) -> Page:
        below = int(asked.path.partition("max_id=")[2] or 10**9)
        page = [post for post in reversed(posts) if int(str(post["id"])) < below][:40]
        link = {"Link": f'<{world.url("/x")}?max_id={page[-1]["id"]}>; rel="next"'} if page else {}
        return Page(json.dumps(page).encode(), headers=link)

    world.pages["/api/v1/timelines/tag/a"] = timeline


def _kept(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(folder / "test.db") as opened:
        return {table: opened.execute(query).fetchall() for table, query in KEPT.items()}


def _begin(world: World, folder: Path) -> None:
    """The first day is collected undisturbed; then comes the second."""
    folder.mkdir()
    _lay_out(world, 0)
    assert phase.run(application(folder, world.port)).ok == len(SOURCES)
    _lay_out(world, 1)


def _die(world: World, folder: Path, point: str, number: int) -> None:
    command = [sys.executable, "-m", "tests.collect.crash_driver", str(folder), str(world.port), point, str(number)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "number"),
    [("fetch", 0), ("fetch", 3), ("parse", 0), ("parse", 3), ("store", 0), ("store", 2), ("commit", 0)],
)
def test_a_pass_that_was_killed_is_made_good_by_the_next(world: World, tmp_path: Path, point: str, number: int) -> None:
    undisturbed, disturbed = tmp_path / "ostord", tmp_path / "stord"
    for folder in (undisturbed, disturbed):
        _begin(world, folder)
    phase.run(application(undisturbed, world.port, minutes=60))
    _die(world, disturbed, point, number)
    half = _kept(disturbed)
    phase.run(application(disturbed, world.port, minutes=120))
    assert _kept(disturbed) == _kept(undisturbed) != half
    assert len(_kept(disturbed)["entry"]) == 4 * 5 + 65


@pytest.mark.slow
def test_a_pass_killed_again_and_again_ends_all_the_same(world: World, tmp_path: Path) -> None:
    _begin(world, undisturbed := tmp_path / "ostord")
    _begin(world, disturbed := tmp_path / "stord")
    phase.run(application(undisturbed, world.port, minutes=60))
    for point in ("store", "parse", "fetch", "store"):
        _die(world, disturbed, point, 0)
    phase.run(application(disturbed, world.port, minutes=120))
    assert _kept(disturbed) == _kept(undisturbed)
