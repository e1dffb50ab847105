"""The door to the provider: one question, one answer in JSON, guarded, within time and size. No redirect followed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from pipelines.collect import body
from pipelines.guard import GuardedTransport
from pipelines.oidc import Refused

SECONDS = 10.0
"""For one answer: someone stands waiting."""
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    said: Mapping[str, Any]
    """Empty where it is no JSON object."""


def ask(
    url: str,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    *,
    private: bool,
) -> Answer:
    """GET `url`, or POST the form to it. Raises Refused ("down", "slow") where nothing usable comes back."""
    return asyncio.run(_ask(url, form, basic, private=private))


async def _ask(url: str, form: Mapping[str, str] | None, basic: tuple[str, str] | None, *, private: bool) -> Answer:
    transport = GuardedTransport(private=private, connections=1)
    headers = {"accept": "application/json", "accept-encoding": body.ACCEPTED, "user-agent": "Mediebevakning"}
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(transport=transport, headers=headers, timeout=SECONDS, trust_env=False) as client,
            client.stream("GET" if form is None else "POST", url, data=dict(form or {}), auth=basic) as response,
        ):
            encoding = response.headers.get("content-encoding", "")
            read = await body.read(response.aiter_raw(), encoding, MAX_BYTES)
            return Answer(response.status_code, _object(read))
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Refused("slow", "no answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Refused("down", f"no answer: {type(error).__name__}") from error
    except (body.TooLarge, body.Unreadable) as error:
        raise Refused("down", "an answer too large or damaged") from error


def _object(read: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(read)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
