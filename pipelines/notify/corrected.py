"""Notices as people have corrected what they tell of."""

from __future__ import annotations

from sqlalchemy import Connection

from pipelines.notify.route import standing
from pipelines.store import corrections
from pipelines.types import Told


def as_corrected(connection: Connection, told: list[Told]) -> list[Told]:
    """`told` for the reason that is left, without those that have none: by the word of people who were logged in."""
    ids = {id for one in told for id in one.item.assessment.corrected}
    if not ids:
        return told
    return list(standing(told, {one.id for one in corrections.of_ids(connection, ids) if one.said.confirmed}))
