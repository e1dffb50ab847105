"""The invented month: the sample's everyday posts, and on them a snow storm, a school crisis and a quiet Christmas.

The school, Näsviksskolan, is invented as everything else that is told of it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from itertools import product
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, unquote

from sample.clock import ZONE
from sample.server import Handler
from sample.shapes import SHAPES, mastodon
from sample.site import TIMELINE, Answer
from sample.world.chance import draw, happens, pick
from sample.world.history import shared_slots, written_on
from sample.world.posts import Draft, Post, publish
from sample.world.publishers import publishers
from sample.world.wording import SLOT, fill
from tests.builders import Clock

FOLDER = Path(__file__).parent
BEGINS, ENDS = date(2026, 12, 7), date(2027, 1, 4)
"""Two Mondays: four weeks."""
CRISIS_DAY = date(2026, 12, 14)
BEFORE = 18
"""Days of everyday posts before it, so that there is something usual."""
HOLIDAYS = (date(2026, 12, 24), date(2027, 1, 3))
SHARE_ON_HOLIDAYS = 0.3
OUT_AT_ONCE = 30
"""Posts that a publisher's document holds."""
FIRST_NUMBER = 700
"""Above any number that the everyday posts have."""
SCHOOL = """
[[unit]]
id = "nasviksskolan"
name = "Näsviksskolan"
kind = "school"
parent = "utbildning"
names = ["Näsviksskolan", "skolan i Näsvik"]
manager = { title = "Rektor", address = "rektor.nasvik@botkyrka.example" }
"""
"""What the configuration is given beside its own units."""


def posts() -> tuple[Post, ...]:
    """All that is published from before the month until it ends, in order."""
    days = [BEGINS + timedelta(days=number) for number in range(-BEFORE, (ENDS - BEGINS).days + 1)]
    everyday = [post for day in days for post in written_on(day) if _is_written(post, day)]
    told = [post for name in ("storm", "crisis", "holiday") for post in _event(name)]
    return tuple(sorted(everyday + told, key=lambda post: (post.published, post.source, post.serial)))


def _is_written(post: Post, day: date) -> bool:
    silent = publishers()[post.source].silent
    quiet = HOLIDAYS[0] <= day <= HOLIDAYS[1]
    return not silent and (not quiet or happens(SHARE_ON_HOLIDAYS, post.source, post.serial))


def _event(name: str) -> Iterator[Post]:
    numbers: Counter[tuple[str, date]] = Counter()

    def published(draft: Draft, source: str, at: datetime) -> Iterator[Post]:
        day = at.astimezone(ZONE).date()
        numbers[source, day] += 1
        yield from publish(draft, (source,), day, FIRST_NUMBER + numbers[source, day], at)

    for wave in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["wave"]:
        for row in wave["post"]:
            given = dict(row)
            yield from published(Draft.read(given | {"at": ""}), given["source"], given["at"])
        drafts = [_worded(Draft.read(row)) for row in wave["template"]]
        for number in range(wave["posts"]):
            draft = next(drafts[number % len(drafts)], None)
            if draft is None:
                continue  # all that can be said has been said
            minutes = draw(name, wave["begins"], number, "minute") % (wave["hours"] * 60)
            at = wave["begins"] + timedelta(minutes=minutes, seconds=draw(name, number) % 60)
            yield from published(draft, pick(draft.sources, name, number), at)


def _worded(draft: Draft) -> Iterator[Draft]:
    """The draft with its slots filled in every way, each once, neighbours unlike each other."""
    slots = list(dict.fromkeys(SLOT.findall(f"{draft.title} {draft.text}")))
    values = [slot.split("|") if "|" in slot else shared_slots()[slot] for slot in slots]
    for words in sorted(product(*values), key=lambda words: draw(draft.text, *words)):
        word_for = dict(zip(slots, words, strict=True)).__getitem__
        yield replace(draft, title=fill(draft.title, word_for), text=fill(draft.text, word_for))


class Web(ThreadingHTTPServer):
    """What of the posts is out by the clock, on 127.0.0.1."""

    daemon_threads = True

    def __init__(self, told: tuple[Post, ...], clock: Clock) -> None:
        self.clock = clock
        self.stopping = Event()
        self._by_source: dict[str, list[Post]] = {name: [] for name in publishers()}
        for post in told:
            self._by_source[post.source].append(post)
        super().__init__(("127.0.0.1", 0), _Answers)

    @property
    def port(self) -> int:
        return self.server_port

    @cached_property
    def site(self) -> Web:
        """What its handler asks."""
        return self

    def fresh(self, since: datetime) -> tuple[str, ...]:
        """Ids of the publishers that have published after `since`."""
        return tuple(
            name
            for name, told in self._by_source.items()
            if any(since < post.published <= self.clock.now for post in told)
        )

    def answer(self, target: str, headers: Mapping[str, str], host: str) -> Answer:
        """The answer to GET; 304 to who has it."""
        path, _, query = target.partition("?")
        timeline = TIMELINE.fullmatch(path)
        publisher = publishers().get(path.split("/")[1])
        if publisher is None or (publisher.shape == "mastodon") is not (timeline is not None):
            return Answer(HTTPStatus.NOT_FOUND)
        out = [post for post in self._by_source[publisher.id] if post.published <= self.clock.now]
        if timeline:
            asked = parse_qs(query)
            document, links = mastodon.timeline(publisher, out, unquote(timeline[2]), asked, f"http://{host}{path}")
            told: dict[str, str] = {"Link": links} if links else {}
            return Answer(HTTPStatus.OK, document.body, {"Content-Type": document.content_type} | told)
        tag = f'"{len(out)}"'
        if headers.get("if-none-match") == tag:
            return Answer(HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        document = SHAPES[publisher.shape](publisher, out[-OUT_AT_ONCE:])
        return Answer(HTTPStatus.OK, document.body, {"Content-Type": document.content_type, "ETag": tag})


class _Answers(Handler):
    server: Any
