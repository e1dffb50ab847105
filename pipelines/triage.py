"""What someone does with posts chosen in a list, each by itself: one that fails holds nobody up. And back again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from pipelines.casework import Decision
from pipelines.correct import Answer, correct
from pipelines.correction import UNDONE, Verdict
from pipelines.store import cases
from pipelines.store.engine import reading
from pipelines.store.views import Scope, detail
from pipelines.store.views import cases as view
from pipelines.store.views.standing import Standing, standings
from pipelines.types import Item

if TYPE_CHECKING:
    from pipelines.bootstrap import App

Act = Literal["done", "not-about"] | Decision
Outcome = Literal["did", "already", "missing", "edited", "meanwhile", "no-case"]
"""What it comes to for one post: done now; it was so before; no such post for this person; its text has been edited;
someone else has said or done something not seen yet; there is no case to decide on."""
SHOWN = 12
"""Characters of the wording's hash that tell an edit."""
BACK: dict[Act, tuple[Verdict, str]] = {"done": ("done", UNDONE), "not-about": ("about", "")}
"""What takes a verdict back."""
OUTCOMES: dict[Answer, Outcome] = {"missing": "missing", "edited": "edited", "meanwhile": "meanwhile"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A post as it stood on someone's page."""

    entry_id: str
    revision: str
    said: int
    """The last correction of it."""
    decided: tuple[int, ...] = ()
    """How many decisions each of its cases had."""

    @property
    def text(self) -> str:
        """For a form; `chosen` reads it."""
        return f"{self.said}:{'.'.join(map(str, self.decided))}:{self.revision}:{self.entry_id}"


@dataclass(frozen=True, slots=True)
class Step:
    """A decision on a case that can be taken back: how many there were with it, and the state before."""

    case_id: str
    decided: int
    before: Decision


@dataclass(frozen=True, slots=True)
class Result:
    entry_id: str
    outcome: Outcome
    said: int = 0
    """The last correction that whoever acted had seen."""
    steps: tuple[Step, ...] = ()


def choice(item: Item, standing: Standing) -> Choice:
    decided = tuple(len(one.decisions) for one in standing.files)
    return Choice(item.entry.id, item.entry.revision[:SHOWN], standing.said, decided)


def chosen(text: str) -> Choice:
    """Raises ValueError for what no page of ours has written."""
    said, decided, revision, entry_id = text.split(":", 3)
    return Choice(entry_id, revision, int(said), tuple(int(one) for one in decided.split(".") if one))


def act(app: App, scope: Scope, account: str, given: Choice, wanted: Act) -> Result:
    """Do it to one post, as someone who is logged in and may read what `scope` allows."""
    with reading(app.engine) as opened:
        found = detail.one(opened, scope, given.entry_id)
        if found is None:
            return Result(given.entry_id, "missing")
        item, stale = found
        standing = standings(opened, scope, [item])[item.entry.id]
    if stale or item.entry.revision[:SHOWN] != given.revision:
        return Result(given.entry_id, "edited")
    if wanted == "done":
        already = standing.done
    elif wanted == "not-about":
        already = not item.assessment.about
    else:
        return _decide(app, scope, account, given, standing, wanted)
    if already and standing.said == given.said:
        return Result(given.entry_id, "already")
    answer = correct(app, scope, given.entry_id, wanted, "", account, given.said)  # the same form twice: said once
    if already and answer == "meanwhile":
        return Result(given.entry_id, "already")
    return Result(given.entry_id, OUTCOMES.get(answer, "did"), given.said)


def undo(app: App, scope: Scope, account: str, done: Result, wanted: Act) -> Result:
    """Take it back, unless someone else has gone on from there."""
    if wanted in BACK:
        verdict, value = BACK[wanted]
        with reading(app.engine) as opened:
            found = detail.one(opened, scope, done.entry_id)
            already = found is not None and _is_back(wanted, found[0], standings(opened, scope, [found[0]]))
        if already:
            return Result(done.entry_id, "already")
        answer = correct(app, scope, done.entry_id, verdict, value, account, done.said)
        return Result(done.entry_id, OUTCOMES.get(answer, "did"))
    answers = [decide(app, scope, one.case_id, one.before, "", account, one.decided)[0] for one in done.steps]
    return Result(done.entry_id, next((OUTCOMES[one] for one in answers if one in OUTCOMES), "did"))


def _is_back(wanted: Act, item: Item, found: dict[str, Standing]) -> bool:
    return not found[item.entry.id].done if wanted == "done" else item.assessment.about


def _decide(app: App, scope: Scope, account: str, given: Choice, standing: Standing, wanted: Decision) -> Result:
    """On every case of the post."""
    if not standing.files:
        return Result(given.entry_id, "no-case")
    if len(standing.files) != len(given.decided):  # one has been opened since, or is no longer to be seen
        return Result(given.entry_id, "meanwhile")
    steps: list[Step] = []
    for file, seen in zip(standing.files, given.decided, strict=True):
        if file.case.state == wanted:
            if [event.by for event in file.decisions[seen:]] == [account]:  # the same form, sent twice
                steps.append(Step(file.case.id, seen + 1, _state(file, seen)))
            continue
        answer, _ = decide(app, scope, file.case.id, wanted, "", account, seen)
        if answer != "said":
            return Result(given.entry_id, OUTCOMES[answer], given.said, tuple(steps))
        steps.append(Step(file.case.id, len(file.decisions) + 1, file.case.state))
    return Result(given.entry_id, "did" if steps else "already", given.said, tuple(steps))


def _state(file: view.File, decided: int) -> Decision:
    """What the case was after so many decisions."""
    return cast("Decision", file.decisions[decided - 1].action) if decided else "new"


def decide(
    app: App, scope: Scope, case_id: str, state: Decision, note: str, account: str, seen: int | None
) -> tuple[Answer, view.File | None]:
    """Put the case in `state`, and the case as it was. seen: how many decisions someone had before him; None where
    nobody looked. The same form twice is done once."""
    with app.engine.begin() as connection:
        cases.lock(connection, case_id)
        file = view.one(connection, scope, case_id)
        if file is None:
            return "missing", None
        later = file.decisions[seen:] if seen is not None else ()
        if any(event.by != account for event in later):
            return "meanwhile", file
        if not any(event.action == state for event in later):
            cases.decide(connection, case_id, state, by=account, via="dashboard", now=app.clock(), note=note)
        return "said", file
