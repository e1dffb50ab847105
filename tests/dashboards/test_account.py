"""One's own account: a password, a code from an app, and what guessing comes to."""

from __future__ import annotations

import re

import pyotp
import pytest
from starlette.testclient import TestClient

from dashboards.app import build_app
from pipelines import login
from pipelines.accounts import close, invite
from pipelines.bootstrap import App
from pipelines.errors import WrongCall
from pipelines.store import accounts
from tests.builders import Clock
from tests.dashboards.seed import HOST, browser, logged_in
from tests.dashboards.test_pages import plain

PASSWORD = "fyra små ord räcker"
REAL = login.HASHER
NAME = "kommunikationschef ()"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes a tenth of a second on purpose; what is tested here is the rest."""
    monkeypatch.setattr(login, "HASHER", login.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    login._nobodys.cache_clear()


def csrf(client: TestClient) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get("/konto").text)[0]


def choose(client: TestClient, new: str = PASSWORD, again: str | None = None, now: str = "") -> str:
    """What the page says."""
    form = {"csrf": csrf(client), "nytt": new, "igen": new if again is None else again, "nuvarande": now}
    answer = client.post("/konto/losenord", data=form)
    return "ok" if answer.status_code == 303 else plain(answer.text)


def enter(app: App, name: str = NAME, password: str = PASSWORD, kod: str = "", client: TestClient | None = None) -> int:
    given = {"konto": name, "losenord": password, "kod": kod}
    return (client or browser(app)).post("/logga-in", data=given).status_code


def with_code(app: App) -> tuple[TestClient, pyotp.TOTP]:
    client = logged_in(app)
    choose(client)
    page = client.get("/konto").text
    totp = pyotp.TOTP(re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", ""))
    seed = re.findall(r'name="fro" value="([^"]+)"', page)[0]
    form = {"csrf": csrf(client), "fro": seed, "nuvarande": PASSWORD}
    assert client.post("/konto/kod", data=form | {"kod": "000000"}).status_code == 400
    assert client.post("/konto/kod", data=form | {"kod": totp.at(app.clock())}).status_code == 303
    return client, totp


def test_a_password_is_chosen_after_the_link_and_lets_in_from_then_on(app: App) -> None:
    client = logged_in(app)
    assert "välj lösenord" in client.get("/").text
    assert enter(app) == 401
    assert choose(client) == "ok" and "välj lösenord" not in client.get("/").text
    fresh = browser(app)
    assert enter(app, client=fresh) == 303 and "Översikt" in fresh.get("/").text
    assert PASSWORD.encode() not in (app.settings.var / "test.db").read_bytes()


@pytest.mark.parametrize(
    ("new", "word"),
    [
        ("kort", "för kort"),
        ("x" * 129, "Det gick inte att förstå"),
        ("ababababababab", "för enkelt"),
        ("Kommunikationschef () 1", "ditt namn"),
    ],
)
def test_a_weak_password_is_refused_in_words(app: App, new: str, word: str) -> None:
    client = logged_in(app)
    assert word in choose(client, new) and "välj lösenord" in client.get("/").text


def test_changing_it_needs_the_old_one_and_ends_every_other_session(app: App) -> None:
    client = logged_in(app)
    choose(client)
    other, before = browser(app), client.cookies["mediebevakning"]
    enter(app, client=other)
    assert "inte lika" in choose(client, "helt andra ord nu", "något annat här", PASSWORD)
    assert "stämmer inte" in choose(client, "helt andra ord nu", now="gissning gissning")
    assert choose(client, "helt andra ord nu", now=PASSWORD) == "ok"
    assert client.get("/").status_code == 200 and client.cookies["mediebevakning"] != before
    assert other.get("/").status_code == 303
    assert (enter(app), enter(app, password="helt andra ord nu")) == (401, 303)


def test_a_code_is_asked_for_and_holds_once(app: App) -> None:
    client, totp = with_code(app)
    code = totp.at(app.clock())
    assert enter(app, kod=code) == 401  # it was used to switch it on
    assert isinstance(app.clock, Clock)
    app.clock.forward(seconds=60)
    code = totp.at(app.clock())
    assert enter(app) == 401 and enter(app, kod="1") == 401 and enter(app, password="fel fel fel fel", kod=code) == 401
    assert enter(app, kod=f"{code[:3]} {code[3:]}") == 303
    assert enter(app, kod=code) == 401
    off = {"csrf": csrf(client), "nuvarande": "fel fel fel fel"}
    assert client.post("/konto/kod/av", data=off).status_code == 400
    assert client.post("/konto/kod/av", data=off | {"nuvarande": PASSWORD}).status_code == 303
    app.clock.forward(minutes=20)
    assert enter(app) == 303


def test_the_database_alone_makes_no_codes(app: App) -> None:
    _, totp = with_code(app)
    assert totp.secret.encode() not in (app.settings.var / "test.db").read_bytes()
    assert login.secret(app, "a") != login.secret(app, "b")


def test_guessing_is_slowed_down_for_the_known_and_the_unknown_alike(app: App) -> None:
    choose(logged_in(app))
    for name in (NAME, "finns inte"):
        assert [enter(app, name, "fel fel fel fel") for _ in range(6)] == [401] * 5 + [429]
    assert enter(app) == 429  # the right one too: else guessing goes on
    assert isinstance(app.clock, Clock)
    app.clock.forward(minutes=15, seconds=1)
    assert enter(app) == 303


def test_who_gets_it_right_in_time_starts_afresh(app: App) -> None:
    choose(logged_in(app))
    for _ in range(3):
        assert [enter(app, password="fel fel fel fel") for _ in range(4)] == [401] * 4 and enter(app) == 303


def test_a_page_tells_no_more_of_who_is_known(app: App) -> None:
    choose(logged_in(app))
    answers = [browser(app).post("/logga-in", data={"konto": name, "losenord": "fel"}).text for name in (NAME, "ingen")]
    assert answers[0] == answers[1]


def test_refusing_takes_as_long_for_the_unknown(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """By work, not by the clock: both hash exactly once."""
    choose(logged_in(app))
    hashed: list[str] = []
    real = login.HASHER.verify
    monkeypatch.setattr(
        type(login.HASHER), "verify", lambda self, stored, given: hashed.append(given) or real(stored, given)
    )
    for name in (NAME, "ingen"):
        enter(app, name, "fel fel fel")
    assert hashed == ["fel fel fel"] * 2


def test_an_address_lets_in_too_and_belongs_to_one(app: App) -> None:
    invite(app, "anna", "kommunikationschef", email="Anna@smaby.example")
    with app.engine.begin() as connection:
        accounts.set_password(connection, "anna", login.hashed(PASSWORD), "")
    assert enter(app, " ANNA@smaby.example ") == enter(app, "anna") == 303
    for name, address, word in (("bo", "anna@SMABY.example", "another"), ("bo", "inget", "e-mail")):
        with pytest.raises(WrongCall, match=word):
            invite(app, name, "kommunikationschef", email=address)


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(app: App) -> None:
    client = logged_in(app)
    choose(client)
    close(app, NAME)
    assert client.get("/").status_code == 303 and enter(app) == 401
    with pytest.raises(WrongCall):
        close(app, NAME)
    assert logged_in(app).get("/").status_code == 200


def test_a_session_that_nobody_uses_ends(app: App) -> None:
    client = logged_in(app)
    assert isinstance(app.clock, Clock)
    for _ in range(3):
        app.clock.forward(hours=1, minutes=50)
        assert client.get("/").status_code == 200
    app.clock.forward(hours=2, minutes=6)
    assert client.get("/").status_code == 303


def test_logging_in_takes_no_token_that_was_there_before(app: App) -> None:
    client = browser(app)
    client.cookies.set("mediebevakning", "fixerad")
    choose(logged_in(app))
    enter(app, client=client)
    fixed = browser(app)
    fixed.cookies.set("mediebevakning", "fixerad")
    assert fixed.get("/").status_code == 303
    first = client.cookies.get("mediebevakning", domain="127.0.0.1")
    enter(app, client=client)
    again = browser(app)
    again.cookies.set("mediebevakning", first or "")
    assert again.get("/").status_code == 303


def test_a_link_on_another_site_leads_on_by_a_page_of_ours(app: App) -> None:
    client = browser(app)
    strange = {"Sec-Fetch-Site": "cross-site"}
    page = client.get("/flode?sok=a%22b&sida=1", headers=strange)
    assert page.status_code == 200 and 'content="0;url=/flode?sok=a%22b&amp;sida=1&amp;vidare=1"' in page.text
    assert client.get("/flode?vidare=1", headers=strange).headers["location"] == "/logga-in?till=/flode"
    assert client.post("/logga-ut", headers=strange).status_code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_no_form_of_another_site_is_taken(app: App, headers: dict[str, str]) -> None:
    chief, administrator = logged_in(app), logged_in(app, "administrator")
    web = build_app(app)
    posts = [route.path for route in web.routes if "POST" in getattr(route, "methods", ())]
    assert len(posts) > 6
    for route in posts:
        client = administrator if route.startswith("/administration") else chief
        token = csrf(client)
        path = (
            re.sub(r"{\w+}", "x", route)
            .replace("/inlagg/x", "/inlagg/hot")
            .replace("/installningar/x/x", "/installningar/tystnad/x")
        )
        if path.startswith("/api/"):  # knows no cookie, so that no other site can use one
            assert client.post(path, json={}).status_code == 401, path
            continue
        assert client.post(path, data={"csrf": token}, headers=headers).status_code == 403, path
        if not path.startswith(("/logga-in", "/ratta/")):
            assert client.post(path, data={"csrf": "x"}).status_code == 403, path
    own = {"csrf": csrf(chief)}
    assert chief.post("/konto/losenord", data=own, headers={"Origin": HOST}).status_code == 400


def test_hashing_costs_what_is_recommended() -> None:
    """RFC 9106, second setting."""
    assert (REAL.type.name, REAL.memory_cost, REAL.time_cost, REAL.parallelism) == ("ID", 64 * 1024, 3, 4)
