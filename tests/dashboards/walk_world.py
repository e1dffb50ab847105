"""Who walks and what there is to find: every sort of post for every unit, and who may see what, in words.

It is written down here by hand and without a query, so that a right that is missing in the program is not missing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from sqlalchemy import Connection
from sqlalchemy import text as sql

from pipelines import accounts
from pipelines.administration import page_of
from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.duties.diary import Paper, Registration
from pipelines.housekeeping import hold
from pipelines.keys import USES, new_key
from pipelines.notify import settings
from pipelines.notify.offers import Signer
from pipelines.snapshots import stored
from pipelines.snapshots.values import Delivery, Snapshot
from pipelines.store import accounts as stored_accounts
from pipelines.store import (
    cases,
    entries,
    items,
    keys,
    notices,
    outbox,
    overlay,
    register,
    registrations,
    saved,
    snapshots,
)
from pipelines.store.engine import reading
from pipelines.store.overlay import Change
from pipelines.types import Item, Notice
from tests import builders
from tests.builders import NOW, entry, flag, item, message, official

BELOW = {
    "skolkontoret": {"skolkontoret", "nasviksskolan", "smaby-bibliotek"},
    "omsorgen": {"omsorgen"},
    "nasviksskolan": {"nasviksskolan"},
    "smaby-bibliotek": {"smaby-bibliotek"},
    "smabyhus": {"smabyhus"},
}
DEPARTMENTS = ("skolkontoret", "omsorgen", "smabyhus")
SORTS = ("plain", "flagged", "employee", "accused", "told", "edited", "purged", "question", "copy")
RESPONSIBLE = {"egna-sidan": {"nasviksskolan", "omsorgen"}}
"""By source with what others write on an account: the units whose managers answer for that or stand in."""
ACCOUNT_OF = {"husets-sida": {"smabyhus"}}
"""The units whose account it is."""
SIDES = ("egna-sidan", "husets-sida", "avslutad-sida")
SETTERS = ("kommunikationschef", "administrator")
"""Who may change what others are told."""
REGISTRARS = ("kommunikationschef", "kommunikator", "enhetschef")
"""Who may read what of the register of accounts is not for everyone."""


@dataclass(frozen=True)
class Viewer:
    role: str
    units: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.role} {','.join(self.units)}".strip()

    @property
    def account(self) -> str:
        """Its name, as `seed.logged_in` gives it."""
        return f"{self.role} {self.units}"

    @property
    def below(self) -> set[str]:
        return {below for unit in self.units for below in BELOW[unit]}


@dataclass(frozen=True)
class Post:
    """An entry with a mark of its own in all that people wrote."""

    id: str
    mark: str
    sort: str
    units: tuple[str, ...]
    flagged: bool = False
    withheld: bool = False
    case: str = ""
    diary: str = ""
    """A proposal that it be registered."""
    source: str = ""
    """Where it is written on an account of ours."""


@dataclass(frozen=True)
class Mail:
    key: str
    mark: str
    receiver: str


@dataclass(frozen=True)
class Owned:
    """A saved search or a key, its owner's own, or a setting: nobody's, but of a receiver its manager's too. With a
    mark in what someone wrote about it."""

    id: str
    mark: str
    sort: Literal[
        "sokning", "nyckel", "tystnad", "ersattare", "regel", "kalla", "mottagare", "bevarande", "forteckning",
        "bild", "halvar"
    ]  # fmt: skip
    owner: Viewer | None = None
    feed: str = ""
    """The secret path of a saved search."""


Thing = Post | Mail | Owned


@dataclass
class World:
    app: App
    posts: list[Post]
    mails: list[Mail]
    owned: list[Owned] = field(default_factory=list)
    feeds: dict[str, str] = field(default_factory=dict)
    """By receiver, its secret path."""
    links: list[str] = field(default_factory=list)
    konto: str = page_of("kommunikationschef ()")
    """An account's place in addresses."""
    keys: dict[Viewer, tuple[str, str]] = field(default_factory=dict)
    """By viewer, a key for everything and one for reading."""


def viewers(units: Sequence[str] = tuple(BELOW)) -> list[Viewer]:
    return [
        Viewer("kommunikationschef"),
        Viewer("administrator"),
        Viewer("granskare"),
        *(Viewer("kommunikator", (unit,)) for unit in units if unit in DEPARTMENTS),
        *(Viewer("enhetschef", (unit,)) for unit in units),
        Viewer("enhetschef", tuple(units[-2:])),
    ]


def reads(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer may read the post: the rights, in words."""
    if post.sort == "purged":
        return False
    match viewer.role:
        case "kommunikationschef":
            return True
        case "administrator":
            return not (post.flagged or post.withheld or post.sort == "edited")
        case "kommunikator":
            return bool(viewer.below & _concerned(post)) and not post.withheld
        case "enhetschef":
            told = post.sort == "told" and set(viewer.units) & set(post.units)
            answers = set(viewer.units) & RESPONSIBLE.get(post.source, set())
            return bool(viewer.below & _concerned(post) or answers) and (not post.withheld or bool(told))
        case _:
            return False


def _concerned(post: Post) -> set[str]:
    return set(post.units) | ACCOUNT_OF.get(post.source, set())


def gets(viewer: Viewer, mail: Mail) -> bool:
    """Whether the viewer may open the mail."""
    own = {f"enhetschef:{unit}" for unit in viewer.units} if viewer.role == "enhetschef" else set()
    return viewer.role == "kommunikationschef" or mail.receiver in own


def holds(viewer: Viewer, owned: Owned) -> bool:
    """Whether it is the viewer's to see and to change."""
    if owned.sort in ("sokning", "nyckel"):
        return owned.owner == viewer
    if owned.sort in ("forteckning", "bild", "halvar"):
        return viewer.role in REGISTRARS
    if owned.sort == "bevarande":
        return viewer.role == "kommunikationschef"
    own = {f"enhetschef%3A{unit}" for unit in viewer.units} if viewer.role == "enhetschef" else set()
    return viewer.role in SETTERS or (owned.sort == "mottagare" and owned.id in own)


def may(viewer: Viewer, thing: Thing) -> bool:
    """Whether the viewer may open it."""
    if isinstance(thing, Post):
        return reads(viewer, thing)
    return gets(viewer, thing) if isinstance(thing, Mail) else holds(viewer, thing)


def world(folder: Path, units: Sequence[str] = tuple(BELOW)) -> World:
    """Every sort of post for every unit and for none, mails to every manager, cases, feeds and links."""
    dashboard = builders.smaby().dashboard.model_copy(update={"api_per_minute": 100_000})
    smaby = builders.smaby()
    sides = (smaby.sources[0].model_copy(update={"id": id, "name": id, "own": True}) for id in SIDES)
    app = builders.app(folder, builders.config(dashboard=dashboard, sources=(*smaby.sources, *sides)))
    made = World(app, [], [])
    for number, (unit, sort) in enumerate(product((*units, ""), SORTS)):
        made.posts.append(_post(app, number, unit, sort))
    _accounts(app)
    for number, (source, sort) in enumerate(product(SIDES, ("plain", "flagged", "employee", "question"))):
        made.posts.append(_post(app, 400 + number, "", sort, source))
    for number, receiver in enumerate(("kommunikationschef", *(f"enhetschef:{unit}" for unit in units))):
        mark = f"MRK{500 + number}X"
        mail = message(f"alert:{number}", subject=f"Larm {mark}", text=f"{mark}\n", html=mark, receiver=receiver)
        with app.engine.begin() as opened:
            outbox.put(opened, mail, NOW)
        made.mails.append(Mail(mail.key, mark, receiver))
        made.feeds[receiver] = urlsplit(accounts.feed(app, receiver)).path
    for post in made.posts:
        with reading(app.engine) as opened:
            found = items.one(opened, post.id)
        for offer in Signer(app.link_key, NOW).offers(found, "kommunikationschef", app.config)[:1] if found else ():
            made.links.append(urlsplit(offer.url).path)
    made.owned += [*_searches(app, viewers(units)), *_settings(app, units), *_keys(made, viewers(units))]
    return made


def _accounts(app: App) -> None:
    """Of a unit's manager with another as deputy, of a unit, and one that is closed."""
    school, care = "enhetschef:nasviksskolan", "enhetschef:omsorgen"
    sides = (
        official("a", handle="a", source="egna-sidan", responsible=school, deputy=care),
        official("b", handle="b", source="husets-sida", unit="smabyhus", deputy=None),
        official("c", handle="c", source="avslutad-sida", responsible=school, closed=NOW.date()),
    )
    with app.engine.begin() as opened:
        for one in sides:
            register.change(opened, one, seen=0, by="x", reason="x", now=NOW)


def _searches(app: App, owners: Sequence[Viewer]) -> Iterator[Owned]:
    """A saved search of everything for each, with a feed."""
    for number, viewer in enumerate(dict.fromkeys(owners)):
        name, mark, token = viewer.account, f"MRK{700 + number}X", f"token-{number}"
        with app.engine.begin() as opened:
            stored_accounts.add(opened, name, viewer.role, viewer.units, NOW)
            saved.save(opened, name, mark, {"omfattning": "allt"}, NOW)
            (kept,) = saved.of_account(opened, name)
            saved.offer(opened, name, kept.id, accounts.fingerprint(token))
        yield Owned(kept.id, mark, "sokning", viewer, f"/atom/sokning/{token}")


def _keys(made: World, owners: Sequence[Viewer]) -> Iterator[Owned]:
    for number, viewer in enumerate(dict.fromkeys(owners)):
        mark, found = f"MRK{750 + number}X", []
        for uses in (USES, USES[:1]):
            found.append(new_key())
            with made.app.engine.begin() as opened:
                given = (viewer.account, mark, uses, accounts.fingerprint(found[-1]), NOW, NOW + timedelta(days=1))
                id = keys.add(opened, *given)
            assert id is not None
            yield Owned(id, mark, "nyckel", viewer)
        made.keys[viewer] = (found[0], found[1])


def _settings(app: App, units: Sequence[str]) -> Iterator[Owned]:
    """A silence of a story and one of a rule, a deputy, a paused source, an account, and something of each manager."""
    with app.engine.begin() as opened:
        said: dict[str, object] = {"story": "s-copies", "until": NOW + timedelta(days=3)}
        yield Owned(settings.add_silence(opened, app.config, said, "MRK800X", "x", NOW), "MRK800X", "tystnad")
        said = {
            "absent": "kommunikationschef",
            "deputy": "enhetschef:omsorgen",
            "first": NOW.date(),
            "last": NOW.date(),
        }
        yield Owned(settings.add_deputy(opened, app.config, said, "MRK801X", "x", NOW), "MRK801X", "ersattare")
        until = {"rule": "bullied", "until": NOW + timedelta(days=3)}
        settings.add_silence(opened, app.config, until, "MRK802X", "x", NOW)
        yield Owned("bullied", "MRK802X", "regel")
        overlay.change(opened, "pause", Change("rikstidningen", {}, "MRK803X", "x", NOW))
        yield Owned("rikstidningen", "MRK803X", "kalla")
        register.change(opened, official(goals="MRK804X"), seen=0, by="x", reason="x", now=NOW)
        yield Owned(official().id, "MRK804X", "forteckning")
        yield from _snapshot(app, opened)
        for number, unit in enumerate(units):
            mark, name = f"MRK{810 + number}X", f"enhetschef:{unit}"
            overlay.change(opened, "receiver", Change(name, {"days": ["mon"]}, mark, "x", NOW))
            yield Owned(quote(name), mark, "mottagare")
        held = hold.add(opened, app.config, "source", "polisen", last=NOW.date(), reason="MRK804X", by="x", now=NOW)
        yield Owned(held, "MRK804X", "bevarande")


def _snapshot(app: App, opened: Connection) -> Iterator[Owned]:
    """A picture of the official account that shows what others wrote, delivered."""
    content = b"%PDF MRK805X"
    of, half = official(), date(2026, 6, 30)
    sha256 = stored.sha256(content)
    asked = {"network": of.network, "handle": "MRK805X", "asked": of.address, "sha256": sha256, "form": "pdf"}
    given = Snapshot("bild0", of.id, half, "taken", NOW, "clock", **asked)  # type: ignore[arg-type]
    stored.put(app.settings, given.stored_as, content)
    snapshots.add(opened, given)
    snapshots.deliver(opened, Delivery("leverans0", half, NOW, "x", "MRK805X", "0" * 64, 1))
    yield Owned("bild0", "MRK805X", "bild")
    yield Owned(half.isoformat(), "MRK805X", "halvar")


def _post(app: App, number: int, unit: str, sort: str, source: str = "smabybladet") -> Post:
    mark, id = f"MRK{number}X", f"id-{number:03}-{sort}"
    assessed: dict[str, object] = {"units": (unit,) if unit else (), "story": "s-copies" if sort == "copy" else None}
    flagged = sort in ("flagged", "told", "copy")
    withheld = sort in ("employee", "accused", "told")
    assessed |= {"flags": (flag(),) if flagged else (), "intent": "question" if sort == "question" else "information"}
    assessed |= {"by_employee": sort == "employee", "about_management": sort in ("accused", "told")}
    seen = NOW - timedelta(hours=number % 40)
    text = {"title": f"Rubrik {mark}", "text": f"Text {mark}.", "source_id": source, "published": seen}
    given = item(entry(id, **text), **assessed)
    builders.save(app, [given])
    with app.engine.begin() as opened:
        if sort == "edited":
            changed = entry(id, **(text | {"title": f"Ny {mark}", "text": f"Ny {mark}."}))
            entries.save(opened, [changed], NOW, silent=False)
        if sort == "told" and unit:
            notices.save(opened, given, [Notice(given.story_id, id, f"enhetschef:{unit}", "r", "threat", True)], NOW)
        case = case_of(given, number) if sort in ("question", "flagged", "told") else None
        if case:
            cases.open_case(opened, case)
        proposed = f"diarie{number}" if sort in ("flagged", "told", "employee", "question") else ""
        if proposed:
            of = Registration(proposed, id, "criticism", unit, given.entry.source_id, seen, f"{proposed}.pdf", "0" * 64)
            registrations.propose(opened, of, Paper(mark, mark, "", f"%PDF {mark}".encode()), "x", NOW)
        if sort == "purged":
            opened.execute(sql("UPDATE entry SET purged_at = :now WHERE id = :id"), {"now": "2026-11-20", "id": id})
    return Post(id, mark, sort, (unit,) if unit else (), flagged, withheld, case.id if case else "", proposed, source)


def case_of(about: Item, number: int) -> Case:
    """An open one with a day left to its reminder."""
    later = NOW + timedelta(days=2)
    return Case(
        f"case{number}", "question", about.entry.id, about.story_id, "question", ("kommunikationschef",),
        NOW, NOW, NOW + timedelta(days=1), later, later,
    )  # fmt: skip
