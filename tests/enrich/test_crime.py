"""The type of a suspected crime: the rule's word where it names the only one, else the words as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.config.schema import Group
from pipelines.enrich.crime import OTHER, Crimes, shipped
from pipelines.types import Flag
from sentiment.classifier import Classifier
from sentiment.margin_fit import Labelled, fit
from sentiment.tokens import tokenize
from tests.enrich.reading import assess, botkyrka

FIRE, THEFT = "det brinner i ett garage", "någon stal en cykel i natt"
GROUPS = (
    Group(id="fire", name="brand", in_type=("brand",)),
    Group(id="theft", name="stöld", in_type=("stöld",)),
    Group(id="accident", in_type=("olycka",), offence=False),
)
TAUGHT = ((FIRE, "fire"), (THEFT, "theft"), ("han föll från en stege", "accident"), ("fint väder", OTHER))
CLASSES = ("accident", "fire", OTHER, "theft")
CLASSIFIER = Classifier(
    fit([Labelled(tuple(text.split()), of) for text, of in TAUGHT for _ in range(60)], CLASSES, 5_000)
)
CRIMES = Crimes(GROUPS, CLASSIFIER)
FLAG = Flag("crime", "report", "medium", 0.7, "a-rule", (), "Texten berättar om ett brott.")


def typed(text: str, flag: Flag = FLAG, terms: frozenset[str] = frozenset()) -> Flag:
    tokens = tokenize(text)
    return CRIMES.typed((flag,), [token.norm for token in tokens], tokens, terms)[0]


def test_a_crime_without_a_type_gets_that_of_its_words_and_says_which() -> None:
    found = typed(THEFT)
    assert found.type == "theft"
    assert found.reason.startswith("Texten berättar om ett brott; brottstypen tycks vara stöld, att döma av ”")
    assert "”cykel”" in found.reason or "”stal”" in found.reason
    assert found.reason.count(".") == 1, "one sentence"
    assert replace(found, type=None, reason=FLAG.reason) == FLAG, "nothing else is touched"


def test_a_rule_that_names_the_only_crime_is_believed() -> None:
    flag = replace(FLAG, type="theft")
    assert typed(FIRE, flag, frozenset({"crime_theft"})) == flag


def test_where_several_crimes_are_named_the_words_as_a_whole_decide() -> None:
    assert typed(FIRE, replace(FLAG, type="theft"), frozenset({"crime_theft", "crime_fire"})).type == "fire"


@pytest.mark.parametrize("text", ["fint väder", "han föll från en stege", "abcd efgh"])
def test_what_is_no_crime_or_not_sure_names_no_type(text: str) -> None:
    assert typed(text) == FLAG


def test_other_suspicions_have_no_type() -> None:
    threat = replace(FLAG, category="threat")
    assert typed(THEFT, threat) == threat


def test_a_group_that_is_not_configured_is_never_named() -> None:
    tokens = tokenize(THEFT)
    words = [token.norm for token in tokens]
    assert Crimes(GROUPS[:1], CLASSIFIER).typed((FLAG,), words, tokens, ()) == (FLAG,)


def test_what_is_shipped_knows_the_configured_groups() -> None:
    groups = {group.id for group in botkyrka().crime_groups} - {"none"}
    assert set(shipped().outputs) == groups | {OTHER}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Källarförråden på Albyvägen i Alby är uppbrutna igen och två cyklar är stulna.", "theft_burglary"),
        (
            "En man har knivskurits och misshandlats svårt i Fittja, polisen utreder mordförsök.",
            "homicide_shooting",
        ),
        ("Mormor i Tumba blev lurad på sina pengar av någon som sa sig ringa från banken. Polisanmält.", "fraud"),
    ],
)
def test_posts_get_the_type_a_reader_would_give(text: str, group: str) -> None:
    assert [flag.type for flag in assess(text).flags if flag.category == "crime"] == [group]


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("Rån, försök", "robbery"),
        ("Olaga intrång", None),
        ("Trafikolycka, smitning från", "traffic_no_offence"),
        ("Rattfylleri", "traffic_offence"),
        ("Fylleri/LOB", "drunkenness"),
        ("Fjällräddning", "missing_rescue"),
        ("Våld/hot mot tjänsteman", "threat_harassment"),
        ("Motorfordon, stöld", "theft_burglary"),
        ("Rån övrigt", "none"),
        ("Sammanfattning natt", "none"),
    ],
)
def test_types_of_the_police_are_gathered_by_beginnings_of_words(kind: str, group: str | None) -> None:
    assert next((one.id for one in botkyrka().crime_groups if one.holds(kind)), None) == group
