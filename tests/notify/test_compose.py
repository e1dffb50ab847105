"""Mails as they are read: golden files, and what must never stand in them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.links import unseal
from pipelines.notify import clock, compose, window
from pipelines.notify.briefing import Briefing, DayFigures, Figures, Silence, silences
from pipelines.notify.caselines import CaseLine, Spread, case_line
from pipelines.notify.channels.smtp import envelope
from pipelines.notify.offers import Signer
from pipelines.notify.passive import Silent, passive
from pipelines.notify.render import KEY_LENGTH
from pipelines.notify.spikes import Spike
from pipelines.types import Flag, Item, Message, Stance, Told
from tests import builders
from tests.builders import NOW, config, entry, flag, item, smaby, told, tone

GOLDEN = Path(__file__).parents[1] / "golden"
HEAD = smaby().receiver("kommunikationschef")
WINDOW = window.closed(NOW, smaby().digest.closes, smaby().zone)
CALM = Briefing(WINDOW, Figures(0, 0, 0, 0, 0), Figures(3, 1, 0, 0, 0), 43, ())
assert HEAD is not None


def threat(**changes: object) -> Item:
    return item(
        entry("e-hot", kind="microblog", url="https://social.example/@anna/1", title="", text="Jag ska slå rektorn"),
        **{
            "units": ("nasviksskolan",),
            "places": ("Näsvik",),
            "alert": True,
            "alert_reasons": ("act",),
            "flags": (flag("threat", reason="Texten säger att någon ska skadas: slå rektorn."),),
            "tone": tone("negative"),
        }
        | changes,
    )


def busy_day() -> list[Told]:
    criticism = item(
        entry("e-snö", title="Kaos på gångvägarna", text="Det är en skandal att ingen plogar. " * 20, url=None),
        stance=Stance("critical", 0.8),
        tone=tone("negative", ("kaos", -0.4), ("skandal", -0.5), ("fin", 0.2)),
        units=("omsorgen",),
    )
    accident = item(entry("e-olycka", title="Två bilar krockade", text="Ingen skadades."), tone=tone("negative"))
    question = item(
        entry("e-fråga", kind="forum", title="", text="När öppnar simhallen?", published=NOW - timedelta(hours=3)),
        intent="question",
    )
    praise = item(
        entry("e-tack", kind="microblog", title="", text="Tack Näsviksskolan för en fin avslutning 🌸"),
        stance=Stance("supportive", 0.9),
        intent="praise",
        units=("nasviksskolan",),
    )
    return [
        told(praise, "positive"),
        told(accident, "negative"),
        told(criticism, "negative", sources=("smabybladet", "rikstidningen", "taken-out", "a", "b", "c")),
        told(question, "question"),
        told(threat(), "threat"),
    ]


def busy_briefing() -> Briefing:
    silent = (Silence("Radio Småby", NOW - timedelta(days=2)), Silence("Näsviksbladet", None))
    return Briefing(
        WINDOW,
        Figures(42, 12, 3, 5, 1),
        Figures(30, 14, 3, 2, 0),
        43,
        silent,
        week=week((21, 4), (18, 2), (0, 0), (35, 9), (28, 28), (30, 1), (42, 12)),
        cases=(waiting_question(61), waiting_threat(20), waiting_question(3)),
        spread=(Spread("Snön ligger kvar på gångvägarna", 7, 4, "http://127.0.0.1:8710/inlagg/e-snö"),),
        spikes=("Näsviksskolan nämns i 14 negativa inlägg sedan i går, mot 2 i vanliga fall.",),
    )


def busy() -> Message:
    return digest(busy_day(), busy_briefing())


def zero() -> Message:
    silent = (Silence("Radio Småby", NOW - timedelta(days=2)), Silence("Näsviksbladet", None))
    return digest([], replace(CALM, silent=silent, week=week((2, 0), (3, 1), (1, 0), (0, 0), (5, 2), (1, 1), (0, 0))))


def week(*figures: tuple[int, int]) -> tuple[DayFigures, ...]:
    """About and negative, day by day up to the window's."""
    first = WINDOW.day - timedelta(days=len(figures) - 1)
    return tuple(DayFigures(first + timedelta(days=after), *counted) for after, counted in enumerate(figures))


def waiting_question(hours_ago: float) -> CaseLine:
    asked = item(
        entry(
            "e-simhall",
            kind="forum",
            title="",
            text="När öppnar simhallen?",
            published=NOW - timedelta(hours=hours_ago),
        ),
        intent="question",
        units=("nasviksskolan",),
    )
    return opened(asked, ("enhetschef:nasviksskolan",))


def waiting_threat(hours_ago: float) -> CaseLine:
    post = threat()
    return opened(replace(post, entry=replace(post.entry, published=NOW - timedelta(hours=hours_ago))), (HEAD.id,))


def opened(of: Item, responsible: tuple[str, ...], **changes: object) -> CaseLine:
    """A case that was opened when its post was written."""
    using = config(sources=tuple(source.model_copy(update={"own": True}) for source in smaby().sources))
    (case,) = clock.cases(of, (), using, of.when)
    return case_line(replace(case, responsible=responsible, **changes), of, using, NOW)


def of_case(step: str, shown: CaseLine, receiver: str) -> Message:
    return compose.of_case(step, "0123456789abcdef01234567", shown, smaby().receiver(receiver), smaby())


def of_cases(step: str, hours_ago: float) -> Message:
    waiting = {"c1": waiting_question(hours_ago), "c2": waiting_threat(hours_ago)}
    return compose.of_cases(step, waiting, HEAD, smaby())


def digest(given: Sequence[Told], briefing: Briefing = CALM, **changes: object) -> Message:
    return compose.digest(given, HEAD, briefing, config(**changes))


def alert(*given: Told, **changes: object) -> Message:
    return compose.alert(given, HEAD, config(**changes))


# --- as they look -------------------------------------------------------------------------------------------------


def warning() -> Message:
    notice = item(
        entry("e-vma", kind="official", title="Viktigt meddelande: giftig rök", text="Gå inomhus och stäng fönster."),
        alert=True,
        alert_reasons=("warning",),
        places=("Näsvik",),
    )
    return alert(told(notice, "information"))


def at_risk(**changes: object) -> Message:
    given = item(
        entry(
            "e-risk", kind="forum", url="https://forum.example/t/7", title="Orkar inte", text="Jag vill inte leva mer"
        ),
        **{
            "units": ("nasviksskolan",),
            "alert": True,
            "flags": (flag("self_harm", severity="critical", target="elev", steps=("child",)),),
        }
        | changes,
    )
    return alert(told(given, "self_harm"))


def retold(number: int, **changes: object) -> Told:
    """A paper that tells of a threat."""
    post = entry(f"e-berättat-{number}", published=NOW - timedelta(minutes=10 * number))
    given = item(
        post,
        units=("nasviksskolan",),
        alert=True,
        flags=(flag("threat", role="report", severity="medium", reason="Texten berättar om ett hot."),),
        **changes,
    )
    return told(given, "threat")


def spike() -> Message:
    many = Spike("nasviksskolan", "social", "negative", NOW, 14, 1.5, 0.9, 5, 14, 1)
    return compose.spike(many, HEAD, smaby())


def over_the_cap() -> Message:
    attack = item(entry("e-brott"), units=("omsorgen",), flags=(flag("crime", severity="medium"),), alert=True)
    return compose.summary([retold(1), told(attack, "crime")], HEAD, smaby(), NOW.date())


def silent(step: str, days: int) -> Message:
    about = Silent(
        "facebook-nasvik", "Facebook", "Näsviksskolan & fritids", "https://facebook.example/nasvik",
        NOW - timedelta(days=days), days, "Rektor, Näsviksskolan",
    )  # fmt: skip
    return passive(step, about, HEAD, smaby())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("passive_first", lambda: silent("first", 60)),
        ("passive_again", lambda: silent("again", 74)),
        ("passive_close", lambda: silent("close", 88)),
        ("gathered", lambda: compose.gathered([retold(1), retold(2), retold(3, about_management=True)], HEAD, smaby())),
        ("spike", spike),
        ("summary", over_the_cap),
        ("alert_self_harm", at_risk),
        ("alert", lambda: alert(told(threat(), "threat", sources=("smabybladet", "rikstidningen")))),
        ("alert_warning", warning),
        ("digest", busy),
        ("digest_zero", zero),
        ("reminder", lambda: of_case("reminder", waiting_question(25), "enhetschef:nasviksskolan")),
        ("reminder_unsuitable", lambda: of_case("reminder", waiting_threat(25), HEAD.id)),
        (
            "escalation",
            lambda: of_case(
                "escalation",
                replace(waiting_question(49), reminded=True, state="kvitterad"),
                "enhetschef:skolkontoret",
            ),
        ),
        ("escalation_unsuitable", lambda: of_case("escalation", waiting_threat(49), HEAD.id)),
        ("reminder_several", lambda: of_cases("reminder", 25)),
        ("escalation_several", lambda: of_cases("escalation", 49)),
    ],
)
@pytest.mark.parametrize("part", ["txt", "html"])
def test_golden(name: str, message: object, part: str) -> None:
    """UPDATE_GOLDEN=1 writes the files anew; read them before they are committed."""
    made = message()
    shown = f"Subject: {made.subject}\n\n{made.text}" if part == "txt" else made.html
    file = GOLDEN / f"{name}.{part}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")


def test_the_text_part_tells_all_that_the_html_part_tells() -> None:
    """Every word and every link of the one stands in the other."""
    made = busy()
    shown = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", made.html, flags=re.DOTALL)).lower()
    labels = {"läs", "öppna", "översikten", "antal"}
    assert set(re.findall(r"\w{3,}", shown)) - labels <= set(re.findall(r"\w{3,}", made.text.lower()))
    assert set(re.findall(r'href="([^"]+)"', made.html)) == set(re.findall(r"https?://\S+", made.text))


def test_no_remote_content() -> None:
    late = of_case("escalation", waiting_threat(49), HEAD.id)
    for made in (busy(), late, alert(told(threat(), "threat"))):
        assert not re.search(r"<(img|link|script|iframe|object|form)|url\(|@import|srcset", made.html)


# --- what never leaves --------------------------------------------------------------------------------------------


SECRETS = st.text(st.characters(categories=["L", "N"]), min_size=6, max_size=30).map(lambda text: f"Hemligt{text}Slut")


@settings(max_examples=40)
@given(SECRETS, SECRETS, SECRETS, st.sampled_from(["news", "microblog", "forum"]), st.booleans())
def test_nothing_of_a_flagged_post_stands_in_a_mail(title: str, text: str, author: str, kind: str, slug: bool) -> None:
    url = f"https://tidning.example/{title if slug else ''}/{author}"
    post = item(
        entry(kind=kind, title=title, text=text, author=author, url=url if kind != "news" or slug else None),
        flags=(flag("threat", reason=f"Därför: {text}"), flag("unknown", rule="unknown", reason=title)),
        tone=tone("negative", (text, -0.5)),
        alert=True,
        intent="question",
    )
    for made in (alert(told(post, "threat")), digest([told(post, "threat")]), digest([told(post, "negative")])):
        sent = f"{made.subject}\n{made.text}\n{made.html}\n{made.key}"
        assert "Hemligt" not in sent
        assert f"/inlagg/{post.entry.id}" in made.text


def test_a_story_with_one_flagged_copy_shows_none_of_its_texts() -> None:
    flagged = threat(stance=Stance("critical", 0.8))
    copy = replace(
        item(entry("e-copy", title="Rubrik", text="Samma sak"), stance=Stance("critical", 0.8)), story_id="s-e-hot"
    )
    assert "Samma sak" not in digest([told(flagged, "threat"), told(copy, "negative")]).text


def test_a_post_told_as_flagged_stays_hidden_when_it_no_longer_is() -> None:
    assert "Snön ligger kvar" not in digest([told(item(), "threat")]).text
    assert "Snön ligger kvar" not in digest([told(item(), "a-category-taken-out")]).text


def test_what_concerns_self_harm_shows_the_routine_and_every_help_line() -> None:
    made = at_risk()
    flagged = item(entry("e-risk", title="Orkar inte", text="Jag vill inte leva"), flags=(flag("self_harm"),))
    for mail in (made, digest([told(flagged, "self_harm")])):
        for part in (mail.text, mail.html):
            flat = " ".join(part.split())
            assert "Sök personen samma dag." in flat
            assert "112 – SOS Alarm: vid fara för liv (ej verifierad)" in flat
            assert "116 111 – BRIS: för barn och unga" in flat and "unga (ej verifierad)" not in flat
            assert "orkar inte" not in flat.lower() and "vill inte leva" not in flat
    assert "SOS Alarm" not in alert(told(threat(), "threat")).text


def test_a_reference_is_unverified_until_someone_has_put_a_name_to_it() -> None:
    mobbed = item(flags=(flag("bullying"),), alert=True)
    for part in ("text", "html"):
        threatened = " ".join(getattr(alert(told(threat(), "threat")), part).split())
        assert "Olaga hot: brottsbalken 4 kap. 5 § (ej verifierad)" in threatened
        checked = " ".join(getattr(alert(told(mobbed, "bullying")), part).split())
        assert "Skollagen 6 kap. (granskad av Kommunjuristen 2026-11-02)" in checked


def test_a_text_in_many_sources_is_graver_and_says_so() -> None:
    hot = item(flags=(flag("threat", severity="medium", target="anstalld"),), alert=True)
    few = " ".join(alert(told(hot, "threat", sources=("a", "b"))).text.split())
    many = " ".join(alert(told(hot, "threat", sources=("a", "b", "c"))).text.split())
    assert "allvar: medel. Gäller en anställd." in few
    assert "allvar: hög (minst tre källor). Gäller en anställd." in many


@pytest.mark.parametrize("flags", [(), (flag("bullying"),)])
def test_who_is_told_in_the_units_place_reads_why(flags: tuple[Flag, ...]) -> None:
    post = item(units=("nasviksskolan",), stance=Stance("critical", 0.9), alert=True, flags=flags)
    plain = alert(told(post, "negative"))
    assert "Meddelarfriheten" not in plain.html and "anklaga" not in plain.html
    tipped = replace(post, assessment=replace(post.assessment, by_employee=True, about_management=True))
    for mail in (alert(told(tipped, "negative")), digest([told(tipped, "negative")])):
        for part in (mail.text, mail.html):
            assert "Meddelarfriheten gäller: ingen får söka efter vem det är" in " ".join(part.split())
            assert "anklaga den som ansvarar för enheten" in " ".join(part.split())
            assert "Vem som får veta" not in part


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["negative", "question", "threat"]))
def test_no_subject_says_anything_of_a_text(title: str, text: str, category: str) -> None:
    def subjects(title: str, text: str) -> list[str]:
        post = item(entry(title=title, text=text), alert=True, flags=(flag(reason=text),) * (category == "threat"))
        return [made.subject for made in (alert(told(post, category)), digest([told(post, category)]))]

    assert subjects(title, text) == subjects("", "")


def test_personal_data_is_masked_in_what_is_shown_of_a_text() -> None:
    post = item(
        entry(title="Klara Ek i 7B fick pris", text="Ring Nils Testman på 070-174 06 05, klara@skola.example."),
        stance=Stance("critical", 0.9),
        tone=tone("negative", ("070-174 06 05", -0.5)),
    )
    for part in (digest([told(post, "negative")]).text, digest([told(post, "negative")]).html):
        for secret in ("Klara", "Ek ", "Nils", "Testman", "070", "174", "klara@"):
            assert secret not in part
        assert "[namn] i 7B fick pris" in part


# --- keys, subjects, structure ------------------------------------------------------------------------------------


def test_one_story_one_key_named_after_the_gravest() -> None:
    both = alert(told(threat(), "threat"), told(replace(item(alert=True), story_id="s-e-hot"), "information"))
    assert both.key == "alert:s-e-hot:threat:kommunikationschef"
    assert both.message_id == alert(told(threat(), "threat")).message_id
    assert both.message_id.endswith("@smaby.example>")
    assert busy().key == "digest:kommunikationschef:2026-11-21"


def test_a_long_key_is_shortened_and_still_its_own() -> None:
    keys = [
        alert(
            told(replace(threat(), story_id=f"{number}" * 64), "threat"),
        ).key
        for number in (1, 2)
    ]
    receiver = HEAD.model_copy(update={"id": "enhetschef:" + "a" * 64})
    long = [
        compose.alert([told(replace(threat(), story_id=f"{number}" * 64), "threat")], receiver, smaby()).key
        for number in (1, 2)
    ]
    assert len({*keys, *long}) == 4
    assert all(len(key) <= KEY_LENGTH for key in long)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_composes_into_a_mail_that_can_be_sent(title: str, text: str, url: str) -> None:
    hostile = item(
        entry(title=title, text=text, url=f"https://x.example/{url}"), stance=Stance("critical", 0.9), alert=True
    )
    for made in (alert(told(hostile, "negative")), digest([told(hostile, "negative")])):
        mail = envelope(made, smaby().sender, NOW)
        assert mail.keys().count("Subject") == 1
        assert set(mail.keys()) <= ALLOWED
        mail.as_bytes()


ALLOWED = {
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


def test_markup_from_outside_is_text() -> None:
    hostile = item(
        entry(
            title="<script>alert(1)</script>", text='<img src=x onerror="x">{{ 7 * 7 }}', url='https://x.example/"><b>'
        ),
        stance=Stance("critical", 0.9),
    )
    made = digest([told(hostile, "negative")])
    assert "<script" not in made.html
    assert "<img" not in made.html
    assert "<b>" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "{{ 7 * 7 }}" in made.text


def test_a_line_from_outside_cannot_pose_as_one_of_ours() -> None:
    hostile = item(
        entry(title="Hej\r\n\r\nLARM: HOT\r\nhttps://elak.example", text="x"), stance=Stance("critical", 0.9)
    )
    assert not any(line.startswith("LARM") for line in digest([told(hostile, "negative")]).text.splitlines())


def test_a_crowded_section_says_how_many_more_there_are() -> None:
    many = [told(item(entry(f"e{number}"), stance=Stance("critical", 0.8)), "negative") for number in range(45)]
    made = digest(many)
    assert "NEGATIVT OM KOMMUNEN (45)" in made.text
    assert "Och 25 till: http://127.0.0.1:8710/flode" in made.text
    assert len(made.html.encode()) < 100_000


def test_a_day_that_is_crowded_in_every_part_is_not_cut_by_the_mail_program() -> None:
    many = [
        told(item(entry(f"{category}{number}", text="Lång text om kommunen. " * 20), **assessed), category)
        for category, assessed in (
            ("threat", {"flags": (flag("threat"),), "alert": True}),
            ("negative", {"stance": Stance("critical", 0.8)}),
            ("question", {"intent": "question"}),
            ("positive", {"intent": "praise"}),
            ("information", {}),
        )
        for number in range(60)
    ]
    crowded = digest(many, replace(busy_briefing(), cases=(waiting_question(3),) * 60))
    assert len(crowded.html.encode()) <= 100_000
    assert "Och 50 till: http://127.0.0.1:8710/arenden" in crowded.text
    for section in ("LARM OCH FLAGGADE INLÄGG (60)", "NEGATIVT OM KOMMUNEN (60)", "BERÖM (60)", "KÄLLOR"):
        assert section in crowded.text


def test_a_question_that_is_also_criticism_keeps_its_clock() -> None:
    asked = item(intent="question", stance=Stance("critical", 0.8))
    assert "Svara senast måndag 23 november kl.\u00a004.00." in digest([told(asked, "negative")]).text


def test_a_unit_manager_reads_of_the_own_unit_and_not_of_every_source() -> None:
    manager = smaby().receiver("enhetschef:nasviksskolan")
    made = compose.digest([], manager, replace(CALM, silent=(Silence("Radio Småby", None),)), smaby())
    assert "Gäller: Rektor, Näsviksskolan" in made.text
    assert "42 av 43 källor svarade." in made.text
    assert "Radio Småby" not in made.text


# --- links to correct by ------------------------------------------------------------------------------------------

SIGNER = Signer(b"an invented key", NOW)


def signed(*given: Told) -> Message:
    return compose.alert(given, HEAD, smaby(), signer=SIGNER)


def test_an_alert_offers_the_same_links_in_both_parts_and_no_text_in_them() -> None:
    made = signed(told(threat(), "threat"))
    links = re.findall(r"http://127\.0\.0\.1:8710/ratta/\S+", made.text)
    assert links == [unescape(link) for link in re.findall(r'href="([^"]+/ratta/[^"]+)"', made.html)]
    assert len(set(links)) == len(links) == 4
    said = [unseal(b"an invented key", "correct", link.rpartition("/")[2], NOW) for link in links]
    assert [(one[0], one[1], one[2], one[4]) for one in said] == [
        ("not-flag", "threat", "e-hot", "kommunikationschef"),
        ("wrong-unit", "", "e-hot", "kommunikationschef"),
        ("not-about", "", "e-hot", "kommunikationschef"),
        ("done", "", "e-hot", "kommunikationschef"),
    ]
    for words in ("Inte hot", "Fel enhet", "Handlar inte om oss", "Klart", "Inget händer förrän du trycker"):
        assert words in made.text and words in made.html.replace("\n", " ")


def test_a_digest_offers_links_for_what_is_to_be_acted_on_and_stays_small() -> None:
    made = compose.digest(busy_day(), HEAD, CALM, smaby(), signer=SIGNER)
    offered = re.findall(r"/ratta/", made.text)
    assert (
        len(offered) == len(re.findall(r"/ratta/", made.html)) == 4 + 4 + 3 + 2
    )  # threat, criticism, accident, question
    many = [told(item(entry(f"e{number}"), stance=Stance("critical", 0.8)), "negative") for number in range(45)]
    crowded = compose.digest(many, HEAD, CALM, smaby(), signer=SIGNER)
    assert "/ratta/" in crowded.html and len(crowded.html.encode()) < 100_000


# --- silence ------------------------------------------------------------------------------------------------------


def test_a_source_is_silent_after_two_of_its_own_intervals() -> None:
    often, seldom, off = (
        builders.smaby().sources[0].model_copy(update=changes)
        for changes in (
            {"id": "often", "name": "Ofta", "every_minutes": 10},
            {"id": "seldom", "name": "Sällan", "every_minutes": 7 * 24 * 60},
            {"id": "off", "name": "Av", "enabled": False},
        )
    )
    before = WINDOW.start - timedelta(minutes=1)
    assert silences((often, seldom, off), {"often": before, "seldom": before}, WINDOW) == (Silence("Ofta", before),)
    assert silences((often, seldom), {"often": NOW, "seldom": NOW - timedelta(days=15)}, WINDOW) == (
        Silence("Sällan", NOW - timedelta(days=15)),
    )
    assert [one.name for one in silences((often, seldom, off), {}, WINDOW)] == ["Ofta", "Sällan"]
