"""The policy's rows: each names what there is, and a place that is missing is found out."""

from __future__ import annotations

import pytest

from tests.prove import duties_policy as policy

ROWS = policy.rows()


def test_no_row_of_the_policy_is_left_out_or_told_twice() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids) and tuple(ids[: len(policy.ASKED)]) == policy.ASKED


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_what_a_row_names_is_there(row: policy.Row) -> None:
    assert list(policy.problems(row)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"modules": ["pipelines/ingen.py"]}, "no file pipelines/ingen.py"),
        ({"modules": []}, "names no modules"),
        ({"routes": ["/ingen"]}, "no page /ingen"),
        ({"commands": ["ingen"]}, "no command ingen"),
        ({"tests": ["tests/duties/test_policy.py::test_ingen"]}, "no test tests/duties/test_policy.py::test_ingen"),
        ({"shown": ["docs/img/ingen.png"]}, "no file docs/img/ingen.png"),
        ({"later": True}, "unknown key later"),
    ],
)
def test_a_place_that_is_missing_is_told(change: dict[str, object], told: str) -> None:
    assert list(policy.problems({**ROWS[0], **change})) == [told]


def test_the_page_is_made_of_the_table() -> None:
    assert policy.TARGET.read_text("utf-8") == policy.page(ROWS)
