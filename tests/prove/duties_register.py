"""The register of official accounts: part of `make prove-duties`.

What the policy asks of each account and how its lack is told, a simulated year in which some accounts go silent, and
what becomes of an unsuitable post on one.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.bootstrap import App
from pipelines.config.schema import Source
from pipelines.register import files, phase, rules
from pipelines.register.clearing import clearing
from pipelines.register.official import NETWORKS, Official
from pipelines.register.words import network, words
from pipelines.store import register, sources
from pipelines.store.engine import reading
from pipelines.store.sources import SourceState
from tests import builders
from tests.builders import NOW, Clock, config, entry, official, smaby
from tests.prove.table import Table

DAYS = 365
LACKS: tuple[tuple[rules.Lack, dict[str, Any]], ...] = (
    ("responsible", {"responsible": "finns-inte"}),
    ("deputy", {"deputy": None}),
    ("administrators", {"administrators": ("Kommunikatör",)}),
    ("communicator", {"communicator": ""}),
    ("purpose", {"purpose": ""}),
    ("audience", {"audience": ""}),
    ("goals", {"goals": ""}),
    ("approved", {"approved_on": None}),
    ("feed", {"feed": None}),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An account of the year, and the days on which it writes."""

    id: str
    every: int
    until: int
    """The last day on which it writes."""
    told: tuple[int, ...]
    """The days on which someone is to be told: first, again, close."""


YEAR = (
    Kept("flitigt", 7, DAYS, ()),
    Kept("manadsvis", 30, DAYS, ()),
    Kept("glest", 59, DAYS, ()),
    Kept("tystnar", 10, 100, (160, 174, 188)),
    Kept("tystnar-sent", 10, 300, (360,)),
)
"""The limit is 60 days, and 14 from each step to the next."""


def show(table: Table) -> None:
    _lacks(table)
    _files(table)
    _year(table)
    _removal(table)


def _lacks(table: Table) -> None:
    """Each demand of the policy, alone not met."""
    using = config(sources=(*smaby().sources, _feed("flode")))
    table.row("an account that meets all of them", "lacks nothing", holds=not rules.lacking(_whole(), using))
    for what, changes in LACKS:
        found = rules.lacking(_whole(**changes), using)
        told = words()["lacking"][what]
        table.row(f"policy, page {rules.PAGES[what]}: {what}", told, holds=[one.what for one in found] == [what])
    table.figure("demands", len(LACKS))


def _files(table: Table) -> None:
    given = tuple(_whole(f"konto-{number}", network=one) for number, one in enumerate(NETWORKS))
    for form, write in (("toml", files.as_toml), ("csv", files.as_csv)):
        read, problems = files.read(write(given), form, f"konton.{form}")
        same = tuple(one for _, one in read) == given and not problems
        table.row(f"the register as {form}, out and in again", f"{len(read)} accounts", holds=same)
    bad = files.as_toml(given[:1]).replace('responsible = "kommunikationschef"\n', "")
    _, problems = files.read(bad, "toml", "konton.toml")
    table.row("a row without responsible", problems[0], holds=len(problems) == 1 and '"responsible"' in problems[0])


def _year(table: Table) -> None:
    """A year of nights: who writes on which day, and whom the night then tells, run twice."""
    told: dict[str, list[int]] = {one.id: [] for one in YEAR}
    again = 0
    mails = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        app = _app(Path(folder))
        for day in range(DAYS + 1):
            _posts(app, day)
            mails["all"] += phase.run(app).mails
            again += phase.run(app).mails
            app.clock.forward(days=1)  # type: ignore[attr-defined]
        with reading(app.engine) as connection:
            for one in YEAR:
                events = (event for event in register.history(connection, one.id) if event.action == "told")
                told[one.id] = [(event.at - NOW).days for event in events]
        app.engine.dispose()
    for one in YEAR:
        seen = f"writes every {one.every} days until day {one.until}; told on days {told[one.id] or 'none'}"
        table.row(f"the account «{one.id}»", seen, holds=tuple(told[one.id]) == one.told)
    table.row("mails in the year", mails["all"])
    table.row("mails of the same night's second run", again, holds=again == 0)
    table.figure(
        "silent_accounts", {"watched": len(YEAR), "found": sum(map(bool, told.values())), "mails": mails["all"]}
    )


def _removal(table: Table) -> None:
    """For each network its steps, and one checksum that anyone can compute again."""
    post = entry(text="Ett olämpligt inlägg.")
    shown = {one: clearing(post, _whole(network=one), smaby().accounts) for one in NETWORKS}
    for id, one in shown.items():
        table.row(f"  how a post is removed on {network(id)}", " ".join(one.remove)[:90], holds=bool(one.remove))
    sums = {one.checksum for one in shown.values()}
    table.row("checksum of the kept text", *sums, holds=len(sums) == 1)


def _app(folder: Path) -> App:
    """The accounts of the year, each with a source of its own posts."""
    app = builders.app(folder, config(sources=(*smaby().sources, *(_feed(one.id) for one in YEAR))), Clock(NOW))
    with app.engine.begin() as connection:
        for one in YEAR:
            given = _whole(one.id, handle=one.id, address=f"https://konto.example/{one.id}", feed=one.id)
            register.change(connection, given, seen=0, by="x", reason="x", now=NOW)
    return app


def _posts(app: App, day: int) -> None:
    now = app.clock()
    write = [one.id for one in YEAR if day % one.every == 0 and day <= one.until]
    builders.save(app, [builders.item(entry(f"{id}-{day}", source_id=id, published=now)) for id in write])
    with app.engine.begin() as connection:
        sources.save_states(connection, [SourceState(one.id, last_ok_at=now) for one in YEAR])


def _whole(id: str = "konto", **changes: Any) -> Official:
    return official(id, **({"feed": "flode"} | changes))


def _feed(id: str) -> Source:
    given = {"id": id, "name": id, "family": "rss", "kind": "social", "url": f"https://flode.example/{id}"}
    return Source.model_validate(given)
