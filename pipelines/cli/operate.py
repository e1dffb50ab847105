"""run, serve, doctor, sources, user: what the operator does."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import datetime

from pipelines import settings
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, table


def run(called: Namespace) -> int:
    from pipelines.launch.run import run as launch

    found = settings.read(os.environ, config=called.config, database=called.db)
    return launch(found, sample=called.sample, once=called.once)


def serve(called: Namespace) -> int:
    import uvicorn

    built = app(called)
    os.environ.update(built.settings.environment())
    uvicorn.run("dashboards.app:create_app", factory=True, host=called.host, port=called.port, log_level="warning")
    return 0


def doctor(called: Namespace) -> int:
    from pipelines import doctor as check

    findings = check.examine(app(called), offline=called.offline)
    if called.json:
        print_json([{"ok": found.ok, "what": found.what, "remedy": found.remedy} for found in findings])
    else:
        for found in findings:
            print(f"{'ok ' if found.ok else 'FEL'}  {found.what}")
            if found.remedy:
                print(f"     → {found.remedy}")
    return 0 if all(found.ok for found in findings) else 1


def sources(called: Namespace) -> int:
    from pipelines.collect import phase
    from pipelines.store import sources as stored
    from pipelines.store.engine import reading

    built = app(called)
    failed = 0
    if called.what == "check":
        failed = phase.run(built, only=[source.id for source in built.config.sources if source.enabled]).failed
    with reading(built.engine) as connection:
        states = stored.states(connection)
    rows = [
        {
            "id": source.id,
            "family": source.family,
            "kind": source.kind,
            "state": _state(source.enabled, states.get(source.id)),
            "last_ok": _local(state.last_ok_at, built) if (state := states.get(source.id)) else None,
            "reason": state.last_failure if state else None,
        }
        for source in built.config.sources
    ]
    if called.json:
        print_json(rows)
    else:
        table(("id", "family", "kind", "state", "last ok", "reason"), (tuple(row.values()) for row in rows))
    return 1 if failed else 0


def _state(enabled: bool, state: object) -> str:
    if not enabled:
        return "off"
    if state is None:
        return "never asked"
    if getattr(state, "gone", False):
        return "gone"
    return "failing" if getattr(state, "last_failure", None) else "ok"


def _local(time: datetime | None, built: object) -> str | None:
    zone = built.config.zone  # type: ignore[attr-defined]
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M") if time else None


def user(called: Namespace) -> int:
    from pipelines import accounts

    built = app(called)
    print(accounts.invite(built, called.name, called.role, tuple(called.unit)))
    return 0
