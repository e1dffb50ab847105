"""Logging in by the municipality's own login: OpenID Connect's code flow with PKCE.

`door` asks the provider, `provider` remembers what it said of itself, `token` decides what is to be believed, `flow` is
the login from its first address to an account.
"""

from __future__ import annotations

from typing import Literal

Reason = Literal["setup", "down", "slow", "stale", "declined", "expired", "forged", "group", "many", "closed", "wait"]
"""Why nobody was let in.

setup: our settings and the provider's do not fit; down, slow: it gave no usable answer; stale: not begun in this
browser, too long ago, or come back before; declined: the person, or the provider for them, said no; expired: the
code is no longer good; forged: the token is not to be believed; group: none that gives a role; many: more groups
than the token holds; closed: the account is; wait: too many tries."""


class Refused(Exception):
    """Nobody is let in. `detail` is for the operator's log: our own words, never the provider's and never a secret."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
