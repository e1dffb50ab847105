"""Read and cross-check a configuration folder; refuse it whole, with every problem at once, each with its remedy."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from pipelines.config.schema import (
    Config,
    MailFile,
    MunicipalityFile,
    PlacesFile,
    Receiver,
    RoutesFile,
    RulesFile,
    SourcesFile,
    Table,
    UnitsFile,
    unit_receiver,
)
from pipelines.config.terms import problem_of
from pipelines.errors import ConfigError, UserError

FILES: Mapping[str, type[Table]] = {
    "municipality.toml": MunicipalityFile,
    "places.toml": PlacesFile,
    "units.toml": UnitsFile,
    "sources.toml": SourcesFile,
    "rules.toml": RulesFile,
    "routes.toml": RoutesFile,
    "mail.toml": MailFile,
}
TO_UNITS = ("unit", "department")
FileTable = TypeVar("FileTable", bound=Table)


def load(folder: Path, overlay: Path | None = None) -> Config:
    """The configuration in `folder`; a file of the same name in `overlay` takes its place whole.

    Raises ConfigError with every problem found, each naming file, table, key and remedy.
    """
    if not folder.is_dir():
        raise ConfigError([f"{folder}: no such folder. Name one with --config, for example config/botkyrka."])
    problems: list[str] = []
    tables: dict[str, Table] = {}
    paths: dict[str, Path] = {}
    for name, model in FILES.items():
        path = overlay / name if overlay and (overlay / name).is_file() else folder / name
        paths[name] = path
        table = _read(path, model, problems)
        if table is not None:
            tables[name] = table
    if problems:
        raise ConfigError(problems)
    config = _assemble(tables)
    problems.extend(_cross_check(config, paths))
    if problems:
        raise ConfigError(problems)
    return config


def _read(path: Path, model: type[FileTable], problems: list[str]) -> FileTable | None:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        problems.append(f"{path}: the file is missing. Copy it from config/botkyrka and change it.")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path}: not valid TOML: {error}. Mend the line.")
    except UnicodeDecodeError as error:
        problems.append(f"{path}: not UTF-8 at byte {error.start}. Save the file as UTF-8.")
    else:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            problems.extend(_explain(path, raw, error))
    return None


def _explain(path: Path, raw: Mapping[str, object], error: ValidationError) -> Iterable[str]:
    for detail in error.errors():
        keys = detail["loc"]
        where = _where(raw, keys)
        match detail["type"]:
            case "extra_forbidden":
                remedy = "unknown key. Remove it, or check its spelling in docs/konfiguration.md"
            case "missing":
                remedy = "the key is missing. Add it"
            case _:
                message = detail["msg"].removeprefix("Value error, ")
                remedy = f"{message[:1].lower()}{message[1:]} (it says {detail['input']!r}). Mend the value"
        yield f"{path}: {where}: {remedy}."


def _where(raw: object, keys: tuple[int | str, ...]) -> str:
    """`[[source]] "svt", key "url"` instead of `source.3.url`: an operator counts names, not positions."""
    name, shown = "", []
    for depth, key in enumerate(keys):
        raw = _step(raw, key)
        if isinstance(key, int):
            known = raw.get("id") or raw.get("name") if isinstance(raw, dict) else None
            shown.append(f'[[{name}]] "{known}"' if known else f"[[{name}]] number {key + 1}")
        elif depth + 1 < len(keys) and isinstance(keys[depth + 1], int):
            name = key
        elif depth + 1 < len(keys):
            shown.append(f"[{key}]")
        else:
            shown.append(f'key "{key}"')
    return ", ".join(shown) or "the file"


def _step(raw: object, key: int | str) -> object:
    if isinstance(raw, list) and isinstance(key, int) and key < len(raw):
        return raw[key]
    return raw.get(key) if isinstance(raw, dict) else None


def _assemble(tables: Mapping[str, Table]) -> Config:
    municipality, places, units, sources, rules, routes, mail = (tables[name] for name in FILES)
    assert isinstance(municipality, MunicipalityFile) and isinstance(places, PlacesFile)
    assert isinstance(units, UnitsFile) and isinstance(sources, SourcesFile) and isinstance(rules, RulesFile)
    assert isinstance(routes, RoutesFile) and isinstance(mail, MailFile)
    managers = tuple(
        Receiver(
            id=unit_receiver(unit.id),
            title=f"{unit.manager.title}, {unit.name}",
            address=unit.manager.address,
            digest=routes.unit_receivers.digest,
            units=(unit.id, *(child.id for child in units.unit if child.parent == unit.id)),
        )
        for unit in units.unit
    )
    return Config(
        municipality=municipality.municipality,
        operator=municipality.operator,
        alerts=municipality.alerts,
        digest=municipality.digest,
        retention=municipality.retention,
        dashboard=municipality.dashboard,
        places=places.place,
        units=units.unit,
        fetch=sources.fetch,
        sources=sources.source,
        categories=rules.category,
        rules=rules.rule,
        alert_rules=rules.alert,
        crime_groups=rules.crime_group,
        root=routes.root,
        receivers=(*routes.receiver, *managers),
        routes=routes.route,
        smtp=mail.smtp,
        sender=mail.sender,
        retry=mail.retry,
    )


def _cross_check(config: Config, paths: Mapping[str, Path]) -> Iterable[str]:
    yield from _doubles(paths["places.toml"], "place", "name", (place.name for place in config.places))
    yield from _doubles(paths["units.toml"], "unit", "id", (unit.id for unit in config.units))
    yield from _doubles(paths["sources.toml"], "source", "id", (source.id for source in config.sources))
    yield from _doubles(paths["rules.toml"], "rule", "id", (rule.id for rule in config.rules))
    yield from _doubles(paths["rules.toml"], "category", "id", (category.id for category in config.categories))
    yield from _doubles(paths["routes.toml"], "route", "id", (route.id for route in config.routes))
    yield from _doubles(paths["routes.toml"], "receiver", "id", (receiver.id for receiver in config.receivers))
    if not any(place.kind == "municipality" for place in config.places):
        yield f'{paths["places.toml"]}: no [[place]] has kind = "municipality". Add the municipality itself.'
    yield from _check_units(config, paths["units.toml"])
    yield from _check_sources(config, paths["sources.toml"])
    yield from _check_rules(config, paths["rules.toml"])
    yield from _check_routes(config, paths["routes.toml"])


def _doubles(path: Path, table: str, key: str, values: Iterable[str]) -> Iterable[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f'{path}: [[{table}]] "{value}", key "{key}": stands {count} times. Give each its own.'


def _check_units(config: Config, path: Path) -> Iterable[str]:
    known = {unit.id for unit in config.units}
    for unit in config.units:
        if unit.parent is not None and unit.parent not in known:
            yield f'{path}: [[unit]] "{unit.id}", key "parent": no unit has the id "{unit.parent}". Mend the id.'
        if unit.parent == unit.id:
            yield f'{path}: [[unit]] "{unit.id}", key "parent": a unit is not its own parent. Name its department.'


def _check_sources(config: Config, path: Path) -> Iterable[str]:
    from pipelines.collect.sources import FAMILIES

    for source in config.sources:
        family = FAMILIES.get(source.family)
        if family is None:
            known = ", ".join(sorted(FAMILIES))
            yield f'{path}: [[source]] "{source.id}", key "family": "{source.family}" is unknown. Known: {known}.'
            continue
        try:
            family.Options.model_validate(source.options)
        except ValidationError as error:
            for detail in error.errors():
                key = ".".join(str(part) for part in detail["loc"])
                yield (
                    f'{path}: [[source]] "{source.id}", [options], key "{key}": {detail["msg"]}. '
                    f"See what {source.family} takes in pipelines/collect/sources/{source.family}.py."
                )


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


def _check_routes(config: Config, path: Path) -> Iterable[str]:
    receivers = {receiver.id for receiver in config.receivers}
    units = {unit.id for unit in config.units}
    categories = {category.id for category in config.categories}
    if config.root not in receivers:
        yield f'{path}: key "root": no [[receiver]] has the id "{config.root}". Add it: without it nobody is told.'
    for receiver in config.receivers:
        for unit in receiver.units:
            if unit not in units:
                yield f'{path}: [[receiver]] "{receiver.id}", key "units": no unit has the id "{unit}". Mend the id.'
    for route in config.routes:
        here = f'{path}: [[route]] "{route.id}"'
        for target in route.to:
            if target not in receivers and target not in TO_UNITS:
                yield f'{here}, key "to": no [[receiver]] has the id "{target}". Add the receiver, or mend the id.'
        for unit in route.match.units:
            if unit not in units:
                yield f'{here}, [match], key "units": no unit has the id "{unit}". Mend the id.'
        for category in route.match.categories:
            if category not in categories:
                yield f'{here}, [match], key "categories": "{category}" is no [[category]] of rules.toml. Mend it.'


def secret(name: str, environment: Mapping[str, str]) -> str | None:
    """The secret in the variable `name`, or in the file that `name`_FILE names; None where neither is set."""
    if value := environment.get(name):
        return value
    if path := environment.get(f"{name}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise UserError(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}. Mend the variable."
            ) from error
    return None
