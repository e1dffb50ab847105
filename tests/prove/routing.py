"""Who may be woken when, and who stands in for whom: days that are longer or shorter, years that end. A case a line.

`python -m tests.prove.routing`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from pipelines.config.schema import Alerts, Deputy, Duty, Quiet, Receiver, Route
from pipelines.notify import hold, window, wording
from pipelines.notify.route import route
from pipelines.types import Severity, Told
from tests import builders
from tests.builders import entry, flag, item, told
from tests.prove.table import Table

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHT = Quiet(begins=time(22), ends=time(7, 30))
HEAD, CARE, HOUSES = "kommunikationschef", "enhetschef:omsorgen", "enhetschef:smabyhus"
AWAKE = Receiver(id="beredskap", title="Beredskap", address="beredskap@smaby.example")
STANDING = builders.config(
    receivers=(*builders.smaby().receivers, AWAKE),
    routes=(Route(id="jour", to=("jour",)),),
    deputies=(
        Deputy(absent=HEAD, deputy=CARE, first=date(2026, 12, 30), last=date(2027, 1, 2)),
        Deputy(absent=CARE, deputy=HOUSES, first=date(2027, 1, 1), last=date(2027, 1, 1)),
        Deputy(absent=HEAD, deputy=HOUSES, first=date(2028, 2, 29), last=date(2028, 2, 29)),
        Deputy(absent=HEAD, deputy=CARE, first=date(2026, 10, 25), last=date(2026, 10, 25)),
    ),
    duty=(Duty(roster="jour", receiver=AWAKE.id, first=date(2026, 12, 31), last=date(2026, 12, 31)),),
)
Case = tuple[str, object, object]


def show(table: Table) -> None:
    """A row each."""
    cases = [*_quiet(), *_nights(), *_windows(), *_standing(), *_accused()]
    for claim, seen, expected in cases:
        table.row(claim, seen, holds=seen == expected)
    right = sum(seen == expected for _, seen, expected in cases)
    table.figure("routing_cases", f"{right}/{len(cases)}")


def _at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)


def _alert(category: str, severity: Severity, now: datetime) -> Told:
    given = item(entry(published=now), flags=(flag(category, severity=severity),), alert=True)
    return replace(told(given, category), notice=route(given, builders.smaby())[0])


def _quiet() -> Iterator[Case]:
    for text, fold, category, severity, leaves in (
        ("2026-11-21T21:59", 0, "bullying", "high", True),
        ("2026-11-21T22:00", 0, "bullying", "high", False),
        ("2026-11-22T03:00", 0, "bullying", "high", False),
        ("2026-11-22T03:00", 0, "threat", "low", True),
        ("2026-11-22T03:00", 0, "bullying", "critical", True),
        ("2026-11-22T07:29", 0, "bullying", "high", False),
        ("2026-11-22T07:30", 0, "bullying", "high", True),
        ("2026-12-31T23:59", 0, "bullying", "high", False),
        ("2027-01-01T00:01", 0, "bullying", "high", False),
        ("2027-01-01T07:30", 0, "bullying", "high", True),
        ("2028-02-28T23:00", 0, "bullying", "high", False),
        ("2028-02-29T07:29", 0, "bullying", "high", False),
        ("2028-02-29T07:30", 0, "bullying", "high", True),
        ("2026-03-28T22:00", 0, "bullying", "high", False),
        ("2026-03-29T01:59", 0, "bullying", "high", False),
        ("2026-03-29T03:00", 0, "bullying", "high", False),
        ("2026-03-29T03:00", 0, "threat", "low", True),
        ("2026-03-29T07:30", 0, "bullying", "high", True),
        ("2026-10-25T02:30", 0, "bullying", "high", False),
        ("2026-10-25T02:30", 1, "bullying", "high", False),
        ("2026-10-25T02:30", 1, "bullying", "critical", True),
        ("2026-10-25T07:30", 0, "bullying", "high", True),
    ):
        now = _at(text, fold)
        one = _alert(category, severity, now)
        seen = hold.is_due([one], NIGHT, STOCKHOLM, Alerts(), now, None)
        again = " (second time)" if fold else ""
        yield f"quiet 22–07.30: {category} {severity} {text}{again} leaves", seen, leaves


def _nights() -> Iterator[Case]:
    """From falling asleep to waking, in hours that pass."""
    for text, hours in (
        ("2026-11-21T22:00", 9.5),
        ("2026-12-31T22:00", 9.5),
        ("2028-02-28T22:00", 9.5),
        ("2026-03-28T22:00", 8.5),
        ("2026-10-24T22:00", 10.5),
    ):
        now = _at(text)
        woken = hold.quiet_until(NIGHT, STOCKHOLM, now)
        yield f"hours of quiet from {text}", woken and (woken - now).total_seconds() / 3600, hours


def _windows() -> Iterator[Case]:
    for day, hours, week in (
        (date(2026, 3, 29), 23, 13),
        (date(2026, 10, 25), 25, 43),
        (date(2026, 12, 31), 24, 53),
        (date(2027, 1, 1), 24, 53),
        (date(2027, 1, 4), 24, 1),
        (date(2028, 2, 29), 24, 9),
        (date(2028, 3, 1), 24, 9),
    ):
        found = window.of_day(day, time(7, 30), STOCKHOLM)
        passed = (found.end - found.start).total_seconds() / 3600
        yield f"hours and week of the digest that closes {day}", (passed, wording.week(day)), (hours, f"vecka {week}")
    monday = {0}
    after = window.of_day(date(2027, 1, 4), time(7, 30), STOCKHOLM, monday)
    yield "days of Monday's digest over the year's end", (after.end - after.start).days, 7


def _standing() -> Iterator[Case]:
    for text, receivers in (
        ("2026-12-29T23:59", [HEAD]),
        ("2026-12-30T00:00", [HEAD, CARE]),
        ("2026-12-31T23:59", [HEAD, AWAKE.id, CARE]),
        ("2027-01-01T00:00", [HEAD, CARE, HOUSES]),
        ("2027-01-02T23:59", [HEAD, CARE]),
        ("2027-01-03T00:00", [HEAD]),
        ("2028-02-28T23:59", [HEAD]),
        ("2028-02-29T00:00", [HEAD, HOUSES]),
        ("2028-02-29T23:59", [HEAD, HOUSES]),
        ("2028-03-01T00:00", [HEAD]),
        ("2026-03-29T01:59", [HEAD]),
        ("2026-10-25T02:30", [HEAD, CARE]),
    ):
        day = _at(text).astimezone(STOCKHOLM).date()
        notices = route(item(flags=(flag(),), alert=True), STANDING, day)
        yield f"told {text}: deputies and the duty roster", [one.receiver for one in notices], receivers


def _accused() -> Iterator[Case]:
    larm = builders.smaby()
    for what in ("about_management", "by_employee"):
        for unit, receivers in (
            ("nasviksskolan", [HEAD, "enhetschef:skolkontoret"]),
            ("omsorgen", [HEAD]),
        ):
            given = item(units=(unit,), flags=(flag("bullying"),), alert=True, **{what: True})
            yield f"{what} at {unit}", [one.receiver for one in route(given, larm)], receivers


if __name__ == "__main__":
    alone = Table()
    show(alone)
    sys.exit(alone.close())
