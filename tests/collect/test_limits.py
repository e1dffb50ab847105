from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.answers import LONGEST_WAIT
from pipelines.collect.limits import until, used_up
from tests.builders import NOW

EPOCH_SECONDS = NOW.timestamp()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("417", 417),
        (str(int(EPOCH_SECONDS) + 600), 600),
        (str(int(EPOCH_SECONDS) - 600), 0),
        ("2026-11-21T08:05:00Z", 300),
        ("-5", 0),
        ("99999999", LONGEST_WAIT),
        (None, None),
        ("", None),
        ("inf", None),
        ("snart", None),
    ],
)
def test_a_reset_in_any_of_its_forms(value: str | None, seconds: float | None) -> None:
    assert until(value, NOW) == seconds


def test_only_what_is_used_up_makes_us_wait() -> None:
    assert used_up({"l-remaining": "0", "l-reset": "9"}, "l", NOW) == 9
    assert used_up({"l-remaining": "1", "l-reset": "9"}, "l", NOW) is None
    assert used_up({"l-reset": "9"}, "l", NOW) is None
    assert used_up({"l-remaining": "0"}, "l", NOW) is None


@given(st.text())
def test_any_header_at_all(value: str) -> None:
    seconds = until(value, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_WAIT
