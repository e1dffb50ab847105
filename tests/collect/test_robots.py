from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Failure, Payload
from pipelines.collect import wording
from pipelines.collect.robots import CLOSED, Robots, read, told_by


@pytest.mark.parametrize(
    ("rules", "path", "open_"),
    [
        ("", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /", "/a", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Disallow: /a/b\nAllow: /a", "/a/b/c", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?z=1", True),
        ("Disallow: /*.pdf", "/x/y.pdf?z=1", False),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a*b$", "/ab", False),
        ("Disallow: /ab*b$", "/ab", True),
        ("Disallow: /*?sok=", "/lista?sok=x", False),
        ("Disallow: /näsvik", "/n%c3%a4svik/1", False),
        ("Disallow: /a%7Eb", "/a~b", False),
        ("Disallow: /a # inte här", "/a", False),
        ("disallow : /a", "/a", False),
        ("Disallow: a", "/a", True),
        ("Noindex: /\nSitemap: x", "/a", True),
    ],
)
def test_the_longest_rule_decides(rules: str, path: str, open_: bool) -> None:
    assert read(f"User-agent: *\n{rules}\n".encode()).allows(path) is open_


def test_who_is_named_has_rules_of_his_own() -> None:
    robots = read(
        b"User-agent: *\nDisallow: /\n\nUser-agent: annan\nUser-agent: Mediebevakning/1.0\nDisallow: /a\n"
        b"Crawl-delay: 2.5\nUser-agent: annan\nDisallow: /b\nUser-agent: MEDIEBEVAKNING\nDisallow: /c\n"
    )
    assert [robots.allows(path) for path in ("/", "/a", "/b", "/c")] == [True, False, True, False]
    assert robots.delay == 2.5


@pytest.mark.parametrize(
    ("outcome", "robots"),
    [
        (Payload("x", b"<html>Hej</html>"), Robots()),
        (Failure("", 1.0, 404), Robots()),
        (Failure("", 1.0, 403), Robots()),
        (Failure(wording.EMPTY, 0.5, 200), Robots()),
        (Failure("", 0.25, 429), CLOSED),
        (Failure("", 0.25, 503), CLOSED),
        (Failure(wording.TIMEOUT, 0.25), CLOSED),
        (Failure(wording.too_large(1), 0.5, 200), CLOSED),
    ],
)
def test_a_host_that_cannot_say_is_closed(outcome: Payload | Failure, robots: Robots) -> None:
    assert told_by(outcome) == robots


@given(st.binary(max_size=300), st.text(max_size=50))
def test_anything_can_be_read(body: bytes, path: str) -> None:
    assert read(b"User-agent: *\n" + body).allows("/" + path) in (True, False)


def test_a_hostile_file_takes_no_time() -> None:
    rules = "".join(f"Disallow: /{'*a' * 400}{number}b$\n" for number in range(500))
    began = perf_counter()
    assert read(f"User-agent: *\n{rules}".encode()).allows("/" + "a" * 2_000)
    assert perf_counter() - began < 2
