"""The same chain without Airflow: the commands one after the other, against the sample's own servers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests.prove.table import Table, run

COMMANDS = ("collect", "enrich", "notify", "digest", "housekeeping")


def without_airflow(table: Table, clone: Path, environment: Mapping[str, str], var: Path) -> None:
    """A row for each command, on the day that the first fetch has made old news of the month before."""
    python = str(clone / ".venv/bin/python")
    own = {**environment, "MEDIEBEVAKNING_VAR": str(var), "MEDIEBEVAKNING_OVERLAY": str(var / "config")}
    web = [python, "-m", "sample.server", "--port", "0", "--state-dir", str(var / "sample")]
    sink = [python, "-m", "sample.sink", "--port", "0", "--dir", str(var / "mail")]
    with server(web, clone, own) as web_port, server(sink, clone, own) as smtp_port:
        ports = ["--web-port", str(web_port), "--smtp-port", str(smtp_port)]
        run([python, "-m", "sample.overlay", str(var / "config"), *ports], clone, own)
        for command in ("collect", "enrich"):
            run([str(clone / ".venv/bin/mediebevakning"), command], clone, own)
        token = (var / "sample" / "token").read_text("ascii")
        begin = Request(
            f"http://127.0.0.1:{web_port}/control/day", method="POST", headers={"Authorization": f"Bearer {token}"}
        )
        urlopen(begin, timeout=10).close()
        sources = json.loads(
            run([str(clone / ".venv/bin/mediebevakning"), "sources", "list", "--json"], clone, own).output
        )
        asked = [part for source in sources["sources"] for part in ("--source", source["id"])]
        for command in COMMANDS:
            more = asked if command == "collect" else []
            done = run([str(clone / ".venv/bin/mediebevakning"), command, *more], clone, own)
            said = "; ".join(
                " ".join(line.split()) for line in done.output.splitlines() if not line.startswith("by source")
            )
            table.row(f"without Airflow: {command}", f"{done.seconds:.1f} s; {said[:150]}", holds=done.code == 0)
        mails = len(list((var / "mail").glob("*.eml")))
        table.row("  mails in the sink", mails, holds=mails > 0)


@contextmanager
def server(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """One of the sample's servers, stopped at the end; the port it says it listens on."""
    with subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(json.loads(server.stdout.readline())["port"])
        finally:
            server.terminate()
