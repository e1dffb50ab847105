"""A pass with keys planted wherever a source can echo them: afterwards none is in a log, a report or the database."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.bootstrap import App
from pipelines.collect import phase
from pipelines.collect.parse import Context
from pipelines.collect.redact import redacted, tokens
from pipelines.collect.schedule import Visit
from pipelines.collect.sources import FAMILIES, Login
from pipelines.config.schema import Source
from pipelines.types import Parsed
from tests import builders
from tests.builders import config, entry
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import item, rss, source

KEY = "hemlig/nyckel+17=åäö-4711"
SESSION = "session-av-inloggningen-0815"
FORMS = (KEY, quote(KEY, safe=""), quote_plus(KEY), quote(KEY), SESSION)


def _requests(asked: Source, context: Context) -> tuple[Request, ...]:
    carried = {"authorization": f"Bearer {context.secrets['session']}", "x-key": quote(context.secrets["token"])}
    return (Request(asked.url, carried),)


def _parse(payload: Payload, asked: Source, context: Context) -> Parsed:
    parsed = FAMILIES["polisen-utan-nyckel"].parse(payload, asked, context)
    onward = f"{asked.url}-sida?access_token={quote(context.secrets['token'], safe='')}"
    follow = () if "sida" in payload.url else (Request(onward),)
    return replace(parsed, follow=follow, cursor=f"{onward}&after=17", problems=(f"Se {onward}",))


def _explain(refused: Refused) -> Failure:
    return Failure(f"Svaret var: {refused.body.decode()}", 1.0, refused.status, remedy=refused.body.decode())


def _log_in(asked: Source, context: Context) -> Request:
    return Request(f"{asked.url}-login", body=context.secrets["token"].encode())


@pytest.fixture
def app(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], App]:
    """An application whose source of the name given needs a key and logs in with it."""
    plain = FAMILIES["rss"]
    keyed = replace(
        plain,
        requests=_requests,
        parse=_parse,
        secrets=("token",),
        login=Login(_log_in, lambda payload: {"session": payload.body.decode()}),
        explain=_explain,
    )
    monkeypatch.setitem(FAMILIES, "polisen-utan-nyckel", plain)
    monkeypatch.setitem(FAMILIES, "rss", keyed)

    def making(name: str) -> App:
        world.pages[f"/{name}-login"] = Page(SESSION.encode())
        made = builders.app(tmp_path, config(sources=(source(id=name, name=name, url=world.url(f"/{name}")),)))
        return replace(made, environment={"MEDIEBEVAKNING_RSS_TOKEN": KEY})

    return making


def _dumped(folder: Path) -> str:
    with sqlite3.connect(folder / "test.db") as opened:
        return "\n".join(opened.iterdump())


def _run(made: App, folder: Path, caplog: pytest.LogCaptureFixture) -> phase.CollectReport:
    """A pass that told nobody of a key."""
    lines: list[str] = []
    with caplog.at_level(logging.DEBUG):
        report = phase.run(replace(made, report=lines.append), [made.config.sources[0].id])
    told = {
        "log": "\n".join(f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records),
        "text": caplog.text,
        "lines": "\n".join(lines),
        "report": repr(report),
        "database": _dumped(folder),
    }
    assert [(where, form) for where, said in told.items() for form in FORMS if form in said] == []
    return report


def _echo(asked: Asked) -> Page:
    """Everything we said, said back in every place there is."""
    said = asked.headers.get("authorization", "") + " " + KEY + " " + asked.path
    link = f"https://smabybladet.example/a?access_token={quote(KEY, safe='')}"
    fields = {
        "title": said,
        "link": link.replace("&", "&amp;"),
        "guid": f"id-{SESSION}",
        "description": f"{said} {KEY}",
    }
    headers = {"ETag": f'"{SESSION}"', "Last-Modified": quote(KEY), "Set-Cookie": f"k={SESSION}"}
    return Page(rss(item(1, **fields), item(2, link="", title="Utan länk")).encode(), headers=headers)


def test_nothing_that_is_echoed_is_kept(
    app: Callable[[str], App], world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world.pages |= {"/eko": _echo, "/eko-sida": _echo}
    report = _run(app("eko"), tmp_path, caplog)
    assert report.new >= 2
    assert [asked.path.partition("?")[0] for asked in world.asked] == ["/eko-login", "/eko", "/eko-sida"]
    assert world.asked[1].headers["authorization"] == f"Bearer {SESSION}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_refusal_is_repeated_with_the_key(
    app: Callable[[str], App], world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    world.pages["/nekad"] = Page(f"Ogiltig nyckel {KEY} {SESSION}".encode(), status)
    assert _run(app("nekad"), tmp_path, caplog).failed == 1
    assert "Ogiltig nyckel" in _dumped(tmp_path)


def test_an_address_moved_to_with_a_key_is_not_remembered(
    app: Callable[[str], App], world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world.pages |= {
        "/flyttad": Page(status=301, headers={"Location": f"/ny?access_token={quote(KEY, safe='')}"}),
        "/ny": Page(rss().encode()),
        "/flyttad-sida": Page(rss().encode()),
    }
    assert _run(app("flyttad"), tmp_path, caplog).new == 1


def test_a_fault_of_ours_tells_where_and_not_what(
    app: Callable[[str], App],
    world: World,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def faulty(payload: Payload, asked: Source, context: Context) -> Parsed:
        raise ValueError(f"{payload.url}?{context.secrets} {payload.body!r}")

    world.pages["/fel"] = _echo
    monkeypatch.setitem(FAMILIES, "rss", replace(FAMILIES["rss"], parse=faulty))
    assert _run(app("fel"), tmp_path, caplog).degraded == 1
    assert "faulty" in caplog.text and "ValueError" in caplog.text


def test_what_is_no_key_stays() -> None:
    secrets = {"identifier": "smaby.bsky.example", "pin": "1234", "password": "abcd-efgh-ijkl"}
    hidden = tokens(secrets, "https://a.example/?feed=rss2&q=kommunstyrelsen+sammantraden&feed=a1b2c3d4e5f6a7b8")
    assert set(hidden) == {"abcd-efgh-ijkl", "a1b2c3d4e5f6a7b8"}
    ours = entry(text="Skriv till smaby.bsky.example, rum 1234. abcd-efgh-ijkl")
    _, (kept,) = redacted(Visit(), (ours,), hidden)
    assert kept == replace(ours, text="Skriv till smaby.bsky.example, rum 1234. •••")
    assert redacted(Visit(), (ours,), ()) == (Visit(), (ours,))
