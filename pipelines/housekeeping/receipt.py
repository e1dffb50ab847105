"""The papers of housekeeping: the receipt of a person's request, the decision on what goes when, the dry run. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.config.schema import Config
from pipelines.housekeeping.forget import Line
from pipelines.housekeeping.person import Receipt
from pipelines.housekeeping.rules import days
from pipelines.reports.paper import Paper, Section

GENERAL = (
    *("entries_days", "others_days", "flagged_days", "metadata_days", "tombstones_days", "mails_days", "cases_days"),
    *("delivered_days", "decisions_days", "access_days", "issues_days", "polls_days", "story_keys", "sessions"),
)
"""The rules that hold everywhere, in the order in which they are told."""


@cache
def words() -> dict[str, Any]:
    """The catalogue of this folder."""
    return tomllib.loads((Path(__file__).parent / "sv.toml").read_text("utf-8"))


def rule_name(config: Config, rule: str) -> str:
    """What a rule is called, as `forget.Line` names it."""
    kind, _, id = rule.partition(":")
    if rule.startswith("categories."):
        kind, id = "categories", rule.removeprefix("categories.")
    names: dict[str, str] = {
        **{one.id: one.name for one in config.licences if kind == "licence"},
        **{one.id: one.name for one in config.sources if kind == "source"},
        **{one.id: one.name for one in config.categories if kind == "categories"},
    }
    return str(words()["rule"].get(kind, kind)).format(id=names.get(id, id))


def told(config: Config, lines: Iterable[Line]) -> tuple[tuple[str, str, str, str], ...]:
    """Lines of a run or a dry run as people read them: what, how, why, how many."""
    names, what = words()["table"], words()["what"]
    return tuple(
        (names.get(line.table, line.table), what[line.what], rule_name(config, line.rule), str(line.rows))
        for line in lines
    )


def decision(config: Config, holds: int, now: datetime) -> Paper:
    """The decision that the configuration amounts to. holds: how many hold now."""
    said, kept = words()["decision"], config.retention
    facts = [(said["municipality"], config.municipality.name), (said["made"], _time(config, now))]
    if kept.decided is None:
        facts.append((said["decided"], said["undecided"]))
    else:
        facts.append((said["decided"], f"{kept.decided.by}, {kept.decided.on.isoformat()}"))
        facts.append((said["number"], kept.decided.number))
    rules = (*GENERAL, *(f"categories.{category}" for category in kept.categories))
    rows = tuple((rule_name(config, rule), str(days(config, rule)), rule) for rule in rules)
    exceptions = (
        said["licence_first"],
        said["gone"],
        said["undelivered"],
        said["held"].format(count=holds),
        said["never"],
    )
    return Paper(
        said["title"],
        tuple(facts),
        (
            Section(said["what"], (said["steps"], said["counted"]), tuple(said["heads"]), rows),
            Section(said["exceptions"], exceptions),
            *_own_times(config),
        ),
    )


def _own_times(config: Config) -> Iterator[Section]:
    said, licences = words()["decision"], {one.id: one for one in config.licences}
    rows = []
    for source in config.sources:
        if not source.keeps_text:
            rows.append((source.name, "0", str(config.retention.metadata_days), said["not_kept"]))
        elif source.keep:
            rows.append((source.name, str(source.keep.entries_days), str(source.keep.metadata_days), source.keep.why))
        elif source.licence:
            terms = licences[source.licence]
            rows.append((source.name, str(terms.entries_days), str(terms.metadata_days), terms.name))
    if rows:
        yield Section(said["sources"], (), tuple(said["source_heads"]), tuple(rows))


def receipt(config: Config, given: Receipt) -> Paper:
    """What was found or erased, and what cannot be reached. No name and no word of a post is in it."""
    said, request = words()["receipt"], given.request
    done = _time(config, request.done_at) if request.done_at else said["not_done"]
    facts = (
        (said["request"], request.id),
        (said["reference"], request.reference),
        (said["by"], request.by),
        (said["how"], words()["how"][request.how]),
        (said["posts"], str(len(request.entries))),
        (said["begun"], _time(config, request.at)),
        (said["done"], done),
    )
    sections = [_counts(given)]
    if request.held:
        sections.append(Section(said["held"], (said["held_text"].format(count=len(request.held)),)))
    return Paper(said[request.action], facts, (*sections, _beyond(config, given)))


def _counts(given: Receipt) -> Section:
    said, names, request = words()["receipt"], words()["table"], given.request
    erased = request.action == "erase"
    rows = tuple(
        (names[place], str(count), *((str((request.after or {}).get(place, "–")),) if erased else ()))
        for place, count in sorted(request.before.items(), key=lambda one: list(names).index(one[0]))
    )
    return Section(said["where"], (), tuple(said["heads_erase" if erased else "heads_extract"]), rows)


def _beyond(config: Config, given: Receipt) -> Section:
    said = words()["receipt"]
    titles = {one.id: one.title for one in config.receivers}
    sentences = [said["sent"].format(count=len(given.sent)), said["taken_out"].format(count=given.taken_out)]
    sentences += [said["backups"], said["diary"], said["snapshots"], said["source"]]
    if given.request.how == "pseudonym-of":
        sentences.append(said["employees"])
    rows = tuple((titles.get(receiver, receiver), _time(config, at)) for receiver, at in given.sent)
    return Section(said["beyond"], tuple(sentences), tuple(said["sent_heads"]), rows)


def _time(config: Config, when: datetime) -> str:
    return f"{when.astimezone(config.zone):%Y-%m-%d %H.%M}"
