"""Nothing that a source echoes of our keys is kept: neither in what we say of it nor in what it said. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from pipelines.collect.schedule import Visit
from pipelines.types import Entry

WHO_WE_ARE = frozenset(("identifier", "handle", "user", "username", "client", "client_id", "page", "page_id"))
"""Names of secrets that only say who asks, and may well stand in what others write about us."""
SHORTEST = 8
"""Signs; what is shorter is no key, and stands in any text."""
SHORTEST_IN_ADDRESS = 16
"""Signs; a source's own address may hold a key (a private feed's token), but mostly holds words."""
INSTEAD = "•••"


def tokens(secrets: Mapping[str, str], address: str) -> tuple[str, ...]:
    """All that must not be kept, in each way of writing it, the longest first."""
    given = {value for name, value in secrets.items() if name not in WHO_WE_ARE and len(value) >= SHORTEST}
    for _, value in parse_qsl(urlsplit(address).query, max_num_fields=100):
        if len(value) >= SHORTEST_IN_ADDRESS and value.isascii() and " " not in value and not value.isalpha():
            given.add(value)
    forms = given | {form(value, safe="") for value in given for form in (quote, quote_plus)}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def scrub(text: str, tokens: tuple[str, ...]) -> str:
    """`text` with each token hidden."""
    for token in tokens:
        text = text.replace(token, INSTEAD)
    return text


def redacted(visit: Visit, entries: tuple[Entry, ...], tokens: tuple[str, ...]) -> tuple[Visit, tuple[Entry, ...]]:
    """Both with each token hidden. An address, a cursor or a validator with one in it is of no use: it is dropped."""
    if not tokens:
        return visit, entries

    def told(text: str | None) -> bool:
        return text is not None and any(token in text for token in tokens)

    failure = visit.failure
    if failure:
        failure = replace(failure, reason=scrub(failure.reason, tokens), remedy=scrub(failure.remedy, tokens))
    visit = replace(
        visit,
        failure=failure,
        problems=tuple(scrub(problem, tokens) for problem in visit.problems),
        validators={key: (None, None) if any(map(told, pair)) else pair for key, pair in visit.validators.items()},
        cursor=None if told(visit.cursor) else visit.cursor,
        moved_to=None if told(visit.moved_to) else visit.moved_to,
    )
    return visit, tuple(
        _entry(entry, tokens) if any(map(told, (entry.content, entry.url, entry.native_id))) else entry
        for entry in entries
    )


def _entry(entry: Entry, tokens: tuple[str, ...]) -> Entry:
    return replace(
        entry,
        native_id=scrub(entry.native_id, tokens),
        url=entry.url if entry.url and scrub(entry.url, tokens) == entry.url else None,
        title=scrub(entry.title, tokens),
        text=scrub(entry.text, tokens),
    )
