"""Who a flag is about, whom a text accuses, who seems to have written it; and how grave that makes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config.schema import SeverityStep
from pipelines.labels import TARGETS
from pipelines.severity import spread, weighed
from pipelines.types import SEVERITIES, Flag
from tests.builders import flag
from tests.enrich.reading import assess, botkyrka


def raised(text: str, kind: str = "social") -> Flag:
    """The gravest flag."""
    return assess(text, kind).flags[0]


# --- who is targeted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("Jag ska slå ihjäl rektorn på Fittjaskolan", "microblog", "anstalld"),
        ("Vi ska spöa upp varenda unge på Fittjaskolan imorgon, jag ska döda er", "microblog", "elev"),
        ("Jag ska spränga Fittjaskolan imorgon", "microblog", "elev"),
        ("Döda alla politiker i Botkyrka", "microblog", "fortroendevald"),
        ("Min dotter på Fittjaskolan blir mobbad varje dag", "forum", "elev"),
        ("Personalen på Silverkronan slår de gamla, jag har sett misshandeln", "review", "brukare"),
        ("Jag ska döda läraren i 8C på Fittjaskolan", "microblog", "anstalld"),
        ("Du som skrev utredningen på socialförvaltningen i Botkyrka, jag ska döda dig", "microblog", "anstalld"),
        ("My kid is bullied every day at Fittjaskolan. The principal says boys will be boys.", "microblog", "elev"),
        ("En elev misshandlades av en lärare på Fittjaskolan", "news", "elev"),
        ("En lärare misshandlades av två elever på Fittjaskolan", "news", "anstalld"),
        ("Elever hotade lärare med kniv på Fittjaskolan", "news", "anstalld"),
        ("Hot mot personalen på Fittjaskolan från elever", "news", "anstalld"),
        ("Inbrott på Fittjaskolan. Rektorn säger att polisen är inkopplad.", "news", "allman"),
        ("Köp solglasögon i Tumba, klicka här, barnen älskar dem! 50 % rabatt www.x.example", "social", "allman"),
    ],
)  # fmt: skip
def test_who_is_targeted(text: str, kind: str, target: str) -> None:
    assert raised(text, kind).target == target


def test_news_in_which_an_adult_only_speaks_is_about_the_pupils() -> None:
    told = "Hot mot Fittjaskolan stoppade lektionerna, säger rektorn."
    assert raised(told, "news").target == "elev"
    assert raised("Hot mot rektorn på Fittjaskolan stoppade lektionerna.", "news").target == "anstalld"


# --- who must not be the one that is told ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Jag är undersköterska på Silverkronan och vi hinner inte med de gamla",
        "Som lärare på Fittjaskolan ser jag hur barnen far illa",
        "Vi som jobbar på Allégården har larmat i ett år utan att något händer",
        "Vi i personalen på Fittja bibliotek mår inte bra",
        "Min chef på Fittja bibliotek lyssnar inte på någon av oss",
        "Jag har jobbat åt kommunen i tio år. Fittjaskolan är den sämsta arbetsplatsen.",
        "Sa upp mig från Allégården förra veckan, kaoset går inte att beskriva",
    ],
)
def test_a_writer_who_seems_to_work_there(text: str) -> None:
    assert assess(text).by_employee
    assert not assess(text, "news").by_employee


@pytest.mark.parametrize(
    "text",
    [
        "Undersköterskan på Silverkronan hinner inte med de gamla",
        "Min son går på Fittjaskolan och lärarna lyssnar inte",
        "Jag jobbar natt och kan aldrig hämta själv. Fittjaskolan bryr sig inte.",
        "En lärare på Fittjaskolan skrek åt barnen",
        "Hon sa: ”jag är lärare på Fittjaskolan”, men det stämmer inte, och det är skandal",
        "Vi på Tumba bibliotek hälsar alla välkomna på lördag",
        "Tack Fittjaskolan, jag som jobbar på Fittjaskolan är så stolt över eleverna!",
    ],
)
def test_a_writer_who_does_not_or_who_only_praises(text: str) -> None:
    assert not assess(text).by_employee


@pytest.mark.parametrize(
    "text",
    [
        "Rektorn på Fittjaskolan har länge mobbat elever",
        "Vi blir hotade av enhetschefen på Allégården om vi säger något",
        "Enhetschefen på Silverkronan mörkar att de gamla ramlar",
        "Rektorn på Fittjaskolan misstänks för misshandel",
        "Skolledningens maktmissbruk på Fittjaskolan måste få ett slut",
        "Föräldrar har polisanmält rektorn på Fittjaskolan",
        "Bibliotekschefen på Fittja bibliotek tog emot mutor",
    ],
)
def test_the_one_who_answers_for_the_unit_is_accused(text: str) -> None:
    assert assess(text).about_management


@pytest.mark.parametrize(
    "text",
    [
        "Rektorn på Fittjaskolan hotades av en förälder",
        "Rektorn på Fittjaskolan har polisanmält hotet",
        "Jag ska slå ihjäl rektorn på Fittjaskolan",
        "Rektorn på Fittjaskolan är usel på att planera och svarar aldrig",
        "Vi har anmält till rektorn på Fittjaskolan att vår son mobbas",
        "En elev på Fittjaskolan mobbas. Rektorn berättar att skolan utreder.",
        "Enhetschefen på Allégården slår fast att rutinerna följs",
    ],
)
def test_the_one_who_answers_for_the_unit_is_not(text: str) -> None:
    assert not assess(text).about_management


# --- severity -----------------------------------------------------------------------------------------------------


def test_a_child_is_graver_than_an_adult_and_an_adult_than_an_institution() -> None:
    table = botkyrka().severity_steps
    for category in ("threat", "personal_attack"):
        given_ = [flag(category, severity="medium", target=target) for target in ("elev", "anstalld", "allman")]
        done = [weighed(one, table, lambda term: False, role_told=False).severity for one in given_]
        assert done == ["high", "medium", "low"]


def test_time_and_place_make_a_threat_graver_and_say_so() -> None:
    vague = raised("Jag ska slå ihjäl kommunalrådet i Botkyrka", "microblog")
    precise = raised("Jag ska slå ihjäl kommunalrådet i Botkyrka imorgon", "microblog")
    assert (vague.severity, precise.severity) == ("high", "critical")
    assert "concrete" in precise.steps and "concrete" not in vague.steps


def test_what_is_told_is_milder_than_what_is_done() -> None:
    told = raised("Rektorn på Fittjaskolan hotades av en man", "news")
    assert (told.role, told.severity, told.steps) == ("report", "medium", ("told",))


def test_a_rule_that_has_a_severity_of_its_own_has_reckoned_with_its_role() -> None:
    step = SeverityStep(id="told", name="berättas om", by=-1, role="report")
    own = flag(severity="high", role="report")
    assert weighed(own, [step], lambda term: False, role_told=True).severity == "high"
    assert weighed(own, [step], lambda term: False, role_told=False).severity == "medium"


def test_reach_counts_when_the_text_has_reached_so_many_and_once() -> None:
    table = botkyrka().severity_steps
    hot = flag(severity="medium", target="anstalld")
    assert spread(hot, table, 2) == hot
    wide = spread(hot, table, 3)
    assert (wide.severity, wide.steps) == ("high", ("spread",))
    assert spread(wide, table, 9) == wide


STEPS = st.lists(
    st.builds(
        SeverityStep,
        id=st.uuids().map(str),
        name=st.just("n"),
        by=st.integers(-3, 3),
        role=st.sampled_from([None, "act", "report"]),
        targets=st.lists(st.sampled_from(TARGETS), max_size=2).map(tuple),
    ),
    max_size=6,
)


@given(STEPS, st.sampled_from(SEVERITIES), st.sampled_from(TARGETS))
def test_severity_stays_on_its_scale_and_moves_as_the_steps_it_names(
    table: list[SeverityStep], severity: str, target: str
) -> None:
    before = flag(severity=severity, target=target)
    after = weighed(before, table, lambda term: False, role_told=False)
    moved = sum(step.by for step in table if step.id in after.steps)
    at = SEVERITIES.index(before.severity) + moved
    assert SEVERITIES.index(after.severity) == min(max(at, 0), len(SEVERITIES) - 1)
    assert all(not step.targets or target in step.targets for step in table if step.id in after.steps)
