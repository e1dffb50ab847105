"""Intervals hold what they promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.intervals import bootstrap, wilson


def test_wilson_as_in_the_books() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-4)  # Newcombe 1998, table I
    assert wilson(0, 20)[0] == pytest.approx(0.0) and wilson(0, 20)[1] == pytest.approx(0.1611, abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 500).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_wilson_holds_the_share(given: tuple[int, int]) -> None:
    low, high = wilson(*given)
    assert 0 <= low <= given[0] / given[1] + 1e-9 and given[0] / given[1] <= high + 1e-9 and high <= 1


def test_bootstrap_is_the_same_each_time_and_narrows_with_the_texts() -> None:
    few, many = [[8, 2], [3, 7]], [[800, 200], [300, 700]]
    assert bootstrap(few) == bootstrap(few)
    (low, high), singles = bootstrap(few)
    assert low < 0.75 < high and len(singles) == 2
    narrow = bootstrap(many)[0]
    assert narrow[1] - narrow[0] < (high - low) / 5


def test_nothing_is_known_of_no_texts() -> None:
    assert bootstrap([[0, 0], [0, 0]]) == ((0.0, 1.0), ((0.0, 1.0), (0.0, 1.0)))
