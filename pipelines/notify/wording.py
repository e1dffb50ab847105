"""The catalogue of the Swedish words that mails share, and dates as Swedes write them.

Whole sentences stand in templates/sv; here is what is chosen by a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from pipelines.labels import Target
from pipelines.types import Kind, Role, Severity

LOCALE = "sv"

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
}
CRITICISM = "Kritik"
CRITICAL = "Riktar kritik mot kommunen eller dess verksamheter."
NEGATIVE_TONE = "Negativ ton"
AFTER_LOGIN = " (orden visas efter inloggning)"


def number(count: int, name: str) -> str:
    """`count` of the section `name`: "1 fråga", "3 frågor"."""
    one, many = COUNTED[name]
    return f"{count} {one if count == 1 else many}"


def change(now: int, before: int) -> str:
    """The difference as a signed number, with a real minus."""
    difference = now - before
    if difference == 0:
        return "±0"
    return f"+{difference}" if difference > 0 else f"−{-difference}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Such as "lördag 21 november kl. 14.05", whose last space does not break."""
    return str(format_datetime(at, "EEEE d MMMM 'kl.'\u00a0HH.mm", tzinfo=zone, locale=LOCALE))


def day(given: date) -> str:
    """Such as "lördag 21 november 2026"."""
    return str(format_date(given, "EEEE d MMMM y", locale=LOCALE))


def short_day(given: date) -> str:
    """Such as "lördag 21 november"."""
    return str(format_date(given, "EEEE d MMMM", locale=LOCALE))


def week(given: date) -> str:
    """Such as "vecka 47"."""
    return f"vecka {given.isocalendar().week}"
