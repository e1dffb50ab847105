"""Text and addresses from outside: whatever they hold, one harmless line and a link that leads where it says."""

from __future__ import annotations

import time
import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.notify.plain import discreet_url, one_line, safe_url
from tests.builders import entry

TEXTS = st.text(st.characters(), max_size=300)


@given(TEXTS, st.integers(2, 120))
def test_one_line_is_short_and_prints(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not any(unicodedata.category(char).startswith("C") for char in line)
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Hej", 10, "Hej"),
        ("rad ett\r\nrad två", 40, "rad ett rad två"),
        ("Subject: x\r\nBcc: alla@example.org", 60, "Subject: x Bcc: alla@example.org"),
        ("klipps vid ett ord, inte mitt i", 20, "klipps vid ett ord…"),
        ("enlångsammansättning", 10, "enlångsam…"),
        ("exakt tio!", 10, "exakt tio!"),
        ("omvänd\u202etext\u200b", 40, "omvändtext"),
        ("", 10, ""),
    ],
)
def test_one_line(text: str, limit: int, expected: str) -> None:
    assert one_line(text, limit) == expected


def test_a_long_text_takes_no_time() -> None:
    started = time.monotonic()
    assert len(one_line("a " * 5_000_000, 200)) <= 200
    assert len(one_line(" " * 10_000_000, 200)) <= 200
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://tidning.example/a?b=c#d", "https://tidning.example/a?b=c#d"),
        ("https://tidning.example/snö och is", "https://tidning.example/sn%C3%B6%20och%20is"),
        ("https://räksmörgås.example/", "https://xn--rksmrgs-5wao1o.example/"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//tidning.example/a", None),
        ("https://kommun.example@elak.example/", None),
        ("https://tidning.example:notaport/", None),
        ("https://[::1/", None),
        ("https:///bara-vag", None),
        ("https://tidning.example/" + "a" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_are_linked(url: str | None, expected: str | None) -> None:
    assert safe_url(url) == expected


@given(TEXTS)
def test_no_address_breaks_out_of_its_line_or_its_quotes(text: str) -> None:
    for url in (text, f"https://tidning.example/{text}", f"https://{text}/"):
        safe = safe_url(url)
        if safe is not None:
            assert safe.isascii()
            assert not set(safe) & set('"<>\\ \r\n\t')
            assert urlsplit(safe).scheme in ("http", "https")


@pytest.mark.parametrize(
    ("kind", "url", "linked"),
    [
        ("news", "https://tidning.example/artikel/812345", True),
        ("official", "https://polisen.example/handelse/55", True),
        ("news", "https://tidning.example/hanad-i-korridoren-812345", False),
        ("news", "https://tidning.example/HÅNAD/812345", False),
        ("news", "https://tidning.example/?rubrik=h%C3%A5nad", False),
        ("microblog", "https://social.example/@anna/1123", False),
        ("news", None, False),
    ],
)
def test_a_flagged_posts_address_is_kept_back_where_it_tells_of_the_post(
    kind: str, url: str | None, linked: bool
) -> None:
    flagged = entry(kind=kind, url=url, title="Elev hånad i korridoren", text="Det hände i går.")
    assert discreet_url(flagged) == (url if linked else None)
