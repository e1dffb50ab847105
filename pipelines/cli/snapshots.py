"""snapshot run, list, upload, package, deliver: the half-year's pictures of the official accounts, for the archive."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from pipelines.bootstrap import App
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, show, table
from pipelines.errors import UserError, WrongCall
from pipelines.store.engine import reading

REFUSALS = {
    "empty": "the file is empty",
    "large": "the file is larger than upload_megabytes of [snapshots] allows",
    "unknown": "the file is neither a whole PDF nor a PNG nor a JPEG, whatever it is called",
}


def run(called: Namespace) -> int:
    """As the night does. Exit code 1 where the machine lacks what it takes to make any."""
    from pipelines.snapshots import phase

    report = phase.run(app(called), again=called.again, longest=None)
    show(report, as_json=called.json)
    if report.missing:
        sys.stderr.write(f"missing: apt-get install {' '.join(report.missing)}\n")
    return 1 if "chromium" in report.missing else 0


def listed(called: Namespace) -> int:
    from pipelines.store import snapshots

    built = app(called)
    with reading(built.engine) as connection:
        delivered = snapshots.deliveries(connection)
        found = [
            one
            for period in snapshots.periods(connection)
            for one in snapshots.standing(snapshots.of_period(connection, period))
        ]
    rows = [
        (
            one.period.isoformat(),
            one.account,
            one.outcome,
            one.at.astimezone(built.config.zone).isoformat(timespec="seconds"),
            one.form,
            one.size,
            one.sha256,
            "; ".join(f"{given.at:%Y-%m-%d} {given.receiver}" for given in delivered if given.period == one.period),
        )
        for one in found
    ]
    head = ("period", "account", "outcome", "at", "form", "bytes", "sha256", "delivered")
    if called.json:
        print_json([dict(zip(head, row, strict=True)) for row in rows])
    else:
        table(head, rows)
    return 0


def upload(called: Namespace) -> int:
    from pipelines.snapshots.upload import upload as take_in
    from pipelines.snapshots.values import Snapshot
    from pipelines.store import register

    built = app(called)
    with reading(built.engine) as connection:
        account = register.one(connection, called.account)
    if account is None:
        raise UserError(f"there is no account «{called.account}». See them with: mediebevakning accounts list")
    try:
        content = Path(called.file).read_bytes()
    except OSError as error:
        raise UserError(f"{called.file} cannot be read: {error.strerror}. Name a file.") from error
    made = take_in(built, account, content, called.by or getpass.getuser())
    if not isinstance(made, Snapshot):
        raise UserError(f"{called.file}: {REFUSALS[made]}. Take another one.")
    print(f"{made.account} {made.period.isoformat()} {made.sha256}")
    return 0


def package(called: Namespace) -> int:
    from pipelines.duties import folder
    from pipelines.snapshots import package as packages

    built = app(called)
    made = packages.package(built, _period(built, called.period))
    folder.write(Path(called.out), made.files)
    print(f"{called.out}: {made.held} snapshots, {len(made.files)} files, {packages.SUMS} sha256 {made.sha256}")
    return 0


def deliver(called: Namespace) -> int:
    from pipelines.snapshots import package as packages

    if not called.to.strip():
        raise WrongCall("say who has received it with --to")
    built = app(called)
    sha256, by = packages.sums_of(Path(called.package)), called.by or getpass.getuser()
    given = packages.deliver(built, _period(built, called.period), called.to, by, sha256)
    if given is None:
        raise UserError(f"{called.package} is not what there is now: a picture has come since. Make the package anew.")
    print(f"{given.period.isoformat()}: {given.files} snapshots delivered to {given.receiver}")
    return 0


def _period(built: App, given: date | None) -> date:
    from pipelines.snapshots import dates

    today = built.today()
    return given or dates.last(built.config.snapshots, today)
