"""A real MediaWiki, and what is collected from it by `mediawiki` and by `rss`.

Debian's package and SQLite; set up anew in a temporary folder, of which nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pipelines.config.schema import Source
from tests.live.server import Edit, free_port, lines, php, serving
from tests.live.watching import Claim, Watch, answered, nothing_new

ROOT = Path("/usr/share/mediawiki")
PACKAGES = ("mediawiki", "php-cli", "php-sqlite3")
EDITS = Path(__file__).parent / "mediawiki_edits.php"
SNOW, MANY = "Snöröjning i Småby", 25
"""A page that is watched, and edits of it between two visits: two pages of an answer and a half."""
SETTINGS = """
$wgFeedCacheTimeout = 0;
$wgRateLimits = [];
"""
BEGINNING = (
    Edit(SNOW, "I [[Småby]] är '''gångvägarna''' oplogade."),
    Edit(SNOW, "I [[Småby]] är '''gångvägarna''' oplogade.\n\nKommunen svarar inte.", "inget svar", "Robin"),
    Edit(f"Diskussion:{SNOW}", "Stämmer det? <script>alert(1)</script> &amp; 3 < 5", "fråga"),
    Edit("Näsviksskolan", "Skolan ligger i [[Småby kommun|Småby]] och har 340 elever.", "ny"),
    Edit("Kräftskiva", "En kräftskiva hålls i augusti.", "ny"),
    Edit("Dubblett", "Småby igen, i onödan.", "ny"),
)
LATER = (
    *(Edit(SNOW, f"I [[Småby]] är gångvägarna oplogade. Dag {day} utan plog.", f"dag {day}") for day in range(MANY)),
    Edit("Näsviksskolan", "Skolan ligger i [[Småby kommun|Småby]] och har 350 elever.", "fler elever", "Robin"),
    Edit("Torget", "Torget i Småby har fått en julgran.", "ny"),
    Edit("Dubblett", None, "dubblett"),
)


class Wiki:
    """Its address, and how it is written to."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {"MW_CONFIG_FILE": str(folder / "LocalSettings.php")}

    def install(self) -> None:
        data = self.folder / "data"
        data.mkdir()
        where = ["--dbtype=sqlite", f"--dbpath={data}", f"--server={self.url}", "--scriptpath="]
        who = ["--lang=sv", "--pass=bara-har-och-nu-7", f"--confpath={self.folder}", "Provwikin", "Vakten"]
        php([str(ROOT / "maintenance" / "install.php"), *where, *who], {})
        with (self.folder / "LocalSettings.php").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)

    def write(self, edits: Sequence[Edit]) -> None:
        php([str(EDITS)], self.environment, lines(edits))


@contextmanager
def running(folder: Path) -> Iterator[Wiki]:
    """A wiki with nothing but its start page."""
    wiki = Wiki(folder)
    wiki.install()
    with serving(wiki.port, ROOT, folder / "server.log", (), wiki.environment):
        yield wiki


def sources(url: str) -> tuple[Source, ...]:
    """Every way in which we read a MediaWiki."""
    api, page = f"{url}/api.php", f"{url}/index.php?title={quote(SNOW)}&action=history"
    given = {
        "search": ("mediawiki", api, {"search": "Småby"}),
        "watched": ("mediawiki", api, {"titles": [SNOW, f"Diskussion:{SNOW}", "Finns inte"]}),
        "recent": ("mediawiki", api, {"recent": True}),
        "history-atom": ("rss", f"{page}&feed=atom", {}),
        "changes-atom": ("rss", f"{api}?action=feedrecentchanges&feedformat=atom&limit=50", {}),
        "changes-rss": ("rss", f"{api}?action=feedrecentchanges&feedformat=rss&limit=50", {}),
        "gone-atom": ("rss", f"{url}/index.php?title=Finns_inte&action=history&feed=atom", {}),
    }
    return tuple(
        Source(id=id, name=id, family=family, kind="wiki", url=address, language="sv", options=options)
        for id, (family, address, options) in given.items()
    )


def show(folder: Path) -> Iterator[Claim]:
    """A wiki is made, edited and watched; each claim as it is seen."""
    (folder / "wiki").mkdir()
    with running(folder / "wiki") as wiki:
        wiki.write(BEGINNING)
        watch = Watch(folder, sources(wiki.url))
        yield answered("every way in answers", watch.go())
        yield from _first(watch)
        yield nothing_new(watch.go())
        wiki.write(LATER)
        reports = watch.go()
        yield answered("after 27 edits and a deletion", reports)
        yield from _then(watch)
        yield nothing_new(watch.go())


def _first(watch: Watch) -> Iterator[Claim]:
    found = watch.entries("search")
    named = sorted(text.partition("\n")[0] for text in found.values())
    yield Claim("search: the pages that name Småby", ", ".join(named), named == ["Dubblett", "Näsviksskolan", SNOW])
    watched = watch.entries("watched")
    second = next((text for text in watched.values() if "inget svar" in text), "")
    holds = len(watched) == 3 and "Kommunen svarar inte" in second and "oplogade" not in second
    yield Claim("watch list: an entry an edit, with what it put in", repr(second), holds)
    read = {source: watch.entries(source).values() for source in ("search", "watched", "recent", "changes-atom")}
    texts = [text for found in read.values() for text in found]
    markup = [text for text in texts if "<script" in text or "</" in text]
    wikitext = [text for text in (*read["search"], *read["watched"]) if "[[" in text or "'''" in text]
    seen = f"{len(texts)} texts, {len(markup)} with HTML, {len(wikitext)} of the API's with wiki markup"
    yield Claim("no markup in any of them", seen, bool(texts) and not markup and not wikitext)
    history, atom, feed = (set(watch.entries(source)) for source in ("history-atom", "changes-atom", "changes-rss"))
    yield Claim("one revision has one id in all feeds", f"{len(history)} of history", history <= atom and atom == feed)
    yield Claim(
        "the history of no page is no entry", f"{len(watch.entries('gone-atom'))}", not watch.entries("gone-atom")
    )


def _then(watch: Watch) -> Iterator[Claim]:
    days = sum("utan plog" in text for text in watch.entries("watched").values())
    yield Claim(f"watch list: {MANY} edits between two visits, by pages", f"{days} read", days == MANY)
    edited = watch.entries("search")
    school = next((text for text in edited.values() if text.startswith("Näsviksskolan")), "")
    kept = f"{watch.revisions('search')} versions kept"
    yield Claim("search: an edited page is edited, not new", kept, "350 elever" in school and len(edited) == 4)
    there = any(text.startswith("Dubblett") for text in edited.values())
    yield Claim("search: a deleted page is not forgotten for being absent", "kept" if there else "lost", there)
    deleted = [text for text in watch.entries("changes-atom").values() if "raderade" in text and "Dubblett" in text]
    yield Claim("recent changes tell of the deletion", f"{len(deleted)} entry", len(deleted) == 1)
