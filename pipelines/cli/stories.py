"""stories show, split, merge: which posts are one story, and a person's word on it."""

from __future__ import annotations

import dataclasses
import getpass
from argparse import Namespace

from sqlalchemy import Connection

from pipelines.cli.phases import app
from pipelines.cli.show import print_json, table
from pipelines.errors import UserError
from pipelines.store import decisions, stories
from pipelines.store.engine import reading


def shown(called: Namespace) -> int:
    """A story's entries with the reason for each, then what people have decided about it."""
    built = app(called)
    with reading(built.engine) as connection:
        story_id = _story(connection, called.id)
        lines, decided = decisions.lines(connection, story_id), decisions.of_story(connection, story_id)
    if called.json:
        told = {"id": story_id, "entries": lines, "decisions": decided}
        print_json({name: _plain(value) for name, value in told.items()})
        return 0
    heads = ("post", "source", "at", "told as", "headline", "reason")
    table(
        heads,
        [
            (*dataclasses.astuple(line)[:2], f"{line.at:%Y-%m-%d %H:%M}", line.told_as, line.title[:40], line.reason)
            for line in lines
        ],
    )
    for one in decided:
        moved = f"{', '.join(one.entries)} from {one.story_id} to {one.into_id}"
        print(f"{one.at:%Y-%m-%d %H:%M}  {one.kind} by {one.by}: {moved}")
    return 0


def split(called: Namespace) -> int:
    """Take posts out of their story."""
    built = app(called)
    with built.engine.begin() as connection:
        new = decisions.split(connection, called.ids, _by(called), built.clock())
    if new is None:
        raise UserError("the posts are not a part of one story. See what is in it with: mediebevakning stories show ID")
    print(new)
    return 0


def merge(called: Namespace) -> int:
    """Put all posts of other stories into the first."""
    built = app(called)
    with built.engine.begin() as connection:
        into = _story(connection, called.into)
        for other in dict.fromkeys(_story(connection, id) for id in called.others):
            if decisions.merge(connection, into, other, _by(called), built.clock()) is None:
                raise UserError(f"«{other}» is that story already. Name another one")
    print(into)
    return 0


def _story(connection: Connection, id: str) -> str:
    """The story of that id, or the one of the post of that id."""
    found = stories.of_entry(connection, id) or (id if decisions.lines(connection, id) else None)
    if found is None:
        raise UserError(f"no story and no post has the id «{id}». The dashboard shows a post's id in its address")
    return found


def _by(called: Namespace) -> str:
    return called.by or getpass.getuser()


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [dataclasses.asdict(one) for one in value]
    return value
