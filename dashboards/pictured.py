"""What an account's page says of its snapshots."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.snapshots import dates
from pipelines.snapshots.words import form, words
from pipelines.store import snapshots


def pictured(opened: Connection, account: str, app: App) -> dict[str, Any]:
    """For the template: the account's snapshots, newest half-year first, each with what came of it and what kind of
    file it is; and the half-year that an uploaded one is for."""
    newest = reversed(snapshots.standing(snapshots.of_account(opened, account)))
    return {
        "pictures": [(one, words()["outcome"][one.outcome], form(one)) for one in newest],
        "half_year": dates.last(app.config.snapshots, app.today()),
    }
