"""What a rule would have done to the texts that are stored: how often it fires, on what, and what is new in that."""

from __future__ import annotations

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
