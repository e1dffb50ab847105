"""Stories: the same text under other headlines is one, boilerplate is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.enrich.dedupe import keys
from pipelines.types import Entry
from tests.builders import entry

AGENCY = (
    "Kommunen får kritik för att besök i hemtjänsten inte har gått att spåra. Nämnden har sex veckor på sig att "
    "redovisa vad som ska göras, skriver tillsynsmyndigheten i sitt beslut."
)


def same(one: Entry, other: Entry) -> bool:
    return bool(set(keys(one)) & set(keys(other)))


def paper(name: str, title: str, text: str) -> Entry:
    return entry(name, url=f"https://{name}.example/1", title=title, text=text)


def test_one_agency_text_under_other_headlines_is_one_story() -> None:
    assert same(paper("a", "Kritik mot hemtjänsten", AGENCY), paper("b", "Skarp kritik: ”går inte att spåra”", AGENCY))


def test_quotes_blanks_case_links_and_a_trailing_read_more_do_not_matter() -> None:
    rewritten = AGENCY.upper().replace(" ", "  ") + " https://b.example/2 Läs mer …"
    assert same(paper("a", "A", AGENCY), paper("b", "B", rewritten))


def test_one_post_through_two_hosts_is_one_story() -> None:
    post = {"url": "https://social.example/@anna/1", "title": "", "text": "Snö!"}
    assert same(entry("a", **post), entry("b", **post))


def test_another_text_is_another_story() -> None:
    assert not same(paper("a", "Kritik", AGENCY), paper("b", "Kritik", AGENCY.replace("sex veckor", "tre veckor")))


def test_short_and_empty_texts_do_not_merge() -> None:
    assert not same(paper("a", "Brand i Näsvik", "Läs mer"), paper("b", "Val i Näsvik", "Läs mer"))
    assert not same(paper("a", "Brand", "Läs mer"), paper("b", "Brand", "Läs mer"))
    assert keys(entry(url=None, title="", text="")) == ()


def test_headline_and_short_text_together_can_be_enough() -> None:
    text = "Källarbrand släckt i morse."
    assert same(paper("a", "Brand i Näsvik", text), paper("b", "Brand i Näsvik", text))


@given(st.text(), st.text())
def test_keys_are_stable_and_bounded(title: str, text: str) -> None:
    one = entry(title=title, text=text)
    assert keys(one) == keys(one)
    assert all(len(key) < 64 for key in keys(one))
