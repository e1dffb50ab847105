"""Assess: all that is understood of one entry, as one value. Pure: the same entry and rules, the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipelines.config.schema import Config
from pipelines.enrich.aim import TELLERS, Aim, about_management, by_employee
from pipelines.enrich.alert import alerts
from pipelines.enrich.crime import Crimes
from pipelines.enrich.evidence import Evidence
from pipelines.enrich.flag import Flagger
from pipelines.enrich.judge import LANGUAGES, Judge, Judged, signs_of, words_of
from pipelines.enrich.match import Matched, Matcher
from pipelines.enrich.reader import Reader
from pipelines.enrich.score import TERMS, Scored, score
from pipelines.enrich.settle import (
    settle_flags,
    settle_intent,
    settle_stance,
    settle_tone,
    settle_toxicity,
    tempered,
)
from pipelines.errors import UserError
from pipelines.labels import Target
from pipelines.types import Assessment, Entry, Flag, Kind, short_hash
from sentiment.language import detect
from sentiment.layers import Layers
from sentiment.manifest import BrokenModel
from sentiment.tokens import Token

ROOT = Path(__file__).resolve().parents[2]
UNDERSTANDING = ("sentiment", "pipelines/enrich", "pipelines/query", "pipelines/severity.py")
"""Folders and files whose code and data decide what an Assessment says."""
WARNING = "warning"
"""The cue list of public warnings (VMA), and who can give or pass on one."""
WARNING_OVER = "warning_over"
"""The cue list of warnings recalled, tested or explained: they alert nobody."""
WRITES = 0.7
"""From this chance on the judge finds that the writer works there where no rule does; it takes nothing back."""
NOBODY: Mapping[Target, float] = {}
WARNED_TWICE = 2
"""So many words of a warning make it one whoever passes it on."""
WARNERS: frozenset[Kind] = frozenset(("official", "news"))
AT_ONCE = 2_000
"""Words that are judged at once: more gain nothing, and take memory."""


@dataclass(frozen=True, slots=True)
class ByRules:
    """What names, cues and rules find in one text, and what the judge needs of it."""

    language: str
    matched: Matched
    evidence: Evidence
    flags: tuple[Flag, ...]
    scored: Scored
    words: Sequence[str]
    tokens: Sequence[Token]
    signs: Mapping[str, float]


class Assessor:
    """Assesses entries under one configuration. Building it takes a moment, asking it does not."""

    def __init__(self, config: Config, *, judged: bool = True) -> None:
        """`judged`: whether the judge that is shipped weighs what the rules find; else they have the last word."""
        self.config = config
        self._judge = Judge() if judged else None
        self._default = config.municipality.language
        self._alert_rules = config.alert_rules
        self._urgent = frozenset(category for rule in config.alert_rules for category in rule.categories)
        self._matcher = Matcher(config)
        self._flagger = Flagger(config)
        self._aim = Aim(config)
        self._crimes = Crimes(config.crime_groups)
        schools = (unit.id for unit in config.units if unit.kind in ("school", "preschool"))
        self._reader = Reader(self._flagger.terms | self._aim.terms | TERMS | {WARNING, WARNING_OVER}, schools)
        self._layers = _layers(config)
        self.version = _version(config, self._layers.version)
        """Changes with whatever could change an Assessment, and with nothing else: no address, no manager's name."""

    def assess(self, entry: Entry, *, local: bool = False) -> Assessment:
        """What is understood of `entry`. `local`: its source writes about this municipality only."""
        return next(self.assess_all((entry,), (entry.source_id,) if local else ()))

    def assess_all(self, entries: Iterable[Entry], local: Collection[str] = ()) -> Iterator[Assessment]:
        """What is understood of each of `entries`, the same as alone, sooner. `local`: the ids of the sources that
        write about this municipality only."""
        read: list[tuple[Entry, ByRules]] = []
        words = 0
        for entry in entries:
            found = self.by_rules(entry, local=entry.source_id in local)
            read.append((entry, found))
            words += len(found.words) + 1
            if words > AT_ONCE:
                yield from self.conclude(read, self._judge)
                read, words = [], 0
        yield from self.conclude(read, self._judge)

    def conclude(self, read: Sequence[tuple[Entry, ByRules]], judge: Judge | None) -> list[Assessment]:
        """What `judge` makes of what was found in entries; without one the rules have the last word."""
        judged: dict[int, Judged] = {}
        if judge is not None:
            heard = [place for place, (_, found) in enumerate(read) if found.language in LANGUAGES and found.words]
            said = judge.judge([(read[place][1].words, read[place][1].signs) for place in heard])
            judged = dict(zip(heard, said, strict=True))
        return [self._concluded(*one, judge, judged.get(place)) for place, one in enumerate(read)]

    def _concluded(self, entry: Entry, found: ByRules, judge: Judge | None, judged: Judged | None) -> Assessment:
        scored, flags = found.scored, found.flags
        warning, urgent = _warns(entry, found.evidence), None
        writes, whom = by_employee(entry, found.evidence), NOBODY
        if judge is not None and judged is not None:
            heard = (judged, judge, found.tokens)
            suspected = tempered(judged, self._urgent)
            flags = settle_flags(
                flags,
                suspected,
                judge,
                found.tokens,
                self._flagger.categories,
                about=found.matched.about,
                urgent=() if warning else self._urgent,
            )
            urgent, whom = suspected.urgent, judged.target
            scored = replace(scored, toxicity=settle_toxicity(scored.toxicity, judged))
            if found.matched.about:
                # taught by posts about the municipality: of others it knows less than the rules do
                writes |= entry.kind not in TELLERS and judged.employee >= WRITES
                scored = replace(
                    scored,
                    tone=settle_tone(scored.tone, *heard),
                    stance=settle_stance(judged),
                    intent=settle_intent(judged),
                )
        matched, evidence = found.matched, found.evidence
        if found.language in LANGUAGES:
            flags = self._crimes.typed(flags, found.words, found.tokens, evidence.terms)
        flags = self._aim.complete(flags, entry, evidence, matched.units, whom)
        reasons = alerts(
            self._alert_rules,
            about=matched.about,
            flags=flags,
            at_unit=bool(matched.units),
            warning=warning,
            urgent=urgent,
        )
        return Assessment(
            entry_id=entry.id,
            version=self.version,
            language=found.language,
            about=matched.about,
            places=matched.places,
            units=matched.units,
            mentions=matched.mentions,
            tone=scored.tone,
            stance=scored.stance,
            intent=scored.intent,
            toxicity=scored.toxicity,
            flags=flags,
            alert=bool(reasons),
            alert_reasons=reasons,
            # praise is no tip, and there is nobody to trace
            by_employee=writes and (scored.stance.label != "supportive" or scored.tone.label == "negative"),
            about_management=about_management(evidence),
        )

    def by_rules(self, entry: Entry, *, local: bool = False) -> ByRules:
        """What names, cues and rules find in `entry`, before the judge has weighed it."""
        content = entry.content
        reading = self._reader.reading(content)
        language = detect(content, entry.language, self._default)
        matched = self._matcher.match(entry, reading, local=local, language=language.code)
        evidence = self._reader.read(reading, matched.mentions)
        flags = self._flagger.flags(entry, evidence)
        scored = score(entry, self._layers.tone(reading, language.code, entry.kind), matched, evidence, flags)
        words, tokens = words_of(reading, matched)
        return ByRules(
            language.code,
            matched,
            evidence,
            flags,
            scored,
            words,
            tokens,
            signs_of(entry, matched, evidence, scored, flags),
        )


def _warns(entry: Entry, evidence: Evidence) -> bool:
    """Whether a public warning is given or passed on, and is in force."""
    said = len(evidence.of(WARNING))
    return not evidence.of(WARNING_OVER) and said >= (1 if entry.kind in WARNERS else WARNED_TWICE)


def _layers(config: Config) -> Layers:
    chosen = config.sentiment
    try:
        return Layers(Path(chosen.model) if chosen.model else None, chosen.backend, chosen.second_below)
    except BrokenModel as error:
        raise UserError(f"municipality.toml, [sentiment]: {error}") from error


def _version(config: Config, layers: str) -> str:
    names = (unit.model_dump_json(exclude={"manager", "deputy"}) for unit in config.units)
    tables = (
        *config.places,
        *config.categories,
        *config.rules,
        *config.severity_steps,
        *config.alert_rules,
        *config.crime_groups,
    )
    said = (table.model_dump_json() for table in tables)
    return short_hash(_code_hash(), config.municipality.language, layers, *names, *said)


@cache
def _code_hash() -> str:
    """Of every file of code and data that an Assessment depends on."""
    digest = hashlib.sha256()
    for folder in UNDERSTANDING:
        for path in sorted((ROOT / folder).rglob("*")) or [ROOT / folder]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
