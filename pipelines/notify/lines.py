"""What one story looks like in a mail.

A flagged one is category, unit, why and link: never its text, its title or its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from pipelines.config.schema import Category, Config
from pipelines.notify import wording
from pipelines.notify.clock import after
from pipelines.notify.mask import known_words, mask
from pipelines.notify.offers import Offer, Signer
from pipelines.notify.plain import MAX_SOURCE, discreet_url, one_line, safe_url, visible
from pipelines.notify.route import gravest
from pipelines.severity import spread
from pipelines.types import SEVERITIES, Flag, Item, Told

TITLE_LENGTH = 140
EXCERPT_LENGTH = 220
"""Characters: what one reads at a glance; the rest is behind the link."""
QUOTED = re.compile(r":?\s*«?\{evidence\}»?")
"""Where a rule's sentence quotes the post."""
NAMED_SOURCES = 4
LOADED_WORDS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One story, in words ready to be shown."""

    section: str
    """A key of `wording.SECTIONS`."""
    category: str
    flagged: bool
    urgent: bool
    units: tuple[str, ...]
    places: tuple[str, ...]
    source: str
    when: str
    why: tuple[str, ...]
    rules: tuple[str, ...]
    """Names of the alert rules that hold."""
    spread: str | None
    """Where else the same text has been seen; None where nowhere."""
    answer_by: str | None
    cautions: tuple[str, ...]
    """Why the unit's own manager has not been told."""
    routine: tuple[str, ...]
    """What to do first."""
    help_lines: tuple[str, ...]
    told: tuple[str, ...]
    """Who is told of such a category, and how fast; empty beside `cautions`."""
    law: tuple[str, ...]
    """What to read up on, each with who has confirmed it."""
    title: str
    """Masked; empty for a flagged story."""
    excerpt: str
    """Masked; empty for a flagged story."""
    original: str | None
    """None where the source has no address, or where the address gives a flagged post away."""
    page: str
    offers: tuple[Offer, ...]
    """Links by which the receiver can correct it."""


def lines(told: Iterable[Told], config: Config, signer: Signer | None = None) -> tuple[Line, ...]:
    """One Line for each story that `told` tells of, the gravest first, then the latest."""
    by_story = sorted(told, key=lambda one: one.notice.story_id)
    stories = [tuple(group) for _, group in groupby(by_story, key=lambda one: one.notice.story_id)]
    return tuple(
        line(story, config, signer) for story in sorted(stories, key=lambda story: weight(lead(story)), reverse=True)
    )


def lead(story: Sequence[Told]) -> Told:
    """The one that speaks for its story: the gravest, then the latest."""
    return max(story, key=weight)


def weight(one: Told) -> tuple[bool, int, bool, float]:
    """Orders by urgency, severity, criticism and time."""
    given = one.item.assessment
    severity = SEVERITIES.index(gravest(given.flags).severity) if given.flags else -1
    return one.notice.urgent, severity, given.stance.label == "critical", one.item.when.timestamp()


def line(story: Sequence[Told], config: Config, signer: Signer | None = None) -> Line:
    """`story`: all that one receiver is told of one story at a time. Without a `signer` it offers nothing."""
    first = lead(story)
    item, given = first.item, first.item.assessment
    flags = _distinct(
        spread(flag, config.severity_steps, len(one.sources)) for one in story for flag in one.item.assessment.flags
    )
    raised = [category for flag in flags for category in config.categories if category.id == flag.category]
    categories = list({category.id: category for category in raised}.values())
    known = known_words(config)
    cautions = _cautions(story)
    urgent = any(one.notice.urgent for one in story)
    flagged = bool(flags) or any(one.notice.category not in wording.CATEGORIES for one in story)
    return Line(
        section="alerts" if flagged or urgent else first.notice.category,
        category=_label(first, config),
        flagged=flagged,
        urgent=urgent,
        units=tuple(unit.name for unit in config.units if unit.id in given.units),
        places=given.places,
        source=_source(item, config),
        when=wording.moment(item.when, config.zone),
        why=tuple(_why_flagged(flags, config)) if flagged else _why(item, known),
        rules=_rules(item, config),
        spread=_spread(first, config),
        answer_by=_answer_by(item, config) if given.intent == "question" else None,
        cautions=cautions,
        routine=tuple(category.routine for category in categories if category.routine),
        help_lines=tuple(one.shown for one in config.help_lines if any(each.help_lines for each in categories)),
        told=() if cautions else tuple(_told(category) for category in categories),
        law=tuple(category.legal for category in categories if category.legal),
        title="" if flagged else _masked(item.entry.title, TITLE_LENGTH, known),
        excerpt="" if flagged else _masked(item.entry.text, EXCERPT_LENGTH, known),
        original=discreet_url(item.entry) if flagged else safe_url(item.entry.url),
        page=f"{config.dashboard.base_url.rstrip('/')}/inlagg/{quote(item.entry.id, safe='')}",
        offers=signer.offers(item, first.notice.receiver, config) if signer else (),
    )


def _label(first: Told, config: Config) -> str:
    """What the story is told for: a public warning is the alert rule's to name; a category that has been taken out of
    the configuration goes by its id.
    """
    if first.notice.category in wording.CATEGORIES and (warned := _warnings(first.item, config)):
        return warned[0]
    if first.notice.category == "negative" and first.item.assessment.stance.label == "critical":
        return wording.CRITICISM
    names = {category.id: category.name for category in config.categories} | wording.CATEGORIES
    return names.get(first.notice.category, first.notice.category)


def _distinct(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """The gravest flag of every category and role, gravest first."""
    best: dict[tuple[str, str], Flag] = {}
    for flag in flags:
        known = best.get((flag.category, flag.role))
        best[flag.category, flag.role] = gravest((flag, known)) if known else flag
    return tuple(sorted(best.values(), key=lambda flag: SEVERITIES.index(flag.severity), reverse=True))


def _masked(text: str, limit: int, known: frozenset[str]) -> str:
    """Masked before it is cut, so that no half of a number is left."""
    return one_line(mask(visible(text[:MAX_SOURCE]), known), limit)


def _told(category: Category) -> str:
    return f"{category.name.lower()}: {category.told[:1].lower()}{category.told[1:]}"


def _cautions(story: Sequence[Told]) -> tuple[str, ...]:
    given = [one.item.assessment for one in story]
    said = (
        (wording.BY_EMPLOYEE, any(one.by_employee for one in given)),
        (wording.ABOUT_MANAGEMENT, any(one.about_management for one in given)),
    )
    return tuple(caution for caution, holds in said if holds and any(one.units for one in given))


def _why_flagged(flags: Iterable[Flag], config: Config) -> Iterable[str]:
    """From the rule's own sentence, not the flag's, which quotes the post."""
    reasons = {rule.id: rule.reason for rule in config.rules}
    categories = {category.id: category for category in config.categories}
    steps = {step.id: step.name for step in config.severity_steps}
    for flag in flags:
        category = categories.get(flag.category)
        reason = reasons.get(flag.rule, category.about if category else "")
        shown = QUOTED.sub(wording.AFTER_LOGIN, reason)
        name = category.name if category else flag.category
        because = "; ".join(steps[step] for step in flag.steps if step in steps)
        severity = f"{wording.SEVERITIES[flag.severity]}{f' ({because})' if because else ''}"
        whom = f" Gäller {wording.TARGETS[flag.target]}." if flag.target in wording.TARGETS else ""
        yield f"{name} {wording.ROLES[flag.role]}, allvar: {severity}.{whom} {shown}".rstrip()


def _warnings(item: Item, config: Config) -> tuple[str, ...]:
    return tuple(rule.name for rule in config.alert_rules if rule.warning and rule.id in item.assessment.alert_reasons)


def _rules(item: Item, config: Config) -> tuple[str, ...]:
    names = {rule.id: rule.name for rule in config.alert_rules}
    return tuple(names[rule] for rule in item.assessment.alert_reasons if rule in names)


def _why(item: Item, known: frozenset[str]) -> tuple[str, ...]:
    given = item.assessment
    reasons = []
    if given.stance.label == "critical":
        reasons.append(wording.CRITICAL)
    if given.tone.label == "negative":
        pulling = sorted(
            (part for part in given.tone.parts if part.value < 0 and part.span), key=lambda part: part.value
        )
        words = dict.fromkeys(_masked(part.span.text, 40, known) for part in pulling if part.span)
        whole = visible(item.entry.content[:MAX_SOURCE])
        masked = mask(whole, known)  # alone, half a name is not known for one
        told = [word for word in words if word and (_stands(word, masked) or not _stands(word, whole))]
        quoted = ", ".join(f"«{word}»" for word in told[:LOADED_WORDS])
        reasons.append(f"{wording.NEGATIVE_TONE}{': ' if quoted else ''}{quoted}.")
    return tuple(reasons)


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _source(item: Item, config: Config) -> str:
    return f"{_source_name(item.entry.source_id, config)} ({wording.KINDS[item.entry.kind]})"


def _source_name(source_id: str, config: Config) -> str:
    """The configured name; the id for a source that has been taken out since."""
    return next((source.name for source in config.sources if source.id == source_id), source_id)


def _spread(first: Told, config: Config) -> str | None:
    others = [source for source in first.sources if source != first.item.entry.source_id]
    if not others:
        return None
    named = [_source_name(source, config) for source in others[:NAMED_SOURCES]]
    more = len(others) - len(named)
    return f"Samma text i {len(others) + 1} källor: även {', '.join(named)}{f' och {more} till' if more else ''}."


def _answer_by(item: Item, config: Config) -> str:
    due = after(item.edited_at or item.when, config.clocks.hours, config.clocks, config.zone)
    return wording.moment(due, config.zone)
