"""What lists and counts read says the same as the entries themselves, whatever has happened to them, to every role."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from pipelines import store
from pipelines.bootstrap import App
from pipelines.casework import DECISIONS, OPEN, Case
from pipelines.store import assessments, cases, entries, notices
from pipelines.store.engine import migrate, reading
from pipelines.store.schema import case_file, case_now, gist, gist_unit, notice
from pipelines.store.views import Scope, overview
from pipelines.store.views.entries import Filters, count, find
from pipelines.store.views.health import health
from pipelines.store.views.scope import load, readable
from pipelines.types import Item, Notice
from tests import builders
from tests.builders import NOW, entry, flag, item, tone

UNITS = ("nasviksskolan", "smaby-bibliotek", "omsorgen")
SCOPES = (
    Scope(None, None, flagged_texts=True),
    Scope(None, frozenset(), flagged_texts=False),
    Scope(frozenset(UNITS[:1]), frozenset({f"enhetschef:{UNITS[0]}"}), flagged_texts=True),
    Scope(frozenset(UNITS[1:]), frozenset(), flagged_texts=True),
    Scope(frozenset(), frozenset(), flagged_texts=False),
    Scope(frozenset(UNITS[:1]), frozenset(), flagged_texts=True, sources=frozenset({"polisen"})),
)
WINDOW = (NOW - timedelta(days=5), NOW - timedelta(hours=3))
HAPPENS = ("new", "new", "edited", "assessed", "assessed", "told", "emptied")


@pytest.mark.parametrize("seed", range(2))
def test_counts_and_lists_say_what_the_entries_say(tmp_path: Path, seed: int) -> None:
    app, chance = builders.app(tmp_path), random.Random(seed)
    known: list[Item] = []
    for step in range(45):
        _happen(app, chance, known, chance.choice(HAPPENS) if known else "new", step)
        if step % 15 == 14:
            for scope in SCOPES:
                _compare(app, scope)


def _happen(app: App, chance: random.Random, known: list[Item], what: str, step: int) -> None:
    at = chance.randrange(len(known)) if known else 0
    if what == "new":
        known.append(_given(chance, f"e{step}"))
        builders.save(app, known[-1:])
        return
    one = known[at]
    with app.engine.begin() as opened:
        if what == "edited":
            known[at] = replace(one, entry=replace(one.entry, text=f"Annat {step}", published=_when(chance)))
            entries.save(opened, [known[at].entry], NOW, silent=False)
        elif what == "assessed":
            known[at] = replace(_given(chance, one.entry.id), entry=one.entry)
            assessments.save(opened, [(one.entry, known[at].assessment)], NOW)
        elif what == "told":
            if opened.execute(select(notice.c.id).where(notice.c.entry_id == one.entry.id)).first():
                return  # a wording is routed once
            told = Notice(
                one.story_id, one.entry.id, f"enhetschef:{UNITS[0]}", "r", "threat", urgent=True, occasion=f"{step}"
            )
            notices.save(opened, one, [told], NOW)
        else:
            gone = text("UPDATE entry SET purged_at = :now, text = '' WHERE id = :id")
            opened.execute(gone, {"now": f"{NOW:%Y-%m-%d %H:%M:%S}", "id": one.entry.id})
            del known[at]


def _given(chance: random.Random, id: str) -> Item:
    return item(
        entry(id, source_id=chance.choice(("smabybladet", "polisen")), published=_when(chance)),
        story=f"s{chance.randrange(4)}",
        units=tuple(chance.sample(UNITS, chance.randrange(3))),
        tone=tone(chance.choice(("negative", "neutral", "positive"))),
        intent=chance.choice(("question", "praise")),
        flags=(flag(severity=chance.choice(("low", "critical"))),) if chance.random() < 0.3 else (),
        about=chance.random() < 0.8,
        by_employee=chance.random() < 0.1,
        about_management=chance.random() < 0.2,
    )


def _when(chance: random.Random) -> datetime | None:
    return NOW - timedelta(minutes=chance.randrange(8 * 24 * 60)) if chance.random() < 0.9 else None


def _compare(app: App, scope: Scope) -> None:
    """With the entries whole, as `readable` gives them, counted one by one."""
    with reading(app.engine) as opened:
        every = load(opened, scope, readable(scope))
        ours = [one for one in every if one.assessment.about and WINDOW[0] <= one.when < WINDOW[1]]
        assert overview.counts(opened, scope, WINDOW) == _counted(ours)
        assert overview.units(opened, scope, WINDOW) == {
            unit: _counted([one for one in ours if unit in one.assessment.units])
            for one in ours
            for unit in one.assessment.units
            if scope.units is None or unit in scope.units
        }
        starts = [NOW - timedelta(hours=hours) for hours in (97, 72, 48, 25)]  # one day of 25 hours, one of 23
        days = [(start.date(), (start, end)) for start, end in pairwise([*starts, NOW - timedelta(hours=2)])]
        assert {(row.day, row.tone): row.entries for row in overview.tone_by_day(opened, scope, days)} == Counter(
            (day, one.assessment.tone.label)
            for one in every
            for day, (start, end) in days
            if one.assessment.about and start <= one.when < end
        )
        flagged = overview.flagged(opened, scope, WINDOW, 100)
        assert {one.entry.id for one in flagged} == {one.entry.id for one in ours if one.assessment.flags}
        assert [one.assessment.flags[0].severity for one in flagged] == sorted(
            (one.assessment.flags[0].severity for one in flagged), key=("critical", "low").index
        )
        told = Counter(one.story_id for one in ours)
        assert {line.first.story_id: line.entries for line in overview.stories(opened, scope, WINDOW, 100)} == {
            story: number for story, number in told.items() if number > 1
        }
        found = find(opened, scope, Filters(about=False), limit=1_000).items
        assert [one.when for one in found] == sorted((one.when for one in every), reverse=True)
        assert {one.entry.id for one in found} == {one.entry.id for one in every}
        assert count(opened, scope, Filters()) == sum(one.assessment.about for one in every)
        seen = Counter(one.entry.source_id for one in every)
        given = health(opened, scope, NOW - timedelta(days=30))
        assert {key: line.entries for key, line in given.items()} == {key: seen[key] for key in given}


def _counted(ours: list[Item]) -> overview.Counts:
    given = [one.assessment for one in ours]
    return overview.Counts(
        entries=len(given),
        negative=sum(one.tone.label == "negative" for one in given),
        positive=sum(one.tone.label == "positive" for one in given),
        critical=sum(one.stance.label == "critical" for one in given),
        questions=sum(one.intent == "question" for one in given),
        flagged=sum(bool(one.flags) for one in given),
    )


def test_what_was_there_before_is_taken_over(tmp_path: Path) -> None:
    """By the migration, the same as is kept from then on."""
    app, chance = builders.app(tmp_path), random.Random(7)
    builders.save(app, [_given(chance, f"e{number}") for number in range(20)])
    with app.engine.begin() as opened:
        for number, decisions in enumerate(((), DECISIONS[:1], DECISIONS[:2])):
            _case(opened, number)
            for state in decisions:
                cases.decide(opened, f"c{number}", state, by="anna", via="dashboard", now=NOW)
    kept = _kept(app)
    assert len(kept[0]) == 20
    given = Config()
    given.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    before = ScriptDirectory.from_config(given).get_revision("0013").down_revision
    with app.engine.begin() as opened:
        given.attributes["connection"] = opened
        command.downgrade(given, str(before))
    migrate(app.engine)
    assert _kept(app) == kept


def test_whether_a_case_is_open_follows_its_history(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    builders.save(app, [item(entry("e0"))])
    with app.engine.begin() as opened:
        _case(opened, 0)
        for state in (*DECISIONS, *reversed(DECISIONS)):
            cases.decide(opened, "c0", state, by="anna", via="dashboard", now=NOW)
            cases.told(opened, "c0", "reminded", ["x"], NOW)
            both = select(case_now.c.is_open, case_file.c.due_at == case_now.c.due_at).join(case_file)
            found = opened.execute(both).one()
            assert tuple(found) == (state in OPEN, True)


def _case(opened: Connection, number: int) -> None:
    later = NOW + timedelta(days=2)
    clock = (NOW, NOW, NOW + timedelta(days=1), later, later)
    asked = Case(f"c{number}", "question", f"e{number}", f"s{number}", "question", ("kommunikationschef",), *clock)
    cases.open_case(opened, asked)


def _kept(app: App) -> list[list[tuple[object, ...]]]:
    with reading(app.engine) as opened:
        return [sorted(map(tuple, opened.execute(select(table)))) for table in (gist, gist_unit, case_now)]
