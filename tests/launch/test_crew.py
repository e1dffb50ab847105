"""Real processes: what the launcher starts ends with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipelines.errors import UserError
from pipelines.launch import marked
from pipelines.launch.child import Program
from pipelines.launch.crew import ChildDied, Crew, Stopped

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEP
PARENT = (
    "import subprocess, sys;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True);"
)


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert marked.find(tmp_path) == []


def environment(var: Path) -> dict[str, str]:
    return {**os.environ, **marked.mark(var), "PYTHONPATH": str(ROOT)}


def program(var: Path, code: str, name: str = "one", **how: object) -> Program:
    return Program(name, (sys.executable, "-c", code), environment(var), **how)  # type: ignore[arg-type]


def crew(var: Path, said: list[str] | None = None) -> Crew:
    return Crew(var, ROOT, environment(var), (said if said is not None else []).append)


def eventually(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def test_all_end_with_the_block(var: Path) -> None:
    with crew(var) as ours:
        children = [ours.start(program(var, SLEEP, name)) for name in ("one", "two")]
        ours.pause(0.1)
        assert len(marked.find(var)) == 2
    assert [child.exit_code for child in children] == [-signal.SIGTERM] * 2


def test_one_that_ignores_the_request_is_killed_with_its_children(var: Path) -> None:
    started = time.monotonic()
    with crew(var) as ours:
        child = ours.start(program(var, PARENT + STUBBORN, grace=0.5))
        ours.until(lambda: "up" in child.output(), 10, "the child")
        assert len(marked.find(var)) == 2, "a child of the child, in a session of its own"
    assert child.exit_code == -signal.SIGKILL
    assert time.monotonic() - started < 15


def test_lower_waves_end_first(var: Path) -> None:
    """What the scheduler's last tasks need is there until the scheduler has ended."""
    slow = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit(0)));" + SLEEP
    with crew(var) as ours:
        scheduler = ours.start(program(var, slow, "scheduler", wave=0))
        api = ours.start(program(var, SLEEP, "api", wave=1))
        ours.until(lambda: "up" in scheduler.output(), 10, "the scheduler")
        ended: dict[str, float] = {}
        kill = api.ask_to_end
        api.ask_to_end = lambda: (ended.setdefault("scheduler", scheduler.exit_code), kill())[1]  # type: ignore[method-assign,func-returns-value]
    assert ended["scheduler"] == 0


def test_a_death_is_said_with_the_logs_last_lines(var: Path) -> None:
    with pytest.raises(ChildDied, match=r"one has ended with code 3(.|\n)*no room on the disk"), crew(var) as ours:
        ours.start(program(var, SLEEP, "two"))
        ours.start(program(var, "import sys; print('no room on the disk'); sys.exit(3)"))
        ours.pause(30)


def test_a_passing_child_may_end_well_but_not_badly(var: Path) -> None:
    with crew(var) as ours:
        child = ours.start(program(var, "", passing=True))
        ours.until(lambda: child.exit_code == 0, 10, "the child")
        ours.pause(0.1)
        ours.start(program(var, "raise SystemExit(1)", "bad", passing=True))
        with pytest.raises(ChildDied, match="bad"):
            ours.pause(30)


def test_what_does_not_come_in_time_is_named(var: Path) -> None:
    with crew(var) as ours, pytest.raises(UserError, match="the moon: not within"):
        ours.until(lambda: False, 0.1, "the moon")


def test_a_signal_ends_the_wait(var: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped), crew(var) as ours:
        ours.start(program(var, SLEEP))
        os.kill(os.getpid(), signal.SIGTERM)
        ours.pause(30)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_second_signal_cuts_the_patience_short(var: Path) -> None:
    started = time.monotonic()
    with pytest.raises(Stopped), crew(var) as ours:
        child = ours.start(program(var, STUBBORN, grace=60))
        ours.until(lambda: "up" in child.output(), 10, "the child")
        again = f"import os, signal, time; time.sleep(1); os.kill({os.getpid()}, signal.SIGINT)"
        subprocess.Popen([sys.executable, "-c", again])
        os.kill(os.getpid(), signal.SIGINT)
        ours.pause(30)
    assert time.monotonic() - started < 20


LAUNCHER = """
import os, sys
from pathlib import Path
from pipelines.launch.child import Program
from pipelines.launch.crew import Crew
var = Path(sys.argv[1])
with Crew(var, Path.cwd(), dict(os.environ), lambda line: None) as crew:
    child = crew.start(Program("one", (sys.executable, "-c", sys.argv[2]), dict(os.environ)))
    crew.until(lambda: "up" in child.output(), 10, "the child")
    print("ready", flush=True)
    crew.pause(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_lingers_when_the_launcher_is_killed(var: Path, number: int) -> None:
    unmarked = {name: value for name, value in environment(var).items() if name != marked.MARK}
    code = LAUNCHER.replace("dict(os.environ)))", f"{{**os.environ, {marked.MARK!r}: sys.argv[1]}}))")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(var), PARENT + SLEEP],
        env=unmarked,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.DEVNULL,
    ) as launcher:
        assert launcher.stdout is not None
        assert launcher.stdout.readline() == "ready\n"
        assert len(marked.find(var)) == 2
        launcher.send_signal(number)
        launcher.wait(30)
    eventually(lambda: marked.find(var) == [], 20)


def test_leftovers_of_a_former_run_are_ended_and_said(var: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=environment(var))
    said: list[str] = []
    eventually(lambda: len(marked.find(var)) == 1)
    with crew(var, said):
        left.wait(5)
    assert "Avslutade 1 processer" in said[0]


def test_only_our_own_processes_are_ended(var: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=environment(other))
    try:
        with crew(var) as ours:
            ours.start(program(var, SLEEP))
            ours.pause(0.1)
        assert stranger.poll() is None
        assert psutil.pid_exists(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_log_that_has_grown_is_cut_while_the_child_writes_on(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.launch.child.MAX_LOG_BYTES", 1000)
    code = "import time\nfor n in range(10**6): print('line', n, flush=True); time.sleep(0.001)"
    with crew(var) as ours:
        child = ours.start(program(var, code))
        ours.until(lambda: child.log.stat().st_size > 2000, 10, "the log")
        ours.cut_logs()
        assert child.log.stat().st_size < 1000
        assert child.log.with_suffix(".log.1").read_text("utf-8").startswith("line 0\n")
        ours.until(lambda: child.log.stat().st_size > 1000, 10, "the log")
        assert b"\0" not in child.log.read_bytes(), "the child appends; it does not write where it left off"
