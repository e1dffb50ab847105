"""Corrections over a database: stored with who and when, winning at once, for copies and after a re-assessment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.bootstrap import App
from pipelines.correct import correct, look, press, waiting
from pipelines.correction import Correction
from pipelines.enrich import phase
from pipelines.notify.offers import LASTS, PURPOSE, Signer, label
from pipelines.precision import records
from pipelines.store import corrections, entries, items
from pipelines.store.corrections import RuleFigures
from pipelines.store.engine import reading
from pipelines.types import Assessment, Entry
from tests import builders
from tests.builders import EVERYTHING, NOW, Clock, config, entry, smaby

HEAD = "kommunikationschef"
TEXT = "Min kollega på Omsorgskontoret blir mobbad varje dag, och ingen chef har gjort något åt det på flera månader."
CHILD = "Min son blir mobbad på Näsviksskolan varje dag, och ingen vuxen har gjort något åt det på flera månader nu."


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path)
    yield built
    built.engine.dispose()


def collect(to: App, *posts: Entry) -> None:
    with to.engine.begin() as connection:
        entries.save(connection, posts, NOW, silent=False)
    phase.run(to)


def post(id: str = "a", text: str = TEXT, **changes: object) -> Entry:
    return entry(id, **({"kind": "forum", "title": "", "text": text} | changes))


def stands(of: App, id: str = "a") -> Assessment:
    with reading(of.engine) as connection:
        found = items.with_reading(connection, id)
    assert found is not None and found[1]
    return found[0].assessment


def said(of: App, id: str = "a") -> tuple[Correction, ...]:
    with reading(of.engine) as connection:
        return corrections.of_entry(connection, id)


def links(of: App, id: str = "a", receiver: str = HEAD) -> dict[str, str]:
    """The tokens of a mail that is composed now, by what they say."""
    with reading(of.engine) as connection:
        found = items.with_reading(connection, id)
    assert found is not None
    offers = Signer(of.link_key, of.clock()).offers(found[0], receiver, of.config)
    return {offer.label: urlsplit(offer.url).path.removeprefix("/ratta/") for offer in offers}


def categories(of: App, id: str = "a") -> list[str]:
    return [flag.category for flag in stands(of, id).flags]


def test_a_correction_wins_at_once_and_after_every_re_assessment(app: App) -> None:
    collect(app, post())
    assert categories(app) == ["bullying"]
    assert correct(app, EVERYTHING, "a", "not-flag", "bullying", "anna") == "said"
    assert categories(app) == []
    phase.run(app)
    assert categories(app) == []
    other_rules = replace(app, config=config(rules=smaby().rules[:2]))
    assert phase.run(other_rules).assessed == 1
    assert categories(app) == [] and stands(app).corrected == (said(app)[0].id,)
    assert (said(app)[0].said.by, said(app)[0].at, said(app)[0].said.rule) == ("anna", NOW, "bullied")


def test_it_can_be_taken_back_with_all_that_the_machine_had_found(app: App) -> None:
    collect(app, post())
    found = stands(app)
    correct(app, EVERYTHING, "a", "not-flag", "bullying", "anna")
    correct(app, EVERYTHING, "a", "is-flag", "bullying", "bertil")
    phase.run(app)
    assert stands(app).flags == found.flags and stands(app).flags[0].evidence
    assert [one.said.by for one in said(app)] == ["anna", "bertil"]  # nothing is taken out of the history


def test_it_wins_for_copies_that_are_here_and_that_come_later(app: App) -> None:
    copy = {"source_id": "rikstidningen", "url": "https://rikstidningen.example/1"}
    collect(app, post(), post("b", **copy))
    correct(app, EVERYTHING, "a", "not-flag", "bullying", "anna")
    collect(app, post("c", **(copy | {"url": "https://rikstidningen.example/2"})))
    assert (categories(app, "b"), categories(app, "c")) == ([], [])
    assert stands(app, "c").corrected == stands(app).corrected
    collect(app, post("d", text="En annan kollega på Omsorgskontoret blir mobbad, av en chef denna gång."))
    assert categories(app, "d") == ["bullying"]


def test_it_does_not_cover_what_an_edit_adds(app: App) -> None:
    collect(app, post())
    correct(app, EVERYTHING, "a", "not-about", "", "anna")
    correct(app, EVERYTHING, "a", "not-flag", "threat", "anna")
    collect(app, post(text=f"{TEXT} Jag ska slå rektorn på Näsviksskolan."))
    assert "threat" in categories(app) and stands(app).about


def test_a_stale_text_is_not_corrected(app: App) -> None:
    collect(app, post())
    with app.engine.begin() as connection:
        entries.save(connection, [post(text="Något annat.")], NOW, silent=False)
    assert correct(app, EVERYTHING, "a", "not-flag", "bullying", "anna") == "edited"
    assert correct(app, EVERYTHING, "no-such-entry", "not-about", "", "anna") == "missing"
    assert said(app) == ()


# --- links --------------------------------------------------------------------------------------------------------


def test_a_link_says_its_word_once(app: App) -> None:
    collect(app, post())
    token = links(app)["Inte mobbning"]
    with reading(app.engine) as connection:
        for _ in range(3):
            assert look(app, connection, token).outcome == "open"
    assert said(app) == ()
    assert press(app, token).outcome == "noted"
    assert categories(app) == []
    again = press(app, token)
    assert (again.outcome, again.said_at) == ("again", NOW)
    assert [(one.said.by, one.said.via, one.said.confirmed) for one in said(app)] == [(HEAD, "link", False)]


def test_a_link_pressed_by_many_at_once_is_stored_once(app: App) -> None:
    collect(app, post())
    token = links(app)["Klart"]
    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(link.outcome for link in pool.map(lambda _: press(app, token), range(8)))
    assert outcomes == ["again"] * 7 + ["noted"]
    assert len(said(app)) == 1


def test_a_link_does_not_reach_copies_until_someone_logged_in_says_the_same(app: App) -> None:
    copy = post("b", source_id="rikstidningen", url="https://rikstidningen.example/1")
    collect(app, post(), copy)
    press(app, links(app)["Inte mobbning"])
    phase.run(app)
    assert (categories(app), categories(app, "b")) == ([], ["bullying"])
    assert [one.said.verdict for one in waiting(said(app))] == ["not-flag"]
    correct(app, EVERYTHING, "a", "not-flag", "bullying", "anna")
    phase.run(app)
    assert (categories(app), categories(app, "b"), waiting(said(app))) == ([], [], ())


@pytest.mark.parametrize("word", ["Inte mobbning", "Fel enhet", "Handlar inte om oss"])
def test_a_link_cannot_silence_what_is_about_a_child(app: App, word: str) -> None:
    collect(app, post(text=CHILD))
    before = stands(app)
    assert before.alert
    assert press(app, links(app)[word]).outcome == "waits"
    phase.run(app)
    assert replace(stands(app), version=before.version) == before
    (one,) = said(app)
    correct(app, EVERYTHING, "a", one.said.verdict, one.said.value, "anna")
    assert replace(stands(app), version=before.version) != before


def test_a_link_is_for_its_wording_its_time_and_its_key(app: App) -> None:
    collect(app, post())
    token, other = links(app)["Inte mobbning"], links(replace(app, link_key=b"another"))["Inte mobbning"]
    assert press(app, other).outcome == "forged"
    assert press(app, token[::-1]).outcome == "forged"
    collect(app, post(text=f"{TEXT} Nu också på jobbets fest."))
    assert press(app, token).outcome == "edited"
    assert isinstance(app.clock, Clock)
    app.clock.now += LASTS
    assert press(app, token).outcome == "expired"
    assert said(app) == ()


def test_a_link_of_a_forgotten_entry_leads_nowhere(app: App) -> None:
    collect(app, post())
    token = links(app)["Klart"]
    with app.engine.begin() as connection:
        builders.purge(connection)
    assert press(app, token).outcome == "gone"


def test_done_changes_no_assessment_and_waits_for_nobody(app: App) -> None:
    collect(app, post(text=CHILD))
    before = stands(app)
    assert press(app, links(app)["Klart"]).outcome == "noted"
    assert stands(app) == before and waiting(said(app)) == ()


def test_what_is_offered_follows_what_was_found(app: App) -> None:
    collect(app, post(text=CHILD), post("b", text="Allt är lugnt i Näsvik i dag."))
    assert list(links(app)) == ["Inte mobbning", "Fel enhet", "Handlar inte om oss", "Klart"]
    assert list(links(app, "b")) == ["Handlar inte om oss", "Klart"]
    assert label("wrong-unit", "omsorgen", smaby()) == "Fel enhet: Omsorgskontoret"
    assert label("is-flag", "no-such", smaby()) == "Flaggan stämmer: no-such"
    assert PURPOSE and all(len(token) < 250 for token in links(app).values())


# --- what comes of it ---------------------------------------------------------------------------------------------


def test_rules_are_judged_by_the_last_word_of_those_logged_in(app: App) -> None:
    collect(app, *(post(f"e{number}", text=f"{TEXT} Fall {number}.", url=None) for number in range(4)))
    for id in ("e0", "e1"):
        correct(app, EVERYTHING, id, "not-flag", "bullying", "anna")
    correct(app, EVERYTHING, "e1", "is-flag", "bullying", "bertil")
    press(app, links(app, "e2")["Inte mobbning"])
    phase.run(app)
    with reading(app.engine) as connection:
        figures = corrections.rules(connection, NOW - timedelta(days=30))
        assert corrections.rules(connection, NOW + timedelta(seconds=1)) == {}
    assert (figures["bullied"].wrong, figures["bullied"].right) == (1, 1)


def test_a_rule_is_doubtful_under_the_floor_and_with_enough_words_only() -> None:
    asked = smaby().precision.model_copy(update={"floor": 0.5, "least": 4, "days": 30})
    using = config(precision=asked)
    for wrong, right, doubtful in ((4, 0, True), (3, 0, False), (2, 2, False), (3, 1, True), (0, 9, False)):
        made = {one.rule.id: one for one in records(using, {"bullied": RuleFigures(9, wrong, right)})}
        assert made["bullied"].doubtful is doubtful, (wrong, right)
        assert made["threat"].precision is None and not made["threat"].doubtful
    first = records(using, {"threat": RuleFigures(9, 0, 0), "bullied": RuleFigures(1, 4, 0)})[0]
    assert first.rule.id == "bullied" and first.interval[0] == 0.0 and 0.4 < first.interval[1] < 0.6


def test_only_confirmed_tones_train_and_as_they_were_read(app: App) -> None:
    read = post()
    collect(app, read, post("b", text=CHILD), post("c", text="Allt är lugnt i Näsvik i dag, tack och lov."))
    correct(app, EVERYTHING, "a", "not-negative", "", "anna")
    correct(app, EVERYTHING, "b", "negative", "", "anna")
    correct(app, EVERYTHING, "c", "negative", "", "anna")
    correct(app, EVERYTHING, "c", "not-negative", "", "anna")
    collect(app, post(text="Något helt annat står här nu."))
    with reading(app.engine) as connection:
        rows = {row["id"]: row for row in corrections.labelled(connection)}
    assert {id: row["tone"] for id, row in rows.items()} == {"a": "neutral", "b": "negative", "c": "neutral"}
    assert (rows["a"]["text"], rows["a"]["source"], rows["b"]["language"]) == (read.text, "forum", "sv")


def test_a_tone_said_by_a_link_trains_nobody(app: App) -> None:
    collect(app, post(text="Skandal! Kommunen i Småby struntar i alla, det är en skam och ett haveri utan like."))
    assert press(app, links(app)["Inte negativt"]).outcome == "noted"
    assert stands(app).tone.label == "neutral"
    with reading(app.engine) as connection:
        assert list(corrections.labelled(connection)) == []


def test_what_was_said_of_a_forgotten_entry_is_forgotten(app: App) -> None:
    collect(app, post())
    correct(app, EVERYTHING, "a", "not-about", "", "anna")
    with app.engine.begin() as connection:
        builders.purge(connection)
    assert said(app) == ()
