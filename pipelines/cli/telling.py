"""notify --explain, silences, deputies, config export: why who is told, and what people change in it."""

from __future__ import annotations

import getpass
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines import changes
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, show, table
from pipelines.config.schema import Config
from pipelines.errors import UserError, WrongCall
from pipelines.notify import settings
from pipelines.store import notices, overlay
from pipelines.store.engine import reading
from pipelines.when import last_second

SILENCE = ("unit", "story", "rule", "source")
DEPUTY = ("absent", "deputy", "first", "last")


def notify(called: Namespace) -> int:
    """Route, compose, deliver; with --explain tell why who got what, and do nothing."""
    from pipelines.notify import phase
    from pipelines.notify.explain import explain

    built = app(called)
    if called.explain:
        lines = explain(built, called.explain)
        print_json(lines) if called.json else print("\n".join(lines))
    else:
        show(phase.run(built, renotify=called.renotify), as_json=called.json)
    return 0


def silence(called: Namespace) -> int:
    """list, add or end silences."""

    def said(config: Config) -> dict[str, object]:
        return {key: getattr(called, key) for key in SILENCE} | {"until": _until(called.until, config.zone)}

    return _change(called, "silence", said, settings.add_silence)


def deputy(called: Namespace) -> int:
    """list, add or end deputies."""

    def said(_config: Config) -> dict[str, object]:
        return {key: getattr(called, key) for key in DEPUTY}

    return _change(called, "deputy", said, settings.add_deputy)


def export(called: Namespace) -> int:
    """The files with what people have changed in them, as files that load."""
    from pipelines.config.export import export as written

    built, folder = app(called), Path(called.folder)
    with reading(built.engine) as connection:
        deputies = settings.named(connection, built.config)
        quieted = settings.silences(connection, built.clock())
        changed, unfit = changes.files_of(built).beside(changes.said(connection))
    files = written(changed, deputies)
    try:
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error.strerror}. Name a folder that is not there yet") from error
    print(f"{folder}: {len(files)} files; deputies that people have named: {len(deputies)}.")
    for one in unfit:
        print(f"No longer of use, and not in it: {one.kind} {one.name}")
    if quieted:
        print(f"Silences that hold, which are no configuration: {len(quieted)}. See: mediebevakning silence list")
    return 0


def _change(
    called: Namespace, kind: overlay.Setting, said: Callable[[Config], dict[str, object]], add: Callable[..., str]
) -> int:
    """List, end, or add what is `said`."""
    if called.what == "list":
        return _listed(called, kind)
    built = app(called)
    with built.engine.begin() as connection:
        if called.what == "end":
            settings.end(connection, kind, _name(called), _reason(called), _by(called), built.clock())
        else:
            print(add(connection, built.config, said(built.config), _reason(called), _by(called), built.clock()))
    return 0


def _listed(called: Namespace, kind: overlay.Setting) -> int:
    """Every change, oldest first: what holds, what has ended, who said so and why; of silences how much they muted."""
    built = app(called)
    with reading(built.engine) as connection:
        changes, muted = overlay.history(connection, kind), notices.muted_by(connection)
        holds = {one.name for one in overlay.current(connection, kind)}
    rows = [
        (
            one.name,
            ("holds" if one.name in holds else "was added") if one.value else "ended",
            " ".join(f"{key}={value}" for key, value in (one.value or {}).items() if value is not None),
            muted.get(f"{kind}:{one.name}", 0),
            one.by,
            f"{one.at.astimezone(built.config.zone):%Y-%m-%d %H:%M}",
            one.reason,
        )
        for one in changes
    ]
    heads = ("name", "state", "what", "muted", "by", "at", "reason")
    if called.json:
        print_json([dict(zip(heads, row, strict=True)) for row in rows])
    else:
        table(heads, rows)
    return 0


def _until(given: str | None, zone: ZoneInfo) -> datetime:
    """A date ends with its day; a time without zone is the municipality's."""
    if not given:
        raise WrongCall("a silence needs an end: --until 2026-11-30 or --until 2026-11-30T12:00")
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise WrongCall(f"«{given}» is no time; write it as 2026-11-30 or 2026-11-30T12:00") from error
    if len(given) == len("2026-11-30"):
        return last_second(at.date(), zone)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _reason(called: Namespace) -> str:
    if not called.reason:
        raise WrongCall("say why with --reason: the change is kept with who and when")
    return str(called.reason)


def _name(called: Namespace) -> str:
    if not called.name:
        raise WrongCall(f"name the one to end with --name. See them with: mediebevakning {called.command} list")
    return str(called.name)


def _by(called: Namespace) -> str:
    return called.by or getpass.getuser()
