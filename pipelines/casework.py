"""Cases as values: a question to answer or an unsuitable post to act on, its clock, and what people did about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

CaseKind = Literal["question", "unsuitable"]
Decision = Literal["acknowledged", "answered", "removed", "registered", "no-action", "new"]
"""What someone can say of a case; each may follow any other, so that a slip is set right by a new line. The last takes
back the others."""
State = Decision
Action = Literal["opened", "reminded", "escalated"] | Decision
Via = Literal["dashboard", "mail", "clock", "api"]
OPEN: tuple[State, ...] = ("new", "acknowledged")
DECISIONS: tuple[Decision, ...] = get_args(Decision)
NOBODY = "mediebevakningen"
"""Who did what no person did."""


@dataclass(frozen=True, slots=True)
class Case:
    """A matter that someone is to deal with in time. `state` is what the last decision made it."""

    id: str
    kind: CaseKind
    entry_id: str
    story_id: str
    category: str
    """The flag's category, or "question"."""
    responsible: tuple[str, ...]
    """Receivers who are to act: those whom routing told, so that one who may not know is not asked either."""
    starts_at: datetime
    """When it was written, or edited."""
    opened_at: datetime
    """When the watch came to know of it."""
    remind_at: datetime
    due_at: datetime
    escalate_at: datetime
    """Later than `due_at` only for what came to our knowledge late, so that someone had a chance before the head is
    told."""
    state: State = "new"
    reminded_to: tuple[str, ...] = ()
    escalated_to: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's history."""

    action: Action
    at: datetime
    by: str
    """The account, the receiver whose link was pressed, or NOBODY."""
    via: Via
    told: tuple[str, ...] = ()
    """Receivers told, for a reminder or an escalation."""
    note: str = ""
