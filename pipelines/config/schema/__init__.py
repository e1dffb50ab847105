"""What may stand in config/<municipality>/*.toml. An unknown key is an error; nothing is guessed.

One module per file, one model per table, named as the table is. Cross-references between files are checked in `load`.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pipelines.config.schema.base import Address, HttpUrl, Id, Table, Text, TimeZone
from pipelines.config.schema.channels import Channel, ChannelsFile
from pipelines.config.schema.clocks import Clocks
from pipelines.config.schema.coverage import CoverageFile, Network
from pipelines.config.schema.goals import SHARES, Campaign, Evaluation, Goal, GoalsFile, Measure
from pipelines.config.schema.login import Oidc, OidcGroup
from pipelines.config.schema.mail import MailFile, Retry, Sender, Smtp
from pipelines.config.schema.municipality import (
    Accounts,
    Alerts,
    Dashboard,
    Digest,
    Municipality,
    MunicipalityFile,
    Operator,
    Sentiment,
    Spikes,
)
from pipelines.config.schema.names import Contact, Manager, Place, PlacesFile, Unit, UnitsFile
from pipelines.config.schema.records import Confirmed, Records
from pipelines.config.schema.retention import Decided, Keep, Licence, Persons, Retention
from pipelines.config.schema.routes import (
    WEEKDAYS,
    Deputy,
    Duty,
    Match,
    Quiet,
    Receiver,
    Route,
    RoutesFile,
    UnitReceivers,
    Weekday,
    every_route,
)
from pipelines.config.schema.rules import (
    AlertRule,
    Category,
    Group,
    HelpLine,
    Precision,
    Rule,
    RulesFile,
    SeverityStep,
)
from pipelines.config.schema.snapshots import Snapshots
from pipelines.config.schema.sources import Budget, Expects, Fetch, Source, SourcesFile

__all__ = [
    "SHARES",
    "WEEKDAYS",
    "Accounts",
    "Address",
    "AlertRule",
    "Alerts",
    "Budget",
    "Campaign",
    "Category",
    "Channel",
    "ChannelsFile",
    "Clocks",
    "Config",
    "Confirmed",
    "Contact",
    "CoverageFile",
    "Dashboard",
    "Decided",
    "Deputy",
    "Digest",
    "Duty",
    "Evaluation",
    "Expects",
    "Fetch",
    "Goal",
    "GoalsFile",
    "Group",
    "HelpLine",
    "HttpUrl",
    "Id",
    "Keep",
    "Licence",
    "MailFile",
    "Manager",
    "Match",
    "Measure",
    "Municipality",
    "MunicipalityFile",
    "Network",
    "Oidc",
    "OidcGroup",
    "Operator",
    "Persons",
    "Place",
    "PlacesFile",
    "Precision",
    "Quiet",
    "Receiver",
    "Records",
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
    "Snapshots",
    "Source",
    "SourcesFile",
    "Spikes",
    "Table",
    "Text",
    "TimeZone",
    "Unit",
    "UnitReceivers",
    "UnitsFile",
    "Weekday",
    "every_route",
    "unit_communicator",
    "unit_deputy",
    "unit_receiver",
]


class Config(Table):
    """The whole configuration, loaded and cross-checked."""

    municipality: Municipality
    operator: Operator
    alerts: Alerts
    digest: Digest
    retention: Retention
    persons: Persons = Persons()
    records: Records = Records()
    dashboard: Dashboard
    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    fetch: Fetch
    sources: tuple[Source, ...]
    licences: tuple[Licence, ...] = ()
    categories: tuple[Category, ...]
    rules: tuple[Rule, ...]
    severity_steps: tuple[SeverityStep, ...]
    help_lines: tuple[HelpLine, ...]
    alert_rules: tuple[AlertRule, ...]
    crime_groups: tuple[Group, ...]
    root: str
    receivers: tuple[Receiver, ...]
    """Those of routes.toml, one for every unit's manager, one for each deputy of these, and the departments'
    communicators."""
    routes: tuple[Route, ...]
    hr: str | None = None
    registrator: str | None = None
    deputies: tuple[Deputy, ...] = ()
    duty: tuple[Duty, ...] = ()
    smtp: Smtp
    sender: Sender
    retry: Retry
    coverage: tuple[Network, ...] = ()
    channels: tuple[Channel, ...] = ()
    sentiment: Sentiment = Sentiment()
    spikes: Spikes = Spikes()
    precision: Precision = Precision()
    clocks: Clocks = Clocks()
    accounts: Accounts = Accounts()
    evaluation: Evaluation = Evaluation()
    goals: tuple[Goal, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    snapshots: Snapshots = Snapshots()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.municipality.timezone)

    def unit(self, unit_id: str) -> Unit | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def source(self, source_id: str) -> Source | None:
        return next((source for source in self.sources if source.id == source_id), None)

    def receiver(self, receiver_id: str) -> Receiver | None:
        return next((receiver for receiver in self.receivers if receiver.id == receiver_id), None)

    def receiver_or_root(self, receiver_id: str) -> Receiver:
        """The receiver; the root for one that has been taken out of the configuration since."""
        receiver = self.receiver(receiver_id) or self.receiver(self.root)
        assert receiver is not None, "the configuration's own check promises a root"
        return receiver


def unit_receiver(unit_id: str) -> str:
    """The id of the receiver that is a unit's manager."""
    return f"enhetschef:{unit_id}"


def unit_deputy(unit_id: str) -> str:
    """The id of the receiver that is deputy to a unit's manager."""
    return f"ersattare:{unit_id}"


def unit_communicator(unit_id: str) -> str:
    """The id of the receiver that is a department's communicator (förvaltningens kommunikatör)."""
    return f"kommunikator:{unit_id}"
