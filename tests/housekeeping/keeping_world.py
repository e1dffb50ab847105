"""Posts of every age and fate, and what must become of each, said once more without a query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st
from sqlalchemy import update

from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.config.schema import Keep, Licence, Retention
from pipelines.correction import Said
from pipelines.housekeeping import hold
from pipelines.store import cases, corrections, notices, outbox, presence
from pipelines.store.schema import entry as entry_table
from pipelines.types import Item, Notice
from tests import builders
from tests.builders import NOW, entry, flag, message

DAYS = {"usual": 100, "others": 40, "flagged": 200, "threat": 300, "own": 60, "own rest": 120, "licence": 50}
METADATA, LICENCE_REST, MAILS = 400, 70, 90
SOURCES = ("smabybladet", "rikstidningen", "polisen")
"""By the general rules, by its own, by a licence."""


def config() -> object:
    kept = Retention(
        entries_days=DAYS["usual"],
        others_days=DAYS["others"],
        flagged_days=DAYS["flagged"],
        categories={"threat": DAYS["threat"]},
        metadata_days=METADATA,
        mails_days=MAILS,
    )
    own = Keep(entries_days=DAYS["own"], metadata_days=DAYS["own rest"], why="Eget skäl.")
    terms = Licence(id="villkor", name="Villkor", entries_days=DAYS["licence"], metadata_days=LICENCE_REST)
    changes = {"rikstidningen": {"keep": own}, "polisen": {"licence": "villkor"}}
    sources = tuple(one.model_copy(update=changes.get(one.id, {})) for one in builders.smaby().sources)
    return builders.config(retention=kept, sources=sources, licences=(terms,))


@dataclass(frozen=True)
class Post:
    source: str
    age: int
    """Days since it was first seen."""
    edited: int | None
    """Days since it was edited."""
    about: bool
    flags: tuple[str, ...]
    held: str
    """"", "post", "story", "source", or "over" for a hold that has been ended."""
    gone: bool
    done: bool
    case: str
    """"", or the state of its case."""

    @property
    def years(self) -> int:
        """Its age, in days, as it is counted."""
        return self.age if self.edited is None else min(self.edited, self.age)


posts = st.builds(
    Post,
    source=st.sampled_from(SOURCES),
    age=st.integers(1, 500),
    edited=st.none() | st.integers(1, 500),
    about=st.booleans(),
    flags=st.sets(st.sampled_from(("threat", "bullying", "obscenity")), max_size=2).map(lambda one: tuple(sorted(one))),
    held=st.sampled_from(("", "", "", "post", "story", "source", "over")),
    gone=st.booleans(),
    done=st.booleans(),
    case=st.sampled_from(("", "", "acknowledged", "registered", "answered")),
)


def expected(given: Post, *, source_held: bool) -> str:
    """whole, sealed, emptied or buried."""
    held = given.held in ("post", "story") or source_held
    keeps = held or given.case in ("acknowledged", "registered") or (bool(given.flags) and not given.done)
    if given.gone and not keeps:
        return "buried"
    if not held and given.years > _text(given):
        return "buried" if given.years > max(_text(given), _rest(given)) else "emptied"
    return "sealed" if given.gone else "whole"


def _text(given: Post) -> int:
    if given.flags:
        usual = max(DAYS["threat"] if one == "threat" else DAYS["flagged"] for one in given.flags)
    elif given.source == "rikstidningen":
        usual = DAYS["own"]
    else:
        usual = DAYS["usual"] if given.about else DAYS["others"]
    return min(usual, DAYS["licence"]) if given.source == "polisen" else usual


def _rest(given: Post) -> int:
    usual = DAYS["own rest"] if given.source == "rikstidningen" else METADATA
    return min(usual, LICENCE_REST) if given.source == "polisen" else usual


def built(folder: Path, given: list[Post]) -> App:
    """The posts stored, each with a mail that told of it, a case, a hold, as it says."""
    app = builders.app(folder, config())  # type: ignore[arg-type]
    for number, post in enumerate(given):
        _store(app, f"p{number}", post)
    return app


def _store(app: App, id: str, post: Post) -> None:
    seen = NOW - timedelta(days=post.age)
    given = entry(id, source_id=post.source, published=seen, author=f"p{id}", title=f"Rubrik {id}", text=f"ORD{id}X.")
    raised = tuple(flag(one, reason=f"SKAL{id}X") for one in post.flags)
    one = Item(given, builders.assessment(id, about=post.about, flags=raised), f"s-{id}", first_seen=seen)
    builders.save(app, [one])
    mail = message(f"alert:{id}", text=f"ORD{id}X", html=f"ORD{id}X")
    with app.engine.begin() as opened:
        if post.edited is not None:
            changed = NOW - timedelta(days=min(post.edited, post.age))
            opened.execute(update(entry_table).where(entry_table.c.id == id).values(edited_at=changed))
        notices.save(opened, one, [Notice(one.story_id, id, "kommunikationschef", "r", "negative", True)], seen)
        outbox.put(opened, mail, seen)
        (told,) = [waiting.id for waiting in notices.untold(opened) if waiting.notice.entry_id == id]
        notices.told_at_once(opened, [told], mail.key)
        (claimed,) = [key for key, _ in outbox.claim(opened, "w", seen, timedelta(minutes=1), 1)]
        outbox.sent(opened, claimed.key, "w", seen)
        if post.case:
            cases.open_case(opened, _case(one))
            cases.decide(opened, f"c{id}", post.case, by="chef", via="dashboard", now=seen)  # type: ignore[arg-type]
        if post.done:
            said = Said(id, given.revision, "done", "", "chef", "account")
            corrections.add(opened, said, seen)
        if post.gone:
            presence.save(opened, id, NOW, NOW, NOW)
        _hold(opened, app, id, post)


def _case(about: Item) -> Case:
    at, id = about.first_seen, about.entry.id
    return Case(f"c{id}", "question", id, about.story_id, "question", ("kommunikationschef",), at, at, at, at, at)


def _hold(opened: object, app: App, id: str, post: Post) -> None:
    if not post.held:
        return
    kind = {"over": "post"}.get(post.held, post.held)
    subject = {"post": id, "story": f"s-{id}", "source": post.source}[kind]
    said = {"last": date(2027, 6, 30), "reason": "Tvist", "by": "jurist", "now": NOW - timedelta(days=1)}
    made = hold.add(opened, app.config, kind, subject, **said)  # type: ignore[arg-type]
    if post.held == "over":
        hold.end(opened, made, reason="Avgjord", by="jurist", now=NOW)  # type: ignore[arg-type]
