"""Routing: what goes to whom, and what can never happen whatever the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import Config, load
from pipelines.config.schema import Match, Receiver, Route, unit_receiver
from pipelines.notify.route import category, is_negative, receivers, route
from pipelines.types import SEVERITIES, Assessment, Item, Stance
from tests import builders
from tests.builders import NOW, assessment, entry, flag, item, smaby, tone

BOTKYRKA = load(Path(__file__).parents[2] / "config" / "botkyrka")
CRITICAL = Stance("critical", 0.8)


def botkyrka(units: tuple[str, ...] = (), **assessed: object) -> dict[str, bool]:
    """Who is told of such a text under the real routes, and whether at once."""
    given = route(item(entry(kind="microblog"), units=units, **assessed), BOTKYRKA)
    return {notice.receiver: notice.urgent for notice in given}


def test_criticism_goes_to_the_head_of_communications_and_the_unit_in_the_digest() -> None:
    assert botkyrka(("fittjaskolan",), stance=CRITICAL) == {
        "kommunikationschef": False,
        "enhetschef:fittjaskolan": False,
    }


def test_bullying_at_a_school_is_told_at_once() -> None:
    bullied = flag("bullying", role="report")
    assert botkyrka(("fittjaskolan",), flags=(bullied,), alert=True) == {
        "kommunikationschef": True,
        "enhetschef:fittjaskolan": True,
    }


def test_a_threat_reaches_those_who_answer_for_safety() -> None:
    told = botkyrka(("fittjaskolan",), flags=(flag("threat"),), alert=True)
    assert told["sakerhetschef"] is True
    assert told["enhetschef:utbildning"] is True
    reported = botkyrka(("fittjaskolan",), flags=(flag("threat", role="report"),), alert=True)
    assert "sakerhetschef" not in reported


def test_a_question_without_a_unit_goes_to_the_root() -> None:
    assert botkyrka(intent="question") == {"kommunikationschef": False}


def test_praise_reaches_the_unit_that_is_praised() -> None:
    told = botkyrka(("tumba-bibliotek",), stance=Stance("supportive", 0.8), intent="praise")
    assert told == {"kommunikationschef": False, "enhetschef:tumba-bibliotek": False}


@pytest.mark.parametrize(
    "assessed",
    [
        {"intent": "information"},
        {"about": False, "stance": CRITICAL, "flags": (flag("threat"),), "alert": True},
        {"intent": "praise", "tone": tone("positive")},  # a sunset over a place of ours
    ],
)
def test_what_concerns_nobody_is_told_nobody(assessed: dict[str, object]) -> None:
    assert botkyrka(**assessed) == {}


def test_the_order_is_the_contracts() -> None:
    given = assessment(units=("fittjaskolan",), flags=(flag("bullying"),), alert=True)
    assert receivers(given, "microblog", BOTKYRKA) == ("kommunikationschef", "enhetschef:fittjaskolan")


@pytest.mark.parametrize(
    ("assessed", "expected"),
    [
        ({"flags": (flag("advertising", severity="low"), flag("threat", severity="high"))}, "threat"),
        ({"flags": (flag("crime", role="report"), flag("bullying", role="act"))}, "bullying"),
        ({"stance": CRITICAL, "intent": "question"}, "negative"),
        ({"tone": tone("negative")}, "negative"),
        ({"intent": "question", "tone": tone("positive")}, "question"),
        ({"intent": "praise"}, "positive"),
        ({"intent": "information"}, "information"),
    ],
)
def test_the_reason_is_the_gravest(assessed: dict[str, object], expected: str) -> None:
    assert category(assessment(**assessed)) == expected


def test_the_urgent_route_wins_whatever_the_order() -> None:
    calm = Route(id="lugn", match=Match(), to=("kommunikationschef",))
    urgent = Route(id="bradskande", match=Match(alert=True), to=("kommunikationschef",), urgent=True)
    for routes in ((calm, urgent), (urgent, calm)):
        (notice,) = route(item(alert=True), builders.config(routes=routes))
        assert (notice.route, notice.urgent) == ("bradskande", True)


def test_a_route_that_finds_nobody_ends_at_the_root() -> None:
    only_units = builders.config(routes=(Route(id="fragor", match=Match(), to=("unit", "department")),))
    (notice,) = route(item(intent="question"), only_units)
    assert (notice.receiver, notice.route) == ("kommunikationschef", "fragor")
    (gone,) = route(item(intent="question", units=("a-unit-taken-out",)), only_units)
    assert gone.receiver == "kommunikationschef"


def test_category_and_role_are_those_of_one_flag() -> None:
    threats = Route(id="hot", match=Match(categories=("threat",), role="act"), to=("unit",))
    config = builders.config(routes=(threats,))
    told = ("kommunikationschef", "enhetschef:omsorgen")
    mixed = assessment(units=("omsorgen",), flags=(flag("threat", role="report"), flag("crime", role="act")))
    assert receivers(mixed, "news", config) == told[:1]
    assert receivers(assessment(units=("omsorgen",), flags=(flag("threat"),)), "news", config) == told


def test_a_department_in_a_match_covers_its_units() -> None:
    schools = Route(id="skolor", match=Match(units=("skolkontoret",)), to=("department",))
    (notice,) = route(item(units=("nasviksskolan",)), builders.config(routes=(schools,)))
    assert notice.receiver == "enhetschef:skolkontoret"
    assert route(item(units=("omsorgen",)), builders.config(routes=(schools,))) == ()


def test_a_receiver_bound_to_units_is_told_of_no_other() -> None:
    bound = Receiver(id="skolchef", title="Skolchef", address="s@smaby.example", units=("nasviksskolan",))
    everything = Route(id="allt", match=Match(), to=("skolchef",))
    config = builders.config(receivers=(*smaby().receivers, bound), routes=(everything,))
    assert [notice.receiver for notice in route(item(units=("nasviksskolan",)), config)] == ["skolchef"]
    assert [notice.receiver for notice in route(item(units=("omsorgen",)), config)] == ["kommunikationschef"]


@pytest.mark.parametrize("why", ["by_employee", "about_management"])
def test_a_unit_is_not_told_of_what_its_own_people_write_or_its_own_manager_is_accused_of(why: str) -> None:
    grave = {"flags": (flag("threat"),), "stance": CRITICAL, "alert": True}
    told = botkyrka(("fittjaskolan",), **grave, **{why: True})
    assert told == {"kommunikationschef": True, "sakerhetschef": True, "enhetschef:utbildning": True}
    assert "enhetschef:fittjaskolan" in botkyrka(("fittjaskolan",), **grave)


def test_what_is_withheld_from_the_only_one_named_reaches_the_root() -> None:
    only_units = builders.config(routes=(Route(id="enheten", match=Match(), to=("unit",)),))
    (notice,) = route(item(units=("omsorgen",), about_management=True), only_units)
    assert (notice.receiver, notice.route) == ("kommunikationschef", "enheten")


# --- whatever the text --------------------------------------------------------------------------------------------


def assessments(config: Config) -> st.SearchStrategy[Assessment]:
    categories = [one.id for one in config.categories]
    flags = st.builds(
        flag, st.sampled_from(categories), role=st.sampled_from(["act", "report"]), severity=st.sampled_from(SEVERITIES)
    )
    return st.builds(
        assessment,
        about=st.booleans(),
        units=st.lists(st.sampled_from([unit.id for unit in config.units]), max_size=3, unique=True).map(tuple),
        tone=st.sampled_from([tone(label) for label in ("negative", "neutral", "positive", "unsure")]),
        stance=st.sampled_from([Stance(label, 0.7) for label in ("critical", "none", "supportive")]),
        intent=st.sampled_from(["criticism", "question", "praise", "information", "other"]),
        flags=st.lists(flags, max_size=3).map(tuple),
        alert=st.booleans(),
        by_employee=st.booleans(),
        about_management=st.booleans(),
    )


KINDS = st.sampled_from(["news", "microblog", "forum", "official"])


@pytest.mark.parametrize("config", [BOTKYRKA, smaby()], ids=["botkyrka", "smaby"])
def test_nothing_negative_or_flagged_gets_past_the_root(config: Config) -> None:
    @given(assessments(config), KINDS)
    def holds(assessed: Assessment, kind: str) -> None:
        told = receivers(assessed, kind, config)
        if assessed.about and (assessed.flags or is_negative(assessed)):
            assert told[0] == config.root
        if not assessed.about:
            assert told == ()

    holds()


@pytest.mark.parametrize("config", [BOTKYRKA, smaby()], ids=["botkyrka", "smaby"])
def test_a_manager_is_told_of_the_own_unit_only_and_of_all_alerts_there(config: Config) -> None:
    parents = {unit.id: unit.parent for unit in config.units}

    @given(assessments(config), KINDS)
    def holds(assessed: Assessment, kind: str) -> None:
        own = {unit_receiver(unit) for unit in assessed.units}
        above = {unit_receiver(parents[unit] or unit) for unit in assessed.units}
        told = receivers(assessed, kind, config)
        assert {one for one in told if one.startswith("enhetschef:")} <= own | above
        if assessed.by_employee or assessed.about_management:
            assert own.isdisjoint(told)
        elif assessed.about and assessed.alert:
            assert own <= set(told)

    holds()


@given(assessments(BOTKYRKA), KINDS)
def test_one_notice_for_each_receiver_and_all_for_one_reason(assessed: Assessment, kind: str) -> None:
    notices = route(Item(entry(kind=kind), assessed, "s1", first_seen=NOW), BOTKYRKA)
    assert tuple(notice.receiver for notice in notices) == receivers(assessed, kind, BOTKYRKA)
    assert {notice.category for notice in notices} <= {category(assessed)}
    assert not any(notice.urgent and not (assessed.alert or assessed.flags) for notice in notices)
