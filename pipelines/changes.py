"""What people change in the dashboard beside the files: kept with who, when and why, and checked as the files are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import Connection

from pipelines.config import Files
from pipelines.config.beside import Kind, Said
from pipelines.config.schema import Config, Quiet, unit_receiver
from pipelines.errors import ConfigError, UserError
from pipelines.store import overlay
from pipelines.store.overlay import Change

if TYPE_CHECKING:
    from pipelines.bootstrap import App

KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which they are put into the tables: what is paused must be there."""
OWN = ("digest", "days", "quiet", "channels")
"""What a receiver says of their own: how they are told. Who they are and who stands in is for others to say."""


def said(connection: Connection) -> tuple[Said, ...]:
    """All that holds beside the files."""
    found = [Said(one.kind, one.name, one.value or {}) for one in overlay.current(connection, *KINDS)]  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def save(connection: Connection, app: App, kind: Kind, given: Change, seen: int | None = None) -> Config:
    """Let `given` hold, and return the configuration with it; a value of None takes away what was said.

    seen: the newest change of the same setting that its author has read. Raises ConfigError where the tables do not
    take it, or where something else that was said no longer holds with it; TakenError where someone was faster.
    """
    before = said(connection)
    rest = tuple(one for one in before if (one.kind, one.name) != (kind, given.name))
    new = () if given.value is None else (Said(kind, given.name, given.value),)
    files, after = files_of(app), tuple(sorted((*rest, *new), key=lambda one: KINDS.index(one.kind)))
    whole, unfit = files.beside(after)
    if lost := set(map(_key, unfit)) - set(map(_key, files.beside(rest)[1])):
        raise ConfigError(_reasons(files, after, lost))
    overlay.change(connection, kind, given, seen=seen)
    return whole.config()


def undone(connection: Connection, kind: Kind, name: str) -> Mapping[str, Any] | None:
    """What held before the last change of the setting; None where that was nothing beside the files."""
    changes = overlay.history(connection, kind, names=[name])
    return changes[-2].value if len(changes) > 1 else None


def files_of(app: App) -> Files:
    """The operator's files. Raises UserError for an application that was put together without."""
    if app.files is None:
        raise UserError("this application has no files that something could be said beside")
    return app.files


def facts(config: Config, receiver: str) -> dict[str, Any]:
    """All that can be said of a receiver, as `Said` says it. Raises LookupError where there is none."""
    found = config.receiver(receiver)
    unit = next((unit for unit in config.units if unit_receiver(unit.id) == receiver), None)
    if unit is None and found is None:
        raise LookupError(receiver)
    manager = unit.manager if unit else None
    deputy: object = found.deputy if found else None
    if unit:
        deputy = unit.deputy.model_dump(mode="json") if unit.deputy else None
    return {
        "title": manager.title if manager else found.title if found and not unit else "",
        "address": found.address if found else "",
        "deputy": deputy,
        "digest": found.digest if found else "when-something",
        "days": list(found.days) if found else [],
        "quiet": quiet(found.quiet) if found else None,
        "channels": [channel.id for channel in config.channels if receiver in channel.receivers],
    }


def beside(wanted: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any] | None:
    """What of the facts `wanted` is not as in the files; None where all is."""
    return {key: value for key, value in wanted.items() if value != files[key]} or None


def quiet(given: Quiet | None) -> dict[str, str] | None:
    """Quiet hours as they are kept: hours and minutes, and what passes."""
    if given is None:
        return None
    return {"begins": f"{given.begins:%H:%M}", "ends": f"{given.ends:%H:%M}", "passes": given.passes}


def _reasons(files: Files, after: Iterable[Said], lost: set[tuple[str, str]]) -> list[str]:
    """Why what is lost does not hold."""
    whole = files
    problems: list[str] = []
    for one in after:
        try:
            tried = whole.put(one)
            tried.config()
        except ConfigError as error:
            problems += error.problems if _key(one) in lost else []
        else:
            whole = tried
    return problems


def _key(one: Said) -> tuple[str, str]:
    return one.kind, one.name
