"""Which language a page is in, and that it is whole in each: every word of ours translated, none left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

import dashboards
from dashboards import catalogue, translate
from dashboards.language import LANGUAGES, TEXTS, chosen
from pipelines.administration import page_of
from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.store import register
from tests.builders import NOW, official
from tests.dashboards.bare_words import READ, bare_words
from tests.dashboards.seed import ALERT, DIGEST, browser, logged_in

TEMPLATES = sorted((Path(dashboards.__file__).parent / "templates").glob("*.html"))
PLACES = {
    "entry_id": ("hot", "kritik", "fråga", "finns-inte"),
    "key": (ALERT.key, DIGEST.key),
    "token": ("x",),
    "regel": ("threat",),
    "kalla": ("polisen", "smabybladet"),
    "mottagare": ("kommunikationschef", "enhetschef:nasviksskolan"),
    "konto": (page_of("enhetschef ['nasviksskolan']"),),
    "vad": ("ton",),
    "forteckning": ("facebook-smaby", "finns-inte"),
    "bild": ("finns-inte",),
    "halvar": ("2026-06-30",),
}
"""What stands in addresses."""
NO_PAGE = re.compile(r"^/(api/|atom/|diagram/|healthz|readyz|metrics|sprak)|\.(csv|json|xlsx|pdf|svg|png|zip)$|/html$")
QUERIES = {
    "/flode": ("", "?sok=(", "?sok=finnsinte", "?flagga=*&omfattning=allt", "?flagga=fel&fore=x"),
    "/arenden": ("", "?visa=avslutade"),
    "/atkomst": ("", "?konto=ingen"),
    "/installningar": ("", "?handelse=s-snö", "?handelse=s-fel"),
    "/trender": ("", "?fran=2027-01-01", "?steg=manad&enhet=nasviksskolan"),
    "/rapporter": ("", "?period=egen", "?period=kvartal"),
    "/kallor/ny": ("",),
}
SWEDISH = re.compile(
    r"\b(och|att|för|är|inte|det|som|på|av|har|eller|med|om|från|du|inlägg|senast\w*|\w*[åäö]\w*)\b", re.I
)
"""Words by which Swedish is known."""
HOLDS = re.compile(r"%\(\w+\)s|%s|%%|</?[a-z]+|href=\"[^\"]*\"")
"""What a translation must take over: what is filled in, elements and addresses."""


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
    page = chief.get("/flode?sok=snö&vidare=1", headers={"Accept-Language": "sv"}).text
    (link,) = html.document_fromstring(page).xpath("//a[@lang='en']/@href")
    answer = chief.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/flode?sok=sn%C3%B6")
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=strict" in answer.headers["set-cookie"]
    assert '<html lang="en">' in chief.get("/flode", headers={"Accept-Language": "sv"}).text
    assert chief.get("/sprak?val=sv").headers["location"] == "/"
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
    answer = browser(app).get("/sprak", params={"val": "en", "tillbaka": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_another_site_chooses_nothing(app: App) -> None:
    client = browser(app)
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.get("/sprak?val=en", headers=headers).status_code == 403
    assert client.get("/sprak?val=xx").status_code == 400
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


def test_every_message_is_translated_and_nothing_else_is() -> None:
    """`make words` finds nothing to do."""
    for language in LANGUAGES.keys() - {"sv"}:
        catalogue = translate.kept(language)
        assert list(translate.missing(catalogue)) == []
        assert translate.renewed(catalogue, translate.said()) == (TEXTS / f"{language}.po").read_bytes()


def test_translations_take_over_what_is_filled_in() -> None:
    for message in translate.kept("en"):
        swedish, english = str(message.id), str(message.string)
        lost = set(HOLDS.findall(swedish)) ^ set(HOLDS.findall(english))
        assert not message.id or lost <= {"<i", "</i"} | ({"%%"} if "%%" in swedish else set()), swedish


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_no_words_that_nobody_can_translate(template: Path) -> None:
    assert bare_words(template) == []


def test_pages_in_english_have_no_swedish_left(app: App) -> None:
    """Every page there is, but for what it marks as Swedish, and names."""
    logged_in(app, "enhetschef", ["nasviksskolan"])
    with app.engine.begin() as opened:
        account = official(goals="", unit="nasviksskolan", handle="@smaby")
        register.change(opened, account, seen=0, by="anna", reason="x", now=NOW)
    names = re.compile("|".join(sorted(map(re.escape, _names(app.config)), key=len, reverse=True)))
    found: dict[str, list[str]] = {}
    for role in ("kommunikationschef", "granskare", "administrator", ""):
        client = logged_in(app, role) if role else browser(app)
        for path in _addresses(client):
            page = client.get(path, headers={"Accept-Language": "en"}) if path not in found else None
            if page is not None and page.text and (page.status_code != 404 or path == "/finns-inte"):
                found[path] = [words for words in _english(page.text) if SWEDISH.search(names.sub("", words))]
    assert len(found) > 40 and {path: left for path, left in found.items() if left} == {}


def _addresses(client: TestClient) -> Iterator[str]:
    """Of every page, with all that the world has to put into it."""
    for route in client.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute) and "GET" in route.methods and not NO_PAGE.search(route.path):
            names = re.findall(r"{(\w+)}", route.path)
            for values in product(*(PLACES[name] for name in names)):
                given = {name: quote(value, safe="") for name, value in zip(names, values, strict=True)}
                yield from (route.path.format(**given) + query for query in QUERIES.get(route.path, ("",)))
    yield "/finns-inte"


def _names(config: Config) -> Iterator[str]:
    yield config.municipality.name
    yield from (one.name for one in (*config.units, *config.sources, *config.coverage, *config.categories))
    yield from (one.title for one in config.receivers)


def _english(page: str) -> Iterator[str]:
    """What is read to someone, element by element, where the page says that it is English."""
    for element in html.document_fromstring(page).iter():
        if element.tag in ("code", "pre", "title") or not isinstance(element.tag, str):
            continue  # what is typed in any language; and a title may be a post's, which no attribute can mark
        spoken = next(one.get("lang") for one in (element, *element.iterancestors()) if one.get("lang"))
        if spoken != "en":
            continue
        parts = [element.text, *(child.tail for child in element), *(element.get(name) for name in READ)]
        yield from (part.strip() for part in parts if part and part.strip())
