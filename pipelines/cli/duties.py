"""diary, records: what the municipality's own duties ask for, from the command line."""

from __future__ import annotations

import getpass
from argparse import Namespace
from pathlib import Path

from pipelines.bootstrap import App
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, table
from pipelines.errors import UserError, WrongCall
from pipelines.store.engine import reading
from pipelines.store.views import Scope

EVERYTHING = Scope(units=None, receivers=None, flagged_texts=True)
"""Whoever runs commands here reads the database itself."""


def diary(called: Namespace) -> int:
    """List, propose, settle, or hand over as files."""
    built = app(called)
    match called.what:
        case "list":
            _listed(built, as_json=called.json)
        case "propose":
            _propose(built, called)
        case "settle":
            _settle(built, called)
        case _:
            _handed_over(built, called)
    return 0


def records(called: Namespace) -> int:
    """Write the records as HTML, text and PDF into a new folder, each with what has changed; and keep them."""
    from pipelines.duties import folder, recorded
    from pipelines.reports.paper import page, pdf, text

    built = app(called)
    made: dict[str, bytes] = {}
    now = built.clock().astimezone(built.config.zone)
    for name, paper in recorded.present(built).items():
        made |= {f"{name}.html": page(paper).encode(), f"{name}.txt": text(paper).encode()}
        made[f"{name}.pdf"] = pdf(paper, now)
    folder.write(Path(called.out), made)
    kept = recorded.keep(built, called.by or getpass.getuser())
    print(f"{called.out}: {len(made)} files; changed since last time: {kept}")
    return 0


def _listed(built: App, *, as_json: bool) -> None:
    from pipelines.duties.diary import STATES
    from pipelines.store.views import registrations

    with reading(built.engine) as connection:
        found, _ = registrations.listed(connection, EVERYTHING, STATES, limit=registrations.MOST)
    rows = [
        (
            one.registration.id,
            one.state,
            one.reference,
            one.registration.kind,
            one.registration.unit,
            f"{one.registration.dated.astimezone(built.config.zone):%Y-%m-%d}",
            one.registration.sha256,
        )
        for one in found
    ]
    head = ("name", "state", "reference", "kind", "unit", "written", "sha256")
    if as_json:
        print_json([dict(zip(head, row, strict=True)) for row in rows])
    else:
        table(head, rows)


def _propose(built: App, called: Namespace) -> None:
    from pipelines.duties.propose import Wish, propose

    if not called.post:
        raise WrongCall("name the post with --post")
    wish = Wish(called.kind, called.subject or "", called.sender or "", called.unit or "")
    id = propose(built, EVERYTHING, called.post, wish, called.by or getpass.getuser())
    if id is None:
        raise UserError(f"there is no post with the id «{called.post}».")
    print(id)


def _settle(built: App, called: Namespace) -> None:
    from pipelines.duties.propose import settle

    if not called.name or not called.state:
        raise WrongCall("name the proposal with --name, as `list` shows it, and what it is now with --state")
    by = called.by or getpass.getuser()
    answer, _ = settle(built, EVERYTHING, called.name, called.state, called.reference or "", by, None)
    if answer == "missing":
        raise UserError(f"there is no proposal «{called.name}». See them with: mediebevakning diary list")
    if answer == "no-number":
        raise WrongCall("what is registered has a number: give it with --reference")


def _handed_over(built: App, called: Namespace) -> None:
    from pipelines.duties import folder, handover
    from pipelines.store.views import registrations

    if not called.out:
        raise WrongCall("name a new folder with --out")
    with reading(built.engine) as connection:
        found, _ = registrations.listed(connection, EVERYTHING, ("proposed",), limit=registrations.MOST)
    made = handover.files(found, built.config)
    folder.write(Path(called.out), made)
    print(f"{called.out}: {len(found)} proposals, {len(made)} files")
