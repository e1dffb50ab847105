"""Ögonblicksbilder: the official accounts' start pages at each half-year, and their delivery to the archive.

Whoever has the register's pages reads them; who may change an account uploads its picture; who answers for the whole
municipality records the delivery. A file is always kept, never shown: what it shows is others' words.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Path, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from dashboards.auth import Changing, Reading, Visitor, Who, World
from dashboards.registering import form_of, found_account, may_change
from dashboards.rendering import page
from dashboards.sheets import kept
from pipelines.bootstrap import App
from pipelines.errors import UserError
from pipelines.snapshots import dates, package, stored
from pipelines.snapshots.archive import PACKAGES
from pipelines.snapshots.upload import upload
from pipelines.snapshots.values import Snapshot
from pipelines.snapshots.words import form, remarks, words
from pipelines.store import issues, snapshots

router = APIRouter()
Id = Annotated[str, Path(max_length=64)]


@router.get("/ogonblicksbilder")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    return _shown(request, app, opened, who)


@router.get("/ogonblicksbilder/{bild}/fil")
def file(app: World, opened: Reading, bild: Id) -> Response:
    found = snapshots.one(opened, bild)
    if found is None or not found.is_held:
        raise HTTPException(404)
    try:
        place = stored.path(app.settings, found)
    except UserError as error:
        raise HTTPException(404) from error
    return kept(package.pieces(place.open("rb")), found.media_type, package.named(found))


@router.get("/ogonblicksbilder/{halvar}/paket.zip")
def files(app: World, halvar: Id) -> Response:
    try:
        made = package.package(app, _period(halvar))
    except UserError as error:
        raise HTTPException(404) from error
    return kept(package.pieces(package.as_zip(made)), "application/zip", f"{made.name}.zip")


@router.post("/ogonblicksbilder/{halvar}/leverans")
def deliver(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    halvar: Id,
    mottagare: Annotated[str, Form(max_length=package.LONGEST_RECEIVER)] = "",
    summa: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """`summa`: checksum of the package that stood on the page."""
    if not _may_deliver(who):
        raise HTTPException(404)
    if not mottagare.strip():
        return _shown(request, app, opened, who, "receiver")
    try:
        given = package.deliver(app, _period(halvar), mottagare, who.account.name, summa)
    except UserError:
        return _shown(request, app, opened, who, "files")
    if given is None:
        return _shown(request, app, opened, who, "meanwhile")
    return RedirectResponse("/ogonblicksbilder", 303)


@router.post("/forteckning/{forteckning}/ogonblicksbild")
def take_in(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    forteckning: Id,
    bild: Annotated[UploadFile | str, File()] = "",
) -> Response:
    account = found_account(opened, forteckning)
    if not may_change(who, account, app.config) or not account.is_open:
        raise HTTPException(404)
    content = b"" if isinstance(bild, str) else bild.file.read()
    made: Snapshot | str
    try:
        made = upload(app, account, content, who.account.name)
    except UserError:
        made = "room"
    if isinstance(made, Snapshot):
        return RedirectResponse(f"/forteckning/{account.id}#bilder", 303)
    return form_of(request, app, opened, who, account, account.model_dump(mode="json"), unfit=made)


def _shown(request: Request, app: World, opened: Reading, who: Visitor, refused: str = "") -> Response:
    today = app.today()
    delivered = snapshots.deliveries(opened)
    parts = []
    for period in snapshots.periods(opened):
        found = snapshots.standing(snapshots.of_period(opened, period))
        rows = [(one, words()["outcome"][one.outcome], form(one), remarks(one), _is_there(app, one)) for one in found]
        held = sum(one.is_held for one in found)
        whole = all(_is_there(app, one) for one in found if one.is_held)
        handed = [one for one in delivered if one.period == period]
        parts.append((period, rows, held, handed, package.checksum(found, period, app.config), whole))
    open_now = issues.open_keys(opened, ["snapshots"])
    said = words()["missing"]
    missing = [(said[name], name) for name in (*PACKAGES, "sandbox") if snapshots.tool_key(name) in open_now]
    return page(
        request,
        "snapshots.html",
        status=409 if refused == "meanwhile" else 400 if refused else 200,
        parts=parts,
        due=dates.due(app.config.snapshots, today),
        following=dates.following(app.config.snapshots, today),
        missing=missing,
        said=said,
        refused=refused,
        may_deliver=_may_deliver(who),
    )


def _is_there(app: App, given: Snapshot) -> bool:
    """Whether its file has not had its time yet."""
    return given.is_held and (stored.folder(app.settings) / given.stored_as).is_file()


def _may_deliver(who: Visitor) -> bool:
    """A delivery is the whole municipality's."""
    return who.scope.units is None


def _period(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(404) from error
