"""The register as a file: what is written is read as the same, and what is wrong is told by line and key."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.register import files
from pipelines.register.official import Official
from tests.builders import NOW, official, smaby

line = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters=";"), max_size=40)
days = st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1))
names = st.lists(line.filter(str.strip), max_size=3).map(tuple)
accounts = st.builds(
    lambda number, handle, **changes: official(f"konto-{number}", handle=f"@{handle}", **changes),
    number=st.integers(0, 10**6),
    handle=line,
    administrators=names,
    purpose=line,
    opened=days,
)


def read(text: str, form: str = "toml") -> tuple[tuple[Official, ...], tuple[str, ...]]:
    found, problems = files.read(text, form, f"konton.{form}")
    return tuple(one for _, one in found), problems


@given(st.lists(accounts, unique_by=lambda one: one.id, max_size=4))
def test_what_is_written_is_read_as_the_same(given: list[Official]) -> None:
    assert read(files.as_toml(given)) == (tuple(given), ())
    assert read(files.as_csv(given), "csv") == (tuple(given), ())


WHOLE = """[[account]]
id = "fb"
network = "facebook"
handle = "Småby"
address = "https://facebook.example/smaby"
responsible = "kommunikationschef"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHOLE.replace('responsible = "kommunikationschef"\n', ""), 'line 1, key "responsible": the key is missing'),
        (f'{WHOLE}password = "x"\n', 'line 1, key "password": unknown key'),
        (f"\n{WHOLE.replace('https', 'javascript')}", 'line 2, key "address": «javascript://'),
        (f"{WHOLE}{WHOLE}", 'line 7, key "id": «fb» stands on line 1 too'),
        (WHOLE.replace('"facebook"', '"orkut"'), 'line 1, key "network"'),
        (WHOLE.replace('"Småby"', '"  "'), 'line 1, key "handle"'),
        ("[[konto]]\n", "«konto» is not known here"),
        ('account = [{ id = "x" }]\n', "[[account]] on a line of its own"),
        ("[[account]\n", "konton.toml: "),
    ],
)
def test_what_is_wrong_is_told_by_line_and_key(text: str, said: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1 and said in problems[0] and problems[0].startswith("konton.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id;hemligt\r\n", "['hemligt']"),
        ("id;id\r\n", "['id', 'id']"),
        ("id;network\r\nx\r\n", "line 2: 1 cells under 2 columns"),
        ("id;network;handle;address\r\nx;x;X;https://x.example/a\r\n", 'line 2, key "responsible"'),
        ('id;network\r\n"x;x\r\n', "konton.csv: "),
    ],
)
def test_a_table_that_is_wrong_is_told_the_same_way(text: str, said: str) -> None:
    _, problems = read(text, "csv")
    assert problems and said in problems[0]


def test_the_rules_speak_of_lines_too() -> None:
    given = ((7, official("nytt", handle="Nytt", address="https://x.example", responsible="ingen")),)
    (problem,) = files.check(given, (), smaby(), NOW.date(), "konton.toml")
    assert problem.startswith('konton.toml, line 7, key "responsible": no receiver has that id.')
