"""What the tests of families with keys share: answers read, refusals explained, whole visits to the loopback world."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.bootstrap import App
from pipelines.collect import phase
from pipelines.collect.keep import SourceReport
from pipelines.collect.parse import Context
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.types import Parsed
from tests import builders
from tests.builders import NOW, Clock, config
from tests.collect.conftest import Asked, World
from tests.collect.feeds import STOCKHOLM, source

BROKEN = ["", "<html>Nere</html>", "[]", "[1, 2]", "null", "7", '"text"', "{}", '{"data": 7, "items": 7, "posts": {}}']
"""Answers that no family with an object for an answer speaks."""


def context(cursor: str | None = None, **secrets: str) -> Context:
    """What a family is told; pseudonyms are the names in angle quotes."""
    return Context(lambda name: f"«{name}»", STOCKHOLM, cursor, secrets, NOW)


def read(
    given: Source,
    answer: object,
    *,
    cursor: str | None = None,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Parsed:
    """What the source's family makes of `answer`, given to the source's own first question unless `url` is another."""
    known = context(cursor)
    family = FAMILIES[given.family]
    body = answer if isinstance(answer, str) else json.dumps(answer)
    asked = family.requests(given, known)[0].url if url is None else url
    return family.parse(Payload(asked, body.encode(), headers=headers or {}), given, known)


def refusal(family: str, status: int, body: object = b"", **headers: str) -> Failure | None:
    """What the family says of a refusal; None where it leaves it to the status. `a_b` is the header a-b."""
    explain = FAMILIES[family].explain
    assert explain is not None
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return explain(Refused(status, {name.replace("_", "-"): value for name, value in headers.items()}, content, NOW))


def query(request: Request | Asked) -> dict[str, str]:
    """The parameters of a question, each once."""
    address = request.url if isinstance(request, Request) else request.path
    given = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return {name: " | ".join(values) for name, values in given.items()}


def path(request: Request) -> str:
    return urlsplit(request.url).path


class Visits:
    """An application with one source, at the loopback world."""

    def __init__(self, folder: Path, world: World, family: str, environment: Mapping[str, str], **changes: object):
        self.clock = Clock()
        given = source(family, **({"id": "kalla", "name": "Källan", "url": world.url("")} | changes))
        app = builders.app(folder, config(sources=(given,)), self.clock)
        self.app: App = replace(app, environment=dict(environment))

    def go(self) -> SourceReport:
        """One visit, ten minutes after the last."""
        self.clock.forward(minutes=10)
        return phase.run(self.app, ["kalla"], force=True).by_source["kalla"]

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with self.app.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def texts(self) -> dict[str, str]:
        """Of each entry stored, its own id and what a reader sees."""
        return {
            str(row[0]): "\n".join(filter(None, map(str, row[1:])))
            for row in self.rows("SELECT native_id, title, text FROM entry ORDER BY native_id")
        }

    def issues(self) -> list[tuple[str, str]]:
        """Text and remedy of those that are open."""
        found = self.rows("SELECT text, remedy FROM issue WHERE closed_at IS NULL ORDER BY key")
        return [(str(text), str(remedy)) for text, remedy in found]

    def cursor(self) -> object:
        return self.rows("SELECT cursor FROM source_state")[0][0]

    def everything_stored(self) -> str:
        """The whole database as text, to look for what must not be in it."""
        tables = [row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(self.rows(f"SELECT * FROM {table}")) for table in tables)
