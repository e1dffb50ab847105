from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.collect.conftest import Page, World
from tests.collect.sources.asking import Asking, query, told, watch

PLACES = Asking("foursquare", {"places": {"fsq1": "Näsviks bibliotek"}}, kind="review", secrets={"key": "k-1"})
TWO = Asking("foursquare", {"places": {"fsq1": "Näsviks bibliotek", "fsq2": "Badhuset"}}, kind="review")
TIPS_PATH = "/places/fsq1/tips"
ENVIRONMENT = {"MEDIEBEVAKNING_FOURSQUARE_KEY": "k-1"}


def tip(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "fsq_tip_id": f"tip{number}",
        "created_at": "2026-11-20T17:05:00.000Z",
        "text": "Trevlig personal &amp; varmt",
        "lang": "sv",
    } | changes


def test_each_place_is_asked_with_key_and_version_in_headers() -> None:
    first, second = TWO.requests()
    assert first.url.startswith("https://api.smaby.example/places/fsq1/tips?")
    assert second.url.startswith("https://api.smaby.example/places/fsq2/tips?")
    assert query(first)["sort"] == "NEWEST"
    (request,) = PLACES.requests()
    assert request.headers["authorization"] == "Bearer k-1"
    assert request.headers["x-places-api-version"] == "2025-06-17"
    assert request.cost > 0


def test_a_tip_becomes_an_entry_named_after_our_place() -> None:
    (entry,) = PLACES.read([tip()]).entries
    assert (entry.native_id, entry.title, entry.text) == (
        "tip1",
        "Omdöme: Näsviks bibliotek",
        "Trevlig personal & varmt",
    )
    assert (entry.language, entry.author) == ("sv", None)
    assert entry.published == datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def test_the_older_forms_are_read() -> None:
    old = {"id": "x", "created_at": 1795194300, "text": "Kallt"}
    (entry,) = PLACES.read({"tips": [old]}).entries
    assert (entry.native_id, entry.published) == ("x", datetime(2026, 11, 20, 17, 5, tzinfo=UTC))


def test_a_tip_without_words_is_no_entry_and_no_problem() -> None:
    parsed = PLACES.read([tip(text="")])
    assert (parsed.entries, parsed.problems) == ((), ())


def test_a_place_that_is_gone_leaves_the_others(tmp_path: Path, world: World) -> None:
    pages = {"/places/fsq1/tips": Page(b"{}", 404), "/places/fsq2/tips": told([tip()])}
    site = watch(TWO, tmp_path, world, pages, environment=ENVIRONMENT)
    report = site.run()
    assert (report.ok, report.new) == (1, 1)
