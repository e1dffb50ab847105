"""The interface for programs: whose key it is, what is answered, and what is refused in which words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.api.problems import explained
from dashboards.api.route import accepts
from pipelines.bootstrap import App
from pipelines.store import access, accounts, entries
from pipelines.store.engine import reading
from tests.builders import NOW, Clock, config, entry, item, smaby
from tests.dashboards import fuzzing, seed
from tests.dashboards.seed import SECRET, browser

V1 = "/api/v1"
Program = Callable[..., TestClient]


@pytest.fixture
def app(tmp_path: Path) -> App:
    return fuzzing.world(tmp_path)


@pytest.fixture
def program(app: App) -> Program:
    """Makes a program with a key of someone of that role."""

    def made(role: str = "kommunikationschef", units: tuple[str, ...] = (), *uses: str) -> TestClient:
        token = fuzzing.key(app, f"Kim, {role}", role, units, uses or ("read", "cases", "corrections"))
        client = browser(app)
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return made


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer mbv_x", "Basic a2V5", "bearer " + "mbv_" + "0" * 49])
def test_without_a_key_there_is_nothing(app: App, header: str) -> None:
    answer = browser(app).get(f"{V1}/entries", headers={"Authorization": header})
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer realm=")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_in_the_address_and_a_session_are_no_key(app: App, program: Program) -> None:
    token = program().headers["Authorization"].removeprefix("Bearer ")
    assert browser(app).get(f"{V1}/me?access_token={token}").status_code == 401
    assert seed.logged_in(app).get(f"{V1}/me").status_code == 401


def test_a_key_opens_no_page(program: Program) -> None:
    assert program().get("/flode").status_code == 303


def test_a_key_ends_with_its_time_and_with_its_account(app: App, program: Program) -> None:
    client = program()
    assert client.get(f"{V1}/me").json()["account"] == "Kim, kommunikationschef"
    with app.engine.begin() as opened:
        accounts.disable(opened, "Kim, kommunikationschef", NOW)
    assert client.get(f"{V1}/me").status_code == 401
    later = program("administrator")
    _clock(app).forward(days=90)
    assert later.get(f"{V1}/me").status_code == 401


def test_a_key_has_the_rights_that_its_account_has_today(app: App, program: Program) -> None:
    client = program()
    assert client.get(f"{V1}/entries/hot").status_code == 200
    with app.engine.begin() as opened:
        accounts.add(opened, "Kim, kommunikationschef", "enhetschef", ["omsorgen"], NOW)
    gone = client.get(f"{V1}/entries/hot")
    assert gone.status_code == 404 and gone.content == client.get(f"{V1}/entries/finns-inte").content
    assert [one["id"] for one in client.get(f"{V1}/units").json()] == ["omsorgen"]
    assert client.get(f"{V1}/rules").json()["type"].endswith("#role")


def test_a_key_does_what_it_was_made_for(program: Program) -> None:
    reader = program("kommunikationschef", (), "read")
    step = reader.post(f"{V1}/cases/case0/steps", json={"decision": "answered"}, headers={"If-Match": "*"})
    assert step.status_code == 403 and 'scope="cases"' in step.headers["www-authenticate"]
    said = reader.post(f"{V1}/entries/hot/corrections", json={"verdict": "done"}, headers={"If-Match": "*"})
    assert said.status_code == 403 and said.json()["type"].endswith("#use")


def test_who_asks_too_often_is_told_how_long_to_wait(tmp_path: Path) -> None:
    dashboard = smaby().dashboard.model_copy(update={"api_per_minute": 2})
    app = seed.world(tmp_path, using=config(dashboard=dashboard))
    client, other = browser(app), browser(app)
    for one, name in ((client, "En"), (other, "Två")):
        one.headers["Authorization"] = f"Bearer {fuzzing.key(app, name, 'administrator')}"
    asked = [client.get(f"{V1}/me").status_code for _ in range(3)]
    assert asked == [200, 200, 429] and other.get(f"{V1}/me").status_code == 200
    _clock(app).forward(seconds=20)
    refused = client.get(f"{V1}/me")
    assert refused.headers["retry-after"] == "40" and "2 gånger i minuten" in refused.json()["detail"]
    _clock(app).forward(seconds=40)
    assert client.get(f"{V1}/me").status_code == 200


def test_following_next_reads_everything_once_and_previous_leads_back(program: Program) -> None:
    client, found, path = program(), [], f"{V1}/entries?scope=all&limit=2"
    while path:
        step = client.get(path)
        found += [one["id"] for one in step.json()["items"]]
        assert ('rel="next"' in step.headers.get("link", "")) == bool(step.json()["next"])
        path, last = step.json()["next"], step.json()
    assert sorted(found) == sorted(one.entry.id for one in seed.WORLD)
    assert [one["id"] for one in client.get(last["previous"]).json()["items"]] == found[-4:-2]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", {"hot", "kritik", "kopia", "beröm", "fråga"}),
        ("scope=all", {"hot", "kritik", "kopia", "beröm", "fråga", "annat"}),
        ("flag=*", {"hot"}),
        ("tone=positive", {"beröm"}),
        ("q=sagostund+ton:positiv", {"beröm"}),
        ("q=INTE+ton:negativ&unit=omsorgen", {"fråga"}),
        ("since=2026-11-20&until=2026-11-20", {"kritik", "kopia"}),
        ("unit=finns-inte", set()),
    ],
)
def test_the_list_is_searched_and_filtered_as_the_page_is(program: Program, query: str, ids: set[str]) -> None:
    assert {one["id"] for one in program().get(f"{V1}/entries?{query}").json()["items"]} == ids


def test_an_entry_says_what_was_found_in_it_and_why(program: Program) -> None:
    whole = program().get(f"{V1}/entries/hot").json()
    (found,) = whole["flags"]
    (evidence,) = found["evidence"]
    content = f"{whole['title']}\n{whole['text']}"
    assert content[evidence["start"] : evidence["end"]] == evidence["text"] == SECRET
    assert found["category"] == {"id": "threat", "name": "Hot"} and found["reason"].startswith("Texten säger")
    assert whole["alert_reasons"] and whole["mentions"][0]["name"] == "nasviksskolan" and whole["cases"] == ["case0"]
    (copy,) = program().get(f"{V1}/entries/kritik").json()["copies"]
    assert copy["entry"]["id"] == "kopia" and copy["reason"]


def test_a_story_holds_the_entries_that_may_be_read(program: Program) -> None:
    (line,) = program().get(f"{V1}/stories").json()["items"]
    assert (line["first"]["id"], line["entries"], line["sources"]) == ("kritik", 2, 2)
    story = program().get(line["link"]).json()
    assert [one["entry"]["id"] for one in story["entries"]] == ["kopia", "kritik"]
    head = program("enhetschef", ("omsorgen",))
    assert head.get(line["link"]).content == head.get(f"{V1}/stories/x").content


def test_figures_by_day_week_and_unit(program: Program) -> None:
    client = program()
    days = client.get(f"{V1}/trends/tone?since=2026-11-20&until=2026-11-21").json()["items"]
    assert [(one["start"], one["negative"], one["positive"]) for one in days] == [
        ("2026-11-20", 2, 0), ("2026-11-21", 1, 1),
    ]  # fmt: skip
    (week,) = client.get(f"{V1}/trends/tone?since=2026-11-20&until=2026-11-21&step=week").json()["items"]
    assert (week["start"], week["negative"]) == ("2026-11-16", 3)
    units = {one["unit"]["id"]: one["entries"] for one in client.get(f"{V1}/trends/units").json()["items"]}
    assert units == {"nasviksskolan": 3, "smaby-bibliotek": 1, "omsorgen": 1}
    long = client.get(f"{V1}/trends/tone?since=1000-01-01&until=2026-11-21").json()
    assert long["since"] == "2025-11-21" and len(long["items"]) == 366
    assert client.get(f"{V1}/trends/tone?since=2026-11-22&until=2026-11-21").json()["items"] == []


def test_no_address_that_is_none_of_the_web_comes_out(tmp_path: Path) -> None:
    app = seed.world(tmp_path, [item(entry("e", url="javascript:alert(1)", title="<script>"))])
    client = browser(app)
    client.headers["Authorization"] = f"Bearer {fuzzing.key(app, 'Kim', 'kommunikationschef')}"
    answer = client.get(f"{V1}/entries/e")
    assert answer.json()["url"] is None and answer.headers["x-content-type-options"] == "nosniff"


def test_of_two_who_take_a_step_the_second_is_told(app: App, program: Program) -> None:
    one, two = program(), program("enhetschef", ("nasviksskolan",))
    path = f"{V1}/cases/case0"
    read = [client.get(path).headers["etag"] for client in (one, two)]
    done = one.post(f"{path}/steps", json={"decision": "removed", "note": "Dnr 1"}, headers={"If-Match": read[0]})
    assert done.status_code == 200 and done.json()["state"] == "removed"
    last = done.json()["history"][-1]
    assert (last["by"], last["via"], last["note"]) == ("Kim, kommunikationschef", "api", "Dnr 1")
    late = two.post(f"{path}/steps", json={"decision": "answered"}, headers={"If-Match": read[1]})
    assert late.status_code == 412 and late.headers["etag"] == done.headers["etag"]
    assert one.post(f"{path}/steps", json={"decision": "answered"}).status_code == 428
    assert two.get(path).json()["state"] == "removed"
    assert "genom ett program" in seed.logged_in(app).get("/inlagg/hot").text


def test_cases_are_listed_by_state(program: Program) -> None:
    client = program()
    assert {one["id"] for one in client.get(f"{V1}/cases").json()["items"]} == {"case0", "case1"}
    client.post(f"{V1}/cases/case1/steps", json={"decision": "answered"}, headers={"If-Match": "*"})
    assert [one["id"] for one in client.get(f"{V1}/cases?state=closed").json()["items"]] == ["case1"]
    assert client.get(f"{V1}/cases?page=1000000").json()["items"] == []


def test_a_correction_wins_and_another_made_of_the_same_reading_is_told(program: Program) -> None:
    client, path = program(), f"{V1}/entries/kritik"
    etag = client.get(path).headers["etag"]
    said = client.post(f"{path}/corrections", json={"verdict": "not-negative"}, headers={"If-Match": etag})
    assert said.json()["entry"]["tone"]["label"] == "neutral" and said.json()["outcome"] == "said"
    again = client.post(f"{path}/corrections", json={"verdict": "negative"}, headers={"If-Match": etag})
    assert again.status_code == 412
    (kept,) = client.get(path).json()["corrections"]
    assert (kept["verdict"], kept["confirmed"]) == ("not-negative", True)


def test_a_correction_may_take_the_entry_away_or_mean_nothing(program: Program) -> None:
    head = program("enhetschef", ("nasviksskolan",))
    path, there = f"{V1}/entries/kritik/corrections", {"If-Match": "*"}
    assert head.post(path, json={"verdict": "unit", "value": "månen"}, headers=there).status_code == 422
    away = head.post(path, json={"verdict": "wrong-unit", "value": "nasviksskolan"}, headers=there)
    assert away.json() == {"outcome": "away", "entry": None}
    assert head.post(path, json={"verdict": "done"}, headers=there).status_code == 404


def test_a_text_that_nobody_has_assessed_is_not_corrected(app: App, program: Program) -> None:
    with app.engine.begin() as opened:
        entries.save(opened, [entry("kritik", text="Helt annat.")], NOW, silent=False)
    client = program()
    whole = client.get(f"{V1}/entries/kritik").json()
    assert whole["stale"] and whole["mentions"] == [] and whole["versions"][0]["text"].startswith("Tredje dygnet")
    said = client.post(f"{V1}/entries/kritik/corrections", json={"verdict": "about"}, headers={"If-Match": "*"})
    edited = client.post(f"{V1}/entries/kritik/corrections", json={"verdict": "done"}, headers={"If-Match": "*"})
    assert (said.status_code, edited.status_code) == (409, 409)


def test_what_has_not_changed_is_not_sent_again(program: Program) -> None:
    client = program()
    etag = client.get(f"{V1}/entries/hot").headers["etag"]
    again = client.get(f"{V1}/entries/hot", headers={"If-None-Match": f'"x", {etag}'})
    assert again.status_code == 304 and again.content == b""


def test_reading_by_program_stands_in_the_log(app: App, program: Program) -> None:
    client = program()
    for path in ("/entries/hot", "/entries?flag=*", "/entries/beröm", "/stories", "/entries/hot"):
        client.get(V1 + path)
    with reading(app.engine) as opened:
        lines, _ = access.listed(opened)
    assert [(line.place, line.action, line.entries) for line in reversed(lines)] == [
        (f"{V1}/entries/{{entry_id}}", "exported", ("hot",)),
        (f"{V1}/entries", "exported", ("hot",)),
        (f"{V1}/entries/{{entry_id}}", "exported", ("hot",)),
    ]
    assert {line.account for line in lines} == {"Kim, kommunikationschef"}


def test_saved_searches_are_ones_own_and_find_what_they_find_now(program: Program) -> None:
    client = program()
    (search,) = client.get(f"{V1}/searches").json()
    found = client.get(search["entries"] + "?limit=2").json()
    assert len(found["items"]) == 2 and found["next"].startswith(search["entries"])
    assert program("administrator").get(search["entries"]).status_code == 404


def test_sources_issues_and_rules(program: Program) -> None:
    client = program()
    sources = {one["id"]: one["condition"] for one in client.get(f"{V1}/sources").json()}
    assert (sources["polisen"], sources["smabybladet"]) == ("failed", "ok")
    assert {one["source"] for one in client.get(f"{V1}/issues").json()} == {"polisen", None}
    assert {one["source"] for one in program("enhetschef", ("omsorgen",)).get(f"{V1}/issues").json()} == {"polisen"}
    assert {one["id"]: one["fired"] for one in client.get(f"{V1}/rules").json()}["threat"] == 1


OK = {"If-Match": "*"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "kind"),
    [
        ("GET", "/entries?q=((", {}, 400, "query"),
        ("GET", f"/entries?q={'a' * 5000}", {}, 400, "query"),
        ("GET", "/entries?limit=101", {}, 422, "invalid"),
        ("GET", "/entries?fran=2026-11-21", {}, 422, "invalid"),
        ("GET", "/entries?since=0", {}, 422, "invalid"),
        ("GET", "/entries?author=p1", {}, 422, "invalid"),
        ("GET", "/cases?page=1000000000", {}, 422, "invalid"),
        ("GET", f"/entries/{'x' * 65}", {}, 422, "invalid"),
        ("GET", "/finns-inte", {}, 404, "missing"),
        ("GET", "/me", {"headers": {"Accept": "text/html"}}, 406, "accept"),
        ("DELETE", "/entries/hot", {}, 405, "method"),
        ("POST", "/cases/case0/steps", {"content": "{", "headers": OK | JSON}, 400, "unreadable"),
        ("POST", "/cases/case0/steps", {"content": "{}", "headers": OK | {"Content-Type": "text/plain"}}, 415, "media"),
        ("POST", "/cases/case0/steps", {"data": {"decision": "answered"}, "headers": OK}, 415, "media"),
        ("POST", "/cases/case0/steps", {"json": {"note": "x" * 20_000}, "headers": OK}, 413, "large"),
        ("POST", "/cases/case0/steps", {"json": {"decision": "burnt"}, "headers": OK}, 422, "invalid"),
        ("POST", "/cases/case0/steps", {"json": {"decision": "answered", "by": "x"}, "headers": OK}, 422, "invalid"),
        ("POST", "/cases/case0/steps", {"content": '{"decision":"answered","note":"\\ud800"}',
            "headers": OK | JSON}, 422, "invalid"),
        ("POST", "/cases/case0/steps", {"headers": OK}, 422, "invalid"),
        ("POST", "/cases/nope/steps", {"json": {"decision": "answered"}, "headers": OK}, 404, "missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_problem_with_its_status(
    program: Program, method: str, path: str, sent: dict[str, Any], status: int, kind: str
) -> None:
    answer = program().request(method, V1 + path, **sent)
    said = answer.json()
    assert (answer.status_code, said["status"], said["type"].rpartition("#")[2]) == (status, status, kind), said
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("", "sv", "Något i anropet stämmer inte"),
        ("en", "en", "Something in the request is wrong"),
        ("en-GB;q=0.4, sv;q=0.3", "en", "Something in the request is wrong"),
        ("de, sv;q=0.5, en;q=0.5", "sv", "Något i anropet stämmer inte"),
        ("en;q=x", "sv", "Något i anropet stämmer inte"),
    ],
)
def test_a_problem_is_told_in_the_language_asked_for(program: Program, asked: str, language: str, title: str) -> None:
    answer = program().get(f"{V1}/entries?limit=0&author=x", headers={"Accept-Language": asked})
    assert answer.headers["content-language"] == language and answer.json()["title"] == title
    wrong = {one["name"]: one["detail"] for one in answer.json()["errors"]}
    assert wrong == {
        "sv": {"limit": "ska vara minst 1", "author": "finns inte här"},
        "en": {"limit": "must be 1 at least", "author": "is not known here"},
    }[language]  # fmt: skip


def test_a_search_that_errs_says_where(program: Program) -> None:
    said = program().get(f"{V1}/entries?q=snö+AND").json()
    assert (said["reason"], said["at"]) == ("end", 8) and "tecken 8" in said["detail"]


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", True),
        ("*/*", True),
        ("application/*;q=0.1", True),
        ("text/html, application/json;q=0.9", True),
        ("text/html", False),
        ("*/*, application/json;q=0", False),
        ("application/json;q=x", True),
        ("application/xml;q=0.9", False),
    ],
)
def test_an_answer_is_given_to_who_takes_json(header: str, taken: bool) -> None:
    assert accepts(header) is taken


def test_a_fault_of_ours_is_a_problem_too(app: App, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.api.watch.health.issues", lambda *_: 1 / 0)
    client = program()
    quiet = TestClient(client.app, base_url=seed.HOST, headers=client.headers, raise_server_exceptions=False)
    answer = quiet.get(f"{V1}/issues")
    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (500, "broken")
    assert answer.headers["content-security-policy"] and "ZeroDivision" not in answer.text


def test_the_document_describes_every_route_and_knows_no_author(app: App) -> None:
    document = browser(app).get(f"{V1}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    routes = browser(app).app.routes  # type: ignore[attr-defined]
    served = {(method, one.path) for one in routes if one.path.startswith(V1) for method in one.methods}
    assert described == served - {("GET", f"{V1}/openapi.json")}
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"] and operation["description"] and operation["security"]
    assert not re.search("author(?!i[sz])", json.dumps(document).lower())


def test_the_page_lists_every_route_and_every_problem(app: App) -> None:
    page = seed.logged_in(app, "granskare").get("/hjalp/api").text
    document = browser(app).get(f"{V1}/openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page
    for kind, status, title, _ in explained():
        assert f'id="{kind}">{status} {title}' in page
    assert "`" not in page and "{most}" not in page


def _clock(app: App) -> Clock:
    assert isinstance(app.clock, Clock)
    return app.clock
