from __future__ import annotations

from sentiment.memo import LONGEST, MOST, Memo


def test_a_word_is_worked_out_once() -> None:
    asked: list[str] = []
    memo = Memo(lambda word: (asked.append(word), len(word))[1])
    assert [memo["skola"], memo["skola"], memo["vårdcentral"]] == [5, 5, 11]
    assert asked == ["skola", "vårdcentral"]


def test_junk_is_not_kept_and_there_is_a_bound() -> None:
    memo = Memo(len)
    assert memo["x" * (LONGEST + 1)] == LONGEST + 1
    assert not memo
    for number in range(MOST + 1):
        assert memo[str(number)] == len(str(number))
    assert len(memo) <= MOST
