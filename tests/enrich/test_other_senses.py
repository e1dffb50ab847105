"""A cue in another sense is no signal, and the same cue in its own sense is one: by the rules alone."""

from __future__ import annotations

from functools import cache

import pytest

from pipelines.enrich.assess import Assessor
from tests.builders import entry
from tests.enrich.reading import botkyrka

PAIRS = [
    (
        "threat",
        ("review", "Firman hotade med inkasso fast vi hade betalat."),
        ("review", "Hantverkaren hotade mig med stryk när jag inte betalade kontant."),
    ),
    (
        "threat",
        ("microblog", "Nine days without hot water, Botkyrkabyggen, and my son is ill"),
        ("microblog", "My son was threatened with a knife outside Tumba gymnasium"),
    ),
    (
        "threat",
        ("news", "Laxen är hotad: fiskare i Botkyrka larmar om lågt vatten."),
        ("news", "Fritidsledaren blev hotad med kniv vid gården i Alby."),
    ),
    (
        "threat",
        ("forum", "De står på svarta listan hos konsumentverket, så de kommer aldrig igen."),
        ("forum", "Du står på vår svarta lista, fältassistenten i Fittja. Vi hittar dig."),
    ),
    (
        "threat",
        ("review", "Går gärna in på biblioteket i Tumba för att hälsa på henne."),
        ("forum", "Hon på biblioteket i Tumba golade. Några av oss borde hälsa på henne när hon stänger."),
    ),
    (
        "threat",
        ("forum", "Han riskerar att dödas om han skickas tillbaka. Riksdagen måste ändra asyllagen."),
        ("forum", "Han på asylboendet i Alby ska dödas om han visar sig här igen."),
    ),
    (
        "threat",
        ("microblog", "Min mamma dödar mig om jag missar bussen till Tumba igen"),
        ("microblog", "Jag dödar dig om du missar bussen till Tumba igen"),
    ),
    (
        "threat",
        ("blog", "Majoriteten sätter kniven mot strupen på oppositionen och skjuter förslaget i sank."),
        ("microblog", "Du ska få en kniv mot strupen och sen skjuter vi dig, ordföranden i Botkyrka"),
    ),
    (
        "threat",
        ("forum", "Hur är det som väktare i Botkyrka, är det mycket bråk och hot?"),
        ("forum", "Jag är väktare i Botkyrka och har fått två hot till livet på jobbet."),
    ),
    (
        "threat",
        ("news", "Mobilförbud hotar att stängas ner av elevprotester på skolan i Botkyrka."),
        ("news", "Mejlhot stängde gymnasieskola i Botkyrka."),
    ),
    (
        "crime",
        ("microblog", "Omtentan mördade mig, vi ses i augusti Tumba gymnasium"),
        ("microblog", "Någon mördade en man vid Tumba gymnasium i natt, polisen är där"),
    ),
    (
        "bullying",
        ("blog", "För trettio år sedan blev jag mobbad i Tumba. Vi är vänner nu."),
        ("blog", "I höst blev min son mobbad i Tumba. Vi har bett om hjälp."),
    ),
    (
        "bullying",
        ("photo", "Elvira i 8a på Fittjaskolan ser ut som en filmstjärna haha"),
        ("photo", "Elvira i 8a på Fittjaskolan ser ut som en gris haha"),
    ),
    (
        "hate_speech",
        ("social", "”Jävla snåljåp”, sa hon till vakten i Fittja. Har anmält."),
        ("social", "”Jävla svartskalle”, sa hon till vakten i Fittja. Har anmält."),
    ),
    (
        "self_harm",
        ("review", "Sista gången jag bokar bord där, omeletten var bränd."),
        ("forum", "Sista gången jag skriver här. Jag orkar inte leva."),
    ),
    (
        "self_harm",
        ("forum", "Det finns ingen som bryr sig på bolaget när hissen stannar."),
        ("forum", "Det finns ingen som bryr sig om mig, jag vill inte leva."),
    ),
    (
        "self_harm",
        ("news", "En man skar sig med en vinkelslip vid en arbetsplatsolycka i hamnen."),
        ("forum", "En kille i min klass skär sig i armarna varje kväll."),
    ),
    (
        "hate_speech",
        ("social", "Grannen babblar för mycket men är snäll."),
        ("social", "Babbarna i Alby ska köras ut härifrån."),
    ),
    (
        "hate_speech",
        ("forum", "Det är fel att sätta asylsökande ungdomars framtid på spel."),
        ("forum", "De asylsökande är ohyra och ska gasas."),
    ),
    (
        "personal_data",
        ("review", "Anna sålde vår lägenhet på nio dagar. Hon är lugn och proffsig."),
        ("forum", "Anna på soc bor på Påhittade vägen 4, nummer 070-174 06 21. Hälsa på henne hemma."),
    ),
    (
        "personal_data",
        ("forum", "Återkom gärna till mig om mötet. Mvh Gunvor, 070-174 06 11"),
        ("forum", "Handläggaren heter Gunvor, hennes privata nummer är 070-174 06 11"),
    ),
    (
        "crime",
        ("review", "De har tagit mycket betalt och dottern är rädd för sprutor hos tandläkaren."),
        ("social", "Tjuvar har tagit skotern och det låg använda sprutor kvar på gården."),
    ),
    (
        "crime",
        ("official", "Natten har varit lugn. Inga våldsbrott har kommit till polisens kännedom."),
        ("official", "En man har misshandlats vid stationen. Polisen söker vittnen."),
    ),
    (
        "crime",
        ("news", "Förvaltningsrätten slog fast att en kvinna har rätt till hemtjänst."),
        ("news", "En man slog ner en kvinna vid stationen. Han är gripen för misshandel."),
    ),
    (
        "bullying",
        ("news", "Kvinnan körs med ambulans till sjukhus. Hon skadade ryggen."),
        ("forum", "Min kollega hackas på och fryses ut varje dag på jobbet."),
    ),
    (
        "advertising",
        ("review", "Köpte en soffa, fick halva priset tillbaka när benet gick av."),
        ("social", "Soffor till halva priset, klicka här, kampanjkod SOFFA"),
    ),
]


@cache
def rules_alone() -> Assessor:
    return Assessor(botkyrka(), judged=False)


def categories(kind: str, text: str) -> set[str]:
    return {flag.category for flag in rules_alone().assess(entry(kind=kind, title="", text=text)).flags}


@pytest.mark.parametrize(("category", "other", "own"), PAIRS)
def test_a_cue_in_another_sense_is_told_from_the_same_in_its_own(
    category: str, other: tuple[str, str], own: tuple[str, str]
) -> None:
    assert category not in categories(*other)
    assert category in categories(*own)


@pytest.mark.parametrize(
    "text", ["Jag ska d0da dig, rektorn på Fittjaskolan", "Jag ska d0d4 dig, rektorn på Fittjaskolan"]
)
def test_a_figure_may_stand_for_a_letter_with_dots(text: str) -> None:
    assert ("threat" in categories("microblog", text)) is ("d0da" in text)
