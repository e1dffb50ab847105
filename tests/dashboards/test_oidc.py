"""Logging in by the municipality's own login: against a provider that works, over real HTTP, with httpx as browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import Connection
from sqlalchemy import text as sql

from dashboards.app import build_app
from pipelines import oidc as login
from pipelines.accounts import Unfit, close, invite
from pipelines.bootstrap import App
from pipelines.config.schema import Dashboard, Oidc, OidcGroup
from pipelines.housekeeping.rules import moments
from pipelines.oidc import door, flow
from pipelines.settings import OIDC_SECRET
from pipelines.store import account_events, accounts, forgetting, logins
from pipelines.store.accounts import Account
from pipelines.store.engine import reading
from pipelines.store.schema import login_state
from tests import builders
from tests.builders import NOW, Clock
from tests.dashboards import seed
from tests.dashboards.test_pages import plain
from tests.oidc_provider import CLIENT, EC, OTHER_RSA, RSA, SECRET, Break, Provider, provider, refusing, served, slow

GROUPS = (
    OidcGroup(group="Kommunikation", role="kommunikationschef"),
    OidcGroup(group="Rektorer", role="enhetschef", units=("nasviksskolan",)),
    OidcGroup(group="Omsorg", role="enhetschef", units=("omsorgen", "nasviksskolan")),
    OidcGroup(group="Drift", role="administrator"),
)
COOKIE, BEGUN = "mediebevakning", "mediebevakning-oidc"


@dataclass
class Place:
    """The dashboard and its provider, both answering."""

    app: App
    by: Provider
    address: str
    web: FastAPI
    clients: list[httpx.Client] = field(default_factory=list)

    def browser(self) -> httpx.Client:
        self.clients.append(httpx.Client(trust_env=False))
        return self.clients[-1]

    def enter(self, client: httpx.Client | None = None, till: str = "") -> httpx.Response:
        """Press the button, be sent to the provider and back; the page that then stands there."""
        client = client or self.browser()
        return client.get(self.back(client, till))

    def back(self, client: httpx.Client, till: str = "") -> str:
        """Where the provider sends the browser back to."""
        off = client.get(f"{self.address}/logga-in/oidc", params={"till": till} if till else {})
        assert off.status_code == 303, plain(off.text)
        return client.get(off.headers["location"]).headers["location"]

    def known(self) -> tuple[Account, ...]:
        with reading(self.app.engine) as opened:
            return accounts.listed(opened)

    @property
    def clock(self) -> Clock:
        assert isinstance(self.app.clock, Clock)
        return self.app.clock


@pytest.fixture(scope="module")
def served_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The servers take longer to start than a test to run."""
    with provider(clock := Clock()) as by, socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        given = Oidc(name="Småbys inloggning", issuer=by.issuer, client_id=CLIENT, allow_private=True, group=GROUPS)
        config = builders.config(dashboard=Dashboard(base_url=address, oidc=given))
        app = replace(builders.app(tmp_path_factory.mktemp("oidc"), config, clock), environment={OIDC_SECRET: SECRET})
        builders.save(app, seed.WORLD)
        with served(web := build_app(app), listening):
            yield Place(app, by, address, web)


@pytest.fixture
def place(served_place: Place) -> Iterator[Place]:
    """As if it had just been installed."""
    made, by = served_place, served_place.by
    for one in fields(Provider):
        if one.name not in ("clock", "issuer"):
            setattr(by, one.name, getattr(Provider(by.clock), one.name))
    made.clock.now = NOW
    assert isinstance(made.app.environment, dict)
    made.app.environment[OIDC_SECRET] = SECRET
    made.web.state.provider = flow.provider(made.app)
    with made.app.engine.begin() as opened:
        for table in ("session", "login_link", "account", "account_event", "login_state", "login_failure"):
            opened.execute(sql(f"DELETE FROM {table}"))
    yield made
    while made.clients:
        made.clients.pop().close()


def test_the_whole_way_in(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    client = place.browser()
    asked = client.get(f"{place.address}/inlagg/hot?x=1", follow_redirects=True)
    assert "Logga in med Småbys inloggning" in asked.text
    (way,) = re.findall(r'href="(/logga-in/oidc[^"]*)"', asked.text)
    with caplog.at_level(logging.DEBUG):
        off = client.get(place.address + way)
        back = client.get(off.headers["location"]).headers["location"]
        inside = client.get(back)
    begun, kept = off.headers["set-cookie"].lower(), inside.headers.get_list("set-cookie")
    assert "samesite=lax" in begun and "httponly" in begun
    session = next(line.lower() for line in kept if line.startswith(f"{COOKIE}="))
    assert "samesite=strict" in session and "httponly" in session
    assert 'content="0;url=/inlagg/hot?x=1"' in inside.text and BEGUN not in client.cookies
    assert "Näsviksskolan igen" in client.get(f"{place.address}/inlagg/hot").text
    assert place.known() == (Account("alva.ek", "kommunikationschef", by_provider=True),)
    with reading(place.app.engine) as opened:
        (event,) = account_events.listed(opened)
        assert accounts.bound_to(opened, (place.by.issuer, "s-1")) == place.known()[0]
    assert (event.action, event.changed) == ("made", {"role": [None, "kommunikationschef"]})
    query = parse_qs(urlsplit(off.headers["location"]).query)
    assert query["redirect_uri"] == [f"{place.address}/logga-in/oidc/svar"]
    ours = " ".join(
        one.getMessage() for one in caplog.records if not one.name.startswith("http")
    )  # theirs: the browser's
    for secret in (SECRET, quote_plus(SECRET), parse_qs(urlsplit(back).query)["code"][0]):
        assert secret not in ours
    assert not any(quote_plus(SECRET) in url or "verifier" in url for url in place.by.asked)


def test_role_and_units_follow_the_groups(place: Place) -> None:
    first = place.browser()
    place.by.person["groups"] = ["Omsorg", "Okänd", "Rektorer"]
    place.enter(first)
    assert place.known()[0] == Account("alva.ek", "enhetschef", ("nasviksskolan", "omsorgen"), by_provider=True)
    place.enter()
    assert first.get(f"{place.address}/konto").status_code == 200  # the same rights end nothing
    place.by.person |= {"groups": ["Drift", "Omsorg"], "preferred_username": "alva.berg"}
    place.enter()
    assert place.known()[0] == Account(
        "alva.ek", "enhetschef", ("omsorgen", "nasviksskolan"), by_provider=True
    )  # of several roles the first in the file
    place.by.person["groups"] = "Drift"
    place.enter()
    assert [(one.name, one.role) for one in place.known()] == [("alva.ek", "administrator")]
    assert first.get(f"{place.address}/konto").status_code == 303
    with reading(place.app.engine) as opened:
        event, *_ = account_events.listed(opened)
    assert event.action == "followed" and event.changed["role"] == ["enhetschef", "administrator"]


@pytest.mark.parametrize(
    ("person", "word"),
    [
        ({"groups": ["Okänd"]}, "ingen av dina grupper"),
        ({"groups": None}, "ingen av dina grupper"),
        ({"groups": 5}, "ingen av dina grupper"),
        ({"groups": {"Drift": 1}}, "ingen av dina grupper"),
        ({"groups": ["drift"]}, "ingen av dina grupper"),
        ({"groups": None, "_claim_names": {"groups": "src1"}}, "fler grupper"),
        ({"groups": None, "hasgroups": True}, "fler grupper"),
    ],
)
def test_nobody_without_a_group_gets_in(place: Place, person: dict[str, Any], word: str) -> None:
    place.by.person |= person
    answer = place.enter(client := place.browser())
    assert answer.status_code == 403 and word in plain(answer.text) and COOKIE not in client.cookies
    assert place.known() == ()


def test_who_has_left_the_groups_is_out_everywhere(place: Place) -> None:
    place.enter(inside := place.browser())
    place.by.person["groups"] = []
    assert place.enter().status_code == 403
    assert inside.get(f"{place.address}/konto").status_code == 303


def test_a_closed_account_stays_closed(place: Place) -> None:
    place.enter()
    close(place.app, "alva.ek")
    answer = place.enter()
    assert answer.status_code == 403 and "stängt" in plain(answer.text)


def test_a_name_gives_nobody_anothers_account(place: Place) -> None:
    """Neither the name nor the address: an account is issuer and subject."""
    invite(place.app, "alva.ek", "administrator", email="alva@smaby.example")
    place.by.person |= {"email": "alva@smaby.example", "email_verified": True}
    place.enter()
    place.by.person["sub"] = "s-2"
    place.enter()
    roles = {one.name: (one.role, one.by_provider) for one in place.known()}
    chief = ("kommunikationschef", True)
    assert roles == {"alva.ek": ("administrator", False), "alva.ek (2)": chief, "alva.ek (3)": chief}


@pytest.mark.parametrize(
    ("given", "name"),
    [("  Alva\n\u202eEk\x00 ", "Alva Ek"), ("", "s-1"), ("å" * 500, "å" * 120), ("<b>", "<b>"), (7, "s-1")],
)
def test_a_name_is_made_readable(place: Place, given: object, name: str) -> None:
    place.by.person["preferred_username"] = given
    place.enter(client := place.browser())
    assert place.known()[0].name == name
    assert "<b>" not in client.get(f"{place.address}/konto").text


def test_it_takes_neither_password_nor_link(place: Place) -> None:
    place.enter(client := place.browser())
    page = client.get(f"{place.address}/konto").text
    assert "Småbys inloggning" in page and "Nytt lösenord" not in page
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    for path in ("/konto/losenord", "/konto/kod/av"):
        assert client.post(place.address + path, data={"csrf": csrf, "nytt": "x"}).status_code == 404
    with pytest.raises(Unfit, match="groups"):
        invite(place.app, "alva.ek", "administrator")


def unsigned(said: dict[str, Any]) -> str:
    return ".".join((_part({"alg": "none", "kid": RSA.kid}), _part(said), ""))


def by_the_public_key(said: dict[str, Any]) -> str:
    """HS256, with what everyone may read for a secret."""
    body = f"{_part({'alg': 'HS256', 'kid': RSA.kid})}.{_part(said)}"
    digest = hmac.new(RSA.as_pem(private=False), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def by_another(said: dict[str, Any]) -> str:
    """Under the right key's name."""
    return jwt.encode({"alg": "RS256", "kid": RSA.kid}, said, OTHER_RSA)


def by_its_own_key(said: dict[str, Any]) -> str:
    """The key comes along in the header."""
    return jwt.encode({"alg": "RS256", "kid": RSA.kid, "jwk": OTHER_RSA.as_dict(private=False)}, said, OTHER_RSA)


def altered(said: dict[str, Any]) -> str:
    head, _, signature = jwt.encode({"alg": "RS256", "kid": RSA.kid}, said, RSA).split(".")
    return ".".join((head, _part(said | {"groups": ["Drift"]}), signature))


def _part(given: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(given).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("forge", [unsigned, by_the_public_key, by_another, by_its_own_key, altered, lambda said: "x"])
def test_a_forged_token_is_not_believed(place: Place, forge: Callable[[dict[str, Any]], str]) -> None:
    place.by.forge = forge
    _refused(place, 502, "inte att lita på")


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"exp": None},
        {"exp": float("nan")},
        {"exp": "2099"},
        {"iat": 4_000_000_000, "exp": 4_000_000_100},
        {"iat": 1},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"nonce": "another"},
        {"nonce": None},
        {"at_hash": "another"},
        {"at_hash": 5},
        {"sub": None},
        {"sub": ""},
        {"sub": 17},
        {"sub": "s" * 256},
    ],
    ids=lambda says: "-".join(f"{key}={str(value)[:12]}" for key, value in says.items()),
)
def test_a_token_that_says_something_wrong_is_not_believed(place: Place, says: dict[str, Any]) -> None:
    place.by.says = says
    _refused(place, 502, "inte att lita på")


def _refused(place: Place, status: int, word: str) -> None:
    answer = place.enter(client := place.browser())
    assert (answer.status_code, word in plain(answer.text)) == (status, True), plain(answer.text)
    assert "Traceback" not in answer.text and COOKIE not in client.cookies and place.known() == ()


@pytest.mark.parametrize("says", [{"exp": -60}, {"iat": 60}, {"iat": -500}])
def test_clocks_may_differ_a_little(place: Place, says: dict[str, int]) -> None:
    now = int(place.clock().timestamp())
    place.by.says = {key: now + value for key, value in says.items()}
    assert place.enter().status_code == 200


@pytest.mark.parametrize("says", [{"aud": [CLIENT]}, {"azp": CLIENT}, {"at_hash": None}])
def test_what_may_be_said_otherwise(place: Place, says: dict[str, Any]) -> None:
    place.by.says = says
    assert place.enter().status_code == 200


def test_keys_may_change_at_any_time(place: Place) -> None:
    assert place.enter().status_code == 200
    place.by.keys = [OTHER_RSA]
    assert place.enter().status_code == 200
    place.by.keys, place.by.algorithm = [OTHER_RSA, EC], "ES256"
    assert place.enter().status_code == 200
    place.by.algorithm, place.by.keys = "PS256", [EC, OTHER_RSA]
    assert place.enter().status_code == 200
    before = len([url for url in place.by.asked if url.endswith("/jwks")])
    assert place.enter().status_code == 200
    assert len([url for url in place.by.asked if url.endswith("/jwks")]) == before == 3
    place.by.header = {"kid": "never published"}
    assert place.enter().status_code == 502


def test_a_key_without_a_name_must_be_the_only_one_of_its_kind(place: Place) -> None:
    place.by.header = {"kid": None}
    assert place.enter().status_code == 502  # a name that is no text
    place.by.header = {}
    place.by.forge = lambda said: jwt.encode({"alg": "RS256"}, said, RSA)
    assert place.enter().status_code == 200
    place.by.keys = [OTHER_RSA, RSA]
    place.clock.forward(hours=2)
    assert place.enter().status_code == 502


def test_a_key_that_is_too_small_is_none(place: Place) -> None:
    small = RSAKey.generate_key(1024, {"kid": "small"})
    place.by.keys = [small]
    assert place.enter().status_code == 503


DESCRIPTION, JWKS, TOKEN = "/.well-known/openid-configuration", "/jwks", "/token"


@pytest.mark.parametrize(
    ("path", "wrong", "status"),
    [
        *((path, refusing(500, "<h1>Traceback</h1>"), 502) for path in (DESCRIPTION, JWKS, TOKEN)),
        *((path, refusing(200, "<html>"), 502) for path in (DESCRIPTION, JWKS, TOKEN)),
        *((path, refusing(200, "[1]"), 502) for path in (DESCRIPTION, JWKS, TOKEN)),
        *((path, refusing(302, "", Location="https://evil.example/x"), 502) for path in (DESCRIPTION, JWKS, TOKEN)),
        *((path, slow, 504) for path in (DESCRIPTION, JWKS, TOKEN)),
        (DESCRIPTION, refusing(200, "x" * 1_100_000), 502),
        (JWKS, refusing(200, '{"keys": []}'), 503),
        (JWKS, refusing(200, '{"keys": 5}'), 503),
        (TOKEN, refusing(400, '{"error": "invalid_grant"}'), 400),
        (TOKEN, refusing(401, '{"error": "invalid_client"}'), 503),
        (TOKEN, refusing(400, '{"error": ["x"]}'), 502),
        (TOKEN, refusing(200, '{"access_token": "x"}'), 502),
        (TOKEN, refusing(200, '{"id_token": 5}'), 502),
    ],
)
def test_trouble_at_the_provider_is_told_in_words(
    place: Place, monkeypatch: pytest.MonkeyPatch, path: str, wrong: Break, status: int
) -> None:
    monkeypatch.setattr(door, "SECONDS", 0.3 if wrong is slow else 5)
    place.by.breaks[path] = wrong
    client = place.browser()
    off = client.get(f"{place.address}/logga-in/oidc")
    if off.status_code == 303:
        off = client.get(client.get(off.headers["location"]).headers["location"])
    said = plain(off.text)
    assert off.status_code == status and "Till inloggningen" in said
    assert not re.search(r"Traceback|evil|invalid_|Error", off.text) and COOKIE not in client.cookies
    place.by.breaks.clear()
    assert place.enter(client).status_code == 200


def test_a_provider_that_is_gone(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    place.by.describes = {"token_endpoint": f"http://127.0.0.1:{port}/token"}
    _refused(place, 502, "svarar inte som den ska")


@pytest.mark.parametrize(
    "describes",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://smaby.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": ["https://smaby.example"]},
        {"jwks_uri": "https://user:x@smaby.example/"},
        {"end_session_endpoint": "http://evil.example/"},
    ],
    ids=str,
)
def test_a_description_that_cannot_be_used(place: Place, describes: dict[str, Any]) -> None:
    place.by.describes = describes
    answer = place.browser().get(f"{place.address}/logga-in/oidc")
    assert answer.status_code == 503 and "inte färdiginställd" in plain(answer.text)


def test_a_secret_that_is_missing_or_wrong(place: Place) -> None:
    environment = place.app.environment
    assert isinstance(environment, dict)
    environment[OIDC_SECRET] = "fel"
    _refused(place, 503, "inte färdiginställd")
    del environment[OIDC_SECRET]
    assert place.browser().get(f"{place.address}/logga-in/oidc").status_code == 503


def test_a_provider_that_wants_the_secret_in_the_form(place: Place) -> None:
    place.by.describes = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert place.enter().status_code == 200


def test_an_answer_comes_back_once_and_to_its_own_browser(place: Place) -> None:
    client = place.browser()
    back = place.back(client)
    begun = client.cookies[BEGUN]
    assert place.browser().get(back).status_code == 400  # another browser
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    client.cookies.set(BEGUN, begun, domain="127.0.0.1", path="/")
    assert client.get(back).status_code == 200
    again = place.browser()
    again.cookies.set(BEGUN, begun, domain="127.0.0.1", path="/")
    replayed = again.get(back)
    assert replayed.status_code == 400 and "redan använts" in plain(replayed.text) and COOKIE not in again.cookies
    with place.app.engine.begin() as opened:
        assert _forgotten(opened, place) >= 0
    forged = place.browser()
    forged.cookies.set(BEGUN, begun[:-2] + "AA", domain="127.0.0.1", path="/")
    assert forged.get(place.back(place.browser())).status_code == 400


def test_who_takes_too_long_begins_anew(place: Place) -> None:
    client = place.browser()
    back = place.back(client)
    place.clock.forward(minutes=16)
    answer = client.get(back)
    assert answer.status_code == 400 and "tog för lång tid" in plain(answer.text)


def test_a_used_state_is_remembered_as_long_as_it_could_be_used(place: Place) -> None:
    place.enter()
    with place.app.engine.begin() as opened:
        assert _forgotten(opened, place) == 0
    place.clock.forward(minutes=16)
    with place.app.engine.begin() as opened:
        assert _forgotten(opened, place) == 1


@pytest.mark.parametrize(("error", "status"), [("access_denied", 403), ("server_error", 502), ("<b>x</b>", 502)])
def test_who_says_no_is_told_so(place: Place, error: str, status: int) -> None:
    place.by.declines = error
    answer = place.enter(client := place.browser())
    assert answer.status_code == status and "<b>" not in answer.text and COOKIE not in client.cookies


def test_an_answer_that_names_another_issuer_is_refused(place: Place) -> None:
    place.by.names_itself = True
    client = place.browser()
    back = place.back(client)
    assert client.get(re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back)).status_code == 502
    back = place.back(client)
    assert client.get(re.sub(r"&iss=[^&]+", "", back)).status_code == 502
    assert place.enter(client).status_code == 200


def test_tries_are_limited(place: Place) -> None:
    client = place.browser()
    place.by.breaks[TOKEN] = refusing(400, '{"error": "invalid_grant"}')
    with place.app.engine.begin() as opened:
        key = hashlib.sha256(b"oidc\x00127.0.0.1").hexdigest()
        logins.note_tries(opened, [key] * 99, place.clock())
    assert [place.enter(client).status_code for _ in range(2)] == [400, 429]
    place.by.breaks.clear()
    place.clock.forward(minutes=16)
    assert place.enter(client).status_code == 200


@pytest.mark.parametrize("till", ["//evil.example", "/\\evil.example", "https://evil.example", "/%2f%2fevil.example"])
def test_it_leads_to_no_other_site(place: Place, till: str) -> None:
    inside = place.enter(place.browser(), till)
    assert 'content="0;url=/"' in inside.text and "evil" not in inside.text


def test_logging_out_offers_to_log_out_there_too(place: Place) -> None:
    place.enter(client := place.browser())
    csrf = re.findall(r'name="csrf" value="([^"]+)"', client.get(f"{place.address}/konto").text)[0]
    left = client.post(f"{place.address}/logga-ut", data={"csrf": csrf}, follow_redirects=True)
    assert left.status_code == 200 and "Du är utloggad" in left.text
    assert client.get(f"{place.address}/konto").status_code == 303
    (further,) = re.findall(r'href="([^"]+/leave[^"]*)"', left.text)
    query = parse_qs(urlsplit(further.replace("&amp;", "&")).query)
    assert query == {"client_id": [CLIENT], "post_logout_redirect_uri": [f"{place.address}/logga-in"]}


def test_logging_out_where_the_provider_offers_none(place: Place) -> None:
    place.by.describes = {"end_session_endpoint": None}
    assert "Du är utloggad" in (said := place.browser().get(f"{place.address}/logga-in/ut").text)
    assert "/leave" not in said


def test_a_private_provider_is_asked_only_where_that_is_allowed(place: Place) -> None:
    assert door.ask(f"{place.by.issuer}{DESCRIPTION}", private=True).status == 200
    with pytest.raises(login.Refused) as refused:
        door.ask(f"{place.by.issuer}{DESCRIPTION}", private=False)
    assert refused.value.reason == "down"


def test_without_it_there_is_nothing_there(app: App) -> None:
    client = seed.browser(app)
    for path in ("/logga-in/oidc", "/logga-in/oidc/svar", "/logga-in/ut"):
        assert client.get(path).status_code == 404
    assert "kommunens inloggning" not in client.get("/logga-in").text


def _forgotten(opened: Connection, place: Place) -> int:
    """How many used states the night takes away."""
    rules = forgetting.plain_rules(moments(place.app.config, place.clock()))
    return sum(forgetting.carried_out(opened, rule) for rule in rules if rule.table is login_state)
