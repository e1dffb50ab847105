"""Enrich: everything that has not been through the current version is assessed and put into its story."""

from __future__ import annotations

import gc
import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from pipelines.config.schema import Source
from pipelines.enrich.amend import amend
from pipelines.enrich.assess import Assessor
from pipelines.enrich.cluster import STORY_LASTS, Gathering
from pipelines.store import assessments, corrections, issues, stories
from pipelines.telling import Sighting
from pipelines.types import Assessment, Entry, Issue, Stance
from sentiment import Tone

if TYPE_CHECKING:
    from pipelines.bootstrap import App

log = logging.getLogger(__name__)
BATCH = 500
"""Entries per transaction: a second of work, so that a crash loses little and the other phases wait little."""
FAULT = "enrich:fault:"


@dataclass(frozen=True, slots=True)
class EnrichReport:
    """What one run did."""

    assessed: int = 0
    about: int = 0
    flags: Mapping[str, int] = field(default_factory=dict)
    """Flags raised in what is about the municipality, by category."""
    alerts: int = 0
    stories_new: int = 0
    faults: int = 0
    """Entries that our own code failed on: kept, marked, and shown as an Issue."""
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def run(app: App, limit: int | None = None) -> EnrichReport:
    """Assess what awaits the current version, oldest first, at most `limit` entries.

    Safe to run twice and two at once: each batch is one transaction, and what another run has assessed awaits no more.
    """
    started = time.monotonic()
    assessor = Assessor(app.config)
    sources = {source.id: source for source in app.config.sources}
    places = tuple(place.name for place in app.config.places)
    counts: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    with _kept():
        while limit is None or counts["assessed"] < limit:
            size = BATCH if limit is None else min(BATCH, limit - counts["assessed"])
            with app.engine.begin() as connection:
                awaiting = assessments.awaiting(connection, assessor.version, size)
                if not awaiting:
                    break
                _assess_batch(connection, awaiting, assessor, sources, places, app.clock, counts, flags)
            app.report(f"enrich: {counts['assessed']} assessed, {counts['about']} about us")
    return EnrichReport(
        assessed=counts["assessed"],
        about=counts["about"],
        flags=dict(sorted(flags.items())),
        alerts=counts["alerts"],
        stories_new=counts["stories_new"],
        faults=counts["faults"],
        seconds=round(time.monotonic() - started, 3),
    )


@contextmanager
def _kept() -> Iterator[None]:
    """What is there by now, the assessor's hundred thousand objects, is not looked through for garbage meanwhile."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _assess_batch(
    connection: Connection,
    awaiting: list[Entry],
    assessor: Assessor,
    sources: Mapping[str, Source],
    places: Iterable[str],
    clock: Callable[[], datetime],
    counts: Counter[str],
    flags: Counter[str],
) -> None:
    now = clock()
    done = []
    local = frozenset(source.id for source in sources.values() if source.local)
    # what is stored without its text was understood when it was read: all that is left is to take that over
    unkept = {source.id for source in sources.values() if not source.keeps_text}
    read = assessments.present(connection, (entry.id for entry in awaiting if entry.source_id in unkept))
    told = iter(_assessed(assessor, [entry for entry in awaiting if entry.id not in read], local))
    for entry in awaiting:
        assessed = replace(read[entry.id], version=assessor.version) if entry.id in read else next(told)
        if isinstance(assessed, Exception):
            # where it happened, but not what it says: that may be what somebody wrote
            where = "".join(traceback.format_tb(assessed.__traceback__))
            log.error("assessing entry %s failed: %s at\n%s", entry.id, type(assessed).__name__, where)
            issues.report(connection, _fault(entry, assessed), now)
            assessed = _unassessed(entry, assessor.version)
            counts["faults"] += 1
        done.append((entry, assessed))
        counts["assessed"] += 1
        counts["about"] += assessed.about
        counts["alerts"] += assessed.alert
        flags.update(flag.category for flag in assessed.flags if assessed.about)
    assessments.save(connection, done, now)
    counts["stories_new"] += _tell(connection, done, places, now)
    _correct(connection, done, assessor, now)


def _assessed(assessor: Assessor, entries: Sequence[Entry], local: Collection[str]) -> Sequence[Assessment | Exception]:
    """The assessment of each entry; of one that our code fails on, what it failed with."""
    try:
        return [*assessor.assess_all(entries, local)]
    except Exception:  # a bug over one text must not keep the others from the managers
        return [_alone(assessor, entry, local) for entry in entries]


def _alone(assessor: Assessor, entry: Entry, local: Collection[str]) -> Assessment | Exception:
    try:
        return assessor.assess(entry, local=entry.source_id in local)
    except Exception as error:
        return error


def _correct(connection: Connection, done: list[tuple[Entry, Assessment]], assessor: Assessor, now: datetime) -> None:
    """Let what people have said of these entries, or of copies of them, win over what was just assessed."""
    if not (said := corrections.bearing(connection, [entry.id for entry, _ in done])):
        return
    pairs = [(entry, assessed, said[entry.id]) for entry, assessed in done if entry.id in said]
    amended = [(entry, amend(entry, assessed, given, assessor.config)) for entry, assessed, given in pairs]
    assessments.save(connection, amended, now)


def _tell(connection: Connection, done: list[tuple[Entry, Assessment]], places: Iterable[str], now: datetime) -> int:
    """Put those entries that have no story yet into theirs. Returns how many stories began."""
    told = stories.placed(connection, [entry.id for entry, _ in done])
    # oldest first, so that a story begins with its first telling also where a batch brings several
    new = sorted(
        (_sighting(entry, assessed, now) for entry, assessed in done if entry.id not in told),
        key=lambda sighting: (sighting.at, sighting.entry.id),
    )
    if not new:
        return 0
    gathering = Gathering(places)
    holders = stories.holders(connection, gathering.wanted_keys(new), new[0].at - STORY_LASTS)
    known = stories.known(connection, gathering.worth_knowing(new, holders))
    gathering.learn(known, stories.kinds(connection, (one.story_id for one in known)))
    placed = [gathering.place(sighting) for sighting in new]
    stories.save(connection, placed)
    return sum(one.told_as == "first" for one in placed)


def _sighting(entry: Entry, assessed: Assessment, now: datetime) -> Sighting:
    return Sighting(
        entry,
        at=min(entry.published or now, now),
        named=frozenset(mention.name for mention in assessed.mentions if mention.kind != "municipality"),
        about=assessed.about,
        act=any(flag.role == "act" for flag in assessed.flags),
    )


def _unassessed(entry: Entry, version: str) -> Assessment:
    """The mark of an entry that our code failed on: it is not tried again before the code or the text has changed."""
    return Assessment(
        entry_id=entry.id,
        version=version,
        language="und",
        about=False,
        places=(),
        units=(),
        mentions=(),
        tone=Tone("unsure", 0.0, 0.0),
        stance=Stance("none", 0.0),
        intent="other",
        toxicity=0.0,
        flags=(),
        alert=False,
    )


def _fault(entry: Entry, error: Exception) -> Issue:
    return Issue(
        key=f"{FAULT}{entry.id}",
        subject=f"source:{entry.source_id}",
        text=f"Ett inlägg kunde inte bedömas på grund av ett fel i programmet ({type(error).__name__}).",
        remedy="Läs inlägget själv, och skicka felet i loggen till den som sköter programmet.",
    )
