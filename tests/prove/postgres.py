"""A PostgreSQL of one's own: Debian's package, run by an unprivileged user on loopback in a folder that is removed, or
in one that is kept for the next time."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from pipelines.store.engine import migrate, open_engine
from tests.builders import ADDRESS, Databases
from tests.notify.servers import free_port

PROGRAMS = Path("/usr/lib/postgresql")
PATIENCE = 60.0
ROLE = "watch"
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3
KEPT = 20
"""Databases at a time: each is some 8 MB."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def installed() -> Path:
    """The same, installed first where it is missing. Exits with 3, naming the package, where that cannot be done."""
    if programs() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", *command], check=False, env=environment, stdout=sys.stderr)
    found = programs()
    if found is None:
        sys.stderr.write("PostgreSQL is missing. Install Debian's package: apt-get install postgresql\n")
        sys.exit(3)
    return found


@contextmanager
def server(kept: Path | None = None, **settings: str) -> Iterator[str]:
    """Its URL, for as long as it runs. kept: a folder whose databases are there still the next time; settings: of
    postgresql.conf."""
    place = Path(tempfile.mkdtemp(prefix="mediebevakning-pg-", dir=_fast())) if kept is None else kept
    data, port, bin_ = place / "data", free_port(), installed()
    place.mkdir(parents=True, exist_ok=True)
    user = _unprivileged(place)
    if not data.exists():
        _make(bin_, user, place, data)
    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(place)}
    options["fsync"] = "off"  # it is thrown away; what is shown is how workers share, not how a disk fares
    options |= settings
    command = [*user, str(bin_ / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (place / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=place, stdout=log, stderr=log)
    try:
        _await(bin_ / "pg_isready", port, running)
        yield f"postgresql://{ROLE}:{(place / 'password').read_text()}@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*user, str(bin_ / "pg_ctl"), "-D", str(data), "-m", "fast" if kept else "immediate", "stop"],
            check=False,
            cwd=place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.wait(PATIENCE)
        if kept is None:
            shutil.rmtree(place)


def _make(bin_: Path, user: Sequence[str], place: Path, data: Path) -> None:
    """A new cluster, whose password lies beside it for those who may read the folder: it is open to this machine."""
    password = place / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_hex(16))
    _unprivileged(password)
    make = [*user, str(bin_ / "initdb"), "-D", str(data), "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8"]
    made = [*make, "--auth=scram-sha-256", f"--pwfile={password}"]
    subprocess.run(made, check=True, cwd=place, stdout=subprocess.DEVNULL)


@contextmanager
def everywhere() -> Iterator[None]:
    """Every application that a test makes has a PostgreSQL database of its own, for as long as this lasts."""
    with server(max_connections="300") as url:
        made = _Made(url)
        before, Databases.of = Databases.of, made.of
        try:
            yield
        finally:
            Databases.of = before
            made.connection.close()
            made.engine.dispose()


class _Made:
    """Databases on one server, copied from one that is migrated; the oldest go."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.names: deque[str] = deque()
        self.engine = open_engine(url)
        self.connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._say("CREATE DATABASE pattern")
        pattern = open_engine(self._address("pattern"))
        migrate(pattern)
        pattern.dispose()
        self.count = 0

    def of(self, folder: Path) -> str:
        self.count += 1
        self.names.append(f"made_{self.count}")
        self._say(f"CREATE DATABASE {self.names[-1]} TEMPLATE pattern")
        if len(self.names) > KEPT:
            self._say(f"DROP DATABASE {self.names.popleft()} WITH (FORCE)")
        (folder / ADDRESS).write_text(self._address(self.names[-1]), "utf-8")
        return self._address(self.names[-1])

    def _address(self, name: str) -> str:
        return f"{self.url.removesuffix('/postgres')}/{name}"

    def _say(self, statement: str) -> None:
        self.connection.execute(text(statement))


def _fast() -> str | None:
    """A folder in memory, where the machine has one with room: a new database is ten times as soon made there."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if roomy else None


def _unprivileged(*paths: Path) -> Sequence[str]:
    """What to put before a command so that root does not run it, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return ()
    for path in paths:
        shutil.chown(path, "postgres", "postgres")
    return ("runuser", "-u", "postgres", "--")


def _await(ready: Path, port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while subprocess.run([ready, "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode:
        if running.poll() is not None or time.monotonic() > until:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.1)
