"""Nothing to tell is an answer: of each family with keys, and of Mastodon's timelines, in its own form."""

from __future__ import annotations

import pytest

from pipelines.config.schema import Source
from tests.collect.feeds import source
from tests.collect.sources import test_bluesky as bluesky
from tests.collect.sources import test_facebook as facebook
from tests.collect.sources import test_instagram as instagram
from tests.collect.sources import test_mastodon_search as mastodon_search
from tests.collect.sources import test_reddit as reddit
from tests.collect.sources import test_x as x
from tests.collect.sources import test_youtube as youtube
from tests.collect.sources.visits import read

EMPTY = {
    "bluesky": (bluesky.SEARCH, {"posts": []}),
    "facebook": (facebook.PAGE, {"data": []}),
    "instagram": (instagram.ACCOUNT, {"data": []}),
    "mastodon": (source("mastodon", options={"tags": ["småby"]}), []),
    "mastodon-search": (mastodon_search.SEARCH, {"accounts": [], "statuses": [], "hashtags": []}),
    "reddit": (reddit.SEARCH, {"kind": "Listing", "data": {"after": None, "children": []}}),
    "x": (x.SEARCH, {"meta": {"result_count": 0}}),
    "youtube": (youtube.SEARCH, {"items": [], "pageInfo": {"totalResults": 0}}),
}


@pytest.mark.parametrize(("given", "answer"), [pytest.param(*case, id=name) for name, case in EMPTY.items()])
def test_an_empty_list_is_an_answer(given: Source, answer: object) -> None:
    for cursor in (None, "2026-11-21T05:30:00Z"):
        parsed = read(given, answer, cursor=cursor)
        assert (parsed.entries, parsed.problems, parsed.failure, parsed.follow) == ((), (), None, ())
