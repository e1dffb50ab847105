"""The records that data protection asks for, from the configuration that holds: register, DPIA, information, decisions.

Pure: a configuration and a moment in, papers out; nothing in them is typed by hand but what a lawyer must say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import ndiff
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.config.schema import Config
from pipelines.config.schema.sources import SILENT_FAMILIES
from pipelines.reports.paper import Paper, Section, text

NAMES = ("artikel-30", "konsekvensbedomning", "information", "automatiserade-beslut")
"""All there are, as files and addresses call them."""
HERE = ("127.0.0.1", "localhost", "::1")


@cache
def words() -> dict[str, Any]:
    """The catalogue of this folder."""
    return tomllib.loads((Path(__file__).parent / "sv.toml").read_text("utf-8"))


def papers(config: Config, now: datetime) -> dict[str, Paper]:
    """By NAMES. now: aware, when they are made."""
    made = (_register, _dpia, _information, _decisions)
    return {name: make(config, _facts(config, now)) for name, make in zip(NAMES, made, strict=True)}


def content(paper: Paper) -> str:
    """What is compared with last time: all but when it was made."""
    return text(replace(paper, facts=tuple(fact for fact in paper.facts if fact[0] != words()["facts"]["made"])))


def with_changes(paper: Paper, before: str | None, when: str) -> Paper:
    """The paper with what differs from `before`, the content of the last one kept, of the day `when`."""
    said = words()["changes"]
    if before is None:
        return replace(paper, sections=(*paper.sections, Section(said["heading"].format(when="–"), (said["first"],))))
    found = [line for line in ndiff(before.splitlines(), content(paper).splitlines()) if line[:2] in ("- ", "+ ")]
    lines = tuple(f"{'Borta' if line[0] == '-' else 'Nytt'}: {line[2:].strip()}" for line in found if line[2:].strip())
    return replace(
        paper, sections=(*paper.sections, Section(said["heading"].format(when=when), lines or (said["none"],)))
    )


@dataclass(frozen=True, slots=True)
class Measure:
    key: str
    name: str
    on: bool
    where: str
    """Where it is seen."""


def measures(config: Config) -> Iterator[Measure]:
    """What is done for the protection of persons, whether it is on, and where that is seen."""
    base = urlsplit(config.dashboard.base_url)
    silent = ", ".join(_silent(config))
    on = {
        **dict.fromkeys(("pseudonym", "handles", "masked", "employee", "person", "log", "local"), True),
        "gone": not silent,
        "mail": config.smtp.security != "none",
        "web": base.scheme == "https" or base.hostname in HERE,
        "login": config.dashboard.oidc is not None,
        "decided": config.retention.decided is not None,
        "hr": config.hr is not None,
        "lawyer": config.records.confirmed is not None,
    }
    given = {
        "silent": words()["dpia"]["silent" if silent else "all_tell"].format(silent=silent),
        "access": config.retention.access_days,
        "smtp": config.smtp.security,
        "base": config.dashboard.base_url,
    }
    for key, (name, where) in words()["measure"].items():
        yield Measure(key, name, on[key], where.format(**given))


def _silent(config: Config) -> tuple[str, ...]:
    """What the networks are called where we ask and cannot see that a post is removed."""
    families = {source.family for source in config.sources if source.enabled}
    return tuple(words()["network"][family] for family in SILENT_FAMILIES if family in families)


def _facts(config: Config, now: datetime) -> tuple[tuple[str, str], ...]:
    said = words()["facts"]
    return (
        (said["controller"], config.municipality.name),
        (said["contact"], config.operator.contact),
        (said["officer"], config.records.protection_officer or said["no_officer"]),
        (said["made"], f"{now.astimezone(config.zone):%Y-%m-%d %H.%M}"),
    )


def _given(config: Config) -> Mapping[str, object]:
    kept, own = config.retention, [source.keep for source in config.sources if source.keep]
    return {
        "municipality": config.municipality.name,
        "contact": config.operator.contact,
        "entries": kept.entries_days,
        "others": kept.others_days,
        "flagged": kept.flagged_days,
        "longest": max((kept.flagged_days, *kept.categories.values())),
        "longest_text": max((kept.entries_days, *(one.entries_days for one in own))),
        "longest_other": max((kept.others_days, *(one.entries_days for one in own))),
        "longest_rest": max((kept.metadata_days, *(one.metadata_days for one in own))),
        "metadata": kept.metadata_days,
        "tombstones": kept.tombstones_days,
        "mails": kept.mails_days,
        "access": kept.access_days,
    }


def _said(lines: str | list[str], config: Config) -> tuple[str, ...]:
    return tuple(line.format(**_given(config)) for line in ([lines] if isinstance(lines, str) else lines))


def _ground(config: Config, *, public: bool = False) -> Section:
    """For the public without what is still to be examined, and by whom."""
    said, given = words()["ground"], config.records
    word = (
        said["confirmed"].format(by=given.confirmed.by, on=given.confirmed.on.isoformat())
        if given.confirmed
        else said["unconfirmed"]
    )
    if public:
        return Section(said["heading"], (f"{given.ground}.", word if given.confirmed else said["draft"]))
    return Section(said["heading"], (f"{given.ground}.", f"{given.sensitive}.", word))


def _measures(config: Config, heading: str) -> Section:
    said = words()["dpia"]
    rows = tuple((one.name, said["on" if one.on else "off"], one.where) for one in measures(config))
    return Section(heading, (), tuple(said["measure_heads"]), rows)


def _register(config: Config, facts: tuple[tuple[str, str], ...]) -> Paper:
    said = words()["register"]
    titles = ", ".join(receiver.title for receiver in config.receivers)
    receivers = said["receivers_text"].format(count=len(config.receivers), titles=titles)
    others = said["channels_text"].format(count=len(config.channels)) if config.channels else said["no_channels"]
    diary = (said["registrator_text"],) if config.registrator else ()
    return Paper(
        said["title"],
        facts,
        (
            Section(said["purpose"], _said(said["purpose_text"], config)),
            _ground(config),
            Section(said["people"], _said(said["people_text"], config)),
            Section(said["receivers"], (receivers, *diary, others)),
            Section(said["abroad"], _said(said["abroad_text"], config)),
            Section(said["kept"], _said(said["kept_text"], config)),
            Section(said["sources"], (), tuple(said["source_heads"]), tuple(_sources(config))),
            _measures(config, said["security"]),
        ),
    )


def _sources(config: Config) -> Iterator[tuple[str, ...]]:
    for source in config.sources:
        flags = (source.own, source.enabled, source.keeps_text)
        yield (source.name, source.family, *("ja" if flag else "nej" for flag in flags))


def _dpia(config: Config, facts: tuple[tuple[str, str], ...]) -> Paper:
    said = words()["dpia"]
    return Paper(
        said["title"],
        facts,
        (
            Section(said["why"], _said(said["why_text"], config)),
            _ground(config),
            Section(said["need"], _said(said["need_text"], config)),
            Section(said["risks"], (), tuple(said["risk_heads"]), tuple(_risks(config))),
            _measures(config, said["measures"]),
            Section(said["left"], _said(said["left_text"], config)),
        ),
    )


def _risks(config: Config) -> Iterator[tuple[str, ...]]:
    """Each with those of its measures that are off."""
    said, off = words()["dpia"], {one.key: one.name for one in measures(config) if not one.on}
    for risk in said["risk"]:
        names = ". ".join(off[key] for key in risk["measures"] if key in off)
        yield (
            risk["name"],
            risk["done"],
            said["some_off"].format(names=names) if names else said["all_on"],
            risk["left"],
        )


def _information(config: Config, facts: tuple[tuple[str, str], ...]) -> Paper:
    said = words()["information"]
    silent = ", ".join(_silent(config))
    last = (said["silent_text"].format(silent=silent),) if silent else ()
    sections = [
        Section(said["what"], _said(said["what_text"], config)),
        Section(said["not_what"], _said(said["not_text"], config)),
        Section(said["who"], _said(said["who_text"], config)),
        Section(said["long"], (*_said(said["long_text"], config), *last)),
        Section(said["rights"], _said(said["rights_text"], config)),
    ]
    return Paper(said["title"].format(**_given(config)), facts, (*sections, _ground(config, public=True)))


def _decisions(config: Config, facts: tuple[tuple[str, str], ...]) -> Paper:
    said = words()["decisions"]
    rows = tuple((category.name, category.legal or "–") for category in config.categories)
    return Paper(
        said["title"],
        facts,
        (
            Section(said["none"], _said(said["none_text"], config)),
            Section(said["done"], _said(said["done_text"], config)),
            Section(said["categories"], (), tuple(said["category_heads"]), rows),
        ),
    )
