"""One pass of the whole chain through Airflow, told as it happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipelines.bootstrap import App
from pipelines.launch.airflow import DAGS
from pipelines.launch.crew import Crew
from pipelines.launch.rest import Airflow, Run
from pipelines.launch.words import line
from pipelines.store import progress
from pipelines.store.engine import reading
from pipelines.store.views import Summary, summary

POLL_SECONDS = 1.0
"""The API has one worker, which tasks need too: asked five times a second it halves their speed."""
DAG_SECONDS = 900.0
"""Longer than one try of a task; a real collection waits for slow sources."""

Say = Callable[[str], None]


class Pass:
    """Follows the runs that begin after its making."""

    def __init__(self, crew: Crew, api: Airflow, app: App, say: Say) -> None:
        self._crew, self._api, self._app, self._say = crew, api, app, say
        self.since = app.clock()
        self._told = ""

    def begin(self) -> None:
        """Let every DAG follow its timetable and ask for a first collection now instead of at the next tick."""
        for dag in DAGS:
            self._api.pause(dag, paused=False)
        self._api.trigger("collect")

    def whole(self, *, everything: bool) -> None:
        """Trigger `collect`; its assets start `enrich` and `alerts`; then `digest` and `housekeeping`.

        everything: ask also the sources that are not due. Raises UserError where a run does not begin or end in time;
        a run that fails is a fact for the summary.
        """
        asked = self._api.trigger("collect", everything=everything)  # while it is paused: before any scheduled one
        for dag in ("enrich", "alerts", "collect"):
            self._api.pause(dag, paused=False)
        self._await("collect", lambda run: run.id == asked, self._collecting)
        if self.runs("collect")[-1].state == "success":
            self._await("enrich", _by_asset, self._assessing)
            self._await("alerts", _by_asset, self._telling)
        for dag, shown in (("digest", self._digesting), ("housekeeping", self._silent)):
            asked = self._api.trigger(dag)
            self._api.pause(dag, paused=False)
            self._await(dag, lambda run, asked=asked: run.id == asked, shown)  # type: ignore[misc]

    def runs(self, dag: str) -> list[Run]:
        """The runs of `dag` so far, oldest first."""
        return self._api.runs(dag, self.since)

    def all_runs(self) -> list[Run]:
        """The runs of every DAG, in the chain's order."""
        return [run for dag in DAGS for run in self.runs(dag)]

    def done(self) -> Summary:
        """What has happened in the database since the pass began."""
        with reading(self._app.engine) as connection:
            return summary(connection, self.since)

    def _await(self, dag: str, chosen: Callable[[Run], bool], progress: Callable[[], str]) -> None:
        """Wait until a chosen run has ended and none goes on: a scheduled one may be doing the work in its stead."""

        def ended() -> bool:
            runs = self.runs(dag)
            self._tell(progress())
            self._crew.pause(POLL_SECONDS)
            return any(chosen(run) for run in runs) and all(run.ended for run in runs)

        self._crew.until(ended, DAG_SECONDS, f"the DAG {dag}")
        self._tell(progress())
        for run in self.runs(dag):
            self._say(line("ended", dag=dag, state=line(run.state), seconds=run.seconds or 0.0))

    def _tell(self, said: str) -> None:
        if said and said != self._told:
            self._say(said)
            self._told = said

    def _collecting(self) -> str:
        done = self.done()
        sources = sum(source.enabled for source in self._app.config.sources)
        return line("collecting", asked=done.asked, sources=sources, entries=done.entries)

    def _assessing(self) -> str:
        with reading(self._app.engine) as connection:
            left = progress.unassessed(connection)
        name = self._app.config.municipality.name
        return line("assessing", left=left, mentions=self.done().mentions, municipality=name)

    def _telling(self) -> str:
        return line("telling", sent=self.done().alerts_sent)

    def _digesting(self) -> str:
        return line("digesting", sent=self.done().digests_sent)

    def _silent(self) -> str:
        return ""


def _by_asset(run: Run) -> bool:
    return run.kind == "asset_triggered"


def faults(app: App, runs: list[Run], since: datetime, *, sample: bool) -> list[str]:
    """Why the chain cannot be said to have worked, one line each; empty when it has."""
    found = [line("fault.run", dag=run.dag, id=run.id) for run in runs if run.state == "failed"]
    worked = {run.dag for run in runs if run.state == "success"}
    found += [line("fault.no_run", dag=dag) for dag in DAGS if dag not in worked]
    with reading(app.engine) as connection:
        unread, recent = progress.unassessed(connection), summary(connection, since)
    if unread:
        found.append(line("fault.unread", count=unread))
    if recent.waiting:
        found.append(line("fault.waiting", count=recent.waiting))
    if recent.undeliverable:
        found.append(line("fault.undeliverable", count=recent.undeliverable))
    if sample and not recent.alerts_sent:
        found.append(line("fault.no_alert"))
    if sample and not recent.digests_sent:
        found.append(line("fault.no_digest"))
    return found
