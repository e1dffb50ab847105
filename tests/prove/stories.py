"""Stories over an invented week: copies, rewrites, follow-ups and near-misses; pairs found and missed; and the undo.

`python -m tests.prove.stories`; the week is `week.tsv`: story, hours into the week, kind, headline, text ("=1": the
text of its story's first entry). Entries come as collect brings them: six hours at a time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import get_args

from pipelines.bootstrap import App
from pipelines.enrich import phase
from pipelines.enrich.cluster import Gathering
from pipelines.labels import ToldAs
from pipelines.store import decisions, entries, stories
from pipelines.store.engine import reading
from pipelines.telling import Sighting
from pipelines.types import Entry
from sentiment.analyzers import tone_of
from tests.builders import NOW, Clock, app, entry
from tests.prove.table import Table

WEEK = Path(__file__).parent / "week.tsv"
BEGAN = NOW - timedelta(days=7)
PRECISION, RECALL = 0.98, 0.8
MICROSECONDS = 60
SHARE_OF_TONE = 1.0
POSTS = 1000
Pairs = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Week:
    """The entries, oldest first, and the story that each truly tells, by id."""

    entries: tuple[Entry, ...]
    truth: dict[str, str]


def week() -> Week:
    """The invented week."""
    made: list[Entry] = []
    truth: dict[str, str] = {}
    first: dict[str, str] = {}
    for number, line in enumerate(WEEK.read_text("utf-8").splitlines()):
        story, hours, kind, title, text = line.split("\t")
        id = f"w{number:03}"
        truth[id] = story
        made.append(
            entry(
                id,
                source_id=f"{kind}-{number % 20}",
                kind=kind,
                title=title,
                text=first[story] if text == "=1" else first.setdefault(story, text) if story not in first else text,
                published=BEGAN + timedelta(hours=float(hours)),
                url=f"https://{kind}{number}.example/1",
            )
        )
    return Week(tuple(sorted(made, key=lambda one: (one.published or NOW, one.id))), truth)


def gather(made: App, clock: Clock, given: Week) -> dict[str, str]:
    """Every entry's story, after the week has come in."""
    waiting = list(given.entries)
    while waiting:
        clock.forward(hours=6)
        come = [one for one in waiting if (one.published or NOW) <= clock.now]
        waiting = waiting[len(come) :]
        with made.engine.begin() as connection:
            entries.save(connection, come, clock.now, silent=False)
        phase.run(made)
    with reading(made.engine) as connection:
        return stories.placed(connection, [one.id for one in given.entries])


def pairs(of: dict[str, str]) -> Pairs:
    """Each two entries in one story."""
    return {(one, other) for one, other in combinations(sorted(of), 2) if of[one] == of[other]}


def main() -> int:
    table = Table()
    given = week()
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as folder:
        clock = Clock(BEGAN)
        made = app(Path(folder), clock=clock)
        found = gather(made, clock, given)
        _clustering(table, given, found)
        _told(table, made, found)
        _undo(table, made, clock, found)
    _speed(table)
    return table.close()


def _clustering(table: Table, given: Week, found: dict[str, str]) -> None:
    true, seen = pairs(given.truth), pairs(found)
    precision, recall = len(true & seen) / max(len(seen), 1), len(true & seen) / len(true)
    table.row(
        "entries, true stories, stories found", (len(found), len(set(given.truth.values())), len(set(found.values())))
    )
    table.row(f"pairs: precision at least {PRECISION}", f"{precision:.3f}", holds=precision >= PRECISION)
    table.row(f"pairs: recall at least {RECALL}", f"{recall:.3f}", holds=recall >= RECALL)
    without = {id: story for id, story in given.truth.items() if story != "hemtjanst"}
    rest, rest_seen = pairs(without), pairs({id: found[id] for id in without})
    rest_precision, rest_recall = len(rest & rest_seen) / max(len(rest_seen), 1), len(rest & rest_seen) / len(rest)
    table.row("  without the largest story: precision, recall", f"{rest_precision:.3f}, {rest_recall:.3f}")
    titles = {one.id: one.title or one.text[:40] for one in given.entries}
    for wrong, pair_set in (("joined wrongly", seen - true), ("not joined", rest - rest_seen)):
        for one, other in sorted(pair_set):
            print(f"      {wrong}: «{titles[one]}» ({given.truth[one]}) – «{titles[other]}» ({given.truth[other]})")
    table.figure("stories_precision", round(precision, 3))
    table.figure("stories_recall", round(recall, 3))
    table.figure("stories_recall_without_largest", round(rest_recall, 3))


def _told(table: Table, made: App, found: dict[str, str]) -> None:
    with reading(made.engine) as connection:
        lines = [line for story in sorted(set(found.values())) for line in decisions.lines(connection, story)]
    for told_as in get_args(ToldAs):
        these = [line for line in lines if line.told_as == told_as]
        table.row(f"  told as {told_as}", len(these))
        for line in these[:2]:
            print(f"      «{line.title[:50]}»: {line.reason}")


def _undo(table: Table, made: App, clock: Clock, found: dict[str, str]) -> None:
    """A person takes two entries out; later runs leave them where they are; another person puts them back."""
    largest = max(set(found.values()), key=lambda story: list(found.values()).count(story))
    taken = [id for id, story in found.items() if story == largest][1:3]
    with made.engine.begin() as connection:
        apart = decisions.split(connection, taken, "Anna", clock())
    phase.run(made)
    with made.engine.begin() as connection:
        entries.save(
            connection,
            [entry("later", kind="blog", title="Ur arkivet", text="Något helt annat.")],
            clock(),
            silent=False,
        )
    phase.run(made)
    with made.engine.begin() as connection:
        stays = set(stories.placed(connection, taken).values()) == {apart}
        decisions.merge(connection, largest, apart or "", "Bo", clock())
        back = set(stories.placed(connection, taken).values()) == {largest}
        kept = [(one.kind, one.by) for one in decisions.of_story(connection, largest)]
    table.row("a split by a person stays", taken, holds=stays)
    table.row("a merge by a person takes it back", largest, holds=back)
    table.row("both are kept with who", kept, holds=kept == [("split", "Anna"), ("merge", "Bo")])


def _speed(table: Table) -> None:
    """Placing different posts of fourteen words in memory, one in ten about us: processor time."""
    words = [word for line in WEEK.read_text("utf-8").splitlines() for word in line.split("\t")[4].split()]
    chance = Random(0)
    # most of what people write is common words, and some of it hardly anyone else's
    posts = [
        " ".join(
            (*chance.choices(words, k=10), *(f"{word}{chance.randrange(9999)}" for word in chance.choices(words, k=4)))
        )
        for _ in range(POSTS)
    ]
    sightings = [
        Sighting(
            entry(f"p{number}", url=f"https://a.example/{number}", kind="microblog", title="", text=text),
            NOW,
            frozenset(("Näsvik",)) if number % 10 == 0 else frozenset(),
            about=number % 10 == 0,
        )
        for number, text in enumerate(posts)
    ]
    tone = _each(lambda: [tone_of(text, "sv", "microblog") for text in posts])
    each = _each(lambda: [gathering.place(one) for gathering in (Gathering(),) for one in sightings])
    table.row(f"microseconds a short post, aim {MICROSECONDS}; for its tone", f"{each:.0f}; {tone:.0f}")
    table.row(
        f"  as a share of that, at most {SHARE_OF_TONE}", f"{each / tone:.2f}", holds=each <= SHARE_OF_TONE * tone
    )
    table.figure("stories_us_per_post", round(each))


def _each(work: Callable[[], object]) -> float:
    """Processor time for one post, in microseconds: the best of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times) / POSTS * 1e6


if __name__ == "__main__":
    sys.exit(main())
