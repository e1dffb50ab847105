"""municipality.toml: who is watched for, by whom, and the times and ages that decide."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Self

from pydantic import Field

from pipelines.config.schema.base import HttpUrl, Id, Table, Text, TimeZone
from pipelines.config.schema.clocks import Clocks


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
    clocks: Clocks = Clocks()
    retention: Retention = Retention()
    dashboard: Dashboard = Dashboard()
    sentiment: Sentiment = Sentiment()
