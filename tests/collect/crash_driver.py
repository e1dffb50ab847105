"""One pass over a small world that dies of SIGKILL: python -m tests.collect.crash_driver FOLDER PORT POINT NUMBER.

The point is "fetch" (an answer has come and is not read), "parse" (it is read and not stored), "store" (its entries are
in a transaction that is not over) or "commit" (the transaction is over and nothing else knows); the number says which.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event

from pipelines.bootstrap import App
from pipelines.collect import keep, phase, visit
from pipelines.collect.fetch import Door
from tests import builders
from tests.builders import Clock, config
from tests.collect.feeds import source

SOURCES = ("rss-0", "rss-1", "rss-2", "rss-3", "tidslinje")


class Mortal:
    """Counts how often the point is reached, and takes the process with it."""

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, *_: Any) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*given: Any, **named: Any) -> Any:
            result = function(*given, **named)
            self()
            return result

        return dying


def application(folder: Path, port: int, minutes: int = 0) -> App:
    """Four feeds and a timeline with pages and a cursor."""
    at = f"http://127.0.0.1:{port}"
    feeds = [source(id=name, url=f"{at}/{name}") for name in SOURCES[:-1]]
    timeline = source("mastodon", id=SOURCES[-1], kind="microblog", url=at, options={"tags": ["a"]})
    clock = Clock()
    clock.forward(minutes=minutes)
    return builders.app(folder, config(sources=(*feeds, timeline)), clock)


def kill_at(app: App, point: str, number: int) -> None:
    """Arrange that this process dies when the point has been reached `number` times."""
    mortal = Mortal(number)
    if point == "fetch":
        asked = Door.get

        async def get(*given: Any, **named: Any) -> Any:
            answer = await asked(*given, **named)
            mortal()
            return answer

        Door.get = get  # type: ignore[method-assign]
    elif point == "parse":
        families = visit.FAMILIES
        visit.FAMILIES = {name: replace(one, parse=mortal.after(one.parse)) for name, one in families.items()}
    elif point == "store":
        keep.entries.save = mortal.after(keep.entries.save)  # type: ignore[attr-defined]
    elif point == "commit":
        # SQLAlchemy tells of a commit before it makes it; giving the connection back is what comes after
        wrote: list[bool] = []
        event.listen(app.engine, "commit", lambda _: wrote.append(True))
        event.listen(app.engine, "checkin", lambda *_: mortal() if wrote and wrote.pop() else None)


def main(folder: str, port: str, point: str, number: str) -> None:
    app = application(Path(folder), int(port), minutes=60)
    kill_at(app, point, int(number))
    phase.run(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
