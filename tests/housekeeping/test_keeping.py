"""Nothing is kept past its time, nothing that is held is lost, and what is gone stays out: whatever the mix."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from pipelines.bootstrap import App
from pipelines.duties import diary
from pipelines.errors import UserError, WrongCall
from pipelines.housekeeping import hold, phase, receipt
from pipelines.reports.paper import pdf
from pipelines.reports.paper import text as said
from pipelines.store import access, entries, holds, registrations
from pipelines.store.access import Access
from pipelines.store.engine import reading
from pipelines.store.schema import assessment, entry, flag, hold_event, message, metadata, notice, search
from pipelines.store.views import cases, detail
from pipelines.store.views import entries as view
from tests import builders
from tests.builders import EVERYTHING, NOW
from tests.housekeeping.keeping_world import MAILS, Post, built, expected, posts

PLAIN = Post("smabybladet", 1, None, True, (), "", False, False, "")


@contextmanager
def world(*given: Post) -> Iterator[App]:
    with tempfile.TemporaryDirectory() as folder:
        app = built(Path(folder), list(given))
        yield app
        app.engine.dispose()


def fates(app: App) -> dict[str, str]:
    with reading(app.engine) as opened:
        return {row.id: _fate(row) for row in opened.execute(select(entry))}


def _fate(row: object) -> str:
    if row.buried_at:  # type: ignore[attr-defined]
        return "buried"
    if row.purged_at:  # type: ignore[attr-defined]
        return "emptied"
    return "sealed" if row.sealed_at else "whole"  # type: ignore[attr-defined]


def everything(app: App) -> str:
    """All that stands in any table, and in SQLite's index of words; PostgreSQL's is that of a table's column."""
    with app.engine.connect() as opened:
        rows = [opened.execute(table.select()).all() for table in metadata.sorted_tables]
        inside = "select block from search_index_data" if app.engine.dialect.name == "sqlite" else "select ''::bytea"
        index = opened.execute(text(inside)).scalars().all()
    return f"{rows} {b' '.join(index).decode('latin-1')}"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(posts, min_size=1, max_size=6))
def test_each_post_has_the_fate_that_the_rules_give_it(given: list[Post]) -> None:
    with world(*given) as app:
        held = {post.source for post in given if post.held == "source"}
        wanted = {f"p{n}": expected(post, source_held=post.source in held) for n, post in enumerate(given)}
        foretold = phase.preview(app)
        assert set(fates(app).values()) == {"whole"}
        done = phase.run(app)
        assert fates(app) == wanted
        assert (foretold.lines, foretold.files) == (done.lines, done.files)
        assert phase.run(app).lines == ()
        there = everything(app)
        for id, fate in wanted.items():
            post = given[int(id[1:])]
            assert (f"ORD{id}X" in there) == (fate in ("whole", "sealed"))
            assert (f"SKAL{id}X" in there) == (fate in ("whole", "sealed") and bool(post.flags))
            _leaves_no_more(app, id, fate)
        _stays_out(app, wanted)


def _leaves_no_more(app: App, id: str, fate: str) -> None:
    with reading(app.engine) as opened:

        def rows(table: object) -> int:
            return opened.execute(select(func.count()).select_from(table).where(table.c.entry_id == id)).scalar_one()  # type: ignore[attr-defined,call-overload]

        assert rows(search) == (fate == "whole")
        assert bool(rows(assessment)) == bool(rows(notice)) == (fate != "buried")
        row = opened.execute(select(entry).where(entry.c.id == id)).one()
        assert bool(row.url) == (fate != "buried")
        assert bool(row.revision) and (bool(row.purged_why) == (fate in ("emptied", "buried")))
        if fate == "buried":
            assert (row.native_id, row.author, row.published, row.title) == ("", None, None, "")


def _stays_out(app: App, wanted: dict[str, str]) -> None:
    """Its feed offers every post again, edited."""
    gone = [id for id, fate in wanted.items() if fate in ("emptied", "buried")]
    again = [builders.entry(id, text=f"ORD{id}X igen.") for id in gone]
    with app.engine.begin() as opened:
        assert entries.save(opened, again, NOW, silent=False) == entries.Saved(0, 0, len(gone))
    there = everything(app)
    assert not [id for id in gone if f"ORD{id}X" in there]


def test_a_mail_goes_in_its_time_or_with_its_post_but_not_while_that_is_held() -> None:
    given = (
        Post("smabybladet", MAILS + 1, None, True, (), "", False, False, ""),
        Post("smabybladet", MAILS + 1, None, True, (), "post", False, False, ""),
        Post("polisen", 51, None, True, (), "", False, False, ""),
        PLAIN,
    )
    with world(*given) as app:
        phase.run(app)
        with reading(app.engine) as opened:
            full = opened.execute(select(message.c.key).where(message.c.text != "")).scalars().all()
    assert full == ["alert:p1", "alert:p3"]


def test_what_is_sealed_is_in_no_list_and_its_own_page_stays() -> None:
    gone = Post("smabybladet", 2, None, True, ("threat",), "", True, False, "acknowledged")
    with world(gone, PLAIN) as app:
        phase.run(app)
        with reading(app.engine) as opened:
            page = view.find(opened, EVERYTHING, view.Filters())
            assert [one.entry.id for one in page.items] == ["p1"]
            assert detail.detail(opened, EVERYTHING, "p0") is not None
            assert cases.one(opened, EVERYTHING, "cp0") is not None


@pytest.mark.parametrize(("state", "fate"), [("proposed", "sealed"), ("registered", "sealed"), ("declined", "buried")])
def test_what_is_gone_at_its_source_stays_while_a_proposal_to_the_diary_speaks_for_it(
    state: diary.State, fate: str
) -> None:
    with world(Post("smabybladet", 3, None, True, (), "", True, False, "")) as app:
        given = diary.Registration("d", "p0", "criticism", "", "smabybladet", NOW, "d.pdf", "0" * 64)
        with app.engine.begin() as opened:
            registrations.propose(opened, given, diary.Paper("Ämne", "Okänd", "", b"%PDF"), "kc", NOW)
            if state != "proposed":
                registrations.add(opened, "d", diary.Event(state, NOW, "registrator", "KS 1"))
        phase.run(app)
        assert fates(app) == {"p0": fate}
        if state == "proposed":  # the registrar says no, and nothing speaks for it any more
            with app.engine.begin() as opened:
                registrations.add(opened, "d", diary.Event("declined", NOW, "registrator", ""))
            phase.run(app)
            assert fates(app) == {"p0": "buried"}


def test_a_month_of_the_access_log_stays_while_it_tells_who_has_read_what_is_held() -> None:
    with world(Post("smabybladet", 900, None, True, ("threat",), "post", False, False, ""), PLAIN) as app:
        with app.engine.begin() as opened:
            for day, id in ((NOW - timedelta(days=890), "p0"), (NOW - timedelta(days=800), "p1")):
                access.add(opened, Access(day, "chef", "kommunikationschef", "read", "/flode", (id,)))
        assert phase.run(app).counts()["access_event deleted"] == 1
        with reading(app.engine) as opened:
            assert [line.entries for line in access.listed(opened)[0]] == [("p0",)]
            assert access.verify(opened).problem == ""


def test_a_case_goes_long_after_its_last_decision_and_its_post_s_tombstone_after_it() -> None:
    answered = Post("smabybladet", 3700, None, True, (), "", False, False, "answered")
    with world(answered, Post("smabybladet", 3700, None, True, (), "", False, False, "acknowledged")) as app:
        gone = phase.run(app).counts()
        assert gone["case_file deleted"] == 1
        app.clock.now += timedelta(days=3651)  # type: ignore[attr-defined]
        assert phase.run(app).counts()["entry deleted"] == 1
        with reading(app.engine) as opened:
            assert opened.execute(select(entry.c.id)).scalars().all() == ["p1"]  # its case is open


def test_the_history_of_a_hold_cannot_be_rewritten() -> None:
    with world(Post("smabybladet", 3, None, True, (), "post", False, False, "")) as app:
        replaced = "INSERT OR REPLACE INTO hold_event SELECT * FROM hold_event"
        statements = ["UPDATE hold_event SET reason = 'x'", "DELETE FROM hold_event"]
        for statement in (*statements, *([replaced] if app.engine.dialect.name == "sqlite" else [])):
            with pytest.raises(Exception, match="append-only"), app.engine.begin() as opened:
                opened.execute(text(statement))
        app.clock.now += timedelta(days=3000)  # type: ignore[attr-defined]
        assert phase.run(app).counts()["hold_event deleted"] == 1
        with reading(app.engine) as opened:
            assert opened.execute(select(hold_event)).all() == []


@pytest.mark.parametrize(
    ("kind", "subject", "last", "reason", "refusal"),
    [
        ("post", "p0", date(2031, 12, 31), "Tvist", "five years"),
        ("post", "p0", date(2026, 11, 20), "Tvist", "has passed"),
        ("post", "p0", date(2027, 1, 1), " ", "--reason"),
        ("post", "p9", date(2027, 1, 1), "Tvist", "no post"),
        ("source", "okand", date(2027, 1, 1), "Tvist", "no source"),
    ],
)
def test_a_hold_without_end_reason_or_object_is_refused(
    kind: holds.Kind, subject: str, last: date, reason: str, refusal: str
) -> None:
    with world(PLAIN) as app, app.engine.begin() as opened:
        with pytest.raises((WrongCall, UserError), match=refusal):
            hold.add(opened, app.config, kind, subject, last=last, reason=reason, by="jurist", now=NOW)
        assert holds.listed(opened) == ()


def test_every_table_has_a_rule_or_a_word_why_not() -> None:
    """A table that is added must say how long it is kept."""
    state = {
        "source_state",
        "feed",
        "saved_search",
        "access_seal",
        "access_purge",
        "case_event",
        "case_now",
        "tally_case",
        "gist_unit",
        "register_event",
    }
    """What a visit overwrites, what an account owns, the log's seals, what goes with its case or its post, and the
    register of official accounts, which is kept: it is how public documents are found, and names roles."""
    assert set(metadata.tables) == set(receipt.words()["table"]) - {"files"} | state


def test_the_decision_tells_every_rule_in_words_and_is_a_pdf() -> None:
    with world() as app:
        paper = receipt.decision(app.config, 2, NOW)
    told = said(paper)
    for wanted in (
        "Villkor",
        "Eget skäl.",
        "Flaggade inlägg: Hot",
        "300",
        "gäller nu: 2",
        "förslag ur konfigurationen",
    ):
        assert wanted in told
    assert pdf(paper, NOW).startswith(b"%PDF-")
    assert pdf(paper, NOW) == pdf(paper, NOW)
    strange = replace(paper, facts=(("Skäl", "begärt av någon som skriver 🦖 och \u202e"),))
    assert pdf(strange, NOW).startswith(b"%PDF-")


def test_flags_keep_their_categories_for_the_figures_when_their_reasons_are_gone() -> None:
    with world(Post("smabybladet", 310, None, True, ("threat",), "", False, False, "")) as app:
        phase.run(app)
        with reading(app.engine) as opened:
            assert opened.execute(select(flag.c.category, flag.c.reason, flag.c.evidence)).all() == [("threat", "", [])]
