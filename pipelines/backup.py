"""A backup is a folder: the database, the configuration, on demand the keys, and a manifest with the checksum of each.

    manifest.json      what is in it, and which keys and variables an installation needs beside it
    database.sqlite    or database.pgdump
    config/            the configuration's folder, whole
    snapshots/         the pictures of our accounts, to which rows of the database refer
    keys/              the keys of var/, if asked for
    world              which world var/ holds: invented posts must not come back as real ones

Airflow's own database is none of it: it carries hints, and is made anew.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationError

from pipelines.config.schema.base import Table
from pipelines.errors import UserError
from pipelines.settings import DATABASE, Settings
from pipelines.snapshots import stored
from pipelines.store import copying
from pipelines.store.engine import migrate, open_engine, revision, revisions

MANIFEST = "manifest.json"
VARIABLES = "MEDIEBEVAKNING_"
PICTURES = "snapshots"
PLACES = re.compile(
    r"database\.(sqlite|pgdump)|world|keys/[^/]+\.key|snapshots/[0-9a-f]{64}\.(pdf|png|jpg)|config(/[^/]+)+"
)


def _place(name: str) -> str:
    if not PLACES.fullmatch(name) or ".." in name.split("/"):
        raise ValueError(f"«{name}» has no place in a backup")
    return name


class File(Table):
    bytes: int
    sha256: str


class Manifest(Table):
    """What is in a backup, and what is not."""

    format: Literal[1] = 1
    program: str
    made_at: datetime
    revision: str
    """Of the database's schema."""
    files: Mapping[Annotated[str, AfterValidator(_place)], File]
    """By place in the folder."""
    keys: Mapping[str, str]
    """Name of each key that the installation had -> SHA-256, so that the right one can be told. They are random."""
    variables: tuple[str, ...]
    """Those of ours in the environment it was made in. Their values are never kept: among them are passwords."""

    def keys_left(self) -> list[str]:
        """The keys that are not in the backup."""
        return [key for key in self.keys if f"keys/{key}" not in self.files]


def write(
    settings: Settings, environment: Mapping[str, str], into: Path, now: datetime, *, keys: bool = False
) -> Manifest:
    """Make the backup in `into`, which must be empty or not there. The installation may be at work meanwhile, and its
    schema older than this program's: nothing is migrated.

    Raises UserError where there is nothing to keep, or it cannot be kept whole.
    """
    _refuse_full(into, "Name a folder that is not there yet.")
    if into.is_relative_to(settings.config):
        raise UserError(f"{into} lies in the configuration, which is to be kept. Name a folder outside it.")
    if not settings.config.is_dir():
        raise UserError(f"there is no configuration in {settings.config}. Name its folder with --config.")
    engine = open_engine(settings.database)
    found = revision(engine) if copying.tables(engine) else None
    if found is None:
        raise UserError(f"the database holds nothing to keep. Check --db and {DATABASE}.")
    draft = into.with_name(f"{into.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True, mode=0o700)
        copying.write(engine, draft / copying.NAMES[engine.dialect.name])
        had = _copy_files(settings, draft, keys=keys)
        manifest = Manifest(
            program=version("mediebevakning"),
            made_at=now,
            revision=found,
            files={path.relative_to(draft).as_posix(): _about(path) for path in _files(draft)},
            keys={key.name: _about(key).sha256 for key in had},
            variables=tuple(sorted(name for name in environment if name.startswith(VARIABLES))),
        )
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
        if into.exists():
            into.rmdir()
        draft.rename(into)  # what carries the name is whole
    except OSError as error:
        raise UserError(f"the backup cannot be written: {error}. Free some space or name another folder.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        engine.dispose()
    return manifest


def read(settings: Settings, source: Path) -> Manifest:
    """Put the backup in `source` where `settings` say, and bring the database to this program's schema.

    Everything is looked at before anything is written. Raises UserError where the backup is damaged or a newer
    program's, and where something is in the way: an installation is never written over.
    """
    manifest = _checked(source)
    engine = open_engine(settings.database)
    database = copying.NAMES[engine.dialect.name]
    if database not in manifest.files:
        raise UserError(f"the backup holds another kind of database. Name one of its kind with --db or {DATABASE}.")
    if copying.tables(engine):
        raise UserError("the database is not empty. Name another with --db: a backup is put back beside, not over.")
    _refuse_full(settings.config, "Name another folder with --config.")
    for name, of in manifest.keys.items():
        key = settings.var / name
        if key.exists() and _about(key).sha256 != of:
            raise UserError(f"{key} is another key than the backup's. Move it away, or set MEDIEBEVAKNING_VAR.")
    world = settings.var / "world"
    if world.exists() and "world" in manifest.files and _about(world) != manifest.files["world"]:
        raise UserError(f"{settings.var} holds the other world's state. Name another folder in MEDIEBEVAKNING_VAR.")
    copying.read(engine, source / database)
    migrate(engine)
    engine.dispose()
    try:
        for name in manifest.files:
            if name != database:
                _put(source / name, settings, name)
    except OSError as error:
        raise UserError(f"the files cannot be put back: {error}. Empty the target, mend that and try again.") from error
    return manifest


def missing_keys(settings: Settings, manifest: Manifest) -> list[str]:
    """The keys that must still be put into var/ by hand, before the first start makes others."""
    return [name for name in manifest.keys if not (settings.var / name).exists()]


def _refuse_full(folder: Path, remedy: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty. {remedy}")


def _copy_files(settings: Settings, draft: Path, *, keys: bool) -> list[Path]:
    """Configuration, keys if they are to come along, and the world; all keys there are."""
    shutil.copytree(settings.config, draft / "config")
    found = sorted(settings.var.glob("*.key"))
    for key in found if keys else ():
        (draft / "keys").mkdir(exist_ok=True)
        shutil.copyfile(key, draft / "keys" / key.name)
    if (settings.var / "world").exists():
        shutil.copyfile(settings.var / "world", draft / "world")
    for picture in sorted(stored.folder(settings).glob("[0-9a-f]*")):
        (draft / PICTURES).mkdir(exist_ok=True)
        shutil.copyfile(picture, draft / PICTURES / picture.name)
    for path in _files(draft):
        path.chmod(0o600)
    return found


def _checked(source: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((source / MANIFEST).read_bytes())
    except OSError as error:
        raise UserError(f"{source} is no backup: {MANIFEST} cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{source / MANIFEST} cannot be used: {where}: {first['msg']}. Take another backup.") from error
    for name, wanted in manifest.files.items():
        path = source / name
        if not path.is_file() or _about(path) != wanted:
            raise UserError(f"{path} is missing or not as it was kept. Take another backup.")
    if manifest.revision not in revisions():
        raise UserError(f"the backup is a newer program's (schema {manifest.revision}). Update the program first.")
    return manifest


def _put(file: Path, settings: Settings, name: str) -> None:
    place, _, rest = name.partition("/")
    if place == "config":
        target = settings.config / rest
    else:
        target = settings.var / (name if place == PICTURES else rest or name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(0o644 if place == "config" else 0o600)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _about(path: Path) -> File:
    with path.open("rb") as file:
        return File(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())
