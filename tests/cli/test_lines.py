"""Lines as `assess` takes them from a stream, however its bytes arrive."""

from __future__ import annotations

from io import BufferedIOBase

from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli.texts import _arrived


class Dripping(BufferedIOBase):
    """Gives what it holds in the pieces it was given."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def read1(self, size: int = -1, /) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


@given(st.lists(st.text("a\r\n ", max_size=9).map(str.encode), max_size=9))
def test_lines_are_those_of_the_whole(pieces: list[bytes]) -> None:
    told = [line for lines in _arrived(Dripping(pieces)) for line in lines]
    assert told == b"".join(pieces).split(b"\n")


def test_a_line_waits_for_none_that_has_not_come() -> None:
    arrived = _arrived(Dripping([b"one\ntw", b"o\n"]))
    assert (next(arrived), next(arrived)) == ([b"one"], [b"two"])
