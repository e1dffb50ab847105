"""Ends what the launcher leaves behind: `python -m pipelines.launch.watchdog FOLDER`, its standard input a pipe.

The launcher alone holds the other end of the pipe and never writes to it. When it reads as closed, the launcher has
ended, cleanly or by kill -9, and whatever still carries the mark of FOLDER is ended too.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from pipelines.launch.marked import MARK, sweep

GRACE_SECONDS = 10.0


def start(var: Path, environment: dict[str, str], log: BinaryIO) -> subprocess.Popen[bytes]:
    """Start the watchdog over `var`; it ends when the returned process's `stdin` is closed."""
    return subprocess.Popen(
        (sys.executable, "-m", "pipelines.launch.watchdog", str(var)),
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env={name: value for name, value in environment.items() if name != MARK},
        start_new_session=True,
    )


def main() -> None:
    """Wait for the end of the launcher, then sweep."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it outlives the launcher or it is no use
    sys.stdin.buffer.read()
    sweep(Path(sys.argv[1]), GRACE_SECONDS)


if __name__ == "__main__":
    main()
