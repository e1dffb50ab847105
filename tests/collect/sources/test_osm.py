from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.collect.conftest import World
from tests.collect.sources.asking import Asking, query, told, watch

MAP = Asking("osm", {"box": [17.7, 59.1, 18.0, 59.3], "place": "Småby"}, kind="forum")


def comment(text: str = "Gångbron är <b>avspärrad</b>", **changes: object) -> dict[str, object]:
    return {
        "date": "2026-11-20 17:05:00 UTC",
        "uid": 4711,
        "user": "kartkim",
        "action": "opened",
        "text": text,
        "html": f"<p>{text}</p>",
    } | changes


def note(number: int = 1, *comments: object, **changes: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [17.83, 59.2]},
        "properties": {
            "id": number,
            "date_created": "2026-11-20 17:05:00 UTC",
            "status": "open",
            "comments": list(comments) or [comment()],
        }
        | changes,
    }


def notes(*features: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_a_box_is_asked_for_or_words_in_it() -> None:
    (request,) = MAP.requests()
    assert request.url.startswith("https://api.smaby.example/api/0.6/notes.json?")
    assert query(request) == {"bbox": "17.7,59.1,18.0,59.3", "limit": "100", "closed": "7"}
    (words,) = MAP.requests(options={"box": [1, 2, 3, 4], "query": "Näsvik"})
    assert "/api/0.6/notes/search.json?" in words.url
    assert query(words)["q"] == "Näsvik"


def test_a_note_and_what_is_said_of_it_become_entries() -> None:
    answers = (comment(), comment("Lagat nu", action="closed", uid=None, user=None, date="2026-11-21 07:00:00 UTC"))
    opened, closed = MAP.read(notes(note(5, *answers, status="closed"))).entries
    assert (opened.native_id, opened.title, opened.text) == ("5", "Notis på kartan, löst", "Gångbron är avspärrad")
    assert (opened.url, opened.place) == ("https://www.openstreetmap.org/note/5", "Småby")
    assert opened.author == "«https://www.openstreetmap.org/user/4711»"
    assert (closed.title, closed.text, closed.author) == ("", "Lagat nu", None)
    assert closed.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert closed.native_id.startswith("5#")


def test_a_comment_without_words_is_no_entry() -> None:
    assert len(MAP.read(notes(note(5, comment(), comment("", action="reopened")))).entries) == 1


def test_a_note_that_is_solved_is_edited(tmp_path: Path, world: World) -> None:
    site = watch(MAP, tmp_path, world, {"/api/0.6/notes.json": notes(note(5))})
    assert site.run().new == 1
    world.pages["/api/0.6/notes.json"] = told(notes(note(5, status="closed")))
    report = site.run()
    assert (report.new, report.edited) == (0, 1)
    assert site.entries()[0][1] == "Notis på kartan, löst"
    world.pages["/api/0.6/notes.json"] = told(notes())
    assert (site.run().ok, len(site.entries())) == (1, 1)
