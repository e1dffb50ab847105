"""municipality.toml: who is watched for, by whom, and the times and ages that decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from pipelines.config.schema.base import HttpUrl, Id, Table, Text, TimeZone
from pipelines.config.schema.clocks import Clocks
from pipelines.config.schema.login import Oidc
from pipelines.config.schema.records import Records
from pipelines.config.schema.retention import Persons, Retention
from pipelines.config.schema.snapshots import Snapshots


class Municipality(Table):
    id: Id
    name: Text
    language: str = "sv"
    timezone: TimeZone = "Europe/Stockholm"


class Sentiment(Table):
    """What reads the tone besides the rules; folders count from the configuration's own."""

    model: Text | None = None
    """Folder of a layer that `mediebevakning train` has written."""
    backend: str | None = Field(None, pattern=r"^(onnx|hf):.+")
    """A language model in a local folder, as second opinion."""
    second_below: float = Field(0.55, ge=0, le=1)
    """It is asked where our own confidence is lower than this."""

    def within(self, folder: Path) -> Self:
        """With folders that no longer depend on where the configuration lies."""
        model = str(folder / self.model) if self.model else None
        kind, _, place = (self.backend or "").partition(":")
        return self.model_copy(update={"model": model, "backend": f"{kind}:{folder / place}" if kind else None})


class Operator(Table):
    """Who runs the installation: named in every request's User-Agent, as Polisen and Wikimedia require."""

    name: Text
    contact: Text


class Alerts(Table):
    max_age_hours: int = Field(48, ge=1, le=24 * 14)
    """An entry published or edited longer ago than this alerts nobody."""
    group_minutes: int = Field(5, ge=0, le=10)
    """What is not grave waits until it is so old, counted from its publication, for others of the same story."""
    again_minutes: int = Field(120, ge=0, le=24 * 60)
    """Shortest time between two alerts of one story to one receiver, unless the story has become worse."""
    gather_minutes: int = Field(60, ge=0, le=240)
    """What only tells once more of what its receiver has had an alert of in the last hours (same category, same units,
    no graver) waits until it is so old, and comes with the others of its kind as one mail. What is done in the text
    itself, and what is critical, never waits for this."""
    cap_per_day: int = Field(25, ge=1)
    """Alerts to one receiver on one local day; the rest comes as one summary."""
    summary_minutes: int = Field(60, ge=0, le=24 * 60)
    """How long the summary waits for more, from the first alert that the cap held back."""
    always: tuple[str, ...] = ("threat",)
    """Categories that neither cap, quiet hours nor silences hold back, as little as a public warning."""


class Spikes(Table):
    """More than usual: a count above mean + `times_sd` standard deviations of the counts before it, `least` or more.
    Social media by the hour against the twelve before, news by the day against the fourteen before."""

    times_sd: float = Field(3.0, ge=1, le=10)
    least: int = Field(4, ge=1)
    social_spacing_hours: int = Field(12, ge=1)
    news_spacing_hours: int = Field(72, ge=1)
    """Shortest time between two spikes of the same kind."""


class Digest(Table):
    closes: time = time(7, 30)
    repair_days: int = Field(7, ge=1, le=31)


Network = Literal[
    "facebook", "instagram", "x", "youtube", "linkedin", "tiktok", "bluesky", "mastodon", "flickr", "blog", "other"
]
"""Where an official account can be."""


class Checked(Table):
    by: Text
    on: date


class Accounts(Table):
    """The policy says that accounts which are not kept up are closed (page 6), and not after how long."""

    passive_days: int = Field(60, ge=7, le=3650)
    """Without a post of its own for so long an account is passive, and whoever is responsible is told."""
    again_after_days: int = Field(14, ge=1, le=365)
    close_after_days: int = Field(14, ge=1, le=365)
    """After the second telling, until it is proposed to the root receiver to close the account."""
    removal_checked: Mapping[Network, Checked] = Field(default_factory=dict)
    """By network, who last tried the steps by which a post is removed there, and when."""


class Dashboard(Table):
    base_url: HttpUrl = "http://127.0.0.1:8710"
    """The address that links in mails lead to."""
    oidc: Oidc | None = None
    api_per_minute: int = Field(120, ge=1, le=100_000)
    """How often a key may ask the interface for programs, as each process of the dashboard counts."""


class MunicipalityFile(Table):
    municipality: Municipality
    operator: Operator
    alerts: Alerts = Alerts()
    digest: Digest = Digest()
    spikes: Spikes = Spikes()
    clocks: Clocks = Clocks()
    retention: Retention = Retention()
    accounts: Accounts = Accounts()
    snapshots: Snapshots = Snapshots()
    persons: Persons = Persons()
    records: Records = Records()
    dashboard: Dashboard = Dashboard()
    sentiment: Sentiment = Sentiment()
