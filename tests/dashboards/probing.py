"""What the probes share: what came of a try, and the application's own list of what can be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import text as sql
from starlette.testclient import TestClient

from pipelines.bootstrap import App

CHANGED = ("correction", "case_event", "setting", "saved_search", "message", "session", "login_link", "account")
OPEN = ("/logga-in", "/ratta/", "/atom/", "/healthz", "/readyz", "/metrics", "/static", "/oidc", "/api")


@dataclass
class Tried:
    """What came of a kind of attack."""

    count: int = 0
    escapes: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    """Where an attack was shown to have arrived, as text."""

    def hold(self, holds: bool, what: str) -> None:
        """One try, and what to call it if it got through."""
        self.count += 1
        if not holds:
            self.escapes.append(what)


def routes(client: TestClient, method: str) -> list[APIRoute]:
    return [one for one in client.app.routes if isinstance(one, APIRoute) and method in one.methods]  # type: ignore[attr-defined]


def pages(client: TestClient) -> list[str]:
    """The addresses of those that take nothing."""
    return [one.path for one in routes_of_pages(client)]


def routes_of_pages(client: TestClient) -> list[APIRoute]:
    return [one for one in routes(client, "GET") if "{" not in one.path and not one.path.startswith(OPEN)]


def parameters(of: Dependant) -> Iterator[str]:
    for one in of.query_params:
        model = one.field_info.annotation
        yield from model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else (one.alias,)
    for below in of.dependencies:
        yield from parameters(below)


def csrf(client: TestClient) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get("/konto").text)[0]


def stored(app: App) -> dict[str, list[object]]:
    with app.engine.connect() as opened:
        return {name: list(opened.execute(sql(f"select * from {name} order by 1, 2"))) for name in CHANGED}
