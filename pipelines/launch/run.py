"""`mediebevakning run`: start everything, carry one pass through, tell of it, and stay."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipelines import accounts, bootstrap
from pipelines.bootstrap import App
from pipelines.launch import airflow, dashboard, environment, history, home, lock, prepare, world
from pipelines.launch.chain import Pass, faults
from pipelines.launch.crew import Crew, Stopped
from pipelines.launch.lines import addresses, folders, summary_of
from pipelines.launch.ports import LOOPBACK, pick
from pipelines.launch.rest import Airflow
from pipelines.launch.stay import stay
from pipelines.launch.words import line
from pipelines.launch.world import World
from pipelines.settings import ROOT, Settings
from pipelines.store.engine import reading
from pipelines.store.views import summary

AIRFLOW_PORT = 8780
RECENT = timedelta(days=1)
"""A second pass on the same day sends nothing again: the first one's mails prove the chain as well."""
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)

Say = Callable[[str], None]


def run(settings: Settings, *, sample: bool, once: bool, with_dashboard: bool = True, say: Say | None = None) -> int:
    """The whole, on loopback. `sample`: on the invented day, with a mail sink; `once`: one pass, then stop.
    Without the dashboard no way into it is told either: what a service says lands in the system's log.

    Returns 0 where it was stopped after it had come up or, with `once`, where the whole chain worked; else 1. Raises
    WrongCall where another run holds the folder or the folder holds the other world, ConfigError for a configuration
    that cannot be used, ChildDied and other UserErrors where something does not start or stay up.
    """
    say = say or _print
    with lock.hold(settings.var / "run.lock"):
        prepare.keep_apart(settings, sample=sample)
        # a configuration or database that cannot be used is refused before anything starts
        app = bootstrap.build(settings)
        try:
            with Crew(settings.var, ROOT, environment.of_child(os.environ, settings), say) as crew:
                return _carry_out(crew, app, say, sample=sample, once=once, with_dashboard=with_dashboard)
        except Stopped:
            say(line("interrupted"))
            return 1


def _print(said: str) -> None:
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


def _carry_out(crew: Crew, app: App, say: Say, *, sample: bool, once: bool, with_dashboard: bool) -> int:
    started = time.monotonic()
    invented = _invent(crew, app, say) if sample else None
    settings, port = app.settings, None
    if with_dashboard:
        settings, port, wished = prepare.dashboard_port(app.settings, app.config)
        if port != wished:
            say(line("port", what=line("name.dashboard"), wished=wished, port=port))
    app = bootstrap.build(replace(settings, overlay=invented.overlay) if invented else settings)
    child = environment.of_child(os.environ, app.settings)
    orchestra = _orchestra(crew, app, child, invented, say)
    if port:
        dashboard.start(crew, port, child)
    if invented:
        invented.begin_day()
        say(line("day"))
    follow = Pass(crew, orchestra.api, app, say)
    if sample or once:
        follow.whole(everything=sample)
    else:
        follow.begin()
    if port:
        dashboard.await_answer(crew, port)
    if sample or once:
        _say_all(say, summary_of(follow.done(), app.config, follow.all_runs(), time.monotonic() - started))
    if once:
        return _verdict(follow, app, say, sample=sample)
    if port:
        login = _login(app, sample=sample)
        _say_all(say, addresses(app, orchestra.api.base_url, login, orchestra.password, sample=sample))
    return stay(crew, orchestra.api, app.settings.var / "airflow", orchestra.environment, say)


def _verdict(follow: Pass, app: App, say: Say, *, sample: bool) -> int:
    found = faults(app, follow.all_runs(), app.clock() - RECENT, sample=sample)
    _say_all(say, [*folders(app, sample=sample), ""])
    _say_all(say, [line("broken"), *(f"  {fault}" for fault in found)] if found else [line("works")])
    return 1 if found else 0


def _say_all(say: Say, lines: list[str]) -> None:
    for said in lines:
        say(said)


def _invent(crew: Crew, app: App, say: Say) -> World:
    with reading(app.engine) as connection:
        virgin = summary(connection, BEFORE_ALL).asked == 0
    invented = world.start(crew, app.settings, environment.of_child(os.environ, app.settings), virgin=virgin)
    say(line("world", web=invented.web_port, smtp=invented.smtp_port))
    return invented


@dataclass(frozen=True, slots=True)
class _Orchestra:
    """Airflow, started."""

    api: Airflow
    environment: Mapping[str, str]
    password: str


def _orchestra(crew: Crew, app: App, child: Mapping[str, str], invented: World | None, say: Say) -> _Orchestra:
    place = app.settings.var / "airflow"
    password, secret = home.prepare(place)
    port = pick(AIRFLOW_PORT)
    if port != AIRFLOW_PORT:
        say(line("port", what="Airflow", wished=AIRFLOW_PORT, port=port))
    around = environment.of_airflow(
        child, place, port, jwt_secret=secret, closes=app.config.digest.closes, paused=invented is not None
    )
    api = Airflow(f"http://{LOOPBACK}:{port}", environment.ADMIN, password)
    say(line("booting"))
    started = time.monotonic()
    airflow.migrate(crew, place, around)
    airflow.boot(
        crew,
        around,
        api,
        paused=invented is not None,
        meanwhile=lambda: _before(crew, app, child, say) if invented else None,
    )
    say(line("booted", seconds=time.monotonic() - started))
    return _Orchestra(api, around, password)


def _before(crew: Crew, app: App, child: Mapping[str, str], say: Say) -> None:
    since = app.clock()
    history.fetch(crew, child)
    with reading(app.engine) as connection:
        done = summary(connection, since)
    name = app.config.municipality.name
    say(line("history", entries=done.entries, mentions=done.mentions, municipality=name))


def _login(app: App, *, sample: bool) -> str:
    """A link for the one at the terminal. In a real installation that is who looks after the machine, not who may
    read what people are accused of: the kommunikationschef is added by `mediebevakning user add`."""
    name = "kommunikationschef" if sample else "administrator"
    return accounts.invite(app, name, name)
