"""What one visit may use up, and has: requests of the day, dollars of the month. Pure: `now` is an argument.

Days and months are UTC's, as those of the providers that charge us are. A request is counted when it is made, its
redirects with it; what it costs is reckoned before it at its highest, and after it as the answer tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.asking import Failure, NotModified, Payload, Request
from pipelines.collect import wording
from pipelines.config.schema import Budget

NEARLY = 0.8
"""Share from which on a budget is nearly spent, where it is being spent faster than it is renewed."""
LOOKED_AT_AGAIN = 3600.0
"""Seconds: the operator may have raised a spent budget meanwhile, and looking costs the source nothing."""


@dataclass(slots=True)
class Purse:
    """One visit's."""

    budget: Budget
    now: datetime
    requests_before: int = 0
    """Today, before this visit."""
    usd_before: float = 0.0
    """This month, before this visit."""
    requests: int = 0
    usd: float = 0.0
    empty: str = ""
    """Why a request was refused, a Swedish sentence."""

    def refusal(self, request: Request) -> Failure | None:
        """The Failure that stands for the answer where the request must not be made; otherwise it is counted."""
        limit, usd_limit = self.budget.requests_per_day, self.budget.usd_per_month
        if limit is not None and self.requests_before + self.requests >= limit:
            self.empty = wording.requests_spent(limit)
        elif usd_limit is not None and request.cost > 0 and self._usd + request.cost > usd_limit:
            self.empty = wording.money_spent(usd_limit, _next_month(self.now))
        else:
            self.requests += 1
            return None
        return Failure(self.empty, 0.0, retry_after=min(self._renewed_in(), LOOKED_AT_AGAIN))

    def pay(self, request: Request, outcome: Payload | NotModified | Failure, told: float | None = None) -> None:
        """Count what an answer cost: `told` where the family can tell, nothing where we were refused, and all it may
        have cost where nobody knows: a request that was cut off may be charged for."""
        if isinstance(outcome, Payload):
            self.usd += request.cost if told is None else told
        elif isinstance(outcome, Failure) and outcome.status in (None, 200):
            self.usd += request.cost

    @property
    def warning(self) -> tuple[str, str] | None:
        """What the operator should know, and what he can do; both Swedish."""
        limit, usd_limit = self.budget.requests_per_day, self.budget.usd_per_month
        used = self.requests_before + self.requests
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        if limit is not None and (used >= limit or _too_fast(used / limit, (self.now - midnight) / timedelta(days=1))):
            return wording.requests_nearly_spent(used, limit), wording.REQUESTS_REMEDY
        month = midnight.replace(day=1)
        passed = (self.now - month) / (_next_month(self.now) - month)
        if usd_limit is not None and (self.empty or _too_fast(self._usd / (usd_limit or 1), passed)):
            return wording.money_nearly_spent(self._usd, usd_limit), wording.MONEY_REMEDY
        return None

    @property
    def _usd(self) -> float:
        return self.usd_before + self.usd

    def _renewed_in(self) -> float:
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (midnight - self.now).total_seconds()


def _too_fast(share: float, passed: float) -> bool:
    """Nearly spent, and not because the day or the month is nearly over: a steady use ends nearly spent every time."""
    return share >= NEARLY and share > passed


def _next_month(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
