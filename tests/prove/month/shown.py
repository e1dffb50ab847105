"""What the month shows: counts, what must hold, and two things to read as the kommunikationschef would."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from statistics import quantiles

from sqlalchemy import select

from pipelines.notify.route import route
from pipelines.store import items
from pipelines.store.engine import reading
from pipelines.store.schema import AnyRow, entry, message, notice
from pipelines.types import Item
from sample.clock import ZONE
from tests.prove.month.play import Mail, Stage
from tests.prove.table import Table

ROOT = "kommunikationschef"
PROMPT = timedelta(minutes=15)


def counts(stage: Stage, since: datetime) -> Iterator[str]:
    """Mails per receiver and day, then alerts per day and story, as lines."""
    mails = [mail for mail in stage.inbox.mails if mail.at >= since]
    days = sorted({_day(mail.at) for mail in mails})
    by = Counter((mail.address, _day(mail.at)) for mail in mails)
    total = Counter(mail.address for mail in mails)
    yield f"{'mejl per mottagare och dag':<44}" + "".join(f"{day:%d}".rjust(4) for day in days) + "  alla"
    for address, number in total.most_common():
        row = "".join((str(by[address, day]) if by[address, day] else "·").rjust(4) for day in days)
        yield f"{address.partition('@')[0]:<44}{row}{number:>6}"
    yield ""
    yield "larm till kommunikationschefen per dag: mejl, händelser, flest om en och samma händelse"
    told: dict[date, Counter[str]] = defaultdict(Counter)
    mailed: dict[date, set[str]] = defaultdict(set)
    for row in _alerts(stage, since):
        if row.receiver == ROOT:
            told[_day(row.created_at)][row.story_id] += 1
            mailed[_day(row.created_at)].add(row.key)
    for day in sorted(told):
        yield f"{day}  {len(mailed[day]):>3}  {len(told[day]):>3}  {max(told[day].values()):>3}"


def floors(table: Table, stage: Stage, since: datetime) -> None:
    """What must hold, as rows."""
    config = stage.app.config
    mails = [mail for mail in stage.inbox.mails if mail.at >= since]
    alerts = list(_alerts(stage, since))
    capped = Counter((row.receiver, _day(row.created_at)) for row in {row.key: row for row in alerts}.values())
    passing = Counter((row.receiver, _day(row.created_at)) for row in {r.key: r for r in alerts if r.passes}.values())
    most = max((capped[one] - passing[one] for one in capped), default=0)
    table.row("alerts to one receiver in a day; of them, that pass", f"{max(capped.values())}, {max(passing.values())}")
    cap = config.alerts.cap_per_day
    table.row(f"no receiver has more than the cap, {cap}, beside those", most, holds=most <= cap)
    found = list(_items(stage, since))
    wanted, missing = _unnotified(stage, found)
    table.row("items that a route tells someone of, story and receiver", wanted)
    table.row("… of them without a notice", missing, holds=missing == 0)
    waiting = _waiting(stage)
    table.row("notices older than the last digest that no mail told", waiting, holds=waiting == 0)
    twice = [id for id, times in Counter((mail.address, mail.id) for mail in mails).items() if times > 1]
    table.row("mails that came twice", len(twice), holds=not twice)
    _threats(table, stage, since)
    minutes = sorted(_delays(alerts, since))
    cuts = quantiles(minutes, n=20)
    shown = f"{cuts[9]:.0f}, {cuts[18]:.0f}, {minutes[-1]:.0f}"
    table.row("minutes from publication to alert: p50, p95, longest", shown)
    table.figure("month_mails", len(mails))
    table.figure("month_alert_minutes_p50", round(cuts[9], 1))
    table.figure("month_alert_minutes_p95", round(cuts[18], 1))


def stream(stage: Stage, day: date, receiver: str = "") -> Iterator[str]:
    """Every mail of the day but digests (to `receiver`), a line each: when, to whom, its subject, its first reason."""
    for mail in stage.inbox.mails:
        mine = mail.address.startswith(receiver)
        if mine and _day(mail.at) == day and not mail.subject.startswith("Mediebevakning"):
            yield f"{_clock(mail.at)}  {mail.address.partition('@')[0]:<34} {mail.subject}"
            if why := _why(mail):
                yield f"       {why}"


def digest(stage: Stage, day: date, receiver: str = ROOT) -> str:
    """The digest of that day to the receiver, as text."""
    mine = (mail for mail in stage.inbox.mails if mail.address.startswith(f"{receiver}@") and _day(mail.at) == day)
    return next((mail.text for mail in mine if mail.subject.startswith("Mediebevakning")), "")


def _threats(table: Table, stage: Stage, since: datetime) -> None:
    """Of the posts written as threats: how many were told of, and how soon."""
    meant = {
        post.text
        for post in stage.told
        if ("threat", "act") in post.label.flags and since <= post.published < stage.clock.now
    }
    told: dict[str, timedelta] = {}
    for row in _alerts(stage, since):
        if row.text in meant and row.receiver == ROOT:
            told[row.text] = min(told.get(row.text, timedelta.max), row.sent_at - row.published)
    longest = max(told.values(), default=timedelta())
    table.row("threats written into the month; of them told at once", f"{len(meant)}, {len(told)}")
    for text in sorted(meant - told.keys()):
        print(f"      missed: «{text[:100]}»")
    shown = f"{longest.total_seconds() / 60:.0f} min"
    table.row("threats: from publication to the alert at most 15 min", shown, holds=bool(told) and longest <= PROMPT)
    table.figure("month_threats", f"{len(told)}/{len(meant)}")


def _delays(alerts: Iterable[AnyRow], since: datetime) -> Iterator[float]:
    """Minutes from publication to the first alert, post by post; nights and gatherings among them."""
    first: dict[str, timedelta] = {}
    for row in alerts:
        if row.published >= since:
            first[row.entry_id] = min(first.get(row.entry_id, timedelta.max), row.sent_at - row.published)
    yield from (delay.total_seconds() / 60 for delay in first.values())


def _unnotified(stage: Stage, found: Sequence[Item]) -> tuple[int, int]:
    with reading(stage.app.engine) as connection:
        given = {(row.story_id, row.receiver) for row in connection.execute(select(notice))}
    expected = {
        (item.story_id, one.receiver)
        for item in found
        for one in route(item, stage.app.config, item.first_seen.astimezone(ZONE).date())
    }
    return len(expected), len(expected - given)


def _waiting(stage: Stage) -> int:
    last = max((mail.at for mail in stage.inbox.mails if mail.subject.startswith("Mediebevakning")), default=None)
    if last is None:
        return 0
    closed = last - timedelta(minutes=1)
    never = {receiver.id for receiver in stage.app.config.receivers if receiver.digest == "never"}
    with reading(stage.app.engine) as connection:
        rows = connection.execute(select(notice).where(notice.c.at < closed, notice.c.digest_key.is_(None)))
        return sum(row.receiver not in never for row in rows)


def _items(stage: Stage, since: datetime) -> Iterator[Item]:
    with reading(stage.app.engine) as connection:
        yield from items.load(connection, items.query().where(entry.c.published >= since, entry.c.silent.is_(False)))


def _alerts(stage: Stage, since: datetime) -> Iterator[AnyRow]:
    """Rows of notice and alert that told it, with the post."""
    with reading(stage.app.engine) as connection:
        yield from connection.execute(
            select(
                notice.c.receiver,
                notice.c.story_id,
                notice.c.passes,
                notice.c.entry_id,
                message.c.key,
                message.c.created_at,
                message.c.sent_at,
                entry.c.text,
                entry.c.published,
            )
            .join(message, message.c.key == notice.c.alert_key)
            .join(entry, entry.c.id == notice.c.entry_id)
            .where(message.c.kind == "alert", message.c.created_at >= since)
        )


def _why(mail: Mail) -> str:
    lines = mail.text.splitlines()
    for number, line in enumerate(lines):
        if line == "Varför:":
            after = lines[number + 1 :]
            end = next((at for at, text in enumerate(after[1:], 1) if not text.startswith("  ")), 1)
            return " ".join(part.strip() for part in after[:end]).removeprefix("- ")
    return ""


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _clock(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H.%M}"
