"""Sources go out and come back as they were; what others send is taken in or refused row by row."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect import opml, rows
from pipelines.config.schema import Source, SourcesFile
from pipelines.errors import UserError
from tests.collect.feeds import source

texts = st.text(max_size=20)
plain = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=12)
values = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=6,
)
sources = st.builds(
    source,
    id=st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6})?", fullmatch=True),
    name=plain,
    kind=st.sampled_from(["news", "forum", "blog"]),
    local=st.booleans(),
    every_minutes=st.integers(1, 600),
    enabled=st.booleans(),
    note=plain | st.just("två\nrader \"och\" 'citat' \\ \x7f\x00"),
    options=st.dictionaries(plain, values, max_size=3),
    group=st.sampled_from(["", "Nyheter", "Nyheter/Lokala & små"]),
    expects=st.fixed_dictionaries({}, optional={"max_silence_hours": st.floats(1, 1000), "languages": st.just(["sv"])}),
)
unique = st.lists(sources, max_size=4, unique_by=lambda one: one.id)


@given(unique)
def test_toml_and_json_lose_nothing(given_sources: list[Source]) -> None:
    for form, text in (("toml", rows.as_toml(given_sources)), ("json", rows.as_json(given_sources))):
        found, refused = rows.read(text, form, "news", ())
        assert (list(found), refused) == (given_sources, ())
    written = tomllib.loads(rows.as_toml(given_sources))
    assert list(SourcesFile.model_validate(written).source) == given_sources


@given(unique)
def test_opml_of_our_own_loses_nothing_but_the_order_of_groups(given_sources: list[Source]) -> None:
    found, refused = rows.read(opml.write(given_sources, "Småby & <co>"), "opml", "video", ())
    assert refused == ()
    assert sorted(found, key=lambda one: one.id) == sorted(given_sources, key=lambda one: one.id)


OTHERS = """<?xml version="1.0"?><opml version="1.0"><head><title>Mina</title></head><body>
<outline text="Nyheter"><outline text="Lokala">
<outline type="rss" text="Småby bladet &amp; co" xmlUrl=" https://smabybladet.example/flode.xml "/>
<outline type="rss" title="Småby bladet &amp; co" XMLURL="https://annat.example/flode.xml"/></outline></outline>
<outline text="" xmlUrl="https://www.tyst.example/feed"/><outline text="Fel" xmlUrl="ftp://fel.example/"/>
<outline text="Bara en mapp"/></body></opml>"""


def test_a_list_of_another_reader_becomes_rows_in_groups() -> None:
    found, refused = rows.read(OTHERS, "opml", "blog", {"smaby-bladet-co"})
    assert [(one.id, one.name, one.url, one.group, one.kind, one.family) for one in found] == [
        (
            "smaby-bladet-co-2",
            "Småby bladet & co",
            "https://smabybladet.example/flode.xml",
            "Nyheter/Lokala",
            "blog",
            "rss",
        ),
        ("smaby-bladet-co-3", "Småby bladet & co", "https://annat.example/flode.xml", "Nyheter/Lokala", "blog", "rss"),
        (
            "https-www-tyst-example-feed",
            "https://www.tyst.example/feed",
            "https://www.tyst.example/feed",
            "",
            "blog",
            "rss",
        ),
    ]
    assert refused == ("«Fel»: url: «ftp://fel.example/» is no http(s) address without a user or password in it",)


BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'
)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("opml", ""),
        ("opml", "<rss/>"),
        ("opml", "<opml><body>"),
        ("opml", BOMB),
        ("opml", "<opml>" + "<outline text='x'>" * 100 + "</outline>" * 100 + "</opml>"),
        ("toml", "[[source]"),
        ("toml", "source = 1"),
        ("toml", "källa = []"),
        ("json", "{"),
        ("json", "[1]"),
        ("json", "null"),
        ("json", "[" * 100_000),
    ],
)
def test_what_is_of_another_form_is_refused_in_a_sentence(form: str, text: str) -> None:
    with pytest.raises(UserError, match=r"source|OPML|TOML|JSON"):
        rows.read(text, form, "news", ())


def test_a_row_with_a_key_too_many_is_refused_and_its_neighbours_are_not() -> None:
    good = {"id": "a", "name": "A", "family": "rss", "kind": "news", "url": "https://a.example/"}
    found, refused = rows.read(json.dumps([good | {"id": "b", "x": 1}, good]), "json", "news", ())
    assert [one.id for one in found] == ["a"] and refused == ("«A»: x: Extra inputs are not permitted",)


@given(texts, texts, st.sets(st.sampled_from(["flode", "flode-2", "a"])))
def test_an_id_is_always_one_and_never_taken(name: str, url: str, taken: set[str]) -> None:
    made = rows.new_id(name, url, taken)
    assert made not in taken and source(id=made).id == made
