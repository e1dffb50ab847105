"""The menu leads to every page that takes nothing, and to none that the visitor does not have."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.menu import menu
from pipelines.roles import ROLES
from tests.dashboards import seed
from tests.dashboards.probing import pages

FILES = (".csv", ".xlsx", ".svg", ".json", ".pdf", ".zip")
BESIDE = {
    "/sprak",
    "/konton",
    "/konto",
    "/konto/nycklar",
    "/kallor/ny",
    "/administration/mottagare",
    "/forteckning/nytt",
    "/utvardering/rapport",
}
"""Reached from a page of the menu, from the head of every page, or by those who are not logged in."""


def linked(role: str) -> set[str]:
    """The addresses of the menu and of its submenus."""
    may = ROLES[role].tasks.__contains__
    groups = menu("/", may).groups
    return {one.url for one in groups} | {one.url for group in groups for one in menu(group.url, may).pages}


@pytest.mark.parametrize("role", ROLES)
def test_what_it_leads_to_is_there(role: str, tmp_path: Path) -> None:
    client = seed.logged_in(
        seed.world(tmp_path), role, {"enhetschef": ["nasviksskolan"], "kommunikator": ["omsorgen"]}.get(role, [])
    )
    assert {url: client.get(url).status_code for url in linked(role)} == dict.fromkeys(linked(role), 200)


def test_no_page_is_left_out(chief: TestClient) -> None:
    there = {path for path in pages(chief) if not path.endswith(FILES)}
    assert {url for role in ROLES for url in linked(role)} == there - BESIDE


@pytest.mark.parametrize(
    ("path", "group", "page"),
    [
        ("/", "Översikt", None),
        ("/inlagg/hot", "Flöde", "Flöde"),
        ("/flode/sparade", "Flöde", "Sparade sökningar"),
        ("/diarieforing", "Ärenden", "Diarieföring"),
        ("/kallor/polisen", "Bevakning", "Källor"),
        ("/konto", None, None),
    ],
)
def test_it_shows_where_one_is(path: str, group: str | None, page: str | None) -> None:
    shown = menu(path, ROLES["kommunikationschef"].tasks.__contains__)
    assert next((one.name for one in shown.groups if one.current), None) == group
    assert next((one.name for one in shown.pages if one.current), None) == page


def test_who_has_one_page_of_a_group_is_told_which() -> None:
    shown = menu("/atkomst", ROLES["granskare"].tasks.__contains__)
    assert [(one.name, one.current) for one in shown.groups] == [("Åtkomst", True), ("Hjälp", False)]
    assert shown.pages == ()
