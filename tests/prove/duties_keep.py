"""What is kept, for how long, and what becomes of it: part of `make prove-duties`.

Retention over random worlds, a run with its dry run, an erasure with its receipt and killed at every step, and fifty
authors and twenty minors planted and looked for everywhere.
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.housekeeping import person, phase, receipt
from pipelines.reports.paper import text
from tests.collect.conftest import World
from tests.housekeeping import person_world, planted, test_keeping
from tests.housekeeping.crash_driver import STEPS, erase_and_die
from tests.housekeeping.keeping_world import Post, built, posts
from tests.prove.table import Table

WORLDS = 300 if os.environ.get("FULL") else 25
KILLS = 10 if os.environ.get("FULL") else 1
NIGHT = (
    Post("smabybladet", 120, None, True, (), "", False, False, ""),
    Post("smabybladet", 50, None, False, (), "", False, False, ""),
    Post("smabybladet", 250, None, True, ("bullying",), "", False, False, ""),
    Post("smabybladet", 250, None, True, ("threat",), "", False, False, ""),
    Post("smabybladet", 450, None, True, (), "post", False, False, ""),
    Post("smabybladet", 450, None, True, (), "", False, False, ""),
    Post("rikstidningen", 70, None, True, (), "", False, False, ""),
    Post("polisen", 60, None, True, ("threat",), "", False, False, ""),
    Post("smabybladet", 3, None, True, (), "", True, False, ""),
    Post("smabybladet", 3, None, True, ("threat",), "", True, False, ""),
    Post("smabybladet", 3, None, True, (), "", True, False, "registered"),
)
"""One of each fate."""


def show(table: Table) -> None:
    retention(table, WORLDS, "retention")
    _night(table)
    _erasure(table)
    _kills(table)
    _names(table)


def retention(table: Table, worlds: int, name: str) -> None:
    """The suite's property, over so many worlds."""
    seen = {"worlds": 0, "posts": 0}
    check = test_keeping.test_each_post_has_the_fate_that_the_rules_give_it.hypothesis.inner_test  # type: ignore[attr-defined]

    def counted(some: list[Post]) -> None:
        seen["worlds"] += 1
        seen["posts"] += len(some)
        check(some)

    run = settings(
        max_examples=worlds,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )(given(st.lists(posts, min_size=1, max_size=8))(counted))
    failed = ""
    try:
        run()
    except AssertionError as error:
        failed = str(error).splitlines()[0]
    told = f"{seen['worlds']} random worlds, {seen['posts']} posts: {failed or '0 exceptions'}"
    table.row("each post's fate, index, mails; dry run; re-import", told, holds=not failed)
    table.figure(name, seen | {"failed": bool(failed)})


def _night(table: Table) -> None:
    """One night over one post of each fate: the dry run, the run, and what is there after it."""
    with tempfile.TemporaryDirectory() as folder:
        app = built(Path(folder), list(NIGHT))
        foretold = phase.preview(app)
        before = test_keeping.fates(app)
        done = phase.run(app)
        for line in receipt.told(app.config, done.lines):
            table.row("  " + ", ".join(line[:3]), line[3])
        fates = list(test_keeping.fates(app).values())
        said = {fate: fates.count(fate) for fate in ("whole", "sealed", "emptied", "buried")}
        table.row("the dry run said the same", len(foretold.lines), holds=foretold.lines == done.lines)
        table.row("a second run finds nothing", 0, holds=phase.run(app).lines == ())
        table.row("posts, all whole before", f"{len(before)} -> {said}", holds=set(before.values()) == {"whole"})
        table.figure("night", said)
        app.engine.dispose()


def _erasure(table: Table) -> None:
    """One person's post, in every place, before and after."""
    with tempfile.TemporaryDirectory() as folder:
        app = person_world.world(Path(folder))
        word = person_world.WORDS.encode()
        bytes_before = person_world.raw(app).count(word)
        done = person.erase(app, person_world.asked("pseudonym-of", person_world.NAME))
        after = done.request.after or {}
        for place, count in done.request.before.items():
            table.row(f"  {place}: before -> after", f"{count} -> {after[place]}", holds=after[place] == 0)
        left = person_world.raw(app).count(word)
        table.row("  the word in the bytes of all files", f"{bytes_before} -> {left}", holds=bytes_before > 0 == left)
        print(text(receipt.receipt(app.config, done)))
        table.figure("erased", {"places": len(after), "bytes_before": bytes_before, "bytes_after": left})
        app.engine.dispose()


def _kills(table: Table) -> None:
    """Kill -9 before every step of an erasure; the night goes on with it."""
    whole = 0
    for step in STEPS:
        for _ in range(KILLS):
            with tempfile.TemporaryDirectory() as folder:
                app = person_world.world(Path(folder))
                app.engine.dispose()
                died = erase_and_die(Path(folder), person_world.asked(), step)
                resumed = phase.run(app).resumed
                (request,) = person.listed(app)
                gone = request.after is not None and not any(request.after.values())
                whole += died == -signal.SIGKILL and resumed == 1 and gone
                whole -= person_world.WORDS.encode() in person_world.raw(app)
        table.row(f"kill -9 before {step.strip('_').replace('_', ' ')}", f"{KILLS}, taken up again by the night")
    kills = len(STEPS) * KILLS
    table.row("erasures whole after a kill", f"{whole} of {kills}", holds=whole == kills)
    table.figure("kills", {"kills": kills, "whole": whole})


def _names(table: Table) -> None:
    """Planted names, in clear, by place; and that the feeds did hold them."""
    world = World()
    with tempfile.TemporaryDirectory() as folder, planted.planted(Path(folder), world) as found:
        held = b"".join(page.body for page in world.pages.values() if not callable(page)).decode()
        fed = sum(planted.stands(name, held) for name in planted.AUTHORS)
        table.row("authors planted in five families of feeds", fed, holds=fed == len(planted.AUTHORS))
        hits = {place: len(names) for place, names in found.hits(planted.AUTHORS).items()}
        for place, count in hits.items():
            table.row(f"  in clear in {place}", count, holds=count == 0)
        minors = sum(name.split()[0] in found.mails for name in planted.MINORS)
        table.row(f"of {len(planted.MINORS)} minors, named in mails", minors, holds=minors == 0)
        table.figure("names", {"authors": fed, "in_clear": sum(hits.values()), "minors_in_mails": minors})
    world.close()
