"""What holds of every request before it is read: JSON is wanted, JSON is sent, and not too much of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from dashboards.api.problems import Problem

PREFIX = "/api/v1"
JSON = "application/json"
LARGEST = 16_384
"""Bytes of a body: the largest that means anything is a note of 200 characters."""


def routes(tag: str) -> APIRouter:
    """A router for what the document gathers under `tag`."""
    return APIRouter(
        prefix=PREFIX, route_class=ApiRoute, tags=[tag], generate_unique_id_function=lambda route: route.name
    )


class ApiRoute(APIRoute):
    """A route whose requests are looked at before anything is made of them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def looked_at(request: Request) -> Response:
            if not accepts(request.headers.get("accept", "")):
                raise Problem("accept")
            if self.body_field is not None:
                request = await _bounded(request)
            return await handle(request)

        return looked_at


def accepts(header: str) -> bool:
    """Whether an Accept lets JSON through: the most exact of its ranges decides (RFC 9110, 12.5.1)."""
    ranges: dict[str, float] = {}
    for part in header.split(","):
        asked = Message()
        asked["content-type"] = part.strip() or "*/*"
        try:
            weight = float(str(asked.get_param("q", "1")))
        except ValueError:
            weight = 1.0
        ranges[part.partition(";")[0].strip().lower() or "*/*"] = weight
    for name in (JSON, "application/*", "*/*"):
        if name in ranges:
            return ranges[name] > 0
    return False


async def _bounded(request: Request) -> Request:
    """The request with its body read, if it is one that we take."""
    sent = Message()
    sent["content-type"] = request.headers.get("content-type", "")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Problem("large", given={"most": LARGEST})
    if body and (sent.get_content_type() != JSON or request.headers.get("content-encoding", "identity") != "identity"):
        raise Problem("media")
    whole = bytes(body)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": whole, "more_body": False}

    return Request(request.scope, receive)
