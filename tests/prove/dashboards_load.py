"""Twenty people at the dashboard among very many entries, while new ones come in.

First every page as every role, one at a time: what an answer costs the server and the database in processor time,
whoever else is at work on the machine. Then twenty users with sessions of their own, who think three seconds between
clicks: how long they wait. Nothing else should be running then.

python -m tests.prove.dashboards_load URL [SECONDS]: on a database that `dashboards_bulk` has filled.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
from sqlalchemy import Engine, func, select

from pipelines.accounts import fingerprint
from pipelines.config import load
from pipelines.keys import new_key
from pipelines.roles import ROLES
from pipelines.store import accounts, keys, logins, saved
from pipelines.store.engine import open_engine, reading
from pipelines.store.schema import gist, gist_unit, story_entry
from pipelines.store.search import place
from tests.notify.servers import free_port
from tests.prove import dashboards_writer
from tests.prove.dashboards_paths import Paths, aim, paths, weights
from tests.prove.dashboards_rows import CONFIG, NOW
from tests.prove.measured import at, processor, server_of
from tests.prove.table import Table

THINKS = 3.0
"""Seconds between two clicks, on average."""
ROUNDS = 3
WEIGHT = 150_000
"""Bytes that a page may weigh with its stylesheet, its icon and its chart."""
READY = 120.0
USERS = (
    *[("kommunikationschef", ())] * 7,
    *[("kommunikator", (unit,)) for unit in ("utbildning", "vard-omsorg", "kultur-fritid")],
    *[("enhetschef", (unit,)) for unit in ("kommunledning", "utbildning", "fittjaskolan", "tumba-gymnasium")],
    *[("enhetschef", (unit,)) for unit in ("allegarden", "tumba-bibliotek", "storvretsbadet", "social")],
    ("administrator", ()),
    ("granskare", ()),
)


@dataclass(frozen=True)
class User:
    role: str
    token: str
    asks: Paths
    key: str
    """As which a program of theirs asks."""

    def headers(self, name: str) -> dict[str, str]:
        """Of what they ask for under this name."""
        if name.startswith("api: "):
            return {"authorization": f"Bearer {self.key}"}
        return {"cookie": f"mediebevakning={self.token}"}


@dataclass
class Seen:
    """What one name was answered with."""

    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    size: int = 0


def show(table: Table, name: str, url: str, seconds: float) -> None:
    """Measure the database at `url`, and put it all into the table under `name`."""
    engine = open_engine(url)
    users = [_user(engine, number, role, units) for number, (role, units) in enumerate(USERS)]
    with tempfile.TemporaryDirectory() as folder, _served(url, Path(folder)) as (address, process):
        watched = [process.pid, *server_of(url)]
        with httpx.Client(base_url=address, timeout=60) as client:
            alone = _one_by_one(client, users, watched)
            beside = sum(len(client.get(path).content) for path in ("/static/style.css", "/static/icon.svg"))
        _tell_alone(table, name, alone, beside)
        with dashboards_writer.writing(url) as written:
            used, began = processor(watched), time.perf_counter()
            together, errors = asyncio.run(_all_at_once(address, users, seconds))
            took = time.perf_counter() - began
            used = processor(watched) - used
        _tell_together(table, name, together)
        asked = sum(len(one.milliseconds) for one in together.values())
        table.row(f"{name}: {len(users)} users", f"{asked} answers in {took:.0f} s, {asked / took:.1f} a second")
        table.row(f"{name}: errors", errors, holds=errors == 0)
        table.row(f"{name}: processor time of server and database", f"{1000 * used / asked:.1f} ms an answer")
        table.row(f"{name}: entries written meanwhile", written.entries, holds=written.entries > 0)
        table.figure(f"{name}_cpu_ms_per_answer", round(1000 * used / asked, 1))
        table.figure(f"{name}_errors", errors)
    engine.dispose()


def _user(engine: Engine, number: int, role: str, units: Sequence[str]) -> User:
    """An account with an open session, and what it can ask for."""
    token, feed, key, account = secrets.token_urlsafe(32), secrets.token_urlsafe(32), new_key(), f"load-{number}"
    with engine.begin() as opened:
        accounts.add(opened, account, role, units, NOW)
        logins.begin_session(opened, fingerprint(token), account, NOW, NOW + timedelta(days=1))
        saved.save(opened, account, "Skolan", {"sok": "skola"}, NOW)
        saved.offer(opened, account, saved.of_account(opened, account)[0].id, fingerprint(feed))
        keys.add(opened, account, "Program", ("read",), fingerprint(key), NOW, NOW + timedelta(days=1))
    config = load(CONFIG)
    with reading(engine) as opened:
        below = ROLES[role].scope(units, config).units
        chosen = select(gist.c.entry_id).where(gist.c.about, ~gist.c.withheld, ~gist.c.reworded)
        if role in ("administrator", "granskare"):
            chosen = chosen.where(~gist.c.flagged)
        if below:
            chosen = chosen.where(gist.c.id.in_(select(gist_unit.c.id).where(gist_unit.c.unit_id.in_(below))))
        ids = list(opened.execute(chosen.order_by(gist.c.id.desc()).limit(300)).scalars())
        told = (
            select(story_entry.c.entry_id)
            .where(story_entry.c.entry_id.in_(ids))
            .order_by(
                select(func.count()).where(story_entry.alias().c.story_id == story_entry.c.story_id).scalar_subquery()
            )
        )
        largest = list(opened.execute(told).scalars())[-1:]
    places = {"middle": place(NOW - timedelta(days=550)), "end": place(NOW - timedelta(days=1090))}
    sources = [source.id for source in config.sources]
    return User(role, token, paths(role, sources, places, [*ids[:2], *largest], feed), key)


@contextmanager
def _served(url: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The dashboard as a process of its own, started as `mediebevakning run` starts it."""
    port = free_port()
    environment = os.environ | {
        "MEDIEBEVAKNING_DB": url,
        "MEDIEBEVAKNING_VAR": str(folder),
        "MEDIEBEVAKNING_CONFIG": str(CONFIG),
        "MEDIEBEVAKNING_BASE_URL": f"http://127.0.0.1:{port}/",
    }
    served = ("tests.prove.dashboards_server:create_app", "--factory", "--host", "127.0.0.1", "--port", str(port))
    quiet = ("--no-access-log", "--log-level", "warning")
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", *served, *quiet], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + READY
        while True:
            try:
                httpx.get(f"{address}/healthz", timeout=5).raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)


def _one_by_one(client: httpx.Client, users: Sequence[User], watched: Sequence[int]) -> dict[str, Seen]:
    """Every page of each role, alone; of the units, those that most is written about."""
    seen: dict[str, Seen] = {}
    for user in {user.role: user for user in reversed(users)}.values():
        for name, path in list(user.asks.items()):
            tried = Seen()
            if "deep" in name and client.get(path, headers=user.headers(name)).status_code == 404:
                _forget(users, user.role, name)  # a list that is not that long
                continue
            for _ in range(ROUNDS if aim(name) else 1):
                used, began = processor(watched), time.perf_counter()
                answer = client.get(path, headers=user.headers(name))
                tried.milliseconds.append(1000 * (time.perf_counter() - began))
                tried.processor.append(1000 * (processor(watched) - used))
                tried.size = len(answer.content)
                assert answer.status_code == 200, f"{user.role} {path}: {answer.status_code}"
            seen[f"{name} ({user.role})"] = tried
    return seen


def _forget(users: Sequence[User], role: str, name: str) -> None:
    for user in users:
        if user.role == role:
            user.asks.pop(name, None)


async def _all_at_once(address: str, users: Sequence[User], seconds: float) -> tuple[dict[str, Seen], int]:
    seen: dict[str, Seen] = {}
    wrong: list[str] = []
    until = time.monotonic() + seconds

    async def one(number: int, user: User) -> None:
        chance = random.Random(number)
        names = [name for name in user.asks if name != "chart"]
        often = weights(names)
        limits = httpx.Limits(max_connections=4)
        async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
            await asyncio.sleep(chance.uniform(0, THINKS))
            while time.monotonic() < until:
                (name,) = chance.choices(names, often)
                await ask(client, user, name)
                if name == "overview":
                    await ask(client, user, "chart")
                await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKS)

    async def ask(client: httpx.AsyncClient, user: User, name: str) -> None:
        began = time.perf_counter()
        try:
            answer = await client.get(user.asks[name], headers=user.headers(name))
            if "deep" in name and answer.status_code == 404:
                return  # a list that is not that long
            if answer.status_code != 200:
                wrong.append(f"{name}: {answer.status_code}")
        except httpx.HTTPError as error:
            wrong.append(f"{name}: {error!r}")
        kept = seen.setdefault(re.sub(r"^entry \d$", "entry", name), Seen())
        kept.milliseconds.append(1000 * (time.perf_counter() - began))

    await asyncio.gather(*(one(number, user) for number, user in enumerate(users)))
    for what in sorted(set(wrong))[:10]:
        print(f"      {what}", flush=True)
    return seen, len(wrong)


def _tell_alone(table: Table, name: str, alone: dict[str, Seen], beside: int) -> None:
    dear = sorted(alone, key=lambda key: -median(alone[key].processor))
    for key in dear[:40]:
        one = alone[key]
        said = f"{median(one.processor):.0f} ms of processor, {median(one.milliseconds):.0f} ms by the clock"
        table.row(f"{name}, alone: {key}", f"{said}, {one.size / 1000:.0f} kB")
    chart = max(one.size for key, one in alone.items() if key.startswith("chart"))
    heavy = {
        key: one.size + beside + (chart if key.startswith("overview") else 0)
        for key, one in alone.items()
        if not key.startswith(("csv", "chart", "api: ", "atom", "trends: chart"))
    }
    heaviest = max(heavy, key=lambda key: heavy[key])
    table.row(
        f"{name}: heaviest page, with stylesheet, icon and chart",
        f"{heaviest}, {heavy[heaviest] / 1000:.0f} kB",
        holds=heavy[heaviest] < WEIGHT,
    )
    table.figure(f"{name}_heaviest_kb", round(heavy[heaviest] / 1000))
    for kind in ("pages", "searches"):
        chosen = sorted(median(one.processor) for key, one in alone.items() if _kind(key) == kind)
        table.row(f"{name}, alone: {kind}, processor time", f"p50 {at(chosen, 0.5):.0f}, p95 {at(chosen, 0.95):.0f} ms")
        table.figure(f"{name}_{kind}_alone_cpu_p95_ms", round(at(chosen, 0.95)))


def _tell_together(table: Table, name: str, together: dict[str, Seen]) -> None:
    for key in sorted(together):
        took = sorted(together[key].milliseconds)
        said = f"{len(took)}: p50 {at(took, 0.5):.0f}, p95 {at(took, 0.95):.0f}, max {took[-1]:.0f} ms"
        table.row(f"{name}, together: {key}", said)
    for kind in ("pages", "searches"):
        took = sorted(ms for key, one in together.items() if _kind(key) == kind for ms in one.milliseconds)
        goal = 300.0 if kind == "searches" else 100.0
        p50, p95 = at(took, 0.5), at(took, 0.95)
        met = "" if p95 < goal else f"  (aim {goal:.0f})"
        table.row(f"{name}, together: all {kind}", f"p50 {p50:.0f}, p95 {p95:.0f}, max {took[-1]:.0f} ms{met}")
        table.figure(f"{name}_{kind}_p50_ms", round(p50))
        table.figure(f"{name}_{kind}_p95_ms", round(p95))


def _kind(name: str) -> str:
    if aim(name) is None:
        return "exports"
    return "searches" if name.startswith("search: ") else "pages"


if __name__ == "__main__":
    shown = Table()
    show(shown, sys.argv[1].split(":", 1)[0], sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 120.0)
    sys.exit(shown.close())
