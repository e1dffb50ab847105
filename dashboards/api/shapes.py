"""What the views give, as the interface answers it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from urllib.parse import quote

from dashboards.api import models
from dashboards.api.route import PREFIX
from dashboards.highlight import excerpt
from dashboards.rendering import web_link
from pipelines.casework import Case, Event
from pipelines.config.schema import Config
from pipelines.correction import Correction
from pipelines.store.views.detail import Detail
from pipelines.types import Flag, Item
from sentiment import Span

Names = Callable[[str], models.Named]


class Shapes:
    """With the names that the configuration gives; an id that it no longer knows stands for itself."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.home = config.dashboard.base_url.rstrip("/")
        self.source = _names((one.id, one.name) for one in config.sources)
        self.unit = _names((one.id, one.name) for one in config.units)
        self.category = _names((one.id, one.name) for one in config.categories)
        self.alert = _names((one.id, one.name) for one in config.alert_rules)
        self.step = _names((one.id, one.name) for one in config.severity_steps)

    def brief(self, item: Item) -> models.Entry:
        flags = tuple(models.FlagBrief(**self._flag(flag)) for flag in item.assessment.flags)
        return models.Entry(**self._entry(item), flags=flags)

    def whole(self, found: Detail, said: Iterable[Correction], cases: Iterable[str]) -> models.EntryWhole:
        entry, given = found.item.entry, found.item.assessment
        cautions = {"by_employee": given.by_employee, "about_management": given.about_management}
        return models.EntryWhole.model_validate(
            self._entry(found.item)
            | {
                "text": entry.text,
                "stale": found.stale,
                "gone_at": found.gone_at,
                "tone_because": tuple(models.Part(name=one.name, value=one.value) for one in given.tone.parts),
                "flags": tuple(self._why(flag, found.stale) for flag in given.flags),
                "alert_reasons": tuple(map(self.alert, given.alert_reasons)),
                "withheld": tuple(name for name, holds in cautions.items() if holds),
                "mentions": tuple(
                    models.Mention(kind=one.kind, name=one.name, reason=one.reason, span=_span(one.span))
                    for one in (() if found.stale else given.mentions)
                ),
                "versions": tuple(models.Wording(**asdict(one)) for one in found.wordings),
                "copies": tuple(models.Copy(reason=one.reason, entry=self.brief(one.item)) for one in found.copies),
                "corrections": tuple(map(said_of, said)),
                "cases": tuple(cases),
            }
        )

    def _entry(self, item: Item) -> dict[str, object]:
        entry, given = item.entry, item.assessment
        key = quote(entry.id, safe="")
        return {
            "id": entry.id,
            "link": f"{PREFIX}/entries/{key}",
            "page": f"{self.home}/inlagg/{key}",
            "url": web_link(entry.url),
            "source": self.source(entry.source_id),
            "kind": entry.kind,
            "title": entry.title,
            "excerpt": excerpt(entry.text),
            "when": item.when,
            "first_seen": item.first_seen,
            "edited_at": item.edited_at,
            "language": given.language,
            "about": given.about,
            "places": given.places,
            "units": tuple(map(self.unit, given.units)),
            "tone": {"label": given.tone.label, "polarity": given.tone.polarity, "confidence": given.tone.confidence},
            "stance": {"label": given.stance.label, "confidence": given.stance.confidence},
            "intent": given.intent,
            "toxicity": given.toxicity,
            "alert": given.alert,
            "story": item.story_id,
            "told_as": item.told_as,
        }

    def _flag(self, flag: Flag) -> dict[str, object]:
        category = self.category(flag.category)
        return {
            "category": category,
            "role": flag.role,
            "severity": flag.severity,
            "confidence": flag.confidence,
        }

    def _why(self, flag: Flag, stale: bool) -> dict[str, object]:
        return self._flag(flag) | {
            "type": flag.type,
            "target": flag.target,
            "rule": flag.rule,
            "reason": flag.reason,
            "steps": tuple(map(self.step, flag.steps)),
            "evidence": () if stale else tuple(map(_span, flag.evidence)),
        }


def said_of(one: Correction) -> models.Said:
    said = one.said
    return models.Said(
        id=one.id, verdict=said.verdict, value=said.value, by=said.by, confirmed=said.confirmed, at=one.at
    )


def case_brief(case: Case) -> models.CaseBrief:
    return models.CaseBrief(**_case(case))


def case_whole(case: Case, history: Iterable[Event]) -> models.Case:
    lines = tuple(models.Event(action=one.action, at=one.at, by=one.by, via=one.via, note=one.note) for one in history)
    return models.Case(**_case(case), history=lines)


def _case(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "link": f"{PREFIX}/cases/{quote(case.id, safe='')}",
        "kind": case.kind,
        "category": case.category,
        "state": case.state,
        "entry": case.entry_id,
        "responsible": case.responsible,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
    }


def _span(span: Span) -> models.Span:
    return models.Span(start=span.start, end=span.end, text=span.text)


def _names(known: Iterable[tuple[str, str]]) -> Names:
    names = dict(known)
    return lambda key: models.Named(id=key, name=names.get(key, key))
