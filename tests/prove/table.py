"""What a proof prints: a line for each claim as it is shown, and the figures on the last one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Table:
    """Claims with what was seen. A floor that does not hold decides the exit code; an aim is only printed."""

    figures: dict[str, object] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def row(self, claim: str, seen: object, *, holds: bool | None = None) -> None:
        """One line; `holds` None for what has no floor."""
        mark = {None: "    ", True: "ok  ", False: "FAIL"}[holds]
        print(f"{mark}  {claim:<58}  {seen}", flush=True)
        if holds is False:
            self.failed.append(claim)

    def figure(self, name: str, value: object) -> None:
        self.figures[name] = value

    def close(self) -> int:
        """Print the figures; the exit code."""
        for claim in self.failed:
            print(f"does not hold: {claim}")
        print(json.dumps(self.figures, ensure_ascii=False))
        return 1 if self.failed else 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished command."""

    code: int
    seconds: float
    output: str

    @property
    def last_line(self) -> str:
        lines = self.output.strip().splitlines()
        return lines[-1] if lines else ""


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 900, *, told: bool = True
) -> Ran:
    """Run `command` to its end, both streams together; where it fails, and `told`, the end of what it said is shown."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode and told:
        sys.stderr.write(done.stdout[-4000:])
    return Ran(done.returncode, time.monotonic() - started, done.stdout)
