"""Whose key it is, what it may do, and how often. What its account may see is looked up anew at each request."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from dashboards.access import notes
from dashboards.api.problems import Problem
from dashboards.auth import TOUCHED, Reading, World
from pipelines import accounts as rights
from pipelines.accounts import fingerprint
from pipelines.bootstrap import App
from pipelines.keys import is_key
from pipelines.roles import ROLES, Role, Task
from pipelines.store import accounts, keys
from pipelines.store.accounts import Account
from pipelines.store.keys import Key
from pipelines.store.views import Scope

MINUTE = timedelta(minutes=1)
BEARER = HTTPBearer(
    scheme_name="nyckel",
    description="En nyckel från sidan Nycklar för program. Den börjar med `mbv_` och skickas aldrig i adressen.",
    auto_error=False,
)
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


@dataclass(frozen=True, slots=True)
class Caller:
    """The person as whom a program asks."""

    account: Account
    role: Role
    scope: Scope
    key: Key


@dataclass
class Pace:
    """How often each key has asked in the present minute, as far as this process knows."""

    most: int
    began: datetime | None = None
    asked: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def wait(self, key: str, now: datetime) -> int:
        """Seconds that it must wait; 0 where it need not."""
        with self.lock:
            if self.began is None or not self.began <= now < self.began + MINUTE:
                self.began, self.asked = now, {}
            self.asked[key] = self.asked.get(key, 0) + 1
            left = (self.began + MINUTE - now).total_seconds()
            return math.ceil(left) if self.asked[key] > self.most else 0


def asking_for(task: Task | None) -> Callable[..., Caller]:
    """What a route depends on, with the use of the key as its security scope: None is for every role."""

    def caller(request: Request, app: World, opened: Reading, uses: SecurityScopes, given: Given) -> Caller:
        token, now = given.credentials if given else "", app.clock()
        key = keys.of_token(opened, fingerprint(token), now) if is_key(token) else None
        account = accounts.get(opened, key.account) if key else None
        role = ROLES.get(account.role) if account else None
        if key is None or account is None or role is None:
            raise Problem("unauthorized", headers=_challenge("invalid_token" if token else ""))
        pace: Pace = request.app.state.pace
        if wait := pace.wait(key.id, now):
            raise Problem("often", headers={"Retry-After": str(wait)}, given={"most": pace.most})
        _touch(app, key, now)
        if lacking := [use for use in uses.scopes if use not in key.uses]:
            raise Problem("use", headers=_challenge("insufficient_scope", lacking[0]))
        if task is not None and task not in role.tasks:
            raise Problem("role")
        kept = notes(request)
        kept.by(account.name, account.role)
        return Caller(account, role, replace(rights.scope(account, app.config, opened), seen=kept.saw), key)

    return caller


Anyone = Annotated[Caller, Security(asking_for(None), scopes=["read"])]
Reader = Annotated[Caller, Security(asking_for("posts"), scopes=["read"])]
Decider = Annotated[Caller, Security(asking_for("posts"), scopes=["cases"])]
Corrector = Annotated[Caller, Security(asking_for("posts"), scopes=["corrections"])]
Watcher = Annotated[Caller, Security(asking_for("sources"), scopes=["read"])]
Keeper = Annotated[Caller, Security(asking_for("settings"), scopes=["read"])]


def _touch(app: App, key: Key, now: datetime) -> None:
    if key.used_at is None or now - key.used_at >= TOUCHED:
        with app.engine.begin() as connection:
            keys.touch(connection, key.id, now)


def _challenge(error: str, scope: str = "") -> dict[str, str]:
    """By RFC 6750, section 3."""
    parts = ['Bearer realm="mediebevakning"', *([f'error="{error}"'] if error else [])]
    return {"WWW-Authenticate": ", ".join((*parts, *([f'scope="{scope}"'] if scope else [])))}
