"""One entry with all that belongs to it: its story, its earlier wordings, who was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from pipelines.labels import ToldAs
from pipelines.store import presence
from pipelines.store.schema import assessment, entry, entry_version, message, notice, story_entry
from pipelines.store.search import when
from pipelines.store.views.scope import Scope, load, readable
from pipelines.types import Item

MAX_COPIES = 100


@dataclass(frozen=True, slots=True)
class Copy:
    """Another entry of the same story."""

    item: Item
    reason: str
    """Why it belongs to the story."""
    told_as: ToldAs


@dataclass(frozen=True, slots=True)
class Wording:
    """What the entry said before it was edited."""

    title: str
    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that told of the story."""

    key: str
    kind: str
    state: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Telling:
    """A receiver that is told of the entry's story, and by which messages; none while it waits for a digest."""

    receiver: str
    category: str
    urgent: bool
    noticed_at: datetime
    mails: tuple[Mail, ...]
    muted: str | None = None
    """Why it was not told at once: "old", "graver", "cap", "silence"; None where it was, or still may be."""


@dataclass(frozen=True, slots=True)
class Detail:
    item: Item
    stale: bool
    """The text was edited after it was assessed: what is said of it, and every offset, is about the old wording."""
    copies: tuple[Copy, ...]
    wordings: tuple[Wording, ...]
    tellings: tuple[Telling, ...]
    gone_at: datetime | None = None
    """When it was found to be deleted at its source."""


def newest_of(connection: Connection, scope: Scope, story_id: str) -> Item | None:
    """The newest post of the story, of those that `scope` allows; None where there is none."""
    chosen = readable(scope).where(story_entry.c.story_id == story_id)
    return next(iter(load(connection, scope, chosen.order_by(entry.c.first_seen.desc(), entry.c.id).limit(1))), None)


def detail(connection: Connection, scope: Scope, entry_id: str) -> Detail | None:
    """The entry, None where it does not exist or `scope` leaves it out: the two cannot be told apart."""
    found = one(connection, scope, entry_id)
    if found is None:
        return None
    item, stale = found
    return Detail(
        item=item,
        stale=stale,
        copies=_copies(connection, scope, item),
        wordings=_wordings(connection, entry_id) if scope.flagged_texts else (),
        tellings=_tellings(connection, scope, item.story_id),
        gone_at=presence.gone(connection, [entry_id]).get(entry_id),
    )


def one(connection: Connection, scope: Scope, entry_id: str) -> tuple[Item, bool] | None:
    """The entry alone, and whether its text was edited after it was assessed."""
    found = load(connection, scope, readable(scope, sealed=True).where(entry.c.id == entry_id))
    if not found:
        return None
    revision = connection.execute(select(assessment.c.revision).where(assessment.c.entry_id == entry_id)).scalar_one()
    return found[0], revision != found[0].entry.revision


def _copies(connection: Connection, scope: Scope, item: Item) -> tuple[Copy, ...]:
    others = load(
        connection,
        scope,
        readable(scope)
        .where(story_entry.c.story_id == item.story_id, entry.c.id != item.entry.id)
        .order_by(when, entry.c.id)
        .limit(MAX_COPIES),
    )
    ids = [other.entry.id for other in others]
    reasons = connection.execute(
        select(story_entry.c.entry_id, story_entry.c.reason, story_entry.c.told_as).where(
            story_entry.c.entry_id.in_(ids)
        )
    )
    why = {row.entry_id: (row.reason, row.told_as) for row in reasons}
    return tuple(Copy(other, *why[other.entry.id]) for other in others)


def _wordings(connection: Connection, entry_id: str) -> tuple[Wording, ...]:
    rows = connection.execute(
        select(entry_version).where(entry_version.c.entry_id == entry_id).order_by(entry_version.c.replaced_at.desc())
    )
    return tuple(Wording(row.title, row.text, row.replaced_at) for row in rows)


def _tellings(connection: Connection, scope: Scope, story_id: str) -> tuple[Telling, ...]:
    notices = list(
        connection.execute(
            select(notice).where(notice.c.story_id == story_id).order_by(notice.c.created_at, notice.c.id)
        )
    )
    keys = {key for row in notices for key in (row.alert_key, row.digest_key) if key}
    rows = connection.execute(
        select(message.c.key, message.c.kind, message.c.state, message.c.sent_at).where(message.c.key.in_(keys))
    )
    mails = {row.key: Mail(row.key, row.kind, row.state, row.sent_at) for row in rows}
    return tuple(
        Telling(
            receiver=row.receiver,
            category=row.category,
            urgent=row.urgent,
            noticed_at=row.created_at,
            mails=tuple(mails[key] for key in (row.alert_key, row.digest_key) if key in mails),
            muted=row.muted.partition(":")[0] if row.muted and not row.alert_key else None,
        )
        for row in notices
        if scope.receivers is None or row.receiver in scope.receivers
    )
