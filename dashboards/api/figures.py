"""What the interface answers of the watch itself: who asks, sources, rules, and figures over time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from dashboards.api.models import Answer, Named, Period
from pipelines.types import Kind, Role, Severity


class Source(Answer):
    id: str
    name: str
    kind: Kind
    condition: Literal["ok", "unchanged", "degraded", "failed", "waiting", "off", "gone"]
    reason: str | None = Field(description="Vad som gick fel senast.")
    last_ok_at: datetime | None
    last_new_at: datetime | None
    entries: int = Field(description="De senaste sju dagarna, av det du får läsa.")
    about: int = Field(description="De av dem som handlar om kommunen.")


class Issue(Answer):
    source: str | None = Field(description="Källan som det gäller.")
    text: str
    remedy: str
    first_at: datetime
    last_at: datetime
    count: int


class Unit(Named):
    parent: str | None


class Category(Named):
    about: str
    not_about: str
    severity: Severity = Field(description="Allvaret från början.")
    law: str = Field(description="Att läsa på, bara som upplysning.")


class Rule(Answer):
    id: str
    category: str
    role: Role
    fired: int
    wrong: int
    right: int
    precision: float | None = Field(description="Andelen rätt av dem som någon har bedömt.")
    interval: tuple[float, float] | None = Field(description="95 % säkert mellan.")
    doubtful: bool


class ToneStep(Answer):
    start: date = Field(description="Dagen, eller veckans måndag.")
    negative: int
    neutral: int
    positive: int
    unsure: int


class UnitCounts(Answer):
    unit: Named
    entries: int
    negative: int
    positive: int
    critical: int
    questions: int
    flagged: int


class Tones(Period):
    items: tuple[ToneStep, ...]


class Units(Period):
    items: tuple[UnitCounts, ...]


class Me(Answer):
    account: str
    role: str
    units: tuple[Named, ...]
    key: str = Field(description="Vad nyckeln heter.")
    uses: tuple[str, ...] = Field(description="Vad nyckeln får göra.")
    expires_at: datetime
