"""The language of a text: by its script, by words that only Swedish has, else by py3langid among those spoken here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sentiment.memo import Memo

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Those spoken in Swedish municipalities that py3langid knows, and the neighbours that Swedish is taken for.
SPOKEN = ("sv", "en", "fi", "no", "da", "de", "ar", "tr", "es", "fr", "pl", "fa", "ku", "so", "ru", "uk", "hr", "ro")
NEIGHBOURS = frozenset({"sv", "no", "da"})
WORD = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+|([^\W\d_]+(?:['’-][^\W\d_]+)*)")
CODE = re.compile(r"[a-z]{2,3}")
SCRIPTS = {
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
}
# Scripts of one language here, or of none that anyone tells apart by letters alone.
ONE_LANGUAGE = {
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "am": re.compile("[\u1200-\u139f]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "arc": re.compile("[\u0700-\u074f]"),
}
BY_SCRIPT = {"arabic": frozenset({"ar", "fa", "ku"}), "cyrillic": frozenset({"ru", "uk"})}
LATIN = frozenset(SPOKEN) - BY_SCRIPT["arabic"] - BY_SCRIPT["cyrillic"] | {"ku"}
# Frequent Swedish words that neither Norwegian and Danish nor English, German and Finnish write so.
SWEDISH = frozenset(
    re.findall(
        r"\w+",
        """
        och är inte att jag från vad hur ska mycket någon här där också till över ett när något några ni vår vårt våra
        varför många blir redan igen kommer måste utan efter skolan kommunen hos samt inga ingen sig eller än
        för på så av nu vi ju bara bra finns får går ser säger sedan väl allt alla vill hela ännu åt dag idag kväll
        ingenting inget nog bli blev blivit vara varit hade gör göra gjort själv själva både båda två sina sitt ej
        mig dig oss er era ert dem dom deras hennes hans denna dessa detta sådan sådana nya nytt gamla bättre sämre
        bästa först sista aldrig alltid ofta ibland snart sen länge timmar veckor månader år öppet stängt öppnar
        stänger välkommen välkomna tack hej hejdå snälla kön väntar väntat skola skolans förskola barn barnen elever
        lärare läraren personalen bibliotek biblioteket måndag tisdag onsdag torsdag fredag lördag söndag
        """,
    )
)
# Written so in a neighbouring language too, or in English: they count only beside others.
SHARED = frozenset(
    re.findall(
        r"\w+",
        """
        av på vi bara bra får går ser vill hela vara hade gör nya dem ofta er dag barn skola år ett till mig dig
        """,
    )
)
# Written so by the neighbours, who have no ä or ö, but in no other language here that has them, nor in English.
NORDIC = frozenset(("med", "som", "det", "av", "på", "vi", "mot", "ett", "mig", "får", "går", "år"))
EITHER = frozenset(("i", "till", "dig"))
"""So too, but in English as well: they count beside two words that only Swedish can spell."""
MOST_LETTERS = 2_000
"""So much of a text tells its language."""
FEWEST_WORDS = 4
FEWEST_SWEDISH = 2
FIRST_FAR = "\u0250"
"""The first letter beyond the Latin ones."""
FEWEST_NORDIC = 10
"""Norwegian and Danish in fewer words are too near to Swedish to tell."""
SWEDISH_SHARE = 0.1
CLEAR = 0.6
"""Under this probability no language is clear."""
LEAD = 0.25
"""By so much the best guess must lead over the language that was to be expected."""


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639-1 code, how sure (0…1), and why, in Swedish."""

    code: str
    confidence: float
    reason: str


def detect(text: str, declared: str | None, default: str) -> Language:
    """The language of `text`. `declared`: as its source says, which may be wrong; `default`: the municipality's.

    Too short a text, or a close call with a neighbour, gets the declared language, else the default.
    """
    expected = _code(declared) or default
    words: list[str] = []
    lowered: list[str] = []
    far = False
    for stretch in text[:MOST_LETTERS].split():
        said, low, beyond = _stretches[stretch]
        words += said
        lowered += low
        far = far or beyond
    script, share = _script("".join(words)) if far else ("latin", 1.0)
    if script in ONE_LANGUAGE:
        return Language(script, share, "skriften")
    if len(words) < FEWEST_WORDS and script == "latin":
        return Language(expected, 0.5, "för kort text: källans språk" if declared else "för kort text: kommunens språk")
    if _is_swedish(SWEDISH.intersection(lowered), len(words), expected):
        return Language("sv", 0.99, "svenska småord")
    if expected == "sv" and _is_spelt_as_swedish(words, lowered):
        return Language("sv", 0.95, "svenska bokstäver")
    found = _identify(" ".join(words), BY_SCRIPT.get(script, LATIN), expected)
    if len(words) < FEWEST_NORDIC and {found.code, expected} <= NEIGHBOURS:
        return Language(expected, 0.5, "nära mellan språk: det väntade")
    return found


def _words(stretch: str) -> tuple[Sequence[str], Sequence[str], bool]:
    """The words of what stands between two blanks, the same in lower case, and whether any is far from Latin."""
    words = tuple(word for word in WORD.findall(stretch) if word)
    return words, tuple(word.lower() for word in words), any(max(word) >= FIRST_FAR for word in words)


_stretches = Memo(_words)


def _is_swedish(said: frozenset[str], words: int, expected: str) -> bool:
    """Whether the small words `said` among so many `words` settle it; one is enough where Swedish is awaited."""
    telling = said - SHARED
    if len(said) >= FEWEST_SWEDISH and telling:
        return len(said) >= SWEDISH_SHARE * words
    return bool(telling) and expected == "sv" and words < FEWEST_NORDIC


def _is_spelt_as_swedish(words: Sequence[str], lowered: Sequence[str]) -> bool:
    """Whether Nordic small words stand beside words, and no names, with letters that the neighbours lack."""
    dotted = sum(("ä" in word or "ö" in word) and word[0].islower() for word in words)
    if not dotted:
        return False
    nordic, either = len(NORDIC.intersection(lowered)), len(EITHER.intersection(lowered))
    return (nordic > 0 or (either > 0 and dotted > 1)) and nordic + either >= SWEDISH_SHARE * len(words)


def _code(declared: str | None) -> str | None:
    """The language of a tag such as "nb-NO"; None for what is no tag."""
    code = (declared or "").lower().replace("_", "-").partition("-")[0]
    if not CODE.fullmatch(code) or code in ("und", "mul", "zxx"):
        return None
    return "no" if code in ("nb", "nn", "nor") else code


def _identify(plain: str, candidates: frozenset[str], expected: str) -> Language:
    ranked = [(code, share) for code, share in _identifier().rank(plain) if code in candidates]
    total = sum(share for _, share in ranked) or 1.0
    code, best = ranked[0][0], ranked[0][1] / total
    if code == expected:
        return Language(code, best, "ordens bokstäver")
    rival = dict(ranked).get(expected, 0.0) / total
    close = {code, expected} <= NEIGHBOURS or len(candidates) > len(BY_SCRIPT["arabic"])
    if close and (best < CLEAR or best - rival < LEAD):
        return Language(expected, max(rival, 0.3), "nära mellan språk: det väntade")
    return Language(code, best, "ordens bokstäver")


def _script(letters: str) -> tuple[str, float]:
    """The script most letters are of, and their share; "latin" when none of the known others has half."""
    for name, pattern in (SCRIPTS | ONE_LANGUAGE).items():
        count = sum(1 for _ in pattern.finditer(letters))
        if count * 2 > len(letters):
            return name, count / len(letters)
    return "latin", 1.0


@cache
def _identifier() -> LanguageIdentifier:
    # imported late: its model takes a quarter of a second, and most texts here never need it
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(SPOKEN))
    return identifier
