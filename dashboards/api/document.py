"""The interface described by OpenAPI 3.1, for programs; and by a page of ours, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from dashboards.api import problems
from dashboards.api.models import ProblemDetails
from dashboards.api.route import PREFIX, routes
from pipelines.config.schema import Config

door = routes("Beskrivning")
"""What is open to everyone: it holds nothing that is not in the program itself."""
READING = (400, 401, 403, 404, 406, 422, 429)
CHANGING = (*READING, 409, 412, 413, 415, 428)
TAGGED = (f"{PREFIX}/entries/{{entry_id}}", f"{PREFIX}/cases/{{case_id}}")
"""What is answered with an ETag, and not sent again to who has it."""
ABOUT = """Det som sidorna visar, för program, med de rättigheter som personen bakom nyckeln har.

Gör en nyckel under *Mitt konto*, *Nycklar för program*, och skicka den i rubriken `Authorization: Bearer`. Flaggade
inlägg som läses antecknas i åtkomstloggen. Värden är programmets (`negative`, `critical`), namn är konfigurationens.
Det går inte att fråga efter vem som har skrivit något."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked, as the page tells of it."""

    method: str
    path: str
    summary: str
    about: str
    use: str
    """What the key must be for."""
    parameters: tuple[tuple[str, str], ...]
    tag: str


def document(config: Config, routers: Sequence[APIRouter]) -> dict[str, Any]:
    """OpenAPI 3.1 of the routes, with the problems that each can answer."""
    made = get_openapi(
        title=f"Mediebevakning {config.municipality.name}",
        version="1",
        openapi_version="3.1.0",
        description=ABOUT,
        routes=[route for router in routers for route in router.routes],
        servers=[{"url": config.dashboard.base_url.rstrip("/")}],
    )
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"ProblemDetails": problem}
    content = {problems.MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    said = problems.statuses()
    for path, method, operation in _operations(made):
        operation["responses"]["200"]["description"] = "Svaret"
        for status in READING if method == "get" else CHANGING:
            operation["responses"][str(status)] = {"description": said[status], "content": content}
        if path in TAGGED:
            operation["responses"]["304"] = {"description": "Oförändrat"}
    return made


@door.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    return JSONResponse(request.app.state.document)


def operations(made: dict[str, Any]) -> list[Operation]:
    """Everything that can be asked, in the order of the document."""
    return [
        Operation(
            method=method.upper(),
            path=path,
            summary=given["summary"],
            about=given.get("description", ""),
            use=given["security"][0]["nyckel"][0],
            parameters=tuple(
                (one["name"], one.get("description", "")) for one in given.get("parameters", ()) if one["in"] == "query"
            ),
            tag=given["tags"][0],
        )
        for path, method, given in _operations(made)
    ]


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation
