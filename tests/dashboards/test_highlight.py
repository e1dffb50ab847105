"""A marked text is the text, whatever the marks."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.highlight import Mark, Piece, excerpt, pieces

MARKS = st.lists(
    st.builds(Mark, st.integers(-5, 40), st.integers(-5, 40), st.sampled_from(["flag", "mention"]), st.text(max_size=3))
)


@settings(deadline=None)
@given(st.text(max_size=30), MARKS, st.integers(0, 10), st.integers(0, 40))
def test_nothing_is_lost_or_added(text: str, marks: list[Mark], start: int, end: int) -> None:
    found = pieces(text, marks, start, end)
    assert "".join(piece.text for piece in found) == text[start:end]
    for place in range(start, min(end, len(text))):
        over = [mark for mark in marks if mark.start <= place < mark.end]
        assert _at(found, place - start).kind == (
            "flag" if "flag" in {m.kind for m in over} else "mention" if over else None
        )


def _at(found: tuple[Piece, ...], place: int) -> Piece:
    for piece in found:
        if place < len(piece.text):
            return piece
        place -= len(piece.text)
    raise AssertionError


def test_overlapping_marks_share_their_piece() -> None:
    found = pieces("hotar rektorn", [Mark(0, 13, "mention", "Enhet"), Mark(0, 5, "flag", "Hot")])
    assert found == (Piece("hotar", "flag", "Enhet; Hot"), Piece(" rektorn", "mention", "Enhet"))


def test_a_megabyte_takes_no_time() -> None:
    text = "hot " * 250_000
    marks = [Mark(start, start + 3, "flag", "Hot") for start in range(0, 40_000, 4)]
    began = time.process_time()
    pieces(text, marks)
    excerpt(text)
    assert time.process_time() - began < 1


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt("ett två tre", 8) == "ett två …"
    assert excerpt(" ett\n\ntvå ", 80) == "ett två"
    assert excerpt("x" * 2000, 8) == "xxxxxxxx …"
