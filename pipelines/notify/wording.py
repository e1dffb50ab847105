"""The catalogue of the Swedish words that mails share, and dates as Swedes write them.

Whole sentences stand in templates/sv; here is what is chosen by a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from pipelines.casework import State
from pipelines.labels import Target
from pipelines.types import Kind, Role, Severity

LOCALE = "sv"
Unit = Literal["day", "hour", "minute"]
UNITS: Mapping[Unit, tuple[str, str]] = {
    "day": ("dygn", "dygn"),
    "hour": ("timme", "timmar"),
    "minute": ("minut", "minuter"),
}

CATEGORIES: dict[str, str] = {
    "negative": "Negativ ton",
    "question": "Fråga",
    "positive": "Beröm",
    "information": "Information",
}
"""Names of the reasons that are no flag; a flag's category has its name in rules.toml."""
ROLES: Mapping[Role, str] = {"act": "i själva inlägget", "report": "som inlägget berättar om"}
SEVERITIES: Mapping[Severity, str] = {"low": "låg", "medium": "medel", "high": "hög", "critical": "mycket hög"}
TARGETS: Mapping[Target, str] = {
    "elev": "en elev eller ett barn",
    "brukare": "en brukare, patient eller kund",
    "anstalld": "en anställd",
    "fortroendevald": "en förtroendevald",
    "grupp": "en grupp människor",
}
"""Whom a flag concerns, where it is anyone in particular."""
BY_EMPLOYEE = (
    "Den som skriver verkar vara anställd. Meddelarfriheten gäller: ingen får söka efter vem det är, och ingen får "
    "straffas för det. Enhetens chef har därför inte fått det här."
)
ABOUT_MANAGEMENT = (
    "Texten tycks anklaga den som ansvarar för enheten. Enhetens chef har därför inte fått det här. Låt en högre chef "
    "avgöra vad som ska göras."
)
KINDS: Mapping[Kind, str] = {
    "news": "nyhetsmedium",
    "microblog": "mikroblogg",
    "forum": "forum",
    "video": "videokanal",
    "social": "socialt medium",
    "blog": "blogg",
    "review": "omdömen",
    "wiki": "wiki",
    "photo": "bildtjänst",
    "official": "myndighet",
}
SECTIONS: Mapping[str, str] = {
    "alerts": "Larm och flaggade inlägg",
    "negative": "Negativt om kommunen",
    "question": "Frågor att svara på",
    "positive": "Beröm",
    "information": "Övrigt",
}
"""A digest's parts, in their order."""
COUNTED: Mapping[str, tuple[str, str]] = {
    "alerts": ("larm eller flagga", "larm och flaggor"),
    "negative": ("negativt", "negativa"),
    "question": ("fråga", "frågor"),
    "positive": ("beröm", "beröm"),
    "information": ("övrigt", "övriga"),
    "cases": ("ärende väntar", "ärenden väntar"),
}
STATES: Mapping[State, str] = {
    "new": "ny",
    "acknowledged": "kvitterad",
    "answered": "besvarad",
    "removed": "borttagen",
    "registered": "diarieförd",
    "no-action": "ingen åtgärd",
}
CASE_HEADINGS: Mapping[tuple[str, str], str] = {
    ("reminder", "question"): "Påminnelse: en fråga väntar på svar",
    ("reminder", "unsuitable"): "Påminnelse: ett olämpligt inlägg väntar på åtgärd",
    ("escalation", "question"): "Tiden har gått ut: en fråga är inte besvarad",
    ("escalation", "unsuitable"): "Tiden har gått ut: ett olämpligt inlägg är inte åtgärdat",
}
"""By step and kind of case."""
CRITICISM = "Kritik"
CRITICAL = "Riktar kritik mot kommunen eller dess verksamheter."
NEGATIVE_TONE = "Negativ ton"
AFTER_LOGIN = " (orden visas efter inloggning)"


AGAIN: Mapping[str, str] = {
    "first": "Du har redan fått larm om den här händelsen. Nu gäller det något av ett annat slag.",
    "worse": "Du har redan fått larm om den här händelsen. Den har blivit allvarligare.",
    "unit": "Du har redan fått larm om den här händelsen. Nu nämns fler enheter.",
    "kind": "Du har redan fått larm om den här händelsen. Den har nått ett nytt slags källa.",
    "new": "Du har redan fått larm om den här händelsen. Något nytt har tillkommit.",
}
"""Why a story is told again, by the kind of occasion."""


def again(occasion: str) -> str:
    """Why someone who has had an alert of the story has another."""
    return AGAIN[occasion.partition(":")[0]]


def number(count: int, name: str) -> str:
    """`count` of the section `name`: "1 fråga", "3 frågor", on one line."""
    one, many = COUNTED[name]
    return f"{count}\u00a0{one if count == 1 else many}"


def change(now: int, before: int) -> str:
    """The difference as a signed number, with a real minus."""
    difference = now - before
    if difference == 0:
        return "±0"
    return f"+{difference}" if difference > 0 else f"−{-difference}"


def left(now: datetime, due: datetime) -> str:
    """Such as "5 timmar kvar" or "2 dygn för sent", in whole units that have passed or remain."""
    count, unit, late = remaining(now, due)
    one, many = UNITS[unit]
    return f"{count} {one if count == 1 else many} {'för sent' if late else 'kvar'}"


def remaining(now: datetime, due: datetime) -> tuple[int, Unit, bool]:
    """How many whole units there are between the two, and whether they have passed."""
    span = abs(due - now)
    if span >= timedelta(days=2):
        return span.days, "day", due <= now
    if span >= timedelta(hours=1):
        return int(span / timedelta(hours=1)), "hour", due <= now
    return int(span / timedelta(minutes=1)), "minute", due <= now


def spike(about: str, medium: str, measure: str, count: int, mean: float, at: datetime, zone: ZoneInfo) -> str:
    """Such as "Småby kommun: 7 negativa inlägg i sociala medier på en timme, lördag 21 november kl. 12.00. Vanligt är
    0,8."
    """
    kind = "negativa inlägg" if measure == "negative" else "inlägg"
    where = "sociala medier på en timme" if medium == "social" else "nyhetsmedier på ett dygn"
    usual = f"{mean:.1f}".replace(".", ",")
    return f"{about}: {count} {kind} i {where}, {moment(at, zone)}. Vanligt är {usual}."


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Such as "lördag 21 november kl. 14.05", whose last space does not break."""
    return str(format_datetime(at, "EEEE d MMMM 'kl.'\u00a0HH.mm", tzinfo=zone, locale=LOCALE))


def day(given: date) -> str:
    """Such as "lördag 21 november 2026"."""
    return str(format_date(given, "EEEE d MMMM y", locale=LOCALE))


def short_day(given: date) -> str:
    """Such as "lördag 21 november"."""
    return str(format_date(given, "EEEE d MMMM", locale=LOCALE))


def brief_day(given: date) -> str:
    """Such as "lör 21 nov."."""
    return str(format_date(given, "EEE d MMM", locale=LOCALE))


def week(given: date) -> str:
    """Such as "vecka 47"."""
    return f"vecka {given.isocalendar().week}"
