"""What may be said of the municipality's duties: diary, records, evaluation, keeping, the register and its pictures."""

from __future__ import annotations

from pipelines.cli.arguments import Commands, by, installation, json, named, private, several
from pipelines.cli.values import local_date


def add(commands: Commands) -> None:
    """All of them."""
    _duties(commands)
    _keeping(commands)
    _accounts(commands)
    _snapshots(commands)


def _duties(commands: Commands) -> None:
    diary = named(commands, "diary", "duties:diary", "What is proposed for the municipality's diary.")
    diary.add_argument("what", choices=("list", "propose", "settle", "export"))
    diary.add_argument("--post", metavar="ID", help="which post to propose")
    diary.add_argument("--kind", choices=("criticism", "message"), default="criticism")
    diary.add_argument("--subject", metavar="TEXT", help="(default: the post's headline)")
    diary.add_argument("--sender", metavar="TEXT", help="as the original states it")
    diary.add_argument("--unit", metavar="ID", help="(default: the first that the post names)")
    diary.add_argument("--name", metavar="NAME", help="which proposal, as `list` shows it")
    diary.add_argument("--state", choices=("proposed", "registered", "declined"))
    diary.add_argument("--reference", metavar="NUMBER", help="as the registrar gave it")
    by(diary, who="says so")
    diary.add_argument("--out", metavar="DIR", help="export: a new folder")
    json(diary)
    text = "Register of processing, input to the DPIA, information text, automated decisions; from what holds now."
    records = named(commands, "records", "duties:records", text)
    records.add_argument("--out", metavar="DIR", required=True, help="a new folder")
    by(records, who="keeps them")
    text = "The yearly evaluation, or a campaign's, as a report."
    evaluation = named(commands, "evaluation", "evaluation:evaluation", text)
    evaluation.add_argument("--year", type=int, metavar="YYYY", help="which year")
    evaluation.add_argument("--campaign", metavar="ID", help="or which campaign of goals.toml")
    evaluation.add_argument("--unit", metavar="ID", help="(default: the whole municipality)")
    evaluation.add_argument("--account", metavar="ID", help="an account of the register")
    evaluation.add_argument("--out", metavar="DIR", help="a new folder for the report")
    evaluation.add_argument("--send", action="store_true", help="instead: put the mails that are due into the outbox")
    installation(diary, records, evaluation)


def _keeping(commands: Commands) -> None:
    tidy = named(commands, "housekeeping", "keeping:housekeeping", "Forget what has had its time.")
    tidy.add_argument("what", nargs="?", choices=("run", "decision"), default="run", help="or the decision, as a paper")
    tidy.add_argument("--dry-run", action="store_true", help="tell what would go and why; change nothing")
    hold = named(commands, "hold", "keeping:hold", "What may not go though its time is up: add, list, end.")
    hold.add_argument("what", choices=("add", "list", "end"))
    for name in ("post", "story", "source"):
        hold.add_argument(f"--{name}", metavar="ID", help="one of the three")
    hold.add_argument("--until", type=local_date, metavar="YYYY-MM-DD", help="its last day")
    hold.add_argument("--name", metavar="ID", help="which one to end, as `list` shows it")
    hold.add_argument("--reason", metavar="TEXT", help="why, kept with who and when")
    text = "What there is of one person, at that person's request: extract, erase, list. With a receipt."
    person = named(commands, "person", "keeping:person", text)
    person.add_argument("what", choices=("extract", "erase", "list"))
    person.add_argument("--url", metavar="URL", help="address of a post")
    person.add_argument("--text", metavar="TEXT", help="words in it; - to be asked")
    person.add_argument("--pseudonym-of", metavar="ACCOUNT", help="as its network writes it; - to be asked")
    person.add_argument("--reference", metavar="NUMBER", help="of the request, in the municipality's register")
    person.add_argument("--expect", type=int, metavar="N", help="how many posts it is, where they are many")
    person.add_argument("--posts", metavar="FILE.json", help="extract: a new file for the posts")
    rotate = named(commands, "rotate-authors", "keeping:rotate", "A new key for authors' pseudonyms.")
    for one in (tidy, person):
        one.add_argument("--out", metavar="FILE.pdf", help="a new file for the paper (default: print it)")
    by(hold, person)
    installation(tidy, hold, person, rotate)
    json(tidy, hold, person)


def _accounts(commands: Commands) -> None:
    inner = several(commands, "accounts", "The register of the municipality's official accounts.")
    listed = named(inner, "list", "accounts:listed", "All accounts.")
    check = named(inner, "check", "accounts:check", "What the policy asks for and the register does not have.")
    tell = named(inner, "tell", "accounts:tell", "Tell of accounts that have gone silent; mails wait in the outbox.")
    take_in = named(inner, "import", "accounts:take_in", "Put the accounts of a file into the register: all or none.")
    take_in.add_argument("file", metavar="FILE")
    take_in.add_argument("--format", choices=("toml", "csv"), help="(default: as the file is named)")
    take_in.add_argument("--reason", metavar="TEXT", help="why, kept with who and when")
    by(take_in)
    give_out = named(inner, "export", "accounts:give_out", "The whole register.")
    give_out.add_argument("--format", choices=("toml", "csv", "json"), default="toml")
    installation(listed, check, tell, take_in, give_out)
    json(listed, check, tell)


def _snapshots(commands: Commands) -> None:
    inner = several(commands, "snapshot", "Pictures of the official accounts at each half-year, for the archive.")
    run = named(inner, "run", "snapshots:run", "Take what is due for the last half-year and not there.")
    run.add_argument("--again", action="store_true", help="also what was tried before and came to nothing")
    private(run)
    listed = named(
        inner, "list", "snapshots:listed", "Every account's picture, half-year by half-year, and what is delivered."
    )
    upload = named(inner, "upload", "snapshots:upload", "A picture taken by hand, for the last half-year.")
    upload.add_argument("file", metavar="FILE", help="PDF, PNG or JPEG")
    upload.add_argument("--account", metavar="ID", required=True, help="as `accounts list` shows it")
    package = named(inner, "package", "snapshots:package", "The delivery to the archive: pictures, index, checksums.")
    package.add_argument("--out", metavar="DIR", required=True, help="a new folder")
    deliver = named(
        inner, "deliver", "snapshots:deliver", "Record that a package was handed over, once its checksums fit."
    )
    deliver.add_argument("package", metavar="DIR", help="as `snapshot package` made it")
    deliver.add_argument("--to", metavar="TEXT", required=True, help="who has received it")
    for one in (package, deliver):
        one.add_argument("--period", type=local_date, metavar="YYYY-MM-DD", help="(default: the last half-year's day)")
    by(upload, deliver, who="does so")
    installation(run, listed, upload, package, deliver)
    json(run, listed)
