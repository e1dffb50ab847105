"""What is done with posts chosen in Flöde: many at once, told which were and which were not, and taken back.

What came of it goes along in the address of the list, sealed: nothing is kept of it, and nobody can make it up.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Literal, cast
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy import Connection

from dashboards.asked import Asked, address
from dashboards.auth import Changing, Visitor, World
from dashboards.catalogue import texts
from dashboards.sheets import csv_file, table, xlsx_file
from pipelines.bootstrap import App
from pipelines.casework import Decision
from pipelines.links import seal, unseal
from pipelines.reports.rows import Table
from pipelines.store.engine import reading
from pipelines.store.views import detail
from pipelines.triage import Act, Choice, Result, Step, act, chosen, undo
from pipelines.types import Item

router = APIRouter(prefix="/flode/urval")
PURPOSE = "triage"
LASTS = timedelta(hours=12)
"""A working day: what was done in the morning can be taken back in the afternoon, while the page is there."""
MOST = 25
"""Posts at a time: what a page of the list holds."""
LONGEST = 10_000
"""Characters of what came of so many."""
Field = Annotated[str, Form(max_length=LONGEST)]


TAKEN_BACK: Literal["undone"] = "undone"
Said = Act | Literal["undone", "nothing-chosen", "nothing-asked"]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it, as a page tells it."""

    problem: str = ""
    act: Said = TAKEN_BACK
    done: int = 0
    already: int = 0
    others: tuple[tuple[str, Item | None], ...] = ()
    """Why it was not done, and with which post, where the reader may still see it."""
    back: str = ""
    """The token that takes it back, if anything can be."""

    @property
    def said(self) -> str:
        """In one sentence what was done; "" where nothing was."""
        words = texts()["triage_one" if self.done == 1 else "triage_many"]
        return words[self.act].format(n=self.done) if self.done else ""


def picked(inlagg: Annotated[list[str] | None, Form(max_length=MOST)] = None) -> list[Choice]:
    """The posts that were chosen. Raises HTTPException(400) for what no page of ours has written."""
    try:
        return list({one.entry_id: one for one in map(chosen, inlagg or ())}.values())
    except ValueError as error:
        raise HTTPException(400) from error


Picked = Annotated[list[Choice], Depends(picked)]


def at(adress: Field = "") -> dict[str, str]:
    """The place in the list where it is done. Raises HTTPException(400) for an address that the list does not have."""
    try:
        return address(Asked.model_validate(dict(parse_qsl(adress.removeprefix("?")))), place=True)
    except ValidationError as error:
        raise HTTPException(400) from error


At = Annotated[dict[str, str], Depends(at)]


@router.post("")
def apply(
    app: World,
    who: Changing,
    posts: Picked,
    place: At,
    gor: Annotated[Literal["done", "not-about", "steg"], Form()],
    steg: Annotated[Decision | Literal[""], Form()] = "",
) -> Response:
    wanted: Act | Literal[""] = steg if gor == "steg" else gor
    if not posts or not wanted:
        return _back(app, who, place, "nothing-asked" if posts else "nothing-chosen", [])
    return _back(app, who, place, wanted, [act(app, who.scope, who.account.name, post, wanted) for post in posts])


@router.post("/angra")
def take_back(app: World, who: Changing, place: At, utfall: Field = "") -> Response:
    """Once however often it is pressed; what someone else has gone on from stays."""
    said, results = _read(app, who, utfall)
    if not results or said == TAKEN_BACK:
        raise HTTPException(409)
    did, wanted = [one for one in results if one.outcome == "did" or one.steps], cast("Act", said)
    return _back(app, who, place, TAKEN_BACK, [undo(app, who.scope, who.account.name, one, wanted) for one in did])


@router.post(".csv")
def csv(app: World, who: Changing, posts: Picked) -> Response:
    return csv_file(_rows(app, who, posts))


@router.post(".xlsx")
def xlsx(app: World, who: Changing, posts: Picked) -> Response:
    return xlsx_file(_rows(app, who, posts))


def outcome(app: App, opened: Connection, who: Visitor, token: str) -> Told | None:
    """What the address says came of it; None where it says nothing of ours to this person."""
    said, results = _read(app, who, token)
    if not said:
        return None
    if said in ("nothing-chosen", "nothing-asked"):
        return Told(problem=said)
    rest = [one for one in results if one.outcome not in ("did", "already")]
    found = [detail.one(opened, who.scope, one.entry_id) for one in rest]
    can_be_taken_back = said != TAKEN_BACK and any(one.outcome == "did" or one.steps for one in results)
    return Told(
        "",
        said,
        sum(one.outcome == "did" for one in results),
        sum(one.outcome == "already" for one in results),
        tuple((one.outcome, item[0] if item else None) for one, item in zip(rest, found, strict=True)),
        token if can_be_taken_back else "",
    )


def _back(app: App, who: Visitor, place: dict[str, str], said: Said, results: list[Result]) -> Response:
    """To the list, which is told what came of it."""
    parts = (who.account.name, said, json.dumps([asdict(one) for one in results], separators=(",", ":")))
    token = seal(app.link_key, PURPOSE, parts, app.clock() + LASTS)
    return RedirectResponse(f"/flode?{urlencode(place | {'utfall': token})}#utfall", 303)


def _read(app: App, who: Visitor, token: str) -> tuple[Said | Literal[""], list[Result]]:
    parts = unseal(app.link_key, PURPOSE, token, app.clock(), LONGEST)
    if isinstance(parts, str) or parts[0] != who.account.name:
        return "", []
    rows = json.loads(parts[2])
    results = [Result(**row | {"steps": tuple(Step(**step) for step in row["steps"])}) for row in rows]
    return cast("Said", parts[1]), results


def _rows(app: App, who: Visitor, posts: list[Choice]) -> Table:
    if not posts:
        raise HTTPException(400)
    with reading(app.engine) as opened:
        found = [detail.one(opened, who.scope, post.entry_id) for post in posts]
    return table([one[0] for one in found if one], app.config)
