"""The summary of a pass, as lines."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.launch.environment import ADMIN
from pipelines.launch.rest import Run
from pipelines.launch.words import line
from pipelines.store.views import Summary


def summary_of(done: Summary, config: Config, runs: Iterable[Run], seconds: float) -> list[str]:
    """What the pass did, from sources to mails, and the runs that did it."""
    names = {category.id: category.name for category in config.categories}
    flags = ", ".join(f"{names.get(category, category)} {count}" for category, count in done.flags.items())
    said = (
        line(
            "summary.sources",
            asked=done.asked,
            answered=done.ok + done.unchanged,
            degraded=done.degraded,
            failed=done.failed,
        ),
        line("summary.entries", entries=done.entries, mentions=done.mentions, municipality=config.municipality.name),
        line("summary.flags", flags=flags or line("summary.no_flags")),
        line("summary.sent", alerts=done.alerts_sent, digests=done.digests_sent, others=done.others_sent),
        line("summary.outbox", waiting=done.waiting, undeliverable=done.undeliverable),
        line("summary.issues", issues=done.open_issues),
        line("summary.airflow"),
        *(f"  {run.dag:<14}{line(run.state):<14}{run.seconds or 0.0:6.1f} s  {run.id}" for run in runs),
        line("summary.time", seconds=seconds),
    )
    return ["", line("summary.head"), *(f"  {text}" for text in said)]


def addresses(app: App, api: str, login: str, password: str, *, sample: bool) -> list[str]:
    """Where everything is found. The password is said for the sample only: what a real installation says lands in
    the system's log."""
    if sample:
        orchestra = line("address.airflow", address=api, user=ADMIN, password=password)
    else:
        file = app.settings.var / "airflow" / "password.secret"
        orchestra = line("address.airflow_kept", address=api, user=ADMIN, file=file)
    return ["", line("address.dashboard", address=login), orchestra, *folders(app, sample=sample)]


def folders(app: App, *, sample: bool) -> list[str]:
    """What is left when everything has stopped."""
    logs = line("address.logs", folder=app.settings.var / "log")
    return [line("address.mails", folder=app.settings.mails), logs] if sample else [logs]
