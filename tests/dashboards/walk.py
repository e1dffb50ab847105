"""The rights walk: every role and unit, at every address, with every id; what is seen against what may be seen.

What may be seen stands in `walk_world`. Routes are taken from the application itself: a new page is walked without
being named, and one whose parameters nobody knows fails.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi.routing import APIRoute
from httpx import Response
from sqlalchemy import text as sql
from starlette.testclient import TestClient

from dashboards.catalogue import texts
from pipelines.bootstrap import App
from pipelines.store import access
from pipelines.store.engine import reading
from tests.dashboards.seed import browser, logged_in
from tests.dashboards.walk_world import SETTERS, Owned, Post, Thing, Viewer, World, may, reads

UNKNOWN = "finns-inte"
NO_MARK = "MRK999X"
MARK = re.compile(r"MRK\d+X")
KEPT = ("correction", "case_event", "entry", "setting", "message", "account", "saved_search", "hold_event")
"""Tables that nothing refused may change."""
EXPORTS = ("", "?omfattning=allt", "?sok=flagga:ja", "?alla=text")
QUERIES = {
    "/flode": (
        *("", "?omfattning=allt", "?flagga=*", "?enhet=omsorgen", "?ton=negative&omfattning=allt"),
        *("?sok=flagga:ja&omfattning=allt", "?sok=INTE+ton:positiv", "?sok=ärende:öppet", "?fore=9000000000000000000"),
    ),
    "/flode.csv": EXPORTS,
    "/flode.xlsx": EXPORTS,
    "/installningar": ("", "?handelse=s-copies"),
    "/arenden": ("", "?visa=avslutade"),
    "/atkomst": ("", "?sida=1"),
    "/gallring": ("", "?visa=provkorning", "?inlagg=id-000-plain"),
    "/diagram/ton.svg": ("", "?tema=mork"),
}


@dataclass
class Result:
    """How many times something was asked for, and what came out that should not have."""

    tried: int = 0
    routes: set[str] = field(default_factory=set)
    escapes: list[str] = field(default_factory=list)
    shown: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """By account and route, the flagged posts that were shown."""


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

    def __post_init__(self) -> None:
        made = self.made
        self.ids = {post.id for post in made.posts} | {post.case for post in made.posts if post.case}
        self.ids |= {quote(mail.key) for mail in made.mails} | {owned.id for owned in made.owned}

    def all(self, routes: Sequence[APIRoute]) -> None:
        for route in routes:
            for path, about in addresses(self.made, route.path):
                for method in route.methods - {"HEAD"}:
                    if method == "GET":
                        for query in QUERIES.get(route.path, ("",)):
                            self.look(path + query, about, route.path)
                    else:
                        self.press(method, path, about)
        for post in self.made.posts:
            self.search(post)

    def look(self, path: str, about: Thing | None, route: str) -> None:
        answer = self._ask("GET", path)
        said = _said(answer)
        things: tuple[Thing, ...] = (*self.made.posts, *self.made.mails, *self.made.owned)
        allowed = {thing.mark for thing in things if may(self.viewer, thing)}
        seen = set(MARK.findall(said))
        for mark in sorted(seen - allowed):
            self._escaped(f"{path} shows {mark}")
        flagged = {post.id for post in self.made.posts if post.mark in seen and post.flagged}
        self.result.shown.setdefault((self.viewer.account, route), set()).update(flagged)
        ids = {post.id for post in self.made.posts if post.id in said and f"/{post.id}" not in path}
        if self.viewer.role != "granskare":  # whose list consists of ids
            for id in sorted(ids - {post.id for post in self.made.posts if reads(self.viewer, post)}):
                self._escaped(f"{path} names {id}")
        if about is not None:
            if may(self.viewer, about) and answer.status_code != 200:
                self._escaped(f"{path} is refused")
            if not may(self.viewer, about):
                self._like_unknown("GET", path, answer)

    def press(self, method: str, path: str, about: Thing | None) -> None:
        """Only what must be refused: somebody else's, and one's own without the form's token."""
        form = {"csrf": self._csrf(), "svar": "not-negative", "beslut": "answered", "skal": "x"}
        if about is not None and not may(self.viewer, about):
            self._like_unknown(method, path, self._ask(method, path, form), form)
        barred = path.startswith("/installningar") and self.viewer.role not in SETTERS
        if barred and self._ask(method, path, form).status_code != 404:
            self._escaped(f"{method} {path} is there")
        if not _open(path) and self._ask(method, path, form | {"csrf": "x"}).status_code not in (400, 403, 404):
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
        story, of_nothing = f"/installningar?handelse=s-{post.id}", f"/installningar?handelse=s-{UNKNOWN}"
        found, none = self._ask("GET", story), self._of_nothing("GET", of_nothing)
        if found.text.replace(post.id, UNKNOWN) != none.text:
            self._escaped(f"{story} tells something")

    def viewer_has(self, path: str) -> bool:
        return self.viewer.role != "granskare" or path == "/atkomst"

    def _like_unknown(self, method: str, path: str, answer: Response, form: dict[str, str] | None = None) -> None:
        id = next(part for part in path.split("/") if part in self.ids)
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

    def _escaped(self, what: str) -> None:
        self.result.escapes.append(f"{self.viewer.name}: {what}")


def addresses(made: World, route: str) -> Iterator[tuple[str, Thing | None]]:
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
        case ["key"] if route.startswith("/flode/sparade/"):
            yield from ((route.replace("{key}", one.id), one) for one in made.owned if one.sort == "sokning")
        case ["namn"]:
            yield from ((route.replace("{namn}", one.id), one) for one in made.owned if one.sort == "bevarande")
        case ["slag", "namn"]:
            yield from (
                (route.format(slag=one.sort, namn=one.id), one)
                for one in made.owned
                if one.sort in ("tystnad", "ersattare")
            )
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
    return route in ("/healthz", "/readyz", "/metrics") or route.startswith(("/logga-in", "/ratta/", "/atom/"))


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
    for owned in made.owned:
        if owned.owner is not None:
            _saved_feed(client, made, owned, owned.owner, result)


def _saved_feed(client: TestClient, made: World, owned: Owned, owner: Viewer, result: Result) -> None:
    """What its owner may read, and of what is flagged or withheld no more than that it is there."""
    result.tried += 1
    said = client.get(owned.feed).text
    open_to = {post for post in made.posts if reads(owner, post)}
    allowed = {post.mark for post in open_to if not (post.flagged or post.withheld)} | {owned.mark}
    result.escapes += [f"{owned.feed} shows {mark}" for mark in sorted(set(MARK.findall(said)) - allowed)]
    named = {post for post in made.posts if f"/inlagg/{post.id}<" in said or f'/inlagg/{post.id}"' in said}
    result.escapes += [f"{owned.feed} names {post.id}" for post in sorted(named - open_to, key=lambda one: one.id)]
    if not named and open_to:
        result.escapes.append(f"{owned.feed} is empty")
    result.shown[owner.account, "/atom/sokning/{token}"] = {post.id for post in named if post.flagged}


def _unlogged(made: World, result: Result) -> Iterator[str]:
    with reading(made.app.engine) as opened:
        if problem := access.verify(opened).problem:
            yield f"the access log does not hold: {problem}"
        lines, _ = access.listed(opened, limit=1_000_000)
    for place in sorted({line.place for line in lines} - set(texts()["access_place"])):
        yield f"{place} has no name in the access log"
    for (account, place), shown in result.shown.items():
        known = {id for line in lines if (line.account, line.place) == (account, place) for id in line.entries}
        for id in sorted(shown - known):
            yield f"{account} was shown {id} at {place}, and the access log does not know"


def _said(answer: Response) -> str:
    """What an answer holds to read; a workbook is a file of packed files."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return " ".join(book.read(name).decode() for name in book.namelist())


def _stored(app: App) -> dict[str, list[object]]:
    with app.engine.connect() as opened:
        return {name: list(opened.execute(sql(f"select * from {name} order by 1, 2"))) for name in KEPT}
