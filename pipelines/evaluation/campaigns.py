"""Which posts belong to a campaign: a question that the store can answer."""

from __future__ import annotations

from sqlalchemy import Connection

from pipelines.config.schema import Campaign, Config
from pipelines.query import All, Query
from pipelines.query import Any as AnyOf
from pipelines.register.official import Official
from pipelines.reports.periods import DAY, Period
from pipelines.search import Facet, Within, understand
from pipelines.store import register
from pipelines.when import midnight

NOWHERE = Facet("source", "")
"""Of an account without a source nothing is collected."""
OWN = "own:"
"""Before a campaign's id: what the official accounts themselves wrote on its days."""


def posts(connection: Connection, config: Config) -> dict[str, Query]:
    """By id, of every campaign, and after OWN what our accounts themselves wrote on its days."""
    if not config.campaigns:
        return {}
    accounts = {one.id: one for one in register.current(connection)}
    theirs = {one.id: question(one, accounts, config) for one in config.campaigns}
    return theirs | {f"{OWN}{one.id}": own(one, accounts, config) for one in config.campaigns}


def question(campaign: Campaign, accounts: dict[str, Official], config: Config) -> Query:
    """Each key narrows: its days, its words, its units with those beneath, what was written on its accounts."""
    days = _days(campaign, config)
    parts: list[Query] = [days]
    if campaign.words:
        parts.append(understand(campaign.words, config, midnight(campaign.first, config.zone)))
    if campaign.units:
        units = {unit.id for unit in config.units if unit.id in campaign.units or unit.parent in campaign.units}
        parts.append(AnyOf(tuple(Facet("unit", unit) for unit in sorted(units))))
    if campaign.accounts:
        known = (accounts[id].source for id in campaign.accounts if id in accounts)
        found = tuple(Facet("source", source) for source in known if source)
        parts.append(AnyOf(found or (NOWHERE,)))
    return All(tuple(parts))


def own(campaign: Campaign, accounts: dict[str, Official], config: Config) -> Query:
    """What our accounts themselves wrote on its days."""
    feeds = sorted({one.feed for one in accounts.values() if one.feed})
    return All((_days(campaign, config), AnyOf(tuple(Facet("source", feed) for feed in feeds) or (NOWHERE,))))


def _days(campaign: Campaign, config: Config) -> Within:
    return Within(*Period(campaign.first, campaign.last + DAY).window(config.zone))
