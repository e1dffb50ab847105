"""When time is up: hours of the calendar, or of Swedish working days. Pure: it is told what the time is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

from pipelines.casework import Case, CaseKind
from pipelines.config.schema import Clocks, Config, unit_receiver
from pipelines.notify.route import gravest
from pipelines.notify.standing import barred, deputies, instead
from pipelines.register.official import Official
from pipelines.types import Assessment, Item, Notice, short_hash

SATURDAY = 5


def after(start: datetime, hours: float, clocks: Clocks, zone: ZoneInfo) -> datetime:
    """The moment, aware UTC, at which `hours` have gone by since `start` as `clocks` counts them.

    An hour is sixty minutes that pass, so that neither change of the clock gives or takes one.
    """
    start = start.astimezone(UTC)  # within one zone Python adds what the clock on the wall shows
    left = timedelta(hours=hours)
    if clocks.counted == "calendar":
        return start + left
    for opens, closes in _working_times(start.astimezone(zone).date(), clocks, zone):
        begins = max(opens, start)
        if closes > begins:
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
    raise AssertionError("working days never end")


def cases(
    item: Item, notices: Iterable[Notice], config: Config, now: datetime, account: Official | None = None
) -> tuple[Case, ...]:
    """The cases that `item` gives rise to; `notices`: who is told of it, protections and need to know included.
    account: the official account on which it was written, where the register knows it.

    A question that is passed on is one case for its story; on our own accounts every post is its own, and whoever is
    responsible for the account is to act on it too.
    """
    source = config.source(item.entry.source_id)
    own = source is not None and source.own
    found = []
    if _is_question(item, config.clocks, own=own):
        found.append(_case(item, "question", "question", notices, config, now, own=own, account=account))
    if own and (category := _unsuitable(item, config.clocks)):
        found.append(_case(item, "unsuitable", category, notices, config, now, own=own, account=account))
    return tuple(found)


def reminded(
    case: Case, about: Assessment, config: Config, day: date, account: Official | None = None
) -> tuple[str, ...]:
    """Receivers who are reminded of a case that is about `about`: those responsible, and who stands in for them on
    that local date; of the official `account` also the deputy whom the register names, while they are away.
    """
    away = account is not None and bool(deputies(config, account.responsible, day))
    return _reached((*case.responsible, *(_deputy(case, config, account) if away else ())), about, config, day)


def above(case: Case, about: Assessment, config: Config, day: date, account: Official | None = None) -> tuple[str, ...]:
    """Receivers who are told when time is up: the deputies of those responsible, for that local date and otherwise, and
    those one step above them; the root where there is nobody else.
    """
    parents = {unit_receiver(unit.id): unit.parent for unit in config.units}
    found = list(_deputy(case, config, account))
    for id in case.responsible:
        receiver = config.receiver(id)
        if receiver and receiver.deputy:
            found.append(receiver.deputy)
        found.extend(deputies(config, id, day))
        parent = parents.get(id)
        head = unit_receiver(parent) if parent else config.root
        if head != id:
            found.append(head if config.receiver(head) else config.root)
    return _reached(found or (config.root,), about, config, day)


def hour(now: datetime) -> tuple[datetime, datetime]:
    """The beginning and end of the hour that `now` is in. One mail tells of its clocks: reminders may leave from its
    first minute, and that time has run out in it is told at its end."""
    begins = now.replace(minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(hours=1)


def _deputy(case: Case, config: Config, account: Official | None) -> tuple[str, ...]:
    """The deputy whom the register names, of someone who is responsible for the case."""
    if account is None or account.deputy is None or account.responsible not in case.responsible:
        return ()
    return (account.deputy,) if config.receiver(account.deputy) else ()


def _reached(ids: Sequence[str], about: Assessment, config: Config, day: date) -> tuple[str, ...]:
    """`ids` with their deputies, without those who must not know; someone in any case."""
    out = barred(about, config)
    found = dict.fromkeys(one for id in ids for one in (id, *deputies(config, id, day)) if one not in out)
    return tuple(found) or instead(about, config, out) or (config.root,)


def _is_question(item: Item, clocks: Clocks, *, own: bool) -> bool:
    if item.assessment.intent != "question":
        return False
    return (own and clocks.questions != "never") or (item.assessment.about and clocks.questions == "about-us")


def _unsuitable(item: Item, clocks: Clocks) -> str | None:
    flags = [
        flag
        for flag in item.assessment.flags
        if flag.role == "act" and (not clocks.unsuitable or flag.category in clocks.unsuitable)
    ]
    return gravest(flags).category if flags else None


def _case(
    item: Item,
    kind: CaseKind,
    category: str,
    notices: Iterable[Notice],
    config: Config,
    now: datetime,
    *,
    own: bool,
    account: Official | None,
) -> Case:
    clocks, zone = config.clocks, config.zone
    starts = item.edited_at or item.when
    due = after(starts, clocks.hours, clocks, zone)
    chance = after(now, clocks.hours - clocks.remind_after_hours, clocks, zone)
    managers = {unit_receiver(unit) for unit in item.assessment.units}
    told = sorted({notice.receiver for notice in notices} & managers)
    if account and config.receiver(account.responsible):
        told = list(dict.fromkeys((account.responsible, *told)))
    return Case(
        id=short_hash(kind, item.entry.id if own else item.story_id),
        kind=kind,
        entry_id=item.entry.id,
        story_id=item.story_id,
        category=category,
        responsible=tuple(told) or (config.root,),
        starts_at=starts,
        opened_at=now,
        remind_at=after(starts, clocks.remind_after_hours, clocks, zone),
        due_at=due,
        escalate_at=max(due, chance),
    )


def _working_times(first: date, clocks: Clocks, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """When work begins and ends, aware UTC, of every working day from `first` on."""
    for number in count():
        day = first + timedelta(days=number)
        free, half = _holidays(day.year)
        if day.weekday() < SATURDAY and day not in free:
            closes = clocks.half_days_close if day in half else clocks.closes
            yield _at(day, clocks.opens, zone), _at(day, closes, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


@cache
def _holidays(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The days of `year` on which nobody works (eves that everyone has off among them), and the half-days."""
    from holidays.countries.sweden import Sweden  # takes a second, and most count by the calendar

    free, bank, optional = (
        frozenset(Sweden(years=year, categories=categories))
        for categories in (("public", "de_facto"), ("bank",), ("optional",))
    )
    return free, (bank & optional) - free
