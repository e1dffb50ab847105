"""One child process: its program, its log file, and its end."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.launch import marked

MAX_LOG_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Program:
    """What to start. Programs of a lower wave are stopped first, those of one wave together."""

    name: str
    """Also the name of its log file."""
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    wave: int = 0
    grace: float = 10.0
    """Seconds from the request to end until it is killed."""
    passing: bool = False
    """Ends by itself when its work is done."""


class Child:
    """A started Program, in a session of its own so that Ctrl-C in the terminal does not reach it."""

    def __init__(self, program: Program, folder: Path, logs: Path) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        with self.log.open("wb") as log:
            pass
        with self.log.open("ab") as log:  # appending: the file can be cut short under the child
            self._process = subprocess.Popen(
                program.argv,
                cwd=folder,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def output(self) -> str:
        """What it has said, from the start of the log; at most its first 64 kB."""
        with self.log.open("rb") as file:
            return file.read(65_536).decode("utf-8", "replace")

    def last_lines(self, count: int = 12) -> list[str]:
        """The end of its log."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 16_384))
            return file.read().decode("utf-8", "replace").splitlines()[-count:]

    def cut_log(self) -> None:
        """Keep the log from filling the disk: past the cap it moves to `….log.1`, in place of what was there."""
        if self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)

    def ask_to_end(self) -> None:
        """SIGTERM to the program itself: it ends its own children in its own order."""
        if self.exit_code is None:
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within `seconds`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.exit_code is not None

    def kill(self) -> None:
        """SIGKILL to it and to all that lives in its session."""
        marked.kill_session(self.pid)
        self._process.wait()
