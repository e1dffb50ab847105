"""One launcher per state folder: two schedulers on one SQLite file would start every task twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import WrongCall


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`, with our process id in it, for as long as the block runs.

    The kernel lets go of it when the process ends, however it ends. Raises WrongCall where another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise WrongCall(
                f"already running on {path.parent} (process {holder}). "
                "Stop that one first, or name another folder in MEDIEBEVAKNING_VAR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
