"""The report put together: the same blocks for the page and for the document. Pure.

What was reached first, then the figures, then how far they can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.config.schema import Config
from pipelines.evaluation import details
from pipelines.evaluation.details import day, number, percent, posts
from pipelines.evaluation.facts import Facts
from pipelines.reports.blocks import Block, Drawing, Heading, Points, Table, Text
from pipelines.reports.frames import SMALL
from pipelines.reports.periods import DAY

TONES = {"negative": "Negativa", "neutral": "Neutrala", "positive": "Positiva", "unsure": "Osäkra"}
CASES = {"question": "Frågor", "unsuitable": "Olämpliga inlägg"}


@dataclass(frozen=True, slots=True)
class Charts:
    """Drawn beforehand; None where there is nothing to draw."""

    tone: Drawing | None = None
    clocks: Drawing | None = None


def title(facts: Facts) -> str:
    of = "av " if facts.occasion.campaign else ""
    return f"Utvärdering {of}{facts.occasion.name}: {facts.subject.name}"


def report(facts: Facts, config: Config, charts: Charts) -> list[Block]:
    return [
        Text(_about(facts, config)),
        *_watched(facts),
        Heading("I korthet"),
        Points(tuple(brief(facts, config))),
        *details.goals(facts),
        *_posts(facts, charts),
        *_units(facts, config),
        *_cases(facts, config, charts),
        *_flags(facts, config),
        *details.sources(facts, config),
        *_method(facts, config),
    ]


def _about(facts: Facts, config: Config) -> str:
    period, campaign = facts.occasion.period, facts.occasion.campaign
    days = f"{day(period.first)} till {day(period.end - DAY)}"
    beneath = ", med enheterna som hör dit" if len(facts.subject.area.units or ()) > 1 else ""
    whose = {
        "municipality": f"hela {facts.subject.name}",
        "unit": f"{facts.subject.name}{beneath}",
        "account": f"det officiella kontot {facts.subject.name}",
    }[facts.subject.kind]
    of = f"Utvärderingen gäller {whose}, {days}."
    if campaign:
        of = f"Utvärderingen gäller kampanjen {campaign.name}, {days}, för {whose}. {details.chosen(campaign, config)}"
    return of + ("" if facts.over else " Perioden pågår. Siffrorna är inte slutliga.")


def _watched(facts: Facts) -> Iterator[Block]:
    if facts.watched_since:
        since = day(facts.watched_since)
        if facts.watched_since >= facts.occasion.period.end:
            yield Text(f"Bevakningen började {since}, efter perioden. Siffrorna säger därför inget om den.")
        else:
            yield Text(f"Bevakningen började {since}. Det som skrevs före dess finns bara delvis med.")


def brief(facts: Facts, config: Config) -> Iterator[str]:
    """What matters most, a sentence or two each."""
    now = facts.figures
    if facts.results:
        reached = sum(one.reached is True for one in facts.results)
        unknown = sum(one.reached is None for one in facts.results)
        left = f" Mål som inte går att bedöma: {number(unknown)}." if unknown else ""
        yield f"Mål som nåddes: {number(reached)} av {number(len(facts.results))}.{left}"
    about = "skrevs på kontot" if facts.subject.kind == "account" else "är med i siffrorna"
    before = f" Året före var det {number(facts.before.posts)}." if facts.before else ""
    yield f"{posts(now.posts)} {about}.{before}"
    if now.posts:
        of = (now.tones.get("negative", 0), now.tones.get("positive", 0), now.stances.get("critical", 0))
        yield "Negativa: {}. Positiva: {}. Kritiska mot kommunen: {}.".format(*map(number, of))
    asked = now.clocks["question"]
    if asked.judged:
        yield f"Frågor som besvarades inom {details.limit(config)}: {number(asked.kept)} av {number(asked.judged)}."
    dead = sum(one.dead > 0 for one in facts.sources)
    if dead:
        yield f"{details.sources_said(dead)} svarade inte alls under en eller flera dagar. Då kan inlägg saknas."


def _posts(facts: Facts, charts: Charts) -> Iterator[Block]:
    now, before = facts.figures, facts.before
    yield Heading("Inlägg, ton och hållning")
    lines: list[tuple[str, int, int | None]] = [("Alla inlägg", now.posts, before.posts if before else None)]
    for key, name in TONES.items():
        if key != "unsure" or now.tones.get(key) or (before and before.tones.get(key)):
            lines.append((name, now.tones.get(key, 0), before.tones.get(key, 0) if before else None))
    for key, name in (("critical", "Kritiska mot kommunen"), ("supportive", "Stödjande")):
        lines.append((name, now.stances.get(key, 0), before.stances.get(key, 0) if before else None))
    lines.append(("Ställer en fråga", now.questions, before.questions if before else None))
    rows = tuple(
        (
            name,
            number(value),
            percent(value, now.posts) if place else "",
            *(
                (number(earlier), percent(earlier, before.posts) if place else "")
                if before and earlier is not None
                else ()
            ),
        )
        for place, (name, value, earlier) in enumerate(lines)
    )
    head = ("Inlägg", "Perioden", "Andel", *(("Året före", "Andel året före") if before else ()))
    yield Table("Inlägg under perioden", head, rows, tuple(range(1, len(head))))
    if facts.occasion.year and not before:
        yield Text("Siffror för året före visas inte: bevakningen såg inte hela det året.", "weak")
    if facts.subject.kind == "account":
        own = now.own_posts
        told = "Ingen källa hämtar kontots egna inlägg." if own is None else f"Kontots egna inlägg: {number(own)}."
        yield Text(f"{told} De räknas inte i tabellen ovan.")
    if charts.tone:
        yield charts.tone
    yield from details.by_month(facts, TONES)


def _units(facts: Facts, config: Config) -> Iterator[Block]:
    found = facts.figures.units
    totals: dict[str, int] = {}
    for (unit, _), entries in found.items():
        totals[unit] = totals.get(unit, 0) + entries
    if facts.subject.kind == "account" or not totals or len(facts.subject.area.units or (1, 2)) == 1:
        return
    yield Heading("Enheterna")
    names = {unit.id: unit.name for unit in config.units}
    rows = tuple(
        (
            names.get(unit, unit),
            number(entries),
            number(found.get((unit, "negative"), 0)),
            number(found.get((unit, "positive"), 0)),
            percent(found.get((unit, "negative"), 0), entries),
        )
        for unit, entries in sorted(totals.items(), key=lambda pair: (-pair[1], names.get(pair[0], pair[0])))
    )
    head = ("Enhet", "Inlägg", "Negativa", "Positiva", "Andel negativa")
    yield Table("Inlägg som nämner enheten", head, rows, (1, 2, 3, 4))
    yield Text("Ett inlägg som nämner två enheter räknas för båda.", "weak")


def _cases(facts: Facts, config: Config, charts: Charts) -> Iterator[Block]:
    yield Heading("Frågor och olämpliga inlägg")
    yield Text(details.rule(config))
    now, before = facts.figures.clocks, facts.before.clocks if facts.before else {}
    shown = {name: now[kind] for kind, name in CASES.items()}
    shown |= {f"{name}, året före": before[kind] for kind, name in CASES.items() if kind in before}
    rows = zip(details.OUTCOMES, *map(details.clocks, shown.values()), strict=True)
    head = ("Hur det gick", *shown)
    yield Table("Ärenden efter när inlägget skrevs", head, tuple(rows), tuple(range(1, len(head))))
    if charts.clocks:
        yield charts.clocks
    yield from details.late(facts, config)
    if facts.cases_gone:
        yield Text(f"Ärenden som avslutades före {day(facts.cases_gone)} är gallrade och räknas inte.")


def _flags(facts: Facts, config: Config) -> Iterator[Block]:
    yield Heading("Flaggor, och hur många som var rätt")
    names: Mapping[str, str] = {category.id: category.name for category in config.categories}
    rows = tuple(
        (
            names.get(category, category),
            number(one.raised),
            number(one.right + one.wrong),
            number(one.right),
            number(one.wrong),
            percent(one.right, one.right + one.wrong),
        )
        for category, one in sorted(facts.figures.flags.items(), key=lambda pair: names.get(pair[0], pair[0]))
    )
    if not rows:
        yield Text("Inget inlägg flaggades.")
        return
    head = ("Flagga", "Inlägg som har den", "Bedömda av någon", "Rätt", "Fel", "Rätt av de bedömda")
    yield Table("Flaggor under perioden", head, rows, (1, 2, 3, 4, 5))
    yield Text(
        "En flagga är en misstanke om en text, aldrig en dom över en person. De flesta flaggor bedöms aldrig av någon. "
        "Rätt och fel gäller bara de bedömda och säger inget om de andra. En flagga som någon har tagit bort räknas "
        "bland de bedömda, men inte bland inläggen som har flaggan.",
        "weak",
    )


def _method(facts: Facts, config: Config) -> Iterator[Block]:
    yield Heading("Så är siffrorna räknade")
    kept = config.retention
    points = [
        "Datorn har bedömt ton, hållning och flaggor, och kan ha fel. Det som någon har rättat räknas som rättat.",
        f"Under {SMALL} inlägg eller ärenden visas varken andel eller mittenvärde. Då står ett streck.",
        "Slutna grupper, privata konton och samtal läses aldrig. Rapporten innehåller inga texter och inga namn.",
    ]
    if facts.subject.kind == "municipality":
        points.append("Det som handlar om kommunen räknas, oavsett vilken källa det kommer från.")
    else:
        points.append("Inlägg som inte lämnas ut till enheten själv räknas bara i kommunens rapport.")
    if facts.figures.gone and facts.counted_last:
        last = day(facts.counted_last.astimezone(config.zone).date())
        points.append(
            f"Texten till {number(facts.figures.gone)} av inläggen är gallrad. De räknades innan dess, senast {last}, "
            "och är med i siffrorna. Rättelser därefter är inte med."
        )
    points.append(
        f"Texter gallras efter {number(kept.entries_days)} dagar, ärenden {number(kept.cases_days)} dagar efter "
        "beslutet."
    )
    yield Points(tuple(points))
