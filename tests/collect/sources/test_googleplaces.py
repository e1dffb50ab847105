from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.collect.conftest import Page, World
from tests.collect.sources.asking import Asking, query, told, watch

REVIEWS = Asking("googleplaces", {"places": {"ChIJ1": "Näsviksskolan"}}, kind="review", secrets={"key": "k-1"})
TWO = Asking("googleplaces", {"places": {"ChIJ1": "Näsviksskolan", "ChIJ2": "Badhuset"}}, kind="review")
REVIEWS_PATH = "/v1/places/ChIJ1"
ENVIRONMENT = {"MEDIEBEVAKNING_GOOGLEPLACES_KEY": "k-1"}


def review(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "name": f"places/ChIJ1/reviews/r{number}",
        "relativePublishTimeDescription": "för en dag sedan",
        "rating": 2,
        "text": {"text": "The queue was long", "languageCode": "en"},
        "originalText": {"text": "Kön var <b>lång</b>", "languageCode": "sv"},
        "authorAttribution": {"displayName": "Kim Testsson", "uri": "https://maps.example/kim"},
        "publishTime": "2026-11-20T17:05:00.123456789Z",
        "googleMapsUri": "https://www.google.com/maps/reviews/r1",
    } | changes


def place(*reviews: object) -> dict[str, object]:
    return {"id": "ChIJ1", "rating": 3.4, "userRatingCount": 80, "reviews": list(reviews)}


def test_the_key_and_the_wanted_fields_are_in_headers() -> None:
    (request,) = REVIEWS.requests()
    assert request.url == "https://api.smaby.example/v1/places/ChIJ1?languageCode=sv"
    assert request.headers == {"x-goog-api-key": "k-1", "x-goog-fieldmask": "id,rating,userRatingCount,reviews"}
    assert query(request) == {"languageCode": "sv"}
    assert request.cost > 0


def test_a_review_becomes_an_entry_without_its_author() -> None:
    (entry,) = REVIEWS.read(place(review())).entries
    assert (entry.native_id, entry.title) == ("places/ChIJ1/reviews/r1", "Betyg 2 av 5: Näsviksskolan")
    assert (entry.text, entry.language, entry.author) == ("Kön var lång", "sv", None)
    assert entry.published == datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def test_stars_alone_and_words_alone_are_reviews() -> None:
    stars, words = REVIEWS.read(place(review(text=None, originalText=None), review(2, rating=None))).entries
    assert (stars.title, stars.text) == ("Betyg 2 av 5: Näsviksskolan", "")
    assert words.title == "Omdöme: Näsviksskolan"


def test_a_place_without_reviews_is_an_answer() -> None:
    assert REVIEWS.read({"id": "ChIJ1"}).problems == ()
    assert REVIEWS.read({}).problems == ()


def test_a_place_that_is_gone_leaves_the_others(tmp_path: Path, world: World) -> None:
    pages = {"/v1/places/ChIJ1": Page(b"{}", 404), "/v1/places/ChIJ2": told(place(review()))}
    site = watch(TWO, tmp_path, world, pages, environment=ENVIRONMENT)
    report = site.run()
    assert (report.ok, report.new) == (1, 1)
