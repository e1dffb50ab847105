"""The figures that users are shown are those of the present rules, or say since when they are not."""

from __future__ import annotations

from pipelines import accuracy
from tests.prove import figures


def test_what_is_shown_is_what_is_measured_or_says_since_when_it_is_not() -> None:
    shown = accuracy.read()
    if shown.stale_since is None:
        assert figures.measured(shown.measured) == shown, "run: python -m tests.prove.figures --write (or --stale)"
    else:
        assert shown.stale_since >= shown.measured


def test_the_handbook_shows_the_same() -> None:
    assert figures.handbook(accuracy.read()) in figures.HANDBOOK.read_text("utf-8")


def test_every_share_lies_in_its_interval() -> None:
    shown = accuracy.read()
    shares = [one.right for one in shown.trust]
    for field in shown.fields.values():
        shares += [field.right, *field.kinds.values(), *field.difficulties.values()]
        shares += [share for told in field.answers.values() for share in (told.found, told.kept)]
    assert len(shares) > 100
    assert all(0 <= one.low <= one.right <= one.high <= 1 and one.rows <= shown.texts for one in shares)
