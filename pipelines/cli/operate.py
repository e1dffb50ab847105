"""run, serve, doctor, user, access-log, feed: what the operator does."""

from __future__ import annotations

import os
from argparse import Namespace

from pipelines import settings
from pipelines.bootstrap import App
from pipelines.cli.phases import app
from pipelines.cli.show import print_json
from pipelines.config.schema.base import is_address
from pipelines.errors import UserError, WrongCall


def run(called: Namespace) -> int:
    from pipelines.launch.run import run as launch

    found = settings.read(os.environ, config=called.config, database=called.db)
    return launch(found, sample=called.sample, once=called.once, with_dashboard=not called.no_dashboard)


def serve(called: Namespace) -> int:
    import uvicorn

    built = app(called)
    os.environ.update(built.settings.environment())
    uvicorn.run("dashboards.app:create_app", factory=True, host=called.host, port=called.port, log_level="warning")
    return 0


def doctor(called: Namespace) -> int:
    from pipelines import doctor as check

    if called.mail and called.offline:
        raise WrongCall("--offline asks no mail server. Leave out one of --offline and --mail.")
    if called.mail and not is_address(called.mail):
        raise WrongCall(f"«{called.mail}» is no e-mail address.")
    built = app(called)
    findings = check.examine(built, offline=called.offline)
    if called.mail:
        findings.append(check.try_mail(built, called.mail))
    if called.json:
        print_json([{"ok": found.ok, "what": found.what, "remedy": found.remedy} for found in findings])
    else:
        for found in findings:
            print(f"{'ok ' if found.ok else 'FEL'}  {found.what}")
            if found.remedy:
                print(f"     → {found.remedy}")
    return 0 if all(found.ok for found in findings) else 1


def user(called: Namespace) -> int:
    from pipelines import accounts

    built = app(called)
    if called.what == "add":
        print(accounts.invite(built, called.name, called.role, tuple(called.unit), called.email))
    elif called.what == "disable":
        accounts.close(built, called.name)
    else:
        _list_users(built, as_json=called.json)
    return 0


def _list_users(built: App, *, as_json: bool) -> None:
    from dataclasses import asdict

    from pipelines.store import accounts
    from pipelines.store.engine import reading

    with reading(built.engine) as connection:
        found = accounts.listed(connection)
    if as_json:
        closed = {one.name: one.disabled_at.isoformat() if one.disabled_at else None for one in found}
        print_json([asdict(one) | {"disabled_at": closed[one.name]} for one in found])
        return
    for one in found:
        marks = (
            one.by_provider and "oidc",
            one.email,
            one.has_password and "password",
            one.has_code and "code",
            one.disabled_at and "disabled",
        )
        print("  ".join((one.name, one.role, ",".join(one.units) or "–", *(str(mark) for mark in marks if mark))))


def feed(called: Namespace) -> int:
    from pipelines import accounts

    built = app(called)
    if called.what == "open":
        print(accounts.feed(built, called.receiver))
    else:
        accounts.no_feed(built, called.receiver)
    return 0


def access_log(called: Namespace) -> int:
    from dataclasses import asdict

    from pipelines.store import access
    from pipelines.store.engine import reading

    with reading(app(called).engine) as connection:
        found = access.verify(connection)
    if called.json:
        print_json(asdict(found))
    else:
        print(f"{found.events} lines, {found.segments} sealed months, {found.purged} of them purged; head {found.head}")
    if found.problem:
        raise UserError(f"the access log has been changed: {found.problem}. Compare it with a backup.")
    return 0
