"""What Trender and reports count, under the Scope of whoever asks: each count once a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from dashboards.auth import Reading, Who, World
from dashboards.kept import Kept, kept_of
from dashboards.trending import Gathered
from pipelines.bootstrap import App
from pipelines.reports import frames, periods
from pipelines.reports.periods import Period, Step
from pipelines.store.views import Scope, totals, trends


@dataclass(frozen=True, slots=True)
class Counting:
    """One request's: what it counts with, and for whom."""

    app: App
    opened: Connection
    scope: Scope
    kept: Kept

    def over(self, step: Step, steps: tuple[Period, ...], choice: trends.Choice) -> Gathered:
        """All that is counted over steps that follow each other, as it was within the last minute."""
        today = self.app.today()

        def counted() -> Gathered:
            opened, scope, zone = self.opened, self.scope, self.app.config.zone
            windows = [period.window(zone) for period in steps]
            whole = self.watched(min(today, steps[-1].end), frames.USUAL_WEEKS + 1)
            return Gathered(
                step,
                steps,
                today,
                choice.units or (),
                trends.counted(opened, scope, windows, choice),
                trends.of_units(opened, scope, windows, choice),
                trends.of_flags(opened, scope, windows, choice) if scope.flagged_texts else None,
                trends.of_cases(opened, scope, windows, self.app.clock(), choice),
                whole,
                trends.counted(opened, scope, [week.window(zone) for week in whole], choice) if whole else (),
            )

        return self.kept.get(("trends", self.scope, step, steps, choice, today), self.app.clock(), counted)

    def watched(self, day: date, number: int) -> tuple[Period, ...]:
        """Those of so many whole weeks before the day's own that lack nothing: after the watch began, and not
        forgotten."""
        since = totals.watched_since(self.opened)
        if since is None:
            return ()
        kept = self.app.today() - timedelta(days=self.app.config.retention.entries_days)
        begun = max(since.astimezone(self.app.config.zone).date(), kept)
        return tuple(week for week in periods.weeks_before(day, number) if week.first >= begun)


async def counting(request: Request, app: World, opened: Reading, who: Who) -> Counting:
    """Asynchronous, though it waits for nothing: it then takes no thread from those that do."""
    return Counting(app, opened, who.scope, kept_of(request))


Counts = Annotated[Counting, Depends(counting)]
