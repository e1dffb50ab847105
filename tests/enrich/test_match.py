"""Mentions: which names mean us, in every form people write them, and which do not."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import load
from pipelines.enrich.match import Matched, Matcher
from tests.builders import entry, smaby

BOTKYRKA = Matcher(load(Path(__file__).parents[2] / "config" / "botkyrka"))
SMABY = Matcher(smaby())


def names(text: str, *, title: str = "", local: bool = False, language: str = "sv") -> Matched:
    return BOTKYRKA.match(entry(title=title, text=text), local=local, language=language)


@pytest.mark.parametrize(
    "text",
    [
        "Botkyrkas skolor får beröm",
        "Stolt botkyrkabo sedan 1978",
        "Hallundaborna samlas i kväll",
        "#botkyrkakommun gör om torget",
        "Vad händer @tullingegymnasium?",
        "Vi bor i Grodinge sedan i våras",
        "Tullingesjön ligger spegelblank",
        "BOTKYRKA BYGGER NYTT",
        "Botkyrkassa asuu paljon perheitä",
        "Botkyrka's new library",
        unicodedata.normalize("NFD", "Utflykt till Vårsta på lördag"),
    ],
)
def test_a_certain_name_is_known_in_every_form(text: str) -> None:
    assert names(text).about


@pytest.mark.parametrize(
    "text",
    [
        "Vårstarten blev kall i år",
        "Jag såg en tumbare i parken",
        "Storvreta vann mot Sirius",
        "Det finns inget att säga",
        "Albyl hjälper mot huvudvärk",
    ],
)
def test_a_word_that_only_begins_alike_is_no_name(text: str) -> None:
    assert not names(text).about


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Alby är fint på hösten", False),
        ("Alby är fint på hösten, hälsar en botkyrkabo", True),
        ("Alby på Öland, och sedan hem till Botkyrka kommun efter en lång dag", True),
        ("Vi cyklade runt Alby på Öland", False),
        ("Lägenhet i Eriksberg, Göteborg", False),
        ("Lägenhet i Eriksberg, Botkyrka", True),
        ("Tumba har fått en ny perrong", True),
        ("Tumba i Makedonien ligger högt", False),
    ],
)
def test_an_ambiguous_name_needs_support_and_yields_to_counter_evidence(text: str, about: bool) -> None:
    assert names(text).about is about


def test_a_local_source_is_support() -> None:
    assert names("Torget i Alby byggs om", local=True).about
    assert not names("Torget i Alby byggs om").about


def test_a_name_that_is_a_word_in_another_language_needs_support_there() -> None:
    assert not names("Visitamos tumba antigua en Sevilla", language="es").about
    assert names("Tumba y Botkyrka", language="es").about


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Skolan i Fittja får ny gård", ("fittjaskolan",)),
        ("Fittjaskolans elever sjunger", ("fittjaskolan",)),
        ("Tråd om #tumbabibliotek", ("tumba-bibliotek",)),
        ("Socialtjänsten i Botkyrka svarar", ("social",)),
        ("Botkyrka: 14 månader för ett beslut om LSS", ("vard-omsorg",)),
        ("Jag bor i Tumba och väntar på bygglovet", ("samhallsbyggnad",)),
        ("Utbildningsnämnden mötte föräldrar på Storvretsskolan", ("storvretsskolan",)),
        ("Allegarden har öppet hus", ("allegarden",)),
        ("Arbetsmarknads- och vuxenutbildningsförvaltningen anställer", ("arbetsmarknad-vux",)),
    ],
)
def test_the_most_specific_unit_is_named(text: str, units: tuple[str, ...]) -> None:
    assert names(text).units == units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Min dotter går i femman på Grindtorp", ("grindtorpsskolan",)),
        ("Vi bor på Grindtorp sedan 1970", ()),
        ("Vi bor i Grindtorp. Skolan är bra.", ()),
        ("mattelärarn på falkberg är snäll", ("falkbergsskolan",)),
        ("Anders Falkberg är rektor i Salem", ()),
        ("Rektorn på Fittja har slutat", ("fittjaskolan",)),
        ("Eleverna gick på Fittja torg i dag", ()),
        ("Klassen badade i Storvreten", ()),
        ("Hon börjar på Storvreten i höst", ("storvretsskolan",)),
        ("Festen är på Riksten. Läraren kommer sen.", ()),
        ("min bror går på kvarnhag", ("kvarnhagsskolan",)),
        ("Vi gick på stigen till Kvarnhag", ()),
    ],
)
def test_a_school_is_known_by_its_short_name_where_it_is_spoken_of_as_a_school(
    text: str, units: tuple[str, ...]
) -> None:
    assert names(text).units == units


def test_what_is_no_school_has_no_short_name() -> None:
    assert names("Eleven var på Silverkron i går").units == ()
    assert names("Läraren var på Storvret i går").units == ("storvretsskolan",)


@pytest.mark.parametrize(
    "text",
    [
        "Socialtjänsten i Salem får kritik",
        "Salems socialtjänst får kritik, skriver en läsare i Tumba",
        "Kommunfullmäktige antog budgeten",
        "En lampa är trasig i Botkyrka",
    ],
)
def test_what_every_municipality_has_is_not_ours_without_our_name(text: str) -> None:
    assert names(text).units == ()


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Bråket i Hallunda igår\nJag såg det utanför biblioteket.", ("hallunda-bibliotek",)),
        ("Bibblan är stängd igen, trist för oss i Fittja", ("fittja-bibliotek",)),
        ("Vi flyttade från Hallunda till Tumba och älskar biblioteket", ("tumba-bibliotek",)),
        ("Bor i Storvreten. Badet är öppet!", ("storvretsbadet",)),
        ("Hallunda bibliotek är fint. I Tumba är biblioteket trångt.", ("hallunda-bibliotek",)),
        # indefinite, of another place, too far off, or of a place that has none
        ("Hallunda borde ha ett bibliotek till", ()),
        ("Jag bor i Tumba men lånar på biblioteket i Salem", ()),
        ("Tumba. " + "Det var en lång dag och vi gick hem. " * 5 + "Biblioteket var stängt.", ()),
        ("I Grödinge saknar vi biblioteket", ()),
        ("Biblioteket var stängt", ()),
    ],
)
def test_a_facility_is_that_of_the_nearest_place(text: str, units: tuple[str, ...]) -> None:
    assert names(text).units == units


def test_a_unit_supports_an_ambiguous_place() -> None:
    assert names("Alby: Botkyrkabyggen målar om").places == ("Alby",)


def test_the_place_a_source_files_it_under_counts() -> None:
    filed = entry(title="Trafikolycka", text="Två bilar.", place="Botkyrka")
    assert BOTKYRKA.match(filed).about
    assert not BOTKYRKA.match(entry(title="Trafikolycka", text="Två bilar.", place="Alby")).about


def test_every_mention_says_why_in_a_sentence() -> None:
    found = names("Tumba och Alby, och hemtjänsten, säger Botkyrka kommun")
    assert {mention.name for mention in found.mentions} >= {"Tumba", "Alby", "vard-omsorg", "Botkyrka"}
    assert all(mention.reason.endswith(".") and 0 < mention.confidence <= 1 for mention in found.mentions)


def test_another_municipality_has_other_names() -> None:
    def about(text: str) -> bool:
        return SMABY.match(entry(title="", text=text)).about

    assert about("Näsvik har marknad")
    assert not about("Näsviken har marknad")
    assert not about("Botkyrka har marknad")
    assert not about("Berga slott i Haninge")
    assert about("Berga, Småby")
    assert SMABY.match(entry(title="", text="Biblioteket i Småby")).units == ("smaby-bibliotek",)


PIECES = st.sampled_from(
    [
        "Botkyrka",
        "Alby",
        "Öland",
        "#",
        "@",
        "socialtjänsten",
        " i ",
        "å\u030a",
        "\u200b",
        "s",
        " ",
        "Å",
        "ﬁ",
        "\ud800",
        "İ",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=25).map("".join))
def test_any_text_gives_spans_that_hold_what_they_say(text: str) -> None:
    post = entry(title="", text=text)
    for mention in BOTKYRKA.match(post, local=True).mentions:
        span = mention.span
        assert post.content[span.start : span.end] == span.text
        assert span.text
