"""What may leave now: silences, quiet hours, grouping, and who has had enough for one day. Pure."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, model_validator

from pipelines.config.schema import Alerts, Quiet, Table
from pipelines.notify.again import is_prompt, rank
from pipelines.types import Item, Notice, Severity, Told

GRAVE = rank("high")
"""From here on nothing waits for others of its story."""
WARNINGS = rank("medium")
"""Up to here a story's alerts are muted where the receiver knows of something critical in it."""
LATELY = timedelta(hours=6)
"""For how long what goes on at a unit is taken for one and the same affair."""


class Silence(Table):
    """What is told in the digest only, until `until`: all that is given must hold. A silence never stops a threat or a
    public warning, and rules go on counting."""

    unit: str | None = None
    story: str | None = None
    rule: str | None = None
    source: str | None = None
    until: AwareDatetime

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not any((self.unit, self.story, self.rule, self.source)):
            raise ValueError("name a unit, a story, a rule or a source: a silence on everything hides everything")
        return self

    def holds(self, told: Told, now: datetime) -> bool:
        """Whether it mutes `told` now."""
        return now < self.until and self.covers(told.item, told.notice.story_id, told.notice.category)

    def covers(self, item: Item, story_id: str, category: str) -> bool:
        """Whether it is about what `item` is told of as `category`. A rule's silence is about its own flag alone: what
        another rule has flagged in the same post is told."""
        given = item.assessment
        own = {flag.rule for flag in given.flags if flag.category == category}
        rules = {*(own or (flag.rule for flag in given.flags)), *given.alert_reasons}
        return (
            (self.unit is None or self.unit in given.units)
            and self.story in (None, story_id)
            and (self.rule is None or self.rule in rules)
            and self.source in (None, item.entry.source_id)
        )


def muted(
    told: Told, silences: Mapping[str, Silence], now: datetime, max_age: timedelta, *, knows_graver: bool
) -> str | None:
    """Why it is never told at once: "old", "silence:ID", "graver"; None where it may be."""
    if now - (told.item.edited_at or told.item.when) > max_age:
        return "old"
    if told.notice.passes:
        return None
    for name, silence in silences.items():
        if silence.holds(told, now):
            return f"silence:{name}"
    return "graver" if knows_graver and rank(told.notice.severity) <= WARNINGS else None


def is_due(
    story: Iterable[Told], quiet: Quiet | None, zone: ZoneInfo, alerts: Alerts, now: datetime, last: datetime | None
) -> bool:
    """Whether what waits of one story leaves now: one that must takes the others with it.

    last: when the receiver was last told of the story at once.
    """
    return any(
        one.notice.passes or not (sleeps(quiet, zone, now, one.notice.severity) or _waits(one, alerts, now, last))
        for one in story
    )


def affair(story: Iterable[Told], lately: Collection[Notice], spared: Container[str]) -> tuple[str, ...] | None:
    """The units at which the story merely tells once more of what is known; None where it says something of its own.

    lately: what the receiver has been told of at once in the last hours, whatever the story. Something of its own: a
    deed in the text itself, anything critical, a category that is `spared` or new to the receiver, a graver flag,
    another unit.
    """
    told = list(story)
    units = told[0].notice.units
    known = all(one.notice.units == units and _retells(one, spared) and _is_known(one, lately) for one in told)
    return units if known else None


def gathers(story: Iterable[Told], alerts: Alerts, now: datetime) -> bool:
    """Whether what was told of already may still wait for others of its kind: counted from publication. What passes
    everything waits no longer than any alert, even if it only tells once more of a threat."""
    return all(
        _within(
            now - (one.item.edited_at or one.item.when),
            alerts.group_minutes if one.notice.passes else alerts.gather_minutes,
        )
        for one in story
    )


def sleeps(quiet: Quiet | None, zone: ZoneInfo, now: datetime, severity: Severity | None) -> bool:
    """Whether quiet hours hold back what is so grave; None for what is no flag."""
    if quiet is None or quiet_until(quiet, zone, now) is None:
        return False
    return rank(severity) < rank(quiet.passes)


def quiet_until(quiet: Quiet | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours end that it is in; None outside them. By the clock on the wall, in the year's longest night
    too: a night that is an hour longer is quiet an hour longer."""
    if quiet is None:
        return None
    local = now.astimezone(zone)
    at = local.time()
    across = quiet.begins > quiet.ends
    if not (at >= quiet.begins or at < quiet.ends if across else quiet.begins <= at < quiet.ends):
        return None
    day = local.date() + timedelta(days=1 if across and at >= quiet.begins else 0)
    return max(now, datetime.combine(day, quiet.ends, zone).astimezone(UTC))


def day_begins(now: datetime, zone: ZoneInfo) -> datetime:
    """When the local day began."""
    return datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)


def is_capped(story: Sequence[Told], given_today: int, alerts: Alerts) -> bool:
    """Whether the day's cap holds this mail back."""
    return given_today >= alerts.cap_per_day and not any(one.notice.passes for one in story)


def _retells(one: Told, spared: Container[str]) -> bool:
    given, notice = one.item.assessment, one.notice
    merely = {flag.role for flag in given.flags} == {"report"} and rank(notice.severity) < rank("critical")
    return merely and bool(notice.units) and not any(flag.category in spared for flag in given.flags)


def _is_known(told: Told, lately: Iterable[Notice]) -> bool:
    given = told.notice
    return any(
        one.category == given.category
        and set(given.units) <= set(one.units)
        and rank(one.severity) >= rank(given.severity)
        for one in lately
    )


def _waits(one: Told, alerts: Alerts, now: datetime, last: datetime | None) -> bool:
    if last is not None and not is_prompt(one.notice):
        return _within(now - last, alerts.again_minutes)
    if rank(one.notice.severity) >= GRAVE:
        return False
    return _within(now - (one.item.edited_at or one.item.when), alerts.group_minutes)


def _within(passed: timedelta, minutes: int) -> bool:
    """A clock that has been set back makes nothing wait."""
    return timedelta(0) <= passed < timedelta(minutes=minutes)
