"""What may stand in config/<municipality>/*.toml. An unknown key is an error; nothing is guessed.

One model per table, named as the table is. Cross-references between files are checked in `load`.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipelines.types import Kind, Role, Severity

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1)]
KINDS: tuple[str, ...] = get_args(Kind)


def _address(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise ValueError(f"«{value}» is no e-mail address")
    return value


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", value):
        raise ValueError(f"«{value}» is no http(s) address without a user or password in it")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"«{value}» is no time zone such as Europe/Stockholm") from error
    return value


Address = Annotated[str, AfterValidator(_address)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
TimeZone = Annotated[str, AfterValidator(_timezone)]


class Table(BaseModel):
    """A TOML table: closed and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- municipality.toml -------------------------------------------------------------------------------------------


class Municipality(Table):
    id: Id
    name: Text
    language: str = "sv"
    timezone: TimeZone = "Europe/Stockholm"


class Operator(Table):
    """Who runs the installation: named in every request's User-Agent, as Polisen and Wikimedia require."""

    name: Text
    contact: Text


class Alerts(Table):
    max_age_hours: int = Field(48, ge=1, le=24 * 14)
    """An entry published or edited longer ago than this alerts nobody."""


class Digest(Table):
    closes: time = time(7, 30)
    repair_days: int = Field(7, ge=1, le=31)


class Retention(Table):
    entries_days: int = Field(365, ge=1, le=3650)
    mails_days: int = Field(90, ge=1, le=3650)
    polls_days: int = Field(30, ge=1, le=3650)


class Dashboard(Table):
    base_url: HttpUrl = "http://127.0.0.1:8710"
    """The address that links in mails lead to."""


class MunicipalityFile(Table):
    municipality: Municipality
    operator: Operator
    alerts: Alerts = Alerts()
    digest: Digest = Digest()
    retention: Retention = Retention()
    dashboard: Dashboard = Dashboard()


# --- places.toml, units.toml -------------------------------------------------------------------------------------


class Place(Table):
    name: Text
    kind: Literal["municipality", "locality", "district"]
    sense: Literal["certain", "unless-elsewhere", "needs-support"]
    forms: tuple[Text, ...] = ()
    elsewhere: tuple[Text, ...] = ()
    not_to_confuse: tuple[Text, ...] = ()


class PlacesFile(Table):
    place: tuple[Place, ...]


class Manager(Table):
    title: Text
    address: Address


class Unit(Table):
    id: Id
    name: Text
    kind: Literal["department", "company", "school", "preschool", "care-home", "library", "sports", "other"]
    names: tuple[Text, ...] = Field(min_length=1)
    manager: Manager
    parent: Id | None = None
    needs_support: bool = False
    """Every municipality has one of that name: it counts beside another name of ours, or from a local source."""
    certain: tuple[Text, ...] = ()
    """Names that are enough by themselves though the unit needs support."""


class UnitsFile(Table):
    unit: tuple[Unit, ...]


# --- sources.toml ------------------------------------------------------------------------------------------------


class Fetch(Table):
    """Manners and caps of the door to the world."""

    timeout_seconds: float = Field(20, gt=0, le=120)
    max_bytes: int = Field(8_000_000, ge=1_000)
    spacing_seconds: float = Field(1.0, ge=0)
    """Shortest time between two requests to one host; a source may ask for more."""
    concurrency: int = Field(16, ge=1, le=256)
    allow_private: bool = False
    """Whether addresses on this machine or the local network may be asked: tests and the sample only."""


class Source(Table):
    id: Id
    name: Text
    family: Id
    kind: Kind
    url: HttpUrl
    language: str | None = None
    local: bool = False
    """The source writes about the municipality only: ambiguous names need no other support."""
    every_minutes: int = Field(10, ge=1, le=7 * 24 * 60)
    spacing_seconds: float | None = Field(None, ge=0)
    enabled: bool = True
    note: str = ""
    options: dict[str, object] = Field(default_factory=dict)
    """What only this family understands; validated by the family."""


class SourcesFile(Table):
    fetch: Fetch = Fetch()
    source: tuple[Source, ...]


# --- rules.toml --------------------------------------------------------------------------------------------------


class Category(Table):
    """A kind of signal, as the policy names it."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    name: Text
    about: Text
    """What it is and what it is not, one Swedish sentence."""
    severity: Severity
    contains: tuple[str, ...] = ()
    """Categories that are not raised beside this one: the most serious word for one deed is enough."""


class Rule(Table):
    """Target + deed + context: fires on a sentence that has a hit of every term in `all`, of one in `any` if given, and
    of none in `none`, in a text that has one of `context` if given and nothing of `unless`.

    A term is the name of a cue list, a pattern "re:…" (RE2) or a sign "is:…" (see `pipelines.enrich.signs`).
    """

    id: Id
    category: str
    role: Role
    all: tuple[Text, ...] = Field(min_length=1)
    any: tuple[Text, ...] = ()
    none: tuple[Text, ...] = ()
    context: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    scope: Literal["sentence", "text"] = "sentence"
    """What `all`, `any` and `none` look at: one sentence at a time, or the text as a whole."""
    negatable: bool = True
    """Whether a negation just before a cue takes it back ("ska inte döda")."""
    times: int = Field(1, ge=1, le=10)
    """Hits that the first term of `all` must have: two weak cues may say what one does not."""
    within: int | None = Field(None, ge=1, le=1000)
    """Characters within which one hit of every term in `all`, and one of `any`, must lie."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of source it holds for; empty for all."""
    severity: Severity | None = None
    confidence: float = Field(0.7, gt=0, le=1)
    type: str | None = None
    reason: Text
    """Swedish sentence; {evidence} stands for what was found."""


class AlertRule(Table):
    """Someone must know now. Holds when every key that is given holds."""

    id: Id
    name: Text
    categories: tuple[str, ...] = ()
    role: Role | None = None
    at_unit: bool | None = None
    warning: bool | None = None
    """A public warning (VMA)."""


class Group(Table):
    """A group of crime types: the first group one of whose `in_type` stands in the lower-cased type."""

    id: str
    in_type: tuple[Text, ...]


class RulesFile(Table):
    category: tuple[Category, ...]
    rule: tuple[Rule, ...]
    alert: tuple[AlertRule, ...]
    crime_group: tuple[Group, ...] = ()


# --- routes.toml, mail.toml --------------------------------------------------------------------------------------


class Receiver(Table):
    """A role with a function address. `digest`: "always" sends also when there is nothing to tell."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+([:-][a-z0-9]+)*$")]
    title: Text
    address: Address
    digest: Literal["always", "when-something", "never"] = "always"
    units: tuple[Id, ...] = ()
    """Units whose items this receiver may see; empty for all."""


class UnitReceivers(Table):
    """Every unit's manager (units.toml) is a receiver of its own: `enhetschef:<unit>`."""

    digest: Literal["always", "when-something", "never"] = "when-something"


class Match(Table):
    """What an item must be for a route to hold; a key that is left out always holds, a list holds on any of it."""

    about: bool = True
    units: tuple[Id, ...] = ()
    has_unit: bool | None = None
    flagged: bool | None = None
    categories: tuple[str, ...] = ()
    role: Role | None = None
    alert: bool | None = None
    tone: tuple[Literal["negative", "neutral", "positive", "unsure"], ...] = ()
    stance: tuple[Literal["critical", "none", "supportive"], ...] = ()
    intent: tuple[Literal["criticism", "question", "praise", "information", "other"], ...] = ()
    kinds: tuple[Kind, ...] = ()


class Route(Table):
    id: Id
    match: Match
    to: tuple[Text, ...] = Field(min_length=1)
    """Receivers' ids; "unit" for the managers of the units concerned, "department" for those of their parents."""
    urgent: bool = False
    """True: a mail at once, and a line in the digest. False: the digest only."""


class RoutesFile(Table):
    root: Text
    """The receiver that is told when no route holds anyone; always the kommunikationschef's."""
    receiver: tuple[Receiver, ...]
    unit_receivers: UnitReceivers = UnitReceivers()
    route: tuple[Route, ...]


class Smtp(Table):
    """Where mail is handed over. The password comes by MEDIEBEVAKNING_SMTP_PASSWORD or …_FILE only."""

    host: Text
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    timeout_seconds: float = Field(30, gt=0, le=300)


class Sender(Table):
    name: Text
    address: Address
    list_id: Text


class Retry(Table):
    attempts: int = Field(8, ge=1, le=50)
    first_delay_seconds: float = Field(60, ge=0)
    max_delay_seconds: float = Field(3600, ge=0)
    lease_seconds: float = Field(120, gt=0)
    """How long a claimed message may be unsent before another worker takes it."""


class MailFile(Table):
    smtp: Smtp
    sender: Sender
    retry: Retry = Retry()


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
    alert_rules: tuple[AlertRule, ...]
    crime_groups: tuple[Group, ...]
    root: str
    receivers: tuple[Receiver, ...]
    """Those of routes.toml and one for every unit's manager."""
    routes: tuple[Route, ...]
    smtp: Smtp
    sender: Sender
    retry: Retry

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
