"""The evaluation is sent to förvaltningens kommunikatör (policy, page 5): once of each year and each campaign.

Days after the end -> Occasion -> Facts under the communicator's Scope -> Message with the report as PDF. A second run,
and a run after a crash, find the mail in the outbox and compose none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from pipelines.bootstrap import App
from pipelines.config.schema import Campaign, Config, unit_communicator
from pipelines.evaluation import areas, paper
from pipelines.evaluation.areas import Occasion
from pipelines.evaluation.facts import facts
from pipelines.evaluation.letter import key, letter
from pipelines.housekeeping.rules import longest_metadata
from pipelines.notify import beside
from pipelines.register.official import Official
from pipelines.roles import ROLES
from pipelines.store import outbox, register
from pipelines.store.engine import reading
from pipelines.store.views import totals

TRIED_DAYS = 28
"""So long after its day a report is still sent, if nothing ran then."""


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Counts of one run: reports that are due, and mails put into the outbox."""

    due: int = 0
    mails: int = 0

    def counts(self) -> dict[str, int]:
        """As a task hands it on."""
        return asdict(self)


def run(app: App) -> EvaluationReport:
    """Compose what is due and has not been composed, a transaction for each mail."""
    now, config = app.clock(), app.config
    with reading(app.engine) as connection:
        accounts = {one.id: one for one in register.current(connection)}
        since = totals.watched_since(connection)
    if since is None:
        return EvaluationReport()
    began = since.astimezone(config.zone).date()
    found = [
        (occasion, unit)
        for occasion in due(config, now.astimezone(config.zone).date())
        if began < occasion.period.end  # a watch that began later has nothing to say of it
        for unit in concerned(occasion, accounts, config)
    ]
    return EvaluationReport(len(found), sum(_send(app, occasion, unit) for occasion, unit in found))


def due(config: Config, today: date) -> Iterator[Occasion]:
    """The year before and the campaigns whose day has come, as long as the outbox would know that they were sent."""
    tried = timedelta(days=min(TRIED_DAYS, longest_metadata(config)))
    waits = config.evaluation
    year = areas.of_year(today.year - 1)
    ended = [(year, waits.year_after_days)]
    ended += [(areas.of_campaign(one), waits.campaign_after_days) for one in config.campaigns]
    for occasion, days in ended:
        day = occasion.period.end + timedelta(days=days)
        if day <= today < day + tried:
            yield occasion


def concerned(occasion: Occasion, accounts: dict[str, Official], config: Config) -> tuple[str, ...]:
    """Departments with a communicator; of a campaign those whose units or accounts it names, or all."""
    with_one = [unit.id for unit in config.units if unit.communicator]
    named = _departments(occasion.campaign, accounts, config) if occasion.campaign else set()
    return tuple(unit for unit in with_one if not named or unit in named)


def _departments(campaign: Campaign, accounts: dict[str, Official], config: Config) -> set[str]:
    owners = (accounts[id].unit for id in campaign.accounts if id in accounts)
    units = (config.unit(id) for id in (*campaign.units, *owners) if id)
    return {unit.parent or unit.id for unit in units if unit}


def _send(app: App, occasion: Occasion, unit: str) -> bool:
    config, now = app.config, app.clock()
    receiver, subject = config.receiver(unit_communicator(unit)), areas.of_unit(unit, config)
    assert receiver is not None and subject is not None, "whoever is concerned stands in units.toml"
    with reading(app.engine) as connection:
        if outbox.has(connection, key(occasion, receiver)):
            return False
        scope = ROLES["kommunikator"].scope((unit,), config)
        found = facts(connection, scope, config, subject, occasion, now)
    content = paper.pdf(found, config)
    mail = letter(found, content, f"{paper.file_name(found)}.pdf", receiver, config)
    with app.engine.begin() as connection:
        return beside.put(connection, config, mail, now)
