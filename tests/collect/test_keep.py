"""Many visits, few transactions; and none suffers for another."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from pipelines.bootstrap import App
from pipelines.collect import phase
from pipelines.collect.budget import Purse
from pipelines.collect.keep import MOST_AT_ONCE, Brought, Keeper, SourceReport
from pipelines.collect.schedule import Visit
from pipelines.config.schema import Budget
from pipelines.store.sources import SourceState
from tests import builders
from tests.builders import NOW, config, entry
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import rss, source
from tests.collect.test_phase import stored_entries

SPOILED = "\ud800"
"""No UTF-8, and so no text for a database."""


def brought(number: int, title: str = "Nyhet") -> Brought:
    given = source(id=f"s{number}")
    told = entry(f"e{number}", source_id=given.id, title=title)
    return Brought(given, SourceState(given.id), Visit(), (told,), Purse(Budget(), NOW), 5)


def keep(app: App, *visits: Brought) -> tuple[list[SourceReport | BaseException], int]:
    """What each visit came to, all brought at once; and how many transactions were written."""
    commits: list[object] = []
    event.listen(app.engine, "commit", commits.append)

    async def keeping() -> list[SourceReport | BaseException]:
        keeper = Keeper(app.engine, app.clock)
        return await asyncio.gather(*map(keeper.keep, visits), return_exceptions=True)

    return asyncio.run(keeping()), len(commits)


def test_visits_that_come_together_share_a_transaction(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    reports, commits = keep(app, *map(brought, range(MOST_AT_ONCE + 50)))
    assert reports == [SourceReport("ok", 1)] * (MOST_AT_ONCE + 50)
    assert commits <= 3
    assert len(stored_entries(app)) == MOST_AT_ONCE + 50


def test_one_that_cannot_be_kept_costs_no_other(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    reports, _ = keep(app, *(brought(number, SPOILED if number == 7 else "Nyhet") for number in range(20)))
    assert [isinstance(report, UnicodeError | SQLAlchemyError) for report in reports] == [n == 7 for n in range(20)]
    assert [source_id for source_id, _, _ in stored_entries(app)] == sorted(f"s{n}" for n in range(20) if n != 7)


def test_a_large_pass_tells_what_matters(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase, "TOLD_ONE_BY_ONE", 10)

    def page(asked: Asked) -> Page:
        again = "if-none-match" in asked.headers and asked.path != "/s7"
        return Page(status=304) if again else Page(rss().encode(), headers={"ETag": '"1"'})

    names = [f"s{number}" for number in range(15)]
    world.pages |= {f"/{name}": page for name in names}
    lines: list[str] = []
    rows = tuple(source(id=name, url=world.url(f"/{name}")) for name in names)
    app = builders.app(tmp_path, config(sources=rows))
    phase.run(app, names)
    phase.run(replace(app, report=lines.append), names)
    assert any(" s7 ok" in line for line in lines)
    assert len(lines) <= 2
