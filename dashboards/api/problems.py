"""What went wrong, as a program can act on it and a person can read it: RFC 9457, in Swedish or English.

Nothing that was sent is repeated in it, and what one may not see answers in the very same words as what is not there.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from dashboards.language import SOURCE, chosen

MEDIA = "application/problem+json"
HELP = "/hjalp/api"
"""The first where nothing else is asked for."""
MOST_ERRORS = 20
FILLED = re.compile(r"{\w+}")
BY_STATUS = {400: "unreadable", 401: "unauthorized", 404: "missing", 405: "method"}
Kind = Literal[
    "unreadable", "query", "unauthorized", "use", "role", "missing", "method", "accept", "edited", "meanwhile",
    "large", "media", "invalid", "senseless", "unconditional", "often", "broken",
]  # fmt: skip


class Problem(Exception):
    """Cannot be done: why, with what belongs to it.

    given: fills in the sentence. members: stand in the answer beside it. wrong: (where, name, what) of single values.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        headers: Mapping[str, str] = {},
        given: Mapping[str, object] = {},
        members: Mapping[str, object] = {},
        wrong: Sequence[tuple[str, str, str, Mapping[str, object]]] = (),
    ) -> None:
        super().__init__(kind)
        self.kind, self.headers, self.given, self.members, self.wrong = kind, headers, given, members, wrong


def problem_of(error: Exception) -> Problem:
    """Of whatever was raised."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return Problem("unreadable")
        return Problem("invalid", wrong=list(_wrong(found[:MOST_ERRORS])))
    if isinstance(error, HTTPException) and error.status_code in BY_STATUS:
        return Problem(BY_STATUS[error.status_code], headers=error.headers or {})  # type: ignore[arg-type]
    return Problem("broken")


def answer(request: Request, error: Exception) -> Response:
    """The same, as an answer in the language asked for."""
    problem, language = problem_of(error), chosen("", request.headers.get("accept-language", ""), SOURCE)
    said = _texts()[problem.kind]
    title, detail = said[language]
    body = {
        "type": f"{_home(request)}{HELP}#{problem.kind}",
        "title": title,
        "status": said["status"],
        "detail": detail.format(**problem.given),
        **problem.members,
    }
    if problem.wrong:
        body["errors"] = [
            {"in": where, "name": name, "detail": _why(why, language).format(**given)}
            for where, name, why, given in problem.wrong
        ]
    headers = {"Content-Language": language, "Vary": "Accept-Language", **problem.headers}
    return Response(json.dumps(body, ensure_ascii=False), said["status"], headers, MEDIA)


def statuses() -> dict[int, str]:
    """Every status that a problem can have, with what it says of it in Swedish."""
    said: dict[int, list[str]] = {}
    for _, status, title, _ in explained():
        said.setdefault(status, []).append(title)
    return {status: "; ".join(titles) for status, titles in said.items()}


def explained(language: str = SOURCE) -> list[tuple[str, int, str, str]]:
    """Every kind of problem with its status, title and detail, by status; with … for what is filled in."""
    found = ((kind, said["status"], *said[language]) for kind, said in _texts().items() if kind != "why")
    sorted_by_status = sorted(found, key=lambda one: one[1])
    return [(kind, status, title, FILLED.sub("…", detail)) for kind, status, title, detail in sorted_by_status]


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent.parent / "texts" / "problems.toml").read_text("utf-8"))


def _why(why: str, language: str) -> str:
    known = _texts()["why"]
    return str(known.get(why, known["other"])[language])


def _wrong(errors: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str, Mapping[str, object]]]:
    for error in errors:
        where, *names = error["loc"]
        # the name of an unknown field is the sender's: it may be of any length
        name = ".".join(map(str, names))[:64].encode("utf-8", "replace").decode()
        yield str(where), name, error["type"], error.get("ctx", {})


def _home(request: Request) -> str:
    return str(request.app.state.world.config.dashboard.base_url).rstrip("/")
