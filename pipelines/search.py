"""A search as someone writes it, to a question that the store can answer. Pure: names come from the configuration, the
day from the caller.

There is no field for who wrote a post: an author is a pseudonym on it, and nothing may gather or choose by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from babel import Locale

from pipelines.query import All, Any, BadQuery, Beside, Field, Not, Query, Term, parse
from pipelines.query.grammar import LONGEST
from pipelines.when import spell

if TYPE_CHECKING:
    # the configuration asks here whether its campaigns can be searched for
    from pipelines.config.schema import Config

DEEPEST = 15
"""Parentheses and NOTs: what is deeper overflows SQLite's parsers."""
MOST_TERMS = 30
"""Words and phrases of a search: each is looked for in a hundred forms or two."""
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Facet(Beside):
    """A value that an assessed entry has, or has not."""

    key: str
    """tone, stance, intent, flag, unit, source, kind, language, about, alert."""
    value: str


@dataclass(frozen=True, slots=True)
class Within(Beside):
    """Published, or else first seen, from `since` and before `until`; None for no such bound."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class InCase(Beside):
    """It has given rise to a case that is open, or to one that is closed; None for either."""

    open: bool | None


Meaning = Callable[[str, "Config", datetime], Query | None]
"""A field's value in small letters, the configuration and the time now, to what it asks; None for an unknown value."""
YES, NO = "ja", "nej"
TONES = {"negativ": "negative", "neutral": "neutral", "positiv": "positive", "osäker": "unsure"}
STANCES = {"kritisk": "critical", "ingen": "none", "stödjande": "supportive"}
INTENTS = {
    "kritik": "criticism",
    "fråga": "question",
    "beröm": "praise",
    "information": "information",
    "annat": "other",
}
KINDS = {
    "nyheter": "news",
    "mikroblogg": "microblog",
    "forum": "forum",
    "video": "video",
    "social": "social",
    "blogg": "blog",
    "omdöme": "review",
    "wiki": "wiki",
    "foto": "photo",
    "myndighet": "official",
}
CASES = {"öppet": True, "avslutat": False, YES: None}
ABOUT = {"kommunen": YES, "annat": NO}
FLAGGED = Facet("flag", YES)
"""That some flag was raised."""


def understand(text: str, config: Config, now: datetime) -> Query:
    """What `text` asks of the assessed entries. Raises BadQuery where it cannot be read, with the place."""
    return _bounded(_resolved(parse(text, FIELDS, DEEPEST), config, now))


def boxes(every: str, phrase: str, none: str) -> Query | None:
    """The question of a form for those who want no language: all of these words, this phrase, none of these words."""
    parts = [*_words(every), *_words(phrase, exact=True)]
    if without := tuple(_words(none)):
        parts.append(Not(Any(without)))
    return _bounded(All(tuple(parts))) if parts else None


def choices(field: str, config: Config) -> tuple[str, ...]:
    """What may stand after the field, as it is written; empty for a date."""
    return tuple(_names(field, config)) if field in FIELDS else ()


def _words(text: str, *, exact: bool = False) -> Iterator[Query]:
    """Signs without letters are passed by: no one who fills in a form means them."""
    if len(text) > LONGEST:
        raise BadQuery("long", LONGEST, most=LONGEST)
    plain = text.translate(dict.fromkeys(map(ord, '"*()'), " "))
    for one in [" ".join(plain.split())] if exact else plain.split():
        if any(sign.isalnum() for sign in one):
            found = parse(f'"{one}"')
            assert isinstance(found, Term)
            yield Term(found.words, exact=exact)


def _resolved(query: Query, config: Config, now: datetime) -> Query:
    match query:
        case Field():
            found = FIELDS[query.name].meaning(" ".join(query.value.lower().split()), config, now)
            if found is None:
                raise _unknown(query, config)
            return found
        case Not(part):
            return Not(_resolved(part, config, now))
        case All(parts):
            return All(tuple(_resolved(part, config, now) for part in parts))
        case Any(parts):
            return Any(tuple(_resolved(part, config, now) for part in parts))
        case _:
            return query


def _unknown(field: Field, config: Config) -> BadQuery:
    known = choices(field.name, config)
    if not known:
        return BadQuery("date", field.value_at, found=field.value)
    wanted = field.value.lower()
    near = [name for name in known if wanted in name.lower()] or get_close_matches(wanted, known, SUGGESTIONS, 0.5)
    shown = ", ".join((near or list(known))[:SUGGESTIONS])
    return BadQuery("value", field.value_at, field=field.name, found=field.value, known=shown)


def _bounded(query: Query) -> Query:
    if sum(1 for _ in _terms(query)) > MOST_TERMS:
        raise BadQuery("many", 0, most=MOST_TERMS)
    return query


def _terms(query: Query) -> Iterator[Query]:
    match query:
        case Not(part):
            yield from _terms(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _terms(part)
        case _:
            yield query


# --- fields ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a field's value is read, and what may stand there."""

    meaning: Meaning
    names: Callable[[Config], Iterable[str]]


def _chosen(key: str, values: Mapping[str, str]) -> _Kind:
    """One of a few values, in Swedish or as they are stored."""

    def meaning(value: str, config: Config, now: datetime) -> Query | None:  # noqa: ARG001 - one signature for all
        stored = values.get(value, value)
        return Facet(key, stored) if stored in values.values() else None

    return _Kind(meaning, lambda config: values)  # noqa: ARG005


def _named(key: str, listed: Callable[[Config], Iterable[tuple[str, str]]]) -> _Kind:
    """Something of the configuration, by its id or its name."""

    def meaning(value: str, config: Config, now: datetime) -> Query | None:  # noqa: ARG001
        found = [Facet(key, one) for one, name in listed(config) if value in (one, name.lower())]
        return None if not found else found[0] if len(found) == 1 else Any(tuple(found))

    return _Kind(meaning, lambda config: (name for _, name in listed(config)))


def _flag(value: str, config: Config, now: datetime) -> Query | None:
    if value in (YES, NO):
        return FLAGGED if value == YES else Not(FLAGGED)
    return _FLAGS.meaning(value, config, now)


def _language(value: str, config: Config, now: datetime) -> Query | None:  # noqa: ARG001
    known = Locale("sv").languages
    code = value if value in known else next((code for code, name in known.items() if name == value), None)
    return Facet("language", str(code)) if code else None


def _alert(value: str, config: Config, now: datetime) -> Query | None:  # noqa: ARG001
    raised = Facet("alert", YES)
    return raised if value == YES else Not(raised) if value == NO else None


def _case(value: str, config: Config, now: datetime) -> Query | None:  # noqa: ARG001
    if value == NO:
        return Not(InCase(None))
    return InCase(CASES[value]) if value in CASES else None


def _date(value: str, config: Config, now: datetime) -> Query | None:
    found = spell(value, now, config.zone)
    return Within(*found) if found else None


_FLAGS = _named("flag", lambda config: ((one.id, one.name) for one in config.categories))
FIELDS: dict[str, _Kind] = {
    "enhet": _named("unit", lambda config: ((one.id, one.name) for one in config.units)),
    "ton": _chosen("tone", TONES),
    "hållning": _chosen("stance", STANCES),
    "avsikt": _chosen("intent", INTENTS),
    "flagga": _Kind(_flag, lambda config: (YES, NO, *_FLAGS.names(config))),
    "källa": _named("source", lambda config: ((one.id, one.name) for one in config.sources)),
    "slag": _chosen("kind", KINDS),
    "datum": _Kind(_date, lambda config: ()),  # noqa: ARG005
    "språk": _Kind(_language, lambda config: ("svenska", "engelska", "arabiska", "finska", "sv", "en")),  # noqa: ARG005
    "ärende": _Kind(_case, lambda config: (*CASES, NO)),  # noqa: ARG005
    "larm": _Kind(_alert, lambda config: (YES, NO)),  # noqa: ARG005
    "rör": _chosen("about", ABOUT),
}
"""By name in small letters, in the order in which they are explained."""


def _names(field: str, config: Config) -> Iterable[str]:
    return FIELDS[field].names(config)
