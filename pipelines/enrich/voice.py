"""Who speaks: does a source pass on what others say, or does its author say it? And what is the complaint about?"""

from __future__ import annotations

import re

from pipelines.types import Entry, Kind
from sentiment import Tone
from sentiment.marks import HARMS

INFORMING: frozenset[Kind] = frozenset(("news", "official", "wiki"))
"""Kinds of source that pass on what others say."""
COMMENT = re.compile(
    r"(?:kommentar|comment|diskussion|discussion|talk|svar på|re:|sv:|synpunkt|medborgarförslag|gästbok)", re.IGNORECASE
)
"""How the title of somebody's own word begins on a page that otherwise passes on what others say."""
NEWSCAST = re.compile(r"(?:lokalnytt|nyheter|nyhetssändning|senaste nytt|direktrapport)", re.IGNORECASE)
"""How the title of news begins in a channel of another kind."""
FEELINGS = frozenset(
    {
        "känsla: trött, ledsen, rädd, arg",
        "känsla: sorg, oro, rädsla",
        "känsla: ilska, besvikelse, avsky",
        "sorg, ilska, avsky",
        "besvikelse, oro",
    }
)
"""Reasons of words and emoji for how somebody feels, whoever's fault it is."""
MOOD = frozenset(
    {"känsla: glädje", "årstid, natur, fest: glädje utan omdöme", "skratt: åt något eller åt någon, svagt belägg"}
)
"""Reasons of glad words that judge nothing."""
CONGRATULATION = re.compile(r"\b(?:grattis|gratulerar|gratulera\w*|happy birthday|congrat\w*|fyller)\b", re.IGNORECASE)


def passes_on(entry: Entry) -> bool:
    """Whether the text informs of what others say and do, and is not its author's own word."""
    if entry.kind in INFORMING:
        return entry.kind == "news" or not COMMENT.match(entry.title)
    return NEWSCAST.match(entry.title) is not None


def finds_fault(tone: Tone) -> bool:
    """Whether anything but harm that was done makes the text negative."""
    return any(part.value < 0 and part.span is not None and part.reason not in HARMS for part in tone.parts)


def only_feels(tone: Tone) -> bool:
    """Whether all that makes the text negative is its author's mood."""
    return all(part.reason in FEELINGS for part in tone.parts if part.value < 0 and part.span is not None)


def finds_good(entry: Entry, tone: Tone) -> bool:
    """Whether anything but high spirits makes the text positive."""
    judged = any(part.value > 0 and part.span is not None and part.reason not in MOOD for part in tone.parts)
    return judged and not CONGRATULATION.search(entry.content)
