"""What is put back is what was kept; and what is damaged, newer or in the way is refused before anything is written."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData, text

from pipelines import backup, bootstrap
from pipelines.bootstrap import App
from pipelines.cli import main
from pipelines.config import load
from pipelines.errors import UserError
from pipelines.settings import Settings
from pipelines.snapshots import stored
from pipelines.store import issues
from pipelines.store.engine import open_engine, reading, revision, revisions
from pipelines.types import Issue
from tests.builders import NOW, SMABY
from tests.dashboards import seed
from tests.store.earlier import fill, left, migrate_to

SECRET = "an invented password"
PICTURE = f"{'ab' * 32}.pdf"


def rows(database: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything that stands in the database, by table."""
    engine = open_engine(database)
    found = MetaData()
    found.reflect(engine)
    with reading(engine) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for name, table in found.tables.items()
        }


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An installation with something in it, whose keys are made."""
    (tmp_path / "here").mkdir()
    world = seed.world(tmp_path / "here")
    bootstrap.build(world.settings)
    (world.settings.var / "world").write_text("real")
    stored.put(world.settings, PICTURE, b"%PDF")
    return world


@pytest.fixture
def kept(app: App, tmp_path: Path) -> Path:
    backup.write(app.settings, {}, tmp_path / "kept", NOW, keys=True)
    return tmp_path / "kept"


def elsewhere(folder: Path) -> Settings:
    return Settings(config=folder / "config", var=folder / "var", database=f"sqlite:///{folder}/var/mediebevakning.db")


def test_what_is_put_back_is_what_was_kept(app: App, kept: Path, tmp_path: Path) -> None:
    there = elsewhere(tmp_path / "there")
    backup.read(there, kept)
    before = rows(app.settings.database)
    assert rows(there.database) == before
    assert sum(map(len, before.values())) > 20
    assert load(there.config) == load(app.settings.config)
    for name in ("author.key", "link.key", "world", f"snapshots/{PICTURE}"):
        assert (there.var / name).read_bytes() == (app.settings.var / name).read_bytes()
    assert stat.S_IMODE((there.var / "author.key").stat().st_mode) == 0o600
    author, link = bootstrap.build(app.settings), bootstrap.build(there)
    assert author.pseudonym("Någon") == link.pseudonym("Någon") and author.link_key == link.link_key


def test_keys_come_along_only_if_asked_for_and_the_values_of_variables_never(app: App, tmp_path: Path) -> None:
    environment = {"MEDIEBEVAKNING_SMTP_PASSWORD": SECRET, "HOME": "/root"}
    told = backup.write(app.settings, environment, tmp_path / "kept", NOW)
    assert (told.keys_left(), told.variables) == (["author.key", "link.key"], ("MEDIEBEVAKNING_SMTP_PASSWORD",))
    key = (app.settings.var / "link.key").read_bytes()
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes() and key not in path.read_bytes()
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or path.name == "manifest.json"
    there = elsewhere(tmp_path / "there")
    assert backup.missing_keys(there, backup.read(there, tmp_path / "kept")) == ["author.key", "link.key"]


def test_keys_that_were_kept_apart_may_lie_there_already_but_no_others(app: App, tmp_path: Path) -> None:
    backup.write(app.settings, {}, tmp_path / "kept", NOW)
    there = elsewhere(tmp_path / "there")
    there.var.mkdir(parents=True)
    (there.var / "author.key").write_bytes(b"another")
    with pytest.raises(UserError, match=r"author\.key is another key"):
        backup.read(there, tmp_path / "kept")
    shutil.copy(app.settings.var / "author.key", there.var)
    assert backup.missing_keys(there, backup.read(there, tmp_path / "kept")) == ["link.key"]


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(app: App, tmp_path: Path) -> None:
    """Two rows a transaction, on and on: a copy of the file itself would catch one without the other."""
    ended = threading.Event()

    def go_on() -> None:
        number = 0
        while not ended.is_set():
            with app.engine.begin() as connection:
                for half in "ab":
                    issues.report(connection, Issue(f"{number}:{half}", "source:x", "Något", "Gör något"), NOW)
            number += 1

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for number in range(5):
            backup.write(app.settings, {}, tmp_path / str(number), NOW)
    finally:
        ended.set()
        writer.join()
    for number in range(5):
        engine = open_engine(f"sqlite:///{tmp_path / str(number) / 'database.sqlite'}")
        with reading(engine) as connection:
            count = text("select count(*) from issue where key like :half")
            first, second = (connection.execute(count, {"half": half}).scalar_one() for half in ("%:a", "%:b"))
        assert first == second


def test_nothing_is_written_over(app: App, kept: Path, tmp_path: Path) -> None:
    there = elsewhere(tmp_path / "there")
    (there.config / "sub").mkdir(parents=True)
    with pytest.raises(UserError, match="config is not empty"):
        backup.read(there, kept)
    assert not any((there.var).glob("*.key"))
    shutil.rmtree(there.config)
    backup.read(there, kept)
    before = rows(there.database)
    with pytest.raises(UserError, match="database is not empty"):
        backup.read(there, kept)
    with pytest.raises(UserError, match="kept is not empty"):
        backup.write(app.settings, {}, kept, NOW)
    another = Settings(config=tmp_path / "new", var=there.var, database=f"sqlite:///{tmp_path}/new.db")
    (there.var / "world").write_text("sample")
    with pytest.raises(UserError, match="other world"):
        backup.read(another, kept)
    assert rows(there.database) == before
    (there.var / "world").write_text("real")
    backup.read(another, kept)  # the database alone was lost: state and keys are where they were
    assert rows(another.database) == before


def damaged(kept: Path) -> Iterator[str]:
    """Each way to damage a backup, done and then undone."""
    whole = kept.with_name("whole")
    kept.rename(whole)
    manifest = json.loads((whole / "manifest.json").read_bytes())
    outside = {**manifest, "files": {**manifest["files"], "config/../../../x": {"bytes": 1, "sha256": "x"}}}
    ways = {
        "is no backup": (kept / "manifest.json").unlink,
        "cannot be used": lambda: (kept / "manifest.json").write_text("{"),
        "has no place in a backup": lambda: (kept / "manifest.json").write_text(json.dumps(outside)),
        "database.sqlite is missing or not as": lambda: os.truncate(kept / "database.sqlite", 4096),
        "mail.toml is missing or not as": (kept / "config/mail.toml").unlink,
        "link.key is missing or not as": lambda: (kept / "keys/link.key").write_bytes(b"x" * 32),
        "newer program": lambda: (kept / "manifest.json").write_text(json.dumps(manifest | {"revision": "9999"})),
        "format": lambda: (kept / "manifest.json").write_text(json.dumps(manifest | {"format": 2})),
    }
    for refusal, damage in ways.items():
        shutil.copytree(whole, kept)
        damage()
        yield refusal
        shutil.rmtree(kept)


def test_what_is_damaged_or_newer_is_refused_before_anything_is_written(kept: Path, tmp_path: Path) -> None:
    for refusal in damaged(kept):
        with pytest.raises(UserError, match=refusal):
            backup.read(elsewhere(tmp_path / "there"), kept)
        assert not (tmp_path / "there").exists(), refusal


def test_an_older_schema_is_kept_as_it_is_and_brought_up_to_date_as_it_comes_back(tmp_path: Path) -> None:
    first, *_, newest = revisions()
    old = Settings(config=SMABY, var=tmp_path, database=f"sqlite:///{tmp_path}/old.db")
    engine = open_engine(old.database)
    migrate_to(engine, first)
    filled = fill(engine)
    assert backup.write(old, {}, tmp_path / "kept", NOW).revision == first == revision(engine)
    there = elsewhere(tmp_path / "there")
    backup.read(there, tmp_path / "kept")
    assert revision(open_engine(there.database)) == newest
    assert left(open_engine(there.database), filled) == filled


def test_there_must_be_something_to_keep(app: App, tmp_path: Path) -> None:
    empty = Settings(config=SMABY, var=tmp_path, database=f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(UserError, match="nothing to keep"):
        backup.write(empty, {}, tmp_path / "kept", NOW)
    no_config = Settings(config=tmp_path / "none", var=tmp_path, database=app.settings.database)
    with pytest.raises(UserError, match="no configuration"):
        backup.write(no_config, {}, tmp_path / "kept", NOW)
    assert not (tmp_path / "kept").exists() and not (tmp_path / "kept.partial").exists()


def test_by_the_command_line(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(app.settings.var))
    kept, new = str(tmp_path / "kept"), tmp_path / "new"
    assert main(["backup", kept, "--config", str(SMABY), "--db", app.settings.database]) == 0
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(new / "var"))
    assert main(["restore", kept, "--config", str(new / "config")]) == 0
    assert rows(f"sqlite:///{new}/var/mediebevakning.db") == rows(app.settings.database)
    assert main(["restore", kept, "--config", str(new / "config")]) == 1
