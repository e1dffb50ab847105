"""Times in the language of the request: "i dag 14.05", "21 november kl. 14.05", "lördag 21 november 2026", "vecka 47";
"today 14:05", "21 November at 14:05", "Saturday 21 November 2026", "week 47".
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from dashboards.catalogue import texts
from dashboards.language import current, locale
from pipelines.notify.wording import remaining
from pipelines.when import midnight

CLOCK = {"sv": "HH.mm", "en": "HH:mm"}
AT = {"sv": "'kl.' HH.mm", "en": "'at' HH:mm"}
NEAR = {"sv": ("'i dag'", "'i går'"), "en": ("'today'", "'yesterday'")}
WEEK = {"sv": "vecka", "en": "week"}


def moment(when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As short as can be without doubt: the day by name if it is near, the year only if it is another."""
    local, today, spoken = when.astimezone(zone), now.astimezone(zone).date(), current()
    back = (today - local.date()) // timedelta(days=1)
    if back in (0, 1):
        pattern = f"{NEAR[spoken][back]} {CLOCK[spoken]}"
    else:
        pattern = f"d MMMM{' y' if local.year != today.year else ''} {AT[spoken]}"
    return format_datetime(local, pattern, tzinfo=zone, locale=locale())


def whole(when: datetime, zone: ZoneInfo) -> str:
    """With weekday and year."""
    return format_datetime(when.astimezone(zone), f"EEEE d MMMM y {AT[current()]}", tzinfo=zone, locale=locale())


def day(given: date) -> str:
    """A day with its weekday and year."""
    return format_date(given, "EEEE d MMMM y", locale=locale())


def short_day(given: date) -> str:
    """A day in a table."""
    return format_date(given, "EEE d MMM", locale=locale()).replace(".", "")


def week(given: date) -> str:
    """The week by its ISO number, as Swedish calendars count."""
    return f"{WEEK[current()]} {given.isocalendar().week}"


def clock(given: time) -> str:
    """An hour and its minute: "07.30"."""
    return format_time(given, CLOCK[current()], locale=locale())


def left(now: datetime, due: datetime) -> str:
    """Such as "5 timmar kvar" or "2 dygn för sent"."""
    count, unit, late = remaining(now, due)
    return texts()["late" if late else "left"][unit if count == 1 else f"{unit}s"].format(n=count)


def day_window(given: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a local day begins and the next one does: 23, 24 or 25 hours."""
    return midnight(given, zone), midnight(given + timedelta(days=1), zone)


def short_month(given: date) -> str:
    """A month under an axis: "nov", with its year in January."""
    pattern = "LLL y" if given.month == 1 else "LLL"
    return format_date(given, pattern, locale=locale()).replace(".", "")
