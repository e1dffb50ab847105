"""Letting in by password, and by a code from an app where the account asks for one.

Who is unknown takes as long to refuse as who is known, and is refused in the same words.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from pipelines.store import accounts, logins
from pipelines.store.accounts import Account

if TYPE_CHECKING:
    from pipelines.bootstrap import App

HASHER = PasswordHasher()
"""argon2id with RFC 9106's second recommended setting: 64 MiB, three passes."""
LEAST, MOST = 12, 128
"""Characters of a password."""
DIFFERENT = 5
"""Characters in it that differ: "aaaaaaaaaaaa" is long, too."""
WINDOW = timedelta(minutes=15)
LIMITS = {"both": 5, "account": 50, "address": 100}
"""Tries in WINDOW: at one account from one address; at one account, by many; from one address, at many, behind which a
whole town hall may sit."""
DRIFT = 1
"""Steps of thirty seconds by which a phone's clock may be off."""

Refusal = Literal["wrong", "wait"]
Problem = Literal["short", "long", "simple", "name"]


def problem(password: str, account: Account) -> Problem | None:
    """What is wrong with a password that someone has chosen."""
    folded = password.casefold()
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    if len(set(folded)) < DIFFERENT:
        return "simple"
    own = (account.name, account.email or "", (account.email or "").partition("@")[0])
    return "name" if any(len(name) > 3 and name.casefold() in folded for name in own) else None


def hashed(password: str) -> str:
    """What is stored of a password."""
    return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password; without a stored one it takes as long to say no."""
    try:
        return HASHER.verify(stored or _nobodys(), password[:MOST]) and stored is not None
    except VerificationError:
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")


def secret(app: App, totp: str) -> str:
    """What an app makes codes of: derived with a key that lies outside the database, so that its thief has no codes."""
    return b32encode(hmac.new(app.link_key, b"totp" + totp.encode(), hashlib.sha256).digest()[:20]).decode()


def step_of(app: App, totp: str, code: str, now: datetime) -> int | None:
    """The step of time whose code it is; None for a wrong one."""
    made = pyotp.TOTP(secret(app, totp))
    present = made.timecode(now)
    given = "".join(code.split()).encode()
    right = [at for at in range(present - DRIFT, present + DRIFT + 1) if _same(made.generate_otp(at), given)]
    return right[-1] if right else None


def _same(one: str, other: bytes) -> bool:
    return hmac.compare_digest(one.encode(), other)


def confirms(app: App, name: str, password: str) -> bool:
    """Whether someone who is logged in knows the password too; guessing is limited as at the door."""
    key, now = _key("confirm", name), app.clock()
    with app.engine.begin() as connection:
        if logins.failures(connection, key, now - WINDOW) >= LIMITS["both"]:
            return False
        logins.note_tries(connection, [key], now)
        known = accounts.credentials(connection, name)
    right = matches(known.password if known else None, password)
    if right:
        with app.engine.begin() as connection:
            logins.forgive(connection, key)
    return right


def by_password(app: App, login: str, password: str, code: str, address: str) -> Account | Refusal:
    """The account that is let in. address: where the request came from; empty where nobody knows."""
    now, login = app.clock(), login.strip()
    both = _key("both", login.casefold(), address)
    keys = {"both": both, "account": _key("account", login.casefold()), "address": _key("address", address)}
    with app.engine.begin() as connection:
        if any(logins.failures(connection, key, now - WINDOW) >= LIMITS[name] for name, key in keys.items()):
            return "wait"
        logins.note_tries(connection, tuple(keys.values()), now)
        known = accounts.credentials(connection, login)
    right = matches(known.password if known else None, password)
    if known is None or not right:
        return "wrong"
    with app.engine.begin() as connection:
        if known.totp is not None:
            step = step_of(app, known.totp, code, now)
            if step is None or not accounts.use_step(connection, known.account.name, step):
                return "wrong"
        logins.forgive(connection, both)
    return known.account


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
