"""Whether the installation can do its work, told to whoever asks: so in Swedish, and without names or addresses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from pipelines.bootstrap import App
from pipelines.store import gauges
from pipelines.store.engine import is_current, reading

LEAST_FREE_BYTES = 1_000_000_000
UNASKED = timedelta(hours=1)
"""Six times the usual time between two collections."""
OVERDUE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Reasons, each with what to do."""

    stops: tuple[str, ...]
    """Why no page can be shown, or nothing stored."""
    notes: tuple[str, ...] = ()
    """Why what the pages show may be old: to take them away would help nobody."""


def examine(app: App) -> Readiness:
    """As things stand now; a database that does not answer is a reason, not an error."""
    full = tuple(_full(app))
    try:
        if not is_current(app.engine):
            stop = (
                "Databasens schema hör till en annan version av programmet. Kör mediebevakning init, eller uppdatera."
            )
            return Readiness((stop, *full))
        return Readiness(full, tuple(_late(app)))
    except (SQLAlchemyError, OSError):
        return Readiness(("Databasen svarar inte. Se att den är igång och att adressen stämmer.", *full))


def _full(app: App) -> Iterator[str]:
    if shutil.disk_usage(app.settings.var).free < LEAST_FREE_BYTES:
        yield "Mindre än 1 GB är ledigt på disken. Frigör plats, annars kan inget sparas."


def _late(app: App) -> Iterator[str]:
    now = app.clock()
    with reading(app.engine) as connection:
        asked, overdue = gauges.last_visit(connection), gauges.overdue(connection, now - OVERDUE)
    if asked is None:
        yield "Ingen källa har frågats än. Se att insamlingen är igång."
    elif now - asked > UNASKED:
        hours = (now - asked) // timedelta(hours=1)
        spoken = "en timme" if hours == 1 else f"{hours} timmar"
        yield f"Ingen källa har frågats på {spoken}. Se att insamlingen är igång."
    if overdue:
        spoken = "Ett utskick har" if overdue == 1 else f"{overdue} utskick har"
        yield f"{spoken} väntat mer än en timme. Se under Källor vad e-postservern svarar."
