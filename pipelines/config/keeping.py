"""What must hold between times of retention: that none reaches what other rules still need, and that none is void."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil
from pathlib import Path

from pipelines.config.schema import Config

HOURS = 24


def check_keeping(config: Config, municipality: Path, sources: Path) -> Iterable[str]:
    """Every problem found: a line that names file, table, key and remedy."""
    yield from _check_retention(config, f"{municipality}: [retention]")
    yield from _check_sources(config, sources)


def _check_retention(config: Config, here: str) -> Iterable[str]:
    kept = config.retention
    texts = {name: getattr(kept, name) for name in ("entries_days", "others_days", "flagged_days")}
    for category, days in kept.categories.items():
        if category not in {one.id for one in config.categories}:
            yield f'{here}, key "categories": "{category}" is no [[category]] of rules.toml. Mend it.'
        texts[f"categories.{category}"] = days
    waits = _waits(config)
    for key, days in (*texts.items(), ("mails_days", kept.mails_days)):
        if days < waits:
            yield (
                f'{here}, key "{key}": {days} days would delete what is still waiting for its alert, its digest or its '
                f"answer ([alerts], [digest], [clocks]). Give it {waits} or more."
            )
        if days > kept.metadata_days:
            yield f'{here}, key "metadata_days": it is shorter than {key}. Give it {days} or more.'
    for key in ("metadata_days", "mails_days"):
        if kept.tombstones_days < getattr(kept, key):
            yield f'{here}, key "tombstones_days": it is shorter than {key}: posts would come back. Make it longer.'
    flagged = {key: days for key, days in texts.items() if key not in ("entries_days", "others_days")}
    for key, days in flagged.items():
        if kept.access_days < days:
            yield (
                f'{here}, key "access_days": {kept.access_days} days would delete who has read a flagged post while '
                f"the post is held by {key} ({days} days). Give it {days} or more."
            )


def _waits(config: Config) -> int:
    """Days within which a post may still be told of, or is to be answered."""
    hours = max(config.alerts.max_age_hours, config.clocks.hours)
    return max(ceil(hours / HOURS), config.digest.repair_days)


def _check_sources(config: Config, path: Path) -> Iterable[str]:
    licences = {one.id: one for one in config.licences}
    waits = _waits(config)
    for name, count in Counter(one.id for one in config.licences).items():
        if count > 1:
            yield f'{path}: [[licence]] "{name}", key "id": stands {count} times. Give each its own.'
    for licence in config.licences:
        if licence.entries_days < waits:
            yield (
                f'{path}: [[licence]] "{licence.id}", key "entries_days": {licence.entries_days} days would delete '
                f"what still waits to be told or answered. Give it {waits} or more, or its sources keeps_text = false."
            )
    for source in config.sources:
        here = f'{path}: [[source]] "{source.id}"'
        if source.licence is not None and source.licence not in licences:
            yield f'{here}, key "licence": "{source.licence}" is no [[licence]] of this file. Add it, or mend the id.'
        if source.keep is None:
            continue
        if source.keep.entries_days < waits:
            yield (
                f'{here}, [keep], key "entries_days": {source.keep.entries_days} days would delete what still waits to '
                f"be told or answered. Give it {waits} or more."
            )
        terms = licences.get(source.licence or "")
        for key in ("entries_days", "metadata_days") if terms else ():
            if getattr(source.keep, key) > (most := getattr(terms, key)):
                yield f'{here}, [keep], key "{key}": its licence lets it be kept {most} days at most. Shorten it.'
