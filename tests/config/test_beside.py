"""What people have said, put into the tables of the files: the same checks, and the same Config when written down."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import load
from pipelines.config.beside import Said
from pipelines.config.export import export
from pipelines.config.schema import WEEKDAYS, Config, Deputy
from pipelines.config.terms import exception
from pipelines.errors import ConfigError
from tests.builders import smaby, smaby_files

SCHOOL, CHIEF = "enhetschef:nasviksskolan", "kommunikationschef"
ROW = {"name": "Nytt flöde", "family": "rss", "kind": "blog", "url": "https://blogg.example/feed"}
AWAY = Deputy(absent=SCHOOL, deputy=CHIEF, first=date(2026, 12, 21), last=date(2027, 1, 6))


def config(*said: Said) -> Config:
    files, unfit = smaby_files().beside(said)
    assert unfit == ()
    return files.config()


def receiver(name: str, **value: Any) -> Config:
    return config(Said("receiver", name, value))


def test_a_source_is_added_paused_and_only_then_not_asked() -> None:
    added = Said("source", "nytt", ROW)
    found = config(added).source("nytt")
    assert found is not None and found.enabled and found.name == "Nytt flöde"
    assert len(config(added).sources) == len(smaby().sources) + 1
    for name in ("nytt", "smabybladet"):
        paused = config(added, Said("pause", name, {}))
        assert [one.id for one in paused.sources if not one.enabled] == [
            *(one.id for one in smaby().sources if not one.enabled),
            name,
        ]


def test_a_unit_has_another_manager_with_days_and_hours_of_their_own() -> None:
    quiet = {"begins": "21:00", "ends": "06:30", "passes": "high"}
    made = receiver(SCHOOL, title="Biträdande rektor", address="ny@smaby.example", days=["mon"], quiet=quiet)
    found, others = made.receiver(SCHOOL), made.receiver("enhetschef:omsorgen")
    assert found is not None and others is not None
    assert (found.title, found.address) == ("Biträdande rektor, Näsviksskolan", "ny@smaby.example")
    assert (found.days, found.quiet and found.quiet.begins) == (("mon",), time(21))
    assert others == smaby().receiver("enhetschef:omsorgen")


def test_a_deputy_is_named_and_taken_away() -> None:
    named = receiver(SCHOOL, deputy={"title": "Biträdande rektor", "address": "bitr@smaby.example"})
    deputy, manager = named.receiver("ersattare:nasviksskolan"), named.receiver(SCHOOL)
    assert deputy and deputy.address == "bitr@smaby.example" and manager and manager.deputy == deputy.id
    assert receiver(SCHOOL, deputy=None) == smaby()
    chief = receiver(CHIEF, deputy=SCHOOL).receiver(CHIEF)
    assert chief and chief.deputy == SCHOOL


def test_one_who_wants_no_quiet_hours_has_none_though_all_units_have() -> None:
    routes = smaby_files().tables["routes.toml"]
    quiet = {"quiet": {"begins": "22:00", "ends": "06:00"}}
    again = type(routes).model_validate(routes.model_dump(exclude_unset=True) | {"unit_receivers": quiet})
    files = smaby_files()
    files = type(files)(files.folder, files.paths, {**files.tables, "routes.toml": again})
    awake = files.put(Said("receiver", SCHOOL, {"quiet": None})).config()
    asleep = awake.receiver("enhetschef:omsorgen")
    mine = awake.receiver(SCHOOL)
    assert mine and mine.quiet is None and asleep and asleep.quiet


def test_words_are_excepted_whole_and_in_any_case() -> None:
    rule = smaby().rules[0]
    made = next(one for one in config(Said("rule", rule.id, {"except": ["Åke Ö"]})).rules if one.id == rule.id)
    (term,) = set(made.unless) - set(rule.unless)
    assert term == exception(["Åke Ö"])
    pattern = re2.compile(term[3:])
    assert [bool(pattern.search(text)) for text in ("i åke  ö.", "Åke Öl", "båke ö")] == [True, False, False]


@pytest.mark.parametrize(
    "said",
    [
        Said("source", "smabybladet", ROW),
        Said("source", "nytt", ROW | {"url": "https://någon:lösen@blogg.example/"}),
        Said("source", "nytt", ROW | {"family": "gopher"}),
        Said("pause", "finns-inte", {}),
        Said("receiver", "enhetschef:finns-inte", {"days": ["mon"]}),
        Said("receiver", SCHOOL, {"address": "ingen adress"}),
        Said("receiver", SCHOOL, {"days": []}),
        Said("receiver", SCHOOL, {"quiet": {"begins": "06:00", "ends": "06:00"}}),
        Said("receiver", SCHOOL, {"channels": ["finns-inte"]}),
        Said("receiver", SCHOOL, {"units": ["omsorgen"], "id": "x"}),
        Said("receiver", CHIEF, {"deputy": "finns-inte"}),
        Said("receiver", CHIEF, {"address": None}),
        Said("rule", "finns-inte", {"except": ["snö"]}),
        Said("rule", smaby().rules[0].id, {"except": ["(a+)+"]}),
    ],
    ids=str,
)
def test_what_the_tables_do_not_take_is_left_out_and_the_rest_holds(said: Said) -> None:
    fits = Said("receiver", "enhetschef:omsorgen", {"days": ["fri"]})
    with pytest.raises(ConfigError):
        smaby_files().put(said).config()
    files, unfit = smaby_files().beside([fits, said])
    assert unfit == (said,)
    assert files.config() == config(fits)


words = st.text("abcåäöABCÅÄÖ", min_size=3, max_size=8)
titles = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
addresses = st.from_regex(r"[a-z0-9._+-]{1,12}@[a-z0-9-]{1,9}\.example", fullmatch=True)
hours = st.times().map(lambda at: f"{at:%H:%M}")
quiets = st.lists(hours, min_size=2, max_size=2, unique=True).map(
    lambda two: {"begins": two[0], "ends": two[1], "passes": "high"}
)
own = {
    "title": titles,
    "address": addresses,
    "digest": st.sampled_from(["always", "when-something", "never"]),
    "days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True),
    "quiet": st.none() | quiets,
}
people = st.fixed_dictionaries({}, optional=own)
sources = st.sampled_from([one.id for one in smaby().sources])
rules = st.sampled_from([one.id for one in smaby().rules])
heads = st.sampled_from([f"enhetschef:{unit.id}" for unit in smaby().units])
contacts = st.none() | st.fixed_dictionaries({"title": titles, "address": addresses})
anything = st.one_of(
    st.builds(lambda number, name: Said("source", f"ny-{number}", ROW | {"name": name}), st.integers(0, 5), titles),
    st.builds(lambda name: Said("pause", name, {}), sources),
    st.builds(lambda name, given: Said("rule", name, {"except": given}), rules, st.lists(words, max_size=4)),
    st.builds(lambda given: Said("receiver", CHIEF, given), people),
    st.builds(lambda name, given, deputy: Said("receiver", name, given | deputy), heads, people,
              st.fixed_dictionaries({}, optional={"deputy": contacts})),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(anything, max_size=6, unique_by=lambda one: (one.kind, one.name)), st.booleans())
def test_what_was_said_is_the_same_when_written_down_and_read_again(said: list[Said], away: bool) -> None:
    files, _ = smaby_files().beside(said)
    deputies = (AWAY,) if away else ()
    with TemporaryDirectory() as folder:
        for name, text in export(files, deputies).items():
            (Path(folder) / name).write_text(text, "utf-8")
        assert load(Path(folder)) == files.config().model_copy(update={"deputies": deputies})
