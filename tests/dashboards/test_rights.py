"""Who sees what: the walk over roles and everything that has an address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import false, true
from starlette.testclient import TestClient

from dashboards.access import Notes
from pipelines.accounts import scope
from pipelines.bootstrap import App
from pipelines.store import entries, saved
from pipelines.store.accounts import Account
from pipelines.store.engine import reading
from pipelines.store.views import Scope, messages
from pipelines.store.views import scope as views_scope
from tests.builders import NOW, entry, flag, item
from tests.dashboards import seed, walk, walk_world
from tests.dashboards.seed import ALERT, DIGEST, SECRET

ENTRIES = {one.entry.id for one in seed.WORLD}
MESSAGES = {ALERT.key, DIGEST.key}
MAY_READ = {
    "chief": (ENTRIES, MESSAGES),
    "head": ({"hot", "kritik", "kopia"}, {ALERT.key}),
    "administrator": (ENTRIES - {"hot"}, set()),
}
LISTS = (
    "/",
    "/flode",
    "/flode?omfattning=allt",
    "/flode?flagga=*",
    "/flode?sok=Snart",
    "/flode?sok=flagga:ja",
    "/flode?sok=INTE+ton:positiv&omfattning=allt",
    "/flode?alla=Snart",
    "/flode.csv?omfattning=allt",
    "/arenden",
    "/arenden?visa=avslutade",
    "/utskick",
    "/kallor",
    "/installningar",
    "/hjalp",
    "/hjalp/sa-sakert",
)


@pytest.mark.parametrize("role", MAY_READ)
def test_what_a_role_may_not_read_does_not_exist_for_it(role: str, request: pytest.FixtureRequest) -> None:
    client: TestClient = request.getfixturevalue(role)
    readable, mails = MAY_READ[role]
    nothing = client.get("/inlagg/finns-inte")
    for entry_id in ENTRIES:
        answer = client.get(f"/inlagg/{entry_id}")
        assert answer.status_code == (200 if entry_id in readable else 404), entry_id
        if entry_id not in readable:
            assert answer.text == nothing.text.replace("/inlagg/finns-inte", f"/inlagg/{entry_id}")
    for key in MESSAGES:
        for path in (f"/utskick/{key}", f"/utskick/{key}/html"):
            assert client.get(path).status_code == (200 if key in mails else 404), path


@pytest.mark.parametrize("role", MAY_READ)
def test_no_list_leads_to_what_a_role_may_not_read(role: str, request: pytest.FixtureRequest) -> None:
    client: TestClient = request.getfixturevalue(role)
    readable, mails = MAY_READ[role]
    for path in LISTS + tuple(f"/inlagg/{one}" for one in readable) + tuple(f"/utskick/{key}" for key in mails):
        page = client.get(path).text
        assert set(re.findall(r'href="/inlagg/([^"]+)"', page)) <= readable, path
        keys = {key.replace("%3A", ":") for key in re.findall(r'href="/utskick/([^"/]+)', page)}
        assert keys <= mails, path


def test_an_administrator_never_meets_a_flagged_text(administrator: TestClient) -> None:
    for path in (*LISTS, "/inlagg/kritik", "/diagram/ton.svg"):
        page = administrator.get(path).text
        assert SECRET not in page and "Näsviksskolan igen" not in page, path
    assert "Inga inlägg" in administrator.get("/flode?sok=förtjänar").text  # nor learns of it by searching
    for sought in ("flagga:ja", "Snart OR datum:idag", "INTE x", "NOT larm:nej"):
        page = administrator.get("/flode", params={"sok": sought}).text
        assert 'class="traffar"' in page and "/inlagg/hot" not in page, sought
    assert "Ett larm gick inte fram." in administrator.get("/kallor").text


def test_a_wording_that_no_one_has_assessed_is_withheld_like_a_flagged_one(
    app: App, administrator: TestClient, chief: TestClient
) -> None:
    with app.engine.begin() as connection:
        entries.save(connection, [entry("beröm", title="Nytt", text=SECRET)], NOW, silent=False)
    assert administrator.get("/inlagg/beröm").status_code == 404 and chief.get("/inlagg/beröm").status_code == 200
    assert SECRET not in administrator.get("/").text + administrator.get("/flode").text


def test_an_earlier_wording_is_not_for_those_who_see_no_flagged_text(tmp_path: Path) -> None:
    once = item(entry("e", text=SECRET), flags=(flag(),))
    app = seed.world(tmp_path, [once])
    now_harmless = item(entry("e", text="Förlåt."))
    with app.engine.begin() as connection:
        entries.save(connection, [now_harmless.entry], NOW, silent=False)
    from tests.builders import save

    save(app, [now_harmless])
    page = seed.logged_in(app, "administrator").get("/inlagg/e").text
    assert "Förlåt." in page and SECRET not in page
    assert SECRET in seed.logged_in(app).get("/inlagg/e").text


def test_a_head_sees_nobody_elses_problems_or_figures(head: TestClient) -> None:
    assert "Ett larm gick inte fram." not in head.get("/kallor").text
    page = head.get("/").text
    assert "Småby bibliotek" not in page and "Tack biblioteket" not in page
    assert 'value="smaby-bibliotek"' not in head.get("/flode").text


def seen_by(app: App, role: str, *units: str) -> Scope:
    with reading(app.engine) as opened:
        return scope(Account("x", role, units), app.config, opened)


def test_a_department_sees_the_units_below_it(app: App) -> None:
    seen = seen_by(app, "enhetschef", "skolkontoret")
    assert seen.units == {"skolkontoret", "nasviksskolan", "smaby-bibliotek"}
    assert seen.receivers == {"enhetschef:skolkontoret"}


def test_a_head_whose_unit_is_no_more_sees_nothing(app: App) -> None:
    seen = seen_by(app, "enhetschef", "nedlagd")
    assert (seen.units, seen.receivers) == (frozenset(), {"enhetschef:nedlagd"})


UNITS = ("nasviksskolan",)


@pytest.mark.timeout(600)  # where others work on the same machine
def test_the_walk_over_roles_routes_and_units_finds_no_way_out(tmp_path: Path) -> None:
    result = walk.walk(walk_world.world(tmp_path, UNITS), walk_world.viewers(UNITS))
    assert result.escapes == [] and result.tried > 1500


@pytest.mark.parametrize("right", ["is_flagged", "names_unit", "WITHHELD", "messages_in"])
def test_the_walk_finds_a_right_that_is_missing(tmp_path: Path, right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = walk_world.world(tmp_path, UNITS)
    open_to_all = {"is_flagged": lambda *_: false(), "names_unit": lambda *_: true(), "WITHHELD": false()}
    module = messages if right == "messages_in" else views_scope
    monkeypatch.setattr(module, right, open_to_all.get(right, lambda _: ()))
    viewer = walk_world.Viewer("administrator") if right == "is_flagged" else walk_world.Viewer("enhetschef", UNITS)
    escapes = walk.walk(made, [viewer], acts=False).escapes
    assert any("shows MRK" in escape for escape in escapes)
    assert right == "messages_in" or any("/api/v1/entries/" in escape for escape in escapes)


def test_the_walk_finds_a_feed_that_knows_no_rights_and_a_list_of_everyones_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, head = walk_world.world(tmp_path, UNITS), walk_world.Viewer("enhetschef", UNITS)
    everything = seen_by(made.app, "kommunikationschef")
    monkeypatch.setattr("dashboards.pages.atom.rights.scope", lambda *_: everything)
    (feed,) = (one.feed for one in made.owned if one.owner == head and one.feed)
    of_all = [found for viewer in walk_world.viewers(UNITS) for found in _searches_of(made.app, viewer.account)]
    monkeypatch.setattr(saved, "of_account", lambda *_: of_all)
    escapes = walk.walk(made, [head], acts=False).escapes
    assert any(escape.startswith(f"{feed} names") for escape in escapes)
    assert any("/flode/sparade shows MRK" in escape for escape in escapes)


def _searches_of(app: App, account: str) -> tuple[saved.Saved, ...]:
    with reading(app.engine) as connection:
        return saved.of_account(connection, account)


def test_the_walk_finds_a_reading_that_was_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = walk_world.world(tmp_path, ())
    monkeypatch.setattr(Notes, "saw", lambda self, found: None)
    escapes = walk.walk(made, [walk_world.Viewer("kommunikationschef")], acts=False).escapes
    assert escapes and all("the access log does not know" in escape for escape in escapes)
    for place in ("/flode", "/flode.csv", "/flode.xlsx", "/atom/sokning/{token}", "/api/v1/entries"):
        assert any(f"at {place}," in escape for escape in escapes), place
