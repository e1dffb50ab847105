"""What people call a school for short: "Falkberg" for Falkbergsskolan, and the name of its place alone.

A short form is nearly always something else too (a place, a surname), so that it means the school only behind "på",
where one has "i" of a place, and with a word of school in the same sentence: "går i femman på Grindtorp", "rektorn på
Fittja", but not "bor på Grindtorp" nor "eleverna gick på Fittja torg".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.config.schema import Place, Unit
from sentiment.fold import fold

SHORTEST = 5
"""Letters of what is left of a name: shorter ones begin too many words."""
ENDINGS = re.compile(r"s?(?:skolan|[ -]skola)$")
DEFINITE = ("", "n", "en", "et")
"""How the name of a place may end beyond the school's: Storvret(s)skolan and Storvretsbadet lie in Storvreten."""
AT = re.compile(r"(?:^|\W)på\s+$")
OTHER_THING = re.compile(
    r"[\s-]+(?:torg|centrum|gård|bibliotek|gymnasi|station|perrong|kyrk|vårdcentral|simhall|bad|äng|strand|park|folkhögskol|hus|moské"
    r"|pizzeri|kiosk|väg|fritidsgård|förskol|dagis|if\b|ff\b|ip\b|bk\b|ik\b)"
)
"""What may follow: "på Fittja torg" names the square."""
SCHOOL = re.compile(
    r"(?:^|\W)(?:rektor\w*|skolledning\w*|(?:\w*lärar|skolkurator|skolvärd)\w*|\w*fröken|kuratorn?|mentorn?|magistern|skolsköterskan?"
    r"|elever\w*|eleven|klass(?:en|erna|kompis\w*|kamrat\w*|föreståndar\w*)?|årskurs|fritids|lektion\w*|rast(?:en|er|erna)?"
    r"|skolgård\w*|mellanstadi\w*|högstadi\w*|lågstadi\w*|förskoleklass\w*|skolan?s?|skolmat\w*|matsalen"
    r"|(?:ettan|tvåan|trean|fyran|femman|sexan|sjuan|åttan|nian)s?|[1-9] ?[a-f]|börja(?:r|t|de)?|plugga(?:r|de)?)\b"
)
GOES_TO = re.compile(r"\b(?:går|gått|gick) (?:\w+ ){0,2}på\s+$")
"""One goes "på" a school: on a street too, but that is not named so."""
SENTENCE = re.compile(r"[.!?\n]")
REACH = 80
"""Characters to either side in which the word of school stands."""


def short_forms(unit: Unit, places: tuple[Place, ...]) -> Iterator[str]:
    """What a school may be called for short, folded; none for what is no school."""
    if unit.kind != "school":
        return
    for name in (unit.name, *unit.names):
        stem, cut = ENDINGS.subn("", fold(name).text)
        if not cut or " " in stem or len(stem) < SHORTEST:
            continue
        yield stem
        for place in places:
            known = fold(place.name).text
            if known in {stem + ending for ending in DEFINITE}:
                yield known


def at_school(folded: str, start: int, end: int) -> bool:
    """Whether what stands from `start` to `end` of a folded text is spoken of as a school."""
    if not folded[max(0, start - REACH) : start].rstrip().endswith("på"):
        return False  # most places are named otherwise
    before = SENTENCE.split(folded[max(0, start - REACH) : start])[-1]
    after = SENTENCE.split(folded[end : end + REACH])[0]
    if not AT.search(before) or OTHER_THING.match(after):
        return False
    return bool(SCHOOL.search(before) or SCHOOL.search(after) or GOES_TO.search(before))
