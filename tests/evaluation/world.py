"""A year of Småby by chance, and its figures counted the slow way: post by post, in Python, from what was put in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.config.schema import Campaign, Config, Evaluation, Goal, Source
from pipelines.correction import Said
from pipelines.query import words_of
from pipelines.store import cases, corrections, register, sources
from pipelines.store.sources import Poll
from pipelines.types import Item, Stance
from tests import builders
from tests.builders import Clock, config, entry, flag, item, official, smaby, tone

ZONE = ZoneInfo("Europe/Stockholm")
YEAR = 2026
UNITS = ("skolkontoret", "nasviksskolan", "smaby-bibliotek", "omsorgen")
SCHOOLS = frozenset(UNITS[:3])
"""The department and what is beneath it."""
CATEGORIES = ("threat", "bullying")
COMMENTS = Source.model_validate(
    {
        "id": "kommentarer",
        "name": "Kommentarer",
        "family": "rss",
        "kind": "social",
        "url": "https://k.example/",
        "own": True,
    }
)
FEED = Source.model_validate(
    {"id": "flodet", "name": "Kontots inlägg", "family": "rss", "kind": "social", "url": "https://f.example/"}
)
WORDS = ("sommar", "vinter", "buss")
CAMPAIGN = Campaign.model_validate(
    {"id": "vinter", "name": "Vinterkampanjen", "first": "2026-08-20", "last": "2026-11-05", "words": "vinter"}
)
ACCOUNT = official("kontot", unit="nasviksskolan", source="kommentarer", feed="flodet")
JANUARY = datetime(2027, 1, 15, 4, 15, tzinfo=UTC)
END = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
"""Of the year, in Stockholm."""


def goal(id: str = "mal", **changes: object) -> Goal:
    given = {"name": "Målet", "measure": "posts", "direction": "at-least", "target": 1, "year": YEAR}
    return Goal.model_validate({"id": id, "set_on": "2025-12-01", **given, **changes})


def using(goals: Iterable[Goal] = (), **changes: object) -> Config:
    given = {"goals": tuple(goals), "campaigns": (CAMPAIGN,), "evaluation": Evaluation()}
    return config(sources=(*smaby().sources, COMMENTS, FEED), **(given | changes))


@dataclass
class Year:
    """What was put in."""

    app: App
    items: list[Item] = field(default_factory=list)
    cases: list[tuple[Item, Case, str, datetime | None]] = field(default_factory=list)
    """With its last decision and when that was."""
    judged: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, holds: Callable[[Item], bool], *, year: int = YEAR) -> list[Item]:
        return [one for one in self.items if one.when.astimezone(ZONE).year == year and holds(one)]


def about(one: Item) -> bool:
    return one.assessment.about


def withheld(one: Item) -> bool:
    return one.assessment.by_employee or one.assessment.about_management


def of_school(one: Item) -> bool:
    """What the department's report counts."""
    return about(one) and not withheld(one) and not SCHOOLS.isdisjoint(one.assessment.units)


def on_account(one: Item) -> bool:
    return one.entry.source_id == "kommentarer" and not withheld(one)


def of_campaign(one: Item) -> bool:
    day = one.when.astimezone(ZONE).date()
    return about(one) and "vinter" in words_of(one.entry.text) and CAMPAIGN.first <= day <= CAMPAIGN.last


def made(folder: Path, seed: int, posts: int = 50, goals: Iterable[Goal] = (), **changes: object) -> Year:
    """Posts of two years, most of them of YEAR and some at its very borders; the clock stands in January after it."""
    chance = random.Random(seed)
    app = builders.app(folder, using(goals, **changes), Clock(JANUARY))
    year = Year(app)
    with app.engine.begin() as connection:
        register.change(connection, ACCOUNT, seen=0, by="anna", reason="Därför", now=JANUARY)
    year.items = [_post(chance, f"p{number}") for number in range(posts)]
    builders.save(app, year.items)
    with app.engine.begin() as connection:
        for one in year.items:
            for raised in {flag.category for flag in one.assessment.flags}:
                for _ in range(chance.choice((0, 0, 1, 2))):
                    verdict = chance.choice(("is-flag", "not-flag"))
                    said = Said(one.entry.id, "r", verdict, raised, "anna", "account")
                    corrections.add(connection, said, JANUARY)
                    year.judged[one.entry.id, raised] = verdict
        for one in year.items:
            if one.assessment.intent == "question" or one.entry.source_id == "kommentarer":
                year.cases.append(_case(connection, chance, one))
    return year


def _post(chance: random.Random, id: str) -> Item:
    border = (
        END,
        END - timedelta(seconds=1),
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
    )
    at = chance.choice(border) if chance.random() < 0.15 else END - timedelta(minutes=chance.randrange(550 * 24 * 60))
    source = chance.choice(("smabybladet", "rikstidningen", "kommentarer", "flodet"))
    flags = tuple(flag(category) for category in CATEGORIES if chance.random() < 0.25)
    return item(
        entry(id, source_id=source, text=f"Text om {chance.choice(WORDS)} nummer {id}.", title="", published=at),
        about=chance.random() < 0.85,
        units=tuple(sorted(chance.sample(UNITS, chance.randrange(3)))),
        tone=tone(chance.choice(("negative", "neutral", "positive", "unsure"))),
        stance=Stance(chance.choice(("critical", "none", "supportive")), 0.8),
        intent=chance.choice(("question", "information")),
        flags=flags,
        by_employee=chance.random() < 0.1,
    )


def _case(connection: object, chance: random.Random, one: Item) -> tuple[Item, Case, str, datetime | None]:
    kind = "question" if one.assessment.intent == "question" else "unsuitable"
    due = one.when + timedelta(hours=48)
    times = (one.when, one.when, one.when + timedelta(hours=24), due, due)
    case = Case(f"c-{one.entry.id}", kind, one.entry.id, one.story_id, kind, ("kommunikationschef",), *times)  # type: ignore[arg-type]
    cases.open_case(connection, case)  # type: ignore[arg-type]
    decision = chance.choice(("", "answered", "answered", "no-action", "acknowledged"))
    at = one.when + timedelta(hours=chance.choice((1, 20, 48, 60, 300))) if decision else None
    if at:
        cases.decide(connection, case.id, decision, by="anna", via="dashboard", now=at)  # type: ignore[arg-type]
    return one, case, decision, at


def clock(case: Case, decision: str, at: datetime | None, now: datetime) -> str:
    if decision in ("", "acknowledged"):
        return "overdue" if case.due_at <= now else "waiting"
    if decision == "no-action":
        return "dropped"
    return "kept" if at and at <= case.due_at else "late"


def tones(items: Iterable[Item]) -> Counter[str]:
    return Counter(one.assessment.tone.label for one in items)


def polls(app: App, source: str, days: Iterable[int], outcome: str = "ok", new: int = 1) -> None:
    """A visit at noon on so many days before the clock's."""
    with app.engine.begin() as connection:
        for back in days:
            at = app.clock() - timedelta(days=back, hours=-8)
            sources.log(connection, Poll(source, at, outcome, new=new))  # type: ignore[arg-type]
