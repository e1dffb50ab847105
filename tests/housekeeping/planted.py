"""Fifty authors and twenty minors, all invented, planted in feeds of five families; and every place they could turn up.

The posts come in by the real door, are understood and told; then author fields, indexes, logs, mails and exports are
read as one would read them to find somebody.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from pathlib import Path

from sqlalchemy import select, text

from pipelines.bootstrap import App, pseudonymiser
from pipelines.collect import phase as collect
from pipelines.config.schema import Source
from pipelines.enrich import phase as enrich
from pipelines.housekeeping import person
from pipelines.housekeeping.person import Asked
from pipelines.logs import Lines
from pipelines.notify import phase as notify
from pipelines.store import access
from pipelines.store.engine import reading
from pipelines.store.schema import entry, metadata
from sentiment.cues import cues
from tests import builders
from tests.builders import NOW
from tests.collect.conftest import Page, World
from tests.collect.feeds import atom, item, rss, source
from tests.collect.sources.test_discourse import found, post, topic
from tests.collect.test_mastodon import status
from tests.dashboards.seed import logged_in
from tests.notify.servers import Answering

FIRST = ("Zelmira", "Ottfrida", "Balsarin", "Ymvald", "Qvintina", "Ferdolf", "Jaspira", "Hilmarie", "Undolf", "Vixelin")
LAST = ("Plantersund", "Fiktivander", "Påhittare", "Dikthammar", "Låtsasborg")
AUTHORS = tuple(f"{first} {last}" for last, first in product(LAST, FIRST))
COMMON = sorted(one.text.capitalize() for one in cues("first_name"))[:20]
MINORS = tuple(f"{first} Låtsaslund" for first in COMMON)
SAID = (
    "Kommunen i Småby sköter inte snön i Näsvik, det är en skandal.",
    "Vad gör Småby kommun åt Näsviksskolan? Jag väntar på svar.",
    "Tack Småby kommun för fin plogning i Näsvik!",
)
CHILD = (
    "Småby kommun sviker {}, 9 år, som inte får stöd i Näsviksskolan. Skandal.",
    "Min son {} i 7B mår dåligt i Näsviksskolan och Småby kommun gör ingenting.",
)


@dataclass
class Planted:
    """What came of it: by place, all that stands there."""

    app: App
    mails: str = ""
    places: dict[str, str] = field(default_factory=dict)

    def hits(self, names: tuple[str, ...]) -> dict[str, list[str]]:
        """By place, the names that stand there, whole, as an account, or by their unusual part."""
        return {place: [name for name in names if stands(name, said)] for place, said in self.places.items()}


def stands(name: str, said: str) -> bool:
    """Whether the name stands there, as it is or as an account."""
    first, last = name.lower().split()
    spellings = (name.lower(), f"{first}_{last}", f"{first}.{last}", f"{first}{last}")
    return any(one in said.lower() for one in spellings)


def account(name: str) -> str:
    return name.lower().replace(" ", "_")


def sources(world: World) -> tuple[Source, ...]:
    """Five, of as many kinds of feed."""
    page = world.url
    return (
        source(id="kommentarer", name="Kommentarer", kind="forum", url=page("/kommentarer"), local=True),
        source(id="bloggar", name="Bloggar", kind="blog", url=page("/bloggar"), local=True),
        source(id="reddit", name="Trådar", kind="forum", url=page("/reddit"), local=True),
        source("mastodon", id="mastodon", kind="microblog", url=page(""), local=True, options={"tags": ["smaby"]}),
        source("discourse", id="forum", kind="forum", url=page(""), local=True, options={"query": "Småby"}),
    )


def _pages(world: World) -> None:
    ten = [AUTHORS[at : at + 10] for at in range(0, 50, 10)]
    when = "Sat, 21 Nov 2026 06:00:00 +0100"
    comments = [
        item(n, title=f"Av: {name}", description=f"@{account(AUTHORS[n])} {SAID[n % 3]}", author=name, pubDate=when)
        for n, name in enumerate(ten[0])
    ]
    children = [
        item(100 + n, title="Insändare", description=CHILD[n % 2].format(name), pubDate=when)
        for n, name in enumerate(MINORS)
    ]
    threads = [
        item(
            200 + n,
            title=f"Snön: {name}",
            description=f"{SAID[n % 3]} submitted by /u/{account(name)} [link] [comments]",
            author=f"/u/{account(name)}",
            pubDate=when,
        ).replace(f"Snön: {name}", "Snön i Småby")
        for n, name in enumerate(ten[2])
    ]
    blogs = [
        f"<entry><id>b{n}</id><title>Dagens tanke</title><author><name>{name}</name></author>"
        f"<updated>2026-11-21T06:00:00Z</updated><content>{SAID[n % 3]}</content></entry>"
        for n, name in enumerate(ten[1])
    ]
    statuses = [
        status(
            str(117020593741189701 + n),
            content=f"<p>{SAID[n % 3]} @{account(AUTHORS[n])}</p>",
            url=f"https://annan.example/s/{n}",
            uri=f"https://annan.example/s/{n}",
            account={
                "acct": account(name),
                "display_name": name,
                "uri": f"https://annan.example/users/{account(name)}",
            },
        )
        for n, name in enumerate(ten[3])
    ]
    posts = [
        post(n, username=account(name), name=name, blurb=SAID[n % 3], created_at="2026-11-21T06:00:00Z")
        for n, name in enumerate(ten[4])
    ]
    world.pages |= {
        "/kommentarer": Page(rss(*comments, *children).encode()),
        "/bloggar": Page(atom(*blogs).encode()),
        "/reddit": Page(rss(*threads).encode()),
        "/api/v1/timelines/tag/smaby": Page(json.dumps(statuses, ensure_ascii=False).encode()),
        "/search.json": Page(json.dumps(found(posts=posts, topics=[topic()]), ensure_ascii=False).encode()),
    }


@contextmanager
def planted(folder: Path, world: World) -> Iterator[Planted]:
    """The posts of a morning, told and exported; and afterwards every place."""
    _pages(world)
    rows = sources(world)
    made = builders.app(folder, builders.config(sources=rows))
    made = replace(made, pseudonym=pseudonymiser(folder / "author.key"))
    result = Planted(made)
    with _logged() as lines:
        _first_visit(made)
        collect.run(made, [one.id for one in rows], force=True)
        enrich.run(made)
        mails = Answering()
        notify.run(made, channel=mails)
        made.clock.forward(hours=26)  # type: ignore[attr-defined]
        notify.run(made, channel=mails)
        notify.digest(made, channel=mails)
        person.extract(made, Asked("pseudonym-of", AUTHORS[0], "KS 1", "registrator"))
        exports = _exports(made)
    result.mails = "\n".join(f"{one.subject}\n{one.text}\n{one.html}" for one in mails.sent)
    result.places = {
        "author fields": _authors(made),
        "indexes": _indexes(made),
        "tables": _tables(made),
        "access log": _access(made),
        "log": lines.getvalue(),
        "mails": result.mails,
        "exports": exports,
    }
    yield result
    made.engine.dispose()


def _first_visit(app: App) -> None:
    """Each source has been seen before, so that what comes now is news."""
    from pipelines.store import sources as stored
    from pipelines.store.sources import SourceState

    with app.engine.begin() as opened:
        before = NOW - timedelta(days=1)
        stored.save_states(
            opened, [SourceState(one.id, first_fetched_at=before, last_ok_at=before) for one in app.config.sources]
        )


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """All that the program and its libraries write to the log, as its lines of JSON."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def _exports(app: App) -> str:
    """Whatever can be taken out as a file."""
    said = []
    with logged_in(app) as client:
        for path in ("/flode.csv?omfattning=allt", "/flode?omfattning=allt", "/", "/arenden", "/utskick"):
            said.append(client.get(path).text)
        book = zipfile.ZipFile(io.BytesIO(client.get("/flode.xlsx?omfattning=allt").content))
        said += [book.read(name).decode() for name in book.namelist()]
    return "\n".join(said)


def _authors(app: App) -> str:
    with reading(app.engine) as opened:
        found = opened.execute(select(entry.c.author)).scalars().all()
    assert len(set(found) - {None}) >= len(AUTHORS), "the authors did not come in"
    assert all(re.fullmatch(r"p[0-9a-f]{16}", one) for one in found if one)
    return " ".join(one or "" for one in found)


def _indexes(app: App) -> str:
    """The words that are searched, and the bytes of the index; names of indexed columns are in `tables`."""
    with reading(app.engine) as opened:
        words = opened.execute(text("select vector from search")).scalars().all()
        blocks = opened.execute(text("select block from search_index_data")).scalars().all()
    return " ".join(words) + b" ".join(blocks).decode("latin-1")


def _tables(app: App) -> str:
    """Every table, without the addresses that the links need."""
    kept: list[object] = []
    with reading(app.engine) as opened:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in ("url", "native_id")]
            kept += opened.execute(select(*columns)).all() if columns else []
    return str(kept)


def _access(app: App) -> str:
    with reading(app.engine) as opened:
        return str(access.listed(opened, limit=10_000))
