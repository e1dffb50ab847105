"""Read and cross-check a configuration folder; refuse it whole, with every problem at once, each with its remedy."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from pipelines.config import beside
from pipelines.config.beside import Said
from pipelines.config.checks import cross_check
from pipelines.config.schema import (
    ChannelsFile,
    Config,
    CoverageFile,
    GoalsFile,
    MailFile,
    MunicipalityFile,
    PlacesFile,
    Receiver,
    RoutesFile,
    RulesFile,
    SourcesFile,
    Table,
    UnitsFile,
    unit_communicator,
    unit_deputy,
    unit_receiver,
)
from pipelines.errors import ConfigError, UserError

FILES: Mapping[str, type[Table]] = {
    "municipality.toml": MunicipalityFile,
    "places.toml": PlacesFile,
    "units.toml": UnitsFile,
    "sources.toml": SourcesFile,
    "rules.toml": RulesFile,
    "routes.toml": RoutesFile,
    "mail.toml": MailFile,
    "coverage.toml": CoverageFile,
    "channels.toml": ChannelsFile,
    "goals.toml": GoalsFile,
}
OPTIONAL = ("coverage.toml", "channels.toml", "goals.toml")
FileTable = TypeVar("FileTable", bound=Table)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a configuration, each valid by itself."""

    folder: Path
    paths: Mapping[str, Path]
    """By name of file, where it was read."""
    tables: Mapping[str, Table]

    def config(self) -> Config:
        """All of it together. Raises ConfigError as `load`."""
        config = _assemble(self.tables, self.folder)
        if problems := list(cross_check(config, self.paths)):
            raise ConfigError(problems)
        return config

    def beside(self, said: Iterable[Said]) -> tuple[Files, tuple[Said, ...]]:
        """The files as they would be with what people have said in them, and what of it fits them no longer: an
        operator may have taken out what it is about, and is not to find a watch that does not start."""
        given = tuple(said)
        with contextlib.suppress(ConfigError):
            whole = self
            for one in given:
                whole = whole.put(one)
            whole.config()
            return whole, ()
        found, unfit = self, []
        for one in given:
            try:
                tried = found.put(one)
                tried.config()
            except ConfigError:
                unfit.append(one)
            else:
                found = tried
        return found, tuple(unfit)

    def put(self, one: Said) -> Files:
        """With one thing more said. Raises ConfigError where it fits no table."""
        try:
            return replace(self, tables=beside.put(self.tables, one))
        except ValidationError as error:
            raise ConfigError(list(_explain(Path(one.kind), {}, error))) from error
        except LookupError as error:
            raise ConfigError([f"{one.kind} {one.name}: {error}"]) from error


def load(folder: Path, overlay: Path | None = None) -> Config:
    """The configuration in `folder`; a file of the same name in `overlay` takes its place whole.

    Raises ConfigError with every problem found, each naming file, table, key and remedy.
    """
    return read(folder, overlay).config()


def read(folder: Path, overlay: Path | None = None) -> Files:
    """The files alone. Raises ConfigError as `load`."""
    if not folder.is_dir():
        raise ConfigError([f"{folder}: no such folder. Name one with --config, for example config/botkyrka."])
    problems: list[str] = []
    tables: dict[str, Table] = {}
    paths: dict[str, Path] = {}
    for name, model in FILES.items():
        path = overlay / name if overlay and (overlay / name).is_file() else folder / name
        paths[name] = path
        if name in OPTIONAL and not path.exists():
            tables[name] = model()
            continue
        table = _read(path, model, problems)
        if table is not None:
            tables[name] = table
    if problems:
        raise ConfigError(problems)
    return Files(folder, paths, tables)


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


def _assemble(tables: Mapping[str, Table], folder: Path) -> Config:
    municipality, places, units, sources, rules, routes, mail, coverage, channels, goals = (
        tables[name] for name in FILES
    )
    assert isinstance(municipality, MunicipalityFile) and isinstance(places, PlacesFile)
    assert isinstance(units, UnitsFile) and isinstance(sources, SourcesFile) and isinstance(rules, RulesFile)
    assert isinstance(routes, RoutesFile) and isinstance(mail, MailFile) and isinstance(coverage, CoverageFile)
    assert isinstance(channels, ChannelsFile) and isinstance(goals, GoalsFile)
    managers = tuple(
        Receiver(
            id=unit_receiver(unit.id),
            title=f"{unit.manager.title}, {unit.name}",
            address=unit.manager.address,
            digest=unit.manager.digest or routes.unit_receivers.digest,
            days=unit.manager.days or routes.unit_receivers.days,
            deputy=unit_deputy(unit.id) if unit.deputy else None,
            units=(unit.id, *(child.id for child in units.unit if child.parent == unit.id)),
            quiet=routes.unit_receivers.quiet if unit.manager.quiet is None else unit.manager.quiet or None,
        )
        for unit in units.unit
        if unit.manager
    )
    deputies = tuple(
        Receiver(
            id=unit_deputy(unit.id),
            title=f"{unit.deputy.title}, {unit.name}",
            address=unit.deputy.address,
            digest="never",
            units=(unit.id,),
        )
        for unit in units.unit
        if unit.deputy
    )
    communicators = tuple(
        Receiver(
            id=unit_communicator(unit.id),
            title=f"{unit.communicator.title}, {unit.name}",
            address=unit.communicator.address,
            digest="never",
            units=(unit.id, *(child.id for child in units.unit if child.parent == unit.id)),
        )
        for unit in units.unit
        if unit.communicator
    )
    return Config(
        municipality=municipality.municipality,
        operator=municipality.operator,
        alerts=municipality.alerts,
        digest=municipality.digest,
        spikes=municipality.spikes,
        retention=municipality.retention,
        persons=municipality.persons,
        records=municipality.records,
        dashboard=municipality.dashboard,
        places=places.place,
        units=units.unit,
        fetch=sources.fetch,
        sources=sources.source,
        licences=sources.licence,
        categories=rules.category,
        rules=rules.rule,
        severity_steps=rules.severity_step,
        help_lines=rules.help_line,
        alert_rules=rules.alert,
        crime_groups=rules.crime_group,
        precision=rules.precision,
        root=routes.root,
        receivers=(*routes.receiver, *managers, *deputies, *communicators),
        routes=routes.route,
        hr=routes.hr,
        registrator=routes.registrator,
        deputies=routes.deputy,
        duty=routes.duty,
        smtp=mail.smtp,
        sender=mail.sender,
        retry=mail.retry,
        coverage=coverage.network,
        channels=channels.channel,
        sentiment=municipality.sentiment.within(folder),
        clocks=municipality.clocks,
        accounts=municipality.accounts,
        evaluation=goals.evaluation,
        goals=goals.goals,
        campaigns=goals.campaigns,
    )


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
