"""The composition root: the one place where configuration, database, clock and the world are put together."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from pipelines import changes
from pipelines import config as configuration
from pipelines.config import Files
from pipelines.config.beside import Said
from pipelines.config.schema import Config, Dashboard
from pipelines.errors import UserError
from pipelines.settings import BASE_URL, Settings
from pipelines.store import engine as database
from pipelines.store import overlay
from pipelines.store.engine import reading
from pipelines.types import Assessment


def _now() -> datetime:
    return datetime.now(UTC)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _assessing(config: Config) -> Callable[..., Assessment]:
    from pipelines.enrich.assess import Assessor  # takes a moment, and few sources need it

    return Assessor(config).assess


def _forget_gone(connection: Connection, config: Config, now: datetime) -> None:
    from pipelines.housekeeping import forget

    forget.gone(connection, config, now)


@dataclass(frozen=True, slots=True)
class App:
    """All that a phase needs of the world around it."""

    settings: Settings
    config: Config
    """Of the files, with what people had changed beside them when it was built or renewed."""
    engine: Engine
    pseudonym: Callable[[str], str]
    """An author's name to a salted pseudonym; the salt never leaves its file."""
    clock: Callable[[], datetime] = _now
    report: Callable[[str], None] = _say
    """Where a line of progress goes."""
    allow_private: bool = False
    spacing: float | None = None
    """Seconds between two requests to one host; None leaves it to the configuration."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    assessing: Callable[[Config], Callable[..., Assessment]] = _assessing
    """Makes what assesses an Entry: for what may be read but not kept, of which collect must know the meaning."""
    forget_gone: Callable[[Connection, Config, datetime], None] = _forget_gone
    """Takes what is gone at its source, which collect is the first to know."""
    link_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """Signs the links in mails. Without a key of its own, an application's links hold as long as it lives."""
    files: Files | None = field(default=None, repr=False)
    """What `config` is made of; None: nothing that people change reaches it."""
    changed: int = 0
    """The last change that `config` knows."""
    unfit: tuple[Said, ...] = ()
    """What people have said that fits the files no longer, and so does not hold."""

    def today(self) -> date:
        """The municipality's date."""
        return self.clock().astimezone(self.config.zone).date()


def build(
    settings: Settings,
    *,
    allow_private: bool = False,
    spacing: float | None = None,
    report: Callable[[str], None] = _say,
) -> App:
    """The application on its own database, brought up to date.

    Raises ConfigError for a configuration that cannot be used, UserError for a database that cannot be opened.
    """
    files = configuration.read(settings.config, settings.overlay)
    config = _based(files.config(), settings)
    engine = database.open_engine(settings.database)
    database.migrate(engine)
    app = App(
        settings=settings,
        config=config,
        engine=engine,
        pseudonym=pseudonymiser(settings.var / "author.key"),
        link_key=_key(settings.var / "link.key"),
        report=report,
        allow_private=allow_private,
        spacing=spacing,
        files=files,
    )
    with reading(app.engine) as connection:
        return renewed(app, connection)


def renewed(app: App, connection: Connection) -> App:
    """`app` with what people have changed since it was built; itself where that is nothing."""
    if app.files is None:
        return app
    last = overlay.last(connection)
    if last == app.changed:
        return app
    files, unfit = app.files.beside(changes.said(connection))
    return replace(app, config=_based(files.config(), app.settings), changed=last, unfit=unfit)


def _based(config: Config, settings: Settings) -> Config:
    """The configuration with the dashboard where it is found in this run."""
    base_url = settings.base_url
    if not base_url:
        return config
    try:
        return config.model_copy(update={"dashboard": Dashboard(base_url=base_url, oidc=config.dashboard.oidc)})
    except ValueError as error:
        raise UserError(f"{BASE_URL} is no http(s) address: {base_url!r}. Mend the variable.") from error


def pseudonymiser(key_file: Path) -> Callable[[str], str]:
    """A keyed one-way function for authors' names; the key is made at first use, outside the database."""
    key = _key(key_file)

    def pseudonym(name: str) -> str:
        return "p" + hmac.new(key, name.casefold().encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]

    return pseudonym


def rotate_author_key(settings: Settings) -> None:
    """Put a new key in place of the one that authors' pseudonyms are made with: who has written before and writes again
    is another from now on."""
    key_file = settings.var / "author.key"
    draft = key_file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    draft.replace(key_file)


def _key(key_file: Path) -> bytes:
    """The key in the file, made at first use."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    if not key_file.exists():
        _make_key(key_file)
    return key_file.read_bytes()


def _make_key(key_file: Path) -> None:
    """Write a whole key under another name and link it into place: two that start at once get one key."""
    draft = key_file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    with contextlib.suppress(FileExistsError):
        os.link(draft, key_file)
    draft.unlink()
