"""Servers from Debian's packages, run by PHP's own web server on loopback for as long as they are looked at."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

PATIENCE = 60.0
"""Seconds that a server gets to answer for the first time."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Of one page of a wiki; `text` None deletes it."""

    title: str
    text: str | None
    summary: str = ""
    user: str = "Kim"


def lacking(packages: Sequence[str]) -> tuple[str, ...]:
    """Those of Debian's packages that are not installed; all, where this is no Debian."""
    if shutil.which("dpkg-query") is None:
        return tuple(packages)
    return tuple(package for package in packages if not _installed(package))


def _installed(package: str) -> bool:
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout == "installed"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def php(arguments: Sequence[str], environment: Mapping[str, str], given: str = "") -> str:
    """Run a script to its end. Raises RuntimeError with what it said."""
    program = shutil.which("php") or "php"
    done = subprocess.run(
        [program, *arguments],
        input=given,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"php {' '.join(arguments)}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.stdout


def lines(edits: Sequence[Edit]) -> str:
    """As the scripts beside this file read them."""
    return "".join(f"{json.dumps(asdict(edit))}\n" for edit in edits)


@contextmanager
def serving(port: int, root: Path, log: Path, options: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    """PHP's own server over `root`; stopped at the end."""
    program = shutil.which("php") or "php"
    command = [program, *options, "-S", f"127.0.0.1:{port}", "-t", str(root)]
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env=os.environ | environment, stdout=said, stderr=said) as one,
    ):
        try:
            _await(f"http://127.0.0.1:{port}/", one)
            yield
        finally:
            one.terminate()


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server of {url} ended with {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"no answer from {url} within {PATIENCE:g} s")
