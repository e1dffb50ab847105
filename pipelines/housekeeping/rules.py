"""The configuration's days as moments before now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pipelines.config.schema import Config
from pipelines.store.due import Limits, Times
from pipelines.store.forgetting import Moments

LOGIN_TRIES_DAYS = 1
"""What was tried in vain counts for minutes."""
STORY_KEYS_DAYS = 28
"""Twice as long as the same words tell the same story: what is collected late is still known again."""


def limits(config: Config, now: datetime) -> Limits:
    """For entries."""
    kept = config.retention
    licences = {one.id: one for one in config.licences}
    return Limits(
        now=now,
        entries=_ago(now, kept.entries_days),
        others=_ago(now, kept.others_days),
        flagged=_ago(now, kept.flagged_days),
        metadata=_ago(now, kept.metadata_days),
        categories={category: _ago(now, days) for category, days in kept.categories.items()},
        sources={
            source.id: Times(_ago(now, source.keep.entries_days), _ago(now, source.keep.metadata_days))
            for source in config.sources
            if source.keep
        },
        licences={
            source.id: (one.id, Times(_ago(now, one.entries_days), _ago(now, one.metadata_days)))
            for source in config.sources
            if source.licence and (one := licences[source.licence])
        },
    )


def moments(config: Config, now: datetime) -> Moments:
    """For everything else."""
    kept = config.retention
    return Moments(
        now=now,
        mails=_ago(now, kept.mails_days),
        mail_rows=_ago(now, longest_metadata(config)),
        cases=_ago(now, kept.cases_days),
        decisions=_ago(now, kept.decisions_days),
        issues=_ago(now, kept.issues_days),
        polls=_ago(now, kept.polls_days),
        tombstones=_ago(now, kept.tombstones_days),
        login_tries=_ago(now, LOGIN_TRIES_DAYS),
        story_keys=_ago(now, STORY_KEYS_DAYS),
    )


def longest_metadata(config: Config) -> int:
    """Days until the last post of a day is down to its tombstone: what refers to posts by id is of no use after."""
    own = (source.keep.metadata_days for source in config.sources if source.keep)
    return max((config.retention.metadata_days, config.retention.mails_days, *own))


def days(config: Config, rule: str) -> int | None:
    """The days of a rule as `due.rule` and `forgetting` name it; None for one that is no matter of days."""
    kept = config.retention
    kind, _, id = rule.partition(":")
    own: Mapping[str, int | None] = {
        "licence": next((one.entries_days for one in config.licences if one.id == id), None),
        "source": next((one.keep.entries_days for one in config.sources if one.id == id and one.keep), None),
        "sessions": LOGIN_TRIES_DAYS,
        "story_keys": STORY_KEYS_DAYS,
    }
    if kind in own:
        return own[kind]
    if rule.startswith("categories."):
        return kept.categories.get(rule.removeprefix("categories."))
    found = getattr(kept, rule, None)
    return found if isinstance(found, int) else None


def _ago(now: datetime, count: int) -> datetime:
    return now - timedelta(days=count)
