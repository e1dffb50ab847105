"""The client against a small server that answers as Airflow 3.3's API does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.errors import UserError
from pipelines.launch.rest import Airflow

SINCE = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
RUN = {
    "dag_id": "collect",
    "dag_run_id": "manual__1",
    "state": "success",
    "run_type": "manual",
    "run_after": "2026-11-22T06:31:00Z",
    "duration": 4.5,
}


class FakeAirflow(ThreadingHTTPServer):
    """Keeps the body of each call by method and path; lets in who shows the token it gave for the password."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FakeAirflow

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        address = urlsplit(self.path)
        self.server.asked[f"{self.command} {address.path}"] = body or parse_qs(address.query)
        match self.command, address.path:
            case "GET", "/execution/health":
                code, answer = 200, {}
            case "POST", "/auth/token":
                code, answer = (201, {"access_token": "t1"}) if body["password"] == "right" else (401, {})
            case _ if self.headers.get("Authorization") != "Bearer t1":
                code, answer = 401, {}
            case "GET", "/api/v2/dags/collect/dagRuns":
                code, answer = 200, {"dag_runs": [RUN]}
            case "POST", "/api/v2/dags/collect/dagRuns":
                code, answer = 200, RUN
            case "GET", "/api/v2/monitor/health":
                code, answer = 200, {"scheduler": {"status": "healthy"}, "dag_processor": {"status": "unhealthy"}}
            case _:
                code, answer = 404, {}
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    do_GET = do_POST = do_PATCH = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_runs_are_read_and_asked_for(fake: FakeAirflow) -> None:
    api = Airflow(fake.url, "admin", "right")
    assert api.executes()
    assert not api.schedules(), "the DAG processor is not healthy"
    assert api.trigger("collect", everything=True) == "manual__1"
    assert fake.asked["POST /api/v2/dags/collect/dagRuns"] == {"logical_date": None, "conf": {"everything": True}}
    [run] = api.runs("collect", SINCE)
    assert (run.ended, run.seconds, run.after) == (True, 4.5, datetime(2026, 11, 22, 6, 31, tzinfo=UTC))
    assert fake.asked["GET /api/v2/dags/collect/dagRuns"]["run_after_gte"] == [SINCE.isoformat()]


def test_a_refusal_names_the_call_and_no_secret(fake: FakeAirflow) -> None:
    with pytest.raises(UserError, match="404 to PATCH /api/v2/dags/none"):
        Airflow(fake.url, "admin", "right").pause("none")
    with pytest.raises(UserError) as refused:
        Airflow(fake.url, "admin", "wr0ng").trigger("collect")
    assert "wr0ng" not in str(refused.value)


def test_nobody_there_is_an_answer_too(fake: FakeAirflow) -> None:
    api = Airflow("http://127.0.0.1:1", "admin", "right")
    assert not api.executes()
    with pytest.raises(UserError, match="does not answer"):
        api.trigger("collect")
