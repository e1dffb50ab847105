"""Mask: personal data taken out of whatever of a text leaves the system. Pure, and on the safe side.

Numbers, addresses and accounts go by their form. A name goes unless it is an institution's or an office-holder's; a
first name beside a word for a child always goes. A masked place name costs the reader a click; a child's name in a
mailbox cannot be called back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache

from pipelines.config.schema import Config
from sentiment.cues import cues
from sentiment.finder import Finder

NAME, NUMBER, ADDRESS, MAIL, ACCOUNT, LINK = "[namn]", "[nummer]", "[adress]", "[e-post]", "[konto]", "[länk]"

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>()\[\],;:]+(?:@|\s?[(\[](?:at|snabel-?a)[)\]]\s?)[^\s@<>()\[\],;:]+", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<!\w)@\w[\w.]*")
_DIGITS = re.compile(r"\+?\d(?:[\s().,·•_*/\\|+‐-―-]{0,3}\d){6,}")
_CUT_NUMBER = re.compile(r"\d{6,8}[-+ ]?[xX*•]{2,4}")
_DATE = r"(?:19|20)\d\d-[01]\d-[0-3]\d"
_TIME = r"(?:[01]?\d|2[0-3])[.:][0-5]\d"
_HARMLESS = re.compile(
    rf"{_DATE}(?: {_TIME})?|[0-3]?\d[/.][01]?\d[- /.](?:19|20)\d\d"  # a date
    rf"|{_TIME}(?:(?: ?[-–] ?|, ?){_TIME})+"  # opening hours
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d|[1-9]\d?(?:[ .]\d{3}){2}"  # a span of years, an amount of millions
)
_ENDS = "vägen|gatan|gränden|stigen|torget|backen|allén|ringen|slingan|leden|väg|gata|gränd|stig|torg|backe|allé|plan"
_STREET = re.compile(
    rf"\b(?:(?!riksväg|länsväg|motorväg)[^\W\d_][\w:]+?(?:{_ENDS})|[A-ZÅÄÖ][\w:]* (?:[a-zåäöé]+ )?(?:{_ENDS}))"
    r" \d{1,3} ?[A-Za-z]?(?!\w)"
)
_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*")
PARTICLES = frozenset({"von", "af", "de", "van", "bin", "el", "al"})
_JOINED = re.compile(rf" (?:(?:{'|'.join(sorted(PARTICLES))}) )?")
_NEW_SENTENCE = re.compile(r"(?:^|[.!?:…»”\"\n\]–—-])[\s”»\"'(]*$")
_AGE = re.compile(r" ?[,(] ?\d{1,2}(?: år)?[,).]|, (?:en|ett|vår|min) (?:\w+ )?(?:flicka|pojke|elev|kille|tjej|unge)\b")
_IN_A_PLACE = re.compile(r"\b(?:i|på|vid|in|at) $", re.IGNORECASE)
NEAR = 60
"""Characters between a name and a word for a child within which they belong together."""
TITLED = 0.7
"""From this share of capital letters they tell nothing: a headline in English, or in capitals only."""
COMMON_WORDS = frozenset({"lova", "tim", "nova", "stella", "tova"})
"""First names that are other words too where they have no capital letter."""
SURNAME = re.compile(r"(?:sson|ström|gren|qvist|kvist|stedt|[sd]otter|ovic|oğlu)s?$")
INSTITUTION = re.compile(
    r"(?:skolan?s?|kommune?n?s?|gymnasi(?:um|et)|bibliotek(?:et)?|partiet|demokraterna|moderaterna|liberalerna"
    r"|förbundet|verket|myndigheten|styrelsen|nämnden|förvaltningen|polisen|bladet|nytt|tidningen|domstolen|rätten"
    r"|länet?|gården|hallen|badet|centrum|sjukhuset?|kyrkan?|föreningen|bolaget|stiftelsen|universitetet|högskolan"
    r"|institutet|radion?|stad(?:en)?)s?$"
)
INSTITUTION_BEGINS = re.compile(
    r"(?:svensk|svenska|sveriges|dagens|region|stockholms|södra|norra|västra|östra|stora|lilla|nya|gamla|radio|café"
    r"|restaurang|hotell|nordiska|europeiska|förenta)"
)
_OFFICE_GAP = re.compile(r"[ ,]*(?:\([A-ZÅÄÖ]{1,3}\)[ ,]*)?")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    begins: bool
    """Begins a sentence: its capital letter tells nothing."""

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def key(self) -> str:
        return self.text.lower()


def mask(text: str, known: frozenset[str] = frozenset()) -> str:
    """`text` without numbers, addresses, accounts and names. `known`: see `known_words`."""
    for pattern, sign in ((_LINK, LINK), (_MAIL, MAIL), (_ACCOUNT, ACCOUNT), (_CUT_NUMBER, NUMBER)):
        text = pattern.sub(sign, text)
    text = _DIGITS.sub(lambda found: found.group() if _HARMLESS.fullmatch(found.group()) else NUMBER, text)
    text = _STREET.sub(ADDRESS, text)
    shown: list[str] = []
    at = 0
    for start, end in _names(text, known):
        shown += (text[at:start], NAME)
        at = end
    return "".join((*shown, text[at:]))


def known_words(config: Config) -> frozenset[str]:
    """The words, in lower case, of all names of places, units, sources and the municipality: no person's."""
    names = (
        config.municipality.name,
        *(name for place in config.places for name in (place.name, *place.forms)),
        *(name for unit in config.units for name in (unit.name, *unit.names)),
        *(source.name for source in config.sources),
    )
    return frozenset(word.lower() for name in names for word in _WORD.findall(name) if len(word) > 1) - _first_names()


def _names(text: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the names of persons stand, in order."""
    words = [
        _Word(
            found.group(),
            found.start(),
            found.end(),
            bool(_NEW_SENTENCE.search(text, max(0, found.start() - 8), found.start())) or found.start() == 0,
        )
        for found in _WORD.finditer(text)
    ]
    titled = sum(word.capital for word in words) >= TITLED * len(words)
    children = [(hit.span.start, hit.span.end) for hit in _child().find(text)]
    offices, roles = ({hit.span.end for hit in finder.find(text)} for finder in (_offices(), _roles()))
    for run in _runs(text, words, known, offices | roles):
        first, last = run[0], run[-1]
        if any(_OFFICE_GAP.fullmatch(text, end, first.start) for end in offices):
            continue
        near = any(start - NEAR <= last.end and first.start <= end + NEAR for start, end in children)
        placed = _IN_A_PLACE.search(text, max(0, first.start - 8), first.start) is not None
        titular = any(text[end : first.start] == " " for end in roles) or _AGE.match(text, last.end) is not None
        named = _persons(run, titled=titled, near_child=near, placed=placed, titular=titular)
        yield from ((part[0].start, part[-1].end) for part in named)


def _runs(text: str, words: Iterable[_Word], known: frozenset[str], roles: Set[int]) -> Iterator[list[_Word]]:
    """Words that may be names, those that follow each other together; institutions and roles, which end at `roles`,
    are left out and part them."""
    run: list[_Word] = []
    for word in words:
        if run and word.text in PARTICLES:
            continue
        may = (word.capital or _is_first_name(word)) and not _institutional(word, known) and word.end not in roles
        joined = bool(run) and bool(_JOINED.fullmatch(text, run[-1].end, word.start))
        if run and not (may and word.capital and joined):
            yield run
            run = []
        if may:
            run.append(word)
    if run:
        yield run


def _persons(run: list[_Word], *, titled: bool, near_child: bool, placed: bool, titular: bool) -> Iterator[list[_Word]]:
    """What of the run is a name. `placed`: "i" or "på" stands before it; `titular`: a role, or after it an age."""
    at = next((index for index, word in enumerate(run) if _is_first_name(word)), None)
    if at is not None:
        named = run[at:]
        if len(named) == 1 and named[0].begins and named[0].key in _ambiguous() and not (near_child or titular):
            return
        if named[0].capital or near_child:
            # a headline in capitals: the family name is the next word, what follows may be anything
            yield named[:2] if titled else named
        return
    rest = run[1:] if run[0].begins and not titular and not SURNAME.search(run[0].key) else run
    if titled or not rest or INSTITUTION_BEGINS.fullmatch(run[0].key):
        return
    if len(rest) > 1 or SURNAME.search(rest[0].key) or titular or (near_child and not placed):
        yield rest


def _institutional(word: _Word, known: frozenset[str]) -> bool:
    if _is_first_name(word):
        return False
    acronym = word.text.isupper() and 1 < len(word.text) <= 5
    return acronym or word.key in known or word.key.removesuffix("s") in known or bool(INSTITUTION.search(word.key))


def _is_first_name(word: _Word) -> bool:
    """In any case form: "Annas", "Anna-Lisa"; without a capital letter only where it is no other word."""
    if not word.capital and word.key in COMMON_WORDS:
        return False
    known = _first_names() if word.capital else _certain()
    parts = (word.key, word.key.removesuffix("s"), re.split(r"[-'’]", word.key)[0])
    return any(part in known for part in parts)


@cache
def _first_names() -> frozenset[str]:
    return _certain() | _ambiguous()


@cache
def _certain() -> frozenset[str]:
    return frozenset(cue.text for cue in cues("first_name"))


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset(cue.text for cue in cues("first_name_more")) - _certain()


@cache
def _child() -> Finder:
    return Finder({"child"})


@cache
def _offices() -> Finder:
    return Finder({"office_holder"})


@cache
def _roles() -> Finder:
    return Finder({"employee"})
