"""A real DokuWiki, and what is collected from its feeds by `rss`.

Debian's package; its configuration and its pages lie in a temporary folder, of which nothing is left.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.config.schema import Source
from tests.live.server import Edit, free_port, lines, php, serving
from tests.live.watching import Claim, Watch, answered, nothing_new

ROOT, CONFIGURED = Path("/usr/share/dokuwiki"), Path("/etc/dokuwiki")
PACKAGES = ("dokuwiki", "php-cli")
EDITS = Path(__file__).parent / "dokuwiki_edits.php"
FOLDERS = ("attic", "cache", "index", "locks", "log", "media", "media_attic", "media_meta", "meta", "pages", "tmp")
OF_THIS_MACHINE = ("local.php", "*.auth.php", "farm")
TICK = 1.1
"""Seconds between two edits of one page: a revision's id is its second. A feed is made anew when it is as old."""
BEGINNING = (
    Edit("snorojning", "====== Snöröjningen i Småby ======\n\nGångvägarna är **oplogade** & hala.", "ny sida"),
    Edit("skola:nasvik", "====== Näsviksskolan ======\n\nSkolan i Småby har 340 elever.", "ny sida", "robin"),
    Edit("skript", "====== Skript ======\n\n<html><script>alert(1)</script></html> 3 < 5", "prov"),
)
LATER = (
    Edit("snorojning", "====== Snöröjningen i Småby ======\n\nNu har plogen varit här.", "plogat"),
    Edit("torget", "====== Torget ======\n\nTorget i Småby har fått en julgran.", "ny sida"),
)
DELETED = (Edit("skola:nasvik", None, "fel sida"),)


class Wiki:
    """Its address, and how it is written to."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self.options = ("-d", f"auto_prepend_file={folder / 'prepend.php'}")

    def install(self) -> None:
        configuration = self.folder / "conf"
        shutil.copytree(CONFIGURED, configuration, ignore=shutil.ignore_patterns(*OF_THIS_MACHINE))
        for name in FOLDERS:
            (self.folder / "data" / name).mkdir(parents=True)
        settings = f"$conf['savedir'] = '{self.folder}/data'; $conf['lang'] = 'sv'; $conf['title'] = 'Provwikin';"
        open_to_all = "$conf['useacl'] = 0; $conf['rss_update'] = 1;"
        (configuration / "local.php").write_text(f"<?php {settings} {open_to_all}", "utf-8")
        places = "".join(f"define('{name}', '{configuration}/');" for name in ("DOKU_MAIN_CONF", "DOKU_CONF"))
        (self.folder / "prepend.php").write_text(f"<?php {places}", "utf-8")

    def write(self, edits: Sequence[Edit]) -> None:
        time.sleep(TICK)
        php([*self.options, str(EDITS)], {}, lines(edits))
        time.sleep(TICK)


@contextmanager
def running(folder: Path) -> Iterator[Wiki]:
    """A wiki without a page."""
    wiki = Wiki(folder)
    wiki.install()
    with serving(wiki.port, ROOT, folder / "server.log", wiki.options, {}):
        yield wiki


def sources(url: str) -> tuple[Source, ...]:
    """Every form of feed that it has; RSS 2.0 has no ids, RSS 0.91 no dates, Atom 0.3 is what `atom` means."""
    forms = {"default": "", "rss": "type=rss", "rss2": "type=rss2", "atom": "type=atom", "atom1": "type=atom1"}
    given = forms | {"html": "type=rss2&content=html", "listed": "type=rss2&mode=list&ns=skola"}
    return tuple(
        Source(id=id, name=id, family="rss", kind="wiki", url=f"{url}/feed.php?{query}".rstrip("?"), language="sv")
        for id, query in given.items()
    )


def show(folder: Path) -> Iterator[Claim]:
    """A wiki is made, edited and watched; each claim as it is seen."""
    (folder / "wiki").mkdir()
    with running(folder / "wiki") as wiki:
        wiki.write(BEGINNING)
        watch = Watch(folder, sources(wiki.url))
        yield answered("every form of feed answers", watch.go())
        counts = {id: len(watch.entries(id)) for id in ("default", "rss", "rss2", "atom", "atom1", "html")}
        yield Claim("the same three pages in every form", str(counts), set(counts.values()) == {3})
        texts = [text for source in counts for text in watch.entries(source).values()]
        markup = [text for text in texts if "<script" in text or "</" in text]
        yield Claim("no markup in any of them", f"{len(texts)} texts, {len(markup)} with markup", not markup)
        yield nothing_new(watch.go())
        wiki.write(LATER)
        yield answered("after an edit and a new page", watch.go())
        told = watch.entries("rss2").values()
        both = any("plogen" in text for text in told) and any("oplogade" in text for text in told)
        yield Claim("an edit is an entry beside the one before it", f"{len(told)} entries", both and len(told) == 5)
        yield nothing_new(watch.go())
        wiki.write(DELETED)
        after = watch.go()
        seen = "; ".join(f"{id}: {report.outcome}" for id, report in after.items())
        known = sum("340 elever" in text for text in watch.entries("rss2").values())
        yield Claim("a deleted page breaks some feeds, and forgets nothing", seen, known == 1)
