"""The launcher's children together: started, watched, and ended in order."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from pipelines.errors import UserError
from pipelines.launch import marked, watchdog
from pipelines.launch.child import Child, Program
from pipelines.launch.words import line

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK_SECONDS = 0.2
SWEEP_GRACE_SECONDS = 3.0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM. No `except Exception` on the way out may swallow it."""


class ChildDied(UserError):
    """A process that should have gone on has ended."""

    def __init__(self, child: Child) -> None:
        shown = "\n  ".join(child.last_lines())
        super().__init__(
            f"{child.program.name} has ended with code {child.exit_code}; everything else is stopped. "
            f"Its log is {child.log}, the last lines:\n  {shown}"
        )


class Crew:
    """A context manager: signals are caught from its first moment, and after its last nothing that it started lives.

    Signals are only noted; they take effect in `pause`, through which every wait goes. A second signal cuts the
    patience with children short.
    """

    def __init__(self, var: Path, folder: Path, environment: dict[str, str], say: Callable[[str], None]) -> None:
        self._var, self._folder, self._environment, self._say = var, folder, environment, say
        self._logs = var / "log"
        self._signals = 0
        self._children: dict[str, Child] = {}
        self._former: dict[signal.Signals, Any] = {}
        self._watchdog: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Crew:
        # nohup ignores SIGHUP on purpose, and so do we then
        heard = [number for number in SIGNALS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
        self._former = {number: signal.signal(number, self._note) for number in heard}
        self._logs.mkdir(parents=True, exist_ok=True)
        if count := marked.sweep(self._var, watchdog.GRACE_SECONDS):
            self._say(line("leftovers", count=count))
        with (self._logs / "watchdog.log").open("wb") as log:
            self._watchdog = watchdog.start(self._var, self._environment, log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._say(line("stopping"))
        self._stop()
        marked.sweep(self._var, SWEEP_GRACE_SECONDS)
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
            self._watchdog.wait()
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._say(line("stopped"))

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of a handler
        self._signals += 1

    def start(self, program: Program) -> Child:
        """Start `program`; its name must not be that of one that runs."""
        child = Child(program, self._folder, self._logs)
        self._children[program.name] = child
        return child

    def pause(self, seconds: float = TICK_SECONDS) -> None:
        """Sleep, but no longer than until a signal or a death. Raises Stopped, ChildDied."""
        end = time.monotonic() + seconds
        while True:
            if self._signals:
                raise Stopped
            for child in self._children.values():
                if child.exit_code is not None and not (child.program.passing and child.exit_code == 0):
                    raise ChildDied(child)
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, TICK_SECONDS))

    def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until `condition()` holds. Raises UserError naming `what` when it has not within `seconds`."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise UserError(f"{what}: not within {seconds:.0f} seconds. See the logs in {self._logs}.")
            self.pause()

    def cut_logs(self) -> None:
        """To be called now and then by a launcher that stays."""
        for child in self._children.values():
            child.cut_log()

    def _stop(self) -> None:
        patience = self._signals
        for wave in sorted({child.program.wave for child in self._children.values()}):
            members = [child for child in self._children.values() if child.program.wave == wave]
            for child in members:
                child.ask_to_end()
            started = time.monotonic()
            for child in members:
                while not child.wait(TICK_SECONDS):
                    if time.monotonic() - started > child.program.grace or self._signals > patience:
                        child.kill()
                        break
