"""What was read, as an ETag, and whether it still is: so that of two who change one thing the second is told."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel
from pydantic.json_schema import SkipJsonSchema

from dashboards.api.problems import Problem
from dashboards.api.route import JSON

IfMatch = Annotated[
    str | SkipJsonSchema[None],
    Header(max_length=512, description="ETag från svaret som ändringen bygger på.", examples=['"3f1a"']),
]


def tag(answer: BaseModel) -> str:
    """Of all that the answer says."""
    return f'"{hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]}"'


def tagged(request: Request, answer: BaseModel) -> Response:
    """The answer with its tag; 304 to who has it already."""
    etag = tag(answer)
    headers = {"ETag": etag, "Vary": "Authorization"}  # and no-store, as all: what is flagged lies in no cache
    if etag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(answer.model_dump_json(by_alias=True), headers=headers, media_type=JSON)


def expect(given: str | None, answer: BaseModel) -> None:
    """Refuse a change that was not made of what is there now."""
    if given is None:
        raise Problem("unconditional")
    if given.strip() != "*" and tag(answer) not in _tags(given):
        raise Problem("meanwhile", headers={"ETag": tag(answer)})


def _tags(header: str) -> list[str]:
    return [part.strip() for part in header.split(",")]
