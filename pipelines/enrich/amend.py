"""Amend: an Assessment as people have corrected it. Pure: the same corrections, the same answer, however often.

What someone logged in has said holds for the wording it was said of, and for near-copies in the same story. What came
by a link in a mail holds for that wording alone, and lowers nothing where a threat, self-harm or a child is at stake: a
mail can be forwarded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipelines.config.schema import Config
from pipelines.correction import LOWERS, Bearing, Said
from pipelines.enrich.alert import alerts
from pipelines.enrich.cluster import PERSONAL
from pipelines.enrich.dedupe import compare, keys
from pipelines.enrich.flag import TELLERS
from pipelines.enrich.prints import printed
from pipelines.types import Assessment, Entry, Flag, Stance
from sentiment import Part, Tone
from sentiment.finder import Finder

PROTECTED = frozenset(("threat", "self_harm"))
CHILD = "child"
"""The cue list of words for children."""
FOR_CHILDREN = ("school", "preschool")
BY_A_PERSON = "person"
"""The rule's name in a flag that a person has raised."""
UNITS = ("unit", "")
NEGATIVE = -0.6
"""The polarity of what a person calls negative, where the words alone weigh less."""


def amend(entry: Entry, given: Assessment, said: Sequence[Bearing], config: Config) -> Assessment:
    """`given` with all that bears on it, oldest first; the later word holds, one logged in before one by a link."""
    bears = [one for one in said if one.correction.said.verdict != "done" and _bears(one, entry, given)]
    held = _standing([one for one in bears if one.correction.said.confirmed])
    settled = {one.correction.said.question for one in held}
    amended = given
    for one in held:
        amended = _apply(entry, amended, one.correction.said, config)
    waits = protected(entry, amended, config)
    for one in _standing([one for one in bears if not one.correction.said.confirmed]):
        word = one.correction.said
        if word.question not in settled and not (waits and word.verdict in LOWERS):
            amended = _apply(entry, amended, word, config)
            held.append(one)
    if not held:
        return given
    ids = tuple(sorted(one.correction.id for one in held))
    return replace(given if amended == given else _alerted(amended, config), corrected=ids)


def protected(entry: Entry, given: Assessment, config: Config) -> bool:
    """Whether a flag of it is a threat, self-harm, or about a child; where nobody in particular is meant, whether it
    may be.
    """
    if any(flag.category in PROTECTED or flag.target == "elev" for flag in given.flags):
        return True
    if all(flag.target != "allman" for flag in given.flags):
        return False
    if not entry.text:
        return True  # of a text that is not kept nobody can tell whether it is about a child
    schools = {unit.id for unit in config.units if unit.kind in FOR_CHILDREN}
    return not schools.isdisjoint(given.units) or bool(_children().find(entry.content))


@cache
def _children() -> Finder:
    return Finder({CHILD})


def _standing(said: Sequence[Bearing]) -> list[Bearing]:
    """The last answer to each question; of units every word, since an entry may name several."""
    last = {one.correction.said.question: one for one in said}
    return [one for one in said if one.correction.said.question == UNITS or one is last[one.correction.said.question]]


def _bears(one: Bearing, entry: Entry, given: Assessment) -> bool:
    said = one.correction.said
    if said.entry_id == entry.id and said.revision == entry.revision:
        return True
    if not said.confirmed or one.wording is None or not _same(entry, one.wording):
        return False
    # a copy may have had something added: what nobody has judged is not lowered
    read = one.wording.content.casefold()
    known = all(flag.evidence and all(span.text.casefold() in read for span in flag.evidence) for flag in given.flags)
    return known or said.verdict not in LOWERS


def _same(entry: Entry, wording: Entry) -> bool:
    texts = {key for key in keys(entry) if not key.startswith("url:")}
    if not texts.isdisjoint(keys(wording)):
        return True
    personal = sum(one.kind in PERSONAL for one in (entry, wording))
    return compare(printed(entry), printed(wording), personal=personal).same


def _apply(entry: Entry, given: Assessment, said: Said, config: Config) -> Assessment:
    match said.verdict:
        case "not-negative":
            return _milder(given)
        case "negative":
            return replace(given, tone=_toned(given.tone, "negative", min(given.tone.polarity, NEGATIVE)))
        case "about" | "not-about":
            return replace(given, about=said.verdict == "about")
        case "wrong-unit":
            return _without_units(given, {said.value} if said.value else set(given.units))
        case "unit":
            units = given.units if said.value in given.units else (*given.units, said.value)
            return replace(given, units=units, about=True)
        case "not-flag":
            return _without_flag(given, said.value)
        case "is-flag":
            return _with_flag(entry, given, said.value, config)
        case "done":
            return given  # what someone has done about it says nothing about the text


def _milder(given: Assessment) -> Assessment:
    tone = _toned(given.tone, "neutral", 0.0) if given.tone.label == "negative" else given.tone
    stance = Stance("none", 1.0) if given.stance.label == "critical" else given.stance
    return replace(
        given, tone=tone, stance=stance, intent="information" if given.intent == "criticism" else given.intent
    )


def _toned(tone: Tone, label: str, polarity: float) -> Tone:
    if tone.label == label:
        return tone
    part = Part("rättat av en person", polarity - tone.polarity, None)
    return Tone("negative" if label == "negative" else "neutral", polarity, 1.0, (*tone.parts, part))


def _without_units(given: Assessment, wrong: set[str]) -> Assessment:
    return replace(
        given,
        units=tuple(unit for unit in given.units if unit not in wrong),
        mentions=tuple(one for one in given.mentions if one.kind != "unit" or one.name not in wrong),
    )


def _without_flag(given: Assessment, category: str) -> Assessment:
    """Without the flag, and without what it has made of the tone."""
    flags = tuple(flag for flag in given.flags if flag.category != category)
    weighed = [part for part in given.tone.parts if part.name == f"flaggat: {category}"]
    tone = given.tone
    if weighed and len(flags) < len(given.flags):
        polarity = tone.polarity - sum(part.value for part in weighed)
        parts = tuple(part for part in tone.parts if part not in weighed)
        tone = Tone("neutral", polarity, tone.confidence, parts)
    return replace(given, flags=flags, tone=tone)


def _with_flag(entry: Entry, given: Assessment, category: str, config: Config) -> Assessment:
    known = next((one for one in config.categories if one.id == category), None)
    if known is None or any(flag.category == category for flag in given.flags):
        return given
    raised = Flag(
        category=category,
        role="report" if entry.kind in TELLERS else "act",
        severity=known.severity,
        confidence=1.0,
        rule=BY_A_PERSON,
        evidence=(),
        reason="En person har läst inlägget och flaggat det.",
    )
    return replace(given, flags=(*given.flags, raised))


def _alerted(given: Assessment, config: Config) -> Assessment:
    """With the alert that follows from what it says now; whether it warns the public was read from the text."""
    warning = any(rule.id in given.alert_reasons for rule in config.alert_rules if rule.warning)
    reasons = alerts(
        config.alert_rules, about=given.about, flags=given.flags, at_unit=bool(given.units), warning=warning
    )
    return replace(given, alert=bool(reasons), alert_reasons=reasons)
