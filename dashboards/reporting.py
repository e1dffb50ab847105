"""A report of a period put together: the same blocks for the page and for the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashboards import dates
from dashboards.catalogue import texts
from dashboards.printed import post
from dashboards.rendering import named, number
from dashboards.trending import CLOCKS, FLAGGED, Figure, keys, percent
from pipelines.config.schema import Config
from pipelines.reports import frames
from pipelines.reports.blocks import Block, Drawing, Heading, Points, Posts, Table, Text
from pipelines.reports.periods import DAY, Period, name
from pipelines.store.views.overview import StoryLine
from pipelines.store.views.trends import Asked, Counted, OfFlag

STORIES = 10
KEYS = ("all", "negative", "neutral", "positive", "unsure", "critical", "question")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report tells of. The rows of `counted` are of the period (1) and of as many days before it (0)."""

    period: Period
    over: bool
    """Whether all of its days have passed."""
    units: tuple[str, ...]
    """Chosen; none for all that may be seen."""
    own: bool
    """Whether the reader sees certain units only."""
    counted: tuple[Counted, ...]
    usual: Mapping[str, float] | None
    """The median of the whole weeks before, by key; None where too few were watched."""
    usual_weeks: int
    stories: tuple[StoryLine, ...]
    figures: tuple[tuple[Figure, Drawing | None], ...]
    flags: tuple[OfFlag, ...] | None
    """None for who may not see flagged texts."""
    judged: Mapping[str, tuple[int, int]]
    clocks: tuple[Asked, ...]
    silent: tuple[str, ...]
    """What is wrong with which source, now."""
    unseen: tuple[str, ...]
    """Names of what is not watched."""


def report(facts: Facts, config: Config) -> list[Block]:
    """What happened first, then the numbers, then how far they can be trusted."""
    return [
        Text(_about(facts, config)),
        *_numbers(facts),
        *_stories(facts, config),
        *_figures(facts),
        *_flags(facts, config),
        *_clocks(facts),
        *_limits(facts, config),
    ]


def _about(facts: Facts, config: Config) -> str:
    whose = ", ".join(map(named(config)["unit"], facts.units))
    if not whose:
        whose = "de enheter du ansvarar för" if facts.own else "hela kommunen"
    first, last = dates.day(facts.period.first), dates.day(facts.period.end - DAY)
    days = first if first == last else f"{first} till {last}"
    return f"Rapporten gäller {whose}, {days}." + ("" if facts.over else " Perioden pågår: siffrorna är inte slutliga.")


def _numbers(facts: Facts) -> Iterator[Block]:
    said = texts()
    now, before = _sums(facts.counted, 1), _sums(facts.counted, 0)
    shown = (*KEYS, *((FLAGGED,) if facts.flags is not None else ()))
    names = {"all": said["trend"]["all"], **said["tones"], **said["report_count"]}
    usual = {key: value * facts.period.days / 7 for key, value in facts.usual.items()} if facts.usual else None
    yield Heading("I korthet")
    yield Points(tuple(_brief(facts, now, usual)))
    yield Heading("Siffror")
    rows = [
        (
            names[key],
            number(now[key]),
            number(before[key]),
            number(round(usual[key])) if usual else "–",
            percent(now[key], now["all"]) if key != "all" else "",
        )
        for key in shown
        if key != "unsure" or now[key]
    ]
    head = ("Inlägg om kommunen", "Perioden", "Lika lång tid före", "Vanligt", "Andel av alla")
    yield Table("Inlägg under perioden, bredvid vad som är vanligt", head, tuple(rows), (1, 2, 3, 4))
    yield Text(_usual_said(facts), "weak")


def _brief(facts: Facts, now: Mapping[str, int], usual: Mapping[str, float] | None) -> Iterator[str]:
    beside = f" Vanligt för lika lång tid är omkring {number(round(usual['all']))}." if usual else ""
    yield f"{_posts(now['all'])} handlade om kommunen.{beside}"
    if now["all"]:
        numbers = [number(now[key]) for key in ("negative", "positive", "critical")]
        yield "Negativa: {}. Positiva: {}. Kritiska mot kommunen: {}.".format(*numbers)
    if facts.stories:
        top = facts.stories[0]
        yield f"Mest spritt: ”{post_heading(top)}”, {_posts(top.entries).lower()} i {_sources(top.sources)}."
    if facts.flags is not None:
        yield f"{_posts(now[FLAGGED])} flaggades. En flagga är en misstanke om en text."
    clocks = _by_clock(facts.clocks)
    if clocks.total():
        late = clocks["late"] + clocks["overdue"]
        yield f"Ärenden: {number(clocks.total())}. Ärenden där tiden hann gå ut: {number(late)}."


def post_heading(story: StoryLine) -> str:
    """Of the first entry, short enough for a sentence."""
    heading = " ".join((story.first.entry.title or story.first.entry.text).split())
    return heading if len(heading) <= 90 else heading[:90].rsplit(" ", 1)[0] + " …"


def _usual_said(facts: Facts) -> str:
    small = f"Andelar visas inte när de skulle bygga på färre än {frames.SMALL} inlägg. Då står ett streck."
    if facts.usual is None:
        return f"Bevakningen har för få hela veckor före perioden för att säga vad som är vanligt. {small}"
    scaled = "" if facts.period.days == 7 else ", omräknat till lika många dagar som perioden"
    return f"Vanligt är mittenvärdet (medianen) för de {facts.usual_weeks} hela veckorna före{scaled}. {small}"


def _stories(facts: Facts, config: Config) -> Iterator[Block]:
    yield Heading("Det flera skrev om")
    if not facts.stories:
        yield Text("Ingen nyhet återgavs i fler än ett inlägg.")
        return
    said = texts()["tone"]
    yield Posts(
        tuple(
            post(
                story.first,
                (
                    f"{_posts(story.entries)} i {_sources(story.sources)}",
                    f"senast {dates.whole(story.last_at, config.zone)}",
                    said[story.first.assessment.tone.label],
                ),
                config,
            )
            for story in facts.stories
        )
    )


def _figures(facts: Facts) -> Iterator[Block]:
    for figure, drawing in facts.figures:
        yield Heading(figure.title)
        if drawing is not None:
            yield drawing
        if figure.table.rows:
            since = f" Det börjar {frames.USUAL_WEEKS} veckor före perioden." if drawing else ""
            yield Text(f"{figure.lead}{since}", "weak")
            yield figure.table
        else:
            yield Text("Inget att visa.")


def _flags(facts: Facts, config: Config) -> Iterator[Block]:
    if facts.flags is None:
        return
    yield Heading("Flaggor, och hur många som var rätt")
    raised = {row.category: row.entries for row in facts.flags}
    rows = [
        (category.name, number(raised.get(category.id, 0)), number(right), number(wrong))
        for category in config.categories
        for right, wrong in [facts.judged.get(category.id, (0, 0))]
        if category.id in raised or right or wrong
    ]
    if not rows:
        yield Text("Inget inlägg flaggades.")
        return
    head = ("Flagga", "Inlägg som har den", "Bekräftad av någon", "Borttagen av någon")
    yield Table("Flaggor under perioden", head, tuple(rows), (1, 2, 3))
    yield Text(
        "De flesta flaggor bedöms aldrig av någon. De borttagna räknas inte med bland dem som har flaggan.", "weak"
    )


def _clocks(facts: Facts) -> Iterator[Block]:
    said = texts()
    yield Heading("Ärenden och tider")
    rows = []
    for kind in sorted({row.kind for row in facts.clocks}):
        found = _by_clock(row for row in facts.clocks if row.kind == kind)
        done = found["kept"] + found["late"] + found["overdue"]
        rows.append(
            (said["report_case"][kind], *(number(found[clock]) for clock in CLOCKS), percent(found["kept"], done))
        )
    if not rows:
        yield Text("Inget ärende hör till perioden.")
        return
    head = ("Ärenden", *(said["clock"][clock] for clock in CLOCKS), "Andel i tid")
    yield Table("Ärenden efter när inlägget skrevs", head, tuple(rows), tuple(range(1, len(head))))


def _limits(facts: Facts, config: Config) -> Iterator[Block]:
    yield Heading("Källor som är tysta just nu")
    if facts.silent:
        yield Points(facts.silent)
    else:
        yield Text("Alla källor som ska hämtas svarar.")
    yield Heading("Vad rapporten inte ser")
    yield Points(tuple(_unseen(facts, config)))


def _unseen(facts: Facts, config: Config) -> Iterator[str]:
    yield "Slutna grupper, privata konton och samtal läses aldrig."
    if facts.unseen:
        yield f"Bevakas inte, eller svarar inte: {', '.join(facts.unseen)}."
    days = number(config.retention.entries_days)
    yield f"Inlägg sparas i {days} dagar. Det som är äldre är borta ur siffrorna."
    if facts.flags is None:
        yield "Flaggade inlägg räknas inte och visas inte i din roll."
    elif facts.own:
        yield "Inlägg som inte lämnas ut till enheten själv räknas inte."
    yield "Datorn har bedömt ton, hållning och flaggor, och kan ha fel. Det som någon har rättat räknas som rättat."


def _sums(rows: Iterable[Counted], period: int) -> Counter[str]:
    found = Counter[str]()
    for row in rows:
        if row.period == period:
            found.update(dict.fromkeys(keys(row), row.entries))
    return found


def _by_clock(rows: Iterable[Asked]) -> Counter[str]:
    found = Counter[str]()
    for row in rows:
        found[row.clock] += row.cases
    return found


def _posts(count: int) -> str:
    return {0: "Inget inlägg", 1: "Ett inlägg"}.get(count, f"{number(count)} inlägg")


def _sources(count: int) -> str:
    return "en källa" if count == 1 else f"{number(count)} källor"


def title(period: Period) -> str:
    """Of the report: "Mediebevakning, vecka 46 2026"."""
    return f"Mediebevakning, {name(period)}"
