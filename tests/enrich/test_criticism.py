"""Criticism of the municipality, however harsh, is no flag and no alert by itself."""

from __future__ import annotations

import pytest

from tests.enrich.reading import assess

HARSH = [
    ("news", "Botkyrka kommun slaktas i revisionens rapport: ”ett haveri från början till slut”."),
    ("news", "Oppositionen rasar mot kommunstyrelsens ordförande i Botkyrka: ljuger om budgeten."),
    ("news", "Facket: Silverkronan är en katastrof och ledningen blundar."),
    ("microblog", "Botkyrka kommun är fan en skam. Så jävla inkompetent. Avgå allihop!"),
    ("microblog", "Skandal att Fittjaskolan har råttor i matsalen och ingen gör ett skit"),
    ("microblog", "Fy fan vad jag hatar Botkyrkas bygglov, två års väntan på ett staket"),
    ("forum", "Kommunalrådet i Botkyrka har kört kommunen i botten och borde sparkas i morgon."),
    ("forum", "Socialtjänsten i Botkyrka förstör familjer. Jag har noll förtroende kvar, de ljuger och mörkar."),
    ("forum", "Rektorn på Fittjaskolan är värdelös på sitt jobb. Byt ut henne."),
    ("social", "Botkyrka kommun slösar våra pengar på konsulter medan de äldre svälter på boendena. Vidrigt!"),
    ("social", "Jag är så arg så jag kokar! Allégården glömde pappas medicin igen. Hur kan ni ens kalla det omsorg?"),
    ("social", "Politikerna i Botkyrka borde skämmas, de är korrupta hela bunten."),
    ("blog", "Att stänga Tumba bibliotek är ett övergrepp på demokratin, och nämnden är feg."),
    ("blog", "Förvaltningen i Botkyrka har misslyckats kapitalt. Förvaltningschefen måste gå."),
    (
        "review",
        "Sämsta badet i Sverige! Storvretsbadet är skitigt, dyrt och personalen bryr sig inte ett dugg. En stjärna.",
    ),
    ("review", "Undvik Fittjaskolan till varje pris. Kaos, noll studiero, usla lärare."),
    ("video", "Botkyrka kommun, ni är ett skämt. Ett dyrt jävla skämt."),
    ("photo", "Så här ser lekplatsen i Tumba ut, era klåpare på kommunen. Skäms!"),
    ("wiki", "Kommunen har fått svidande kritik för sin hantering av Rikstens skola, som kallats ett fiasko."),
    (
        "official",
        "Skolinspektionen riktar allvarlig kritik mot Botkyrka kommun och förelägger vid vite om 500 000 kronor.",
    ),
]


@pytest.mark.parametrize(("kind", "text"), HARSH)
def test_harsh_criticism_is_no_flag(kind: str, text: str) -> None:
    given = assess(text, kind)
    assert given.about
    assert [(one.category, one.rule) for one in given.flags] == []
    assert not given.alert


@pytest.mark.parametrize(("kind", "text"), [row for row in HARSH if row[0] in ("microblog", "forum", "social", "blog")])
def test_but_a_threat_in_the_midst_of_it_is(kind: str, text: str) -> None:
    """So that the silence above is no deafness."""
    given = assess(f"{text}\nJag ska slå ihjäl rektorn på Fittjaskolan.", kind)
    assert "threat" in {one.category for one in given.flags}
    assert given.alert
