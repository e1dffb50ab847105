"""What must hold between goals.toml and the rest: names refer to something, and campaigns can be searched for.

Accounts stand in the register, which people change without touching files: of one that is not there the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipelines.config.schema import Campaign, Config
from pipelines.query import BadQuery
from pipelines.search import understand


def check_goals(config: Config, path: Path) -> Iterable[str]:
    """Every problem found: a line that names file, table, key and remedy."""
    return (f"{path}: {problem}" for some in (_goals(config), _campaigns(config)) for problem in some)


def _goals(config: Config) -> Iterator[str]:
    campaigns = {one.id for one in config.campaigns}
    for goal in config.goals:
        here = f'[[goals]] "{goal.id}"'
        if goal.campaign and goal.campaign not in campaigns:
            yield f'{here}, key "campaign": no [[campaigns]] has the id "{goal.campaign}". Add it, or mend the id.'
        if goal.unit and config.unit(goal.unit) is None:
            yield f'{here}, key "unit": no unit has the id "{goal.unit}". The ids stand in units.toml.'


def _campaigns(config: Config) -> Iterator[str]:
    for one in config.campaigns:
        here = f'[[campaigns]] "{one.id}"'
        for unit in one.units:
            if config.unit(unit) is None:
                yield f'{here}, key "units": no unit has the id "{unit}". The ids stand in units.toml.'
        if problem := _unreadable(one, config):
            yield f'{here}, key "words": {problem}. See docs/sokning.md, and mend it.'


def _unreadable(one: Campaign, config: Config) -> str | None:
    if one.words is None:
        return None
    try:
        understand(one.words, config, datetime(one.first.year, one.first.month, one.first.day, tzinfo=UTC))
    except BadQuery as error:
        return str(error)
    return None
