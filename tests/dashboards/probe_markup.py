"""Markup and addresses from outside, in every field, parameter, form and file: on a page they are text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi.dependencies.models import Dependant
from httpx import Response
from lxml import etree
from starlette.testclient import TestClient

from pipelines.accounts import feed
from pipelines.reports.rows import FORMULA
from tests.dashboards import hostile_world, seed
from tests.dashboards.hostile_world import ATTACK, Hostile, broken
from tests.dashboards.probing import Tried, csrf, pages, parameters, routes, routes_of_pages
from tests.dashboards.seed import browser


def markup(tried: Tried, folder: Path) -> None:
    """Every stored field on every page that shows it, every parameter of every page, every part of an address."""
    given = hostile_world.world(folder)
    for role, client in given.readers.items():
        for path in (*pages(client), *given.paths):
            for query in ("", "?omfattning=allt") if path.startswith("/flode") else ("",):
                _shown(tried, given, f"{role} {path}", client.get(path + query))
    chief = given.readers["kommunikationschef"]
    _shown(tried, given, "a mail's frame", chief.get("/utskick/alert:evil/html"), framed=True)
    _reflected(tried, chief)
    _typed(tried, chief)
    _files(tried, given, chief)


def _shown(tried: Tried, given: Hostile, place: str, answer: Response, framed: bool = False) -> None:
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    wrong, reached = broken(answer.text), given.attacks.seen(answer.text)
    if framed:  # a mail is shown as it was sent, where nothing in it can run
        policy = answer.headers["content-security-policy"]
        wrong = [] if "sandbox" in policy and "allow-scripts" not in policy and "script-src" not in policy else wrong
    for name in reached or ("nothing",):
        tried.hold(not wrong, f"{place} with {name}: {wrong}")
    tried.places |= {f"{place} {name}" for name in reached}


def _reflected(tried: Tried, chief: TestClient) -> None:
    attack = ATTACK.format(n=1)
    for page in routes_of_pages(chief):
        for name in parameters(page.dependant):
            answer = chief.get(page.path, params={name: attack})
            tried.hold(not broken(answer.text), f"{page.path}?{name}=")
            tried.places.add(f"{page.path}?{name}=")
    for start in ("/", "/inlagg/", "/utskick/", "/logga-in/", "/ratta/", "/atom/", "/static/", "/flode/", "/arenden/"):
        answer = chief.get(start + quote(attack, safe=""))
        tried.hold(not broken(answer.text), start)
        tried.places.add(start)
    for name in ("User-Agent", "Referer", "Accept-Language", "X-Forwarded-For", "Cookie"):
        tried.hold(not broken(chief.get("/flode", headers={name: "Q<x-probe onload=x>"}).text), name)
        tried.places.add(name)


def _typed(tried: Tried, chief: TestClient) -> None:
    """What a form is sent back with because of a mistake."""
    attack, token = ATTACK.format(n=2), csrf(chief)
    for form in routes(chief, "POST"):
        if form.path == "/logga-ut" or form.path.startswith("/api"):
            continue
        names = {one.alias for one in _fields(form.dependant)} - {"csrf"}
        path = re.sub(r"{[^}]+}", "evil", form.path)
        for name in names:
            answer = chief.post(path, data=dict.fromkeys(names, "x") | {"csrf": token, name: attack})
            tried.hold(not broken(answer.text), f"POST {form.path} {name}")
            tried.places.add(f"POST {form.path} {name}")


def _fields(of: Dependant) -> Iterator[object]:
    yield from of.body_params
    for below in of.dependencies:
        yield from _fields(below)


def _files(tried: Tried, given: Hostile, chief: TestClient) -> None:
    for ending in ("csv", "xlsx"):
        answer = chief.get(f"/flode.{ending}?omfattning=allt")
        tried.hold("Q" not in answer.headers["content-disposition"], f"the file's name ({ending})")
        tried.hold(answer.headers["x-content-type-options"] == "nosniff", f"what the file is taken for ({ending})")
    cells = [cell for row in chief.get("/flode.csv?omfattning=allt").text.splitlines() for cell in row.split(";")]
    tried.hold(not [cell for cell in cells if FORMULA.match(cell.strip('"')) and cell], "a formula")
    made = browser(given.app).get(urlsplit(feed(given.app, "kommunikationschef")).path)
    tried.hold(not etree.fromstring(made.content).findall(".//{*}x-probe"), "a feed")


def addresses(tried: Tried, folder: Path) -> None:
    """`javascript:` and its like as the address of a post."""
    from tests.builders import entry, item
    from tests.dashboards.test_hostile import URLS

    posts = [item(entry(f"evil{number}", url=url)) for number, url in enumerate(URLS)]
    client = seed.logged_in(seed.world(folder, posts))
    for post in posts:
        for path in (f"/inlagg/{post.entry.id}", "/flode"):
            tried.hold(not broken(client.get(path).text), f"{path} links to {post.entry.url}")
    tried.hold("alert(1)" not in client.get("/flode.csv").text, "a table with such an address")
