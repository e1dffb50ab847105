"""Keys: what they look like, and the page on which people make and withdraw their own."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from pipelines import login
from pipelines.bootstrap import App
from pipelines.housekeeping import phase as housekeeping
from pipelines.keys import KEY, SIGNS, is_key, new_key
from pipelines.store import accounts, keys
from pipelines.store.engine import reading
from tests.builders import NOW
from tests.dashboards.seed import logged_in

LIST = "/konto/nycklar"
CHIEF, ADMINISTRATOR = "kommunikationschef ()", "administrator ()"
SCANNED = re.compile(r"\bmbv_[0-9A-Za-z]{49}\b")
"""As the handbook gives it to those who look for secrets."""


@given(at=st.integers(4, 52), sign=st.sampled_from(SIGNS))
def test_a_key_is_found_where_it_lies_and_is_none_with_one_sign_changed(at: int, sign: str) -> None:
    key = new_key()
    assert SCANNED.findall(f"url='{key}'") == [key] and is_key(key) and KEY.fullmatch(key)
    changed = key[:at] + sign + key[at + 1 :]
    assert is_key(changed) == (changed == key)


def test_a_key_is_shown_once_and_only_its_hash_is_kept(app: App, chief: TestClient) -> None:
    page = _make(chief, namn=" Intranätets  <b>siffror</b> ", far="cases", dagar="30").text
    (key,) = SCANNED.findall(page)
    assert "Intranätets &lt;b&gt;siffror&lt;/b&gt;" in page and "fatta beslut i ärenden" in page
    assert key not in chief.get(LIST).text
    with app.engine.connect() as opened:
        stored = str(opened.execute(text("select * from api_key")).all())
    assert key not in stored and "Intranätets" in stored
    (one,) = _of(app, CHIEF)
    assert one.uses == ("read", "cases") and one.expires_at == NOW + timedelta(days=30) and one.used_at is None


def test_a_key_holds_for_ninety_days_and_reads_where_nothing_else_is_said(app: App, chief: TestClient) -> None:
    _make(chief, namn="x")
    (one,) = _of(app, CHIEF)
    assert one.uses == ("read",) and one.expires_at == NOW + timedelta(days=90)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"namn": " "}, 400),
        ({"namn": "a\u202eb"}, 400),
        ({"namn": "x" * 81}, 400),
        ({"namn": "x", "far": "allt"}, 400),
        ({"namn": "x", "dagar": "3650"}, 400),
        ({"namn": "x", "csrf": "nej"}, 403),
    ],
)
def test_what_the_form_does_not_offer_makes_no_key(
    app: App, chief: TestClient, form: dict[str, str], status: int
) -> None:
    assert _make(chief, **form).status_code == status
    assert _of(app, CHIEF) == ()


def test_who_has_a_password_is_asked_for_it(app: App, chief: TestClient) -> None:
    with app.engine.begin() as opened:
        session = opened.execute(text("select token_hash from session")).scalar_one()
        accounts.set_password(opened, CHIEF, login.hashed("fyra gröna äpplen"), session)
    assert _make(chief, namn="x", nuvarande="fem gröna äpplen").status_code == 400
    assert _of(app, CHIEF) == ()
    assert _make(chief, namn="x", nuvarande="fyra gröna äpplen").status_code == 200


def test_only_ones_own_keys_are_seen_and_withdrawn(app: App, chief: TestClient, head: TestClient) -> None:
    _make(chief, namn="Chefens nyckel")
    (one,) = _of(app, CHIEF)
    assert "Chefens nyckel" not in head.get(LIST).text
    path = f"{LIST}/{one.id}/bort"
    assert head.post(path, data={"csrf": _csrf(head)}).status_code == 404
    assert chief.post(path, data={"csrf": _csrf(chief)}).status_code == 303
    assert chief.post(path, data={"csrf": _csrf(chief)}).status_code == 404
    assert _of(app, CHIEF) == ()


def test_nobody_has_more_keys_than_they_can_look_over(app: App, chief: TestClient) -> None:
    with app.engine.begin() as opened:
        for number in range(keys.MOST):
            lasts = NOW + timedelta(days=1)
            assert keys.add(opened, CHIEF, "x", ("read",), f"hash{number}", NOW, lasts)
    answer = _make(chief, namn="En till")
    assert answer.status_code == 400 and f"redan {keys.MOST} nycklar" in answer.text
    assert not SCANNED.search(answer.text)


def test_keys_go_with_the_account_and_with_their_time(app: App, chief: TestClient) -> None:
    _make(chief, namn="x")
    logged_in(app, "administrator")
    with app.engine.begin() as opened:
        keys.add(opened, ADMINISTRATOR, "kort", ("read",), "hash", NOW - timedelta(days=9), NOW)
        accounts.disable(opened, CHIEF, NOW)
        accounts.add(opened, CHIEF, "kommunikationschef", (), NOW)
    assert _of(app, CHIEF) == ()
    assert len(_of(app, ADMINISTRATOR)) == 1
    housekeeping.run(app)
    assert _of(app, ADMINISTRATOR) == ()


def _make(client: TestClient, **form: str) -> Response:
    return client.post(LIST, data={"csrf": _csrf(client)} | form)


def _csrf(client: TestClient) -> str:
    return html.unescape(re.findall(r'name="csrf" value="([^"]+)"', client.get(LIST).text)[0])


def _of(app: App, account: str) -> tuple[keys.Key, ...]:
    with reading(app.engine) as opened:
        return keys.of_account(opened, account)
