"""Täckning says of every network how it is watched, or what is missing; Källor shows a source that is dying."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.config.schema import Network
from pipelines.store import issues, presence
from pipelines.types import Issue
from tests.builders import NOW, config
from tests.collect.feeds import source
from tests.dashboards import seed
from tests.dashboards.test_pages import plain


def network(id: str, **changes: object) -> Network:
    return Network.model_validate({"id": id, "name": id.capitalize(), "how": "Så här."} | changes)


NETWORKS = (
    network("press", sources=["smabybladet"], route="feed", asked_for="Policyn, sidan 7"),
    network("myndigheter", sources=["polisen"]),
    network("film", families=["youtube"], ask="Skaffa en nyckel."),
    network("snack", why_not="Det <går> inte.", ask="Ingen."),
)
TUBE = source("youtube", id="tube", name="Tuben", kind="video", options={"search": "Småby"})


@pytest.fixture
def app(tmp_path: Path) -> App:
    made = seed.world(tmp_path)
    return replace(made, config=config(sources=(*made.config.sources, TUBE), coverage=NETWORKS))


def test_every_network_is_told_of_in_its_group(chief: TestClient) -> None:
    html = chief.get("/tackning").text
    page = plain(html)
    assert "1 av 4 nätverk och slag av medier bevakas just nu." in page
    assert page.index("Svarar inte (1)") < page.index("Behöver något av er (1)") < page.index("Bevakas (1)")
    assert "Film Behöver något av er direkt hos tjänsten Så här. Att göra: Skaffa en nyckel. En källa Tuben" in page
    assert "saknar MEDIEBEVAKNING_YOUTUBE_KEY" in page
    assert "Press Bevakas genom öppna flöden sedan" not in page  # the seed's source has no first answer
    assert "Press Bevakas genom öppna flöden Policyn, sidan 7 Så här." in page
    assert "Snack Bevakas inte Det &lt;går&gt; inte. Att göra: Ingen." in page
    assert '<a href="/tackning" aria-current="page">Täckning</a>' in html


def test_all_roles_see_it_and_nobody_else(app: App, head: TestClient, administrator: TestClient) -> None:
    assert [client.get("/tackning").status_code for client in (head, administrator)] == [200, 200]
    assert seed.browser(app).get("/tackning").headers["location"] == "/logga-in?till=/tackning"


def test_without_a_list_it_says_so(tmp_path: Path) -> None:
    page = plain(seed.logged_in(seed.world(tmp_path)).get("/tackning").text)
    assert "Ingen lista över det som ska bevakas är skriven än" in page


def test_a_source_that_answers_and_is_dying_says_so_in_its_row(app: App, chief: TestClient) -> None:
    silent = "Småbybladet svarar men har inte haft något nytt på 12 dygn."
    with app.engine.begin() as connection:
        issues.report(connection, Issue("source:smabybladet:silent", "source:smabybladet", silent, "Titta."), NOW)
    row = chief.get("/kallor").text.split('id="alla"')[1].split("Småbybladet</a>")[1].split("</tr>")[0]
    assert silent in row


def test_an_entry_that_is_gone_at_its_source_says_so(app: App, chief: TestClient) -> None:
    assert "Borttaget hos källan" not in chief.get("/inlagg/hot").text
    with app.engine.begin() as connection:
        presence.save(connection, "hot", NOW, NOW, NOW)
    assert "Borttaget hos källan, enligt en kontroll i dag 09.00" in plain(chief.get("/inlagg/hot").text)
