"""/healthz, /readyz and /metrics: how we are, for the machines that look after us. No text, no name, no address."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from pipelines import metrics, readiness
from pipelines.bootstrap import App
from pipelines.config.load import secret
from pipelines.settings import METRICS_TOKEN

door = APIRouter()


def as_built(request: Request) -> App:
    """The application as it was put together: what people have changed since is in the database, which may be gone."""
    app: App = request.app.state.world
    return app


Built = Annotated[App, Depends(as_built)]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@door.get("/healthz")
def alive() -> PlainTextResponse:
    """The process answers; asks nothing else."""
    return PlainTextResponse("ok")


@door.get("/readyz")
def ready(app: Built) -> PlainTextResponse:
    """200 where pages can be shown and something stored, else 503; then a line for each reason."""
    found = readiness.examine(app)
    lines = ("inte redo" if found.stops else "redo", *found.stops, *found.notes)
    return PlainTextResponse("\n".join(lines) + "\n", 503 if found.stops else 200)


@door.get("/metrics")
def measured(request: Request, app: Built) -> Response:
    """401 to who may not know; 503 where the database does not answer."""
    if not _may_know(request, app):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    try:
        return Response(metrics.exposition(app), media_type=metrics.CONTENT_TYPE)
    except SQLAlchemyError:
        return PlainTextResponse("# the database does not answer\n", 503)


def _may_know(request: Request, app: App) -> bool:
    """By the token of the operator's; without one from this machine only, and only while the dashboard itself is for
    this machine: behind a proxy everyone seems to come from loopback."""
    if wanted := secret(METRICS_TOKEN, app.environment):
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), wanted.encode())
    client = request.client.host if request.client else ""
    return client in LOOPBACK and urlsplit(app.config.dashboard.base_url).hostname in LOOPBACK
