"""accounts list, check, tell, import, export: the register of official accounts, and what the policy asks of it."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from pathlib import Path

from pipelines.bootstrap import App
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, show, table
from pipelines.errors import ConfigError, UserError, WrongCall
from pipelines.register import files, rules
from pipelines.register.official import Official
from pipelines.register.words import words
from pipelines.store import register
from pipelines.store.engine import reading
from pipelines.store.overlay import TakenError


def listed(called: Namespace) -> int:
    """All accounts, and how many of the policy's demands each does not meet."""
    built = app(called)
    found = _register(built)
    if called.json:
        print_json([one.model_dump(mode="json") for one in found])
        return 0
    rows = [
        (one.id, one.network, one.handle, one.responsible, one.closed or "", len(rules.lacking(one, built.config)))
        for one in found
    ]
    table(("id", "network", "handle", "responsible", "closed", "lacking"), rows)
    return 0


def check(called: Namespace) -> int:
    """What the policy asks for and the register does not have. Exit code 1 while anything is lacking."""
    built = app(called)
    rows = [
        {"id": one.id, "what": lack.what, "page": lack.page, "text": words()["lacking"][lack.what]}
        for one in _register(built)
        for lack in rules.lacking(one, built.config)
    ]
    if called.json:
        print_json(rows)
    elif rows:
        table(("id", "what", "page", "text"), [tuple(row.values()) for row in rows])
    return 1 if rows else 0


def tell(called: Namespace) -> int:
    """Tell of accounts that have gone silent, as the night does."""
    from pipelines.register import phase

    show(phase.run(app(called)), as_json=called.json)
    return 0


def take_in(called: Namespace) -> int:
    """Put the accounts of a file into the register: all of them, or none where anything is wrong with one."""
    path = Path(called.file)
    form = called.format or path.suffix.removeprefix(".").lower()
    if form not in files.READABLE:
        raise WrongCall(f"«{path.name}» does not tell its format. Say --format toml or csv.")
    if not (called.reason or "").strip():
        raise WrongCall("say why with --reason: it is kept with who and when")
    built = app(called)
    given, problems = files.read(_text(path), form, path.name)
    now = built.clock()
    today = now.astimezone(built.config.zone).date()
    with built.engine.begin() as connection:
        kept = {one.id: one for one in register.current(connection)}
        if found := [*problems, *files.check(given, kept.values(), built.config, today, path.name)]:
            raise ConfigError(found)
        changed = [one for _, one in given if kept.get(one.id) != one]
        by, reason = called.by or getpass.getuser(), called.reason.strip()
        try:
            for one in changed:
                seen = register.last_change(connection, one.id)
                register.change(connection, one, seen=seen, by=by, reason=reason, now=now)
        except TakenError as error:
            raise UserError("someone has changed the register meanwhile. Import the file once more") from error
    new = sum(one.id not in kept for one in changed)
    sys.stderr.write(f"{new} new, {len(changed) - new} changed, {len(given) - len(changed)} as before\n")
    return 0


def give_out(called: Namespace) -> int:
    """The whole register, in one of three forms."""
    write = {"toml": files.as_toml, "csv": files.as_csv, "json": files.as_json}[called.format]
    sys.stdout.write(write(_register(app(called))).rstrip("\r\n") + "\n")
    return 0


def _register(built: App) -> tuple[Official, ...]:
    with reading(built.engine) as connection:
        return register.current(connection)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}. Name a UTF-8 file.") from error
