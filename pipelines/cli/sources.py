"""sources list, check, preview, import, export: which there are, how they are, and how new ones come."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import tomllib
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import config as configuration
from pipelines.bootstrap import App
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, table
from pipelines.config.schema import Source
from pipelines.errors import UserError, WrongCall
from pipelines.store.sources import SourceState

if TYPE_CHECKING:
    from pipelines.collect.coverage import Coverage
    from pipelines.collect.preview import Preview

SAMPLES = 5
"""Headlines that a preview shows."""


def listed(called: Namespace) -> int:
    """All sources with their health, then every network that is to be watched."""
    from pipelines.collect.coverage import coverage

    built = app(called)
    states = _states(built)
    covered = coverage(built.config, states, built.environment)
    if called.json:
        print_json(
            {
                "sources": [_health(one, states.get(one.id), built) for one in built.config.sources],
                "coverage": [_covered(row, built) for row in covered],
            }
        )
        return 0
    rows = [tuple(_health(source, states.get(source.id), built).values()) for source in built.config.sources]
    table(("id", "family", "kind", "state", "last ok", "last new", "reason"), rows)
    if covered:
        print()
        table(("network", "state", "since", "by", "missing"), [tuple(_covered(row, built).values()) for row in covered])
    return 0


def check(called: Namespace) -> int:
    """Ask all that are switched on, now, and say how each fared."""
    from pipelines.collect import phase

    built = app(called)
    report = phase.run(built, only=[source.id for source in built.config.sources if source.enabled])
    rows = [
        {"id": name, "outcome": one.outcome, "new": one.new, "edited": one.edited, "reason": one.reason}
        for name, one in report.by_source.items()
    ]
    if called.json:
        print_json(rows)
    else:
        table(("id", "outcome", "new", "edited", "reason"), [tuple(row.values()) for row in rows])
        print(f"\n{len(rows) - report.failed} of {len(rows)} answered")
    return 1 if report.failed else 0


def preview(called: Namespace) -> int:
    """What a source would bring, before it is added."""
    from pipelines.collect import preview as trial
    from pipelines.enrich.match import Matcher

    built = app(called)
    matcher = Matcher(built.config)
    taken = [source.id for source in built.config.sources]
    wanted = trial.draft(called.url, called.family or "rss", _options(called.option), called.kind, taken)
    told = bool(called.family)
    found = asyncio.run(trial.preview(built, wanted, told=told, mentions=lambda entry: matcher.match(entry).about))
    if called.json:
        print_json([_as_json(one) for one in found])
    else:
        print("\n\n".join(_as_text(one) for one in found))
    return 0 if any(one.entries for one in found) else 1


def take_in(called: Namespace) -> int:
    """Sources of a file as rows; with --write, added at the end of DIR/sources.toml."""
    from pipelines.collect import rows

    path = Path(called.file)
    form = called.format or path.suffix.removeprefix(".").lower()
    if form not in rows.FORMATS:
        raise WrongCall(f"«{path.name}» does not tell its format. Say --format opml, toml or json.")
    built = app(called)
    existing = built.config.sources
    given, refused = rows.read(_text(path), form, called.kind, [source.id for source in existing])
    here, ids = {source.url for source in existing}, {source.id for source in existing}
    new = [source for source in given if source.url not in here and source.id not in ids]
    made = rows.as_toml(new)
    for line in refused:
        sys.stderr.write(f"refused {line}\n")
    sys.stderr.write(f"{len(new)} new, {len(given) - len(new)} there already, {len(refused)} refused\n")
    if called.write is None:
        print(made, end="")
    elif new:
        _append(Path(called.write), made)
    return 1 if refused else 0


def give_out(called: Namespace) -> int:
    """All sources, in one of three forms."""
    from pipelines.collect import opml, rows

    config = app(called).config
    if called.format == "opml":
        print(opml.write(config.sources, f"Mediebevakning {config.municipality.name}"), end="")
    else:
        print(rows.as_toml(config.sources) if called.format == "toml" else rows.as_json(config.sources), end="")
    return 0


def _states(built: App) -> dict[str, SourceState]:
    from pipelines.store import sources as stored
    from pipelines.store.engine import reading

    with reading(built.engine) as connection:
        return stored.states(connection)


def _health(source: Source, state: SourceState | None, built: App) -> dict[str, object]:
    return {
        "id": source.id,
        "family": source.family,
        "kind": source.kind,
        "state": _state(source.enabled, state),
        "last_ok": _local(state.last_ok_at, built) if state else None,
        "last_new": _local(state.last_new_at, built) if state else None,
        "reason": state.last_failure if state else None,
    }


def _state(enabled: bool, state: SourceState | None) -> str:
    if not enabled:
        return "off"
    if state is None or state.last_tried_at is None:
        return "never asked"
    if state.gone:
        return "gone"
    if state.last_failure:
        return "failing"
    return "unwell" if state.habits.get("told") else "ok"


def _covered(row: Coverage, built: App) -> dict[str, object]:
    return {
        "network": row.network.name,
        "state": row.condition,
        "since": _local(row.since, built),
        "by": ", ".join(one.source.id for one in row.sources) or row.network.why_not,
        "missing": ", ".join(row.missing) or (row.network.ask if row.condition in ("needs", "none") else ""),
    }


def _local(time: datetime | None, built: App) -> str | None:
    return time.astimezone(built.config.zone).strftime("%Y-%m-%d %H:%M") if time else None


def _options(given: Sequence[str]) -> dict[str, object]:
    """`key=value` as TOML; a value that is none is a text."""
    found: dict[str, object] = {}
    for part in given:
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise WrongCall(f"«{part}» is no option; write it as key=value, for example tags=['småby']")
        try:
            found[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[key.strip()] = value
    return found


def _as_json(found: Preview) -> dict[str, object]:
    from pipelines.collect.recordings import as_json
    from pipelines.collect.rows import as_row

    return {
        "source": as_row(found.source),
        "entries": len(found.entries),
        "per_week": found.per_week,
        "newest": found.newest,
        "languages": found.languages,
        "mentions": [as_json(entry) for entry in found.mentions],
        "problems": found.problems,
    }


def _as_text(found: Preview) -> str:
    from pipelines.collect.rows import as_toml

    lines = [f"{found.source.name}  {found.source.url}", *(f"  ! {problem}" for problem in found.problems)]
    if found.entries:
        spoken = ", ".join(f"{code} {count}" for code, count in found.languages.items())
        rate = f"{found.per_week:g} a week" if found.per_week else "no dates to tell how many a week"
        lines += [
            f"  {len(found.entries)} entries, {rate}, newest {found.newest or 'without date'}; languages: {spoken}",
            f"  {len(found.mentions)} name the municipality, a place or a unit:",
            *(f"    {(entry.title or entry.text)[:100]}" for entry in found.mentions[:SAMPLES]),
            "  To add it, put this at the end of sources.toml:",
            as_toml([found.source]).rstrip(),
        ]
    return "\n".join(lines)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}. Name a UTF-8 file.") from error


def _append(folder: Path, made: str) -> None:
    """Add the rows to DIR/sources.toml, if the configuration is whole with them; comments there stay."""
    path = folder / "sources.toml"
    whole = _text(path).rstrip("\n") + "\n\n" + made
    with tempfile.TemporaryDirectory() as trial:
        (Path(trial) / path.name).write_text(whole, "utf-8")
        configuration.load(folder, Path(trial))
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(whole, "utf-8")
    draft.replace(path)
