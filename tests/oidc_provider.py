"""A provider of OpenID Connect that works: real keys, real HTTP on loopback, PKCE checked, codes good once.

What it does wrong is asked of it: `breaks` by path, `says` and `header` for the token, `forge` for the whole of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import socket
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pipelines.oidc.token import half_hash
from tests.builders import Clock

CLIENT, SECRET = "mediebevakning", "en påhittad hemlighet & mer"
RSA = RSAKey.generate_key(2048, {"use": "sig", "kid": "rsa-1", "alg": "RS256"})
OTHER_RSA = RSAKey.generate_key(2048, {"use": "sig", "kid": "rsa-2"})
EC = ECKey.generate_key("P-256", {"use": "sig", "kid": "ec-1"})
Break = Callable[[Request], Response | None]


@dataclass
class Provider:
    clock: Clock
    issuer: str = ""
    keys: list[Key] = field(default_factory=lambda: [RSA])
    """Those it publishes; it signs with the last."""
    algorithm: str = "RS256"
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "s-1", "preferred_username": "alva.ek", "groups": ["Kommunikation"]}
    )
    says: dict[str, Any] = field(default_factory=dict)
    """Claims in place of the right ones; None leaves one out."""
    header: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str] | None = None
    describes: dict[str, Any] = field(default_factory=dict)
    breaks: dict[str, Break] = field(default_factory=dict)
    declines: str = ""
    names_itself: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Every address that was asked for, with its query."""

    def application(self) -> Starlette:
        routes = {
            "/.well-known/openid-configuration": (self.describe, "GET"),
            "/jwks": (self.publish, "GET"),
            "/authorize": (self.authorize, "GET"),
            "/token": (self.redeem, "POST"),
        }
        return Starlette(
            routes=[Route(path, self._maybe(path, do), methods=[how]) for path, (do, how) in routes.items()]
        )

    def _maybe(self, path: str, do: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self.asked.append(str(request.url))
            if (wrong := self.breaks.get(path)) and (given := wrong(request)):
                return given
            if path in self.breaks:  # slow
                await asyncio.sleep(5)
            made: Response = await do(request)
            return made

        return answer

    async def describe(self, _: Request) -> Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=smaby",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/leave",
            "authorization_response_iss_parameter_supported": self.names_itself,
        }
        return JSONResponse({key: value for key, value in (said | self.describes).items() if value is not None})

    async def publish(self, _: Request) -> Response:
        strange = [
            {"kty": "OKP-new", "kid": "x"},
            {"kty": "RSA"},
            "nothing",
            RSA.as_dict(private=False) | {"use": "enc"},
        ]
        return JSONResponse({"keys": [*strange, *(key.as_dict(private=False) for key in self.keys)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["tenant"] == "smaby" and asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        back = {"state": asked["state"]} | ({"iss": self.issuer} if self.names_itself else {})
        if self.declines:
            back |= {"error": self.declines, "error_description": "<b>nej</b>"}
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def redeem(self, request: Request) -> Response:
        form = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        client = (form.get("client_id"), form.get("client_secret"))
        if kept := request.headers.get("authorization", "").removeprefix("Basic "):
            client = tuple(unquote_plus(part) for part in b64decode(kept).decode().split(":", 1))  # type: ignore[assignment]
        if client != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        begun = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun is None or challenge != begun["code_challenge"] or form["redirect_uri"] != begun["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        return JSONResponse({"access_token": access, "token_type": "Bearer", "id_token": self.token(begun, access)})

    def token(self, begun: dict[str, str], access: str) -> str:
        now = int(self.clock().timestamp())
        right = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": begun["nonce"]}
        right["at_hash"] = half_hash(access, self.algorithm)
        said = {key: value for key, value in (right | self.person | self.says).items() if value is not None}
        if self.forge:
            return self.forge(said)
        header = {"alg": self.algorithm, "kid": self.keys[-1].kid} | self.header
        return jwt.encode(header, said, self.keys[-1], algorithms=[self.algorithm])


def refusing(status: int, body: str = "", kind: str = "application/json", **headers: str) -> Break:
    return lambda request: PlainTextResponse(body, status, headers, kind)


def slow(_: Request) -> None:
    """Answers, but long after anyone waits."""


@contextmanager
def served(application: Any, listening: socket.socket) -> Iterator[None]:
    """The application over real HTTP, in a thread."""
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)


@contextmanager
def provider(clock: Clock, host: str = "127.0.0.1") -> Iterator[Provider]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Provider(clock, f"http://{host}:{listening.getsockname()[1]}")
        with served(made.application(), listening):
            yield made
