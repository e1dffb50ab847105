"""What is to be shown of each family of sources, and the tests that show it; pytest is asked whether they pass.

A word of a test is `file::function`, or `file::function[case`; of a family's own file the function alone. A name that
no test bears is a failure of the proof, so that a test renamed is a row lost in the open.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("paging", "cursor", "429", "401", "empty", "edited", "deleted")
NEVER = "–"
"""What a family cannot have: a feed has no pages, and an open source no key."""
_ALL = {
    "paging": "test_phase::test_pages_are_followed_back_to_what_is_known",
    "429": "test_fetch::test_a_source_may_say_when_to_come_back",
    "401": "test_fetch::test_a_refusal_weighs_what_it_means",
    "edited": "test_phase::test_the_police_are_read_and_an_edit_is_an_edit",
    "deleted": "test_gone::test_a_page_that_is_missing_twice_hours_apart_is_gone",
}
"""What the door, the phase and the store do for every family alike."""
_VISITS = "test_visits_page_back_and_find_edits"
_UNCHANGED = "test_fetch::test_what_is_unchanged_is_not_sent_again"


def _open(case: str, *, key: bool = False, **own: str) -> dict[str, str]:
    """Of an open family: what all of them are asked, each with its own answers."""
    common = "test_open_families::test"
    asked = {
        "paging": NEVER,
        "cursor": f"{common}_a_pass_brings_an_entry_once_and_nothing_twice[{case}",
        "429": f"{common}_asked_too_often_it_says_when_to_come_back[{case}",
        "401": f"{common}_a_wrong_key_is_named" if key else NEVER,
        "empty": f"{common}_an_empty_list_is_an_answer[{case}",
    }
    return _ALL | asked | own


FAMILIES: Mapping[str, Mapping[str, str]] = {
    "rss": _ALL
    | {"paging": NEVER, "cursor": _UNCHANGED, "empty": "test_a_feed_without_items_is_alive"}
    | {"edited": "test_crash::test_a_pass_that_was_killed_is_made_good_by_the_next"},
    "polisen": _ALL
    | {"paging": NEVER, "cursor": _UNCHANGED, "401": NEVER, "empty": "test_an_empty_list_is_alive"}
    | {"edited": "test_an_edited_notice_keeps_its_id", "deleted": "test_a_short_answer_is_read_and_told"},
    "krisinformation": _open(
        "krisinformation",
        edited="test_a_notice_written_anew_is_edited_and_one_that_is_over_stays",
        deleted="test_a_notice_written_anew_is_edited_and_one_that_is_over_stays",
    ),
    "riksdagen": _open(
        "riksdagen",
        paging="test_all_pages_of_a_pass_are_read",
        cursor="test_the_cursor_is_the_newest_date_and_not_in_the_future",
        edited="test_a_document_corrected_is_edited",
    ),
    "mastodon": _ALL
    | {
        "paging": "test_the_next_page_is_asked_for_at_the_same_host_while_all_is_new",
        "cursor": "test_the_cursor_is_the_newest_id_and_never_goes_back",
        "401": NEVER,
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[mastodon]",
    },
    "mastodon-search": _ALL
    | {
        "paging": "test_the_next_page_is_asked_for_while_all_is_new",
        "cursor": "test_the_cursor_never_goes_back",
        "429": "test_limits_tell_how_long_to_wait",
        "401": "test_an_operator_is_told_of_a_wrong_token",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[mastodon-search]",
        "edited": _VISITS,
    },
    "bluesky": _ALL
    | {
        "paging": "test_pages_are_followed_by_cursor_even_short_and_empty_ones_until_it_is_missing",
        "cursor": "test_the_cursor_is_no_time_to_come_and_never_goes_back",
        "429": "test_too_many_logins_are_waited_out",
        "401": "test_an_operator_is_told_of_a_wrong_password",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[bluesky]",
        "edited": "test_visits_log_in_page_back_and_find_edits",
    },
    "x": _ALL
    | {
        "paging": "test_pages_are_followed_but_not_at_the_first_visit",
        "cursor": "test_only_what_is_newer_is_paid_for_while_search_reaches_there",
        "429": "test_limits_tell_how_long_to_wait",
        "401": "test_an_operator_is_told_of_a_wrong_token_and_spent_credits",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[x]",
        "edited": "test_an_edited_post_keeps_the_id_it_had",
    },
    "facebook": _ALL
    | {
        "paging": "test_pages_are_followed_while_all_is_new_and_the_answers_token_is_left_behind",
        "cursor": "test_visits_page_back_read_comments_and_find_edits",
        "429": "test_too_many_questions_pass",
        "401": "test_an_operator_is_told_of_an_expired_token",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[facebook]",
        "edited": "test_visits_page_back_read_comments_and_find_edits",
        "deleted": "test_what_the_page_has_hidden_is_left_out",
    },
    "instagram": _ALL
    | {
        "paging": "test_pages_are_followed_while_all_is_new_and_the_answers_token_is_left_behind",
        "cursor": "test_visits_follow_hashtags_page_back_and_find_edits",
        "401": "test_an_operator_is_told_of_an_expired_token",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[instagram]",
        "edited": "test_visits_follow_hashtags_page_back_and_find_edits",
    },
    "youtube": _ALL
    | {
        "paging": "test_pages_are_followed_while_all_is_new",
        "cursor": "test_the_cursor_is_no_time_to_come_and_never_goes_back",
        "429": "test_spent_quota_waits_for_midnight_in_california",
        "401": "test_an_operator_is_told_of_a_wrong_key",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[youtube]",
        "edited": "test_visits_page_back_read_comments_and_find_edits",
    },
    "reddit": _ALL
    | {
        "paging": "test_pages_are_followed_while_all_is_new",
        "cursor": "test_the_cursor_is_no_time_to_come_and_never_goes_back",
        "429": "test_limits_tell_how_long_to_wait",
        "401": "test_an_operator_is_told_of_wrong_keys",
        "empty": "test_empty_answers::test_an_empty_list_is_an_answer[reddit]",
        "edited": "test_visits_log_in_page_back_and_find_edits",
        "deleted": "test_a_deleted_post_loses_its_author_and_text",
    },
    "hackernews": _open(
        "hackernews",
        paging="test_pages_are_read_to_the_last_and_edits_are_edits",
        cursor="test_the_cursor_is_the_newest_time_and_no_clock_that_is_ahead_takes_it_past_now",
        edited="test_pages_are_read_to_the_last_and_edits_are_edits",
        deleted="test_a_deleted_comment_says_nothing",
    ),
    "discourse": _open(
        "discourse",
        paging="test_pages_edits_and_a_closed_search",
        cursor="test_the_latest_posts_since_the_last_visit_are_asked_for",
        edited="test_pages_edits_and_a_closed_search",
        deleted="test_hidden_and_deleted_posts_are_left_out",
    ),
    "mediawiki": _open(
        "mediawiki search",
        paging="test_pages_of_revisions_overlap_by_one",
        cursor="test_recent_changes_go_back_to_the_last_visit_less_an_hour",
        edited="test_a_snippet_that_changes_is_an_edit",
        deleted="test_a_page_that_is_deleted_leaves_what_was_seen",
    ),
    "flickr": _open(
        "flickr",
        key=True,
        paging="test_pages_edits_and_photos_taken_away",
        cursor="test_a_time_ahead_does_not_take_the_cursor_past_now",
        edited="test_pages_edits_and_photos_taken_away",
        deleted="test_pages_edits_and_photos_taken_away",
    ),
    "foursquare": _open("foursquare", key=True, deleted="test_a_place_that_is_gone_leaves_the_others"),
    "googleplaces": _open(
        "googleplaces",
        key=True,
        edited="test_textless::test_a_review_written_anew_is_understood_anew",
        deleted="test_a_place_that_is_gone_leaves_the_others",
    ),
    "osm": _open("osm", edited="test_a_note_that_is_solved_is_edited"),
}
KINDS = "test_kinds::test_a_kind_of_feed"
ALERTS = (f"{KINDS}[Google Alerts", "test_rss::test_google_alerts_links_lead_to_the_page")
"""A network of which only a search engine's alerts tell."""


@dataclass(frozen=True, slots=True)
class Results:
    """What became of every test: its file and function, with the case in brackets, and whether it passed."""

    passed: frozenset[str]
    failed: frozenset[str]

    def of(self, test: str, family: str = "") -> tuple[int, int]:
        """How many cases passed, and how many did not."""
        file = f"test_{family.replace('-', '_')}"
        name = test if "::" in test else f"{file}::{test}"
        return _count(self.passed, name), _count(self.failed, name)


def _count(tests: Iterable[str], name: str) -> int:
    whole = name if "[" in name else f"{name}["
    return sum(test == name or test.startswith(whole) for test in tests)


def run(report: Path, *paths: str) -> tuple[Results, str]:
    """All tests in `paths`, and what pytest says last."""
    command = [sys.executable, "-m", "pytest", "-m", "not browser and not live", f"--junitxml={report}", *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["pytest said nothing"]
    if not report.exists():
        return Results(frozenset(), frozenset()), lines[-1]
    became: dict[bool, set[str]] = {True: set(), False: set()}
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("skipped") is None:
            file = case.get("classname", "").rpartition(".")[2]
            well = case.find("failure") is None and case.find("error") is None
            became[well].add(f"{file}::{case.get('name')}")
    return Results(frozenset(became[True]), frozenset(became[False])), lines[-1]


def counted(results: Results, family: str) -> tuple[str, bool]:
    """A family's row: after each thing the cases that passed, and whether each thing has some and no other."""
    shown, holds = [], True
    for thing in SHOWN:
        test = FAMILIES[family][thing]
        if test == NEVER:
            shown.append(f"{thing} {NEVER}")
            continue
        passed, failed = results.of(test, family)
        shown.append(f"{thing} {passed}{f' of {passed + failed}' if failed else ''}")
        holds = holds and passed > 0 and not failed
    return ", ".join(shown), holds


def by_file(results: Results) -> Counter[str]:
    """Passed tests of each file."""
    return Counter(test.partition("::")[0] for test in results.passed)
