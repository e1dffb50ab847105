"""The sample's own processes: the invented sources and the mail sink. Spoken to as other programs, never imported."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.errors import UserError
from pipelines.launch.child import Child, Program
from pipelines.launch.crew import Crew
from pipelines.launch.ports import LOOPBACK, pick
from pipelines.settings import Settings

WEB_PORT, SMTP_PORT = 8790, 8725
READY_SECONDS = 30.0
WAVE = 1  # after the scheduler, whose last tasks may still need them


@dataclass(frozen=True, slots=True)
class World:
    """Where the sample's processes are found."""

    web_port: int
    smtp_port: int
    state: Path
    overlay: Path

    def begin_day(self) -> None:
        """Let the sources serve the day beside the month before it. Raises UserError when they do not obey."""
        token = (self.state / "token").read_text("ascii").strip()
        address = f"http://{LOOPBACK}:{self.web_port}/control/day"
        try:
            httpx.post(address, headers={"Authorization": f"Bearer {token}"}, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise UserError(f"the sample's sources did not begin the day: {error}.") from error


def start(crew: Crew, settings: Settings, environment: Mapping[str, str], *, virgin: bool) -> World:
    """Start both and write the configuration that leads to them. The ports are the same in each run where they are
    free, so that addresses seen yesterday are known today.

    virgin: no source has ever been asked, so the month must come before the day even if the day has begun once.
    """
    state = settings.var / "sample"
    if virgin:
        shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True, exist_ok=True)
    web = _start(crew, environment, "sample.server", pick(WEB_PORT), "--state-dir", str(state))
    sink = _start(crew, environment, "sample.sink", pick(SMTP_PORT), "--dir", str(settings.mails))
    crew.until(lambda: all(_port(child) for child in (web, sink)), READY_SECONDS, "the sample's sources and mail sink")
    world = World(_port(web), _port(sink), state, state / "config")
    ports = ("--web-port", str(world.web_port), "--smtp-port", str(world.smtp_port))
    overlay = crew.start(
        Program("sample-overlay", _python("sample.overlay", str(world.overlay), *ports), environment, passing=True)
    )
    crew.until(lambda: overlay.exit_code == 0, READY_SECONDS, "the sample's configuration")
    return world


def _start(crew: Crew, environment: Mapping[str, str], module: str, port: int, *arguments: str) -> Child:
    name = module.replace(".", "-")
    return crew.start(Program(name, _python(module, "--port", str(port), *arguments), environment, WAVE))


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _port(child: Child) -> int:
    """The port it has told of in a line of JSON; 0 before that."""
    for said in child.output().splitlines():
        if said.startswith("{") and said.endswith("}"):
            return int(json.loads(said)["port"])
    return 0
