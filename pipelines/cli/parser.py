"""What may be said to `mediebevakning`."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from typing import get_args

from pipelines.cli import evaluation, snapshot_parser
from pipelines.cli.values import days, local_date
from pipelines.types import Kind

FORMATS = ("opml", "toml", "json")
Commands = _SubParsersAction  # argparse has no public name for what add_subparsers returns


def parser() -> ArgumentParser:
    """The whole command line; `carry_out` names module and function of the chosen command."""
    whole = ArgumentParser(prog="mediebevakning", description="Media watch for Swedish municipalities.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    _run(commands)
    _phases(commands)
    _texts(commands)
    _operate(commands)
    _duties(commands)
    _keeping(commands)
    _sources(commands)
    _accounts(commands)
    snapshot_parser.add(commands, _installation, _json)
    _stories(commands)
    _telling(commands)
    _rules(commands)
    _config(commands)
    return whole


def _installation(command: ArgumentParser) -> None:
    command.add_argument("--config", metavar="DIR", help="configuration folder (default: config/botkyrka)")
    command.add_argument("--db", metavar="URL", help="database (default: SQLite under var/)")


def _json(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="JSON instead of a table")


def _add(commands: Commands, name: str, carry_out: str, text: str) -> ArgumentParser:  # type: ignore[type-arg]
    command: ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(carry_out=carry_out)
    return command


def _run(commands: Commands) -> None:  # type: ignore[type-arg]
    run = _add(commands, "run", "operate:run", "Start Airflow, the dashboard and, with --sample, an invented world.")
    run.add_argument("--config", metavar="DIR", help="configuration folder (default: config/botkyrka)")
    run.add_argument("--db", metavar="URL", help="database (default: SQLite under var/)")
    run.add_argument("--sample", action="store_true", help="an invented day, with sources and a mail sink of its own")
    run.add_argument("--once", action="store_true", help="one pass, a summary, and stop")
    run.add_argument("--no-dashboard", action="store_true", help="where `serve` is started by itself")


def _phases(commands: Commands) -> None:  # type: ignore[type-arg]
    init = _add(commands, "init", "phases:init", "Check the configuration and bring the database up to date.")
    collect = _add(commands, "collect", "phases:collect", "Ask the sources that are due.")
    collect.add_argument("--source", metavar="ID", action="append", help="only this source, now; may be repeated")
    collect.add_argument("--allow-private", action="store_true", help="also addresses of this network")
    collect.add_argument("--spacing", type=float, metavar="SECONDS", help="time between requests to one host")
    enrich = _add(commands, "enrich", "phases:enrich", "Assess every entry that the current version has not seen.")
    notify = _add(commands, "notify", "telling:notify", "Route what is new, compose alerts and deliver what waits.")
    notify.add_argument("--explain", metavar="POST", help="tell why who was told of it; store and send nothing")
    notify.add_argument(
        "--renotify", action="store_true", help="route anew what is recent, after changed rules or routes"
    )
    digest = _add(commands, "digest", "phases:digest", "Compose and deliver the digests that are due.")
    digest.add_argument(
        "--date", type=local_date, metavar="YYYY-MM-DD", help="the day whose window closes in the morning"
    )
    digest.add_argument("--dry-run", action="store_true", help="print the mails; store and send nothing")
    for command in (init, collect, enrich, notify, digest):
        _installation(command)
        _json(command)


def _texts(commands: Commands) -> None:  # type: ignore[type-arg]
    assess = _add(commands, "assess", "texts:assess", "Assess posts: one JSON object a line in, one out.")
    assess.add_argument("--config", metavar="DIR", help="configuration folder (default: config/botkyrka)")
    parse = _add(commands, "parse", "texts:parse", "Show what the collector makes of files: one JSON object an entry.")
    parse.add_argument("--family", metavar="NAME", help="the family to read them as (default: told from the content)")
    parse.add_argument("--url", default="", metavar="URL", help="where the files came from, for relative links")
    parse.add_argument("files", nargs="+", metavar="FILE")
    evaluate = _add(commands, "eval", "texts:evaluate", "Measure the assessment against labels.")
    evaluate.add_argument("--config", metavar="DIR", help="configuration folder (default: config/botkyrka)")
    evaluate.add_argument("--source", choices=get_args(Kind), help="the kind of source of rows that name none")
    evaluate.add_argument("--split", choices=("development", "held-out"), help="only rows of this split")
    evaluate.add_argument("--misses", action="store_true", help="list what was assessed otherwise than labelled")
    _json(evaluate)
    evaluate.add_argument("file", metavar="FILE.jsonl")
    train = _add(commands, "train", "texts:train", "Learn words from labelled texts, as a layer over the rules.")
    train.add_argument("--source", metavar="KIND=FILE", action="append", default=[], help="a FILE of one kind")
    train.add_argument("--out", metavar="DIR", required=True, help="where the model lies, for [sentiment] model")
    train.add_argument("--corrections", action="store_true", help="also the texts whose tone people have corrected")
    train.add_argument("files", nargs="*", metavar="FILE.jsonl", help="rows that name their kind of source")
    _installation(train)
    _json(train)


def _operate(commands: Commands) -> None:  # type: ignore[type-arg]
    doctor = _add(commands, "doctor", "operate:doctor", "What is configured, reachable and missing, with remedies.")
    doctor.add_argument("--offline", action="store_true", help="ask no source and no mail server")
    doctor.add_argument("--mail", metavar="ADDRESS", help="send a test message there, too")
    _installation(doctor)
    _json(doctor)
    _private(doctor)
    serve = _add(commands, "serve", "operate:serve", "The dashboard alone.")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8710)
    user = _add(commands, "user", "operate:user", "Who may log in: add (prints a one-time link), list, disable.")
    user.add_argument("what", choices=("add", "list", "disable"))
    user.add_argument("name", nargs="?", default="", help="the person's name or role, as shown in the dashboard")
    roles = "kommunikationschef, kommunikator, enhetschef, granskare or administrator"
    user.add_argument("--role", default="", metavar="ROLE", help=roles)
    tied = "for an enhetschef, or a department for a kommunikator; may be repeated"
    user.add_argument("--unit", action="append", default=[], metavar="ID", help=tied)
    user.add_argument("--email", metavar="ADDRESS", help="to log in with beside the name")
    _json(user)
    log = _add(commands, "access-log", "operate:access_log", "Whether the log of who read what is whole and unchanged.")
    log.add_argument("what", choices=("verify",))
    _json(log)
    feed = _add(commands, "feed", "operate:feed", "An Atom feed for a receiver: prints its secret address, once.")
    feed.add_argument("what", choices=("open", "close"), help="open anew (the old address ends), or close")
    feed.add_argument("receiver", metavar="RECEIVER", help="the id of a receiver")
    backup = _add(commands, "backup", "backups:made", "Database, configuration and checksums into a new folder.")
    backup.add_argument("--keys", action="store_true", help="also the keys of var/: whoever has both reads everything")
    restore = _add(commands, "restore", "backups:put_back", "A backup into an empty database and folder.")
    for command in (backup, restore):
        command.add_argument("folder", metavar="FOLDER")
        _json(command)
    for command in (serve, user, log, feed, backup, restore):
        _installation(command)


def _duties(commands: Commands) -> None:  # type: ignore[type-arg]
    diary = _add(commands, "diary", "duties:diary", "What is proposed for the municipality's diary.")
    diary.add_argument("what", choices=("list", "propose", "settle", "export"))
    diary.add_argument("--post", metavar="ID", help="which post to propose")
    diary.add_argument("--kind", choices=("criticism", "message"), default="criticism")
    diary.add_argument("--subject", metavar="TEXT", help="(default: the post's headline)")
    diary.add_argument("--sender", metavar="TEXT", help="as the original states it")
    diary.add_argument("--unit", metavar="ID", help="(default: the first that the post names)")
    diary.add_argument("--name", metavar="NAME", help="which proposal, as `list` shows it")
    diary.add_argument("--state", choices=("proposed", "registered", "declined"))
    diary.add_argument("--reference", metavar="NUMBER", help="as the registrar gave it")
    diary.add_argument("--by", metavar="NAME", help="who says so (default: the name logged in here)")
    diary.add_argument("--out", metavar="DIR", help="export: a new folder")
    _json(diary)
    text = "Register of processing, input to the DPIA, information text, automated decisions; from what holds now."
    records = _add(commands, "records", "duties:records", text)
    records.add_argument("--out", metavar="DIR", required=True, help="a new folder")
    records.add_argument("--by", metavar="NAME", help="who keeps them (default: the name logged in here)")
    _installation(evaluation.arguments(_add(commands, "evaluation", "evaluation:evaluation", evaluation.TEXT)))
    for command in (diary, records):
        _installation(command)


def _keeping(commands: Commands) -> None:  # type: ignore[type-arg]
    tidy = _add(commands, "housekeeping", "keeping:housekeeping", "Forget what has had its time.")
    tidy.add_argument("what", nargs="?", choices=("run", "decision"), default="run", help="or the decision, as a paper")
    tidy.add_argument("--dry-run", action="store_true", help="tell what would go and why; change nothing")
    hold = _add(commands, "hold", "keeping:hold", "What may not go though its time is up: add, list, end.")
    hold.add_argument("what", choices=("add", "list", "end"))
    for name in ("post", "story", "source"):
        hold.add_argument(f"--{name}", metavar="ID", help="one of the three")
    hold.add_argument("--until", type=local_date, metavar="YYYY-MM-DD", help="its last day")
    hold.add_argument("--name", metavar="ID", help="which one to end, as `list` shows it")
    hold.add_argument("--reason", metavar="TEXT", help="why, kept with who and when")
    text = "What there is of one person, at that person's request: extract, erase, list. With a receipt."
    person = _add(commands, "person", "keeping:person", text)
    person.add_argument("what", choices=("extract", "erase", "list"))
    person.add_argument("--url", metavar="URL", help="address of a post")
    person.add_argument("--text", metavar="TEXT", help="words in it; - to be asked")
    person.add_argument("--pseudonym-of", metavar="ACCOUNT", help="as its network writes it; - to be asked")
    person.add_argument("--reference", metavar="NUMBER", help="of the request, in the municipality's register")
    person.add_argument("--expect", type=int, metavar="N", help="how many posts it is, where they are many")
    person.add_argument("--posts", metavar="FILE.json", help="extract: a new file for the posts")
    rotate = _add(commands, "rotate-authors", "keeping:rotate", "A new key for authors' pseudonyms.")
    for command in (tidy, person):
        command.add_argument("--out", metavar="FILE.pdf", help="a new file for the paper (default: print it)")
    for command in (hold, person):
        command.add_argument("--by", metavar="NAME", help="who decides so (default: the name logged in here)")
    for command in (tidy, hold, person, rotate):
        _installation(command)
    for command in (tidy, hold, person):
        _json(command)


def _sources(commands: Commands) -> None:  # type: ignore[type-arg]
    text = "Which sources there are and how they are, and how new ones come."
    whole: ArgumentParser = commands.add_parser("sources", help=text, description=text)
    inner = whole.add_subparsers(required=True, metavar="WHAT")
    listed = _add(inner, "list", "sources:listed", "All sources with their health, and every network to be watched.")
    check = _add(inner, "check", "sources:check", "Try all sources now.")
    preview = _add(
        inner, "preview", "sources:preview", "What a source would bring, before it is added; stores nothing."
    )
    preview.add_argument("url", metavar="URL", help="of a feed, or of a page that names one")
    preview.add_argument("--family", metavar="NAME", help="how it is asked (default: told from the answer)")
    preview.add_argument("--option", metavar="KEY=VALUE", action="append", default=[], help="as the family takes them")
    take_in = _add(inner, "import", "sources:take_in", "The sources of an OPML, TOML or JSON file, as rows.")
    take_in.add_argument("file", metavar="FILE")
    take_in.add_argument("--format", choices=FORMATS, help="(default: as the file is named)")
    take_in.add_argument("--write", metavar="DIR", help="add them to DIR/sources.toml instead of printing them")
    give_out = _add(inner, "export", "sources:give_out", "All sources, for another installation or a feed reader.")
    give_out.add_argument("--format", choices=FORMATS, default="toml")
    for command in (preview, take_in):
        command.add_argument("--kind", choices=get_args(Kind), default="news", help="of feeds that name none")
    for command in (listed, check, preview, take_in, give_out):
        _installation(command)
    for command in (listed, check, preview):
        _json(command)
    for command in (check, preview):
        _private(command)


def _accounts(commands: Commands) -> None:  # type: ignore[type-arg]
    text = "The register of the municipality's official accounts."
    whole: ArgumentParser = commands.add_parser("accounts", help=text, description=text)
    inner = whole.add_subparsers(required=True, metavar="WHAT")
    listed = _add(inner, "list", "accounts:listed", "All accounts.")
    check = _add(inner, "check", "accounts:check", "What the policy asks for and the register does not have.")
    tell = _add(inner, "tell", "accounts:tell", "Tell of accounts that have gone silent; mails wait in the outbox.")
    take_in = _add(inner, "import", "accounts:take_in", "Put the accounts of a file into the register: all or none.")
    take_in.add_argument("file", metavar="FILE")
    take_in.add_argument("--format", choices=("toml", "csv"), help="(default: as the file is named)")
    take_in.add_argument("--reason", metavar="TEXT", help="why, kept with who and when")
    take_in.add_argument("--by", metavar="NAME", help="who decides so (default: the name logged in here)")
    give_out = _add(inner, "export", "accounts:give_out", "The whole register.")
    give_out.add_argument("--format", choices=("toml", "csv", "json"), default="toml")
    for command in (listed, check, tell, take_in, give_out):
        _installation(command)
    for command in (listed, check, tell):
        _json(command)


def _stories(commands: Commands) -> None:  # type: ignore[type-arg]
    text = "Which posts tell one story, why, and another word on it; what a person decides stays."
    whole: ArgumentParser = commands.add_parser("stories", help=text, description=text)
    inner = whole.add_subparsers(required=True, metavar="WHAT")
    shown = _add(inner, "show", "stories:shown", "A story with its posts, why each is in it, and who has changed it.")
    shown.add_argument("id", metavar="ID", help="of the story or of a post in it")
    split = _add(inner, "split", "stories:split", "Take posts out of their story, into one of their own.")
    split.add_argument("ids", nargs="+", metavar="POST")
    merge = _add(inner, "merge", "stories:merge", "Put other stories into the first; to undo it, split them off again.")
    merge.add_argument("into", metavar="ID", help="of the story that stays, or of a post in it")
    merge.add_argument("others", nargs="+", metavar="ID", help="of the stories that end in it, or of posts in them")
    for command in (split, merge):
        command.add_argument("--by", metavar="NAME", help="who decides so (default: the name logged in here)")
    for command in (shown, split, merge):
        _installation(command)
    _json(shown)


def _telling(commands: Commands) -> None:  # type: ignore[type-arg]
    silence = _add(commands, "silence", "telling:silence", "What is told in the digest only: list, add, end.")
    for name in ("unit", "story", "rule", "source"):
        silence.add_argument(f"--{name}", metavar="ID", help="all that is given must hold")
    silence.add_argument("--until", metavar="TIME", help="a local date or time; a silence has an end")
    deputy = _add(commands, "deputy", "telling:deputy", "Who is told beside someone who is away: list, add, end.")
    deputy.add_argument("--absent", metavar="RECEIVER", help="who is away")
    deputy.add_argument("--deputy", metavar="RECEIVER", help="who is told too")
    for name in ("first", "last"):
        deputy.add_argument(f"--{name}", type=local_date, metavar="YYYY-MM-DD", help="local date, included")
    for command, called in ((silence, "silence"), (deputy, "deputy")):
        command.set_defaults(command=called)
        command.add_argument("what", choices=("list", "add", "end"))
        command.add_argument("--name", metavar="NAME", help="which one to end, as `list` shows it")
        command.add_argument("--reason", metavar="TEXT", help="why, kept with who and when")
        command.add_argument("--by", metavar="NAME", help="who decides so (default: the name logged in here)")
        _installation(command)
        _json(command)


def _rules(commands: Commands) -> None:  # type: ignore[type-arg]
    text = "What the rules do."
    inner = commands.add_parser("rules", help=text, description=text).add_subparsers(required=True, metavar="WHAT")
    backtest = _add(inner, "backtest", "rules:tried", "What a rule would have flagged of the texts that are stored.")
    backtest.add_argument("id", nargs="?", metavar="RULE-ID", help="(with --file: of that file, or all changed in it)")
    backtest.add_argument("--file", metavar="DIR", help="folder with a changed rules.toml")
    backtest.add_argument("--days", type=days, default=30, metavar="D", help="how far back (default: 30)")
    _installation(backtest)
    _json(backtest)


def _config(commands: Commands) -> None:  # type: ignore[type-arg]
    text = "The configuration that holds now."
    inner = commands.add_parser("config", help=text, description=text).add_subparsers(required=True, metavar="WHAT")
    export = _add(inner, "export", "telling:export", "Write it as TOML, with the deputies that people have named.")
    export.add_argument("folder", metavar="DIR", help="a new folder; comments are not in it")
    _installation(export)


def _private(command: ArgumentParser) -> None:
    command.add_argument("--allow-private", action="store_true", help="also addresses of this network")
