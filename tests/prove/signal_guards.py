"""What a flag must never do, and what nothing that comes in may do to the flags. Part of `make prove-signals`."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from pipelines.config import load
from pipelines.config.schema import Config
from pipelines.config.terms import problem_of
from pipelines.enrich.assess import Assessor
from pipelines.errors import ConfigError
from pipelines.notify.compose import alert
from pipelines.types import Assessment, Item, Kind, Message
from sentiment import cues
from tests import nasty
from tests.builders import NOW, entry, told
from tests.enrich.test_criticism import HARSH
from tests.enrich.test_nasty import STEEPEST
from tests.prove.table import Table

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "botkyrka"
LETTERS = 1_000_000
TRIES = 2
LONG = ("one word", "threats", "negations that turn", "quotes in quotes", "letters spaced out", "languages mixed")
CHILDREN = (
    "Stoppa Noelia i 7B på Falkbergsskolan, alla ska sluta prata med henne. Noelia Frejdsdotter är äcklig 😂",
    "Hela 5A på Fittjaskolan hatar Melvin. Gå med i gruppen Vi som slipper helst Melvin Grönhage",
    "Wilmer i åk 8 på Storvretsskolan blir slagen varje dag av Tage och Viggo, ingen gör något",
    "Min dotter Tindra, 9 år, på Grindtorpsskolan skär sig och säger att hon inte vill leva",
)
"""Each would alert someone, and names children who do not exist."""
NAMES = ("Noelia", "Frejdsdotter", "Melvin", "Grönhage", "Wilmer", "Tage", "Viggo", "Tindra")
NEVER_IN_A_SUBJECT = (*NAMES, "äcklig", "hatar", "slagen", "skär", "leva", "7B", "5A", "8", "9")
DISGUISED = (
    "Jag ska d0da dig, rektorn på Fittjaskolan",
    "Jag ska d ö d a dig, rektorn på Fittjaskolan",
    "Jag ska döööda dig rektorn på Fittjaskolan",
    "JAG SKA DÖDA DIG REKTORN PÅ FITTJASKOLAN",
    "Jag ska dо\u0308da dig, rektorn på Fittjaskolan",
    "Jag ska d\u200böda dig, rektorn på Fittjaskolan",
    "Rektorn på Fittjaskolan är en jävla h0ra",
    "Rektorn på Fittjaskolan är en jävla h*ra",
    "Jag ska dödа dig, rektorn på Fittjaskolan",
    "اليوم Jag ska döda dig, rektorn på Fittjaskolan Школа 学校",
)
"""Figures for letters, letters apart, drawn out, in capitals, with Cyrillic ones, with signs of no width, in a text of
several scripts."""
BROKEN = (
    ("an unknown category", 'category = "rudeness"', 'all = ["threat_phrase"]', "rudeness"),
    ("an unknown cue list", 'category = "threat"', 'all = ["no_such_list"]', "no_such_list"),
    ("a pattern with a look-behind", 'category = "threat"', "all = ['re:(?<=a)b']", "RE2"),
    ("a pattern with a back-reference", 'category = "threat"', "all = ['re:(a)\\1']", "RE2"),
    ("a pattern that is cut off", 'category = "threat"', "all = ['re:(a']", "RE2"),
    ("a rule that can never fire", 'category = "threat"', "weights = { weapon = 0.1 }", "least"),
)
"""With what each problem must name."""
EMPTIED = "threat_phrase"


def show(table: Table, config: Config, assessor: Assessor) -> None:
    criticism(table, assessor)
    mails(table, config, assessor)
    disguised(table, Assessor(config, judged=False))
    refused(table)
    bounded(table, assessor)


def criticism(table: Table, assessor: Assessor) -> None:
    """However harsh, it is no flag by itself."""
    flagged = [text for kind, text in HARSH if (said := _assess(assessor, kind, text)).flags or said.alert]
    table.row("harsh criticism without a flag", f"{len(HARSH) - len(flagged)} of {len(HARSH)}", holds=not flagged)
    for text in flagged:
        print(f"        flagged: {text}")


def mails(table: Table, config: Config, assessor: Assessor) -> None:
    """What leaves of posts that would alert someone: who is named, what the subject says, where help is."""
    composed = [(text, given, _mail(text, given, config)) for text, given in _alerting(assessor)]
    table.row("posts about children, each an alert", f"{len(composed)} of {len(CHILDREN)}", holds=len(composed) == 4)
    told_of = [name for _, _, mail in composed for name in NAMES if name in f"{mail.subject}{mail.text}{mail.html}"]
    table.row("  children named in what leaves", told_of or 0, holds=not told_of)
    said = [word for _, _, mail in composed for word in NEVER_IN_A_SUBJECT if word in mail.subject]
    table.row("  words of a flagged text in a subject", said or 0, holds=not said)
    grave = [mail for _, given, mail in composed if any(flag.category == "self_harm" for flag in given.flags)]
    lines = [one.number for one in config.help_lines]
    helped = [mail for mail in grave if all(number in mail.text and number in mail.html for number in lines)]
    seen = f"{len(helped)} of {len(grave)} with {', '.join(lines)}"
    table.row("  self-harm with every help line", seen, holds=0 < len(grave) == len(helped))
    routine = next(category.routine for category in config.categories if category.id == "self_harm")
    done = all(routine and routine[:60] in " ".join(mail.text.split()) for mail in grave)
    table.row("  and what to do first", "yes" if done else "no", holds=done)


def _alerting(assessor: Assessor) -> Iterator[tuple[str, Assessment]]:
    for text in CHILDREN:
        given = _assess(assessor, "social", text)
        if given.alert:
            yield text, given


def _mail(text: str, given: Assessment, config: Config) -> Message:
    receiver = next(one for one in config.receivers if one.id == config.root)
    post = entry(kind="social", title="", text=text, author="p-noelia")
    return alert([told(Item(post, given, "s1", NOW), given.flags[0].category)], receiver, config)


def disguised(table: Table, assessor: Assessor) -> None:
    """Spelling meant to get past the rules, which are asked alone: the judge might go by the rest of the text."""
    passed = [text for text in DISGUISED if not _assess(assessor, "microblog", text).flags]
    table.row(
        "disguised threats and insults flagged", f"{len(DISGUISED) - len(passed)} of {len(DISGUISED)}", holds=not passed
    )
    for text in passed:
        print(f"        not flagged: {text!a}")


def refused(table: Table) -> None:
    """Rules that cannot be used are refused at load, with file, key and remedy."""
    for name, category, term, named in BROKEN:
        problem = _problem(f'[[rule]]\nid = "new"\n{category}\nrole = "act"\n{term}\nreason = "Därför."\n')
        holds = "rules.toml" in problem and '[[rule]] "new"' in problem and named in problem
        table.row(f"refused: {name}", problem[problem.find("[[rule]]") :][:110] or "it loads", holds=holds)
    problem = _emptied()
    holds = f'the cue list "{EMPTIED}" is empty' in problem and "key" in problem
    table.row("refused: a cue list with no cue", problem[problem.find("the cue list") :][:110], holds=holds)


def _emptied() -> str:
    """What `load` says where a cue list that rules name holds nothing but a remark."""
    known = (cues.names, cues.is_empty, problem_of)
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        lists = Path(place) / "cues"
        shutil.copytree(cues.FOLDER, lists)
        (lists / f"{EMPTIED}.txt").write_text("# Words that threaten.\n\n", "utf-8")
        for one in known:
            one.cache_clear()
        try:
            with mock.patch.object(cues, "FOLDER", lists):
                return _problem("")
        finally:
            for one in known:
                one.cache_clear()


def _problem(rule: str) -> str:
    """What `load` says of the configuration with one rule more; empty where it says nothing."""
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        folder = Path(place) / "botkyrka"
        shutil.copytree(CONFIG, folder)
        path = folder / "rules.toml"
        path.write_text(path.read_text("utf-8").replace("[[alert]]", f"{rule}\n[[alert]]", 1), "utf-8")
        try:
            load(folder)
        except ConfigError as error:
            return str(error)
    return ""


def bounded(table: Table, assessor: Assessor) -> None:
    """A megabyte takes as long as two halves, about, and is answered. Processor time: neighbours do not count."""
    for name in LONG:
        half, whole = (
            min(_seconds(assessor, nasty.repeated(name, letters)) for _ in range(TRIES))
            for letters in (LETTERS // 2, LETTERS)
        )
        seen = f"{whole:.2f} s, {whole / half:.1f} times as long as half of it"
        table.row(f"a megabyte: {name}", seen, holds=whole <= STEEPEST * half)


def _seconds(assessor: Assessor, text: str) -> float:
    began = time.process_time()
    _assess(assessor, "forum", text)
    return time.process_time() - began


def _assess(assessor: Assessor, kind: Kind | str, text: str) -> Assessment:
    return assessor.assess(entry(kind=kind, title="", text=text))
