"""What may stand in config/<municipality>/*.toml. An unknown key is an error; nothing is guessed.

One module per file, one model per table, named as the table is. Cross-references between files are checked in `load`.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pipelines.config.schema.base import Address, HttpUrl, Id, Table, Text, TimeZone
from pipelines.config.schema.coverage import CoverageFile, Network
from pipelines.config.schema.mail import MailFile, Retry, Sender, Smtp
from pipelines.config.schema.municipality import (
    Alerts,
    Dashboard,
    Digest,
    Municipality,
    MunicipalityFile,
    Operator,
    Retention,
    Sentiment,
)
from pipelines.config.schema.names import Manager, Place, PlacesFile, Unit, UnitsFile
from pipelines.config.schema.routes import Match, Receiver, Route, RoutesFile, UnitReceivers
from pipelines.config.schema.rules import AlertRule, Category, Group, HelpLine, Rule, RulesFile, SeverityStep
from pipelines.config.schema.sources import Budget, Expects, Fetch, Source, SourcesFile

__all__ = [
    "Address",
    "AlertRule",
    "Alerts",
    "Budget",
    "Category",
    "Config",
    "CoverageFile",
    "Dashboard",
    "Digest",
    "Expects",
    "Fetch",
    "Group",
    "HelpLine",
    "HttpUrl",
    "Id",
    "MailFile",
    "Manager",
    "Match",
    "Municipality",
    "MunicipalityFile",
    "Network",
    "Operator",
    "Place",
    "PlacesFile",
    "Receiver",
    "Retention",
    "Retry",
    "Route",
    "RoutesFile",
    "Rule",
    "RulesFile",
    "Sender",
    "Sentiment",
    "SeverityStep",
    "Smtp",
    "Source",
    "SourcesFile",
    "Table",
    "Text",
    "TimeZone",
    "Unit",
    "UnitReceivers",
    "UnitsFile",
    "unit_receiver",
]


class Config(Table):
    """The whole configuration, loaded and cross-checked."""

    municipality: Municipality
    operator: Operator
    alerts: Alerts
    digest: Digest
    retention: Retention
    dashboard: Dashboard
    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    fetch: Fetch
    sources: tuple[Source, ...]
    categories: tuple[Category, ...]
    rules: tuple[Rule, ...]
    severity_steps: tuple[SeverityStep, ...]
    help_lines: tuple[HelpLine, ...]
    alert_rules: tuple[AlertRule, ...]
    crime_groups: tuple[Group, ...]
    root: str
    receivers: tuple[Receiver, ...]
    """Those of routes.toml and one for every unit's manager."""
    routes: tuple[Route, ...]
    smtp: Smtp
    sender: Sender
    retry: Retry
    coverage: tuple[Network, ...] = ()
    sentiment: Sentiment = Sentiment()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.municipality.timezone)

    def unit(self, unit_id: str) -> Unit | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def receiver(self, receiver_id: str) -> Receiver | None:
        return next((receiver for receiver in self.receivers if receiver.id == receiver_id), None)


def unit_receiver(unit_id: str) -> str:
    """The id of the receiver that is a unit's manager."""
    return f"enhetschef:{unit_id}"
