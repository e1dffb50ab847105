"""The rights walk: every role and unit, at every address, with every id; what is seen against what may be seen.

What may be seen stands in `walk_world`. Routes are taken from the application itself: a new page is walked without
being named, and one whose parameters nobody knows fails.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi.routing import APIRoute
from httpx import Response
from sqlalchemy import text as sql

from dashboards.api.route import PREFIX
from dashboards.app import build_app
from dashboards.catalogue import texts
from dashboards.trending import FIGURES
from pipelines.bootstrap import App
from pipelines.store import access
from pipelines.store.engine import reading
from tests import pdf
from tests.dashboards.inline import Inline, one_thread
from tests.dashboards.seed import link_in
from tests.dashboards.walk_world import REGISTRARS, SETTERS, Owned, Post, Thing, Viewer, World, may, reads

UNKNOWN = "finns-inte"
NO_MARK = "MRK999X"
CHOSEN = 25
"""Posts that may be chosen at a time."""
MARK = re.compile(r"MRK\d+X")
KEPT = (
    "correction",
    "case_event",
    "entry",
    "setting",
    "message",
    "account",
    "saved_search",
    "hold_event",
    "register_event",
    "registration_event",
    "snapshot",
    "snapshot_delivery",
)
"""Tables that nothing refused may change."""
BODIES = {"corrections": {"verdict": "not-negative"}, "steps": {"decision": "answered"}}
"""What a program sends, by the end of the path."""
EXPORTS = ("", "?omfattning=allt", "?sok=flagga:ja", "?alla=text")
LIST = f"{PREFIX}/entries"
QUERIES = {
    LIST: (
        *("?limit=100", "?scope=all&limit=100", "?flag=*", "?unit=omsorgen&scope=all", "?tone=negative&scope=all"),
        *("?q=flagga:ja&scope=all", "?q=INTE+ton:positiv", "?q=ärende:öppet", "?before=9000000000000000000"),
    ),
    f"{PREFIX}/cases": ("", "?state=closed"),
    "/flode": (
        *("", "?omfattning=allt", "?flagga=*", "?enhet=omsorgen", "?ton=negative&omfattning=allt"),
        *("?sok=flagga:ja&omfattning=allt", "?sok=INTE+ton:positiv", "?sok=ärende:öppet", "?fore=9000000000000000000"),
    ),
    "/flode.csv": EXPORTS,
    "/flode.xlsx": EXPORTS,
    "/flode.pdf": EXPORTS[1:3],
    "/rapporter": ("?period=manad&datum=2026-11-20", "?period=egen&fran=2026-11-19&till=2026-11-21&enhet=omsorgen"),
    "/rapporter.pdf": ("?period=manad&datum=2026-11-20",),
    "/utvardering/rapport": ("", "?period=2026&vem=enhet:omsorgen", "?vem=konto:facebook-smaby"),
    "/trender": ("", "?steg=manad&slag=news", "?enhet=omsorgen"),
    "/installningar": ("", "?handelse=s-copies"),
    "/arenden": ("", "?visa=avslutade"),
    "/diarieforing": ("", "?visa=avslutade"),
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


def walk(made: World, given: Sequence[Viewer], *, acts: bool = True) -> Result:
    """Ask for everything as every viewer, by page and by program, and as nobody. Without `acts` only read, as
    someone."""
    result, web = Result(), build_app(made.app)
    routes = [route for route in web.routes if isinstance(route, APIRoute)]
    pages = [route for route in routes if not route.path.startswith(PREFIX)]
    programs = [route for route in routes if route.path.startswith(PREFIX)]
    result.routes = {route.path for route in routes}
    before = _stored(made.app)
    with one_thread() as loop:
        for viewer in given:
            client = Inline(web, loop)
            assert client.post(link_in(made.app, viewer.role, viewer.units)).status_code == 303
            Walker(made, viewer, client, result).all(pages, acts=acts)
            key, reading_only = (Inline(web, loop, {"Authorization": f"Bearer {one}"}) for one in made.keys[viewer])
            Program(made, viewer, key, result, reading_only=reading_only).all(programs, acts=acts)
        if acts:
            _nobody(Inline(web, loop), made, routes, result)
        _by_token(Inline(web, loop), made, result)
    changed = [name for name, rows in _stored(made.app).items() if rows != before[name] and name != "account"]
    result.escapes += [f"something refused has changed the table {name}" for name in changed]
    result.escapes += list(_unlogged(made, result))
    return result


@dataclass
class Walker:
    made: World
    viewer: Viewer
    client: Inline
    result: Result
    unknown: dict[tuple[str, str], Response] = field(default_factory=dict)
    """What is answered where there is nothing."""

    refused: int = 404
    csrf: str = ""

    def __post_init__(self) -> None:
        made = self.made
        self.ids = {post.id for post in made.posts} | {post.case for post in made.posts if post.case}
        self.ids |= {f"s-{post.id}" for post in made.posts} | {post.diary for post in made.posts if post.diary}
        self.ids |= {quote(mail.key) for mail in made.mails} | {owned.id for owned in made.owned}

    def all(self, routes: Sequence[APIRoute], *, acts: bool) -> None:
        self.enter()
        for route in routes:
            for path, about in addresses(self.made, route.path):
                for method in route.methods - {"HEAD"}:
                    if method == "GET":
                        for query in QUERIES.get(route.path, ("",)):
                            self.look(path + query, about, route.path)
                    elif acts:
                        self.press(method, path, about)
        for post in self.made.posts if acts else ():
            if not reads(self.viewer, post):
                self.search(post)
        for start in range(0, len(self.made.posts) if acts else 0, CHOSEN):
            self.take(self.made.posts[start : start + CHOSEN])

    def enter(self) -> None:
        """Read what a form must bring along, which is the same for the whole session."""
        self.csrf = re.findall(r'name="csrf" value="([^"]+)"', self.client.get("/hjalp").text)[0]

    def opens(self, thing: Thing) -> bool:
        return may(self.viewer, thing)

    def look(self, path: str, about: Thing | None, route: str) -> None:
        answer = self.ask("GET", path)
        said = _said(answer)
        things: tuple[Thing, ...] = (*self.made.posts, *self.made.mails, *self.made.owned)
        allowed = {thing.mark for thing in things if may(self.viewer, thing)}
        seen = set(MARK.findall(said))
        for mark in sorted(seen - allowed):
            self.escaped(f"{path} shows {mark}")
        flagged = {post.id for post in self.made.posts if post.mark in seen and post.flagged}
        self.result.shown.setdefault((self.viewer.account, route), set()).update(flagged)
        ids = {post.id for post in self.made.posts if post.id in said and f"/{post.id}" not in path}
        if self.viewer.role != "granskare":  # whose list consists of ids
            for id in sorted(ids - {post.id for post in self.made.posts if reads(self.viewer, post)}):
                self.escaped(f"{path} names {id}")
        if self._barred(path) and answer.status_code != 404:
            self.escaped(f"{path} is there")
        if about is not None:
            if self.opens(about) and answer.status_code != 200:
                self.escaped(f"{path} is refused")
            if not self.opens(about):
                self.like_unknown("GET", path, answer)

    def press(self, method: str, path: str, about: Thing | None) -> None:
        """Only what must be refused: somebody else's, and one's own without the form's token."""
        form = {"csrf": self.csrf, "svar": "not-negative", "beslut": "answered", "skal": "x"}
        if about is not None and not self.opens(about):
            self.like_unknown(method, path, self.ask(method, path, form), form)
        closed = path.startswith(("/regler", "/kallor")) and self.viewer.role not in SETTERS
        if (closed or self._barred(path)) and self.ask(method, path, form).status_code != 404:
            self.escaped(f"{method} {path} is there")
        if not _open(path) and self.ask(method, path, form | {"csrf": "x"}).status_code not in (400, 403, 404):
            self.escaped(f"{method} {path} without its token")

    def _barred(self, path: str) -> bool:
        settings = path.startswith("/installningar") and self.viewer.role not in SETTERS
        kept = ("/forteckning", "/utvardering", "/ogonblicksbilder")
        register = path.startswith(kept) and self.viewer.role not in REGISTRARS
        return settings or register or (path.startswith("/administration") and self.viewer.role != "administrator")

    def search(self, post: Post) -> None:
        """Who searches for the words of what he may not read learns nothing; neither that it is there."""
        if self.viewer.role == "granskare":
            return
        query = "/flode?omfattning=allt&sok="
        for sought, of_nothing in ((post.mark, NO_MARK), (post.id, UNKNOWN)):
            found, none = self.ask("GET", query + sought), self.of_nothing("GET", query + of_nothing)
            if found.text.replace(sought, of_nothing) != none.text:
                self.escaped(f"searching for {sought} tells something")
        story, of_nothing = f"/installningar?handelse=s-{post.id}", f"/installningar?handelse=s-{UNKNOWN}"
        found, none = self.ask("GET", story), self.of_nothing("GET", of_nothing)
        if found.text.replace(post.id, UNKNOWN) != none.text:
            self.escaped(f"{story} tells something")

    def take(self, posts: Sequence[Post]) -> None:
        """Who chooses posts by their ids gets those that he may read, as a file."""
        chosen = [f"0::{UNKNOWN}:{post.id}" for post in posts]
        answer = self.ask("POST", "/flode/urval.csv", {"csrf": self.csrf, "inlagg": chosen})
        seen, allowed = set(MARK.findall(answer.text)), {post.mark for post in posts if reads(self.viewer, post)}
        if seen != (allowed if self.viewer_has("/flode") else set()):
            self.escaped(f"the chosen as a file are {sorted(seen)}, not {sorted(allowed)}")
        flagged = {post.id for post in posts if post.mark in seen and post.flagged}
        self.result.shown.setdefault((self.viewer.account, "/flode/urval.csv"), set()).update(flagged)

    def viewer_has(self, path: str) -> bool:
        return self.viewer.role != "granskare" or path == "/atkomst"

    def like_unknown(self, method: str, path: str, answer: Response, form: dict[str, str] | None = None) -> None:
        id = next(part for part in path.split("/") if part in self.ids)
        unknown = self.of_nothing(method, path.replace(id, UNKNOWN, 1), form)
        if (answer.status_code, answer.text.replace(id, UNKNOWN)) != (unknown.status_code, unknown.text):
            self.escaped(f"{method} {path} does not answer like one that is not there")
        if answer.status_code != self.refused:
            self.escaped(f"{method} {path} is {answer.status_code}")

    def of_nothing(self, method: str, path: str, form: dict[str, str] | None = None) -> Response:
        if (method, path) not in self.unknown:
            self.unknown[method, path] = self.ask(method, path, form)
        return self.unknown[method, path]

    def ask(self, method: str, path: str, form: Mapping[str, str | Sequence[str]] | None = None) -> Response:
        self.result.tried += 1
        return self.client.request(method, path, data=form)

    def escaped(self, what: str) -> None:
        self.result.escapes.append(f"{self.viewer.name}: {what}")


@dataclass
class Program(Walker):
    """A program with a key of the viewer's that is for everything; and one that is for reading only."""

    reading_only: Inline | None = None

    def enter(self) -> None:
        self.refused = 403 if self.viewer.role == "granskare" else 404

    def opens(self, thing: Thing) -> bool:
        return self.viewer.role != "granskare" and may(self.viewer, thing)

    def look(self, path: str, about: Thing | None, route: str) -> None:
        super().look(path, about, route)
        barred = route == f"{PREFIX}/rules" and self.viewer.role not in SETTERS
        if barred and self.ask("GET", path).status_code != 403:
            self.escaped(f"{path} is there")

    def press(self, method: str, path: str, about: Thing | None) -> None:
        """Only what must be refused: somebody else's; one's own without a condition, and by a key for reading."""
        assert self.reading_only is not None
        if about is not None and not self.opens(about):
            self.like_unknown(method, path, self.ask(method, path))
        elif self.ask(method, path, {"If-Match": ""}).status_code not in (403, 404, 412):
            self.escaped(f"{method} {path} without having read")
        self.result.tried += 1
        if self.reading_only.request(method, path, json=BODIES[path.rsplit("/", maxsplit=1)[-1]]).status_code != 403:
            self.escaped(f"{method} {path} by a key for reading")

    def search(self, post: Post) -> None:
        """As by page: the words and the id of what may not be read find what words that nobody wrote find."""
        for sought, nothing in ((post.mark, NO_MARK), (post.id, UNKNOWN)):
            found, none = (self.ask("GET", f"{LIST}?scope=all&q={words}") for words in (sought, nothing))
            if found.text.replace(sought, nothing) != none.text:
                self.escaped(f"searching for {sought} by program tells something")

    def take(self, posts: Sequence[Post]) -> None:
        """A program has no boxes to choose posts by."""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Response:
        """form: headers, in place of those with which a program would get past the condition."""
        self.result.tried += 1
        if method == "GET":
            return self.client.get(path)
        return self.client.request(
            method, path, json=BODIES[path.rsplit("/", maxsplit=1)[-1]], headers=form or {"If-Match": "*"}
        )


def addresses(made: World, route: str) -> Iterator[tuple[str, Thing | None]]:
    """The route with every id there is, and one that is not there; what each is about."""
    names = re.findall(r"{([^}]+)}", route)
    match names:
        case []:
            yield route, None
        case ["entry_id"]:
            yield from ((route.replace("{entry_id}", quote(post.id)), post) for post in made.posts)
            yield route.replace("{entry_id}", UNKNOWN), None
        case ["case_id" | "diarie" as name]:
            ids = ((post.case if name == "case_id" else post.diary, post) for post in made.posts)
            yield from ((route.replace(f"{{{name}}}", id), post) for id, post in ids if id)
        case ["key"] if route.startswith(("/flode/sparade/", f"{PREFIX}/searches/")):
            yield from ((route.replace("{key}", one.id), one) for one in made.owned if one.sort == "sokning")
        case ["vad"]:
            drawn = route.endswith((".svg", ".png"))  # a chart holds no text, and drawing takes its time
            figures = ("ton",) if drawn else FIGURES
            yield from ((route.replace("{vad}", figure), None) for figure in (*figures, UNKNOWN))
        case ["story_id"]:
            yield from ((route.replace("{story_id}", f"s-{one.id}"), one) for one in made.posts if one.sort != "copy")
            yield from ((route.replace("{story_id}", id), None) for id in ("s-copies", UNKNOWN))
        case ["slag", "namn"]:
            here = [one for one in made.owned if one.sort in ("tystnad", "ersattare")]
            yield from ((route.format(slag=one.sort, namn=one.id), one) for one in here)
        case ["regel" | "kalla" | "mottagare" | "forteckning" | "bild" | "halvar" as name]:
            yield from ((route.replace(f"{{{name}}}", one.id), one) for one in made.owned if one.sort == name)
            yield route.replace(f"{{{name}}}", UNKNOWN), None
        case ["key"]:
            yield from ((route.replace("{key}", quote(mail.key)), mail) for mail in made.mails)
        case ["nyckel" | "namn" as name]:
            sort = "nyckel" if name == "nyckel" else "bevarande"
            yield from ((route.replace(f"{{{name}}}", one.id), one) for one in made.owned if one.sort == sort)
        case ["konto"] | ["konto", "steg"]:
            for konto in (made.konto, UNKNOWN):
                yield route.replace("{konto}", konto).replace("{steg}", "sessioner"), None
        case ["token"]:
            yield route.replace("{token}", UNKNOWN), None
        case _:
            raise AssertionError(f"the walk does not know what to put into {route}: teach it")


def _nobody(client: Inline, made: World, routes: Sequence[APIRoute], result: Result) -> None:
    for route in routes:
        for path, _ in addresses(made, route.path):
            for method in route.methods - {"HEAD"}:
                result.tried += 1
                answer = client.request(method, path)
                if MARK.search(answer.text) or (answer.status_code == 200 and not _open(route.path)):
                    result.escapes.append(f"nobody: {method} {path} is {answer.status_code}")


def _open(route: str) -> bool:
    known = ("/healthz", "/readyz", "/metrics", f"{PREFIX}/openapi.json", "/konton", "/konton.csv", "/konton.json")
    return route in known or route.startswith(("/logga-in", "/ratta/", "/atom/"))


def _by_token(client: Inline, made: World, result: Result) -> None:
    """A feed shows its receiver's subjects; a link in a mail shows no text at all."""
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
        if owned.owner is not None and owned.sort == "sokning":
            _saved_feed(client, made, owned, owned.owner, result)


def _saved_feed(client: Inline, made: World, owned: Owned, owner: Viewer, result: Result) -> None:
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
    """What an answer holds to read; a workbook is a file of packed files, a document one of packed streams."""
    if answer.content.startswith(b"%PDF"):
        return f"{pdf.words(answer.content)} {answer.content.decode('latin-1')}"
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def _stored(app: App) -> dict[str, list[object]]:
    with app.engine.connect() as opened:
        rows = {name: list(opened.execute(sql(f"select * from {name} order by 1, 2"))) for name in KEPT}
        # of keys it is noted when they were used
        return rows | {"api_key": list(opened.execute(sql("select id, account, name, uses from api_key order by 1")))}
