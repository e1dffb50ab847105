"""What is new is routed; what is urgent becomes one mail for each story and receiver, when it may leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from pipelines.bootstrap import App
from pipelines.config.schema import Config, Receiver
from pipelines.notify import again, beside, compose, hold, reminders
from pipelines.notify.corrected import as_corrected
from pipelines.notify.facts import of_item
from pipelines.notify.lines import lead, weight
from pipelines.notify.offers import Signer
from pipelines.notify.route import decide
from pipelines.notify.route import notices as noticed
from pipelines.notify.settings import in_force, silences
from pipelines.notify.timing import is_news, timely
from pipelines.store import issues, notices, outbox
from pipelines.types import Issue, Item, Told

BATCH = 200
"""Items routed per transaction: a few tenths of a second during which nobody else writes."""


def route_pending(app: App) -> tuple[int, int]:
    """How many Items were routed, and how many new Notices that gave."""
    routed = given = 0
    look_back = max(timedelta(days=app.config.digest.repair_days), _max_age(app))
    while True:
        now = app.clock()
        with app.engine.begin() as connection:
            notices.alone(connection)
            config = in_force(connection, app.config)
            items = notices.awaiting(connection, now - look_back, BATCH)
            for item in items:
                given += _route(app, connection, config, item)
        if not items:
            return routed, given
        routed += len(items)


def renotify(app: App) -> int:
    """Let the next run route anew what is recent enough to alert: after a change of rules or routes. Whoever has been
    told of a story for the same reason is not told again. Returns how many wordings."""
    with app.engine.begin() as connection:
        return notices.unroute(connection, app.clock() - _max_age(app))


def compose_untold(app: App) -> int:
    """Put one mail in the outbox for each story and receiver that has urgent Notices untold, and one for all stories
    that only tell once more of what the receiver knows. Returns how many."""
    made = 0
    with app.engine.begin() as connection:
        notices.alone(connection)
        untold = sorted(_not_muted(app, connection), key=_receiver_and_story)
        for receiver_id, mine in groupby(untold, lambda one: one.notice.receiver):
            stories = [tuple(story) for _, story in groupby(mine, _receiver_and_story)]
            made += _tell_all(app, connection, receiver_id, stories)
        made += _summarise(app, connection)
    return made


def _route(app: App, connection: Connection, config: Config, item: Item) -> int:
    now = app.clock()
    if not is_news(item, _max_age(app)):
        return notices.save(connection, item, (), now)
    decision = decide(of_item(item, config), config, now.astimezone(config.zone).date())
    for missing in decision.lacking:
        issues.report(connection, _nobody(missing, config), now)
    given = timely(noticed(item, config, decision), item, now, _max_age(app))
    reminders.open_cases(app, connection, item, given)
    stored = notices.of_story(connection, item.story_id)
    fresh = []
    for one in given:
        number = again.raised(one, ((known.id, known.notice) for known in stored))
        if number is not None:
            notices.raise_to_urgent(connection, number, one)
        elif occasion := again.occasion(one, item, [known.notice for known in stored]):
            fresh.append(replace(one, occasion=occasion))
    return notices.save(connection, item, fresh, now)


def _not_muted(app: App, connection: Connection) -> list[Told]:
    """What is untold and may be told at once, now or later; of the rest it is noted why not."""
    now = app.clock()
    quieted = silences(connection, now)
    kept = []
    for told in as_corrected(connection, notices.untold(connection)):
        if not told.notice.urgent:
            continue  # a person has said since that it is no alert: the digest tells what is left of it
        graver = notices.graver(connection, told.notice.story_id, told.notice.receiver)
        why = hold.muted(told, quieted, now, _max_age(app), knows_graver=graver)
        if why:
            notices.mute(connection, [told.id], why, now)
        else:
            kept.append(told)
    return kept


def _tell_all(app: App, connection: Connection, named: str, stories: Sequence[Sequence[Told]]) -> int:
    """The mails to one receiver, the gravest first. `named`: the receiver's id in the Notices, which the configuration
    may no longer have."""
    now, receiver = app.clock(), app.config.receiver_or_root(named)
    spared = frozenset(category.id for category in app.config.categories if category.help_lines)
    lately = [one for one, _ in notices.told_since(connection, named, now - hold.LATELY)]
    made = 0
    more: dict[tuple[str, ...], list[Sequence[Told]]] = {}
    for story in sorted(stories, key=lambda story: weight(lead(story)), reverse=True):
        last = outbox.last_alert(connection, story[0].notice.story_id, receiver.id)
        if not hold.is_due(story, receiver.quiet, app.config.zone, app.config.alerts, now, last):
            continue
        if units := hold.affair(story, lately, spared):
            more.setdefault(units, []).append(story)
        elif _tell(app, connection, receiver, named, [story]):
            lately.extend(one.notice for one in story)
            made += 1
    for gathered in more.values():
        if not all(hold.gathers(story, app.config.alerts, now) for story in gathered):
            made += _tell(app, connection, receiver, named, gathered)
    return made


def _tell(app: App, connection: Connection, receiver: Receiver, named: str, stories: Sequence[Sequence[Told]]) -> bool:
    """Put one mail of all these stories; hold them back where the day's cap is reached."""
    now, config = app.clock(), app.config
    told = [one for story in stories for one in story]
    given = outbox.alerts_since(connection, receiver.id, hold.day_begins(now, config.zone))
    # one who has no digest would never be told of the rest
    if receiver.id == named and receiver.digest != "never" and hold.is_capped(told, given, config.alerts):
        notices.mute(connection, [one.id for one in told], "cap", now)
        issues.report(connection, _too_many(receiver, config), now)
        return False
    signer = Signer(app.link_key, now)
    story_id = told[0].notice.story_id if len(stories) == 1 else None
    if story_id is None:
        message = compose.gathered(told, receiver, config, thread_id=_affairs_thread(app, connection, named, told[0]))
    else:
        thread_id = outbox.thread(connection, story_id, receiver.id)
        message = compose.alert(told, receiver, config, thread_id=thread_id, signer=signer)
    notices.told_at_once(connection, [one.id for one in told], message.key)
    return beside.put(connection, config, message, now, story_id)


def _affairs_thread(app: App, connection: Connection, named: str, one: Told) -> str | None:
    """The thread of the first mail that told the receiver of what `one` tells of once more."""
    before = notices.told_since(connection, named, app.clock() - hold.LATELY)
    return next((thread for known, thread in before if hold.affair([one], [known], ())), None)


def _summarise(app: App, connection: Connection) -> int:
    """One mail a day to each of what the cap has held back, once the first of it has waited long enough; yesterday's
    too."""
    now, config = app.clock(), app.config
    begins = hold.day_begins(now, config.zone)
    full = issues.open_keys(connection, [f"receiver:{receiver.id}" for receiver in config.receivers])
    for receiver in config.receivers:
        key = f"cap:{receiver.id}"
        if key in full and outbox.alerts_since(connection, receiver.id, begins) < config.alerts.cap_per_day:
            issues.close(connection, key, now)
    made = 0
    held = notices.capped(connection, begins - timedelta(days=1))
    for (named, day), told in groupby(held, lambda one: (one.notice.receiver, _local_day(one.muted_at or now, config))):
        known = config.receiver(named)
        if known and not hold.quiet_until(known.quiet, config.zone, now):
            made += _put_summary(app, connection, known, day, tuple(told))
    return made


def _local_day(at: datetime, config: Config) -> date:
    return at.astimezone(config.zone).date()


def _put_summary(app: App, connection: Connection, receiver: Receiver, day: date, told: Sequence[Told]) -> bool:
    now = app.clock()
    first = min(one.muted_at or now for one in told)
    if timedelta(0) <= now - first < timedelta(minutes=app.config.alerts.summary_minutes):
        return False
    if outbox.has(connection, compose.summary_key(receiver.id, day)):
        return False
    message = compose.summary(told, receiver, app.config, day)
    notices.told_at_once(connection, [one.id for one in told], message.key)
    return beside.put(connection, app.config, message, now)


def _max_age(app: App) -> timedelta:
    return timedelta(hours=app.config.alerts.max_age_hours)


def _receiver_and_story(one: Told) -> tuple[str, str]:
    return one.notice.receiver, one.notice.story_id


def _nobody(missing: str, config: Config) -> Issue:
    """Of a unit ("unit:ID") or a roster ("roster:NAME") that leads to nobody."""
    kind, _, name = missing.partition(":")
    if kind == "roster":
        return Issue(
            f"route:{missing}",
            f"route:{missing}",
            f"Ingen har jour i dag enligt listan {name}.",
            "Lägg till ett pass ([[duty]]) i routes.toml. Så länge får kommunikationschefen larmen.",
        )
    unit = config.unit(name)
    return Issue(
        f"route:{missing}",
        f"route:{missing}",
        f"{unit.name if unit else name} har ingen chef som kan få larm.",
        "Ange enhetens chef (manager) i units.toml. Så länge får kommunikationschefen det som rör enheten.",
    )


def _too_many(receiver: Receiver, config: Config) -> Issue:
    return Issue(
        f"cap:{receiver.id}",
        f"receiver:{receiver.id}",
        f"{receiver.title} har fått {config.alerts.cap_per_day} larm i dag. Resten kommer i ett samlat mejl.",
        "Läs larmen. Är de falska: rätta inläggen eller tysta regeln. Annars: höj cap_per_day i municipality.toml.",
    )
