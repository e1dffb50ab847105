"""What a rule would have done to the texts that are stored: how often it fires, on what, and what is new in that."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.config.schema import Config, Rule
from pipelines.enrich.assess import Assessor
from pipelines.store import corrections, entries
from pipelines.store.engine import reading
from pipelines.types import Entry

if TYPE_CHECKING:
    from pipelines.bootstrap import App

EXCERPT = 100
"""Characters of a text that are shown."""


@dataclass(frozen=True, slots=True)
class Fired:
    """One entry that the rule flags."""

    id: str
    date: datetime
    source: str
    about: bool
    """It concerns the municipality: only such entries are told to anyone."""
    new: bool
    """No present rule flags it for this category."""
    judged: str | None
    """What someone logged in has said of this flag: "right", "wrong", None for nothing."""
    excerpt: str | None
    """None where the source's terms let no text be kept."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What one rule does to the entries of some days."""

    rule: str
    category: str
    days: int
    texts: int
    fired: tuple[Fired, ...]
    unreadable: int
    """Entries of which only the headline is kept: the rule may fire on more of them than can be known."""

    @property
    def figures(self) -> dict[str, object]:
        """The counts, and flags per 1,000 texts."""
        return {
            "rule": self.rule,
            "category": self.category,
            "days": self.days,
            "texts": self.texts,
            "fired": len(self.fired),
            "about": sum(one.about for one in self.fired),
            "new": sum(one.new for one in self.fired),
            "corrected_wrong": sum(one.judged == "wrong" for one in self.fired),
            "confirmed_right": sum(one.judged == "right" for one in self.fired),
            "per_1000": round(1000 * len(self.fired) / self.texts, 2) if self.texts else 0.0,
            "headline_only": self.unreadable,
        }

    def as_json(self) -> dict[str, object]:
        """The figures and which entries, without their texts."""
        which = [{key: value for key, value in asdict(one).items() if key != "excerpt"} for one in self.fired]
        return self.figures | {"entries": which}


@dataclass(frozen=True, slots=True)
class Trial:
    """What one rule does to the newest entries that concern the municipality, as it is and with words excepted."""

    since: datetime
    """The oldest that was read; nothing before it is known."""
    whole: bool
    """Whether that was all of the time asked for."""
    texts: int
    unreadable: int
    """Those of which only the headline is kept."""
    fired: tuple[str, ...]
    """Ids of the entries that the rule flags as it is, the newest first."""
    spared: tuple[str, ...]
    """Of these, what it would flag no longer."""
    added: int
    """What it would flag and does not now."""
    lost: int
    """Of the spared, what someone has confirmed to be right."""


def trial(app: App, present: Rule, wanted: Rule, bare: Rule, days: int, most: int) -> Trial:
    """A rule as it is and as it would be, over what was seen in the last `days` days: at most `most` texts.

    bare: the rule without words excepted, which flags all that either of the others does.
    """
    begins = app.clock() - timedelta(days=days)
    with reading(app.engine) as connection:
        given = entries.newest_about(connection, begins, most)
        judged = corrections.judged(connection)
    sources = {source.id: source for source in app.config.sources}
    local = {source.id for source in app.config.sources if source.local}
    any_of_them = _flagged(app.config, bare, [entry for entry, _ in given], local)
    now, then = (
        {entry.id: None for entry in _flagged(app.config, rule, any_of_them, local)} for rule in (present, wanted)
    )
    spared = tuple(id for id in now if id not in then)
    right = {id for (id, category), said in judged.items() if said[0] and category == present.category}
    whole = len(given) < most
    return Trial(
        since=begins if whole else given[-1][1],
        whole=whole,
        texts=len(given),
        unreadable=sum(not known.keeps_text for entry, _ in given if (known := sources.get(entry.source_id))),
        fired=tuple(now),
        spared=spared,
        added=len(then.keys() - now.keys()),
        lost=len(right.intersection(spared)),
    )


def _flagged(config: Config, rule: Rule, given: Iterable[Entry], local: Container[str]) -> list[Entry]:
    """Those of the entries that the rule flags, were it alone."""
    chosen = list(given)
    if not chosen:
        return []
    alone = Assessor(config.model_copy(update={"rules": (rule,)}), judged=False)
    return [entry for entry in chosen if alone.by_rules(entry, local=entry.source_id in local).flags]


def changed(present: Config, wanted: Config) -> tuple[Rule, ...]:
    """The rules of `wanted` that `present` does not have just so."""
    return tuple(rule for rule in wanted.rules if rule not in present.rules)


def backtest(app: App, rule: Rule, wanted: Config, days: int) -> Backtest:
    """`rule`, of the configuration `wanted`, over what has been seen in the last `days` days."""
    alone = Assessor(wanted.model_copy(update={"rules": (rule,)}), judged=False)
    present = Assessor(app.config)
    sources = {source.id: source for source in app.config.sources}
    texts = unreadable = 0
    fired: list[Fired] = []
    with reading(app.engine) as connection:
        judged = corrections.judged(connection)
        for entry, seen in entries.since(connection, app.clock() - timedelta(days=days)):
            source = sources.get(entry.source_id)
            kept = source is None or source.keeps_text
            texts += 1
            unreadable += not kept
            local = source is not None and source.local
            found = alone.assess(entry, local=local)
            if not found.flags:
                continue
            said = judged.get((entry.id, rule.category))
            fired.append(
                Fired(
                    id=entry.id,
                    date=entry.published or seen,
                    source=entry.source_id,
                    about=found.about,
                    new=all(flag.category != rule.category for flag in present.assess(entry, local=local).flags),
                    judged=None if said is None else "right" if said[0] else "wrong",
                    excerpt=_excerpt(entry) if kept else None,
                )
            )
    return Backtest(rule.id, rule.category, days, texts, tuple(fired), unreadable)


def _excerpt(entry: Entry) -> str:
    return " ".join(entry.content.split())[:EXCERPT]
