from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.collect.sources import mediawiki
from pipelines.collect.wikitext import added, readable
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.sources.asking import Asking, query, told, watch

HOME = "https://wiki.smaby.example/w/api.php"
SEARCH = Asking("mediawiki", {"search": '"Småby"'}, HOME, "wiki")
RECENT = Asking("mediawiki", {"recent": True}, HOME, "wiki")
PAGES = Asking("mediawiki", {"titles": ["Näsviksskolan"]}, HOME, "wiki")


def at(hours_ago: float) -> str:
    return (NOW - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def wiki(on: dict[str, object] | None = None, **query: object) -> dict[str, object]:
    return {"batchcomplete": True, **({"continue": on} if on else {}), "query": query}


def hit_on(title: str, page: int = 27, **changes: object) -> dict[str, object]:
    return {
        "ns": 0,
        "title": title,
        "pageid": page,
        "snippet": "...kön vid <span class='searchmatch'>Småby</span> &amp; &#039;&#039;&#039;bron&#039;&#039;&#039;",
        "timestamp": at(3),
    } | changes


def change(revid: int, **changes: object) -> dict[str, object]:
    return {
        "type": "edit",
        "ns": 0,
        "title": "Snöröjning",
        "pageid": 32,
        "revid": revid,
        "old_revid": revid - 1,
        "rcid": revid + 1,
        "user": "Kim",
        "timestamp": at(3),
        "comment": "/* Kritik */ fem timmar, inte tre",
    } | changes


def revision(revid: int, parent: int, text: str | None, hours_ago: float = 3, **changes: object) -> dict[str, object]:
    main = {"contentmodel": "wikitext", "content": text} if text is not None else {"texthidden": True}
    return {
        "revid": revid,
        "parentid": parent,
        "user": "192.0.2.17",
        "anon": True,
        "timestamp": at(hours_ago),
        "comment": "",
        "slots": {"main": main},
    } | changes


def page(*revisions: object) -> dict[str, object]:
    return {"pageid": 29, "ns": 0, "title": "Näsviksskolan", "revisions": list(revisions)}


def test_one_question_a_source() -> None:
    for options in ({}, {"search": "x", "recent": True}, {"titles": ["A"], "search": "x"}, {"searchs": "x"}):
        with pytest.raises(ValidationError):
            mediawiki.Options.model_validate(options)


def test_a_search_is_asked_for_by_time_and_politely() -> None:
    (request,) = SEARCH.requests()
    asked = query(request)
    assert request.url.startswith(f"{HOME}?")
    assert (asked["srsearch"], asked["srsort"], asked["srnamespace"]) == ('"Småby"', "last_edit_desc", "0|1")
    assert (asked["format"], asked["formatversion"], asked["maxlag"]) == ("json", "2", "5")


def test_a_hit_is_a_page() -> None:
    (entry,) = SEARCH.read(wiki(search=[hit_on("Pendeltåget")])).entries
    assert (entry.native_id, entry.title) == ("page:27", "Pendeltåget")
    assert entry.text == "...kön vid Småby & bron"
    assert entry.url == "https://wiki.smaby.example/w/index.php?curid=27"
    assert entry.published == datetime(2026, 11, 21, 5, tzinfo=UTC)


def test_a_search_is_paged_while_there_is_something_new() -> None:
    on: dict[str, object] = {"sroffset": 50, "continue": "-||"}
    answer = wiki(on, search=[hit_on("Pendeltåget")])
    (follow,) = SEARCH.read(answer, cursor=at(9)).follow
    assert query(follow) == query(SEARCH.requests()[0]) | {"sroffset": "50", "continue": "-||"}
    assert SEARCH.read(answer, cursor=at(1)).follow == ()
    assert SEARCH.read(answer).follow == ()  # the first visit
    assert SEARCH.read(wiki(search=[hit_on("X")]), cursor=at(9)).follow == ()


def test_a_change_is_a_revision_with_what_its_author_says() -> None:
    (entry,) = RECENT.read(wiki(recentchanges=[change(39)])).entries
    assert (entry.native_id, entry.title, entry.text) == ("39", "Snöröjning", "Kritik: fem timmar, inte tre")
    assert entry.url == "https://wiki.smaby.example/w/index.php?diff=39"
    assert entry.author == "«https://wiki.smaby.example/w/User:Kim»"


def test_recent_changes_go_back_to_the_last_visit_less_an_hour() -> None:
    (request,) = RECENT.requests(at(9))
    assert (query(request)["rcend"], query(request)["rcshow"]) == (at(10), "!bot")
    on: dict[str, object] = {"rccontinue": "20261119102700|24", "continue": "-||"}
    (follow,) = RECENT.read(wiki(on, recentchanges=[change(39)]), cursor=at(9)).follow
    assert query(follow) == query(request) | {"rccontinue": "20261119102700|24", "continue": "-||"}
    assert RECENT.read(wiki(on, recentchanges=[change(39)])).follow == ()  # the first visit


def test_the_log_is_no_edit() -> None:
    parsed = RECENT.read(wiki(recentchanges=[change(39), change(0, type="log", logtype="delete")]))
    assert ([entry.native_id for entry in parsed.entries], parsed.problems) == (["39"], ())


def test_hidden_users_and_summaries_are_not_told() -> None:
    hidden = change(31, userhidden=True, commenthidden=True)
    del hidden["user"], hidden["comment"]
    (entry,) = RECENT.read(wiki(recentchanges=[hidden])).entries
    assert (entry.author, entry.text) == (None, "")


def test_an_edit_says_what_it_put_in() -> None:
    parsed = PAGES.read(
        wiki(
            pages=[
                page(
                    revision(34, 33, "== Skolan ==\nFin skolgård.\n* Kallt i sal B12, [[Näsvik|Näsviks]] värsta.", 1),
                    revision(33, 30, "== Skolan ==\nFin skolgård.", 2),
                    revision(30, 0, "Ny sida om '''skolan'''.", 3, comment="Skapad"),
                )
            ]
        )
    )
    assert [(entry.native_id, entry.text) for entry in parsed.entries] == [
        ("34", "Kallt i sal B12, Näsviks värsta."),
        ("33", "Skolan\nFin skolgård."),
        ("30", "Skapad\nNy sida om skolan."),
    ]
    assert parsed.cursor == at(1)


def test_an_edit_whose_predecessor_is_not_there_waits_for_it() -> None:
    assert [
        one.native_id for one in PAGES.read(wiki(pages=[page(revision(9, 8, "b"), revision(8, 7, "a"))])).entries
    ] == ["9"]


def test_a_hidden_revision_gives_its_summary_alone() -> None:
    revisions = (revision(32, 31, "Lugnt."), revision(31, 30, None, comment="x"), revision(30, 0, "Lugnt."))
    texts = {entry.native_id: entry.text for entry in PAGES.read(wiki(pages=[page(*revisions)])).entries}
    assert texts == {"32": "", "31": "x", "30": "Lugnt."}


def test_pages_of_revisions_overlap_by_one() -> None:
    newest = tuple(revision(number, number - 1, "a", 20 - number) for number in range(19, 9, -1))
    (follow,) = PAGES.read(wiki(pages=[page(*newest)]), cursor=at(18)).follow
    assert query(follow) == query(PAGES.requests()[0]) | {"rvstartid": "10"}
    assert PAGES.read(wiki(pages=[page(*newest)]), cursor=at(5)).follow == ()


@pytest.mark.parametrize(
    ("error", "weight", "wait"),
    [
        ({"error": {"code": "maxlag", "info": "Waiting", "lag": 7}}, 0.25, 5.0),
        ({"errors": [{"code": "maxlag", "text": "Vänta"}]}, 0.25, 5.0),
        ({"error": {"code": "missingparam", "info": "The parameter must be set."}}, 0.5, None),
    ],
)
def test_errors_have_status_200(error: object, weight: float, wait: float | None) -> None:
    failure = SEARCH.read(error, headers={"retry-after": "5"}).failure
    assert failure is not None
    assert (failure.weight, failure.retry_after) == (weight, wait)


def test_a_wiki_under_load_is_left_alone_and_the_cursor_stays(tmp_path: Path, world: World) -> None:
    answers = {"/w/api.php": wiki(recentchanges=[change(39)])}
    site = watch(RECENT, tmp_path, world, answers, home="/w/api.php")
    assert site.run().new == 1
    world.pages["/w/api.php"] = told({"error": {"code": "maxlag"}}, Retry_After="5")
    assert site.run().failed == 1
    state = site.state()
    assert (state.cursor, state.failure_weight) == (at(3), 0.25)
    assert state.not_before == NOW + timedelta(seconds=5)


def test_a_pass_reads_every_edit_of_a_busy_page_once(tmp_path: Path, world: World) -> None:
    last = 3

    def revisions(asked: Asked) -> Page:
        start = int(query(asked).get("rvstartid", last))
        return told(
            wiki(pages=[page(*(revision(n, n - 1, f"rad {n}", 100 - n) for n in range(start, max(start - 10, 0), -1)))])
        )

    site = watch(PAGES, tmp_path, world, {"/w/api.php": revisions}, home="/w/api.php")
    assert site.run().new == 3
    last = 25
    assert (site.run().new, site.run().new) == (22, 0)
    assert [text for _, _, text in site.entries()] == sorted(f"rad {number}" for number in range(1, 26))


def test_a_page_that_is_deleted_leaves_what_was_seen(tmp_path: Path, world: World) -> None:
    site = watch(PAGES, tmp_path, world, {"/w/api.php": wiki(pages=[page(revision(1, 0, "x"))])}, home="/w/api.php")
    site.run()
    world.pages["/w/api.php"] = told(wiki(pages=[{"title": "Näsviksskolan", "missing": True}]))
    assert (site.run().ok, len(site.entries())) == (1, 1)


def test_a_wiki_that_cannot_sort_by_time_is_asked_again_without(world: World, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Page:
        if "srsort" in query(asked):
            return told({"error": {"code": "badvalue", "info": 'Unrecognized value for parameter "srsort".'}})
        return told(wiki(search=[hit_on("Småby")]))

    watched = watch(SEARCH, tmp_path, world, {"/w/api.php": answer}, home="/w/api.php")
    assert [watched.run().new, watched.run().new] == [1, 0]
    refused = SEARCH.read({"error": {"code": "badvalue"}}, asked=replace(SEARCH.requests()[0], url=HOME))
    assert refused.failure and not refused.follow


def test_a_snippet_that_changes_is_an_edit(tmp_path: Path, world: World) -> None:
    site = watch(SEARCH, tmp_path, world, {"/w/api.php": wiki(search=[hit_on("A")])}, home="/w/api.php")
    site.run()
    world.pages["/w/api.php"] = told(wiki(search=[hit_on("A", snippet="Småby har ny bro", timestamp=at(1))]))
    report = site.run()
    assert (report.new, report.edited, site.state().cursor) == (0, 1, at(1))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("'''Fet''' och ''lutad''", "Fet och lutad"),
        ("[[Näsvik]] och [[Småby kommun|kommunen]]", "Näsvik och kommunen"),
        ("{{Faktaruta|namn=X}}Text<ref>källa</ref>.", "Text."),
        ("[https://x.example Sidan] och [//y.example]", "Sidan och"),
        ("== Rubrik ==\n* ett\n# två", "Rubrik\nett\ntvå"),
        ("Under < 17 grader &amp; kallt", "Under < 17 grader & kallt"),
        (None, ""),
    ],
)
def test_wiki_markup_becomes_text(markup: str | None, text: str) -> None:
    assert readable(markup) == text


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["[[", "{{", "[", "'", "=", "<ref>", "[[a|", "{{a", "[//a ", "<ref a", "*", "\n="])
def test_hostile_markup_takes_no_time(sign: str) -> None:
    added("", sign * (1_000_000 // len(sign)))
