"""What a case, and a widely told story, look like in a mail: as every other, with clock or width beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.casework import Case
from pipelines.config.schema import Config
from pipelines.notify import wording
from pipelines.notify.lines import Line, line
from pipelines.notify.plain import one_line
from pipelines.types import Item, Notice, Told

HEADLINE = 100
"""Characters of a post without a title that stand for one."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case, in words ready to be shown."""

    kind: str
    line: Line
    due: str
    left: str
    """Such as "5 timmar kvar" or "2 dygn för sent"."""
    late: bool
    state: str
    responsible: str
    asked: tuple[str, ...]
    """Ids of the receivers who are to act."""
    reminded: bool
    page: str


@dataclass(frozen=True, slots=True)
class Spread:
    """A story that several sources tell."""

    title: str
    entries: int
    sources: int
    page: str


def case_line(case: Case, item: Item, config: Config, now: datetime) -> CaseLine:
    """`item`: the entry that gave rise to the case, as it is assessed now."""
    notice = Notice(case.story_id, case.entry_id, case.responsible[0], "clock", case.category, urgent=False)
    shown = line([Told(0, notice, item, (item.entry.source_id,))], config)
    titles = {receiver.id: receiver.title for receiver in config.receivers}
    return CaseLine(
        kind=case.kind,
        line=shown,
        due=wording.moment(case.due_at, config.zone),
        left=wording.left(now, case.due_at),
        late=case.due_at <= now,
        state=wording.STATES[case.state],
        responsible="; ".join(titles.get(receiver, receiver) for receiver in case.responsible),
        asked=case.responsible,
        reminded=bool(case.reminded_to),
        page=f"{shown.page}#arende",
    )


def spread(item: Item, entries: int, sources: int, config: Config) -> Spread:
    """`item`: the first that told the story, without a flag."""
    notice = Notice(item.story_id, item.entry.id, config.root, "spread", "information", urgent=False)
    shown = line([Told(0, notice, item, ())], config)
    return Spread(shown.title or one_line(shown.excerpt, HEADLINE), entries, sources, shown.page)
