"""The login itself: off to the provider with a state that only this browser can bring back, and in by what it says.

Nothing is stored at the start: the browser keeps a sealed cookie, of which state, nonce and PKCE's verifier are made.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy import Connection

from pipelines import links
from pipelines.accounts import MAX_NAME, changes, fingerprint, new_token
from pipelines.config.load import secret
from pipelines.config.schema import Oidc
from pipelines.login import LIMITS, WINDOW
from pipelines.oidc import Refused
from pipelines.oidc.provider import Provider
from pipelines.oidc.token import Expected, UnknownKeyError, claims
from pipelines.settings import OIDC_SECRET
from pipelines.store import account_events, accounts, logins
from pipelines.store.account_events import Event
from pipelines.store.accounts import Account

if TYPE_CHECKING:
    from pipelines.bootstrap import App

LASTS = timedelta(minutes=15)
"""For logging in at the provider: with a code from the phone, and a new password."""
PURPOSE = "oidc"
BACK = "/logga-in/oidc/svar"
LONGEST_ONWARD = 500
"""Bytes: the cookie must hold it; who asked for a longer address begins at the first page."""
NAMES = ("preferred_username", "name", "email")
"""Claims that an account may be named by, the best first."""
DECLINED = frozenset(("access_denied", "login_required", "interaction_required", "consent_required"))


def provider(app: App) -> Provider | None:
    """Of the application's configuration; None where it has none."""
    if app.config.dashboard.oidc is None:
        return None
    return Provider(app.config.dashboard.oidc, lambda: secret(OIDC_SECRET, app.environment), app.clock)


def begin(app: App, by: Provider, onward: str) -> tuple[str, str]:
    """Where the browser goes, and the cookie that it must bring back. Raises Refused."""
    if not by.has_secret():
        raise Refused("setup", "no client secret is set")
    kept = new_token()
    asked = {
        "response_type": "code",
        "client_id": by.oidc.client_id,
        "redirect_uri": redirect_uri(app),
        "scope": " ".join(dict.fromkeys(("openid", *by.oidc.scopes))),
        "state": _derived(kept, "state"),
        "nonce": _derived(kept, "nonce"),
        "code_challenge": _text(hashlib.sha256(_derived(kept, "verifier").encode()).digest()),
        "code_challenge_method": "S256",
    }
    onward = onward if len(onward.encode()) <= LONGEST_ONWARD else "/"
    return _with(by.described().authorize, asked), links.seal(
        app.link_key, PURPOSE, (kept, onward), app.clock() + LASTS
    )


def finish(app: App, by: Provider, cookie: str, said: Mapping[str, str], address: str) -> tuple[Account, str]:
    """Whom the answer lets in, and where they wanted to go. said: the answer's query; address: where it came from.

    Raises Refused.
    """
    kept, onward = _begun(app, cookie, said.get("state", ""))
    names = said.get("iss")
    if names != by.oidc.issuer and (names is not None or by.described().names_itself):
        raise Refused("forged", "the answer names another issuer")
    if error := said.get("error"):
        raise Refused("declined" if error in DECLINED else "down", "the provider answered with an error")
    limit = hashlib.sha256(f"oidc\0{address}".encode()).hexdigest()
    with app.engine.begin() as connection:
        if logins.failures(connection, limit, app.clock() - WINDOW) >= LIMITS["address"]:
            raise Refused("wait")
        logins.note_tries(connection, [limit], app.clock())
    person = _person(app, by, said.get("code", ""), kept)
    with app.engine.begin() as connection:
        found = _account(connection, by.oidc, person, app.clock())
        if isinstance(found, Account):
            logins.forgive(connection, limit)
    if not isinstance(found, Account):
        raise found
    return found, onward


def leaving(app: App, by: Provider) -> str | None:
    """Where someone can log out of the municipality's login too; None where it is not offered, or does not answer."""
    try:
        place = by.described().leave
    except Refused:
        return None
    back = app.config.dashboard.base_url.rstrip("/") + "/logga-in"
    return place and _with(place, {"client_id": by.oidc.client_id, "post_logout_redirect_uri": back})


def redirect_uri(app: App) -> str:
    """Where the provider sends people back: it must be known there, letter by letter."""
    return app.config.dashboard.base_url.rstrip("/") + BACK


def _begun(app: App, cookie: str, state: str) -> tuple[str, str]:
    """What the cookie keeps, if this browser began the login that has come back, and for the first time."""
    opened = links.unseal(app.link_key, PURPOSE, cookie, app.clock())
    if isinstance(opened, str):
        raise Refused("stale", "no login was begun in this browser, or too long ago")
    kept, onward = opened
    if not hmac.compare_digest(state.encode("utf-8", "replace"), _derived(kept, "state").encode()):
        raise Refused("stale", "another state than the browser's own")
    with app.engine.begin() as connection:
        if not logins.use_state(connection, fingerprint(state), app.clock() + LASTS):
            raise Refused("stale", "the answer has come back before")
    return kept, onward


def _person(app: App, by: Provider, code: str, kept: str) -> Mapping[str, Any]:
    """What the provider's token says of the person."""
    if not code:
        raise Refused("down", "the answer has no code")
    answer = by.redeem(code, _derived(kept, "verifier"), redirect_uri(app))
    token, access = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str):
        raise Refused("down", "the answer has no ID token")
    expected = Expected(
        by.oidc.issuer, by.oidc.client_id, _derived(kept, "nonce"), access if isinstance(access, str) else None
    )
    try:
        return claims(token, by.keys(), expected, app.clock())
    except UnknownKeyError:
        try:
            return claims(token, by.keys(anew=True), expected, app.clock())
        except UnknownKeyError as error:
            raise Refused("forged", "signed with a key that the provider does not know") from error


def rights(oidc: Oidc, said: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """Role and units that the groups give: of the roles the first in the file, with the units of all groups that give
    it."""
    given = said.get(oidc.groups_claim)
    names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    having = [one for one in oidc.group if one.group in names]
    if not having:
        return None
    role = having[0].role
    return role, tuple(dict.fromkeys(unit for one in having if one.role == role for unit in one.units))


def _account(connection: Connection, oidc: Oidc, said: Mapping[str, Any], now: datetime) -> Account | Refused:
    """Whose it is, with the rights that the groups give today; made where there was none. A refusal is returned, not
    raised: what it has ended shall stay ended."""
    who = (oidc.issuer, str(said["sub"]))
    given, known = rights(oidc, said), accounts.bound_to(connection, who)
    if given is None:
        if known:
            accounts.end_sessions(connection, known.name)
        elsewhere = said.get("_claim_names")  # Entra ID, of someone with more groups than a token holds
        left_out = isinstance(elsewhere, dict) and oidc.groups_claim in elsewhere
        return Refused("many" if left_out or said.get("hasgroups") else "group", "no group that gives a role")
    if known is None:
        name = next(name for name in _names(said) if not accounts.is_taken(connection, name))
        if not accounts.bind(connection, name, who, *given, now):
            return Refused("stale", "two first logins at the very same time")
        account_events.add(connection, Event(name, now, "", "made", changes(None, *given)))
        return Account(name, *given, by_provider=True)
    if known.disabled_at is not None:
        return Refused("closed", "the account is closed")
    if (known.role, known.units) != given:
        accounts.add(connection, known.name, *given, now)
        account_events.add(connection, Event(known.name, now, "", "followed", changes(known, *given)))
    return Account(known.name, *given, by_provider=True)


def _names(said: Mapping[str, Any]) -> Iterator[str]:
    """What the account may be called, until one is free: a name is for reading, and is never what it is known by."""
    given = (said.get(name) for name in (*NAMES, "sub"))
    whole = next((name for name in (_plain(one) for one in given if isinstance(one, str)) if name), "namnlös")
    yield whole
    yield from (f"{whole} ({number})" for number in count(2))


def _plain(name: str) -> str:
    """On one line, without signs that cannot be seen; with room for a number."""
    seen = "".join(sign for sign in " ".join(name.split()) if not unicodedata.category(sign).startswith("C"))
    return " ".join(seen.split())[: MAX_NAME - 8].strip()


def _derived(kept: str, purpose: str) -> str:
    return _text(hmac.new(kept.encode(), purpose.encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _with(url: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query)))), fragment=""))
