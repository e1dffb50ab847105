"""What may be said of an entry's assessment by someone who is logged in, and what has been said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from dashboards.language import gettext as _
from pipelines.config.schema import Config
from pipelines.correct import waiting
from pipelines.correction import Correction, Verdict
from pipelines.notify.offers import label
from pipelines.store.views import Scope, corrections
from pipelines.types import Assessment, Item

Answers = tuple[tuple[str, str], ...]
"""Values of the form with their names."""


@dataclass(frozen=True, slots=True)
class History:
    """An entry's corrections, and the form for another."""

    item: Item
    stale: bool
    said: tuple[Correction, ...]
    waiting: frozenset[int]
    """Ids of those by links that nobody has confirmed."""
    answers: tuple[tuple[str, Answers], ...]

    @property
    def own(self) -> tuple[Correction, ...]:
        """What has been said of the entry itself."""
        return tuple(one for one in self.said if one.said.entry_id == self.item.entry.id)

    @property
    def known(self) -> int:
        """The last of these, for the form: who has said something since is not passed over."""
        return max((one.id for one in self.own), default=0)


def said_of(opened: Connection, scope: Scope, item: Item, *, stale: bool, config: Config) -> History:
    """Of the entry itself, and of others where it holds for this one too."""
    said = corrections.of_item(opened, scope, item)
    groups = ((name, tuple(answers)) for name, answers in _groups(item.assessment, config))
    return History(
        item,
        stale,
        said,
        frozenset(one.id for one in waiting(tuple(one for one in said if one.said.entry_id == item.entry.id))),
        tuple((name, answers) for name, answers in groups if answers),
    )


def _groups(given: Assessment, config: Config) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    raised = [flag.category for flag in given.flags]
    against = given.tone.label == "negative" or given.stance.label == "critical"
    tone: tuple[Verdict, ...] = ("not-negative",) if against else ()
    more: tuple[Verdict, ...] = () if given.tone.label == "negative" else ("negative",)

    def said(verdict: Verdict, *values: str) -> Iterator[tuple[str, str]]:
        for value in values or ("",):
            yield f"{verdict}:{value}".rstrip(":"), label(verdict, value, config, _)

    def flags() -> Iterator[tuple[str, str]]:
        for category in raised:
            yield from said("not-flag", category)
            yield from said("is-flag", category)

    yield _("Flaggor"), flags()
    yield _("Tonen"), (one for verdict in (*tone, *more) for one in said(verdict))
    yield _("Kommunen"), said("not-about" if given.about else "about")
    yield _("Enheter"), (one for unit in given.units for one in said("wrong-unit", unit))
    yield (
        _("En annan enhet"),
        (one for unit in config.units if unit.id not in given.units for one in said("unit", unit.id)),
    )
    missing = ((f"is-flag:{one.id}", _("Flagga: %s") % one.name) for one in config.categories if one.id not in raised)
    yield _("En flagga som saknas"), missing
