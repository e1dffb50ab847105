from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.parse import decode, entry_id, json_items, json_object, language, number, rows, table, when
from tests.collect.feeds import STOCKHOLM

MORNING = datetime(2026, 1, 6, 7, 10, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-06 8:10:58 +01:00", MORNING),  # Polisen: no leading zero
        ("2026-01-06T07:10:58Z", MORNING),
        ("2026-01-06T07:10:58.123456Z", MORNING),
        ("2026-01-06T08:10:58+0100", MORNING),
        ("2026-01-06T08:10:58", MORNING),  # no zone: the municipality's
        ("2026-07-06T09:10:58", datetime(2026, 7, 6, 7, 10, 58, tzinfo=UTC)),
        ("2026-01-06", datetime(2026, 1, 5, 23, 0, tzinfo=UTC)),
        ("Tue, 06 Jan 2026 08:10:58 +0100", MORNING),
        ("Mon, 06 Jan 2026 08:10:58 +0100", MORNING),  # the wrong weekday
        ("Tue, 06 Jan 2026 07:10:58 GMT", MORNING),
        ("Tue, 06 Jan 2026 07:10:58 -0000", MORNING),
        ("6 Jan 2026 08:10:58", MORNING),
        ("tis, 6 januari 2026 08:10:58 +0100", MORNING),
        ("6 maj 2026 08:00:00 +0200", datetime(2026, 5, 6, 6, tzinfo=UTC)),
        ("2031-01-06T07:10:58Z", MORNING.replace(year=2031)),  # to come: kept, first-seen is used in its place
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2026-13-45T99:99:99Z", None),
        ("i går", None),
        ("", None),
        (None, None),
        (1767683458, None),
    ],
)
def test_when(text: object, time: datetime | None) -> None:
    assert when(text, STOCKHOLM) == time


@given(st.text() | st.from_regex(r"[0-9:+\-TZ ,]{0,40}") | st.text("0123456789 ,:+-JanFebMonTueGMT", max_size=40))
def test_any_text_is_a_time_in_utc_or_none(text: str) -> None:
    found = when(text, STOCKHOLM)
    assert found is None or found.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("<a>åäö</a>".encode(), "", "<a>åäö</a>"),
        ("<a>åäö</a>".encode("latin-1"), "", "<a>åäö</a>"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>åäö'.encode("latin-1"), "", None),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>åäö'.encode(), "", None),  # says Latin-1, is UTF-8
        ('<?xml version="1.0" encoding="utf-8"?>åäö'.encode("latin-1"), "", None),  # says UTF-8, is Latin-1
        ("“åäö”".encode("cp1252"), "text/xml; charset=iso-8859-1", "“åäö”"),
        ("åäö".encode("utf-8-sig"), "", "åäö"),
        ("<a>åäö".encode("utf-16"), "", "<a>åäö"),
        ("<a>åäö".encode("utf-16-le"), "", "<a>åäö"),
        ("łódź".encode("iso-8859-2"), "text/xml; charset=iso-8859-2", "łódź"),
        ("日本".encode("iso-2022-jp"), "text/xml; charset=iso-2022-jp", "日本"),
        ("åäö".encode(), "text/xml; charset=klingon", "åäö"),
        ("åäö".encode(), "text/xml; charset=hex", "åäö"),
        ("blåbär och smörgås".encode() + b"\xe5", "", "blåbär och smörgås\ufffd"),  # cut in the middle of a letter
        (b"", "", ""),
    ],
)
def test_decode_believes_the_bytes(body: bytes, content_type: str, text: str | None) -> None:
    read = decode(body, content_type)
    assert read.endswith("åäö") if text is None else read == text


@given(st.binary(), st.text())
def test_any_bytes_are_text(body: bytes, content_type: str) -> None:
    decode(body, content_type).encode()  # no lone surrogates either


@pytest.mark.parametrize(
    ("text", "items", "whole"),
    [
        ("[1, 2]", [1, 2], True),
        ('{"a": 1}', [{"a": 1}], True),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}], True),
        ('[{"a": 1}, {"a": 2}, {"a', [{"a": 1}, {"a": 2}], False),
        ("[]", [], True),
        ("<html>", [], False),
        ("", [], False),
        ("[" * 100_000, [], False),
        ("[1" + "0" * 5000 + "]", [], False),
    ],
)
def test_json_items(text: str, items: list[object], whole: bool) -> None:
    assert json_items(text) == (items, whole)


@pytest.mark.parametrize(
    ("given_code", "code"),
    [
        ("sv", "sv"),
        ("sv-SE", "sv"),
        ("SV_se", "sv"),
        (" en ", "en"),
        ("svenska", None),
        ("", None),
        (None, None),
        (3, None),
    ],
)
def test_language(given_code: object, code: str | None) -> None:
    assert language(given_code) == code


def test_ids_keep_sources_and_items_apart() -> None:
    ids = {entry_id("a", "bc"), entry_id("ab", "c"), entry_id("a", "b"), entry_id("b", "a")}
    assert len(ids) == 4
    assert entry_id("a", "b") in ids


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (7, 7),
        ("7.5", 7.5),
        ("-1", -1),
        (True, None),
        (None, None),
        ("nan", None),
        ("1e999", None),
        (10**400, None),
        ([7], None),
    ],
)
def test_a_number_is_one_that_is_finite(value: object, found: float | None) -> None:
    assert number(value) == found


def test_json_of_another_shape_is_empty() -> None:
    assert (json_object('{"a": [1]}'), json_object("[1]"), json_object("{"), json_object("[" * 99_999)) == (
        {"a": [1]},
        None,
        None,
        None,
    )
    assert (table({"a": 1}), table([1]), table(None)) == ({"a": 1}, {}, {})
    assert (rows([1]), rows({"a": 1}), rows("text"), rows(None)) == ([1], [{"a": 1}], [], [])


@given(
    st.datetimes(datetime(1996, 1, 1), datetime(2099, 1, 1)),
    st.sampled_from(["GMT", "+0000", "-0000", "+0100", "-0930", "+1400", "+2500", "+0199"]),
    st.sampled_from(["%a, %d %b %Y %H:%M:%S", "%d %b %Y %H:%M:%S"]),
)
def test_the_usual_form_of_a_date_is_read_as_the_library_does(time: datetime, zone: str, form: str) -> None:
    text = f"{time.strftime(form)} {zone}"
    try:
        by_library = parsedate_to_datetime(text)
        expected = (by_library if by_library.tzinfo else by_library.replace(tzinfo=UTC)).astimezone(UTC)
    except ValueError:
        expected = None
    found = when(text, STOCKHOLM)
    assert found == (expected if expected and 1995 <= expected.year <= 2100 else None)
