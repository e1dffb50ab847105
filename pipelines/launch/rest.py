"""Airflow's REST API, as far as the launcher needs it; our own child on loopback, never another host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx

from pipelines.errors import UserError

TIMEOUT_SECONDS: Final = 20.0
ENDED: Final = frozenset({"success", "failed"})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a DAG."""

    dag: str
    id: str
    state: str
    """queued, running, success, failed."""
    kind: str
    """manual, scheduled, asset_triggered."""
    after: datetime
    seconds: float | None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Airflow:
    """A logged-in client. Raises UserError when the API answers with an error or not at all."""

    def __init__(self, base_url: str, user: str, password: str) -> None:
        self.base_url = base_url
        # trust_env: a proxy of the environment has no business between us and loopback
        self._client = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self._login = {"username": user, "password": password}

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def executes(self) -> bool:
        """Whether the API that tasks speak to answers; the first such question is what builds it."""
        try:
            return self._client.get("/execution/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def schedules(self) -> bool:
        """Whether scheduler and DAG processor report themselves healthy."""
        health = self._call("GET", "/api/v2/monitor/health")
        return all(health[part]["status"] == "healthy" for part in ("scheduler", "dag_processor"))

    def knows(self) -> set[str]:
        """Ids of the DAGs that have been read."""
        return {dag["dag_id"] for dag in self._call("GET", "/api/v2/dags", params={"limit": 100})["dags"]}

    def pause(self, dag: str, *, paused: bool = True) -> None:
        """Hold back the DAG's runs, or let them start."""
        self._call("PATCH", f"/api/v2/dags/{dag}", json={"is_paused": paused})

    def trigger(self, dag: str, **params: object) -> str:
        """Ask for a run now; its id."""
        asked = {"logical_date": None, "conf": params}
        return str(self._call("POST", f"/api/v2/dags/{dag}/dagRuns", json=asked)["dag_run_id"])

    def runs(self, dag: str, since: datetime) -> list[Run]:
        """Runs of `dag` (or of all, "~") that were to start at `since` or later, oldest first."""
        params = {"run_after_gte": since.isoformat(), "order_by": "run_after", "limit": 100}
        answer = self._call("GET", f"/api/v2/dags/{dag}/dagRuns", params=params)
        return [_run(run) for run in answer["dag_runs"]]

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            if "Authorization" not in self._client.headers:
                token = self._client.post("/auth/token", json=self._login).raise_for_status().json()["access_token"]
                self._client.headers["Authorization"] = f"Bearer {token}"
            return self._client.request(method, path, **arguments).raise_for_status().json()
        except httpx.HTTPStatusError as error:
            raise UserError(f"Airflow answered {error.response.status_code} to {method} {path}.") from error
        except httpx.TransportError as error:
            raise UserError(f"Airflow does not answer at {self.base_url}: {type(error).__name__}.") from error


def _run(found: Mapping[str, Any]) -> Run:
    return Run(
        dag=found["dag_id"],
        id=found["dag_run_id"],
        state=found["state"],
        kind=found["run_type"],
        after=datetime.fromisoformat(found["run_after"]),
        seconds=found.get("duration"),
    )
