"""The provider as it describes itself: where it is asked, and the keys it signs with. Remembered for an hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote_plus

from joserfc.jwk import Key

from pipelines.config.schema import Oidc
from pipelines.oidc import Refused
from pipelines.oidc.door import Answer, ask
from pipelines.oidc.token import public_keys

REMEMBERED = timedelta(hours=1)
WELL_KNOWN = "/.well-known/openid-configuration"
OK = 200


@dataclass(frozen=True, slots=True)
class Description:
    """What the provider says of itself."""

    authorize: str
    token: str
    jwks: str
    leave: str | None
    """Where someone logs out, where that is offered."""
    basic: bool
    """Whether it takes the client's secret in a header; else it comes in the form."""
    names_itself: bool
    """Whether its answers say who it is (RFC 9207)."""


class Provider:
    """One of it for all requests, in all threads."""

    def __init__(self, oidc: Oidc, secret: Callable[[], str | None], clock: Callable[[], datetime]) -> None:
        """secret: looked up when it is needed, so that a file that was changed is read anew."""
        self.oidc = oidc
        self._secret = secret
        self._clock = clock
        self._lock = Lock()
        self._described: tuple[datetime, Description] | None = None
        self._keys: tuple[datetime, tuple[Key, ...]] | None = None

    def described(self) -> Description:
        """Raises Refused."""
        with self._lock:
            known = self._described
        if known is None or self._clock() - known[0] >= REMEMBERED:
            known = (self._clock(), self._read(self._asked(self.oidc.issuer.rstrip("/") + WELL_KNOWN)))
            with self._lock:
                self._described = known
        return known[1]

    def keys(self, *, anew: bool = False) -> tuple[Key, ...]:
        """What it signs with; asked for `anew` where a token names another. Raises Refused."""
        with self._lock:
            known = self._keys
        if anew or known is None or self._clock() - known[0] >= REMEMBERED:
            found = public_keys(self._asked(self.described().jwks))
            if not found:
                raise Refused("setup", "the provider's set has no key that signs")
            known = (self._clock(), found)
            with self._lock:
                self._keys = known
        return known[1]

    def has_secret(self) -> bool:
        """Whether we can say who we are."""
        return bool(self._secret())

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
        """The answer with the tokens. Raises Refused."""
        secret, place = self._secret(), self.described()
        if not secret:
            raise Refused("setup", "no client secret is set")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        form["code_verifier"] = verifier
        basic = None
        if place.basic:  # RFC 6749, 2.3.1: encoded as in a form, before the header's own encoding
            basic = (quote_plus(self.oidc.client_id), quote_plus(secret))
        else:
            form |= {"client_id": self.oidc.client_id, "client_secret": secret}
        answer = ask(place.token, form, basic, private=self.oidc.allow_private)
        if answer.status == OK and answer.said:
            return answer.said
        raise _meaning(answer)

    def _asked(self, url: str) -> Mapping[str, Any]:
        answer = ask(url, private=self.oidc.allow_private)
        if answer.status != OK or not answer.said:
            raise Refused("down", f"the answer was {answer.status}" if answer.status != OK else "the answer is no JSON")
        return answer.said

    def _read(self, said: Mapping[str, Any]) -> Description:
        if said.get("issuer") != self.oidc.issuer:
            raise Refused("setup", "the provider gives itself another issuer than the configuration")
        places = {
            name: said.get(name)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
        }
        for name, url in places.items():
            optional = name == "end_session_endpoint" and url is None
            if not optional and not (isinstance(url, str) and self.oidc.usable(url)):
                raise Refused("setup", f"the provider's {name} is missing, or is no https address")
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        authorize, token, jwks, leave = places.values()
        return Description(
            authorize=str(authorize),
            token=str(token),
            jwks=str(jwks),
            leave=leave,
            basic=isinstance(methods, list) and "client_secret_basic" in methods,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )


def _meaning(answer: Answer) -> Refused:
    """Of a refusal at the provider's token endpoint (RFC 6749, 5.2)."""
    match answer.said.get("error"):
        case "invalid_grant":
            return Refused("expired", "the code was refused")
        case "invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope":
            return Refused("setup", "the provider refuses our client id or secret")
        case _:
            return Refused("down", f"the answer to the code was {answer.status}")
