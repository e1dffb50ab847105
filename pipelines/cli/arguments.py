"""How a command is named, and what several commands take. Read by every command, and as light as the parser."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from typing import TypeAlias

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"  # argparse has no public name for it


def named(commands: Commands, name: str, carry_out: str, text: str) -> ArgumentParser:
    """A command that the function of the module carries out, given as module:function."""
    made = commands.add_parser(name, help=text, description=text)
    made.set_defaults(carry_out=carry_out)
    return made


def several(commands: Commands, name: str, text: str) -> Commands:
    """A command that is nothing without one of those below it."""
    return commands.add_parser(name, help=text, description=text).add_subparsers(required=True, metavar="WHAT")


def config(*given: ArgumentParser) -> None:
    for one in given:
        one.add_argument("--config", metavar="DIR", help="configuration folder (default: config/botkyrka)")


def installation(*given: ArgumentParser) -> None:
    """Which installation it is about."""
    for one in given:
        config(one)
        one.add_argument("--db", metavar="URL", help="database (default: SQLite under var/)")


def json(*given: ArgumentParser) -> None:
    for one in given:
        one.add_argument("--json", action="store_true", help="JSON instead of a table")


def private(*given: ArgumentParser) -> None:
    for one in given:
        one.add_argument("--allow-private", action="store_true", help="also addresses of this network")


def by(*given: ArgumentParser, who: str = "decides so") -> None:
    """Who is kept as having done it. who: what they do."""
    for one in given:
        one.add_argument("--by", metavar="NAME", help=f"who {who} (default: the name logged in here)")
