"""What an ID token says, if it is to be believed (OpenID Connect Core 1.0, 3.1.3.7). Pure: keys and time are arguments.

The key decides what sort of signature there may be, never the token: only public keys are taken out of the provider's
set, and only algorithms that use them are known, so that neither `none` nor an HMAC under a public key passes.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import CompactSignature, JWSRegistry

from pipelines.oidc import Refused

KINDS: dict[str, type[RSAKey] | type[ECKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey}
"""By the beginning of an algorithm's name, the keys that it uses."""
ALGORITHMS = tuple(f"{kind}{bits}" for kind in KINDS for bits in (256, 384, 512))
LEAST_RSA_BITS = 2048
LEEWAY_SECONDS = 120
"""By which the provider's clock and ours may differ."""
OLDEST_SECONDS = 600
"""Since it was issued: it comes straight from the provider."""
MOST = 255
"""Characters of a subject, by the specification."""


class UnknownKeyError(Exception):
    """The token names a key that is not among those given; the provider may have changed keys."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None
    """The one that came along: the token may hold its hash."""


def public_keys(said: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys of a provider's set that signatures may be tried with; what is not understood is left out."""
    rows = said.get("keys")
    return tuple(key for row in (rows if isinstance(rows, list) else ()) if (key := _public_key(row)) is not None)


def _public_key(row: object) -> Key | None:
    if not isinstance(row, dict) or row.get("use", "sig") != "sig":
        return None
    for kind in (RSAKey, ECKey):
        if row.get("kty") == kind.key_type:
            try:
                key = kind.import_key({name: row[name] for name in row if name != "key_ops"})
                weak = isinstance(key, RSAKey) and key.public_key.key_size < LEAST_RSA_BITS
            except (JoseError, ValueError, TypeError, KeyError):
                return None
            return None if weak else key
    return None


def claims(token: str, keys: Sequence[Key], expected: Expected, now: datetime) -> Mapping[str, Any]:
    """What the token says. Raises UnknownKeyError, and Refused("forged") for one that is not to be believed."""
    algorithm = ""

    def find(signature: CompactSignature) -> Key:
        nonlocal algorithm
        headers = signature.headers()
        algorithm = str(headers.get("alg"))
        if algorithm not in ALGORITHMS:
            raise Refused("forged", "signed in a way that is not allowed")
        named = headers.get("kid")
        fitting = [key for key in keys if isinstance(key, KINDS[algorithm[:2]]) and named in (None, key.kid)]
        if len(fitting) != 1:
            raise UnknownKeyError
        return fitting[0]

    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        said = jwt.decode(token, find, registry=registry).claims  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": expected.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": expected.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True},
        ).validate(said)
    except (JoseError, ValueError, TypeError) as error:
        raise Refused("forged", f"the token fails: {type(error).__name__}") from error
    for fails, why in _further(said, expected, algorithm, now):
        if fails:
            raise Refused("forged", why)
    return said


def _further(said: Mapping[str, Any], expected: Expected, algorithm: str, now: datetime) -> Sequence[tuple[bool, str]]:
    """What the library does not look at: each with whether it fails."""
    audience = [said["aud"]] if isinstance(said["aud"], str) else said["aud"]
    digest = said.get("at_hash")
    return (
        (said["iss"] != expected.issuer, "another issuer"),
        (audience != [expected.client_id], "it is for others too"),
        (said.get("azp", expected.client_id) != expected.client_id, "it was made for another"),
        (not _same(said["nonce"], expected.nonce), "another nonce"),
        (said["iat"] < now.timestamp() - OLDEST_SECONDS - LEEWAY_SECONDS, "issued long ago"),
        (not 0 < len(said["sub"]) <= MOST, "no subject"),
        (
            digest is not None
            and not (expected.access_token and _same(digest, half_hash(expected.access_token, algorithm))),
            "not of the access token that came along",
        ),
    )


def half_hash(access_token: str, algorithm: str) -> str:
    """at_hash: the left half of the token's hash, by the bits in the algorithm's name."""
    digest = hashlib.new(f"sha{algorithm[-3:]}", access_token.encode("ascii", "replace")).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
