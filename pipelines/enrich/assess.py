"""Assess: all that is understood of one entry, as one value. Pure: the same entry and rules, the same answer."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipelines.config.schema import Config
from pipelines.enrich.aim import Aim, about_management, by_employee
from pipelines.enrich.alert import alerts
from pipelines.enrich.evidence import Evidence
from pipelines.enrich.flag import Flagger
from pipelines.enrich.match import Matcher
from pipelines.enrich.reader import Reader
from pipelines.enrich.score import TERMS, score
from pipelines.errors import UserError
from pipelines.types import Assessment, Entry, Kind, short_hash
from sentiment.language import detect
from sentiment.layers import Layers
from sentiment.manifest import BrokenModel

ROOT = Path(__file__).resolve().parents[2]
UNDERSTANDING = ("sentiment", "pipelines/enrich", "pipelines/query.py", "pipelines/severity.py")
"""Folders and files whose code and data decide what an Assessment says."""
WARNING = "warning"
"""The cue list of public warnings (VMA), and who can give or pass on one."""
WARNING_OVER = "warning_over"
"""The cue list of warnings recalled, tested or explained: they alert nobody."""
WARNED_TWICE = 2
"""So many words of a warning make it one whoever passes it on."""
WARNERS: frozenset[Kind] = frozenset(("official", "news"))


class Assessor:
    """Assesses entries under one configuration. Building it takes a moment, asking it does not."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._default = config.municipality.language
        self._alert_rules = config.alert_rules
        self._matcher = Matcher(config)
        self._flagger = Flagger(config)
        self._aim = Aim(config)
        schools = (unit.id for unit in config.units if unit.kind in ("school", "preschool"))
        self._reader = Reader(self._flagger.terms | self._aim.terms | TERMS | {WARNING, WARNING_OVER}, schools)
        self._layers = _layers(config)
        self.version = _version(config, self._layers.version)
        """Changes with whatever could change an Assessment, and with nothing else: no address, no manager's name."""

    def assess(self, entry: Entry, *, local: bool = False) -> Assessment:
        """What is understood of `entry`. `local`: its source writes about this municipality only."""
        content = entry.content
        language = detect(content, entry.language, self._default)
        matched = self._matcher.match(entry, local=local, language=language.code)
        evidence = self._reader.read(content, matched.mentions)
        flags = self._aim.complete(self._flagger.flags(entry, evidence), entry, evidence, matched.units)
        scored = score(entry, self._layers.tone(content, language.code, entry.kind), matched, evidence, flags)
        reasons = alerts(
            self._alert_rules,
            about=matched.about,
            flags=flags,
            at_unit=bool(matched.units),
            warning=_warns(entry, evidence),
        )
        return Assessment(
            entry_id=entry.id,
            version=self.version,
            language=language.code,
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
            by_employee=scored.stance.label != "supportive" and by_employee(entry, evidence),
            about_management=about_management(evidence),
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
