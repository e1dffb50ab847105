"""collect, enrich, digest, init: the very functions that the DAGs call."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from dataclasses import replace

from pipelines import bootstrap, settings
from pipelines.bootstrap import App
from pipelines.cli.show import show
from pipelines.errors import WrongCall


def app(called: Namespace) -> App:
    """The application that the command line asks for; progress is shown on a terminal and nowhere else."""
    built = bootstrap.build(
        settings.read(os.environ, config=called.config, database=called.db),
        allow_private=getattr(called, "allow_private", False),
        spacing=getattr(called, "spacing", None),
    )
    return built if sys.stderr.isatty() else replace(built, report=_silence)


def _silence(_: str) -> None:
    """Progress in a pipe or a log is noise."""


def init(called: Namespace) -> int:
    built = app(called)
    shown = built.engine.url.render_as_string(hide_password=True)
    config = built.config
    print(f"{config.municipality.name}: {len(config.sources)} sources, {len(config.units)} units; {shown}")
    return 0


def collect(called: Namespace) -> int:
    from pipelines.collect import phase

    built = app(called)
    known = {source.id for source in built.config.sources}
    for name in called.source or ():
        if name not in known:
            raise WrongCall(f"no source has the id «{name}». See them with: mediebevakning sources list")
    report = phase.run(built, only=called.source)
    show(report, as_json=called.json)
    return 0


def enrich(called: Namespace) -> int:
    from pipelines.enrich import phase

    show(phase.run(app(called)), as_json=called.json)
    return 0


def digest(called: Namespace) -> int:
    from pipelines.notify import phase

    built = app(called)
    if not called.dry_run:
        show(phase.digest(built, called.date), as_json=called.json)
        return 0
    for message in phase.preview(built, called.date):
        print(f"Till: {message.address}\nÄmne: {message.subject}\n\n{message.text}\n{'=' * 72}")
    return 0
