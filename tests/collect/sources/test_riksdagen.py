from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.collect.conftest import Asked, Page, World
from tests.collect.sources.asking import Asking, query, told, watch

PARLIAMENT = Asking(
    "riksdagen", {"query": "Småby", "types": ["mot", "fr"]}, "https://data.smaby.example/dokumentlista/"
)


def document(dok_id: str = "HD11042", **changes: object) -> dict[str, object]:
    return {
        "id": dok_id,
        "dok_id": dok_id,
        "doktyp": "fr",
        "titel": "Tågen till Småby",
        "undertitel": "av Testa Testsson (X)",
        "datum": "2026-11-18",
        "publicerad": "2026-11-19 16:04:12",
        "systemdatum": "2026-11-19 16:05:00",
        "summary": 'Pendlare i <span class="traff-markering">Småby</span> &amp; Näsvik väntar.',
        "dokument_url_html": f"//data.smaby.example/dokument/{dok_id}.html",
    } | changes


def documents(*items: object, **changes: object) -> dict[str, object]:
    listed: dict[str, object] = {"@traffar": str(len(items)), "@sida": "1", "@sidor": "1"}
    if items:  # no hits: no key
        listed["dokument"] = list(items)
    return {"dokumentlista": listed | changes}


def test_the_last_thirty_days_are_asked_for() -> None:
    (request,) = PARLIAMENT.requests()
    asked = query(request)
    assert (asked["sok"], asked["doktyp"], asked["utformat"], asked["sz"]) == ("Småby", "mot,fr", "json", "50")
    assert asked["from"] == "2026-10-22"
    (later,) = PARLIAMENT.requests("2026-11-01T23:00:00Z")
    assert query(later)["from"] == "2026-10-02"


def test_a_document_becomes_an_entry() -> None:
    (entry,) = PARLIAMENT.read(documents(document())).entries
    assert (entry.native_id, entry.title) == ("HD11042", "Tågen till Småby")
    assert entry.text == "av Testa Testsson (X)\nPendlare i Småby & Näsvik väntar."
    assert entry.url == "https://data.smaby.example/dokument/HD11042.html"
    assert entry.published == datetime(2026, 11, 19, 15, 4, 12, tzinfo=UTC)
    assert entry.language == "sv"


def test_a_single_hit_is_no_list() -> None:
    assert len(PARLIAMENT.read(documents(dokument=document())).entries) == 1
    assert PARLIAMENT.read(documents(dokument=None)).entries == ()


def test_the_next_page_is_asked_for_by_its_number_alone() -> None:
    elsewhere = "http://elak.example/dokumentlista/?sok=x&utformat=htm&p=2"
    (follow,) = PARLIAMENT.read(documents(document(), **{"@nasta_sida": elsewhere})).follow
    (first,) = PARLIAMENT.requests()
    assert follow.url.startswith("https://data.smaby.example/dokumentlista/?")
    assert query(follow) == query(first) | {"p": "2"}


def test_a_page_that_leads_to_itself_ends_the_list() -> None:
    for address in ("https://x/?p=1", "https://x/?p=", "?p=²", "", None, 7):
        assert PARLIAMENT.read(documents(document(), **{"@nasta_sida": address})).follow == ()


def test_the_cursor_is_the_newest_date_and_not_in_the_future() -> None:
    dated = documents(document("a"), document("b", datum="2026-11-20"), document("c", datum="2031-01-01"))
    assert PARLIAMENT.read(dated).cursor == "2026-11-19T23:00:00Z"
    assert PARLIAMENT.read(documents(), cursor="2026-11-19T23:00:00Z").cursor == "2026-11-19T23:00:00Z"


def test_all_pages_of_a_pass_are_read(tmp_path: Path, world: World) -> None:
    def page(asked: Asked) -> Page:
        number = int(query(asked)["p"])
        following = {"@nasta_sida": f"//data.smaby.example/?p={number + 1}"} if number < 3 else {}
        return told(documents(document(f"D{number}"), **following))

    site = watch(PARLIAMENT, tmp_path, world, {"/dokumentlista/": page}, home="/dokumentlista/")
    assert site.run().new == 3
    assert [query(asked)["p"] for asked in world.asked] == ["1", "2", "3"]


def test_a_document_corrected_is_edited(tmp_path: Path, world: World) -> None:
    site = watch(PARLIAMENT, tmp_path, world, {"/dokumentlista/": documents(document())}, home="/dokumentlista/")
    site.run()
    world.pages["/dokumentlista/"] = told(documents(document(titel="Tågen till Småby ställs in")))
    report = site.run()
    assert (report.new, report.edited) == (0, 1)
