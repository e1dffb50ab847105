"""Beyond the teaser: what of a page is kept, of which entries, and that it stays the same at every visit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.asking import Payload
from pipelines.bootstrap import App
from pipelines.collect import phase
from pipelines.collect.article import EXCERPT, extended, is_teaser, kept, lead, passages
from tests import builders
from tests.builders import NOW, Clock, config
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import item, parse, rss, source

LEAD = "Kommunen rustar upp bryggan i Näsvik under våren."
ROWS = [
    f"Stycke {number}: plankorna byts ut en efter en, säger projektledaren, och räcket målas." for number in range(40)
]


def page(*rows: str, head: str = "", **headers: str) -> Payload:
    paragraphs = "".join(f"<p>{row}</p>" for row in rows or (LEAD, *ROWS))
    markup = (
        f"<!DOCTYPE html><html lang='sv'><head><title>Bryggan</title>{head}</head><body><nav><a href='/'>Start</a>"
        f"</nav><article><h1>Bryggan rustas</h1>{paragraphs}</article><footer>Kakor och villkor</footer></body></html>"
    )
    return Payload("https://smabybladet.example/1", markup.encode(), "text/html; charset=utf-8", headers)


def test_the_article_begins_where_its_text_does_and_is_cut_at_a_sentence() -> None:
    found = lead(page())
    assert LEAD in found
    assert "Start" not in found
    assert "Kakor" not in found
    assert len(found) <= EXCERPT
    assert found.endswith(".")


@pytest.mark.parametrize(
    ("head", "headers", "longest"),
    [
        ("<meta name='robots' content='nosnippet'>", {}, 0),
        ("<meta content='index, noarchive' name='robots'>", {}, 0),
        ("<meta name='robots' content='max-snippet:120'>", {}, 120),
        ("<meta name='robots' content='max-snippet:-1, max-image-preview:large'>", {}, EXCERPT),
        ("<meta name='tdm-reservation' content='1'>", {}, 0),
        ("<meta name='tdm-reservation' content='0'>", {}, EXCERPT),
        ("", {"x-robots-tag": "noarchive"}, 0),
        ("", {"tdm-reservation": "1"}, 0),
        ("<meta name='description' content='none'>", {}, EXCERPT),
    ],
)
def test_no_more_is_quoted_than_the_publisher_allows(head: str, headers: dict[str, str], longest: int) -> None:
    found = lead(page(head=head, **headers))
    assert len(found) <= longest
    assert bool(found) == bool(longest)


def test_the_feeds_own_text_stays_and_is_not_said_twice() -> None:
    (entry,) = parse(rss(item(title="Bryggan rustas", description=LEAD))).entries
    longer = extended(entry, f"Bryggan rustas\n{LEAD}\n{ROWS[0]}")
    assert longer.text == f"{LEAD}\n{ROWS[0]}"
    assert kept(entry, longer.text) == longer
    assert kept(longer, "Något annat") == longer


def test_what_is_a_teaser() -> None:
    short, cut, whole = parse(
        rss(item(1), item(2, description="Ord " * 300 + "[…]"), item(3, description="Ord " * 300))
    ).entries
    assert [is_teaser(short), is_teaser(cut), is_teaser(whole)] == [True, True, False]


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json", "audio/mpeg"])
def test_what_is_no_page_gives_nothing(content_type: str) -> None:
    assert lead(Payload("https://a.example", page().body, content_type)) == ""


HOSTILE = ["<div>", "<p", "<table><tr><td>", "<b><i>", "&", "<!--", "<a href='", "<ul><li>", "<p>a</p>", "</div>"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_pages_take_bounded_time(unit: str) -> None:
    began = perf_counter()
    lead(Payload("https://a.example", unit.encode() * (300_000 // len(unit)), "text/html"))
    assert perf_counter() - began < 8  # at most 1 s


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([*HOSTILE, "Text.", "å", "\x00", "<html>"])).map("".join).map(str.encode)
)
def test_any_bytes_give_plain_text(body: bytes) -> None:
    found = lead(Payload("https://a.example", body, "text/html"))
    assert "<p" not in found
    assert len(found) <= EXCERPT


# --- transcripts -------------------------------------------------------------------------------------------------

CUES = "".join(f"00:{n:02}:10.000 --> 00:{n:02}:14.000 align:start\nVi pratar om väder, {n}.\n\n" for n in range(40))
VTT = (
    "WEBVTT\n\nNOTE Näsvik står inte här\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Kim Påhittad>Hej.\n\n"
    f"{CUES}00:40:01.000 --> 00:40:04.000\nMen bryggan i Näsvik <b>är</b> trasig.\n"
)
SRT = "1\n00:00:01,000 --> 00:00:04,000\nBryggan i Näsvik är trasig.\n\n2\n00:05,000 --> 00:06,000\nJa.\n".replace(
    "\n", "\r\n"
)
SEGMENTS = json.dumps({"segments": [{"speaker": "Kim", "startTime": 0, "body": "Näsvik!"}, 3, {"body": None}]})
HTML = "<cite>Kim Påhittad:</cite><time>0:00</time><p>Bryggan i Näsvik är trasig.</p>"


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (VTT, "text/vtt", "Men bryggan i Näsvik är trasig."),
        (VTT, "", "Men bryggan i Näsvik är trasig."),
        (SRT, "application/srt", "Bryggan i Näsvik är trasig. Ja."),
        (SEGMENTS, "application/json", "Näsvik!"),
        (HTML, "text/html", "Bryggan i Näsvik är trasig."),
        ("Bryggan i Näsvik är trasig.", "text/plain", "Bryggan i Näsvik är trasig."),
        ("{", "application/json", ""),
        ("[1, 2]", "application/json", ""),
        ("", "text/vtt", ""),
    ],
)
def test_of_a_transcript_the_passage_that_matters_is_kept(body: str, kind: str, said: str) -> None:
    found = passages(Payload("https://a.example/t", body.encode()), kind, lambda text: "Näsvik" in text)
    assert found.endswith(said)
    assert "Kim" not in found
    assert "-->" not in found
    assert len(found) <= EXCERPT


# --- in a pass ---------------------------------------------------------------------------------------------------

Make = Callable[..., App]


@pytest.fixture
def make(tmp_path: Path, world: World) -> Make:
    def making(article: str, **changes: object) -> App:
        row = source(url=world.url("/flode"), article=article, spacing_seconds=0, **changes)
        return builders.app(tmp_path, config(sources=(row,)), Clock(NOW))

    return making


def texts(app: App) -> dict[str, str]:
    with app.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql("SELECT title, text FROM entry")}


def feed(world: World, *titles: str, description: str = "Kort.") -> Page:
    made = (
        item(number, title=title, link=world.url(f"/{number}"), description=description)
        for number, title in enumerate(titles)
    )
    return Page(rss(*made).encode(), headers={"Content-Type": "application/rss+xml"})


def html(_: Asked) -> Page:
    return Page(page().body, headers={"Content-Type": "text/html; charset=utf-8"})


OURS, OTHERS = "Småby kommun rustar bryggan", "Vädret i världen"


@pytest.mark.parametrize(("article", "asked"), [("never", []), ("if-mentioned", ["/0"]), ("always", ["/0", "/1"])])
def test_whose_pages_are_asked_for(make: Make, world: World, article: str, asked: list[str]) -> None:
    world.pages |= {"/flode": feed(world, OURS, OTHERS), "/0": html, "/1": html}
    app = make(article)
    phase.run(app)
    assert [one.path for one in world.asked if one.path not in ("/flode", "/robots.txt")] == asked
    assert LEAD in texts(app)[OURS] or article == "never"
    assert texts(app)[OURS].startswith("Kort.")


def test_a_page_is_asked_for_once_and_its_entry_is_not_edited(make: Make, world: World) -> None:
    world.pages |= {"/flode": feed(world, OURS), "/0": html}
    app = make("if-mentioned")
    first = phase.run(app, ["smabybladet"])
    before = texts(app)
    second = phase.run(app, ["smabybladet"])
    assert (first.new, second.new, second.edited) == (1, 0, 0)
    assert texts(app) == before
    assert [one.path for one in world.asked].count("/0") == 1


def test_an_edited_teaser_is_an_edit_and_the_page_is_asked_for_anew(make: Make, world: World) -> None:
    world.pages |= {"/flode": feed(world, OURS), "/0": html}
    app = make("if-mentioned")
    phase.run(app, ["smabybladet"])
    world.pages["/flode"] = feed(world, OURS, description="Ändrat.")
    assert phase.run(app, ["smabybladet"]).edited == 1
    assert texts(app)[OURS].startswith("Ändrat.\n")
    assert LEAD in texts(app)[OURS]


def test_a_page_that_cannot_be_had_leaves_the_teaser(make: Make, world: World) -> None:
    world.pages |= {"/flode": feed(world, OURS)}
    app = make("if-mentioned")
    assert phase.run(app, ["smabybladet"]).ok == 1
    assert phase.run(app, ["smabybladet"]).edited == 0
    assert texts(app)[OURS] == "Kort."
    assert [one.path for one in world.asked].count("/0") == 1


def test_robots_are_heeded(make: Make, world: World) -> None:
    robots = Page(b"User-agent: *\nDisallow: /0\n", headers={"Content-Type": "text/plain"})
    world.pages |= {"/flode": feed(world, OURS), "/0": html, "/robots.txt": robots}
    app = make("always")
    phase.run(app)
    assert "/0" not in [one.path for one in world.asked]
    assert texts(app)[OURS] == "Kort."


def test_the_budget_holds_for_pages_too(make: Make, world: World) -> None:
    world.pages |= {"/flode": feed(world, OURS, OURS + " igen"), "/0": html, "/1": html}
    app = make("always", budget={"requests_per_day": 2})
    phase.run(app)
    assert [one.path for one in world.asked if one.path in ("/0", "/1")] == ["/0"]


@pytest.mark.parametrize(("article", "heard"), [("always", True), ("if-mentioned", False)])
def test_a_podcasts_words_are_searched_where_the_source_says_so(
    make: Make, world: World, article: str, heard: bool
) -> None:
    words = VTT.replace("i Näsvik <b>", "i Småby kommun <b>")
    transcript = f'<podcast:transcript url="{world.url("/t.vtt")}" type="text/vtt"/>'
    made = rss(
        item(title="Avsnitt 7", link=world.url("/7.mp3"), description="Om allt.").replace(
            "</item>", f"{transcript}</item>"
        )
    )
    made = made.replace("<rss ", '<rss xmlns:podcast="https://podcastindex.org/namespace/1.0" ')
    world.pages |= {"/flode": Page(made.encode()), "/t.vtt": Page(words.encode(), headers={"Content-Type": "text/vtt"})}
    app = make(article)
    phase.run(app)
    assert ("Men bryggan i Småby kommun är trasig." in texts(app)["Avsnitt 7"]) == heard
    assert ("/t.vtt" in [one.path for one in world.asked]) == heard
    assert "/7.mp3" not in [one.path for one in world.asked]
