"""The values that pass from one phase to the next: frozen, with aware UTC times and tuples.

A step never edits a value; it makes the next one, keyed by the id of the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipelines.asking import Failure, Request
from pipelines.labels import Intent, Target, ToldAs
from sentiment import Span, Tone

Kind = Literal["news", "microblog", "forum", "video", "social", "blog", "review", "wiki", "photo", "official"]
Role = Literal["act", "report"]
Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
MessageKind = Literal["alert", "escalation", "reminder", "spike", "summary", "digest", "setting", "register", "paper"]
MAIL = "mail"  # the channel that tells everything; the others tell of it

# --- collect -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One post, article or notice as its source published it; plain text only, never markup."""

    id: str
    source_id: str
    native_id: str
    """The source's own identity for it (guid, event id, status uri), or one made from the content."""
    kind: Kind
    url: str | None
    title: str
    text: str
    author: str | None = None
    """Always a salted pseudonym, never a name."""
    published: datetime | None = None
    language: str | None = None
    """As the source declares it; may lie."""
    place: str | None = None
    """As the source files it (a police notice's place), matched beside title and text."""

    @property
    def content(self) -> str:
        """The text that offsets count in: `title + "\\n" + text`, or `text` alone where there is no title."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def revision(self) -> str:
        """Short hash of what a reader sees: another revision of the same id is an edit."""
        return short_hash(self.url or "", self.title, self.text)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a family made of one Payload."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    """Swedish sentences about items that could not be read; their neighbours are in `entries` all the same."""
    follow: tuple[Request, ...] = ()
    """What this answer leads to and we have not seen: its next page, the comments on its posts."""
    cursor: str | None = None
    """Where to go on next time; stored only together with the entries it stands behind. Of several, the longest counts,
    of those the last in order: numbers that grow, or times written alike."""
    wait: float | None = None
    """Seconds that the source asks us to stay away, though it answered: a rate limit that is used up."""
    transcripts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Entry's id -> address and media type of what is said in it: a podcast's words, written out elsewhere."""
    failure: Failure | None = None
    """The answer is a refusal, though its status is 200: all else in here is then empty."""
    cost: float | None = None
    """US dollars that the answer cost, where the family can tell; None: as much as the Request said."""


# --- enrich ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text where the municipality, a place in it or one of its units is meant."""

    kind: Literal["municipality", "place", "unit"]
    name: str
    """The place's name, or the unit's id."""
    span: Span
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Stance:
    """For or against the municipality and its units; not the tone of the text."""

    label: Literal["critical", "none", "supportive"]
    confidence: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A suspicion about a text, never a verdict on a person; a human decides."""

    category: str
    role: Role
    severity: Severity
    confidence: float
    rule: str
    evidence: tuple[Span, ...]
    reason: str
    """One plain Swedish sentence."""
    type: str | None = None
    """For crime: the group, as configured."""
    target: Target = "allman"
    steps: tuple[str, ...] = ()
    """Ids of the severity steps that hold, in the order they were taken."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that is understood of one Entry under one version of the rules."""

    entry_id: str
    version: str
    language: str
    about: bool
    places: tuple[str, ...]
    units: tuple[str, ...]
    mentions: tuple[Mention, ...]
    tone: Tone
    stance: Stance
    intent: Intent
    toxicity: float
    flags: tuple[Flag, ...]
    alert: bool
    alert_reasons: tuple[str, ...] = ()
    """Ids of the alert rules that fired."""
    by_employee: bool = False
    """The writer seems to work for the municipality, and may not be traced (meddelarfrihet)."""
    about_management: bool = False
    """The one who answers for the unit seems to be the one accused."""
    corrected: tuple[int, ...] = ()
    """Ids of people's corrections that it holds."""


# --- notify ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """An assessed Entry with the Story and the times that routing and mails need."""

    entry: Entry
    assessment: Assessment
    story_id: str
    first_seen: datetime
    edited_at: datetime | None = None
    told_as: ToldAs = "first"
    """What the entry is in its story."""
    spread: int = 1
    """How many sources have told the story."""

    @property
    def when(self) -> datetime:
        """When it was published; when we first saw it, if the source says nothing or names a time yet to come."""
        published = self.entry.published
        return published if published and published <= self.first_seen else self.first_seen


@dataclass(frozen=True, slots=True)
class Notice:
    """One receiver is to be told of one story, for one reason."""

    story_id: str
    entry_id: str
    receiver: str
    route: str
    category: str
    """The flag's category, or "negative", "positive", "question", "information"."""
    urgent: bool
    severity: Severity | None = None
    """Of the gravest flag; a public warning is critical; None where nothing is flagged."""
    units: tuple[str, ...] = ()
    passes: bool = False
    """It reaches its receiver whatever the hour, the day's cap and the silences: a threat, a public warning."""
    occasion: str = "first"
    """Why the receiver is told of this story and category: "first", or again: "worse:SEVERITY", "unit:ID", "kind:KIND",
    "new:ENTRY". Unique per story, category and receiver."""


@dataclass(frozen=True, slots=True)
class Told:
    """A stored Notice with the Item it tells of, as mails need it."""

    id: int
    notice: Notice
    item: Item
    sources: tuple[str, ...] = ()
    """Ids of all sources in which the Item's story has been seen, the Item's own among them."""
    muted_at: datetime | None = None
    """When it was decided that it is not told at once; None where it was not."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What one channel will send: composed once, so that a second try is the same with the same Message-ID."""

    key: str
    """Unique per (story, category, receiver), (digest, receiver, date) or (step, case, receiver), and channel."""
    kind: MessageKind
    receiver: str
    address: str
    subject: str
    text: str
    html: str
    message_id: str
    thread_id: str | None = None
    """Message-ID of the first mail of the story to this receiver, for In-Reply-To."""
    link: str = ""
    """The page in the dashboard that shows what it tells of, after login."""
    channel: str = MAIL
    """MAIL, or the id of a channel in channels.toml."""
    attached: Attachment | None = None
    """Of a mail only."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a channel answered when it did not take a Message."""

    reason: str
    permanent: bool
    unreachable: bool = False
    """The channel itself is out of order: no other Message would fare better now, and this one is not to blame."""


# --- beside it all -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about our own data that a human must look at."""

    key: str
    """Unique per problem: seen again, it is counted, not repeated."""
    subject: str
    """What it is about: "source:ID", "receiver:ID", "message:KEY"."""
    text: str
    remedy: str


def short_hash(*parts: str) -> str:
    """24 hex digits of SHA-256 over the parts, separated so that ("ab", "c") and ("a", "bc") differ."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
