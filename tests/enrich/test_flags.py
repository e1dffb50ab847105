"""Signals in minimal pairs: each cue with its innocent twin. All posts are invented."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.config import load
from pipelines.config.schema import Rule
from pipelines.enrich.assess import Assessor
from pipelines.enrich.evidence import Evidence
from pipelines.enrich.reader import Reader
from pipelines.enrich.weigh import may_tip, tips, waiting
from pipelines.types import Assessment, Kind
from tests.builders import entry


@cache
def botkyrka() -> Assessor:
    return Assessor(load(Path(__file__).parents[2] / "config" / "botkyrka"), judged=False)


def assess(text: str, kind: Kind = "microblog", title: str = "") -> Assessment:
    return botkyrka().assess(entry(title=title, text=text, kind=kind))


def raised(text: str, kind: Kind = "microblog", title: str = "") -> set[str]:
    return {f"{flag.category}:{flag.role}" for flag in assess(text, kind, title).flags}


@pytest.mark.parametrize(
    ("signal", "guilty", "innocent"),
    [
        ("threat:act", "Jag ska döda rektorn på Fittjaskolan", "Jag ska inte döda rektorn på Fittjaskolan"),
        ("threat:act", "Någon borde skjuta kommunalrådet", "Någon borde skjuta upp mötet, kommunalrådet"),
        ("threat:act", "Om ni inte betalar bränner vi ner kommunhuset", "Om ni inte vågar brinner vi för kommunhuset"),
        ("threat:act", "Hoppas handläggaren får cancer", "Hoppas handläggaren slipper cancer"),
        ("threat:act", "Vi vet var du bor, socialsekreteraren", "Vi vet var du kan parkera, socialsekreteraren"),
        ("threat:act", "Jag tar med kniv till Tumba gymnasium", "Jag tar med kaka till Tumba gymnasium"),
        ("threat:act", "Någon måste slå ihjäl vaktmästaren", "Någon måste slå ihjäl tuppen"),
        ("threat:act", "du ska d ö ditt as", "du ska få se på teve ikväll"),
        ("threat:report", "Läraren blev hotad till livet av en elev", "Skolan blev hotad av nedläggning"),
        ("bullying:act", "Wilma i 8B är så äcklig, dela så alla ser", "Wilma i 8B är så duktig, dela så alla ser"),
        ("bullying:act", "Ingen gillar dig Anton, byt skola", "Ingen gillar regn Anton, byt skor"),
        ("bullying:report", "Min son mobbas på Kvarnhagsskolan", "Min son har temadag mot mobbning på Kvarnhagsskolan"),
        ("hate_speech:act", "Muslimer är ohyra", "Muslimer är våra grannar"),
        ("hate_speech:act", "Romer ska ut ur området", "Romer ska ut och spela på torget"),
        ("hate_speech:report", "En man åtalas för hets mot folkgrupp", "En man talar om respekt för folkgrupper"),
        ("crime:act", "Säljer tramadol i Alby, dm för meny, leverans ikväll", "Säljer tröja i Alby, hämtas ikväll"),
        ("crime:report", "Källaren fick inbrott i natt", "Källaren fick inbrottslarm i natt"),
        ("crime:report", "Bilen stals på parkeringen", "Dansarna stal showen på parkeringen"),
        ("crime:report", "Två skjutningar på en vecka", "Två timmars snöskottning på en vecka"),
        ("self_harm:act", "Jag orkar inte leva längre", "Jag orkar inte leva på nudlar längre, skämt åsido"),
        ("self_harm:report", "Hon säger att hon inte vill leva", "Hon säger att hon inte vill leva i Solna"),
        ("self_harm:act", "I kväll tar jag mitt liv, förlåt alla", "I kväll tar jag min promenad"),
        ("self_harm:act", "Jag är så trött på att leva", "Jag är så trött på att levande musik dör ut"),
        ("self_harm:act", "skär mig varje kväll, ingen ser", "skar mig i tummen när jag lagade middag"),
        ("self_harm:act", "Imorgon finns jag inte, sen är det slut", "Imorgon finns inte kaffe, sen är det slut"),
        ("self_harm:act", "orkar inte leva med skammen", "orkar inte leva med den här parkeringsappen"),
        ("self_harm:act", "ni klarar er, jag tar livet av mig i natt", "matten tar livet av mig i natt"),
        (
            "self_harm:report",
            "Min son säger att han önskar att han aldrig fötts",
            "Min son säger att han aldrig frusit",
        ),
        ("self_harm:report", "Elevens armar är fulla av rispor, hon skar sig", "Bilens dörrar är fulla av rispor"),
        (
            "self_harm:report",
            "Hon är rädd att han gör något dumt mot sig själv",
            "Hon är rädd att han gör kaffet för svagt",
        ),
        ("threat:act", "Kommunalrådets hus brinner fint", "Kommunalrådets hus lyser fint"),
        ("threat:act", "Ta farväl av era barn, lärare på Fittjaskolan", "Ta med era barn, lärare på Fittjaskolan"),
        ("threat:act", "Gå och lägg dig på spåret, Simon", "Gå och lägg dig tidigt, Simon"),
        ("threat:act", "Rektorn kommer inte att få se sommaren", "Rektorn kommer inte att få se föreställningen"),
        ("threat:act", "Han borde ställas upp mot väggen och skjutas", "Han borde ställas mot väggen i debatten"),
        ("threat:act", "Alla i nämnden kan gå och dö", "Vintervädret i Tumba kan gå och dö"),
        ("threat:act", "vi vet var hon bor, handläggaren", "dela så att alla vet var hon bor, katten"),
        ("threat:report", "Läraren fick en död fågel i brevlådan", "Läraren såg en död fågel i diket"),
        ("bullying:act", "gilla om ni också tycker att hon är äcklig", "gilla om ni också tycker att hon sjöng bäst"),
        ("violence:act", "haha slå honom igen, han ligger ner", "haha slå på radion igen, han spelar nu"),
        ("personal_data:act", "Karin på soc har nummer 070-174 06 05", "Växeln på soc har nummer 08-530 610 00"),
        ("personal_attack:act", "Du är en jävla idiot", "Det är en jävla kyla"),
        ("obscenity:act", "Sug min kuk ordföranden", "Sug på den karamellen ordföranden"),
        ("pornography:act", "Nakna tjejer live, gratis, klicka här", "Nakna träd live, gratis, kom hit"),
        ("copyright:act", "Ladda ner hela boken som pdf gratis här", "Låna hela boken på biblioteket gratis"),
        ("advertising:act", "Casino utan gränser, klicka här", "Bingo på äldreboendet, kom hit"),
    ],
)
def test_a_deed_is_told_from_its_innocent_twin(signal: str, guilty: str, innocent: str) -> None:
    assert signal in raised(guilty)
    assert signal not in raised(innocent)


@pytest.mark.parametrize(
    "text",
    [
        "Rektorn på Fittjaskolan är helt oduglig och borde avgå i dag",
        "Sämsta kommunen i landet. Ni ljuger, ni slarvar, ni bryr er inte",
        "Fan vad trött jag är på Botkyrka kommun, skandal rakt igenom",
        "Politikerna i Botkyrka ska stå till svars i valet",
        "Jag jobbar på Silverkronan och vi hinner inte ge de boende mat i tid",
    ],
)
def test_criticism_however_harsh_is_no_flag(text: str) -> None:
    assert raised(text) == set()


@pytest.mark.parametrize("kind", ["news", "official"])
def test_news_reports_and_does_not_threaten(kind: Kind) -> None:
    flags = raised("Mannen skrev att han ska döda rektorn. Han åtalas för olaga hot.", kind)
    assert "threat:report" in flags
    assert "threat:act" not in flags


def test_what_is_quoted_is_somebody_elses_threat() -> None:
    assert raised("På lappen i trappen: ”vi ska ta dig”. Polisen är ringd.") == {"threat:report"}
    assert "threat:act" in raised("Vi ska ta dig")


def test_the_most_serious_word_for_one_deed_is_enough() -> None:
    assert raised("Du är ett äckel, du ska dö") == {"threat:act"}


def test_evidence_and_reason_are_what_a_manager_reads() -> None:
    flag = assess("Nu får det vara nog. Någon borde skjuta handläggaren på soc i Botkyrka.").flags[0]
    assert flag.category == "threat"
    assert all(span.text in "Någon borde skjuta handläggaren på soc i Botkyrka." for span in flag.evidence)
    assert flag.reason.endswith(".") and "skjuta" in flag.reason


def test_an_alert_needs_us_an_act_or_a_unit() -> None:
    assert assess("Inbrott på Tumba bibliotek i natt", "news").alert_reasons == ("report-at-unit",)
    assert not assess("Inbrott i en villa i Tumba", "news").alert
    assert not assess("Jag ska döda dig din jävel i Malmö").alert
    assert assess("Gå inomhus, giftig rök i Tumba", "official", "Viktigt meddelande till allmänheten").alert
    assert not assess("Ordföranden i Tumba är en jävla idiot").alert


def test_the_kind_of_crime_is_named_as_the_police_group_it() -> None:
    assert assess("En man rånades i Fittja", "news").flags[0].type == "robbery"


PIECES = st.sampled_from(
    [
        "jag ska döda dig",
        "”",
        "inte ",
        "070-174 06 05",
        "😂",
        "\u200b",
        "å\u030a",
        "\ud800",
        "h0ra",
        "d ö",
        ". ",
        "\n",
        "ﬁ",
        "İ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=10)), max_size=20).map("".join),
    st.sampled_from(["news", "microblog", "forum", "video", "wiki"]),
    st.sampled_from(["", "Rubrik"]),
)
def test_any_text_is_assessed_and_evidence_stands_where_it_says(text: str, kind: Kind, title: str) -> None:
    post = entry(title=title, text=text, kind=kind)
    given_ = botkyrka().assess(post)
    assert 0 <= given_.toxicity < 1 and -1 <= given_.tone.polarity <= 1
    for flag in given_.flags:
        for span in flag.evidence:
            assert post.content[span.start : span.end].encode("utf-8", "replace").decode() == span.text


def weighed(**keys: object) -> Rule:
    given = {
        "id": "w",
        "category": "threat",
        "role": "act",
        "reason": "{evidence}",
        "weights": {"weapon": 0.6, "soon": 0.5},
    }
    return Rule.model_validate(given | keys)


def evidence(text: str) -> Evidence:
    return Reader({"weapon", "soon", "fiction", "is:quote"}).read(text, ())


@pytest.mark.parametrize(
    ("text", "scope", "fires_"),
    [
        ("Jag tar med kniv imorgon", "sentence", True),
        ("Jag tar med kniv", "sentence", False),
        ("Jag tar med kniv. Vi ses imorgon", "sentence", False),
        ("Jag tar med kniv. Vi ses imorgon", "passage", True),
        ("Jag tar med kniv. Jag är redo. Vi ses imorgon", "passage", False),
        ("Jag tar med kniv. Jag är redo. Vi ses imorgon", "text", True),
        ("Jag tar inte kniv imorgon", "sentence", False),
        ("”Jag tar med kniv imorgon” skrev han", "sentence", False),
    ],
)
def test_weak_words_come_to_a_suspicion_together(text: str, scope: str, fires_: bool) -> None:
    assert bool(tips(weighed(scope=scope), evidence(text))) is fires_


def test_what_speaks_against_is_taken_off() -> None:
    rule = weighed(weights={"weapon": 0.6, "soon": 0.5, "fiction": -0.5})
    assert tips(rule, evidence("Jag tar med kniv imorgon"))
    assert not tips(rule, evidence("Jag tar med kniv till teatern imorgon"))


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([-0.5, 0.25, 0.5, 0.75, 1.0]), max_size=6),
    st.lists(st.sampled_from("abcdef"), max_size=3, unique=True),
    st.frozensets(st.sampled_from("abcdef")),
)
def test_a_rule_that_could_fire_is_woken(weights: dict[str, float], needed: list[str], present: frozenset[str]) -> None:
    if not needed and sum(max(0.0, weight) for weight in weights.values()) < 1:
        return
    rule = weighed(weights=weights, **({"all": needed} if needed else {}))
    others = [weighed(weights={}, all=[term]) for term in "abc"]
    awake = {number for term, numbers in waiting([*others, rule]).items() if term in present for number in numbers}
    if may_tip(rule, present) and present.issuperset(needed):
        assert len(others) in awake


@pytest.mark.parametrize(
    "keys", [{"weights": {}}, {"weights": {"weapon": 0.5}}, {"weights": {}, "all": ["weapon"], "scope": "passage"}]
)
def test_a_rule_that_could_never_fire_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        weighed(**keys)
