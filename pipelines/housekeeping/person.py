"""One person's request: what there is of their posts, or its erasure, each with a receipt.

    find → begin (noted, with what there was) → files → database → traces (index, free pages) → close (what is left)

Each step can be done twice, so that what kill -9 breaks off is taken up again, by the command or by the night. What is
held stays and is said to; what has left the system already is said too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.errors import UserError, WrongCall
from pipelines.housekeeping import files
from pipelines.housekeeping.forget import count
from pipelines.store import access, burial, holds, persons, search
from pipelines.store.access import Access
from pipelines.store.engine import reading, scrub
from pipelines.store.persons import Request
from pipelines.types import short_hash

How = Literal["url", "text", "pseudonym-of"]
MOST = 25
"""Posts that one request takes without being told how many: more is a search that went wrong."""
SHORTEST = 6
"""Characters of a text to look for: less stands everywhere."""
FILES = "files"


class NothingFoundError(UserError):
    """No post matches."""


class TooManyError(UserError):
    """More posts match than one request should, or another number than was said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, by whom, and for which registered request."""

    how: How
    given: str
    reference: str
    by: str
    role: str = "kommandorad"
    expect: int | None = None
    """How many posts it is known to be about, where there are more than MOST."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was found, what was done, and what cannot be reached."""

    request: Request
    sent: tuple[tuple[str, datetime], ...] = ()
    """Receiver and time of mails that told of it and have left."""
    taken_out: int = 0
    """Times that it was taken out as a file."""


def extract(app: App, asked: Asked) -> tuple[Receipt, list[dict[str, Any]]]:
    """All that is known of the posts. Raises UserError or WrongCall where they are none or too many."""
    now = app.clock()
    with app.engine.begin() as connection:
        ids = _found(app, connection, asked)
        posts = [persons.whole(connection, id) for id in ids]
        before = _counts(app, connection, ids)
        request = _request("extract", asked, ids, (), before, now)
        persons.begin(connection, request)
        persons.close(connection, request.id, before, now)
        _note(connection, asked, ids, "exported", now)
        receipt = _receipt(connection, replace(request, after=before, done_at=now))
    return receipt, posts


def erase(app: App, asked: Asked) -> Receipt:
    """Erase the posts and whatever tells of them, but what is held. Raises as `extract`; then nothing is changed."""
    now = app.clock()
    with app.engine.begin() as connection:
        ids = _found(app, connection, asked)
        held = tuple(sorted(holds.held_entries(connection, now).intersection(ids)))
        request = _request("erase", asked, ids, held, _counts(app, connection, ids), now)
        persons.begin(connection, request)
        _note(connection, asked, ids, "changed", now)
        receipt = _receipt(connection, request)  # what has left is known as long as the mails are there
    return replace(receipt, request=_carry_out(app, request))


def resume(app: App) -> int:
    """Take up what was broken off. Returns how many requests."""
    with reading(app.engine) as connection:
        broken_off = persons.requests(connection, unfinished=True)
    for request in broken_off:
        _carry_out(app, request)
    return len(broken_off)


def listed(app: App) -> tuple[Request, ...]:
    """Every request that is kept."""
    with reading(app.engine) as connection:
        return persons.requests(connection)


def _carry_out(app: App, request: Request) -> Request:
    free = tuple(id for id in request.entries if id not in request.held)
    _erase_files(app, free)  # while the addresses by which they are known are there
    _erase_rows(app, request.id, free)
    _erase_traces(app)
    return _close(app, request)


def _erase_files(app: App, ids: Sequence[str]) -> None:
    with reading(app.engine) as connection:
        marks = persons.marks(connection, ids)
    files.remove(files.telling(app, marks))


def _erase_rows(app: App, request_id: str, ids: Sequence[str]) -> None:
    now = app.clock()
    with app.engine.begin() as connection:
        keys = sorted(persons.mails(connection, ids))
        burial.empty_mails(connection, burial.named(keys), now)
        count(connection, app.config, ids, now)
        burial.empty(connection, ids, f"request:{request_id}", now)
        burial.bury(connection, ids, now)


def _erase_traces(app: App) -> None:
    with app.engine.begin() as connection:
        search.tidy(connection)
    scrub(app.engine)


def _close(app: App, request: Request) -> Request:
    now = app.clock()
    with app.engine.begin() as connection:
        after = _counts(app, connection, request.entries)
        persons.close(connection, request.id, after, now)
    return replace(request, after=after, done_at=now)


def _found(app: App, connection: Connection, asked: Asked) -> tuple[str, ...]:
    """The posts that are asked for."""
    if not asked.reference.strip():
        raise WrongCall("name the request with --reference: its number in the municipality's register")
    given = " ".join(asked.given.split())
    if len(given) < SHORTEST:
        raise WrongCall(f"«{given}» is too short: it would match nearly everything. Give {SHORTEST} characters or more")
    match asked.how:
        case "url":
            ids = persons.at_address(connection, _addresses(given))
        case "text":
            ids = persons.saying(connection, tuple(dict.fromkeys((given, given.lower(), given.upper(), given.title()))))
        case "pseudonym-of":
            spellings = dict.fromkeys((given, given.removeprefix("@")))
            ids = tuple(id for one in spellings for id in persons.written_under(connection, app.pseudonym(one)))
    if not ids:
        raise NothingFoundError(
            "no post that we keep matches. Nothing was changed. Give the address of the post (--url), a piece of its "
            "text (--text), or the account as its network writes it (--pseudonym-of). What has had its time is gone, "
            "and after a rotation of the key older posts cannot be found by their author"
        )
    if len(ids) > MOST and asked.expect != len(ids):
        raise TooManyError(
            f"{len(ids)} posts match, which is more than one request should. Nothing was changed. Narrow it, by --url "
            f"for each post or by a longer text; if they all are meant, say so with --expect {len(ids)}"
        )
    if asked.expect is not None and asked.expect != len(ids):
        raise TooManyError(f"{len(ids)} posts match, not {asked.expect}. Nothing was changed. Look again with extract")
    return ids


def _addresses(given: str) -> tuple[str, ...]:
    bare = given.split("#", 1)[0].rstrip("/")
    return tuple(dict.fromkeys((given, bare, f"{bare}/")))


def _request(
    action: str, asked: Asked, ids: tuple[str, ...], held: tuple[str, ...], before: Mapping[str, int], now: datetime
) -> Request:
    id = short_hash(action, asked.reference, *ids, now.isoformat())[:12]
    return Request(id, action, asked.reference.strip(), asked.how, asked.by, now, ids, held, before, None, None)


def _counts(app: App, connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """By place, how much there is of the posts."""
    found = Counter(persons.counts(connection, ids))
    found[FILES] = len(files.telling(app, persons.marks(connection, ids)))
    return dict(found)


def _note(connection: Connection, asked: Asked, ids: Sequence[str], action: access.Action, now: datetime) -> None:
    """Who has been shown, or has erased, what is flagged stands in the access log like any reading."""
    if flagged := persons.flagged(connection, ids):
        access.add(connection, Access(now, asked.by, asked.role, action, "person", flagged))


def _receipt(connection: Connection, request: Request) -> Receipt:
    ids = request.entries
    return Receipt(request, persons.sent(connection, ids), persons.taken_out(connection, ids))
