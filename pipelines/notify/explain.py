"""Why who was told of one item: every route that was asked, who stood in for whom, and what came of it. In Swedish.

It names rules, routes, units and receivers; neither the text nor who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.errors import UserError
from pipelines.notify import wording
from pipelines.notify.facts import of_item
from pipelines.notify.route import ROOT_ROUTE, Call, Decision, decide
from pipelines.notify.settings import in_force
from pipelines.store import items, notices
from pipelines.store.engine import reading
from pipelines.types import Item

MUTED = {
    "old": "inlägget var för gammalt för ett larm",
    "graver": "mottagaren visste redan något allvarligare om händelsen",
    "cap": "dagens tak för larm var nått",
    "silence": "tystat",
}

TONES = {"negative": "negativ", "neutral": "neutral", "positive": "positiv", "unsure": "osäker"}
STANCES = {"critical": "kritisk", "none": "ingen", "supportive": "stödjande"}
INTENTS = {
    "criticism": "kritik",
    "question": "fråga",
    "praise": "beröm",
    "information": "information",
    "other": "annat",
}


def explain(app: App, entry_id: str) -> tuple[str, ...]:
    """The lines of the explanation. Raises UserError where no assessed item has the id."""
    now = app.clock()
    with reading(app.engine) as connection:
        item = items.one(connection, entry_id)
        if item is None:
            raise UserError(f"no assessed post has the id «{entry_id}». The dashboard shows it in a post's address")
        config = in_force(connection, app.config)
        stored = notices.of_entry(connection, entry_id)
    decision = decide(of_item(item, config), config, now.astimezone(config.zone).date())
    return (*_assessed(item), "", *_asked(decision), "", *_told(decision), "", *_came_of(stored, config))


def _assessed(item: Item) -> Iterator[str]:
    given = item.assessment
    units = ", ".join(given.units) or "ingen"
    yield f"Inlägg {item.entry.id} från {item.entry.source_id}, händelse {item.story_id} ({item.spread} källor)"
    yield (
        f"Handlar om oss: {_yes(given.about)}. Enhet: {units}. Ton: {TONES[given.tone.label]}. "
        f"Hållning: {STANCES[given.stance.label]}. Avsikt: {INTENTS[given.intent]}. Larm: {_yes(given.alert)}."
    )
    for flag in given.flags:
        role, severity = wording.ROLES[flag.role], wording.SEVERITIES[flag.severity]
        yield f"Signal: {flag.category} {role}, allvar {severity}, regel {flag.rule}"


def _asked(decision: Decision) -> Iterator[str]:
    yield "Vägar:"
    for step in decision.steps:
        if step.missed is not None:
            yield f"  {step.route.id}: gäller inte ({step.missed})"
        else:
            yield f"  {step.route.id}: gäller, till {', '.join(step.named) or 'grenarna under den'}"


def _told(decision: Decision) -> Iterator[str]:
    yield "Mottagare i dag:" if decision.calls else "Ingen mottagare."
    for receiver, call in decision.calls.items():
        yield f"  {receiver}: {_why(call)}, {'larm direkt' if call.urgent else 'i sammanfattningen'}"
    for receiver in sorted(decision.barred):
        yield f"  inte {receiver}: enheten får inte veta, chefen eller en anställd kan vara berörd"
    for missing in decision.lacking:
        yield f"  saknas: {missing}"


def _why(call: Call) -> str:
    through = f"väg {call.route}"
    if call.beside:
        return f"ersättare för {call.beside} ({through})"
    if call.instead:
        return f"i stället för enheten ({through})"
    return "allt negativt och flaggat" if call.route == ROOT_ROUTE else through


def _came_of(stored: Sequence[Any], config: Config) -> Iterator[str]:
    yield "Vad det blev:" if stored else "Inget är lagrat: inlägget är en kopia, för gammalt eller utan mottagare."
    for row in stored:
        yield f"  {row.receiver}, {row.category}, {row.occasion}: {_outcome(row, config)}"


def _outcome(row: Any, config: Config) -> str:
    said = []
    if row.alert_key:
        said.append(f"larm {row.alert_key}")
    elif row.muted:
        why, _, name = row.muted.partition(":")
        said.append(f"inget larm {_at(row.muted_at, config)}: {MUTED[why]}{f' ({name})' if name else ''}")
    elif row.urgent:
        said.append("larm väntar")
    said.append(f"sammanfattning {row.digest_key}" if row.digest_key else "väntar på sammanfattningen")
    return ", ".join(said)


def _at(when: datetime, config: Config) -> str:
    return wording.moment(when, config.zone)


def _yes(held: bool) -> str:
    return "ja" if held else "nej"
