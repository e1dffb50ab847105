"""A picture that someone has taken by hand: looked at by its own bytes, stored, and never shown as a part of a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pipelines.register.official import Official
from pipelines.snapshots import archive, browser, dates, stored
from pipelines.snapshots.values import ENDINGS, Form, Snapshot, tried
from pipelines.store import issues, snapshots

if TYPE_CHECKING:
    from pipelines.bootstrap import App

Refusal = Literal["empty", "large", "unknown"]
"""No bytes; too many; neither a whole PDF nor a PNG nor a JPEG."""
TAIL = 2048
"""Bytes at the end of a PDF in which its end is marked."""


def form_of(content: bytes) -> Form:
    """What the bytes are, by their beginning and their end; empty for anything else."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-TAIL:]:
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82"):
        return "png"
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "jpeg"
    return ""


def upload(app: App, account: Official, content: bytes, by: str) -> Snapshot | Refusal:
    """Store it as the account's snapshot of the last half-year; it takes the place of what was there."""
    now = app.clock()
    form = form_of(content)
    if not content:
        return "empty"
    if len(content) > app.config.snapshots.upload_megabytes << 20:
        return "large"
    if not form:
        return "unknown"
    period = dates.last(app.config.snapshots, app.today())
    sha256 = stored.sha256(content)
    sound = form == "pdf" and archive.is_sound(content, archive.tools(browser.program()))
    made = replace(
        tried(account, period, "uploaded", now, by, sha256),
        sha256=sha256,
        size=len(content),
        form=form,
        checked=bool(sound),
    )
    stored.put(app.settings, f"{sha256}.{ENDINGS[form]}", content)
    with app.engine.begin() as connection:
        snapshots.add(connection, made)
        issues.close(connection, snapshots.issue_key(account.id), now)
    return made
