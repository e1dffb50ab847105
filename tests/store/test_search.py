"""The index: it answers as a text itself does, and is in step with the entries whatever happens to them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.query import All, Any, Not, Query, Term, Words, ask
from pipelines.search import DEEPEST, MOST_TERMS, understand
from pipelines.store import assessments, cases, entries, search
from pipelines.store.engine import reading
from pipelines.store.views import Scope
from pipelines.store.views.entries import Filters, find
from pipelines.types import Item
from tests import builders
from tests.builders import NOW, entry, flag, item, smaby, tone

EVERYTHING = Scope(None, None, flagged_texts=True)
TEXTS = (
    "Skolan i södra Småby brann i natt",
    "Södra skolan: eleverna får gå hem",
    "En förskola, två skolor och skolgården",
    "Köket på e-tjänsten är stängt",
    "Ko\u0308ket ska renoveras #skola",
    "Snö",
    "",
    "ton tone negative about ja",
    "x" * 5_000,
)
WORDS = ("skolan", "södra", "snö", "kök", "köket", "e", "tjänsten", "tone", "_", "brann", "småby", "x" * 300)
EXACT = st.builds(
    lambda words, prefix: Term(tuple(words), prefix and len(words[-1]) > 1, exact=True),
    st.lists(st.sampled_from([word for word in WORDS if word != "_"]), min_size=1, max_size=2),
    st.booleans(),
)
TREE = st.recursive(
    EXACT,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda parts: All(tuple(parts)), st.lists(inner, max_size=3))
        | st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, max_size=3))
    ),
    max_leaves=6,
)


def stored(folder: Path, *items: Item) -> App:
    app = builders.app(folder)
    builders.save(app, items)
    return app


def found(app: App, *asked: Query | str, scope: Scope = EVERYTHING, **filters: object) -> list[str]:
    questions = tuple(understand(one, smaby(), NOW) if isinstance(one, str) else one for one in asked)
    with reading(app.engine) as connection:
        listed = find(connection, scope, Filters(asked=questions, **({"about": False} | filters)), limit=100)
    return [one.entry.id for one in listed.items]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> App:
    folder = tmp_path_factory.mktemp("texts")
    return stored(folder, *(item(entry(f"t{number}", title="", text=said)) for number, said in enumerate(TEXTS)))


@settings(max_examples=150, deadline=None)
@given(TREE)
def test_the_index_answers_as_the_text_itself(texts: App, query: Query) -> None:
    plain = {f"t{number}" for number, said in enumerate(TEXTS) if ask(query, Words(said)) is not None}
    if "x" * 300 not in repr(query):  # longer than what is compared
        assert set(found(texts, query)) == plain


@pytest.mark.parametrize(
    ("search_", "ids"),
    [
        ("skola", {"t0", "t1", "t2", "t4"}),
        ("skolor", {"t0", "t1", "t2", "t4"}),
        ('"skola"', {"t4"}),
        ("skol*", {"t0", "t1", "t2", "t4"}),
        ("skolg*", {"t2"}),
        ("kök", {"t3", "t4"}),
        ("kok", set()),
        ("sno", set()),
        ("e-tjänst", {"t3"}),
        ("elev INTE hem", set()),
        ("ton*", {"t7"}),
        ("neg*", {"t7"}),
    ],
)
def test_forms_of_a_word_are_found_and_letters_stay_what_they_are(texts: App, search_: str, ids: set[str]) -> None:
    assert set(found(texts, search_)) == ids


def test_what_is_edited_is_found_by_its_new_words_only(tmp_path: Path) -> None:
    app = stored(tmp_path, item(entry("e", text="Snön ligger kvar"), tone=tone("negative")))
    changed = entry("e", title="Nytt", text="Plogbilen kom", published=NOW - timedelta(hours=2))
    with app.engine.begin() as connection:
        entries.save(connection, [changed], NOW, silent=False)
    assert (found(app, "snö"), found(app, "plogbil"), found(app, "ton:negativ")) == ([], ["e"], ["e"])
    assert found(app, "datum:2026-11-21") == ["e"]
    builders.save(app, [item(changed, tone=tone("positive"))])
    assert (found(app, "ton:negativ"), found(app, "ton:positiv plogbil")) == ([], ["e"])


@pytest.mark.sqlite
def test_what_is_emptied_leaves_the_index(tmp_path: Path) -> None:
    app = stored(tmp_path, item(entry("gammal", text="hemligtord")), item(entry("ny", text="hemligtord")))
    with app.engine.begin() as connection:
        connection.execute(text("update entry set purged_at = first_seen where id = 'gammal'"))
    assert found(app, "hemligtord") == ["ny"]
    with app.engine.begin() as connection:
        builders.purge(connection)
        search.tidy(connection)
        assert connection.execute(text("select count(*) from search")).scalar_one() == 0
        blocks = connection.execute(text("select block from search_index_data")).scalars().all()
    assert not any(b"hemligtord" in block for block in blocks)


@pytest.mark.sqlite
def test_the_index_can_be_made_anew(tmp_path: Path) -> None:
    app = stored(tmp_path, item(entry("e", title="", text="Snö")), item(entry("f", title="", text="Regn")))
    with app.engine.begin() as connection:
        connection.execute(text("delete from search"))
        connection.execute(text("delete from gist"))
    assert found(app) == []
    with app.engine.begin() as connection:
        search.complete(connection)
        connection.execute(text("insert into search_index(search_index, rank) values ('integrity-check', 1)"))
    assert (found(app, "snö"), len(found(app))) == (["e"], 2)


def test_what_nobody_has_assessed_is_not_listed(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    with app.engine.begin() as connection:
        entries.save(connection, [entry("e")], NOW, silent=False)
    assert found(app) == []


def test_entries_of_one_second_have_each_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "blake2b", lambda *_, **__: type("Same", (), {"digest": lambda self: b"\0" * 8})())
    app = stored(tmp_path, *(item(entry(f"e{number}")) for number in range(5)))
    with app.engine.begin() as connection:
        entries.save(connection, [entry(f"e{number}", text="Snö") for number in range(5)], NOW, silent=False)
    assert len(found(app, "snö")) == 5


def test_times_at_the_edge_have_a_place(tmp_path: Path) -> None:
    old = entry("e", published=NOW.replace(year=1))
    app = stored(tmp_path, replace(item(old), first_seen=NOW))
    assert found(app, "datum:..1969") == [] and found(app) == ["e"]


def test_cases_and_dates_stand_beside_words_in_any_place(tmp_path: Path) -> None:
    app = stored(tmp_path, item(entry("snö", title="", text="Snö")), item(entry("regn", title="", text="Regn")))
    times = dict.fromkeys(("starts_at", "opened_at", "remind_at", "due_at", "escalate_at"), NOW)
    with app.engine.begin() as connection:
        cases.open_case(connection, Case("c", "question", "regn", "s-regn", "question", (), **times))
    assert found(app, "ärende:öppet") == ["regn"]
    assert found(app, "ärende:avslutat ELLER snö") == ["snö"]
    assert set(found(app, "ärende:öppet ELLER snö")) == {"snö", "regn"}
    assert found(app, "INTE (ärende:ja ELLER datum:2025)") == ["snö"]
    assert found(app, "datum:idag INTE ärende:ja snö") == ["snö"]


def test_the_index_opens_nothing_that_rights_close(tmp_path: Path) -> None:
    app = stored(
        tmp_path,
        item(entry("hot", text="Snö"), units=("a",), flags=(flag("threat"),)),
        item(entry("fri", text="Snö"), units=("b",)),
    )
    with app.engine.begin() as connection:  # an index that has gone astray
        connection.execute(text("update search set vector = 'snö _ _unit_b'"))
    for asked in ("snö", "flagga:ja ELLER snö", "INTE regn", "INTE flagga:ja"):
        assert found(app, asked, scope=Scope(frozenset({"b"}), frozenset(), flagged_texts=True)) == ["fri"]
        assert found(app, asked, scope=Scope(None, None, flagged_texts=False)) == ["fri"]
        assert found(app, asked, scope=Scope(frozenset(), frozenset(), flagged_texts=True)) == []


def test_the_deepest_and_the_longest_search_are_answered_soon(texts: App) -> None:
    nested = "snö"
    for _ in range(DEEPEST // 2):
        nested = f"kök ELLER brann INTE (regn {nested})" if len(nested) < 900 else nested
    assert len(nested) < 1_000
    mixed = nested.replace("regn", "datum:idag")
    widest = " ELLER ".join(["kommunernas"] * MOST_TERMS)
    began = time.process_time()
    for asked in (nested, mixed, widest, "INTE " * DEEPEST + "snö", "INTE " * (DEEPEST - 1) + "datum:idag"):
        found(texts, asked)
    assert time.process_time() - began < 5


@pytest.mark.sqlite
def test_an_assessment_that_stays_the_same_writes_nothing(tmp_path: Path) -> None:
    same = item(entry("e"))
    app = stored(tmp_path, same)
    with app.engine.begin() as connection:
        before = connection.exec_driver_sql("select total_changes()").scalar_one()
        search.index(connection, ["e"])
        assert connection.exec_driver_sql("select total_changes()").scalar_one() == before
        assessments.save(connection, [(same.entry, same.assessment)], NOW)
