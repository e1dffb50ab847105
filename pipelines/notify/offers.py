"""What a mail offers its reader to correct without logging in: one signed link for each word that can be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.config.schema import Config
from pipelines.correction import Verdict
from pipelines.links import seal
from pipelines.notify.route import gravest, is_negative
from pipelines.types import Item

PURPOSE = "correct"
"""What the links are signed for."""
LASTS = timedelta(days=14)
"""A fortnight: who comes back from leave can still answer; later, log in."""
REVISION_SHOWN = 12
"""Characters of the wording's hash in a link: enough to tell an edit, and mails stay small."""
WORDS: dict[Verdict, str] = {
    "not-negative": "Inte negativt",
    "negative": "Negativt",
    "wrong-unit": "Fel enhet",
    "unit": "Rör",
    "not-about": "Handlar inte om oss",
    "about": "Handlar om oss",
    "not-flag": "Inte",
    "is-flag": "Flaggan stämmer:",
    "done": "Klart",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One link: what it says, and its address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes the links of one mail."""

    key: bytes
    now: datetime

    def offers(self, item: Item, receiver: str, config: Config) -> tuple[Offer, ...]:
        """What `receiver` may say of `item`."""
        base = config.dashboard.base_url.rstrip("/")
        revision = item.entry.revision[:REVISION_SHOWN]

        def url(verdict: Verdict, value: str) -> str:
            parts = (verdict, value, item.entry.id, revision, receiver)
            return f"{base}/ratta/{seal(self.key, PURPOSE, parts, self.now + LASTS)}"

        return tuple(Offer(label(verdict, value, config), url(verdict, value)) for verdict, value in _sayable(item))


def label(verdict: Verdict, value: str, config: Config, translated: Callable[[str], str] = str) -> str:
    """The verdict in a few words: "Inte hot", "Fel enhet: Näsviksskolan". translated: from the Swedish of WORDS."""
    said = translated(WORDS[verdict])
    if not value:
        return said
    if verdict == "done":
        return "Inte klart"
    if verdict in ("unit", "wrong-unit"):
        unit = config.unit(value)
        return f"{said}{':' if verdict == 'wrong-unit' else ''} {unit.name if unit else value}"
    name = next((category.name for category in config.categories if category.id == value), value)
    return f"{said} {name[:1].lower()}{name[1:]}"


def _sayable(item: Item) -> Iterator[tuple[Verdict, str]]:
    given = item.assessment
    if given.flags:
        yield "not-flag", gravest(given.flags).category
    elif is_negative(given):
        yield "not-negative", ""
    if given.units:
        yield "wrong-unit", ""
    if given.about:
        yield "not-about", ""
    yield "done", ""
