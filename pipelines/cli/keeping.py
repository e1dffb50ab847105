"""housekeeping, hold, person: what goes and when, what may not go, and what one person asks for."""

from __future__ import annotations

import getpass
import json
import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from pipelines.bootstrap import App
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, show, table
from pipelines.errors import UserError, WrongCall
from pipelines.reports.paper import Paper, pdf, text

HOW = ("url", "text", "pseudonym-of")


def housekeeping(called: Namespace) -> int:
    """Forget; with --dry-run tell what would go; `decision`: the document of what goes when."""
    from pipelines.housekeeping import phase, receipt
    from pipelines.store import holds
    from pipelines.store.engine import reading

    built = app(called)
    if called.what == "decision":
        with reading(built.engine) as connection:
            count = sum(one.holds(built.clock()) for one in holds.listed(connection))
        return _hand_out(called, built, receipt.decision(built.config, count, built.clock()))
    report = phase.preview(built) if called.dry_run else phase.run(built)
    if called.json:
        show(report, as_json=True)
        return 0
    table(("vad", "hur", "regel", "rader"), receipt.told(built.config, report.lines))
    print(f"\n{'files that would go' if called.dry_run else 'files'}: {report.files}")
    return 0


def hold(called: Namespace) -> int:
    """add, list or end holds."""
    from pipelines.housekeeping import hold as asked
    from pipelines.store import holds
    from pipelines.store.engine import reading

    built, by = app(called), called.by or getpass.getuser()
    if called.what == "list":
        with reading(built.engine) as connection:
            found = holds.listed(connection)
        return _holds(called, built, found)
    with built.engine.begin() as connection:
        if called.what == "end":
            if not called.name:
                raise WrongCall("name the hold to end with --name. See them with: mediebevakning hold list")
            asked.end(connection, called.name, reason=called.reason or "", by=by, now=built.clock())
            return 0
        given = [(kind, getattr(called, kind)) for kind in holds.KINDS if getattr(called, kind)]
        if len(given) != 1:
            raise WrongCall("say what to hold: one of --post, --story and --source")
        if called.until is None:
            raise WrongCall("a hold has an end: --until 2027-06-30")
        ((kind, subject),) = given
        reason, now = called.reason or "", built.clock()
        print(asked.add(connection, built.config, kind, subject, last=called.until, reason=reason, by=by, now=now))
    return 0


def _holds(called: Namespace, built: App, found: Any) -> int:
    now = built.clock()
    heads = ("name", "state", "what", "until", "by", "at", "reason", "ended by", "ended why")
    rows = [
        (
            one.id,
            "holds" if one.holds(now) else "ended" if one.ended_at else "over",
            f"{one.kind} {one.subject}",
            f"{one.until.astimezone(built.config.zone):%Y-%m-%d}",
            one.by,
            f"{one.at.astimezone(built.config.zone):%Y-%m-%d %H:%M}",
            one.reason,
            one.ended_by,
            one.ended_why,
        )
        for one in found
    ]
    print_json([dict(zip(heads, row, strict=True)) for row in rows]) if called.json else table(heads, rows)
    return 0


def person(called: Namespace) -> int:
    """extract or erase what there is of one person, or list the requests."""
    from dataclasses import asdict

    from pipelines.housekeeping import person as work
    from pipelines.housekeeping import receipt

    built = app(called)
    if called.what == "list":
        found = work.listed(built)
        rows = [(one.id, one.action, one.reference, one.how, len(one.entries), one.by, _done(one)) for one in found]
        heads = ("request", "action", "reference", "how", "posts", "by", "done")
        print_json([dict(zip(heads, row, strict=True)) for row in rows]) if called.json else table(heads, rows)
        return 0
    asked = _asked(called)
    if called.out and Path(called.out).exists():
        raise UserError(f"{called.out} is there already. Nothing was done. Name a file that is not there yet")
    if called.what == "erase":
        given = work.erase(built, asked)
    elif not called.posts:
        raise WrongCall("name a new file for the posts with --posts: they are for the person, not for a screen")
    elif Path(called.posts).exists():
        raise UserError(f"{called.posts} is there already. Name a file that is not there yet")
    else:
        given, posts = work.extract(built, asked)
        _write_once(Path(called.posts), json.dumps(posts, ensure_ascii=False, indent=2, default=str).encode())
    if called.json:
        print_json(asdict(given))
        return 0
    return _hand_out(called, built, receipt.receipt(built.config, given))


def rotate(called: Namespace) -> int:
    """A new key for authors' pseudonyms: posts from now on cannot be joined with those before."""
    from pipelines.bootstrap import rotate_author_key

    rotate_author_key(app(called).settings)
    print("The key is new. Backups with --keys may hold the old one; running services take the new one at restart.")
    return 0


def _asked(called: Namespace) -> Any:
    from pipelines.housekeeping.person import Asked

    given = [(how, getattr(called, how.replace("-", "_"))) for how in HOW if getattr(called, how.replace("-", "_"))]
    if len(given) != 1:
        raise WrongCall("say how to find the posts: one of --url, --text and --pseudonym-of")
    ((how, value),) = given
    if value == "-":  # a name on the command line is read by everyone on the machine, and kept by the shell
        value = sys.stdin.readline().strip()
    return Asked(how, value, called.reference or "", called.by or getpass.getuser(), expect=called.expect)  # type: ignore[arg-type]


def _done(one: Any) -> str:
    return f"{one.done_at:%Y-%m-%d %H:%M}" if one.done_at else "broken off"


def _hand_out(called: Namespace, built: App, paper: Paper) -> int:
    """On the screen, or as a PDF where --out names a file. What it tells of is done: if there is no room for it, it is
    still told on the screen."""
    if not called.out:
        print(text(paper), end="")
        return 0
    try:
        _write_once(Path(called.out), pdf(paper, built.clock().astimezone(built.config.zone)))
    except UserError:
        print(text(paper), end="")
        raise
    print(called.out)
    return 0


def _write_once(path: Path, content: bytes) -> None:
    """For its owner only, whole or not at all. Raises UserError where there is a file already, or none can be made."""
    draft = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        os.link(draft, path)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror}. Make room, or name a file that is not there yet"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
