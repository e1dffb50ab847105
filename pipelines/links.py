"""Links that carry their own authority: signed, expiring, good for one purpose. Pure; the key is an argument.

    token = base64url(JSON [expires, part, …]) "." base64url(first 16 bytes of HMAC-SHA256(key, purpose NUL body))

The purpose is signed and not written: a token made for another is simply not signed. Whether it has been used is for
the caller to remember, by `fingerprint`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

LONGEST = 1_000
"""Characters that a token of ours in a mail stays under."""
SIGNATURE_BYTES = 16
"""128 bits: nobody guesses them, and a mail with many links stays small."""
Refused = Literal["forged", "expired"]


def seal(key: bytes, purpose: str, parts: Sequence[str], expires: datetime) -> str:
    """A token that says `parts`, until `expires` (whole seconds)."""
    said = json.dumps([int(expires.timestamp()), *parts], ensure_ascii=False, separators=(",", ":"))
    body = _text(said.encode("utf-8", "surrogatepass"))
    return f"{body}.{_signature(key, purpose, body)}"


def unseal(key: bytes, purpose: str, token: str, now: datetime, longest: int = LONGEST) -> tuple[str, ...] | Refused:
    """What a token of ours says; "expired" only for one that is really ours, so that a forger learns nothing."""
    if len(token) > longest:
        return "forged"
    body, _, signature = token.partition(".")
    # the texts are compared, not the bytes they stand for: base64 has several spellings of one value
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(key, purpose, body).encode()):
        return "forged"
    expires, *parts = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode("utf-8", "surrogatepass"))
    return tuple(parts) if now < datetime.fromtimestamp(expires, UTC) else "expired"


def fingerprint(token: str) -> str:
    """What is stored of a used token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _signature(key: bytes, purpose: str, body: str) -> str:
    signed = f"{purpose}\0{body}".encode("utf-8", "replace")
    return _text(hmac.new(key, signed, hashlib.sha256).digest()[:SIGNATURE_BYTES])


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
