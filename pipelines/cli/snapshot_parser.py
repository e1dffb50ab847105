"""What may be said to `mediebevakning snapshot`. Beside the parser, which every command reads, and as light."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable

from pipelines.cli.values import local_date

Add = Callable[[ArgumentParser], None]


def add(commands: _SubParsersAction[ArgumentParser], installation: Add, json: Add) -> None:
    """installation, json: what other commands are given too."""
    text = "Pictures of the official accounts at each half-year, for the archive."
    inner = commands.add_parser("snapshot", help=text, description=text).add_subparsers(required=True, metavar="WHAT")
    run = _named(inner, "run", "run", "Take what is due for the last half-year and not there.")
    run.add_argument("--again", action="store_true", help="also what was tried before and came to nothing")
    run.add_argument("--allow-private", action="store_true", help="also addresses of this network")
    listed = _named(inner, "list", "listed", "Every account's picture, half-year by half-year, and what is delivered.")
    upload = _named(inner, "upload", "upload", "A picture taken by hand, for the last half-year.")
    upload.add_argument("file", metavar="FILE", help="PDF, PNG or JPEG")
    upload.add_argument("--account", metavar="ID", required=True, help="as `accounts list` shows it")
    package = _named(inner, "package", "package", "The delivery to the archive: pictures, index, checksums.")
    package.add_argument("--out", metavar="DIR", required=True, help="a new folder")
    deliver = _named(inner, "deliver", "deliver", "Record that a package was handed over, once its checksums fit.")
    deliver.add_argument("package", metavar="DIR", help="as `snapshot package` made it")
    deliver.add_argument("--to", metavar="TEXT", required=True, help="who has received it")
    for command in (package, deliver):
        command.add_argument(
            "--period", type=local_date, metavar="YYYY-MM-DD", help="(default: the last half-year's day)"
        )
    for command in (upload, deliver):
        command.add_argument("--by", metavar="NAME", help="who does so (default: the name logged in here)")
    for command in (run, listed, upload, package, deliver):
        installation(command)
    for command in (run, listed):
        json(command)


def _named(commands: _SubParsersAction[ArgumentParser], name: str, carry_out: str, text: str) -> ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(carry_out=f"snapshots:{carry_out}")
    return command
