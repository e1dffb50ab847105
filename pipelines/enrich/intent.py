"""Intent: what does the author do with the text? News that passes on criticism informs; praise may concern anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.enrich.evidence import Evidence
from pipelines.enrich.voice import finds_fault, finds_good, only_feels, passes_on
from pipelines.labels import Intent
from pipelines.types import Entry, Flag, Stance
from sentiment import Tone

SEEKS = re.compile(
    r"\b(?:söker|sökes|önskas|någon som (?:vet|har|kan)|nån som (?:vet|har|kan)|tips på|tacksam för (?:svar|tips)"
    r"|undrar (?:hur|om|när|var|vad|varför|vem|vilken|vilka))\b",
    re.IGNORECASE,
)
BARE_QUESTION = re.compile(
    r"(?:hej[,!.]? )?(?:hur (?:gör|får|kan|ska|länge|mycket|många|\w+r man)|vad (?:gäller|kostar|gör)"
    r"|var (?:finns|hittar|kan)|vart (?:ska|vänder)|när (?:öppnar|stänger|börjar)|finns det|kan man|får man"
    r"|går det att|vem (?:ringer|kontaktar))\b",
    re.IGNORECASE,
)
"""How a question begins that leaves out its question mark."""
OFFERS = ("offer", "advertising_strong")
NOTICES = ("event_notice", "campaign")
SELLS = re.compile(r"\b(?:säljer|säljs|bortskänkes|bortskänks|skänkes|köpes|bytes|selling|for sale)\b", re.IGNORECASE)
"""One neighbour's bargain with another: it informs nobody of anything public."""
CHATS = re.compile(r"\b(?:haha\w*|hehe\w*|lol|jag|min|mitt|mina|mig|my|me|novell)\b|😂|😅|🤣", re.IGNORECASE)
"""Who jokes, or speaks of himself."""
WHEN = re.compile(
    r"\b(?:kl|klockan|(?:mån|tis|ons|tors|fre|lör|sön)dag\w*|i ?morgon|i ?kväll|imorrn|\d{1,2}[.:]\d{2}|anmäl\w*)\b",
    re.IGNORECASE,
)
"""What makes a glad text a notice: one may come."""
FEWEST_WORDS = 4
"""A caption of fewer tells nothing."""
WORD = re.compile(r"(?<![#@\w])[^\W\d_]{2,}")
AT_RISK = "self_harm"
"""Who tells of somebody at risk neither criticises nor informs first of all: they cry for help."""
TERMS = frozenset((*NOTICES, *OFFERS, "request_help"))


def intent(entry: Entry, tone: Tone, stance: Stance, evidence: Evidence, flags: Sequence[Flag]) -> Intent:
    """What the author does."""
    acts = any(flag.role == "act" for flag in flags)
    if tone.label == "unsure" or (acts and entry.kind != "news"):
        return "other"
    if passes_on(entry):
        return "other" if entry.kind != "news" and evidence.any_of(OFFERS) else "information"
    if stance.label == "critical":
        return "criticism"
    if any(flag.category == AT_RISK for flag in flags):
        return "question" if _asks(entry, evidence) else "other"
    if stance.label == "supportive":
        return "praise"
    return _of_no_side(entry, tone, evidence, flags)


def _of_no_side(entry: Entry, tone: Tone, evidence: Evidence, flags: Sequence[Flag]) -> Intent:
    """The intent of what is neither for nor against the municipality."""
    if tone.label == "positive":
        if flags or (WHEN.search(entry.content) and any(evidence.of(term) for term in NOTICES)):
            return "information"
        return "praise" if finds_good(entry, tone) else "other"
    if _asks(entry, evidence):
        return "question"
    if tone.label == "negative":
        if flags or not finds_fault(tone):
            return "information"
        return "other" if only_feels(tone) else "criticism"
    return "information" if flags or _informs(entry.content, evidence) else "other"


def _informs(content: str, evidence: Evidence) -> bool:
    """Whether a neutral text tells what others may want to know, and is no bargain, joke, caption or small talk."""
    if SELLS.search(content) or evidence.any_of(OFFERS):
        return False
    if any(evidence.of(term) for term in NOTICES):
        return True
    return len(WORD.findall(content)) >= FEWEST_WORDS and not CHATS.search(content)


def _asks(entry: Entry, evidence: Evidence) -> bool:
    content = entry.content
    return (
        "?" in content
        or bool(SEEKS.search(content))
        or bool(BARE_QUESTION.match(entry.text))
        or bool(evidence.of("request_help"))
    )
