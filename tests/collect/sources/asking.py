"""Families asked and read without a network, and whole passes against the tests' own world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from pipelines.asking import Payload, Request
from pipelines.bootstrap import App
from pipelines.collect import phase
from pipelines.collect.parse import Context
from pipelines.collect.phase import CollectReport
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.store import sources as stored
from pipelines.store.engine import reading
from pipelines.types import Parsed
from tests import builders
from tests.builders import NOW, Clock, config
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import STOCKHOLM, source

Answer = bytes | str | object


def written(answer: Answer) -> bytes:
    """Bytes and text as they are, all else as JSON."""
    if isinstance(answer, bytes):
        return answer
    return (answer if isinstance(answer, str) else json.dumps(answer)).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Asking:
    """A family with what its sources are like here; `home` is where they are asked."""

    family: str
    options: Mapping[str, object]
    home: str = "https://api.smaby.example"
    kind: str = "forum"
    secrets: Mapping[str, str] | None = None

    def source(self, **changes: object) -> Source:
        values = {"id": "s", "kind": self.kind, "url": self.home, "options": dict(self.options)}
        return source(self.family, **(values | changes))

    def context(self, cursor: str | None = None) -> Context:
        return Context(lambda name: f"«{name}»", STOCKHOLM, cursor, self.secrets or {}, NOW)

    def requests(self, cursor: str | None = None, **changes: object) -> tuple[Request, ...]:
        return FAMILIES[self.family].requests(self.source(**changes), self.context(cursor))

    def read(
        self,
        answer: Answer,
        *,
        cursor: str | None = None,
        asked: Request | None = None,
        headers: Mapping[str, str] | None = None,
        **changes: object,
    ) -> Parsed:
        """What the family makes of `answer` to its first question, or to `asked`."""
        url = (asked or self.requests(cursor, **changes)[0]).url
        payload = Payload(url, written(answer), headers=headers or {})
        return FAMILIES[self.family].parse(payload, self.source(**changes), self.context(cursor))


def query(request: Request | Asked) -> dict[str, str]:
    """The parameters of a question."""
    return dict(parse_qsl(urlsplit(request.url if isinstance(request, Request) else request.path).query))


@dataclass
class Watch:
    """An application with one source in the tests' world, and passes over it."""

    app: App
    world: World

    def run(self) -> CollectReport:
        """One visit, whatever the timetable says."""
        return phase.run(self.app, ["s"], force=True)

    def entries(self) -> list[tuple[str, str, str]]:
        """Native id, title and text of what is stored."""
        return self._rows("SELECT native_id, title, text FROM entry ORDER BY native_id")

    def remedies(self) -> str:
        """What the operator is told to do about open Issues."""
        return " ".join(row[0] for row in self._rows("SELECT remedy FROM issue WHERE closed_at IS NULL"))

    def dump(self) -> str:
        """All that the database holds, as text."""
        with self.app.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            return "\n".join(raw.iterdump())

    def state(self) -> stored.SourceState:
        with reading(self.app.engine) as connection:
            return stored.states(connection)["s"]

    def _rows(self, statement: str) -> list[tuple[str, ...]]:
        with self.app.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]


def watch(
    asking: Asking,
    folder: Path,
    world: World,
    pages: Mapping[str, Answer | Callable[[Asked], Page]],
    *,
    environment: Mapping[str, str] | None = None,
    home: str = "",
    **changes: object,
) -> Watch:
    """`pages` by path. `home`: the path of the source's address."""
    for path, page in pages.items():
        world.pages[path] = page if callable(page) or isinstance(page, Page) else Page(written(page))
    given = asking.source(url=world.url(home), **changes)
    app = builders.app(folder, config(sources=(given,)), Clock())
    return Watch(replace(app, environment=environment or {}), world)


def told(answer: Answer, status: int = 200, **headers: str) -> Page:
    """A page; underscores in the names of headers become hyphens."""
    return Page(written(answer), status, {name.replace("_", "-"): value for name, value in headers.items()})
