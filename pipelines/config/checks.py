"""What must hold between the tables of a configuration: that every name refers to something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from pipelines.config.coverage import check as check_coverage
from pipelines.config.goals import check_goals
from pipelines.config.keeping import check_keeping
from pipelines.config.routing import check_routes
from pipelines.config.schema import Config, every_route
from pipelines.config.terms import problem_of
from pipelines.types import MAIL


def cross_check(config: Config, paths: Mapping[str, Path]) -> Iterable[str]:
    """Every problem found: a line that names file, table, key and remedy. `paths`: the file that each came from."""
    yield from _doubles(paths["places.toml"], "place", "name", (place.name for place in config.places))
    yield from _doubles(paths["units.toml"], "unit", "id", (unit.id for unit in config.units))
    yield from _doubles(paths["sources.toml"], "source", "id", (source.id for source in config.sources))
    yield from _doubles(paths["rules.toml"], "rule", "id", (rule.id for rule in config.rules))
    yield from _doubles(paths["rules.toml"], "category", "id", (category.id for category in config.categories))
    yield from _doubles(paths["rules.toml"], "severity_step", "id", (step.id for step in config.severity_steps))
    yield from _doubles(paths["routes.toml"], "route", "id", (route.id for route in every_route(config.routes)))
    yield from _doubles(paths["channels.toml"], "channel", "id", (channel.id for channel in config.channels))
    yield from _doubles(paths["coverage.toml"], "network", "id", (network.id for network in config.coverage))
    yield from _doubles(paths["goals.toml"], "goals", "id", (goal.id for goal in config.goals))
    yield from _doubles(paths["goals.toml"], "campaigns", "id", (one.id for one in config.campaigns))
    yield from _doubles(paths["routes.toml"], "receiver", "id", (receiver.id for receiver in config.receivers))
    if not any(place.kind == "municipality" for place in config.places):
        yield f'{paths["places.toml"]}: no [[place]] has kind = "municipality". Add the municipality itself.'
    yield from _check_units(config, paths["units.toml"])
    yield from _check_sources(config, paths["sources.toml"], paths["coverage.toml"])
    yield from _check_rules(config, paths["rules.toml"])
    yield from _check_severity(config, paths["rules.toml"])
    yield from check_routes(config, paths["routes.toml"])
    yield from check_goals(config, paths["goals.toml"])
    yield from _check_channels(config, paths["channels.toml"])
    yield from _check_groups(config, paths["municipality.toml"])
    yield from check_keeping(config, paths["municipality.toml"], paths["sources.toml"])
    categories = {category.id for category in config.categories}
    named = (("[alerts]", "always", config.alerts.always), ("[clocks]", "unsuitable", config.clocks.unsuitable))
    for table, key, ids in named:
        for category in ids:
            if category not in categories:
                here = f'{paths["municipality.toml"]}: {table}, key "{key}"'
                yield f'{here}: "{category}" is no [[category]] of rules.toml. Mend it.'


def _doubles(path: Path, table: str, key: str, values: Iterable[str]) -> Iterable[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f'{path}: [[{table}]] "{value}", key "{key}": stands {count} times. Give each its own.'


def _check_units(config: Config, path: Path) -> Iterable[str]:
    known = {unit.id for unit in config.units}
    for unit in config.units:
        if unit.parent is not None and unit.parent not in known:
            yield f'{path}: [[unit]] "{unit.id}", key "parent": no unit has the id "{unit.parent}". Mend the id.'
        if unit.deputy and not unit.manager:
            yield f'{path}: [[unit]] "{unit.id}", key "deputy": there is no manager to be deputy to. Add the manager.'
        if unit.parent == unit.id:
            yield f'{path}: [[unit]] "{unit.id}", key "parent": a unit is not its own parent. Name its department.'


def _check_sources(config: Config, path: Path, coverage: Path) -> Iterable[str]:
    from pipelines.collect.sources import FAMILIES

    for source in config.sources:
        family = FAMILIES.get(source.family)
        if family is None:
            known = ", ".join(sorted(FAMILIES))
            yield f'{path}: [[source]] "{source.id}", key "family": "{source.family}" is unknown. Known: {known}.'
            continue
        if source.keeps_text and not family.keeps_text:
            yield (
                f'{path}: [[source]] "{source.id}", key "keeps_text": the terms of {source.family} let no text be '
                "stored. Write keeps_text = false."
            )
        try:
            family.options.model_validate(source.options)
        except ValidationError as error:
            for detail in error.errors():
                key = ".".join(str(part) for part in detail["loc"])
                yield (
                    f'{path}: [[source]] "{source.id}", [options], key "{key}": {detail["msg"]}. '
                    f"See what {source.family} takes in pipelines/collect/sources/{source.family}.py."
                )
    yield from check_coverage(config, FAMILIES, coverage)


def _check_rules(config: Config, path: Path) -> Iterable[str]:
    categories = {category.id for category in config.categories}
    for category in config.categories:
        here = f'{path}: [[category]] "{category.id}"'
        for contained in category.contains:
            if contained not in categories:
                yield f'{here}, key "contains": "{contained}" is no [[category]]. Mend it.'
    for rule in config.rules:
        here = f'{path}: [[rule]] "{rule.id}"'
        if rule.category not in categories:
            yield f'{here}, key "category": "{rule.category}" is no [[category]]. Add it, or mend the name.'
        for key in ("all", "any", "none", "context", "unless", "weights"):
            for term in getattr(rule, key):
                if problem := problem_of(term):
                    yield f'{here}, key "{key}": {problem}'
    for alert in config.alert_rules:
        for known in alert.categories:
            if known not in categories:
                yield f'{path}: [[alert]] "{alert.id}", key "categories": "{known}" is no [[category]]. Mend it.'


def _check_severity(config: Config, path: Path) -> Iterable[str]:
    categories = {category.id for category in config.categories}
    for step in config.severity_steps:
        here = f'{path}: [[severity_step]] "{step.id}"'
        for known in step.categories:
            if known not in categories:
                yield f'{here}, key "categories": "{known}" is no [[category]]. Mend it.'
        for key, terms in (("signs", chain.from_iterable(step.signs)), ("none", step.none)):
            for term in terms:
                if problem := problem_of(term):
                    yield f'{here}, key "{key}": {problem}'


def _check_groups(config: Config, path: Path) -> Iterable[str]:
    """That each group of the municipality's login gives a role that there is."""
    if config.dashboard.oidc is None:
        return
    from pipelines.roles import problem

    groups = config.dashboard.oidc.group
    yield from _doubles(path, "dashboard.oidc.group", "group", (one.group for one in groups))
    for one in groups:
        if found := problem(one.role, one.units, config):
            yield f'{path}: [[dashboard.oidc.group]] "{one.group}", key "{found[0]}": {found[1]}'


NEEDS: Mapping[str, str | None] = {"webhook": "url", "file": "folder", "apprise": None}
"""By kind of channel, the key that it takes; the others' are refused."""


def _check_channels(config: Config, path: Path) -> Iterable[str]:
    receivers = {receiver.id for receiver in config.receivers}
    for channel in config.channels:
        here = f'{path}: [[channel]] "{channel.id}"'
        if channel.id == MAIL:
            yield f'{here}, key "id": "{MAIL}" is what mail itself is called. Give another id.'
        for receiver in channel.receivers:
            if receiver not in receivers:
                yield f'{here}, key "receivers": no [[receiver]] has the id "{receiver}". Add it, or mend the id.'
        for key in ("url", "folder"):
            needed, given = NEEDS[channel.kind] == key, getattr(channel, key) is not None
            if needed and not given:
                yield f'{here}, key "{key}": the key is missing. A {channel.kind} channel needs it.'
            elif given and not needed:
                yield f'{here}, key "{key}": a {channel.kind} channel takes none. Remove it.'
