"""Whether a receiver who knows of a story is told again: when it is worse, wider, or has something new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipelines.types import SEVERITIES, Item, Notice, Severity

FIRST = "first"


def occasion(given: Notice, item: Item, known: Sequence[Notice]) -> str | None:
    """Why `given` is told beside what its receiver has been told of the story; None where it says nothing new.

    known: all earlier Notices of the story, whoever was told. A copy of a text is never new; what is not urgent is
    told again only where it is worse or a follow-up, for the digest shows a story once.
    """
    mine = [one for one in known if one.receiver == given.receiver]
    same = [one for one in mine if one.category == given.category]
    if not same:
        return FIRST
    told = {one.occasion for one in same}
    return next((reason for reason in _reasons(given, item, mine) if reason not in told), None)


def raised(given: Notice, known: Iterable[tuple[int, Notice]]) -> int | None:
    """The number of the Notice of the same category that becomes urgent with `given`; None where one is already."""
    same = [(number, one) for number, one in known if (one.receiver, one.category) == (given.receiver, given.category)]
    if not given.urgent or any(one.urgent for _, one in same):
        return None
    return same[0][0] if same else None


def is_prompt(told: Notice) -> bool:
    """Whether it may follow another alert of its story at once."""
    return told.occasion == FIRST or told.occasion.startswith("worse:")


def rank(severity: Severity | None) -> int:
    """Orders severities; −1 for none."""
    return SEVERITIES.index(severity) if severity else -1


def _reasons(given: Notice, item: Item, mine: Sequence[Notice]) -> Iterator[str]:
    if rank(given.severity) > max(rank(one.severity) for one in mine):
        yield f"worse:{given.severity}"
    if item.told_as == "follow-up":
        yield f"new:{given.entry_id}"
    if not given.urgent:
        return
    if added := sorted(set(given.units).difference(*(one.units for one in mine))):
        yield f"unit:{added[0]}"
    if item.told_as == "new-kind-of-source":
        yield f"kind:{item.entry.kind}"
