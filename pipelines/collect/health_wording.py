"""What a person reads about a source that answers and is not well: every Swedish sentence of `health`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

FIELDS = {"title": "rubriker", "text": "brödtext", "url": "länkar", "published": "datum"}
LANGUAGES = {"sv": "svenska", "en": "engelska", "fi": "finska", "no": "norska", "da": "danska", "ar": "arabiska"}


def silent(name: str, silence: timedelta, allowed: timedelta) -> str:
    return (
        f"{name} svarar men har inte haft något nytt på {duration(silence)}. "
        f"Det längsta som är väntat är {duration(allowed)}."
    )


SILENT_REMEDY = (
    "Titta på källans egen webbplats. Finns det nyare inlägg där har flödet dött: leta upp det nya med "
    "«mediebevakning sources preview ADRESS». Är källan nedlagd: sätt enabled = false för {id}. "
    "Är tystnaden väntad: höj max_silence_hours under expects."
)


def thin(name: str, rate: float, expected: float) -> str:
    return f"{name} ger ungefär {_number(rate)} inlägg i veckan, väntat är {_number(expected)}."


THIN_REMEDY = (
    "Jämför flödet med källans egen webbplats: flödet kan ha blivit kortare eller delats upp i flera. "
    "Är det så här nu: sänk entries_per_week under expects för {id}."
)


def another_form(name: str, fields: Sequence[str]) -> str:
    gone = _listed([FIELDS[field] for field in fields])
    return f"{name} har ändrat form: inläggen saknar {gone}, som alltid har funnits."


FORM_REMEDY = (
    "Titta på källans flöde. Har uppgifterna flyttat behöver familjen för {id} rättas; "
    "anmäl det med ett exempel på svaret. Inläggen hämtas under tiden som vanligt."
)


def another_language(name: str, expected: Sequence[str]) -> str:
    named = _listed([LANGUAGES.get(code, code) for code in expected])
    return f"{name} har bytt språk: de flesta inlägg är inte på {named}."


LANGUAGE_REMEDY = (
    "Kontrollera att adressen för {id} i sources.toml fortfarande leder rätt: den kan ha tagits över av någon annan. "
    "Är språket väntat: lägg till det i languages under expects."
)


def duration(time: timedelta) -> str:
    """ "40 timmar", "12 dygn": whole, rounded down."""
    hours = time // timedelta(hours=1)
    if hours < 72:
        return "en timme" if hours == 1 else f"{hours} timmar"
    return f"{time.days} dygn"


def _number(value: float) -> str:
    rounded = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return rounded.replace(".", ",")


def _listed(words: Sequence[str]) -> str:
    return " och ".join(filter(None, (", ".join(words[:-1]), words[-1])))
