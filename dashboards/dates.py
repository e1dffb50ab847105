"""Times as Swedes write them: "i dag 14.05", "21 november kl. 14.05", "lördag 21 november 2026", "vecka 47"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

LOCALE = "sv"
NEAR = {0: "'i dag' HH.mm", 1: "'i går' HH.mm"}


def moment(when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As short as can be without doubt: the day by name if it is near, the year only if it is another."""
    local, today = when.astimezone(zone), now.astimezone(zone).date()
    near = NEAR.get((today - local.date()) // timedelta(days=1))
    other = "d MMMM 'kl.' HH.mm" if local.year == today.year else "d MMMM y 'kl.' HH.mm"
    return format_datetime(local, near or other, tzinfo=zone, locale=LOCALE)


def whole(when: datetime, zone: ZoneInfo) -> str:
    """With weekday and year."""
    return format_datetime(when.astimezone(zone), "EEEE d MMMM y 'kl.' HH.mm", tzinfo=zone, locale=LOCALE)


def day(given: date) -> str:
    """A day with its weekday and year."""
    return format_date(given, "EEEE d MMMM y", locale=LOCALE)


def short_day(given: date) -> str:
    """A day in a table."""
    return format_date(given, "EEE d MMM", locale=LOCALE).replace(".", "")


def week(given: date) -> str:
    """The week by its ISO number, as Swedish calendars count."""
    return f"vecka {given.isocalendar().week}"


def day_window(given: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a local day begins and the next one does: 23, 24 or 25 hours."""
    start = datetime(given.year, given.month, given.day, tzinfo=zone)
    following = given + timedelta(days=1)
    return start, datetime(following.year, following.month, following.day, tzinfo=zone)


def short_month(given: date) -> str:
    """A month under an axis: "nov", with its year in January."""
    pattern = "LLL y" if given.month == 1 else "LLL"
    return format_date(given, pattern, locale=LOCALE).replace(".", "")
