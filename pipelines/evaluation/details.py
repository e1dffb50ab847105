"""The parts of a report that are tables, and how its numbers are written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from pipelines.config.schema import SHARES, Campaign, Config, Measure
from pipelines.evaluation.facts import Facts
from pipelines.evaluation.figures import CLOCKS as STATES
from pipelines.evaluation.figures import Clocks, Coverage
from pipelines.evaluation.goals import COUNTS, Result
from pipelines.reports.blocks import Block, Heading, Points, Table, Text
from pipelines.reports.frames import share
from pipelines.reports.periods import Period, name, steps

NO_SHARE = "–"
OUTCOMES = (
    *("Klara i tid", "Klara för sent", "Öppna, tiden är ute", "Öppna, tid kvar", "Behövde ingen åtgärd"),
    *("Andel i tid", "Timmar tills det var klart, mittenvärde"),
)
"""In the order of figures.CLOCKS, then the share and the hours."""
LATE = 20
"""Late cases that are listed."""
SHOWN = 30
"""Sources that are listed."""
QUIET_DAYS = 60
"""A source that brings nothing for so long is told of though it answers."""
MEASURES: Mapping[Measure, str] = {
    "posts": "Antal inlägg",
    "negative-share": "Andel negativa inlägg",
    "positive-share": "Andel positiva inlägg",
    "critical-share": "Andel inlägg som är kritiska mot kommunen",
    "questions-in-time": "Andel frågor som besvarades i tid",
    "median-hours": "Timmar till svar på en fråga, mittenvärdet",
    "unsuitable-in-time": "Andel olämpliga inlägg som togs om hand i tid",
    "own-posts": "Antal egna inlägg på kontot",
}
REACHED = {True: "Nått", False: "Inte nått", None: "Går inte att säga"}
WHY = {
    "no-account": "kontot finns inte i förteckningen.",
    "no-source": "ingen källa hämtar det som ska räknas.",
    "unwatched": "bevakningen började efter perioden.",
    "late-watch": "bevakningen började under perioden, så antalet blir för lågt.",
    "gone": "ärenden från perioden är gallrade.",
    "few": "det finns färre än tio att räkna på.",
    "running": "perioden pågår. Resultatet gäller hittills.",
}


def number(value: float) -> str:
    return format_decimal(value, locale="sv")


def percent(part: int, whole: int) -> str:
    """Nothing of too few."""
    found = share(part, whole)
    return NO_SHARE if found is None else format_percent(found, locale="sv")


def day(given: date) -> str:
    return format_date(given, "d MMMM y", locale="sv")


def posts(count: int) -> str:
    return {0: "Inget inlägg", 1: "Ett inlägg"}.get(count, f"{number(count)} inlägg")


def sources_said(count: int) -> str:
    return {0: "Ingen källa", 1: "En källa"}.get(count, f"{number(count)} källor")


def limit(config: Config) -> str:
    """The time for an answer."""
    hours = f"{config.clocks.hours} timmar"
    return hours if config.clocks.counted == "calendar" else f"{hours} arbetstid"


def rule(config: Config) -> str:
    return (
        "Policyn säger att frågor ska besvaras (sidan 4) och olämpliga inlägg på egna konton tas bort (sidan 6) inom "
        f"48 timmar. Bevakningen räknar {limit(config)} från det att inlägget skrevs. Ett ärende är klart när någon "
        "har markerat det."
    )


def chosen(campaign: Campaign, config: Config) -> str:
    """What makes a post the campaign's."""
    parts = []
    if campaign.words:
        parts.append(f"passar sökningen ”{campaign.words}”")
    if campaign.units:
        parts.append(f"nämner {' eller '.join(one.name for id in campaign.units if (one := config.unit(id)))}")
    if campaign.accounts:
        parts.append(f"skrevs på {' eller '.join(campaign.accounts)}")
    return f"Till kampanjen räknas inlägg från de dagarna som {' och '.join(parts)}."


def goals(facts: Facts) -> Iterator[Block]:
    yield Heading("Mål och resultat")
    if not facts.results:
        when = "kampanjen" if facts.occasion.campaign else "året"
        yield Text(f"Inga mätbara mål är satta för {when}. Policyn säger att målen ska vara mätbara (sidan 5).")
        return
    rows = tuple(
        (
            one.goal.name,
            one.of,
            f"{MEASURES[one.goal.measure]}: {'minst' if one.goal.direction == 'at-least' else 'högst'} {_target(one)}",
            NO_SHARE if one.value is None else _value(one.value, one),
            REACHED[one.reached],
        )
        for one in facts.results
    )
    yield Table("Mål och resultat", ("Mål", "Gäller", "Mäts som", "Resultat", "Bedömning"), rows, (3,))
    notes = [*(f"{one.goal.name}: {WHY[one.why]}" for one in facts.results if one.why)]
    notes += [
        f"{one.goal.name}: målet sattes {day(one.goal.set_on)}, när perioden redan hade börjat."
        for one in facts.results
        if one.late
    ]
    if notes:
        yield Points(tuple(notes))


def _target(one: Result) -> str:
    return number(one.goal.target) if one.goal.measure in COUNTS else _value(one.goal.target, one)


def _value(value: float, one: Result) -> str:
    if one.goal.measure in SHARES:
        return format_percent(value / 100, "#,##0.# %", locale="sv")
    if one.goal.measure == "median-hours":
        return f"{format_decimal(value, '#,##0.#', locale='sv')} timmar"
    return f"{number(value)} inlägg"


def by_month(facts: Facts, tones: Mapping[str, str]) -> Iterator[Block]:
    """The figures that the chart draws."""
    months = facts.figures.months
    shown = {key: label for key, label in tones.items() if key != "unsure" or any(one.get(key) for one in months)}
    rows = tuple(
        (label, *(number(one.get(key, 0)) for key in ("all", *shown)))
        for label, one in zip(month_names(facts.occasion.period), months, strict=True)
    )
    head = ("Månad", "Alla inlägg", *shown.values())
    yield Table("Inlägg månad för månad", head, rows, tuple(range(1, len(head))))


def month_names(period: Period) -> tuple[str, ...]:
    return tuple(name(one) for one in steps(period, "month"))


def clocks(given: Clocks) -> tuple[str, ...]:
    """In the order of OUTCOMES."""
    hours = NO_SHARE if given.hours is None else format_decimal(given.hours, "#,##0.#", locale="sv")
    return (*(number(getattr(given, state)) for state in STATES), percent(given.kept, given.judged), hours)


def late(facts: Facts, config: Config) -> Iterator[Block]:
    """What was done too late: when, and by how much; never what it was about."""
    found = [
        one for one in facts.figures.cases if one.done_at and one.done_at > one.due_at and one.state != "no-action"
    ]
    if not found:
        return
    kinds = {"question": "Fråga", "unsuitable": "Olämpligt inlägg"}
    rows = tuple(
        (
            day(one.starts_at.astimezone(config.zone).date()),
            kinds[one.kind],
            day(one.due_at.astimezone(config.zone).date()),
            day(one.done_at.astimezone(config.zone).date()),
            number(max(1, round((one.done_at - one.due_at).total_seconds() / 3600))),
        )
        for one in found[-LATE:]
        if one.done_at
    )
    yield Heading("Det som blev klart för sent", 3)
    if len(found) > LATE:
        yield Text(f"De {LATE} senaste av {number(len(found))} visas.", "weak")
    head = ("Skrevs", "Slag", "Skulle vara klart", "Blev klart", "Timmar för sent")
    yield Table("Ärenden som blev klara för sent", head, rows, (4,))


def sources(facts: Facts, config: Config) -> Iterator[Block]:
    """So that a low figure is not read as calm."""
    yield Heading("Hur väl källorna följdes")
    if facts.days_since is None:
        yield Text("Det finns inga uppgifter om vilka dagar källorna svarade under perioden.")
        return
    if facts.days_since > facts.occasion.period.first:
        yield Text(
            f"Det är känt från {day(facts.days_since)} vilka dagar källorna svarade. Tidigare dagar är inte med."
        )
    found = sorted(
        (one for one in facts.sources if _shown(one)), key=lambda one: (-one.dead - one.unasked, -one.longest)
    )
    well = len(facts.sources) - len(found)
    yield Text(
        f"{sources_said(well)} svarade alla dagar och gav nya inlägg. När en källa är tyst kan inlägg saknas. En låg "
        "siffra betyder då inte att det var lugnt."
    )
    names = {source.id: source.name for source in config.sources}
    if found:
        rows = tuple(
            (names.get(one.source, one.source), *map(number, (one.days, one.dead, one.unasked, one.longest)))
            for one in found[:SHOWN]
        )
        head = ("Källa", "Dagar", "Svarade inte", "Frågades inte", "Längst utan nytt inlägg, dagar")
        yield Table("Källor som inte alltid svarade, eller som länge inte gav något nytt", head, rows, (1, 2, 3, 4))
        if len(found) > SHOWN:
            yield Text(f"Ytterligare {number(len(found) - SHOWN)} källor hade färre sådana dagar.", "weak")
    if facts.unasked:
        told = ", ".join(names.get(one, one) for one in facts.unasked)
        yield Text(f"Har inte frågats någon av dagarna som är kända: {told}.")


def _shown(one: Coverage) -> bool:
    return one.dead + one.unasked > 0 or one.longest >= QUIET_DAYS
