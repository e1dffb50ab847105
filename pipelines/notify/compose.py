"""Notices to Messages: what each Swedish mail says, and to whom.

What leaves: of an unflagged item its title and an excerpt; of a flagged one category, unit, why and link. Subjects hold
nothing from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from pipelines.config.schema import Config, Receiver
from pipelines.notify import wording
from pipelines.notify.briefing import Briefing, DayFigures
from pipelines.notify.caselines import CaseLine
from pipelines.notify.lines import Line, lead, line, lines
from pipelines.notify.offers import Signer
from pipelines.notify.render import key_of, rendered
from pipelines.notify.spikes import Spike
from pipelines.types import Message, Told

SHOWN: Mapping[str, int] = {"alerts": 40}
SHOWN_OTHERWISE = 20
"""Stories that a digest shows of each part before it only says how many more there are."""
CORRECTABLE: Mapping[str, int] = {"alerts": 10, "negative": 10, "question": 5}
"""Stories of each part that a digest offers to correct: the links take as much room as the story."""
LARGEST = 100_000
"""Bytes of a digest's HTML, a story being about 1.3 kB: Gmail cuts mails at 102 kB."""
SHARES = (1, 0.75, 0.5, 0.25)
"""Of these numbers, where a digest would otherwise be larger: the greatest that fits, or the last."""
SHOWN_CASES = 10


def alert(
    story: Sequence[Told],
    receiver: Receiver,
    config: Config,
    *,
    thread_id: str | None = None,
    signer: Signer | None = None,
) -> Message:
    """The mail that tells `receiver` of one story at once; `story` is all of it that is yet untold."""
    shown = line(story, config, signer)
    gravest = lead(story).notice
    again = () if gravest.occasion == "first" else (gravest.occasion,)
    key = key_of("alert", gravest.story_id, gravest.category, receiver.id, *again)
    about = ", ".join(shown.units or shown.places) or config.municipality.name
    values = {
        "line": shown,
        "about": about,
        "again": wording.again(gravest.occasion) if thread_id else "",
        "receiver": receiver,
        "config": config,
    }
    return replace(rendered(key, "alert", receiver, config, values, thread_id), link=shown.page)


def digest(
    told: Iterable[Told], receiver: Receiver, briefing: Briefing, config: Config, *, signer: Signer | None = None
) -> Message:
    """The day's mail to `receiver`, also when `told` is empty: nothing to report is a report."""
    sections = _sections(lines(told, config, signer))
    now, before = briefing.now, briefing.before
    counted = [(len(all_of), name) for name, all_of in sections.items()] + [(len(briefing.cases), "cases")]
    days = round((briefing.window.end - briefing.window.start) / timedelta(days=1))
    values = {
        "sections": sections,
        "summary": ", ".join(wording.number(count, name) for count, name in counted if count),
        "briefing": briefing,
        "span": "dygnet" if days == 1 else f"{days} dygn",
        "bars": _bars(briefing.week),
        "figures": (
            ("Inlägg i allt", now.about, before.about),
            ("Negativa", now.negative, before.negative),
            ("Flaggade", now.flagged, before.flagged),
            ("Frågor", now.questions, before.questions),
            ("Berömmande", now.positive, before.positive),
        ),
        "shown_cases": SHOWN_CASES,
        "receiver": receiver,
        "config": config,
    }
    key = digest_key(receiver.id, briefing.window.day)
    for share in SHARES:
        shown = {name: round(SHOWN.get(name, SHOWN_OTHERWISE) * share) for name in wording.SECTIONS}
        correctable = {name: round(most * share) for name, most in CORRECTABLE.items()}
        sized = values | {"shown": shown, "correctable": correctable}
        made = rendered(key, "digest", receiver, config, sized, None)
        if len(made.html.encode()) <= LARGEST:
            break
    return made


def _bars(week: Sequence[DayFigures]) -> tuple[tuple[DayFigures, float, float], ...]:
    """Each day with the length of its bar and of the negative part of it, where the longest bar is 1."""
    most = max((day.about for day in week), default=0)
    return tuple((day, day.about / most if most else 0.0, day.negative / most if most else 0.0) for day in week)


def of_case(
    step: Literal["reminder", "escalation"],
    case_id: str,
    shown: CaseLine,
    receiver: Receiver,
    config: Config,
    *,
    thread_id: str | None = None,
) -> Message:
    """The mail that tells `receiver` that a case waits, or that its time is up."""
    about = ", ".join(shown.line.units or shown.line.places) or config.municipality.name
    values = {
        "case": shown,
        "line": shown.line,
        "late": step == "escalation",
        "heading": wording.CASE_HEADINGS[step, shown.kind],
        "about": about,
        "receiver": receiver,
        "config": config,
    }
    made = rendered(key_of(step, case_id, receiver.id), step, receiver, config, values, thread_id, template="case")
    return replace(made, link=shown.page)


def gathered(told: Sequence[Told], receiver: Receiver, config: Config, *, thread_id: str | None = None) -> Message:
    """The one mail that tells `receiver` of more stories of what has been told at once before, at the same
    units."""
    shown = lines(told, config)
    categories = ", ".join(dict.fromkeys(one.category for one in shown))
    values = {
        "lines": shown,
        "shown": SHOWN["alerts"],
        "category": categories[:1] + categories[1:].lower(),
        "about": ", ".join(shown[0].units),
        "receiver": receiver,
        "config": config,
    }
    key = key_of("alert", "more", str(min(one.id for one in told)), receiver.id)
    return rendered(key, "alert", receiver, config, values, thread_id, template="gathered")


def of_cases(
    step: Literal["reminder", "escalation"], waiting: Mapping[str, CaseLine], receiver: Receiver, config: Config
) -> Message:
    """The one mail that tells `receiver` of several cases, by id, whose clocks have come so far in the same hour."""
    page = f"{config.dashboard.base_url.rstrip('/')}/arenden"
    values = {
        "cases": tuple(waiting.values()),
        "shown": SHOWN["alerts"],
        "late": step == "escalation",
        "page": page,
        "receiver": receiver,
        "config": config,
    }
    made = rendered(key_of(step, *waiting, receiver.id), step, receiver, config, values, None, template="cases")
    return replace(made, link=page)


def summary(told: Iterable[Told], receiver: Receiver, config: Config, day: date) -> Message:
    """The one mail that tells `receiver` of what the cap on the day's alerts has held back."""
    values = {
        "lines": lines(told, config),
        "shown": SHOWN["alerts"],
        "cap": config.alerts.cap_per_day,
        "receiver": receiver,
        "config": config,
    }
    return rendered(summary_key(receiver.id, day), "summary", receiver, config, values, None)


def summary_key(receiver: str, day: date) -> str:
    """The key of the summary that `receiver` has of that day's alerts."""
    return key_of("summary", receiver, day.isoformat())


def spike(found: Spike, receiver: Receiver, config: Config) -> Message:
    """The mail that tells `receiver` of more posts than usual."""
    unit = config.unit(found.place)
    hour = found.medium == "social"
    values = {
        "spike": found,
        "about": unit.name if unit else config.municipality.name,
        "window": "den senaste timmen" if hour else "det senaste dygnet",
        "before": "de tolv timmarna före" if hour else "de fjorton dygnen före",
        "medium": "sociala medier" if hour else "nyhetsmedier",
        "receiver": receiver,
        "config": config,
    }
    key = key_of("spike", found.place, found.medium, found.measure, found.at.isoformat(), receiver.id)
    return rendered(key, "spike", receiver, config, values, None)


def digest_key(receiver: str, day: date) -> str:
    """The key of the digest that `receiver` has for `day`."""
    return key_of("digest", receiver, day.isoformat())


def _sections(shown: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines by section, in the sections' order; only sections that have any."""
    found: dict[str, list[Line]] = {name: [] for name in wording.SECTIONS}
    for one in shown:
        found[one.section].append(one)
    return {name: all_of for name, all_of in found.items() if all_of}
