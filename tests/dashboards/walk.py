"""The rights walk: every role and unit, at every address, with every id; what is seen against what may be seen.

What may be seen is written down here once more, by hand and without a query, so that a right that is missing in the
program is not missing here. Routes are taken from the application itself: a new page is walked without being named,
and one whose parameters nobody knows fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi.routing import APIRoute
from httpx import Response
from sqlalchemy import text as sql
from starlette.testclient import TestClient

from pipelines import accounts
from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.notify.offers import Signer
from pipelines.store import access, cases, entries, items, notices, outbox
from pipelines.store.engine import reading
from pipelines.types import Item, Notice
from tests import builders
from tests.builders import NOW, entry, flag, item, message
from tests.dashboards.seed import browser, logged_in

BELOW = {
    "skolkontoret": {"skolkontoret", "nasviksskolan", "smaby-bibliotek"},
    "omsorgen": {"omsorgen"},
    "nasviksskolan": {"nasviksskolan"},
    "smaby-bibliotek": {"smaby-bibliotek"},
    "smabyhus": {"smabyhus"},
}
DEPARTMENTS = ("skolkontoret", "omsorgen", "smabyhus")
SORTS = ("plain", "flagged", "employee", "accused", "told", "edited", "purged", "question", "copy")
UNKNOWN = "finns-inte"
NO_MARK = "MRK999X"
MARK = re.compile(r"MRK\d+X")
KEPT = ("correction", "case_event", "entry", "setting", "message", "account")
"""Tables that nothing refused may change."""
QUERIES = {
    "/flode": ("", "?omfattning=allt", "?flagga=*", "?enhet=omsorgen", "?ton=negative&omfattning=allt", "?sida=2"),
    "/arenden": ("", "?visa=avslutade"),
    "/atkomst": ("", "?sida=1"),
    "/diagram/ton.svg": ("", "?tema=mork"),
}


@dataclass(frozen=True)
class Viewer:
    role: str
    units: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.role} {','.join(self.units)}".strip()

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


@dataclass(frozen=True)
class Mail:
    key: str
    mark: str
    receiver: str


@dataclass
class World:
    app: App
    posts: list[Post]
    mails: list[Mail]
    feeds: dict[str, str] = field(default_factory=dict)
    """By receiver, its secret path."""
    links: list[str] = field(default_factory=list)


@dataclass
class Result:
    """How many times something was asked for, and what came out that should not have."""

    tried: int = 0
    routes: set[str] = field(default_factory=set)
    escapes: list[str] = field(default_factory=list)
    shown: dict[str, set[str]] = field(default_factory=dict)
    """By account, the flagged posts that were shown to it."""


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
            return bool(viewer.below & set(post.units)) and not post.withheld
        case "enhetschef":
            told = post.sort == "told" and set(viewer.units) & set(post.units)
            return bool(viewer.below & set(post.units)) and (not post.withheld or bool(told))
        case _:
            return False


def gets(viewer: Viewer, mail: Mail) -> bool:
    """Whether the viewer may open the mail."""
    own = {f"enhetschef:{unit}" for unit in viewer.units} if viewer.role == "enhetschef" else set()
    return viewer.role == "kommunikationschef" or mail.receiver in own


def world(folder: Path, units: Sequence[str] = tuple(BELOW)) -> World:
    """Every sort of post for every unit and for none, mails to every manager, cases, feeds and links."""
    app = builders.app(folder)
    made = World(app, [], [])
    for number, (unit, sort) in enumerate(product((*units, ""), SORTS)):
        made.posts.append(_post(app, number, unit, sort))
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
    return made


def _post(app: App, number: int, unit: str, sort: str) -> Post:
    mark, id = f"MRK{number}X", f"id-{number:03}-{sort}"
    assessed: dict[str, object] = {"units": (unit,) if unit else (), "story": "s-copies" if sort == "copy" else None}
    flagged = sort in ("flagged", "told", "copy")
    withheld = sort in ("employee", "accused", "told")
    assessed |= {"flags": (flag(),) if flagged else (), "intent": "question" if sort == "question" else "information"}
    assessed |= {"by_employee": sort == "employee", "about_management": sort in ("accused", "told")}
    seen = NOW - timedelta(hours=number % 40)
    given = item(entry(id, title=f"Rubrik {mark}", text=f"Text {mark}.", published=seen), **assessed)
    builders.save(app, [given])
    with app.engine.begin() as opened:
        if sort == "edited":
            entries.save(opened, [entry(id, title=f"Ny {mark}", text=f"Ny {mark}.", published=seen)], NOW, silent=False)
        if sort == "told" and unit:
            notices.save(opened, given, [Notice(given.story_id, id, f"enhetschef:{unit}", "r", "threat", True)], NOW)
        case = _case(given, number) if sort in ("question", "flagged", "told") else None
        if case:
            cases.open_case(opened, case)
        if sort == "purged":
            opened.execute(sql("UPDATE entry SET purged_at = :now WHERE id = :id"), {"now": "2026-11-20", "id": id})
    return Post(id, mark, sort, (unit,) if unit else (), flagged, withheld, case.id if case else "")


def _case(about: Item, number: int) -> Case:
    later = NOW + timedelta(days=2)
    return Case(
        f"case{number}", "question", about.entry.id, about.story_id, "question", ("kommunikationschef",),
        NOW, NOW, NOW + timedelta(days=1), later, later,
    )  # fmt: skip


def walk(made: World, given: Sequence[Viewer]) -> Result:
    """Ask for everything as every viewer, and as nobody."""
    result = Result()
    routes = [route for route in browser(made.app).app.routes if isinstance(route, APIRoute)]  # type: ignore[attr-defined]
    result.routes = {route.path for route in routes}
    before = _stored(made.app)
    for viewer in given:
        with logged_in(made.app, viewer.role, viewer.units) as client:
            _Walker(made, viewer, client, result).all(routes)
    _nobody(made, routes, result)
    _by_token(made, result)
    changed = [name for name, rows in _stored(made.app).items() if rows != before[name] and name != "account"]
    result.escapes += [f"something refused has changed the table {name}" for name in changed]
    result.escapes += list(_unlogged(made, result))
    return result


@dataclass
class _Walker:
    made: World
    viewer: Viewer
    client: TestClient
    result: Result
    unknown: dict[tuple[str, str], Response] = field(default_factory=dict)
    """What is answered where there is nothing."""

    def all(self, routes: Sequence[APIRoute]) -> None:
        for route in routes:
            for path, about in addresses(self.made, route.path):
                for method in route.methods - {"HEAD"}:
                    if method == "GET":
                        for query in QUERIES.get(route.path, ("",)):
                            self.look(path + query, about)
                    else:
                        self.press(method, path, about)
        for post in self.made.posts:
            self.search(post)

    def look(self, path: str, about: Post | Mail | None) -> None:
        answer = self._ask("GET", path)
        allowed = {post.mark for post in self.made.posts if reads(self.viewer, post)}
        allowed |= {mail.mark for mail in self.made.mails if gets(self.viewer, mail)}
        seen = set(MARK.findall(answer.text))
        for mark in sorted(seen - allowed):
            self._escaped(f"{path} shows {mark}")
        self._note(seen)
        ids = {post.id for post in self.made.posts if post.id in answer.text and f"/{post.id}" not in path}
        if self.viewer.role != "granskare":  # whose list consists of ids
            for id in sorted(ids - {post.id for post in self.made.posts if reads(self.viewer, post)}):
                self._escaped(f"{path} names {id}")
        if about is not None:
            may = reads(self.viewer, about) if isinstance(about, Post) else gets(self.viewer, about)
            if may and answer.status_code != 200:
                self._escaped(f"{path} is refused")
            if not may:
                self._like_unknown("GET", path, answer)

    def press(self, method: str, path: str, about: Post | Mail | None) -> None:
        """Only what must be refused: somebody else's, and one's own without the form's token."""
        if not isinstance(about, Post):
            return
        form = {"csrf": self._csrf(), "svar": "not-negative", "beslut": "answered"}
        if not reads(self.viewer, about):
            self._like_unknown(method, path, self._ask(method, path, form), form)
        if self._ask(method, path, form | {"csrf": "x"}).status_code not in (403, 404):
            self._escaped(f"{method} {path} without its token")

    def search(self, post: Post) -> None:
        """Who searches for the words of what he may not read learns nothing; neither that it is there."""
        if not self.viewer_has("/flode") or reads(self.viewer, post):
            return
        query = "/flode?omfattning=allt&sok="
        for sought, of_nothing in ((post.mark, NO_MARK), (post.id, UNKNOWN)):
            found, none = self._ask("GET", query + sought), self._of_nothing("GET", query + of_nothing)
            if found.text.replace(sought, of_nothing) != none.text:
                self._escaped(f"searching for {sought} tells something")

    def viewer_has(self, path: str) -> bool:
        return self.viewer.role != "granskare" or path == "/atkomst"

    def _like_unknown(self, method: str, path: str, answer: Response, form: dict[str, str] | None = None) -> None:
        id = next(part for part in path.split("/")[2:3])
        unknown = self._of_nothing(method, path.replace(id, UNKNOWN, 1), form)
        if (answer.status_code, answer.text.replace(id, UNKNOWN)) != (unknown.status_code, unknown.text):
            self._escaped(f"{method} {path} does not answer like one that is not there")
        if answer.status_code != 404:
            self._escaped(f"{method} {path} is {answer.status_code}")

    def _of_nothing(self, method: str, path: str, form: dict[str, str] | None = None) -> Response:
        if (method, path) not in self.unknown:
            self.unknown[method, path] = self._ask(method, path, form)
        return self.unknown[method, path]

    def _csrf(self) -> str:
        return re.findall(r'name="csrf" value="([^"]+)"', self.client.get("/hjalp").text)[0]

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Response:
        self.result.tried += 1
        return self.client.request(method, path, data=form)

    def _note(self, seen: set[str]) -> None:
        flagged = {post.id for post in self.made.posts if post.mark in seen and post.flagged}
        self.result.shown.setdefault(_account(self.viewer), set()).update(flagged)

    def _escaped(self, what: str) -> None:
        self.result.escapes.append(f"{self.viewer.name}: {what}")


def addresses(made: World, route: str) -> Iterator[tuple[str, Post | Mail | None]]:
    """The route with every id there is, and one that is not there; what each is about."""
    names = re.findall(r"{([^}]+)}", route)
    match names:
        case []:
            yield route, None
        case ["entry_id"]:
            yield from ((route.replace("{entry_id}", quote(post.id)), post) for post in made.posts)
            yield route.replace("{entry_id}", UNKNOWN), None
        case ["case_id"]:
            yield from ((route.replace("{case_id}", post.case), post) for post in made.posts if post.case)
        case ["key"]:
            yield from ((route.replace("{key}", quote(mail.key)), mail) for mail in made.mails)
        case ["token"]:
            yield route.replace("{token}", UNKNOWN), None
        case _:
            raise AssertionError(f"the walk does not know what to put into {route}: teach it")


def _nobody(made: World, routes: Sequence[APIRoute], result: Result) -> None:
    with browser(made.app) as client:
        _without_session(client, made, routes, result)


def _without_session(client: TestClient, made: World, routes: Sequence[APIRoute], result: Result) -> None:
    for route in routes:
        for path, _ in addresses(made, route.path):
            for method in route.methods - {"HEAD"}:
                result.tried += 1
                answer = client.request(method, path)
                if MARK.search(answer.text) or (answer.status_code == 200 and not _open(route.path)):
                    result.escapes.append(f"nobody: {method} {path} is {answer.status_code}")


def _open(route: str) -> bool:
    return route == "/healthz" or route.startswith(("/logga-in", "/ratta/", "/atom/"))


def _by_token(made: World, result: Result) -> None:
    """A feed shows its receiver's subjects; a link in a mail shows no text at all."""
    client = browser(made.app)
    for receiver, path in made.feeds.items():
        result.tried += 1
        seen = set(MARK.findall(client.get(path).text))
        if seen != {mail.mark for mail in made.mails if mail.receiver == receiver}:
            result.escapes.append(f"the feed of {receiver} shows {sorted(seen)}")
    for path in made.links:
        result.tried += 1
        if MARK.search(client.get(path).text):
            result.escapes.append(f"{path} shows a text")


def _unlogged(made: World, result: Result) -> Iterator[str]:
    with reading(made.app.engine) as opened:
        if problem := access.verify(opened).problem:
            yield f"the access log does not hold: {problem}"
        for account, shown in result.shown.items():
            lines, _ = access.listed(opened, account=account, limit=1_000_000)
            for id in sorted(shown - {id for line in lines for id in line.entries}):
                yield f"{account} was shown {id}, and the access log does not know"


def _account(viewer: Viewer) -> str:
    return f"{viewer.role} {viewer.units}"


def _stored(app: App) -> dict[str, list[object]]:
    with app.engine.connect() as opened:
        return {name: list(opened.execute(sql(f"select * from {name} order by 1, 2"))) for name in KEPT}
