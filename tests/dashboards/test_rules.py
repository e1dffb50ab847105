"""Regler as someone changes them: silenced and taken up, back-tested, words excepted; what an alert then does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards import excepting
from pipelines.bootstrap import App
from pipelines.correct import correct
from pipelines.enrich.phase import run as enrich
from pipelines.notify.hold import Silence
from pipelines.notify.phase import run as notify
from pipelines.notify.settings import silences
from pipelines.store.engine import reading
from tests import builders
from tests.builders import EVERYTHING, NOW, entry, flag, item, renewed, told
from tests.dashboards import seed
from tests.dashboards.seed import logged_in
from tests.dashboards.test_pages import plain

BULLIED = item(
    entry(
        "mobbad", title="Näsviksskolan", text="Ett barn blir mobbat och mobbas där.", published=NOW - timedelta(hours=1)
    ),
    units=("nasviksskolan",),
    flags=(flag("bullying", role="report", rule="bullied", reason="Texten berättar att någon mobbas."),),
    alert=True,
    alert_reasons=("bullied",),
)
THEATRE = item(
    entry(
        "teater", title="Näsviksskolan", text="I teatern Hamlet mobbas en prins.", published=NOW - timedelta(hours=2)
    ),
    units=("nasviksskolan",),
    flags=BULLIED.assessment.flags,
)
PATH = "/regler/bullied"
SILENT = {"till": "2026-11-30", "skal": "Fel på fel"}


@pytest.fixture
def app(tmp_path: object) -> App:
    return seed.world(tmp_path, (*seed.WORLD, BULLIED, THEATRE))  # type: ignore[arg-type]


def press(client: TestClient, path: str, **form: str) -> tuple[int, str]:
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/hjalp").text)[1]
    answer = client.post(path, data={"csrf": csrf} | form)
    return answer.status_code, answer.text


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.partition('/ord"')[2])[1]


def excepted(app: App) -> tuple[str, ...]:
    present = next(one for one in renewed(app).config.rules if one.id == "bullied")
    files = next(one for one in builders.smaby().rules if one.id == "bullied")
    return tuple(term for term in present.unless if term not in files.unless)


def saved(client: TestClient, words: str, skal: str = "Pjäser") -> int:
    """Back-test the words, then press what the page offers."""
    code, page = press(client, f"{PATH}/prova", ord=words)
    assert code == 200
    form = {name: hidden(page, name) for name in ("ord", "bevis", "sedd")}
    return press(client, f"{PATH}/ord", **form, skal=skal)[0]


def test_every_rule_has_a_page_that_the_list_leads_to(app: App, chief: TestClient) -> None:
    links = re.findall(r'href="(/regler/[^"]+)"', chief.get("/regler").text)
    assert links == [
        f"/regler/{rule.id}" for rule in sorted(app.config.rules, key=lambda one: links.index(f"/regler/{one.id}"))
    ]
    assert len(links) == len(app.config.rules)
    for path in links:
        page = chief.get(path)
        assert page.status_code == 200 and "Tysta regeln" in page.text
    assert chief.get("/regler/finns-inte").status_code == 404


def test_a_rule_is_silenced_with_reason_and_end_and_taken_up_again(app: App, chief: TestClient) -> None:
    for wrong, said in (
        ({"till": ""}, "sista dag"),
        ({"till": "2026-11-01"}, "sista dag"),
        ({"skal": " "}, "Skriv varför"),
    ):
        code, page = press(chief, f"{PATH}/tysta", **SILENT | wrong)
        assert code == 400 and said in page
    assert press(chief, f"{PATH}/tysta", **SILENT)[0] == 303
    with reading(app.engine) as opened:
        ((_, silence),) = silences(opened, NOW).items()
    assert (silence.rule, silence.unit, silence.source) == ("bullied", None, None)
    assert "Tystad" in chief.get("/regler").text
    page = plain(chief.get(PATH).text)
    assert "tystad till och med måndag 30 november 2026" in page and "Fel på fel" in page
    assert press(chief, f"{PATH}/tysta", **SILENT)[0] == 409
    assert press(chief, f"{PATH}/ater", skal="Bättre nu")[0] == 303
    assert press(chief, f"{PATH}/ater", skal="Bättre nu")[0] == 409
    page = plain(chief.get(PATH).text)
    assert "Tystnaden avslutad" in page and "Bättre nu" in page and "Tystad till och med" in page
    with reading(app.engine) as opened:
        assert not silences(opened, NOW)


def test_what_a_silenced_rule_flags_alerts_nobody_and_the_post_says_so(app: App, chief: TestClient) -> None:
    assert "Regeln är tystad" not in chief.get("/inlagg/mobbad").text
    press(chief, f"{PATH}/tysta", **SILENT)
    page = plain(chief.get("/inlagg/mobbad").text)
    assert "Regeln är tystad till och med" in page and "Fel på fel" in page and "larmar inte" in page
    notify(app)
    with reading(app.engine) as opened:
        kinds = opened.exec_driver_sql("SELECT count(*) FROM message WHERE kind='alert' AND key LIKE '%bullying%'")
        assert kinds.scalar_one() == 0
    assert "Inget larm: det var tystat" in plain(chief.get("/inlagg/mobbad").text)


def test_a_threat_alerts_though_its_rule_is_silenced_and_the_post_says_that_too(app: App, chief: TestClient) -> None:
    assert press(chief, "/regler/threat/tysta", **SILENT)[0] == 303
    assert "Sådant här larmar ändå" in chief.get("/inlagg/hot").text


def test_a_silence_of_one_rule_leaves_what_another_has_flagged_in_the_same_post() -> None:
    both = item(flags=(flag("bullying", rule="bullied"), flag("crime", rule="burglary")), alert=True)
    silence = Silence(rule="bullied", until=NOW + timedelta(days=1))
    assert silence.holds(told(both, "bullying"), NOW)
    assert not silence.holds(told(both, "crime"), NOW)


def test_the_backtest_says_what_it_read_and_what_words_would_change(app: App, chief: TestClient) -> None:
    code, page = press(chief, f"{PATH}/prova", ord="")
    assert code == 200 and "Läste 7 inlägg från 30 dagar" in plain(page) and "Spara undantagen" not in page
    code, page = press(chief, f"{PATH}/prova", ord="Hamlet\n\n hamlet ")
    text = plain(page)
    assert "Flaggas med regeln som den är 2" in text and "Flaggas med orden ovan 1" in text
    assert 'href="/inlagg/teater"' in page and 'href="/inlagg/mobbad"' not in page
    assert excepted(app) == ()


def test_words_are_kept_only_after_their_own_backtest(app: App, chief: TestClient) -> None:
    _, page = press(chief, f"{PATH}/prova", ord="Hamlet")
    proof = hidden(page, "bevis")
    for form in ({"ord": "mobbat", "bevis": proof}, {"ord": "hamlet", "bevis": ""}, {"ord": "hamlet", "bevis": "å"}):
        code, page = press(chief, f"{PATH}/ord", skal="Pjäser", **form)
        assert code == 400 and "Provkör orden innan" in page and excepted(app) == ()
    other = logged_in(app, "administrator")
    assert press(other, f"{PATH}/ord", skal="x", ord="hamlet", bevis=proof)[0] == 400
    assert saved(chief, "Hamlet") == 303 and len(excepted(app)) == 1
    assert "Pjäser" in chief.get(PATH).text and ">hamlet</textarea>" in chief.get(PATH).text
    assert saved(chief, "", "Behövs inte") == 303 and excepted(app) == ()


def test_what_is_stored_is_read_anew_with_the_words(app: App, chief: TestClient) -> None:
    assert saved(chief, "Hamlet") == 303
    enrich(renewed(app))
    assert "Texten berättar att någon mobbas" not in chief.get("/inlagg/teater").text
    assert "Texten berättar att någon mobbas" in chief.get("/inlagg/mobbad").text


def test_fewer_words_are_shown_as_more_flags(app: App, chief: TestClient) -> None:
    saved(chief, "hamlet\nprins")
    _, page = press(chief, f"{PATH}/prova", ord="skurk")
    text = plain(page)
    assert "Flaggas med regeln som den är 1" in text and "Flaggas med orden ovan 2" in text


def test_it_warns_of_words_that_hide_what_someone_has_confirmed(app: App, chief: TestClient) -> None:
    correct(app, EVERYTHING, "mobbad", "is-flag", "bullying", "anna")
    _, page = press(chief, f"{PATH}/prova", ord="barn")
    assert "Av dem bekräftade som rätt flaggade 1" in plain(page) and "mer bestämda ord" in page
    _, page = press(chief, f"{PATH}/prova", ord="hamlet")
    assert "mer bestämda ord" not in page


@pytest.mark.parametrize("words", ["ja", "(a+)+$", "a|b|c", "re:x", "is:quote", "<script>", "x" * 61, "mobb\x00as"])
def test_what_is_no_word_is_refused(app: App, chief: TestClient, words: str) -> None:
    code, page = press(chief, f"{PATH}/prova", ord=words)
    assert code == 400 and "kan inte undantas" in page and "<script>" not in page
    assert press(chief, f"{PATH}/prova", ord="\n".join(f"ord{n:03}" for n in range(21)))[0] == 400


def test_no_word_hides_what_must_always_alert(app: App, chief: TestClient) -> None:
    assert "<textarea" not in chief.get("/regler/threat").text
    for what in ("prova", "ord"):
        code, page = press(chief, f"/regler/threat/{what}", ord="skämt", skal="x")
        assert code == 400 and "alltid ska larma" in page


def test_the_second_is_told(app: App, chief: TestClient) -> None:
    other = logged_in(app, "administrator")
    _, page = press(chief, f"{PATH}/prova", ord="prins")
    form = {name: hidden(page, name) for name in ("ord", "bevis", "sedd")}
    assert saved(other, "Hamlet", "Min ändring") == 303
    code, page = press(chief, f"{PATH}/ord", **form, skal="Mitt skäl")
    assert code in (400, 409) and "Inget har ändrats" in page and "Min ändring" in page and 'value="Mitt skäl"' in page
    assert len(excepted(app)) == 1


def test_one_backtest_at_a_time(app: App, chief: TestClient) -> None:
    with excepting.one_at_a_time:
        code, page = press(chief, f"{PATH}/prova", ord="hamlet")
    assert code == 400 and "provkör en regel just nu" in page
    assert press(chief, f"{PATH}/prova", ord="hamlet")[0] == 200


def test_a_bounded_backtest_says_how_far_back_it_went(
    app: App, chief: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excepting, "MOST", 2)
    _, page = press(chief, f"{PATH}/prova", ord="hamlet")
    assert "Läste de senaste 2 inläggen. Det äldsta kom" in plain(page)


def test_an_administrator_sees_how_many_but_not_which(app: App, administrator: TestClient) -> None:
    _, page = press(administrator, f"{PATH}/prova", ord="hamlet")
    assert "Flaggas med orden ovan 1" in plain(page)
    assert "/inlagg/teater" not in page and "prins" not in page.partition("</textarea>")[2]


@pytest.mark.parametrize("role", ["enhetschef", "granskare"])
def test_who_has_no_rules_has_none_of_it(app: App, role: str) -> None:
    client = logged_in(app, role, ["nasviksskolan"] if role == "enhetschef" else [])
    assert client.get(PATH).status_code == 404
    for what in ("tysta", "ater", "prova", "ord"):
        assert press(client, f"{PATH}/{what}", **SILENT)[0] == 404
