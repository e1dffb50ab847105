"""Which language a page is in, and that it is whole in each: every word of ours translated, none left over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboards import catalogue
from dashboards.language import LANGUAGES, chosen
from pipelines.bootstrap import App
from tests.dashboards.seed import HOST, browser


@pytest.mark.parametrize(
    ("kept", "accepted", "language"),
    [
        ("", "", "sv"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "en;q=0.5, sv;q=0.8", "sv"),
        ("", "fi, nb;q=0.9, EN-us;q=0.1", "en"),
        ("", "fi, *", "sv"),
        ("", "en;q=0", "sv"),
        ("", "en;q=many", "sv"),
        ("", "en;q=nan", "sv"),
        ("sv", "en", "sv"),
        ("en", "sv", "en"),
        ("klingonska", "en", "en"),
    ],
)
def test_the_visitors_choice_goes_before_the_browsers_and_that_before_the_municipalitys(
    kept: str, accepted: str, language: str
) -> None:
    assert chosen(kept, accepted, "sv") == language


@given(st.text(), st.text())
def test_whatever_a_browser_says_there_is_a_language(kept: str, accepted: str) -> None:
    assert chosen(kept, accepted, "sv") in LANGUAGES


def test_the_page_says_which_language_it_is_in(app: App) -> None:
    client = browser(app)
    assert '<html lang="sv">' in client.get("/logga-in").text
    assert '<html lang="en">' in client.get("/logga-in", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in client.get("/finns-inte", headers={"Accept-Language": "en"}).text


def test_a_choice_is_kept_in_the_browser_and_leads_back(chief: TestClient) -> None:
    page = chief.get("/flode?sok=snö", headers={"Accept-Language": "sv"}).text
    assert 'name="vidare" value="/flode?sok=sn%C3%B6"' in page
    answer = chief.post("/sprak", data={"sprak": "en", "vidare": "/flode?sok=sn%C3%B6"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/flode?sok=sn%C3%B6")
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=strict" in answer.headers["set-cookie"]
    assert '<html lang="en">' in chief.get("/flode", headers={"Accept-Language": "sv"}).text
    chief.post("/sprak", data={"sprak": "sv"})
    assert '<html lang="sv">' in chief.get("/flode", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "///elsewhere.example",
        "x",
    ],
)
def test_the_choice_leads_nowhere_else(app: App, elsewhere: str) -> None:
    answer = browser(app).post("/sprak", data={"sprak": "en", "vidare": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_another_site_chooses_nothing(app: App) -> None:
    client = browser(app)
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/sprak", data={"sprak": "en"}, headers=headers).status_code == 403
    assert client.post("/sprak", data={"sprak": "xx"}, headers={"Origin": HOST}).status_code == 400
    assert "sprak" not in client.cookies


def test_both_catalogues_say_the_same_things() -> None:
    swedish, english = catalogue.of("sv"), catalogue.of("en")
    assert {group: list(words) for group, words in swedish.items()} == {
        group: list(words) for group, words in english.items()
    }
    given = {
        (group, key): fields(words[key]) - fields(english[group][key])
        for group, words in swedish.items()
        for key in words
    }
    assert {place for place, lost in given.items() if lost} == set()


def fields(words: str) -> set[str]:
    """What is filled in: {most}, {found}."""
    return {part.partition("}")[0] for part in words.split("{")[1:]}
