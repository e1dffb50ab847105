"""Attacks on the dashboard, each kind a function that tries and tells what got through. Pages and forms are taken from
the application itself, so that a new one is attacked without being named."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote, urlsplit

from httpx import Response
from sqlalchemy import text as sql

from pipelines import login
from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.notify.offers import LASTS, Signer
from pipelines.store import items
from pipelines.store.engine import reading
from tests.dashboards import seed
from tests.dashboards.probe_markup import addresses, markup
from tests.dashboards.probing import OPEN, Tried, csrf, pages, parameters, routes, routes_of_pages, stored
from tests.dashboards.seed import HOST, browser

EVIL = "evil.example"
LONG = "å" * 10_000
FAR = 10**9
PASSWORD = "fyra små ord räcker"

Probe = Callable[[Tried, Path], None]


def all_kinds() -> Iterator[tuple[str, Tried]]:
    for kind in PROBES:
        with tempfile.TemporaryDirectory() as folder:
            yield kind, attack(kind, Path(folder))


def attack(kind: str, folder: Path) -> Tried:
    tried = Tried()
    PROBES[kind](tried, folder)
    return tried


# --- who asks -----------------------------------------------------------------------------------------------------


def forms_of_others(tried: Tried, folder: Path) -> None:
    """Every form without its token, with another's, and as another site would send it: nothing is changed."""
    app = seed.world(folder)
    chief, other = seed.logged_in(app), seed.logged_in(app, "administrator")
    before, foreign, own = stored(app), csrf(other), csrf(chief)
    for form in routes(chief, "POST"):
        path = re.sub(r"{[^}]+}", "hot", form.path)
        sent = {"svar": "not-flag:threat", "gor": "done", "inlagg": "0:::hot", "skal": "x", "namn": "x"}
        answers = [
            chief.post(path, data=sent | {"csrf": own}, headers={"Sec-Fetch-Site": "cross-site"}),
            chief.post(path, data=sent | {"csrf": own}, headers={"Origin": f"https://{EVIL}"}),
        ]
        if not form.path.startswith(OPEN):
            answers += [chief.post(path, data=sent | given) for given in ({}, {"csrf": ""}, {"csrf": foreign})]
            answers.append(chief.post(path, json=sent | {"csrf": own}))
        for number, answer in enumerate(answers):
            tried.hold(400 <= answer.status_code < 500, f"POST {form.path}, way {number}: {answer.status_code}")
    tried.hold(stored(app) == before, "something was changed")


def sessions(tried: Tried, folder: Path) -> None:
    """A session that someone else has planted, and ones that should have ended."""
    app = seed.world(folder)
    client = browser(app)
    name = "mediebevakning"
    client.cookies.set(name, "planted", domain="127.0.0.1")
    client.post(urlsplit(invite(app, "chefen", "kommunikationschef")).path)
    tokens = {cookie.value for cookie in client.cookies.jar if cookie.name == name}
    tried.hold(any(one != "planted" for one in tokens), "the planted session was kept")
    thief = browser(app)
    for token in ("planted", "", "a" * 5000, "%c3%a5"):
        answer = thief.get("/flode", headers={"Cookie": f"{name}={token}"})
        tried.hold(answer.status_code in (303, 400), f"a session {token[:10]!r} lets in")
    real = seed.logged_in(app, "administrator")
    header = next(cookie for cookie in real.cookies.jar if cookie.name == name)
    set_by = browser(app).post(urlsplit(invite(app, "x", "administrator")).path).headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/"):
        tried.hold(part in set_by, f"the cookie lacks {part}")
    real.post("/logga-ut", data={"csrf": csrf(real)})
    late = browser(app).get("/flode", headers={"Cookie": f"{name}={header.value}"})
    tried.hold(late.status_code == 303, "a session outlives its end")
    second = seed.logged_in(app)
    app.clock.forward(hours=25)  # type: ignore[attr-defined]
    tried.hold(second.get("/flode").status_code == 303, "a session lasts for ever")


def guesses(tried: Tried, folder: Path) -> None:
    """Whether the work of refusing tells who is known: how often a password is hashed, and in which words."""
    app = seed.world(folder)
    client = seed.logged_in(app)
    cheap = login.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    login._nobodys.cache_clear()
    with patch.object(login, "HASHER", cheap):
        client.post("/konto/losenord", data={"csrf": csrf(client), "nytt": PASSWORD, "igen": PASSWORD})
        seed.logged_in(app, "administrator")  # has no password
        login._nobodys()  # hashed once in a process, and not by who asks
        nobody, answers = browser(app), {}
        tries = {"known": "kommunikationschef ()", "no password": "administrator ()", "unknown": "ingen", "empty": ""}
        for name, account in tries.items():
            for wrong in ("fel lösenord här", "", "x" * 128):
                with patch.object(login, "HASHER", _Counting(cheap)) as counting:
                    answer = nobody.post("/logga-in", data={"konto": account, "losenord": wrong})
                answers[name, wrong] = (counting.verified, answer.status_code, answer.text)
        usual = answers["unknown", "fel lösenord här"]
        for (name, wrong), seen in answers.items():
            tried.hold(seen == usual and seen[0] == 1, f"{name} with {wrong[:5]!r}: {seen[:2]}")
    login._nobodys.cache_clear()


class _Counting:
    def __init__(self, hasher: login.PasswordHasher) -> None:
        self.hasher, self.verified = hasher, 0

    def verify(self, stored: str, given: str) -> bool:
        self.verified += 1
        return self.hasher.verify(stored, given)

    def hash(self, given: str) -> str:
        return self.hasher.hash(given)


# --- where it leads -----------------------------------------------------------------------------------------------


def ways_out(tried: Tried, folder: Path) -> None:
    """Nothing that is asked for leads to another host."""
    app = seed.world(folder)
    chief, nobody = seed.logged_in(app), browser(app)
    away = (f"//{EVIL}", f"https://{EVIL}", f"/\\{EVIL}", f"/{EVIL}//..", f"%2f%2f{EVIL}", f"javascript://{EVIL}")
    cross = {"Sec-Fetch-Site": "cross-site"}
    for to in away:
        for path in (f"/logga-in?next={to}", f"/?vidare={to}", to if to.startswith("/") else f"/{to}", f"/inlagg/{to}"):
            for client in (chief, nobody):
                answer = client.get(HOST + path, headers=cross)
                tried.hold(_stays(answer), f"{path} leads away")
        for name, form in (
            ("/flode/urval", {"gor": "done", "adress": to}),
            ("/flode/sparade", {"namn": "x", "adress": to}),
        ):
            answer = chief.post(name, data=form | {"csrf": csrf(chief)})
            tried.hold(_stays(answer), f"{name} leads to {to}")
    for header in ("Host", "X-Forwarded-Host", "Forwarded"):
        answer = nobody.get("/flode", headers={header: EVIL})
        tried.hold(_stays(answer) and (header != "Host" or answer.status_code == 400), f"{header} is believed")


def _stays(answer: Response) -> bool:
    location = urlsplit(answer.headers.get("location", ""))
    led = (
        re.findall(r'(?:href="|url=)\s*([^"]*)', answer.text)
        if "html" in answer.headers.get("content-type", "")
        else []
    )
    abroad = [to for to in led if EVIL in (urlsplit(to.replace("\\", "/")).netloc or "")]
    return location.netloc in ("", urlsplit(HOST).netloc) and not location.path.startswith("//") and not abroad


def headers(tried: Tried, folder: Path) -> None:
    """What every private page says of being kept, framed and sniffed at."""
    client = seed.logged_in(seed.world(folder))
    paths = [*pages(client), "/inlagg/hot", "/finns-inte", f"/utskick/{seed.DIGEST.key}"]
    for path in paths:
        answer = client.get(path)
        policy = answer.headers.get("content-security-policy", "")
        tried.hold("no-store" in answer.headers.get("cache-control", ""), f"{path} may be kept")
        tried.hold("frame-ancestors 'none'" in policy, f"{path} may be framed")
        tried.hold("default-src 'none'" in policy and "unsafe" not in policy, f"{path} may run what is not ours")
        tried.hold(answer.headers.get("x-content-type-options") == "nosniff", f"{path} is sniffed at")
        tried.hold(answer.headers.get("referrer-policy") == "no-referrer", f"{path} tells where one came from")


# --- what is asked too much, too late, or twice -------------------------------------------------------------------


def excess(tried: Tried, folder: Path) -> None:
    """Too long, too far, made up: a clear answer, never a fault of ours."""
    client = seed.logged_in(seed.world(folder))
    tables = ("/flode.csv", "/flode.xlsx")  # what they are asked is what the list is asked
    for page in (one for one in routes_of_pages(client) if one.path not in tables):
        for name in set(parameters(page.dependant)):
            for value in (LONG, "(" * 10_000, str(FAR), str(10**30), "\0"):
                status = client.get(page.path, params={name: value}).status_code
                tried.hold(status in (200, 303, 400, 404), f"{page.path}?{name}={value[:6]}: {status}")
    for id in ("finns-inte", "../../etc", "x' or 1=1 --", LONG[:2000], "\0", "0" * 64, "%00", "å/ä"):
        for start in ("/inlagg/", "/utskick/", "/arenden/", "/ratta/", "/atom/", "/atom/sokning/", "/logga-in/"):
            status = client.get(start + quote(id, safe="")).status_code
            tried.hold(
                status in (200, 303, 400, 404, 405) and (status != 200 or "logga" in start),
                f"{start}{id[:9]}: {status}",
            )


def late_and_twice(tried: Tried, folder: Path) -> None:
    """Links whose time is up, and everything that is sent twice."""
    app = seed.world(folder)
    chief, nobody = seed.logged_in(app), browser(app)

    def press(path: str) -> int:
        nobody.cookies.clear()
        return nobody.post(path).status_code

    link = urlsplit(invite(app, "ny", "kommunikationschef")).path
    tried.hold([press(link) for _ in range(2)] == [303, 410], "a login link lets in twice")
    with reading(app.engine) as opened:
        found = items.with_reading(opened, "hot")
    assert found
    offers = [
        urlsplit(one.url).path
        for one in Signer(app.link_key, app.clock()).offers(found[0], "kommunikationschef", app.config)
    ]
    for path in offers:
        tried.hold([press(path) for _ in range(2)] == [200, 200], f"{path[:12]} twice")
        forged = path[:-3] + ("AAA" if not path.endswith("AAA") else "BBB")
        tried.hold(press(forged) == 404, "a forged link is believed")
    tried.hold(_count(app, "correction") == len(offers), "a link said its word twice")
    forms = {
        "/inlagg/kritik/ratta": {"svar": "negative", "sedda": "0"},
        "/flode/sparade": {"namn": "x", "adress": "?ton=negative"},
    }
    for path, form in forms.items():
        before = _count(app, "correction"), _count(app, "saved_search")
        for _ in range(2):
            chief.post(path, data=form | {"csrf": csrf(chief)})
        after = _count(app, "correction"), _count(app, "saved_search")
        tried.hold(sum(after) == sum(before) + 1, f"{path} twice is done twice")
    unused, late = urlsplit(invite(app, "sen", "kommunikationschef")).path, offers[0]
    app.clock.forward(days=LASTS.days + 1)  # type: ignore[attr-defined]
    tried.hold(press(unused) == 410, "an old login link lets in")
    tried.hold(nobody.get(late).status_code == 410, "an old link corrects")


def _count(app: App, table: str) -> int:
    with app.engine.connect() as opened:
        return int(opened.execute(sql(f"select count(*) from {table}")).scalar_one())


PROBES: dict[str, Probe] = {
    "markup in every field, parameter and form": markup,
    "addresses that run": addresses,
    "forms of other sites (CSRF)": forms_of_others,
    "sessions planted, ended, forged": sessions,
    "logins: equal work for known and unknown": guesses,
    "ways out (open redirect, Host)": ways_out,
    "headers of private pages": headers,
    "too long, too far, made up": excess,
    "expired and sent twice": late_and_twice,
}
