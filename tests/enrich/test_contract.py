"""The lines of `assess`: what may come in, what goes out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.enrich.contract import BadPost, as_json, read_post
from pipelines.types import Mention, Stance
from sentiment import Span
from tests.builders import assessment, flag

POST = {"id": "p1", "source": "microblog", "text": "Hej Näsvik"}


def test_a_post_is_read_with_its_time_in_utc() -> None:
    read = read_post(POST | {"title": "T", "published": "2026-11-21T14:05:00+01:00", "about": True})
    assert (read.id, read.kind, read.content) == ("p1", "microblog", "T\nHej Näsvik")
    assert read.published == datetime(2026, 11, 21, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ([], "not a JSON object"),
        ({"id": "1", "source": "news"}, '"text" is missing'),
        (POST | {"source": "radio"}, '"source" is none of'),
        (POST | {"id": True}, '"id"'),
        (POST | {"title": 3}, '"title" is not a text'),
        (POST | {"published": "i går"}, '"published" is no time'),
    ],
)
def test_what_is_no_post_is_refused_in_plain_words(post: object, said: str) -> None:
    with pytest.raises(BadPost, match=said):
        read_post(post)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(["id", "source", "text", "title", "published", "language"]), inner
        ),
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        read_post(value)
    except BadPost as error:
        assert str(error)


def test_the_answer_has_the_fields_of_the_contract() -> None:
    post = read_post(POST)
    given_ = assessment(
        "p1",
        places=("Näsvik",),
        mentions=(Mention("place", "Näsvik", Span(4, 10, "Näsvik"), 0.9, "Därför."),),
        stance=Stance("critical", 0.7),
        flags=(flag("crime", role="report", type="robbery", evidence=(Span(0, 3, "Hej"),)), flag("threat")),
        alert=True,
    )
    answer = json.loads(json.dumps(as_json(post, given_, ("kommunikationschef",))))
    assert list(answer) == [
        *("id", "language", "about", "places", "units", "tone", "stance", "intent", "toxicity", "flags", "alert"),
        "receivers",
    ]
    assert answer["tone"] == {"label": "neutral", "polarity": 0.0, "confidence": 0.8}
    assert answer["flags"][0]["type"] == "robbery" and "type" not in answer["flags"][1]
    assert answer["flags"][0]["evidence"] == [{"start": 0, "end": 3, "text": "Hej"}]
    assert [flag["by_employee"] for flag in answer["flags"]] == [False, False]
    tipped = as_json(post, replace(given_, by_employee=True, about_management=True))["flags"]
    assert all(flag["by_employee"] and flag["about_management"] and flag["target"] == "allman" for flag in tipped)
