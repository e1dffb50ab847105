"""Entries as blocks of a document that is printed or kept, with the same names as the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from dashboards import dates
from dashboards.asked import Wanted
from dashboards.catalogue import texts
from dashboards.highlight import excerpt
from dashboards.rendering import headline, named
from pipelines.config.schema import Config
from pipelines.reports.blocks import Post, Posts
from pipelines.types import Item

CARE = (
    "Dokumentet kan innehålla personuppgifter och flaggade texter. Spara det bara så länge det behövs, "
    "och lämna det inte till någon som inte får läsa dem. En flagga är en misstanke om en text, aldrig en dom "
    "över en person."
)


def posts(items: Iterable[Item], config: Config) -> Posts:
    """What the list shows of each, never who wrote it."""
    return Posts(
        tuple(
            post(item, _facts(item, config), config, text=excerpt(item.entry.text) if item.entry.title else "")
            for item in items
        )
    )


def post(item: Item, facts: Iterable[str], config: Config, *, text: str = "") -> Post:
    """An entry under its headline, with the address at which it is read."""
    home = config.dashboard.base_url.rstrip("/")
    link = f"{home}/inlagg/{item.entry.id}"
    return Post(headline(item.entry), tuple(facts), text, item.assessment.language, link)


def _facts(item: Item, config: Config) -> Iterator[str]:
    said, names, given = texts(), named(config), item.assessment
    yield names["source"](item.entry.source_id)
    yield dates.whole(item.when, config.zone)
    yield said["tone"][given.tone.label]
    if given.stance.label != "none":
        yield said["stance"][given.stance.label]
    if given.intent == "question":
        yield said["intent"]["question"]
    yield from dict.fromkeys(
        f"Flagga: {names['category'](flag.category)} ({said['flag_role_short'][flag.role]})" for flag in given.flags
    )
    if given.alert:
        yield "Larm"
    if given.units:
        yield ", ".join(names["unit"](unit) for unit in given.units)


def wanted(asked: Wanted, config: Config) -> tuple[str, ...]:
    """What a list was asked for, in words; nothing where it is all that concerns the municipality."""
    return tuple(f"{name}: {value}" for name, value in _wanted(asked, config) if value)


def _wanted(asked: Wanted, config: Config) -> Iterator[tuple[str, str]]:
    said, names = texts(), named(config)
    yield "Sökning", asked.sok
    yield "Alla dessa ord", asked.alla
    yield "Fras", asked.fras
    yield "Inget av dessa ord", asked.inga
    for name, known, value in (
        ("Ton", said["tone"].get, asked.ton),
        ("Hållning", said["stance"].get, asked.hallning),
        ("Avsikt", said["intent"].get, asked.avsikt),
        ("Slag av källa", said["kind"].get, asked.slag),
    ):
        yield name, (known(value) or value) if value else ""
    named_by: tuple[tuple[str, Callable[[str], str], str | None], ...] = (
        ("Enhet", names["unit"], asked.enhet),
        ("Källa", names["source"], asked.kalla),
    )
    for name, naming, value in named_by:
        yield name, naming(value) if value else ""
    if asked.flagga:
        yield "Flagga", "alla flaggade" if asked.flagga == "*" else names["category"](asked.flagga)
    for name, day in (("Från och med", asked.fran), ("Till och med", asked.till)):
        yield name, dates.day(day) if day else ""
    if asked.omfattning == "allt":
        yield "Omfattning", "allt som har samlats in"


def made_by(account: str, now: datetime, config: Config) -> str:
    """Who had the document made, and when."""
    return f"Hämtat av {account} {dates.whole(now, config.zone)}."
