from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect import wording
from pipelines.collect.sources import polisen
from tests.collect.feeds import parse, source
from tests.collect.strategies import JSON


def notice(**changes: object) -> dict[str, object]:
    return {
        "id": 600001,
        "datetime": "2026-02-03 8:10:58 +01:00",
        "name": "03 februari 07.40, Trafikolycka, personskada, Småby",
        "summary": "Två bilar i kollision vid bryggan.",
        "url": "/aktuellt/handelser/2026/februari/3/03-februari-07.40-trafikolycka-smaby",
        "type": "Trafikolycka, personskada",
        "location": {"name": "Stockholms län", "gps": "59.6,18.0"},
    } | changes


def test_a_notice_becomes_an_entry() -> None:
    (entry,) = parse(json.dumps([notice()]), "polisen").entries
    assert (entry.native_id, entry.title) == ("600001", "03 februari 07.40, Trafikolycka, personskada, Småby")
    assert entry.text == "Två bilar i kollision vid bryggan."
    assert entry.published == datetime(2026, 2, 3, 7, 10, 58, tzinfo=UTC)
    assert entry.url == "https://polisen.se/aktuellt/handelser/2026/februari/3/03-februari-07.40-trafikolycka-smaby/"


@pytest.mark.parametrize(
    ("name", "location", "place"),
    [
        ("3 februari 07.40, Rån, Småby", {"name": "Stockholms län"}, "Småby"),
        ("Rån", {"name": "Småby"}, "Småby"),
        ("3 februari 07.40, Rån,", {"name": "Småby"}, "Småby"),
        ("Rån", "Småby", None),
        ("Rån", {"name": None}, None),
    ],
)
def test_the_place_is_the_last_part_of_the_name(name: str, location: object, place: str | None) -> None:
    (entry,) = parse(json.dumps([notice(name=name, location=location)]), "polisen").entries
    assert entry.place == place


def test_an_edited_notice_keeps_its_id() -> None:
    graver = notice(name="03 februari 07.40, Mord/dråp, Småby", type="Mord/dråp", url="/aktuellt/handelser/annan/")
    (before,), (after,) = (parse(json.dumps([given_notice]), "polisen").entries for given_notice in (notice(), graver))
    assert before.id == after.id
    assert before.revision != after.revision


def test_a_slash_more_is_no_edit() -> None:
    longer = notice(url=f"{notice()['url']}/")
    (before,), (after,) = (parse(json.dumps([given_notice]), "polisen").entries for given_notice in (notice(), longer))
    assert before == after


def test_a_short_answer_is_read_and_told() -> None:
    given_source = source("polisen", options={"expects": 400})
    from pipelines.asking import Payload
    from pipelines.collect.parse import Context

    parsed = polisen.parse(Payload(given_source.url, json.dumps([notice()]).encode()), given_source, Context(str))
    assert len(parsed.entries) == 1
    assert parsed.problems == (wording.short_answer(1, 400),)


def test_neighbours_of_a_broken_notice_are_read() -> None:
    items = [notice(), None, ["a"], {"id": 2}, {"id": {}, "name": "x"}, notice(id="600002")]
    parsed = parse(json.dumps(items), "polisen")
    assert [entry.native_id for entry in parsed.entries] == ["600001", "600002"]
    assert parsed.problems == ("4 poster gick inte att läsa.",)


def test_a_list_that_is_cut_off_gives_what_came() -> None:
    parsed = parse(json.dumps([notice(), notice(id=2)])[:-40], "polisen")
    assert [entry.native_id for entry in parsed.entries] == ["600001"]
    assert parsed.problems == (wording.CUT_OFF,)


def test_one_notice_alone_need_not_be_a_list() -> None:
    assert len(parse(json.dumps(notice()), "polisen").entries) == 1


def test_an_empty_list_is_alive() -> None:
    assert parse("[]", "polisen").problems == ()


@pytest.mark.parametrize(
    "body", ["<html>Stängt</html>", '{"error": "too many"}', "null", "[[[", '[1, 2, "tre"]', "\x00"]
)
def test_what_is_no_list_of_notices_says_so(body: str) -> None:
    parsed = parse(body, "polisen")
    assert (parsed.entries, parsed.problems) == ((), (wording.NOT_POLISEN,))


@given(
    st.lists(JSON | st.fixed_dictionaries({"id": JSON, "name": JSON, "datetime": JSON, "url": JSON, "location": JSON}))
)
def test_any_json_at_all(items: list[object]) -> None:
    for entry in parse(json.dumps(items), "polisen").entries:
        entry.content.encode()
