"""The dashboard put together: `create_app` for a web server, `build_app` for an application that exists already."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from types import ModuleType
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboards.access import AccessLog
from dashboards.api import cases as api_cases
from dashboards.api import document, problems, stories, watch
from dashboards.api import entries as api_entries
from dashboards.api.caller import Pace
from dashboards.api.route import PREFIX
from dashboards.auth import LoginNeededError, https, may, visitor
from dashboards.kept import Kept
from dashboards.language import Spoken, cookie_name
from dashboards.onward import AGAIN, login
from dashboards.pages import (
    account,
    administration,
    atom,
    capture,
    cases,
    charts,
    choice,
    correction,
    coverage,
    diary,
    entry,
    feed,
    guide,
    health,
    keeping,
    keys,
    log,
    messages,
    oidc,
    overview,
    records,
    register,
    reports,
    roster,
    rules,
    saved,
    settings,
    sources,
    trends,
    triage,
    watching,
)
from dashboards.rendering import environment, page
from dashboards.requestlog import RequestLog
from dashboards.security import HEADERS, SecurityHeaders, quiet_access_log
from pipelines import logs
from pipelines.bootstrap import App, build
from pipelines.oidc import flow
from pipelines.reports.charts import warm
from pipelines.roles import Task
from pipelines.settings import read

LOOPBACK = ("127.0.0.1", "localhost")
SMALL = 1024
"""Bytes of an answer that is not worth packing."""
PAGES: dict[Task, tuple[ModuleType, ...]] = {
    "posts": (overview, charts, feed, triage, saved, entry, capture, correction, cases, diary, trends, reports),
    "mails": (messages,),
    "sources": (sources, coverage),
    "settings": (rules, settings, watching),
    "own": (roster,),
    "keeping": (keeping, records),
    "log": (log,),
    "accounts": (administration,),
    "register": (register,),
}
"""The pages by what they are for: a role that is not for it does not have them."""
API = (api_entries, stories, api_cases, watch)
"""The interface for programs: each route says what it is for, and asks for a key."""
STATIC = Path(__file__).parent / "static"


def create_app() -> FastAPI:
    """The dashboard of the installation that the environment names."""
    logs.begin(os.environ)
    return build_app(build(read(os.environ)))


def build_app(app: App) -> FastAPI:
    """The dashboard of `app`. Everything but logging in, feeds by token, the public register, the stylesheet and
    the sign of life is for those logged in."""
    web = FastAPI(title="Mediebevakning", openapi_url=None, docs_url=None, redoc_url=None, lifespan=_warmed)
    web.state.world = app
    web.state.kept = Kept()
    web.state.templates = environment(app.config)
    web.state.provider = flow.provider(app)
    web.state.pace = Pace(app.config.dashboard.api_per_minute)
    host = urlsplit(app.config.dashboard.base_url).hostname or LOOPBACK[0]
    web.add_middleware(TrustedHostMiddleware, allowed_hosts=[host, *LOOPBACK], www_redirect=False)
    web.add_middleware(AccessLog, world=app)
    web.add_middleware(SecurityHeaders)
    web.add_middleware(RequestLog)
    # packed sizes tell nobody a secret (BREACH): no other site can ask with a cookie that is strict
    web.add_middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=5)
    web.add_middleware(Spoken, cookie=cookie_name(secure=https(app)), otherwise=app.config.municipality.language)
    web.mount("/static", StaticFiles(directory=STATIC), name="static")
    web.include_router(health.door)
    web.include_router(choice.door)
    web.include_router(oidc.door)  # before the door whose paths end in any token
    web.include_router(account.door)
    web.include_router(correction.door)
    web.include_router(atom.router)
    web.include_router(register.door)
    for task, pages in PAGES.items():
        for page_of in pages:
            web.include_router(page_of.router, dependencies=[Depends(may(task))])
    for for_all in (guide, account, keys):
        web.include_router(for_all.router, dependencies=[Depends(visitor)])
    for part in API:
        web.include_router(part.router)
    web.include_router(document.door)
    web.state.document = document.document(app.config, [part.router for part in API])
    web.add_exception_handler(LoginNeededError, _to_login)
    web.add_exception_handler(problems.Problem, problems.answer)
    web.add_exception_handler(HTTPException, _refused)
    web.add_exception_handler(RequestValidationError, _unreadable)
    web.add_exception_handler(Exception, _broken)
    quiet_access_log()
    return web


@asynccontextmanager
async def _warmed(web: FastAPI) -> AsyncIterator[None]:  # noqa: ARG001 - as Starlette calls it
    """Load what draws while nobody waits for it: the first chart of a process would take seconds."""
    Thread(target=warm, name="charts", daemon=True).start()
    yield


def _to_login(request: Request, _: Exception) -> Response:
    """Who comes by a link in a mail read on the web has sent no cookie: a page of ours asks for the same once more."""
    if request.method != "GET":
        return _error(request, 403)
    if request.headers.get("sec-fetch-site") == "cross-site" and AGAIN not in request.query_params:
        again = request.url.include_query_params(**{AGAIN: 1})
        return page(request, "onward.html", onward=f"{again.path}?{again.query}")
    return RedirectResponse(login(request), 303)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _for_programs(request):
        return problems.answer(request, error)
    if request.url.path == "/" and error.status_code == 404:
        return RedirectResponse(request.state.visitor.role.home, 303)
    return _error(request, error.status_code)


def _unreadable(request: Request, error: Exception) -> Response:
    if _for_programs(request):
        return problems.answer(request, error)
    return _error(request, 400)


def _broken(request: Request, error: Exception) -> Response:
    """The server logs the fault; this answer passes by the middleware, so it brings its headers along."""
    answer = problems.answer(request, error) if _for_programs(request) else _error(request, 500)
    answer.headers.update(HEADERS)
    return answer


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith(f"{PREFIX}/")


def _error(request: Request, status: int) -> Response:
    return page(request, "error.html", status=status, code=status)
