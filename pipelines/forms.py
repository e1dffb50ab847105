"""The forms that a Swedish word may take, by its ending: "skola", "skolan", "skolans", "skolor".

Made of the word that is sought, so that an index holds the words as they were written, and every database finds the
same. A changed vowel (stad, städer) is not known. The Snowball stemmer lost: to it "skola" and "skolan" are two words.
"""

from __future__ import annotations

import re
from functools import lru_cache

ENDINGS = re.findall(
    r"\w+",
    "a ade ades an ans ar arna arnas ars as at ats de des e en ena enas ens er erna ernas ers es et ets "
    "n na nas ns or orna ornas ors r rna rnas s t te tes ts",
)
SHORTEST_STEM = 3
SHORTEST_BEFORE_LETTER = 4
"""Before an ending of one consonant: "plan", "glas" and "buss" end so by themselves."""
VOWEL = re.compile(r"[aeiouyåäö]")
BEFORE_N = tuple("aeoåölr")
"""What an -n may follow as an ending: "gatan", "cykeln", but not "kommun"."""


@lru_cache(maxsize=1_000)
def forms(word: str) -> tuple[str, ...]:
    """`word` and what it may be with other endings; of numbers and very short words only themselves.

    More than one stem is tried, since "skolorna" does not say what ends it; what is no word finds nothing.
    """
    if len(word) < SHORTEST_STEM or not word.isalpha():
        return (word,)
    stems = {word, *(word.removesuffix(ending) for ending in ENDINGS if _ends(word, ending))}
    return tuple(sorted(stems | {stem + ending for stem in stems for ending in ENDINGS}))


def _ends(word: str, ending: str) -> bool:
    stem = word.removesuffix(ending)
    if stem == word or not VOWEL.search(stem):
        return False
    if len(ending) > 1 or VOWEL.match(ending):
        return len(stem) >= SHORTEST_STEM
    return len(stem) >= SHORTEST_BEFORE_LETTER and (ending != "n" or stem.endswith(BEFORE_N))
