"""Cluster: which story does an entry belong to? An entry is placed once; only a person moves it afterwards.

The surest bond counts: the same text or link, then the text edited, abridged or quoted, then news of the same event.
A text that itself threatens or bullies is joined to another by its link or its whole text alone: two such posts of one
pattern are two posts to act upon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from pipelines.enrich.dedupe import FEWEST_WORDS, SHORTEST_TEXT, Likeness, compare, keys, near_keys
from pipelines.enrich.follow import FEWEST_TERMS, KEY, RARE_MOST, Told, follow_keys, follows
from pipelines.enrich.prints import Print, as_written, printed, stem
from pipelines.labels import ToldAs
from pipelines.telling import Known, Placed, Sighting
from pipelines.types import Kind

STORY_LASTS = timedelta(days=14)
"""How long after its last telling the same words still tell the same story: a notice that a paper repeats within a week
or two is one; a "Skadegörelse, ruta krossad" of last month is another."""
MOST_COMPARED = 12
"""Entries that one is compared with, those with most keys in common first."""
MOST_HOLDERS = 50
"""The latest entries with a key that are looked at: a form that robots send out by the thousand costs no more."""
NEW_WORDS = 40
"""Words that a copy must add to bring something new."""
PERSONAL: frozenset[Kind] = frozenset(("microblog", "forum", "social", "review", "video", "photo"))
FOLLOW_UPS_HAVE = 12
"""Words from which a text can tell how an event went on."""

Groups = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Gathering:
    """Places entries one by one, each known to those after it.

    `places`: the municipality's own, whose names single out nothing. Before the first, let it learn what is stored: who
    holds its `wanted_keys`, then the entries `worth_knowing`.
    """

    def __init__(self, places: Iterable[str] = ()) -> None:
        self._places = frozenset(stem(part) for name in places for part in name.lower().split())
        self._known: dict[str, Known] = {}
        self._by_key: dict[str, dict[str, None]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._prints: dict[str, Print] = {}
        self._own: dict[str, Groups] = {}

    def wanted_keys(self, new: Iterable[Sighting]) -> set[str]:
        """The keys by which earlier entries of the same stories would be found."""
        return {key for sighting in new for keys in self._groups(sighting) for key in keys}

    def worth_knowing(self, new: Iterable[Sighting], holders: Mapping[str, Iterable[str]]) -> set[str]:
        """Of the entries that hold the wanted keys (ids by key, oldest first), those that may share a story."""
        for key, ids in holders.items():
            self._by_key[key] = dict.fromkeys(ids)
        return {id for sighting in new for keys in self._groups(sighting) for id, _ in self._sharing(keys)}

    def learn(self, known: Iterable[Known], kinds: Mapping[str, set[str]]) -> None:
        """Take in earlier entries, and the kinds of source that have told each story."""
        self._known |= {one.sighting.entry.id: one for one in known}
        for story_id, seen in kinds.items():
            self._kinds.setdefault(story_id, set()).update(seen)

    def place(self, new: Sighting) -> Placed:
        """The story of `new`; its own where none is known."""
        exact, near, further = self._groups(new)
        story_id, told_as, reason = (
            self._exact(new, exact) or self._near(new, near) or self._follow_up(new, further) or _first(new)
        )
        own = (*exact, *near, *further)
        placed = Placed(new.entry.id, story_id, told_as, reason, new.at, own)
        self._known[new.entry.id] = Known(new, story_id)
        self._kinds.setdefault(story_id, set()).add(new.entry.kind)
        for key in own:
            self._by_key.setdefault(key, {})[new.entry.id] = None
        return placed

    def _groups(self, of: Sighting) -> Groups:
        """Its keys as a copy, as an edited copy, and as a follow-up."""
        id = of.entry.id
        if id not in self._own:
            self._own[id] = self._grouped(of)
        return self._own[id]

    def _grouped(self, of: Sighting) -> Groups:
        exact = _exact_keys(of)
        words = len(of.entry.content.split())
        if of.act or words < (FOLLOW_UPS_HAVE if of.about else FEWEST_WORDS):
            return exact, (), ()
        text = self._print(of)
        return exact, near_keys(text), follow_keys(of, text) if _may_follow(of, text) else ()

    def _exact(self, new: Sighting, by: Sequence[str]) -> tuple[str, ToldAs, str] | None:
        for old in self._candidates(new, by):
            link = old.sighting.entry.url is not None and old.sighting.entry.url == new.entry.url
            reason = "Samma länk som ett tidigare inlägg." if link else "Samma text som ett tidigare inlägg."
            return old.story_id, self._as_copy("copy", new, old), reason
        return None

    def _near(self, new: Sighting, by: Sequence[str]) -> tuple[str, ToldAs, str] | None:
        if not (others := self._candidates(new, by)):
            return None
        text = self._print(new)
        best: tuple[float, Known, Likeness] | None = None
        for old in others:
            personal = sum(one.entry.kind in PERSONAL for one in (new, old.sighting))
            like = compare(text, self._print(old.sighting), personal=personal)
            if (
                like.same
                and not old.sighting.act
                and not _elsewhere(new, old.sighting)
                and (best is None or like.shared > best[0])
            ):
                best = like.shared, old, like
        if best is None:
            return None
        _, old, like = best
        share = f"{round(like.shared * 100)} procent av den kortare texten är gemensam"
        if like.new_words >= NEW_WORDS or like.new_facts:
            return old.story_id, "follow-up", f"Ett tidigare inlägg med nya uppgifter: {share}."
        if like.quoted and like.new_words > len(text.pairs) / 4:
            return old.story_id, self._as_copy("near-copy", new, old), f"Citerar ett tidigare inlägg: {share}."
        reason = f"Nästan samma text som ett tidigare inlägg: {share}."
        return old.story_id, self._as_copy("near-copy", new, old), reason

    def _follow_up(self, new: Sighting, by: Sequence[str]) -> tuple[str, ToldAs, str] | None:
        if not (others := self._candidates(new, by, FEWEST_TERMS)):
            return None
        told = self._told(new)
        best: tuple[tuple[str, ...], Known] | None = None
        for old in others:
            words = follows(told, self._told(old.sighting), self._is_rare)
            if (
                words
                and (best is None or len(words) > len(best[0]))
                and not compare(self._print(new), self._print(old.sighting)).template
            ):
                best = words, old
        if best is None:
            return None
        words, old = best
        return (
            old.story_id,
            "follow-up",
            f"Gäller troligen samma händelse: båda nämner {_listed(as_written(words[:4], new.entry.content))}.",
        )

    def _candidates(self, new: Sighting, by: Sequence[str], least: int = 1) -> list[Known]:
        """Earlier entries that share `least` keys, those that share most first, of them the latest told."""
        found = [
            (self._known[id], times)
            for id, times in self._sharing(by)
            if times >= least
            and id in self._known
            and id != new.entry.id
            and abs(new.at - self._known[id].sighting.at) <= STORY_LASTS
        ]
        found.sort(key=lambda pair: (-pair[1], abs(new.at - pair[0].sighting.at), pair[0].sighting.entry.id))
        return [known for known, _ in found]

    def _sharing(self, keys: Sequence[str]) -> list[tuple[str, int]]:
        """Ids of those that hold most of the keys. A word that many have says nothing."""
        held = [(key, holders) for key in keys if (holders := self._by_key.get(key))]
        if not held:
            return []
        counted: Counter[str] = Counter()
        for key, holders in held:
            if len(holders) <= RARE_MOST or not key.startswith(KEY):
                counted.update(islice(reversed(holders), MOST_HOLDERS))
        return counted.most_common(MOST_COMPARED)

    def _is_rare(self, term: str) -> bool:
        return term not in self._places and len(self._by_key.get(f"{KEY}{term}", ())) <= RARE_MOST

    def _as_copy(self, told_as: ToldAs, new: Sighting, old: Known) -> ToldAs:
        return told_as if new.entry.kind in self._kinds.get(old.story_id, ()) else "new-kind-of-source"

    def _told(self, of: Sighting) -> Told:
        return Told(of, [key[len(KEY) :] for key in self._groups(of)[2]], self._print(of).names)

    def _print(self, of: Sighting) -> Print:
        if of.entry.id not in self._prints:
            self._prints[of.entry.id] = printed(of.entry)
        return self._prints[of.entry.id]


def _exact_keys(of: Sighting) -> tuple[str, ...]:
    """A threat so short that two people may well word it alike is known by its link alone."""
    found = keys(of.entry)
    if of.act and len(of.entry.text) < SHORTEST_TEXT:
        return tuple(key for key in found if key.startswith("url:"))
    return found


def _may_follow(of: Sighting, text: Print) -> bool:
    return of.about and not of.act and len(text.words) >= FOLLOW_UPS_HAVE


def _elsewhere(one: Sighting, other: Sighting) -> bool:
    """Whether each names a place or unit of ours that the other does not: the same notice about two schools."""
    return bool(one.named - other.named) and bool(other.named - one.named)


def _first(new: Sighting) -> tuple[str, ToldAs, str]:
    return new.entry.id, "first", "Första inlägget i sin historia."


def _listed(words: Sequence[str]) -> str:
    shown = [f"”{word}”" for word in words]
    return f"{', '.join(shown[:-1])} och {shown[-1]}" if len(shown) > 1 else "".join(shown)
