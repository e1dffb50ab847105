from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import WrongCall
from pipelines.launch import lock


def test_a_second_one_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "run.lock"
    with lock.hold(path), pytest.raises(WrongCall, match=f"process {os.getpid()}"), lock.hold(path):
        pytest.fail("two held it")
    with lock.hold(path):
        pass  # given back


def test_it_is_given_back_by_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    code = (
        "import sys, time; from pathlib import Path; from pipelines.launch import lock\n"
        "with lock.hold(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(WrongCall, match=str(other.pid)), lock.hold(path):
            pytest.fail("two held it")
        other.kill()
        other.wait()
        with lock.hold(path):
            assert path.read_text("ascii") == str(os.getpid())
