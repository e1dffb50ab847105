"""What may be said to `mediebevakning`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import get_args

from pipelines.cli import duties_parser
from pipelines.cli.arguments import Commands, by, config, installation, json, named, private, several
from pipelines.cli.values import days, local_date
from pipelines.types import Kind

FORMATS = ("opml", "toml", "json")


def parser() -> ArgumentParser:
    """The whole command line; `carry_out` names module and function of the chosen command."""
    whole = ArgumentParser(prog="mediebevakning", description="Media watch for Swedish municipalities.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    _run(commands)
    _phases(commands)
    _texts(commands)
    _operate(commands)
    duties_parser.add(commands)
    _sources(commands)
    _stories(commands)
    _telling(commands)
    _rules(commands)
    _config(commands)
    return whole


def _run(commands: Commands) -> None:
    run = named(commands, "run", "operate:run", "Start Airflow, the dashboard and, with --sample, an invented world.")
    installation(run)
    run.add_argument("--sample", action="store_true", help="an invented day, with sources and a mail sink of its own")
    run.add_argument("--once", action="store_true", help="one pass, a summary, and stop")
    run.add_argument("--no-dashboard", action="store_true", help="where `serve` is started by itself")


def _phases(commands: Commands) -> None:
    init = named(commands, "init", "phases:init", "Check the configuration and bring the database up to date.")
    collect = named(commands, "collect", "phases:collect", "Ask the sources that are due.")
    collect.add_argument("--source", metavar="ID", action="append", help="only this source, now; may be repeated")
    private(collect)
    collect.add_argument("--spacing", type=float, metavar="SECONDS", help="time between requests to one host")
    enrich = named(commands, "enrich", "phases:enrich", "Assess every entry that the current version has not seen.")
    notify = named(commands, "notify", "telling:notify", "Route what is new, compose alerts and deliver what waits.")
    notify.add_argument("--explain", metavar="POST", help="tell why who was told of it; store and send nothing")
    notify.add_argument(
        "--renotify", action="store_true", help="route anew what is recent, after changed rules or routes"
    )
    digest = named(commands, "digest", "phases:digest", "Compose and deliver the digests that are due.")
    digest.add_argument(
        "--date", type=local_date, metavar="YYYY-MM-DD", help="the day whose window closes in the morning"
    )
    digest.add_argument("--dry-run", action="store_true", help="print the mails; store and send nothing")
    installation(init, collect, enrich, notify, digest)
    json(init, collect, enrich, notify, digest)


def _texts(commands: Commands) -> None:
    assess = named(commands, "assess", "texts:assess", "Assess posts: one JSON object a line in, one out.")
    config(assess)
    parse = named(commands, "parse", "texts:parse", "Show what the collector makes of files: one JSON object an entry.")
    parse.add_argument("--family", metavar="NAME", help="the family to read them as (default: told from the content)")
    parse.add_argument("--url", default="", metavar="URL", help="where the files came from, for relative links")
    parse.add_argument("files", nargs="+", metavar="FILE")
    evaluate = named(commands, "eval", "texts:evaluate", "Measure the assessment against labels.")
    config(evaluate)
    evaluate.add_argument("--source", choices=get_args(Kind), help="the kind of source of rows that name none")
    evaluate.add_argument("--split", choices=("development", "held-out"), help="only rows of this split")
    evaluate.add_argument("--misses", action="store_true", help="list what was assessed otherwise than labelled")
    json(evaluate)
    evaluate.add_argument("file", metavar="FILE.jsonl")
    train = named(commands, "train", "texts:train", "Learn words from labelled texts, as a layer over the rules.")
    train.add_argument("--source", metavar="KIND=FILE", action="append", default=[], help="a FILE of one kind")
    train.add_argument("--out", metavar="DIR", required=True, help="where the model lies, for [sentiment] model")
    train.add_argument("--corrections", action="store_true", help="also the texts whose tone people have corrected")
    train.add_argument("files", nargs="*", metavar="FILE.jsonl", help="rows that name their kind of source")
    installation(train)
    json(train)


def _operate(commands: Commands) -> None:
    doctor = named(commands, "doctor", "operate:doctor", "What is configured, reachable and missing, with remedies.")
    doctor.add_argument("--offline", action="store_true", help="ask no source and no mail server")
    doctor.add_argument("--mail", metavar="ADDRESS", help="send a test message there, too")
    installation(doctor)
    json(doctor)
    private(doctor)
    serve = named(commands, "serve", "operate:serve", "The dashboard alone.")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8710)
    user = named(commands, "user", "operate:user", "Who may log in: add (prints a one-time link), list, disable.")
    user.add_argument("what", choices=("add", "list", "disable"))
    user.add_argument("name", nargs="?", default="", help="the person's name or role, as shown in the dashboard")
    roles = "kommunikationschef, kommunikator, enhetschef, granskare or administrator"
    user.add_argument("--role", default="", metavar="ROLE", help=roles)
    tied = "for an enhetschef, or a department for a kommunikator; may be repeated"
    user.add_argument("--unit", action="append", default=[], metavar="ID", help=tied)
    user.add_argument("--email", metavar="ADDRESS", help="to log in with beside the name")
    json(user)
    log = named(
        commands, "access-log", "operate:access_log", "Whether the log of who read what is whole and unchanged."
    )
    log.add_argument("what", choices=("verify",))
    json(log)
    feed = named(commands, "feed", "operate:feed", "An Atom feed for a receiver: prints its secret address, once.")
    feed.add_argument("what", choices=("open", "close"), help="open anew (the old address ends), or close")
    feed.add_argument("receiver", metavar="RECEIVER", help="the id of a receiver")
    backup = named(commands, "backup", "backups:made", "Database, configuration and checksums into a new folder.")
    backup.add_argument("--keys", action="store_true", help="also the keys of var/: whoever has both reads everything")
    restore = named(commands, "restore", "backups:put_back", "A backup into an empty database and folder.")
    for one in (backup, restore):
        one.add_argument("folder", metavar="FOLDER")
        json(one)
    installation(serve, user, log, feed, backup, restore)


def _sources(commands: Commands) -> None:
    text = "Which sources there are and how they are, and how new ones come."
    inner = several(commands, "sources", text)
    listed = named(inner, "list", "sources:listed", "All sources with their health, and every network to be watched.")
    check = named(inner, "check", "sources:check", "Try all sources now.")
    preview = named(
        inner, "preview", "sources:preview", "What a source would bring, before it is added; stores nothing."
    )
    preview.add_argument("url", metavar="URL", help="of a feed, or of a page that names one")
    preview.add_argument("--family", metavar="NAME", help="how it is asked (default: told from the answer)")
    preview.add_argument("--option", metavar="KEY=VALUE", action="append", default=[], help="as the family takes them")
    take_in = named(inner, "import", "sources:take_in", "The sources of an OPML, TOML or JSON file, as rows.")
    take_in.add_argument("file", metavar="FILE")
    take_in.add_argument("--format", choices=FORMATS, help="(default: as the file is named)")
    take_in.add_argument("--write", metavar="DIR", help="add them to DIR/sources.toml instead of printing them")
    give_out = named(inner, "export", "sources:give_out", "All sources, for another installation or a feed reader.")
    give_out.add_argument("--format", choices=FORMATS, default="toml")
    for one in (preview, take_in):
        one.add_argument("--kind", choices=get_args(Kind), default="news", help="of feeds that name none")
    installation(listed, check, preview, take_in, give_out)
    json(listed, check, preview)
    private(check, preview)


def _stories(commands: Commands) -> None:
    text = "Which posts tell one story, why, and another word on it; what a person decides stays."
    inner = several(commands, "stories", text)
    shown = named(inner, "show", "stories:shown", "A story with its posts, why each is in it, and who has changed it.")
    shown.add_argument("id", metavar="ID", help="of the story or of a post in it")
    split = named(inner, "split", "stories:split", "Take posts out of their story, into one of their own.")
    split.add_argument("ids", nargs="+", metavar="POST")
    merge = named(
        inner, "merge", "stories:merge", "Put other stories into the first; to undo it, split them off again."
    )
    merge.add_argument("into", metavar="ID", help="of the story that stays, or of a post in it")
    merge.add_argument("others", nargs="+", metavar="ID", help="of the stories that end in it, or of posts in them")
    by(split, merge)
    installation(shown, split, merge)
    json(shown)


def _telling(commands: Commands) -> None:
    silence = named(commands, "silence", "telling:silence", "What is told in the digest only: list, add, end.")
    for name in ("unit", "story", "rule", "source"):
        silence.add_argument(f"--{name}", metavar="ID", help="all that is given must hold")
    silence.add_argument("--until", metavar="TIME", help="a local date or time; a silence has an end")
    deputy = named(commands, "deputy", "telling:deputy", "Who is told beside someone who is away: list, add, end.")
    deputy.add_argument("--absent", metavar="RECEIVER", help="who is away")
    deputy.add_argument("--deputy", metavar="RECEIVER", help="who is told too")
    for name in ("first", "last"):
        deputy.add_argument(f"--{name}", type=local_date, metavar="YYYY-MM-DD", help="local date, included")
    for one, called in ((silence, "silence"), (deputy, "deputy")):
        one.set_defaults(command=called)
        one.add_argument("what", choices=("list", "add", "end"))
        one.add_argument("--name", metavar="NAME", help="which one to end, as `list` shows it")
        one.add_argument("--reason", metavar="TEXT", help="why, kept with who and when")
        by(one)
        installation(one)
        json(one)


def _rules(commands: Commands) -> None:
    text = "What the rules do."
    inner = several(commands, "rules", text)
    backtest = named(inner, "backtest", "rules:tried", "What a rule would have flagged of the texts that are stored.")
    backtest.add_argument("id", nargs="?", metavar="RULE-ID", help="(with --file: of that file, or all changed in it)")
    backtest.add_argument("--file", metavar="DIR", help="folder with a changed rules.toml")
    backtest.add_argument("--days", type=days, default=30, metavar="D", help="how far back (default: 30)")
    installation(backtest)
    json(backtest)


def _config(commands: Commands) -> None:
    text = "The configuration that holds now."
    inner = several(commands, "config", text)
    export = named(inner, "export", "telling:export", "Write it as TOML, with the deputies that people have named.")
    export.add_argument("folder", metavar="DIR", help="a new folder; comments are not in it")
    installation(export)
