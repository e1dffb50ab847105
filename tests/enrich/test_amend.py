"""What people say wins over what was assessed, as far as their word reaches and no further."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.correction import LOWERS, QUESTIONS, VALUED, Bearing, Correction, Said, Verdict, Via
from pipelines.enrich.alert import alerts
from pipelines.enrich.amend import BY_A_PERSON, amend, protected
from pipelines.types import Assessment, Entry, Mention, Stance
from sentiment import Part, Span, Tone
from tests.builders import NOW, assessment, entry, flag, smaby

TEXT = "Grannarna berättar att bilar har bränts två nätter i rad vid torget i Näsvik, och att ingen har kommit dit."
EVIDENCE = (Span(0, 0, "bilar har bränts"),)
CRIME = flag("crime", role="report", severity="medium", evidence=EVIDENCE)


def post(id: str = "e1", text: str = TEXT, **changes: object) -> Entry:
    return entry(id, title="", text=text, kind="forum", **changes)


def say(verdict: Verdict, value: str = "", *, of: Entry | None = None, via: Via = "account", id: int = 1) -> Bearing:
    of = of or post()
    return Bearing(Correction(id, Said(of.id, of.revision, verdict, value, "någon", via), NOW), of)


def amended(given: Assessment, *said: Bearing, of: Entry | None = None) -> Assessment:
    return amend(of or post(), given, said, smaby())


def test_nothing_said_changes_nothing() -> None:
    given = assessment(flags=(CRIME,), alert=True, alert_reasons=("whatever",))
    assert amended(given) is given
    assert amended(given, say("done")) is given


def test_not_negative_takes_back_tone_stance_and_criticism() -> None:
    tone = Tone("negative", -0.5, 0.8, (Part("bränts", -0.5, EVIDENCE[0]),))
    got = amended(assessment(tone=tone, stance=Stance("critical", 0.8), intent="criticism"), say("not-negative"))
    assert (got.tone.label, got.tone.polarity, got.stance.label, got.intent) == ("neutral", 0.0, "none", "information")
    assert sum(part.value for part in got.tone.parts) == got.tone.polarity  # still a sum of named parts
    assert got.corrected == (1,)


def test_a_wrong_unit_goes_with_its_mention_and_another_comes() -> None:
    mention = Mention("unit", "nasviksskolan", Span(0, 1, "N"), 0.9, "namn")
    given = assessment(units=("nasviksskolan", "omsorgen"), mentions=(mention,))
    got = amended(given, say("wrong-unit", "nasviksskolan"), say("unit", "smaby-bibliotek", id=2))
    assert (got.units, got.mentions, got.about) == (("omsorgen", "smaby-bibliotek"), (), True)
    assert amended(given, say("wrong-unit")).units == ()


def test_not_about_silences_the_alert_and_about_brings_it_back() -> None:
    given = assessment(flags=(flag("threat", evidence=EVIDENCE),), alert=True, alert_reasons=("act",))
    off = amended(given, say("not-about"))
    assert (off.about, off.alert, off.alert_reasons) == (False, False, ())
    on = amended(given, say("not-about"), say("about", id=2))
    assert (on.about, on.alert, on.alert_reasons, on.corrected) == (True, True, ("act",), (2,))


def test_a_flag_taken_away_takes_its_weight_in_the_tone_along() -> None:
    turned = Tone("negative", -0.4, 0.7, (Part("lugnt", 0.1, None), Part("flaggat: crime", -0.5, EVIDENCE[0])))
    got = amended(assessment(flags=(CRIME,), tone=turned), say("not-flag", "crime"))
    assert got.flags == () and got.tone.label == "neutral" and round(got.tone.polarity, 9) == 0.1
    other = amended(assessment(flags=(CRIME,), tone=turned), say("not-flag", "threat"))
    assert other.flags == (CRIME,) and other.tone == turned


def test_a_flag_that_a_person_raises_alerts_like_any_other() -> None:
    got = amended(assessment(), say("is-flag", "threat"))
    assert [(one.category, one.role, one.rule) for one in got.flags] == [("threat", "act", BY_A_PERSON)]
    assert got.alert
    known = assessment(flags=(flag("threat", evidence=EVIDENCE),))
    assert amended(known, say("is-flag", "threat")).flags == known.flags
    assert amended(assessment(), say("is-flag", "no-such-category")).flags == ()


def test_the_later_word_holds() -> None:
    given = assessment(flags=(CRIME,))
    assert amended(given, say("not-flag", "crime"), say("is-flag", "crime", id=2)).flags != ()
    assert amended(given, say("is-flag", "crime"), say("not-flag", "crime", id=2)).flags == ()


def test_who_is_logged_in_comes_before_a_link_whatever_the_order() -> None:
    given = assessment(flags=(CRIME,))
    link, account = say("not-flag", "crime", via="link", id=2), say("is-flag", "crime", id=1)
    assert amended(given, account, link).flags == (CRIME,)
    assert amended(given, link, account).flags == (CRIME,)
    assert amended(given, link).flags == ()


# --- what a link may not do ---------------------------------------------------------------------------------------


def test_a_child_is_seen_by_whom_the_flag_concerns_else_by_the_unit_and_the_words() -> None:
    about_a_child = post(text="En elev har fått sin cykel stulen.")
    of_a_child, of_a_teacher = (replace(CRIME, target=target) for target in ("elev", "anstalld"))
    for read, found, expected in (
        (post(), assessment(flags=(CRIME,)), False),
        (post(), assessment(flags=(CRIME,), units=("nasviksskolan",)), True),
        (about_a_child, assessment(flags=(CRIME,)), True),
        (about_a_child, assessment(), False),
        (post(text=""), assessment(flags=(CRIME,)), True),
        (post(), assessment(flags=(of_a_child,)), True),
        (about_a_child, assessment(flags=(of_a_teacher,), units=("nasviksskolan",)), False),
        (about_a_child, assessment(flags=(of_a_teacher, of_a_child)), True),
        (about_a_child, assessment(flags=(of_a_teacher, CRIME)), True),
        (post(), assessment(flags=(flag("threat"),)), True),
        (post(), assessment(flags=(flag("self_harm"),)), True),
    ):
        assert protected(read, found, smaby()) is expected


VERDICTS = st.sampled_from(sorted(QUESTIONS)).flatmap(
    lambda verdict: st.tuples(
        st.just(verdict),
        st.sampled_from(["threat", "self_harm", "bullying", "crime", "nasviksskolan", "omsorgen"])
        if verdict in VALUED or verdict == "wrong-unit"
        else st.just(""),
    )
)


@settings(deadline=None)
@given(
    words=st.lists(VERDICTS, min_size=1, max_size=8),
    category=st.sampled_from(["threat", "self_harm", "bullying", "crime"]),
)
def test_no_words_by_links_ever_lower_a_threat_self_harm_or_a_flag_on_a_child(
    words: list[tuple[Verdict, str]], category: str
) -> None:
    text = "En elev på Näsviksskolan: " + TEXT
    of = post(text=text)
    raised = flag(category, evidence=(Span(0, 7, "En elev"),))
    reasons = alerts(smaby().alert_rules, about=True, flags=(raised,), at_unit=True, warning=False)
    given = assessment(
        flags=(raised,),
        units=("nasviksskolan",),
        tone=Tone("negative", -0.6, 0.9, ()),
        alert=bool(reasons),
        alert_reasons=reasons,
    )
    said = [say(verdict, value, of=of, via="link", id=id) for id, (verdict, value) in enumerate(words, 1)]
    got = amend(of, given, said, smaby())
    assert raised in got.flags and got.about and "nasviksskolan" in got.units and got.tone.label == "negative"
    assert set(reasons) <= set(got.alert_reasons)
    # and once someone logged in says the same, it holds
    confirmed = amend(of, given, [*said, say("not-flag", category, of=of, id=99)], smaby())
    assert category not in [one.category for one in confirmed.flags if one.rule != BY_A_PERSON]


# --- how far a word reaches ---------------------------------------------------------------------------------------


def test_a_word_reaches_a_copy_and_no_other_text() -> None:
    original = post("original")
    given = assessment("copy", flags=(CRIME,))
    copy = post("copy", source_id="rikstidningen", url="https://annan.example/1")
    edited = replace(copy, kind="news", text=TEXT.replace("två nätter", "flera nätter"))
    another = replace(
        copy, text="Bilar har bränts också i Tallbo i natt, säger polisen, som söker vittnen till branden."
    )
    word = say("not-flag", "crime", of=original)
    assert amended(given, word, of=copy).flags == ()
    assert amended(given, word, of=edited).flags == ()
    assert amended(given, word, of=another) is given
    assert amended(given, replace(word, wording=None), of=copy) is given  # what was read is no longer kept


def test_a_link_reaches_nothing_but_the_wording_it_was_sent_for() -> None:
    original, copy = post("original"), post("copy")
    link = say("not-flag", "crime", of=original, via="link")
    assert amended(assessment("copy", flags=(CRIME,)), link, of=copy).flags == (CRIME,)
    edited = replace(original, text=TEXT + " Nu brinner det igen.")
    assert amended(assessment("original", flags=(CRIME,)), link, of=edited).flags == (CRIME,)


def test_what_is_added_to_a_judged_text_is_not_judged() -> None:
    original = replace(post("original"), kind="news")
    more = replace(original, id="copy", text=f"{TEXT} Jag ska slå rektorn.")
    threat = flag("threat", evidence=(Span(0, 0, "ska slå rektorn"),))
    given = assessment("copy", flags=(threat, CRIME), alert=True, alert_reasons=("act",))
    for verdict, value in (("not-flag", "threat"), ("not-flag", "crime"), ("not-about", ""), ("not-negative", "")):
        assert amended(given, say(verdict, value, of=original), of=more) is given
    raised = amended(assessment("copy"), say("is-flag", "threat", of=original), of=more)
    assert [one.category for one in raised.flags] == ["threat"]  # a flag spreads all the same


def test_every_verdict_has_a_question_and_lowering_ones_are_known() -> None:
    assert set(QUESTIONS) >= LOWERS | VALUED
